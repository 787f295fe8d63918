"""A day in words: the one way dates are written, on screens, on paper and in sentences."""

from __future__ import annotations

from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_text(iso: str, *, year: bool = True) -> str:
    """An ISO date, or a moment that begins with one, for reading: `30 Sep 2027`, without `year` `30 Sep`; text that is no date
    comes back as it is."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
