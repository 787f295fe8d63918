"""Whether what a period is called and its dates say the same: "Q3 2027" with the dates of spring is a slip nobody sees later.

Only a doubt, never a refusal: a company's year may begin in another month. Names that say nothing about a calendar ("Spring
sprint") raise none.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from facilitation.dates import date_text
from facilitation.drafting.material import Period

NEAR = 35
"""Days that a first or last day may lie beside the calendar's: a period that begins with its first Monday is no slip."""

_QUARTER = re.compile(r"\bq\s?([1-4])\b|\b([1-4])q\b", re.IGNORECASE)
_HALF = re.compile(r"\bh\s?([12])\b|\b([12])h\b", re.IGNORECASE)
_SPELLED = re.compile(r"\b(first|second|third|fourth|1st|2nd|3rd|4th) (quarter|half)\b", re.IGNORECASE)
_PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_OWN_YEAR = re.compile(r"\bfy|fiscal", re.IGNORECASE)


def doubt(period: str, start: str, end: str) -> str:
    """What does not fit between the name of a period and its ISO dates, as a sentence; empty where nothing can be said."""
    given = Period(name=period, start=start, end=end)
    first, last = given.first_day(), given.last_day()
    if first is None or last is None or _OWN_YEAR.search(period):
        return ""
    years = [int(year) for year in _YEAR.findall(period)]
    if len(years) > 1:
        return ""
    months = _months(period)
    year = years[0] if years else first.year
    if months is None:
        if not years or first.year <= year <= last.year:
            return ""
        return (
            f"The period is called “{period}”, but its dates are {_span(first, last)}. Correct one of them."
        )
    begins, ends = _bounds(year, months)
    if abs((first - begins).days) <= NEAR and abs((last - ends).days) <= NEAR:
        return ""
    return (
        f"“{period}” usually means {_span(begins, ends)}, but the dates are {_span(first, last)}. Correct one of them, or "
        "leave them if your year begins in another month."
    )


def meant(period: str) -> tuple[str, str] | None:
    """First and last day, ISO, of a period that names its quarter or half and its year; `None` for any other."""
    years = _YEAR.findall(period)
    months = _months(period)
    if months is None or len(years) != 1 or _OWN_YEAR.search(period):
        return None
    first, last = _bounds(int(years[0]), months)
    return first.isoformat(), last.isoformat()


def _bounds(year: int, months: tuple[int, int]) -> tuple[date, date]:
    return date(year, months[0], 1), date(year, months[1], calendar.monthrange(year, months[1])[1])


def _months(period: str) -> tuple[int, int] | None:
    """The first and last month that a quarter or half stands for."""
    quarter, half = _QUARTER.search(period), _HALF.search(period)
    spelled = _SPELLED.search(period)
    if quarter is not None:
        number = int(quarter[1] or quarter[2])
        return 3 * number - 2, 3 * number
    if half is not None:
        number = int(half[1] or half[2])
        return 6 * number - 5, 6 * number
    if spelled is None:
        return None
    number, length = _PLACES[spelled[1].lower()], 3 if spelled[2].lower() == "quarter" else 6
    return (length * (number - 1) + 1, length * number) if length * number <= 12 else None


def _span(first: date, last: date) -> str:
    return f"{date_text(first.isoformat())} – {date_text(last.isoformat())}"
