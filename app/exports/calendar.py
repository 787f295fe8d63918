"""The rhythm after the workshop as a calendar file: weekly, monthly and final sessions with their agendas.

Times are local to the workshop's time zone and the zone's rules travel in the file, so that "every Monday at ten" stays
at ten when clocks change.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo

import icalendar

from app.exports.clean import one_line
from app.exports.format import Format, Options, moment, slug
from app.exports.words import document_title
from facilitation.outcome import CalendarItem, Outcome


def write(outcome: Outcome, options: Options) -> bytes:
    """An iCalendar file (RFC 5545). An item whose start is no date is left out; an unreadable rule leaves one event."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Levertree//Outcome//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", one_line(document_title(outcome)))
    zone = _zone(outcome.time_zone)
    years = []
    for number, item in enumerate(outcome.calendar, 1):
        start = _start(item.start, zone)
        if start is not None and 1970 <= start.year <= 2500:
            years.append(start.year)
            calendar.add_component(_event(number, item, start, outcome, options))
    if years and zone.key != "UTC":
        # Two more years than anything starts in: longer than any rhythm of a period, short enough to read.
        calendar.add_missing_timezones(dt.date(min(years), 1, 1), dt.date(max(years) + 2, 1, 1))
    return bytes(calendar.to_ical())


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")


def _start(text: str, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
    """A session's local start; one that is only a day begins at nine."""
    try:
        start = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if "T" not in text and " " not in text.strip():
        start = start.replace(hour=9)
    return start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)


def _event(
    number: int, item: CalendarItem, start: dt.datetime, outcome: Outcome, options: Options
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{slug(outcome.code) or slug(outcome.title) or 'workshop'}-{number}@levertree")
    event.add("dtstamp", moment(outcome, options).astimezone(dt.UTC))
    event.add("summary", one_line(item.title) or "Session")
    event.add("dtstart", start)
    event.add("duration", dt.timedelta(minutes=min(max(item.minutes, 1), 24 * 60)))
    rule = _rule(item.rule)
    if rule is not None:
        event.add("rrule", rule)
    if item.agenda:
        event.add("description", "\n".join(f"- {one_line(line)}" for line in item.agenda))
    if options.link.startswith("https://"):
        event.add("url", options.link)
    return event


def _rule(text: str) -> icalendar.vRecur | None:
    """The recurrence rule, or `None` when there is none that a calendar would understand."""
    if not re.fullmatch(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*", text):
        return None
    try:
        rule: icalendar.vRecur = icalendar.vRecur.from_ical(text)
    except ValueError:
        return None
    # RFC 5545: with a zoned start the end of the rule is said in UTC.
    rule["UNTIL"] = [_utc(until) for until in rule.get("UNTIL", [])]
    if not rule["UNTIL"]:
        del rule["UNTIL"]
    return rule


def _utc(until: dt.date) -> dt.datetime:
    if isinstance(until, dt.datetime):
        return until.astimezone(dt.UTC) if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return dt.datetime(until.year, until.month, until.day, 23, 59, 59, tzinfo=dt.UTC)


FORMAT = Format(
    name="calendar",
    title="Calendar (.ics)",
    note="Weekly, monthly and final sessions with their agendas.",
    extension="ics",
    media_type="text/calendar; charset=utf-8",
    part="rhythm",
    write=write,
)
