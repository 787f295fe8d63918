"""A period's name and its dates: a slip is doubted in one sentence, and whatever may be meant is let be."""

from __future__ import annotations

import pytest

from facilitation.session.period import doubt, meant

QUARTER = ("2027-07-01", "2027-09-30")


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("Q3 2027", *QUARTER),
        ("2027 Q3", *QUARTER),
        ("third quarter 2027", *QUARTER),
        ("3Q", *QUARTER),
        ("Q3 2027", "2027-07-05", "2027-10-03"),
        ("H2 2027", "2027-07-01", "2027-12-31"),
        ("second half 2027", "2027-07-01", "2027-12-31"),
        ("2027", "2027-01-01", "2027-12-31"),
        ("Spring sprint", *QUARTER),
        ("Autumn 2027", *QUARTER),
        ("FY27 Q3", "2027-01-01", "2027-03-31"),
        ("Q3 2026/2027", "2027-01-01", "2027-03-31"),
        ("", *QUARTER),
        ("Q3 2027", "", ""),
        ("Q3 2027", "soon", "2027-09-30"),
        ("fourth half 2027", *QUARTER),
    ],
)
def test_what_fits_or_says_nothing_is_not_doubted(period: str, start: str, end: str) -> None:
    assert doubt(period, start, end) == ""


@pytest.mark.parametrize(
    ("period", "start", "end", "words"),
    [
        ("Q3 2027", "2027-01-01", "2027-03-31", "usually means 1 Jul 2027 – 30 Sep 2027, but the dates are 1 Jan 2027"),
        ("Q3 2027", "2026-07-01", "2026-09-30", "but the dates are 1 Jul 2026 – 30 Sep 2026"),
        ("Q4", "2027-07-01", "2027-09-30", "usually means 1 Oct 2027 – 31 Dec 2027"),
        ("H1 2027", *QUARTER, "usually means 1 Jan 2027 – 30 Jun 2027"),
        ("Q3 2027", "2027-07-01", "2027-12-31", "but the dates are 1 Jul 2027 – 31 Dec 2027"),
        ("Growth 2028", *QUARTER, "The period is called “Growth 2028”, but its dates are 1 Jul 2027"),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_both_readings(period: str, start: str, end: str, words: str) -> None:
    assert words in doubt(period, start, end)


def test_a_period_that_names_quarter_and_year_gives_its_dates() -> None:
    assert meant("Q3 2027") == QUARTER
    assert meant("first half of 2028") == ("2028-01-01", "2028-06-30")
    assert meant("1st half 2028") == ("2028-01-01", "2028-06-30")
    assert meant("Q1 2028 (leap)") == ("2028-01-01", "2028-03-31")
    for unclear in ("", "Q3", "2027", "FY27 Q3", "FY 2027 Q3", "Q3 2026/2027", "Spring 2027"):
        assert meant(unclear) is None
