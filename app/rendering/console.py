"""What surrounds the board on the facilitator's console: top bar, agenda, question, what to say now, people, set-up.

The agenda knows when the session will end and how late that is; both come from the events, and from the rounded time in
`Presence` for a phase that runs over. The sheet to edit the agenda is one part per phase, so that a changed minute sends
one phase and not eleven.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import asdict

from app.rendering.screens import MINUTE, Place, Presence, Region
from facilitation.activities import activities
from facilitation.activity import Data
from facilitation.coach import advise
from facilitation.guide import Phase
from facilitation.guide.settings import spec_of
from facilitation.session.period import doubt
from facilitation.state import Workshop, agenda, current_phase, phase_state


def console_regions(
    workshop: Workshop, head: Data, presence: Presence, place: Place
) -> dict[str, Callable[[], Region]]:
    """The console's shared regions besides the board, each by how it is made."""
    return {
        "top": lambda: Region("screens/console/top.html", _top(workshop, head, place)),
        "phases": lambda: Region("screens/console/phases.html", _phases(workshop, presence.now)),
        "plan": lambda: _plan(workshop),
        "question": lambda: Region("screens/console/question.html", {**_controls(workshop), "head": head}),
        "aside": lambda: Region("screens/console/aside.html", _aside(workshop, presence)),
        "people": lambda: Region("screens/console/people.html", _people_panel(workshop, presence)),
        "setup": lambda: Region("screens/console/setup.html", _setup(workshop)),
    }


def _top(workshop: Workshop, head: Data, place: Place) -> Data:
    order = agenda(workshop)
    ids = [phase.id for phase in order]
    place_now = ids.index(workshop.current) if workshop.current in ids else -1
    following = order[place_now + 1] if place_now + 1 < len(order) else None
    code = workshop.code
    return {
        "title": workshop.setup.title,
        "period": workshop.setup.period,
        "code": f"{code[:4]}-{code[4:]}",
        "raw_code": code,
        "host": place.host,
        "qr": place.qr,
        "url": place.url,
        "clock": head["clock"],
        "current": workshop.current or "",
        "next": {"id": following.id, "title": following.title} if following else None,
        "started": bool(workshop.phases),
        "can_undo": bool(workshop.undo),
        "final": workshop.final is not None,
    }


def _phases(workshop: Workshop, now: int) -> Data:
    rows = [_row(workshop, phase) for phase in agenda(workshop)]
    rest = sum(row["planned"] for row in rows if row["state"] == "next")
    return {"rows": rows, **_ending(workshop, rest, now)}


def _row(workshop: Workshop, phase: Phase) -> Data:
    state = phase_state(workshop, phase.id)
    now = workshop.current == phase.id
    real = state.spent / MINUTE if state.opened and not now else None
    return {
        "id": phase.id,
        "title": phase.title,
        "planned": phase.minutes,
        "real": None if real is None else round(real),
        "over": real is not None and real > phase.minutes + 0.5,
        "state": "now" if now else "past" if state.opened else "next",
    }


def _ending(workshop: Workshop, rest: float, now: int) -> Data:
    """When the session ends, and how many minutes that is after plan: time spent beyond plan in what is behind, and in
    the open phase what its clock was given (or what it runs over) beyond its planned length.
    """
    late = sum(
        phase_state(workshop, phase.id).spent / MINUTE - phase.minutes
        for phase in workshop.guide.phases
        if phase_state(workshop, phase.id).opened and phase.id != workshop.current
    )
    clock, phase = workshop.clock, current_phase(workshop)
    ends = ""
    if phase is not None:
        spent = phase_state(workshop, phase.id).spent
        until = max(clock.deadline, now)
        length = spent + (until - clock.since if clock.running else clock.left)
        late += length / MINUTE - phase.minutes
        if clock.running:
            ends = _time_of_day(until + int(rest * MINUTE), workshop.setup.time_zone)
    minutes = round(late)
    planned = sum(phase.minutes for phase in agenda(workshop))
    return {
        "ends": ends,
        "late": minutes,
        "late_words": _late_words(minutes) if workshop.phases else "",
        "planned": planned,
        "rest": rest,
        "shorten_to": max(0.0, rest - minutes) if minutes >= 1 and rest - minutes >= 1 else None,
        "running": clock.running,
        "started": phase is not None,
    }


def _late_words(minutes: int) -> str:
    if minutes == 0:
        return "as planned"
    count = abs(minutes)
    return f"{count} {'minute' if count == 1 else 'minutes'} {'late' if minutes > 0 else 'early'}"


def _time_of_day(at: int, time_zone: str) -> str:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(time_zone or "UTC")).strftime("%H:%M")


def _plan(workshop: Workshop) -> Region:
    """The sheet to edit the agenda: phases that were left out stay in their place, so that they can come back."""
    phases = workshop.guide.phases
    active = [phase.id for phase in agenda(workshop)]
    return Region(
        "screens/console/plan.html",
        {
            "ids": [phase.id for phase in phases],
            "minutes": sum(phase.minutes for phase in agenda(workshop)),
            "rest": sum(phase.minutes for phase in agenda(workshop) if not workshop.phases.get(phase.id)),
        },
        {f"plan-{phase.id}": _planned(workshop, phase, active) for phase in phases},
        of="screens/console/parts",
    )


def _planned(workshop: Workshop, phase: Phase, active: list[str]) -> Data:
    return {
        "id": phase.id,
        "title": phase.title,
        "question": phase.question,
        "task": phase.task,
        "minutes": f"{phase.minutes:g}",
        "now": workshop.current == phase.id,
        "dropped": phase.id in workshop.dropped,
        "first": phase.id == active[0] if active else False,
        "last": phase.id == active[-1] if active else False,
        "prompts": [{"id": prompt.id, "text": prompt.text} for prompt in (*phase.prompts, *phase.probes)],
        "settings": _settings(phase),
    }


def _settings(phase: Phase) -> list[Data]:
    """The settings of a phase as fields of a form: value as text."""
    found = []
    for name, value in phase.settings.items():
        spec = spec_of(phase.activity, name)
        if spec is None:
            continue
        text = ", ".join(value) if isinstance(value, list) else str(value)
        row: Data = {"name": name, "label": spec.label, "kind": spec.kind, "value": text}
        row |= {"on": value is True, "low": spec.low, "high": spec.high}
        found.append(row)
    return found


def _controls(workshop: Workshop) -> Data:
    phase = current_phase(workshop)
    empty = {"phase": "", "reveals": False, "revealed": False, "locked": False, "asked": False, "ends": False}
    if phase is None:
        return {**empty, "final": False}
    state = phase_state(workshop, phase.id)
    return {
        "phase": phase.id,
        "reveals": activities()[phase.activity].reveals,
        "revealed": state.revealed,
        "locked": state.locked,
        # A new round makes sense once somebody has given a secret number in this one.
        "asked": any(workshop.marks.get(phase.id, {}).values()),
        "ends": phase.activity == "close",  # in commit the button stands under what is still missing
        "final": workshop.final is not None,
    }


def _people(workshop: Workshop, presence: Presence) -> list[Data]:
    state = phase_state(workshop, workshop.current) if workshop.current else None
    return [
        {
            "id": person.id,
            "role": person.role,
            "phone": person.phone,
            "removed": person.removed,
            "online": person.id in presence.online,
            "writing": person.id in presence.typing,
            "done": bool(state and person.id in state.done),
            "given": bool(state and person.id in state.contributed),
        }
        for person in workshop.people.values()
    ]


def _people_panel(workshop: Workshop, presence: Presence) -> Data:
    rows = [
        {
            "id": person.id,
            "role": person.role,
            "phone": person.phone,
            "removed": person.removed,
            "online": person.id in presence.online,
        }
        for person in workshop.people.values()
    ]
    return {
        "code": workshop.code,
        "locked": workshop.room_locked,
        "facilitators": [row for row in rows if row["role"] == "facilitator" and not row["removed"]],
        "participants": [row for row in rows if row["role"] == "participant" and not row["removed"]],
        "removed": [row for row in rows if row["removed"]],
    }


def _setup(workshop: Workshop) -> Data:
    setup = workshop.setup
    return {
        "setup": asdict(setup),
        "code": workshop.code,
        "doubted": doubt(setup.period, setup.start, setup.end),
    }


def _aside(workshop: Workshop, presence: Presence) -> Data:
    phase = current_phase(workshop)
    people = [p for p in _people(workshop, presence) if p["role"] == "participant" and not p["removed"]]
    return {
        "phase": None
        if phase is None
        else {
            "purpose": phase.purpose,
            "opening": phase.opening,
            "prompts": [p.text for p in phase.prompts],
            "probes": [p.text for p in phase.probes],
            "done_when": phase.done_when,
        },
        "coach": [
            {"question": a.question, "reason": a.reason}
            for a in advise(workshop, now=presence.now or None)[:2]
        ],
        "people": people,
        "done": sum(p["done"] for p in people),
        "writing": sum(p["writing"] for p in people),
        "silent": sum(not p["given"] for p in people),
        "parking": [{"id": p.id, "text": p.text, "settled": p.settled} for p in workshop.parking.values()],
    }
