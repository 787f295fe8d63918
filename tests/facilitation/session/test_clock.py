"""The clock of the open phase (LIVE-10): events with a deadline, booked while it runs, never cutting anybody off."""

from __future__ import annotations

import pytest

from facilitation.messages import Command
from facilitation.session.clock import MINUTE, MoveClock, PauseClock, StartClock
from facilitation.session.flow import NextPhase, OpenPhase
from facilitation.state import phase_state
from tests.facilitation.room import Room


def opened(phase: str = "frame") -> Room:
    room = Room()
    room.must(OpenPhase(phase=phase))
    return room


def refusal(room: Room, wish: Command, by: str | None = None) -> str:
    answer = room.say(wish, by)
    assert answer is not None
    return answer.reason


def left(room: Room) -> int:
    """What a screen shows now, in ms."""
    clock = room.workshop.clock
    return clock.deadline - room.now if clock.running else clock.left


def wait(room: Room, minutes: float) -> None:
    """Time passes; the next command takes one second more."""
    room.now += int(minutes * MINUTE) - 1_000


def spent(room: Room, phase: str = "frame") -> float:
    return phase_state(room.workshop, phase).spent / MINUTE


def test_a_phase_opens_with_its_planned_minutes_and_runs() -> None:
    room = opened()
    assert left(room) == 8 * MINUTE
    assert room.workshop.clock.running


def test_before_the_first_phase_there_is_no_clock_to_start_or_move() -> None:
    room = Room()
    assert "No phase is open" in refusal(room, StartClock())
    assert "No phase is open" in refusal(room, MoveClock(minutes=1))
    room.must(PauseClock())
    assert len(room.log) == 2


def test_a_pause_keeps_what_is_left_and_resuming_goes_on_from_there() -> None:
    room = opened()
    wait(room, 3)
    room.must(PauseClock())
    assert left(room) == 5 * MINUTE
    wait(room, 45)
    room.must(StartClock())
    assert left(room) == 5 * MINUTE
    assert spent(room) == 3


def test_a_long_break_is_not_booked_as_work() -> None:
    room = opened()
    wait(room, 2)
    room.must(PauseClock())
    wait(room, 60)
    room.must(StartClock())
    wait(room, 2)
    room.must(NextPhase(after="frame"))
    assert spent(room) == 4


def test_over_time_is_shown_booked_and_survives_a_pause() -> None:
    room = opened()
    wait(room, 11)
    room.must(PauseClock())
    assert left(room) == -3 * MINUTE
    assert spent(room) == 11
    room.must(StartClock())
    assert left(room) == -3 * MINUTE


def test_a_phase_left_while_paused_books_only_what_ran() -> None:
    room = opened()
    wait(room, 3)
    room.must(PauseClock())
    wait(room, 30)
    room.must(NextPhase(after="frame"))
    assert spent(room) == 3
    assert room.workshop.clock.running


def test_the_next_phase_starts_from_its_own_minutes_whatever_was_moved_before() -> None:
    room = opened()
    room.must(MoveClock(minutes=10))
    room.must(NextPhase(after="frame"))
    assert left(room) == 8 * MINUTE
    assert room.workshop.clock.since == room.now


@pytest.mark.parametrize("minutes", [1, -1, 60, -60])
def test_minutes_are_given_and_taken_while_it_runs_and_while_it_stands(minutes: int) -> None:
    room = opened()
    before = left(room)
    room.must(MoveClock(minutes=minutes))
    assert left(room) == before + minutes * MINUTE - 1_000
    room.must(PauseClock())
    before = left(room)
    room.must(MoveClock(minutes=minutes))
    assert left(room) == before + minutes * MINUTE


def test_moving_the_clock_books_nothing() -> None:
    room = opened()
    room.must(MoveClock(minutes=5))
    wait(room, 6)
    room.must(PauseClock())
    assert spent(room) == pytest.approx(6, abs=0.05)


@pytest.mark.parametrize("minutes", [0, 61, -61, 10**9])
def test_a_move_is_between_one_and_sixty_minutes(minutes: int) -> None:
    assert "between 1 and 60" in refusal(opened(), MoveClock(minutes=minutes))


def test_the_clock_never_shows_more_than_ten_hours() -> None:
    room = opened()
    for _ in range(9):
        room.must(MoveClock(minutes=60))
    assert "ten hours" in refusal(room, MoveClock(minutes=60))


def test_pausing_and_starting_twice_are_one_event_each() -> None:
    room = opened()
    room.must(PauseClock())
    room.must(PauseClock())
    room.must(StartClock())
    room.must(StartClock())
    assert [type(event).__name__ for event, _ in room.log[-2:]] == ["ClockPaused", "ClockStarted"]


def test_a_participant_does_not_touch_the_clock() -> None:
    room = opened()
    ana = room.join()
    for wish in (StartClock(), PauseClock(), MoveClock(minutes=1)):
        assert "Only the facilitator" in refusal(room, wish, ana)


def test_a_clock_that_goes_backwards_books_nothing_negative() -> None:
    room = opened()
    room.now -= 10 * MINUTE
    room.must(NextPhase(after="frame"))
    assert spent(room) == 0


def test_time_of_two_visits_adds_up() -> None:
    room = opened()
    wait(room, 4)
    room.must(OpenPhase(phase="tree"))
    wait(room, 5)
    room.must(OpenPhase(phase="frame"))
    wait(room, 3)
    room.must(OpenPhase(phase="tree"))
    assert spent(room, "frame") == 7
    assert spent(room, "tree") == 5
