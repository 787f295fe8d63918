"""What everybody can do in every phase: say "I'm done", park a thought, take the last step back."""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.changes import alter, count_id, new_id, put, put_phase, put_slice
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.session import taking_back
from facilitation.state import (
    Appliers,
    Deciders,
    Parked,
    Slice,
    Workshop,
    phase_of,
    phase_state,
)
from facilitation.text import text_of

MAX_PARKED = 300


class MarkedDone(Event, frozen=True, kw_only=True):
    """Somebody is done with the open phase."""

    phase: str


class UnmarkedDone(Event, frozen=True, kw_only=True):
    """Somebody goes on after all."""

    phase: str


class ThoughtParked(Event, frozen=True, kw_only=True):
    """A thought went to the parking lot."""

    parked: Parked


class ThoughtSettled(Event, frozen=True, kw_only=True):
    """A parked thought was dealt with, or taken up again."""

    id: str
    settled: bool


class BoardRestored(Event, frozen=True, kw_only=True):
    """A step was taken back: these entries stand again as they did before step `undone`."""

    entries: Slice
    undone: int


class MarkDone(Command, frozen=True, kw_only=True):
    """I'm done with this phase."""

    phase: str


class UnmarkDone(Command, frozen=True, kw_only=True):
    """I'm not done after all."""

    phase: str


class ParkThought(Command, frozen=True, kw_only=True):
    """Keep a thought for later."""

    text: str


class SettleThought(Command, frozen=True, kw_only=True):
    """Tick a parked thought off, or take it up again."""

    id: str
    settled: bool = True


class Undo(Command, frozen=True, kw_only=True):
    """Take back the last step: one's own, or as facilitator the last of anybody on the board."""


def decide_done(workshop: Workshop, wish: MarkDone, actor: Actor) -> Decision:
    """Done counts once per person and phase."""
    if phase_of(workshop, wish.phase) is None or workshop.current != wish.phase:
        return []
    return [] if actor.person in phase_state(workshop, wish.phase).done else [MarkedDone(phase=wish.phase)]


def decide_undone(workshop: Workshop, wish: UnmarkDone, actor: Actor) -> Decision:
    """Not done after all."""
    if workshop.current != wish.phase or actor.person not in phase_state(workshop, wish.phase).done:
        return []
    return [UnmarkedDone(phase=wish.phase)]


def decide_park(workshop: Workshop, wish: ParkThought, actor: Actor) -> Decision:
    """One sentence for the parking lot."""
    text = text_of(wish.text, 300, "The thought")
    if isinstance(text, Rejected):
        return text
    if len(workshop.parking) >= MAX_PARKED:
        return Rejected("The parking lot is full. Settle some of its thoughts first.")
    return [ThoughtParked(parked=Parked(id=new_id(workshop, "t"), text=text, by=actor.person))]


def decide_settle(workshop: Workshop, wish: SettleThought, actor: Actor) -> Decision:
    """Ticked off."""
    known = workshop.parking.get(wish.id)
    if known is None:
        return Rejected("This thought is not in the parking lot any more.")
    return [] if known.settled == wish.settled else [ThoughtSettled(id=wish.id, settled=wish.settled)]


def decide_undo(workshop: Workshop, wish: Undo, actor: Actor) -> Decision:
    """Put back what the last step touched, unless somebody has changed it since or built on it."""
    step = taking_back.next_step(workshop, actor.person, facilitates=actor.role == "facilitator")
    if step is None:
        return Rejected("There is nothing to take back.")
    no = taking_back.problem(workshop, step)
    return no if no is not None else [BoardRestored(entries=step.before, undone=step.seq)]


def apply_done(workshop: Workshop, event: MarkedDone, meta: Meta) -> Workshop:
    """One more is done."""
    return put_phase(workshop, event.phase, done=phase_state(workshop, event.phase).done | {meta.by})


def apply_undone(workshop: Workshop, event: UnmarkedDone, meta: Meta) -> Workshop:
    """One fewer."""
    return put_phase(workshop, event.phase, done=phase_state(workshop, event.phase).done - {meta.by})


def apply_parked(workshop: Workshop, event: ThoughtParked, meta: Meta) -> Workshop:
    """In the parking lot."""
    return put(count_id(workshop, event.parked.id), "parking", event.parked.id, event.parked)


def apply_settled(workshop: Workshop, event: ThoughtSettled, meta: Meta) -> Workshop:
    """Ticked."""
    return alter(workshop, "parking", event.id, settled=event.settled)


def apply_restored(workshop: Workshop, event: BoardRestored, meta: Meta) -> Workshop:
    """As it was; the step is used up."""
    workshop = put_slice(workshop, event.entries)
    return replace(workshop, undo=tuple(s for s in workshop.undo if s.seq != event.undone))


DECIDE: Deciders = {
    MarkDone: decide_done,
    UnmarkDone: decide_undone,
    ParkThought: decide_park,
    SettleThought: decide_settle,
    Undo: decide_undo,
}
APPLY: Appliers = {
    MarkedDone: apply_done,
    UnmarkedDone: apply_undone,
    ThoughtParked: apply_parked,
    ThoughtSettled: apply_settled,
    BoardRestored: apply_restored,
}
FACILITATOR_ONLY: set[type[Command]] = {SettleThought}
