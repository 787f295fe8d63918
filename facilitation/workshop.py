"""The front door of the rules: decide a command, apply an event, replay a log.

`decide` looks at a workshop and a wish and answers with events or with a refusal; `apply` folds one event into the next
workshop. Both are total: whatever arrives, the answer is a value. Steps on the board are remembered with what they
touched, so that they can be taken back (`Undo`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce
from operator import or_
from typing import Any

from msgspec.structs import replace

from facilitation import snapshots
from facilitation.activities import activities
from facilitation.activities.collect import CardAdded
from facilitation.changes import put_phase
from facilitation.guide import Guide
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.session import agenda, board, clock, flow, people, setup, suggestions
from facilitation.session.flow import PhaseOpened, Revealed, RoundStarted
from facilitation.state import (
    UNDO_DEPTH,
    UNDOABLE,
    Appliers,
    Deciders,
    Slice,
    UndoStep,
    Workshop,
    entries_of,
    is_secret,
    phase_of,
    phase_state,
)

_SESSION = (setup, people, flow, clock, agenda, board, suggestions, snapshots)


@cache
def deciders() -> Deciders:
    """Who decides which command."""
    table: dict[type[Command], Any] = {}
    for module in _SESSION:
        table.update(module.DECIDE)
    for activity in activities().values():
        table.update(activity.decide)
    return table


@cache
def appliers() -> Appliers:
    """Who applies which event."""
    table: dict[type[Event], Any] = {}
    for module in _SESSION:
        table.update(module.APPLY)
    for activity in activities().values():
        table.update(activity.apply)
    return table


@cache
def facilitator_only() -> frozenset[type[Command]]:
    """Commands that a participant may not send."""
    of_session = [module.FACILITATOR_ONLY for module in _SESSION]
    of_activities = [activity.facilitator_only for activity in activities().values()]
    return frozenset().union(*of_session, *of_activities)


@cache
def command_type() -> Any:
    """The union of all commands that may come over the wire, for parsing."""
    return reduce(or_, [c for c in deciders() if c not in people.SERVER_ONLY])


@cache
def event_type() -> Any:
    """The union of all events, for the codec."""
    return reduce(or_, list(appliers()))


EMPTY = Workshop(guide=Guide(id="", title="", language="en", version=1, summary="", phases=()))
"""A workshop before its first event."""


def decide(workshop: Workshop, command: Command, actor: Actor) -> Decision:
    """Events or a refusal. Never raises for what a person may send; the seat and the role are checked first."""
    if type(command) not in people.SERVER_ONLY:
        seat = workshop.people.get(actor.person)
        if seat is None or seat.removed:
            return Rejected("You have no seat in this workshop any more. Join again with the code.")
        if seat.role != "facilitator" and actor.role == "facilitator":
            # A console that is still open after a hand-over: rights come from the seat, not from the connection.
            actor = replace(actor, role=seat.role)
    if type(command) in facilitator_only() and actor.role != "facilitator":
        return Rejected("Only the facilitator can do this.")
    decided = deciders()[type(command)](_seen_by(workshop, command, actor), command, actor)
    if isinstance(decided, Rejected):
        return decided
    events = [*decided, *_after(workshop, decided, actor)]
    return FINAL if workshop.final is not None and _would_change(workshop, events, actor) else events


KEPT = ("kpis", "guardrails", "objectives", "key_results", "initiatives", "overrides", "traffic", "wish")
"""What a final outcome is made of: from the final word on none of it changes, whoever asks and by whatever command."""
FINAL = Rejected("The outcome is final. The facilitator can make it a draft again.")


def _would_change(workshop: Workshop, events: Iterable[Event], actor: Actor) -> bool:
    after = workshop
    for event in events:
        after = apply(after, event, Meta(seq=after.seq + 1, at=actor.at, by=actor.person))
    return any(getattr(after, field) != getattr(workshop, field) for field in KEPT)


def _seen_by(workshop: Workshop, command: Command, actor: Actor) -> Workshop:
    """A locked board is locked for participants; whoever locked it goes on sorting and adopting."""
    current = workshop.current
    if actor.role != "facilitator" or not current or not phase_state(workshop, current).locked:
        return workshop
    own = any(type(command) in activity.decide for activity in activities().values())
    return put_phase(workshop, current, locked=False) if own else workshop


def _after(workshop: Workshop, events: Iterable[Event], actor: Actor) -> list[Event]:
    """What the activity of a phase wants prepared when the phase opens."""
    opened = next((event for event in events if isinstance(event, PhaseOpened)), None)
    again = next((event for event in events if isinstance(event, RoundStarted)), None)
    if again is not None:
        asked = phase_of(workshop, again.phase)
        return [Revealed(phase=again.phase)] if asked is not None and not is_secret(asked) else []
    if opened is None:
        return []
    phase = phase_of(workshop, opened.phase)
    if phase is None:
        return []
    activity = activities()[phase.activity]
    prepared = list(activity.opening(workshop, phase, actor))
    if activity.reveals and not is_secret(phase) and not phase_state(workshop, phase.id).revealed:
        prepared.append(Revealed(phase=phase.id))
    return prepared


def apply(workshop: Workshop, event: Event, meta: Meta) -> Workshop:
    """The workshop after one event."""
    after = appliers()[type(event)](workshop, event, meta)
    after = replace(after, seq=meta.seq)
    if not isinstance(event, board.BoardRestored):
        after = _remember(workshop, after, meta)
    return _count_contribution(after, event, meta)


def replay(events: Iterable[tuple[Event, Meta]], start: Workshop = EMPTY) -> Workshop:
    """The workshop that a log tells of, from `start` on."""
    workshop = start
    for event, meta in events:
        workshop = apply(workshop, event, meta)
    return workshop


def _remember(before: Workshop, after: Workshop, meta: Meta) -> Workshop:
    """Keep what an event touched on the board. Events of one command (same person, same time) are one step."""
    touched = [field for field in UNDOABLE if getattr(before, field) is not getattr(after, field)]
    if not touched or meta.seq <= 1:
        return after
    old, new = _difference(before, after, touched)
    if old == new:
        return after
    last = after.undo[-1] if after.undo else None
    if last is not None and last.by == meta.by and last.at == meta.at:
        merged = replace(last, seq=meta.seq, before=_join(old, last.before), after=_join(last.after, new))
        return replace(after, undo=(*after.undo[:-1], merged))
    step = UndoStep(seq=meta.seq, at=meta.at, by=meta.by, phase=after.current or "", before=old, after=new)
    return replace(after, undo=(*after.undo, step)[-UNDO_DEPTH:])


_NOTHING = Slice()
"""Fields in which nothing was touched share its empty dictionaries for good: a step is kept for long, and has twenty of them."""


def _difference(before: Workshop, after: Workshop, fields: Iterable[str]) -> tuple[Slice, Slice]:
    olds: dict[str, dict[str, Any]] = {}
    news: dict[str, dict[str, Any]] = {}
    for field in fields:
        was, now = entries_of(before, field), entries_of(after, field)
        # By value: an entry that was written again as it stood is the same after a replay, where it is another object.
        keys = [k for k in now if now[k] is not was.get(k) and now[k] != was.get(k)]
        keys += [k for k in was if k not in now]
        olds[field] = {key: was.get(key) for key in keys}
        news[field] = {key: now.get(key) for key in keys}
    return replace(_NOTHING, **olds), replace(_NOTHING, **news)


def _join(first: Slice, second: Slice) -> Slice:
    """Both slices; where both name an entry, `second` has the last word."""
    return Slice(**{field: {**getattr(first, field), **getattr(second, field)} for field in UNDOABLE})


def _count_contribution(workshop: Workshop, event: Event, meta: Meta) -> Workshop:
    """Who gave something in a phase: anything but flow and marks of done counts, a late card for the phase it is for."""
    seat = workshop.people.get(meta.by)
    phase = event.card.phase if isinstance(event, CardAdded) else workshop.current
    if seat is None or seat.role != "participant" or not phase or type(event) not in _contributions():
        return workshop
    known = phase_state(workshop, phase)
    if meta.by in known.contributed:
        return workshop
    return put_phase(workshop, phase, contributed=known.contributed | {meta.by})


@cache
def _contributions() -> frozenset[type[Event]]:
    return frozenset(event for activity in activities().values() for event in activity.apply)
