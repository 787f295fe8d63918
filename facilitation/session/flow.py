"""From phase to phase: open, reveal, hide, lock, reopen. Nothing is destroyed on the way.

Reopening an earlier phase keeps what it held; secret numbers of its last round go to the archive only when the
facilitator asks for a new round.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.changes import put_phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.session.clock import MINUTE, book_time
from facilitation.state import (
    Appliers,
    Clock,
    Deciders,
    Workshop,
    agenda,
    participants,
    phase_of,
    phase_state,
)


class PhaseOpened(Event, frozen=True, kw_only=True):
    """A phase is open for everybody; its clock has `left` ms and runs from now on if `running`."""

    phase: str
    left: int
    running: bool = True


class Revealed(Event, frozen=True, kw_only=True):
    """What was private in this phase is shown."""

    phase: str


class Hidden(Event, frozen=True, kw_only=True):
    """What was shown is private again."""

    phase: str


class BoardLocked(Event, frozen=True, kw_only=True):
    """Participants cannot change this phase's board."""

    phase: str


class BoardUnlocked(Event, frozen=True, kw_only=True):
    """Participants can change it again."""

    phase: str


class RoundStarted(Event, frozen=True, kw_only=True):
    """A new secret round: the numbers so far are archived."""

    phase: str


class OpenPhase(Command, frozen=True, kw_only=True):
    """Open a phase, forwards or backwards."""

    phase: str


class NextPhase(Command, frozen=True, kw_only=True):
    """Open the phase after `after`: naming it makes two taps on Next count once."""

    after: str = ""


class Reveal(Command, frozen=True, kw_only=True):
    """Show what was private."""

    phase: str


class Hide(Command, frozen=True, kw_only=True):
    """Make it private again."""

    phase: str


class LockBoard(Command, frozen=True, kw_only=True):
    """Stop participants from changing the board."""

    phase: str


class UnlockBoard(Command, frozen=True, kw_only=True):
    """Let participants change the board."""

    phase: str


class StartRound(Command, frozen=True, kw_only=True):
    """Ask for the secret numbers of a phase afresh."""

    phase: str


def decide_open(workshop: Workshop, wish: OpenPhase, actor: Actor) -> Decision:
    """Open any phase on the agenda; one that was open before goes on with the time it had left."""
    phase = phase_of(workshop, wish.phase)
    if phase is None or phase.id in workshop.dropped:
        return Rejected("This phase is not on the agenda. Choose one from the list on the left.")
    if workshop.current == phase.id:
        return []
    known = phase_state(workshop, phase.id)
    left = int(phase.minutes * MINUTE) - known.spent
    if known.opened:
        left = max(left, 2 * MINUTE)
    return [PhaseOpened(phase=phase.id, left=left)]


def decide_next(workshop: Workshop, wish: NextPhase, actor: Actor) -> Decision:
    """Open the phase after the current one; after the last there is none."""
    if wish.after != (workshop.current or ""):
        return Rejected("The room has moved on already. Look at the agenda before you go further.")
    order = agenda(workshop)
    if not order:
        return Rejected("The agenda is empty. Bring a phase back first.")
    ids = [phase.id for phase in order]
    place = ids.index(workshop.current) if workshop.current in ids else -1
    if place + 1 >= len(ids):
        return Rejected(
            "This was the last phase. Open the outcome, or reopen an earlier phase from the agenda."
        )
    return decide_open(workshop, OpenPhase(phase=ids[place + 1]), actor)


def _shown(workshop: Workshop, phase: str) -> Rejected | None:
    if phase_of(workshop, phase) is None or phase != workshop.current:
        return Rejected("Open this phase first, then change what it shows.")
    return None


def decide_reveal(workshop: Workshop, wish: Reveal, actor: Actor) -> Decision:
    """Show the private part of the open phase."""
    if no := _shown(workshop, wish.phase):
        return no
    return [] if phase_state(workshop, wish.phase).revealed else [Revealed(phase=wish.phase)]


def decide_hide(workshop: Workshop, wish: Hide, actor: Actor) -> Decision:
    """Hide it again."""
    if no := _shown(workshop, wish.phase):
        return no
    return [Hidden(phase=wish.phase)] if phase_state(workshop, wish.phase).revealed else []


def decide_lock(workshop: Workshop, wish: LockBoard, actor: Actor) -> Decision:
    """Lock the open board."""
    if no := _shown(workshop, wish.phase):
        return no
    return [] if phase_state(workshop, wish.phase).locked else [BoardLocked(phase=wish.phase)]


def decide_unlock(workshop: Workshop, wish: UnlockBoard, actor: Actor) -> Decision:
    """Unlock the open board."""
    if no := _shown(workshop, wish.phase):
        return no
    return [BoardUnlocked(phase=wish.phase)] if phase_state(workshop, wish.phase).locked else []


def decide_round(workshop: Workshop, wish: StartRound, actor: Actor) -> Decision:
    """Archive the numbers of the open phase and ask again."""
    if no := _shown(workshop, wish.phase):
        return no
    given = any(workshop.marks.get(wish.phase, {}).values())
    return [RoundStarted(phase=wish.phase)] if given else []


def apply_opened(workshop: Workshop, event: PhaseOpened, meta: Meta) -> Workshop:
    """The old phase is closed and its time booked, the new one is open with its clock."""
    workshop = book_time(workshop, meta.at)
    if workshop.current:
        workshop = put_phase(workshop, workshop.current, closed=True)
    known = phase_state(workshop, event.phase)
    workshop = put_phase(
        workshop,
        event.phase,
        opened=known.opened or meta.at,
        closed=False,
        locked=False,
        done=frozenset(),
        present=max(known.present, len(participants(workshop))),
    )
    clock = (
        Clock(running=event.running, deadline=meta.at + event.left, since=meta.at)
        if event.running
        else Clock(left=event.left)
    )
    return replace(workshop, current=event.phase, clock=clock)


def apply_revealed(workshop: Workshop, event: Revealed, meta: Meta) -> Workshop:
    """Shown."""
    return put_phase(workshop, event.phase, revealed=True)


def apply_hidden(workshop: Workshop, event: Hidden, meta: Meta) -> Workshop:
    """Hidden."""
    return put_phase(workshop, event.phase, revealed=False)


def apply_locked(workshop: Workshop, event: BoardLocked, meta: Meta) -> Workshop:
    """Locked."""
    return put_phase(workshop, event.phase, locked=True)


def apply_unlocked(workshop: Workshop, event: BoardUnlocked, meta: Meta) -> Workshop:
    """Unlocked."""
    return put_phase(workshop, event.phase, locked=False)


def apply_round(workshop: Workshop, event: RoundStarted, meta: Meta) -> Workshop:
    """The old numbers go to the archive, the phase is secret again."""
    old = workshop.marks.get(event.phase, {})
    known = phase_state(workshop, event.phase)
    workshop = replace(
        workshop,
        archive=(*workshop.archive, (event.phase, known.round, old)),
        marks={**workshop.marks, event.phase: {}},
    )
    return put_phase(workshop, event.phase, revealed=False, round=known.round + 1, done=frozenset())


DECIDE: Deciders = {
    OpenPhase: decide_open,
    NextPhase: decide_next,
    Reveal: decide_reveal,
    Hide: decide_hide,
    LockBoard: decide_lock,
    UnlockBoard: decide_unlock,
    StartRound: decide_round,
}
APPLY: Appliers = {
    PhaseOpened: apply_opened,
    Revealed: apply_revealed,
    Hidden: apply_hidden,
    BoardLocked: apply_locked,
    BoardUnlocked: apply_unlocked,
    RoundStarted: apply_round,
}
FACILITATOR_ONLY: set[type[Command]] = set(DECIDE)
