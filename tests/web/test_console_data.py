"""What the console says about time: when the session ends, how late that is, and what shortening the rest would take."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.rendering.screens import Place, Presence, Region, clock_data, shared
from app.web.workshops import defaults
from facilitation.session.agenda import ChangeSetting, DropPhase
from facilitation.session.clock import MINUTE, MoveClock, PauseClock
from facilitation.session.flow import OpenPhase
from tests.facilitation.room import Room


def regions(room: Room, now: int = 0) -> dict[str, Region]:
    return shared(room.workshop, "console", Presence(now=now), Place())


def phases(room: Room, now: int = 0) -> dict[str, Any]:
    return regions(room, now)["phases"].data


def test_before_the_start_the_planned_minutes_stand_there() -> None:
    data = phases(Room())
    assert (data["planned"], data["ends"], data["shorten_to"]) == (90, "", None)


def test_a_running_phase_says_when_all_is_over_in_the_workshops_time_zone() -> None:
    room = Room()
    room.now = 1_800_000_000_000 - 1_000  # 15 January 2027, 08:00 UTC
    room.must(OpenPhase(phase="frame"))
    assert (phases(room)["ends"], phases(room)["late_words"]) == ("09:30", "as planned")
    room.must(MoveClock(minutes=5))
    assert (phases(room)["ends"], phases(room)["late_words"]) == ("09:35", "5 minutes late")
    assert phases(room)["shorten_to"] == 82 - 5


def test_a_phase_that_runs_over_is_late_although_nobody_has_done_anything() -> None:
    room = Room()
    room.must(OpenPhase(phase="frame"))
    later = room.now + 11 * MINUTE
    assert phases(room, later)["late"] == 3
    room.now = later
    room.must(OpenPhase(phase="north-star"))
    row = phases(room, later)["rows"][0]
    assert (row["real"], row["over"], row["state"]) == (11, True, "past")
    assert phases(room, later)["late"] == 3


def test_a_paused_clock_promises_no_time_of_day() -> None:
    room = Room()
    room.must(OpenPhase(phase="frame"))
    room.must(PauseClock())
    assert phases(room)["ends"] == ""
    assert phases(room)["rest"] == 82


def test_a_phase_left_out_is_no_longer_in_the_list_and_stays_in_the_plan() -> None:
    room = Room()
    room.must(DropPhase(phase="challenge"))
    assert "challenge" not in [row["id"] for row in phases(room)["rows"]]
    assert regions(room)["plan"].parts["plan-challenge"]["dropped"]


def test_the_clock_says_whether_it_warns_and_sounds() -> None:
    room = Room()
    room.must(OpenPhase(phase="frame"))
    assert (clock_data(room.workshop)["warns"], clock_data(room.workshop)["sounds"]) == (True, True)
    room.must(ChangeSetting(phase="frame", name="sound", value="no"))
    room.must(ChangeSetting(phase="frame", name="one_minute_warning", value="no"))
    assert (clock_data(room.workshop)["warns"], clock_data(room.workshop)["sounds"]) == (False, False)


@pytest.mark.parametrize(
    ("today", "period", "start", "end"),
    [
        ("2026-11-22", "Q1 2027", "2027-01-01", "2027-03-31"),
        ("2027-02-28", "Q2 2027", "2027-04-01", "2027-06-30"),
        ("2027-09-30", "Q4 2027", "2027-10-01", "2027-12-31"),
        ("2027-12-31", "Q1 2028", "2028-01-01", "2028-03-31"),
    ],
)
def test_a_new_workshop_is_for_the_coming_quarter(today: str, period: str, start: str, end: str) -> None:
    values = defaults(date.fromisoformat(today))
    assert (values["period"], values["start"], values["end"]) == (period, start, end)
