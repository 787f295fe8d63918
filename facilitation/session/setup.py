"""How a workshop begins, and what can be said about it later: title, team, period, strategy."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from facilitation.guide import Guide
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import Appliers, Deciders, Setup, Workshop
from facilitation.text import clean


class WorkshopCreated(Event, frozen=True, kw_only=True):
    """The first event: the workshop's own copy of its guide and what was asked once."""

    code: str
    setup: Setup
    guide: Guide


class SetupChanged(Event, frozen=True, kw_only=True):
    """Title, team, period or strategy were changed."""

    setup: Setup


class ChangeSetup(Command, frozen=True, kw_only=True):
    """Change what was asked when the workshop was made. Facilitators only."""

    title: str
    team: str = ""
    scope: str = "team"
    period: str = ""
    start: str = ""
    end: str = ""
    time_zone: str = "UTC"
    currency: str = "USD"
    language: str = "en"
    strategy: str = ""


def checked_setup(wish: ChangeSetup) -> Setup | Rejected:
    """The set-up if it makes sense, otherwise the one sentence that says what to mend."""
    title = clean(wish.title)
    if not title:
        return Rejected("The workshop needs a title, such as “Growth team, Q3”.")
    too_long = [name for name, text, limit in _limits(wish) if len(clean(text)) > limit]
    if too_long:
        return Rejected(f"The {too_long[0]} is too long. Shorten it and save again.")
    if wish.scope not in ("team", "company"):
        return Rejected("Choose whether this is for a team or for the company.")
    days: list[date | None] = []
    for text in (wish.start, wish.end):
        try:
            days.append(date.fromisoformat(text.strip()) if text.strip() else None)
        except ValueError:
            return Rejected(f"“{clean(text)[:20]}” is no date. Write it like 2027-07-01.")
    start, end = days
    if start and end and end <= start:
        return Rejected("The period ends before it begins. Check the two dates.")
    if any(day and not 2000 <= day.year <= 2200 for day in days):
        return Rejected("The period lies outside 2000 to 2200. Check the two dates.")
    try:
        ZoneInfo(wish.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Rejected("This time zone is unknown. Choose one such as Europe/Vienna.")
    currency = clean(wish.currency).upper() or "USD"
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        return Rejected("Write the currency with its three letters, such as EUR or USD.")
    return Setup(
        title=title,
        team=clean(wish.team),
        scope="company" if wish.scope == "company" else "team",
        period=clean(wish.period),
        # 20270701 is a date too, but only one way of writing it is kept.
        start=start.isoformat() if start else "",
        end=end.isoformat() if end else "",
        time_zone=wish.time_zone or "UTC",
        currency=currency,
        language=clean(wish.language) or "en",
        strategy=clean(wish.strategy),
    )


def _limits(wish: ChangeSetup) -> list[tuple[str, str, int]]:
    return [
        ("title", wish.title, 120),
        ("team's name", wish.team, 80),
        ("period", wish.period, 40),
        ("language", wish.language, 20),
        ("strategy", wish.strategy, 400),
    ]


def decide_change(workshop: Workshop, wish: ChangeSetup, actor: Actor) -> Decision:
    """A facilitator changes the set-up."""
    setup = checked_setup(wish)
    if isinstance(setup, Rejected):
        return setup
    return [] if setup == workshop.setup else [SetupChanged(setup=setup)]


def apply_created(workshop: Workshop, event: WorkshopCreated, meta: Meta) -> Workshop:
    """The empty workshop with its guide."""
    return replace(workshop, code=event.code, setup=event.setup, guide=event.guide, created=meta.at)


def apply_change(workshop: Workshop, event: SetupChanged, meta: Meta) -> Workshop:
    """The workshop with its new set-up."""
    return replace(workshop, setup=event.setup)


DECIDE: Deciders = {ChangeSetup: decide_change}
APPLY: Appliers = {WorkshopCreated: apply_created, SetupChanged: apply_change}
FACILITATOR_ONLY: set[type[Command]] = {ChangeSetup}
