"""What is asked once about a workshop: each mistake gets a sentence, what is kept has one form."""

from __future__ import annotations

from typing import Any

import pytest

from facilitation.messages import Rejected
from facilitation.session.setup import ChangeSetup, checked_setup
from facilitation.state import Setup
from tests.facilitation.room import Room


def checked(**fields: Any) -> Setup:
    found = checked_setup(ChangeSetup(**{"title": "Growth team", **fields}))
    assert isinstance(found, Setup), found
    return found


def refused(**fields: Any) -> str:
    found = checked_setup(ChangeSetup(**{"title": "Growth team", **fields}))
    assert isinstance(found, Rejected), found
    return found.reason


def test_a_title_is_enough_and_the_rest_has_a_default() -> None:
    assert checked() == Setup(title="Growth team")


@pytest.mark.parametrize("title", ["", "   ", "\u202e\u200b", "\x00\x07"])
def test_a_workshop_without_a_title_says_what_one_looks_like(title: str) -> None:
    assert "needs a title" in refused(title=title)


@pytest.mark.parametrize(
    ("field", "length", "word"),
    [("title", 121, "title"), ("team", 81, "team"), ("period", 41, "period"), ("strategy", 401, "strategy"),
     ("language", 21, "language")],
)  # fmt: skip
def test_too_long_a_text_is_named(field: str, length: int, word: str) -> None:
    assert word in refused(**{field: "a" * length})
    assert getattr(checked(**{field: "a" * (length - 1)}), field) == "a" * (length - 1)


def test_texts_lose_overrides_and_control_characters() -> None:
    assert checked(title="Plan\u202e B\x07", strategy="Win\n\nthe \u2066clinics").title == "Plan B"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2027-07-01", "2027-07-01"),
        (" 2027-07-01 ", "2027-07-01"),
        ("20270701", "2027-07-01"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_date_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert checked(start=typed).start == kept


@pytest.mark.parametrize(
    "typed", ["01.07.2027", "2027-13-01", "2027-02-30", "July", "2027", "９999-01-01", "0"]
)
def test_what_is_no_date_says_how_to_write_one(typed: str) -> None:
    assert "2027-07-01" in refused(start=typed)


def test_a_period_ends_after_it_begins() -> None:
    assert "ends before it begins" in refused(start="2027-07-01", end="2027-06-30")
    assert "ends before it begins" in refused(start="2027-07-01", end="2027-07-01")
    assert checked(start="2027-07-01", end="2027-09-30").end == "2027-09-30"


@pytest.mark.parametrize(
    "dates", [{"start": "1999-12-31"}, {"end": "1999-12-31"}, {"start": "2201-01-01"}, {"end": "9999-12-31"}]
)
def test_a_period_lies_in_a_time_that_makes_sense(dates: dict[str, str]) -> None:
    assert "2000 to 2200" in refused(**dates)


@pytest.mark.parametrize(
    "zone", ["Nowhere/Land", "../../etc/passwd", "/etc/localtime", "Europe", "a" * 5_000, "x\x00y"]
)
def test_an_unknown_time_zone_names_a_known_one(zone: str) -> None:
    assert "Europe/Vienna" in refused(time_zone=zone)


@pytest.mark.parametrize(
    ("zone", "kept"), [("Europe/Vienna", "Europe/Vienna"), ("", "UTC"), ("Asia/Kolkata", "Asia/Kolkata")]
)
def test_a_time_zone_is_kept_by_its_name(zone: str, kept: str) -> None:
    assert checked(time_zone=zone).time_zone == kept


@pytest.mark.parametrize("currency", ["€", "EURO", "12A", "ЕUR", "e u"])
def test_a_currency_has_three_letters(currency: str) -> None:
    assert "three letters" in refused(currency=currency)


@pytest.mark.parametrize(("currency", "kept"), [("eur", "EUR"), (" usd ", "USD"), ("", "USD")])
def test_a_currency_is_kept_in_capitals(currency: str, kept: str) -> None:
    assert checked(currency=currency).currency == kept


def test_the_scope_is_a_team_or_a_company() -> None:
    assert checked(scope="company").scope == "company"
    assert "team or for the company" in refused(scope="galaxy")


def test_saving_the_same_set_up_is_no_event() -> None:
    room = Room()
    wish = ChangeSetup(title="Growth team", period="Q3 2027", start="2027-07-01", end="2027-09-30")
    seen = len(room.log)
    room.must(wish)
    assert len(room.log) == seen
    room.must(ChangeSetup(title="Other"))
    assert room.workshop.setup.title == "Other"


def test_a_participant_does_not_change_the_set_up() -> None:
    room = Room()
    answer = room.say(ChangeSetup(title="Mine"), room.join())
    assert answer is not None
    assert "Only the facilitator" in answer.reason
