"""What surrounds the board on the facilitator's console: top bar, agenda, question, and what to say now."""

from __future__ import annotations

from app.rendering.screens import MINUTE, Place, Presence, Region
from facilitation.activities import activities
from facilitation.activity import Data
from facilitation.coach import advise
from facilitation.state import Workshop, agenda, current_phase, phase_state


def console_regions(workshop: Workshop, head: Data, presence: Presence, place: Place) -> dict[str, Region]:
    """The console's shared regions besides the board."""
    return {
        "top": Region("screens/console/top.html", _top(workshop, head, place)),
        "agenda": Region("screens/console/agenda.html", _agenda(workshop)),
        "question": Region("screens/console/question.html", {**_controls(workshop), "head": head}),
        "aside": Region("screens/console/aside.html", _aside(workshop, presence)),
        "people": Region(
            "screens/console/people.html",
            {"people": _people(workshop, presence), "locked": workshop.room_locked},
        ),
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


def _agenda(workshop: Workshop) -> Data:
    rows = []
    for phase in workshop.guide.phases:
        state = phase_state(workshop, phase.id)
        real = state.spent / MINUTE
        rows.append(
            {
                "id": phase.id,
                "title": phase.title,
                "planned": phase.minutes,
                "real": round(real, 1) if state.opened else None,
                "over": real > phase.minutes + 0.5,
                "now": workshop.current == phase.id,
                "past": bool(state.opened) and workshop.current != phase.id,
                "dropped": phase.id in workshop.dropped,
            }
        )
    # How late the session is: time spent beyond plan in the phases that are behind, known without a clock.
    late = sum(max(0.0, (row["real"] or 0) - row["planned"]) for row in rows if row["past"])  # type: ignore[operator]
    rest = sum(row["planned"] for row in rows if not row["past"] and not row["now"] and not row["dropped"])  # type: ignore[misc]
    return {
        "rows": rows,
        "late": round(late),
        "rest": rest,
        "clock": {
            "running": workshop.clock.running,
            "deadline": workshop.clock.deadline,
            "left": workshop.clock.left,
        },
        "time_zone": workshop.setup.time_zone,
    }


def _controls(workshop: Workshop) -> Data:
    phase = current_phase(workshop)
    if phase is None:
        return {"phase": "", "reveals": False, "revealed": False, "locked": False}
    state = phase_state(workshop, phase.id)
    return {
        "phase": phase.id,
        "reveals": activities()[phase.activity].reveals,
        "revealed": state.revealed,
        "locked": state.locked,
        "secret_round": state.round,
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
        "coach": [{"question": a.question, "reason": a.reason} for a in advise(workshop)[:2]],
        "people": people,
        "done": sum(p["done"] for p in people),
        "writing": sum(p["writing"] for p in people),
        "silent": sum(not p["given"] for p in people),
        "parking": [{"id": p.id, "text": p.text, "settled": p.settled} for p in workshop.parking.values()],
    }
