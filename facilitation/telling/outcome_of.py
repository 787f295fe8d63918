"""A workshop and the names of its people → its outcome, complete in itself and the same for every format.

Nothing secret goes in: sums of votes only after their reveal, no authors of anonymous cards (LIVE-9). Everything that is
missing is left out, so that each format can say in its own place what is still to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from facilitation.activities.close import returns
from facilitation.activities.collect import cards_of
from facilitation.cadence import Decided, calendar, plan_30_60_90
from facilitation.dates import date_text
from facilitation.kpi_tree import root
from facilitation.okr import Override
from facilitation.outcome import AddUp, CalendarItem, Fact, Outcome, PhaseLog
from facilitation.review import committing, findings, open_notes, period_of, set_aside
from facilitation.standing import vote_phases
from facilitation.state import Workshop, agenda, marks_of, participants, phase_state, totals
from facilitation.telling.okrs import guardrail_sheets, objective_sheets, person_name
from facilitation.telling.sums import add_up_of
from facilitation.telling.tree import drawing_of, kpi_sheets, lever_sheets

MINUTE = 60_000


def outcome_of(workshop: Workshop, names: Mapping[str, str], add_up: AddUp | None = None) -> Outcome:
    """The outcome as it stands; `names` are people by id. Computes the sum (some ten milliseconds) where `add_up` does not
    bring one: call it outside of a room's task.
    """
    setup = workshop.setup
    levers = lever_sheets(workshop)
    objectives = objective_sheets(workshop, names)
    decided = Decided(
        kpis=workshop.kpis,
        objectives=list(workshop.objectives.values()),
        key_results=list(workshop.key_results.values()),
        guardrails=list(workshop.guardrails.values()),
        initiatives=list(workshop.initiatives.values()),
        names=names,
    )
    period = period_of(workshop)
    top = root(workshop.kpis)
    given = [n for phase in _revealed(workshop, "close") for n in returns(workshop, phase)]
    cast, voters = _votes(workshop)
    return Outcome(
        title=setup.title,
        code=workshop.code,
        team=setup.team,
        scope=setup.scope,
        period=setup.period,
        start=setup.start,
        end=setup.end,
        time_zone=setup.time_zone,
        currency=setup.currency,
        language=setup.language,
        guide=workshop.guide.title,
        held_on=_held_on(workshop),
        final=workshop.final is not None,
        strategy=setup.strategy,
        frame=_frame(workshop),
        north_star=top.id if top else None,
        objectives=objectives,
        guardrails=guardrail_sheets(workshop, names),
        levers=levers,
        votes_cast=cast,
        voters=voters,
        dissent=tuple(f"{row.name}: {row.badge}" for row in levers if row.badge),
        kpis=kpi_sheets(workshop, names),
        tree=drawing_of(workshop),
        add_up=add_up if add_up is not None else add_up_of(workshop),
        initiatives=tuple(replace(one, by="") for one in workshop.initiatives.values()),
        parking=tuple(item.text for item in workshop.parking.values() if not item.settled),
        next_steps=tuple(
            _step(step.text, _person(step.owner, names), step.due) for step in workshop.next_steps.values()
        ),
        calendar=tuple(
            CalendarItem(title=s.title, start=s.start, minutes=s.minutes, rule=s.rule, agenda=s.agenda)
            for s in calendar(period, decided)
        ),
        plan_30_60_90=tuple(
            Fact(label=item.label, text=item.text, source=item.source)
            for item in plan_30_60_90(period, decided)
        ),
        phases=_phases(workshop),
        people=tuple(names.get(p.id, f"Guest {p.id[1:]}") for p in participants(workshop)),
        return_on_time=round(sum(given) / len(given), 1) if given else None,
        return_votes=len(given),
        overrides=_overrides(workshop, names),
        notes=_notes(workshop),
    )


def _overrides(workshop: Workshop, names: Mapping[str, str]) -> tuple[Override, ...]:
    """What was set aside and still stands: a decision with the name of who took it (`person_name`), never an id."""
    standing = {(f.line, f.rule) for f in findings(workshop)}
    return tuple(
        replace(one, by=person_name(workshop, one.by, names))
        for one in workshop.overrides.values()
        if (one.target, one.rule) in standing
    )


def _person(owner: str, names: Mapping[str, str]) -> str:
    return names.get(owner[1:], "") if owner.startswith("@") else owner


def _step(text: str, owner: str, due: str) -> str:
    tail = ", ".join(part for part in (owner, f"by {date_text(due)}" if due else "") if part)
    return f"{text} ({tail})" if tail else text


def _held_on(workshop: Workshop) -> str:
    """The day of the last opened phase in the workshop's own time zone; the day it was made before that."""
    opened = [state.opened for state in workshop.phases.values() if state.opened]
    try:
        zone: ZoneInfo | type[UTC] = ZoneInfo(workshop.setup.time_zone)  # type: ignore[valid-type]
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC  # type: ignore[assignment]
    moment = max(opened, default=workshop.created)
    return datetime.fromtimestamp(moment / 1000, tz=zone).date().isoformat()  # type: ignore[arg-type]


def _revealed(workshop: Workshop, activity: str) -> list[str]:
    return [phase for phase in vote_phases(workshop, activity) if phase_state(workshop, phase).revealed]


def _votes(workshop: Workshop) -> tuple[int, int]:
    """(dots given, people who gave some) over the voting phases that are revealed."""
    cast, voters = 0, set[str]()
    for phase in _revealed(workshop, "vote"):
        given = marks_of(workshop, phase)
        cast += sum(totals(given).values())
        voters |= {person for person, marks in given.items() if any(marks.values())}
    return cast, len(voters)


def _frame(workshop: Workshop) -> tuple[str, ...]:
    """What was written in collecting phases that are revealed, group heads only, without authors."""
    return tuple(
        card.text
        for phase in _revealed(workshop, "collect")
        for card in cards_of(workshop, phase)
        if card.group is None
    )


def _phases(workshop: Workshop) -> tuple[PhaseLog, ...]:
    found = []
    for phase in agenda(workshop):
        state = phase_state(workshop, phase.id)
        if state.opened:
            found.append(
                PhaseLog(
                    title=phase.title,
                    planned=phase.minutes,
                    real=round(state.spent / MINUTE, 1),
                    contributed=len(state.contributed),
                    present=max(state.present, len(state.contributed)),
                )
            )
    return tuple(found)


def _notes(workshop: Workshop) -> tuple[str, ...]:
    """What is still missing, and remarks about the whole that stand."""
    whole = [f.message for f in findings(workshop) if not f.line]
    limits = [
        f"{workshop.guardrails[f.line].name}: {f.message}"
        for f in findings(workshop)
        if f.line in workshop.guardrails and not set_aside(workshop, f)
    ]
    early = (
        []
        if committing(workshop)
        else ["Owners and evidence plans are still to come: the commit phase was not held."]
    )
    return tuple(dict.fromkeys([*open_notes(workshop), *whole, *limits, *early]))
