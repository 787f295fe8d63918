"""The clock of the open phase, kept by the server as events with a deadline (LIVE-10).

It never cuts anybody off: past its end it shows how far over the phase is. Time spent counts while it runs, so a lunch
break with the clock paused is no phase of three hours.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.changes import put_phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import Appliers, Clock, Deciders, Workshop, phase_state

MINUTE = 60_000
LONGEST = 600 * MINUTE


class ClockStarted(Event, frozen=True, kw_only=True):
    """The clock runs towards `deadline` (ms since the epoch)."""

    deadline: int


class ClockPaused(Event, frozen=True, kw_only=True):
    """The clock stands still with `left` ms, which is negative when the phase is over its time."""

    left: int


class ClockMoved(Event, frozen=True, kw_only=True):
    """Minutes were given or taken: `by_ms` may be negative."""

    by_ms: int


class StartClock(Command, frozen=True, kw_only=True):
    """Start or resume the clock."""


class PauseClock(Command, frozen=True, kw_only=True):
    """Hold the clock."""


class MoveClock(Command, frozen=True, kw_only=True):
    """Give (+) or take (−) whole minutes."""

    minutes: int


def decide_start(workshop: Workshop, wish: StartClock, actor: Actor) -> Decision:
    """Run on with what is left."""
    if workshop.current is None:
        return Rejected("No phase is open yet. Start the first phase: its clock starts with it.")
    clock = workshop.clock
    return [] if clock.running else [ClockStarted(deadline=actor.at + clock.left)]


def decide_pause(workshop: Workshop, wish: PauseClock, actor: Actor) -> Decision:
    """Stand still."""
    clock = workshop.clock
    return [ClockPaused(left=clock.deadline - actor.at)] if clock.running else []


def decide_move(workshop: Workshop, wish: MoveClock, actor: Actor) -> Decision:
    """More or fewer minutes for the open phase; never below what makes sense."""
    if workshop.current is None:
        return Rejected("No phase is open yet. Change its minutes in the agenda instead.")
    if not -60 <= wish.minutes <= 60 or wish.minutes == 0:
        return Rejected("Add or take between 1 and 60 minutes.")
    left = (workshop.clock.deadline - actor.at) if workshop.clock.running else workshop.clock.left
    if abs(left + wish.minutes * MINUTE) > LONGEST:
        return Rejected("That is more than ten hours on the clock. Start the next phase instead.")
    return [ClockMoved(by_ms=wish.minutes * MINUTE)]


def apply_started(workshop: Workshop, event: ClockStarted, meta: Meta) -> Workshop:
    """The clock runs."""
    return replace(workshop, clock=Clock(running=True, deadline=event.deadline, since=meta.at))


def apply_paused(workshop: Workshop, event: ClockPaused, meta: Meta) -> Workshop:
    """The clock stands; the time it ran is booked on the phase."""
    workshop = book_time(workshop, meta.at)
    return replace(workshop, clock=Clock(left=event.left))


def apply_moved(workshop: Workshop, event: ClockMoved, meta: Meta) -> Workshop:
    """The end moves."""
    clock = workshop.clock
    moved = (
        replace(clock, deadline=clock.deadline + event.by_ms)
        if clock.running
        else replace(clock, left=clock.left + event.by_ms)
    )
    return replace(workshop, clock=moved)


def book_time(workshop: Workshop, at: int) -> Workshop:
    """The workshop with the time since the clock was started booked on the open phase."""
    clock = workshop.clock
    if workshop.current is None or not clock.running:
        return workshop
    spent = phase_state(workshop, workshop.current).spent + max(0, at - clock.since)
    return replace(put_phase(workshop, workshop.current, spent=spent), clock=replace(clock, since=at))


DECIDE: Deciders = {StartClock: decide_start, PauseClock: decide_pause, MoveClock: decide_move}
APPLY: Appliers = {ClockStarted: apply_started, ClockPaused: apply_paused, ClockMoved: apply_moved}
FACILITATOR_ONLY: set[type[Command]] = {StartClock, PauseClock, MoveClock}
