"""After the workshop: the sessions to hold and the first ninety days, filled with this workshop's own items (method 9).

Pure: dates come from the period, times are local to its time zone and written without an offset; the calendar file adds
the zone. Sessions repeat by count, because an end date in a local rule means different things to different calendars.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from facilitation.dates import date_text
from facilitation.drafting.material import Period
from facilitation.drafting.sentences import guardrail_limit
from facilitation.kpi_tree import Kpi, Kpis, root, walk
from facilitation.okr import Guardrail, Initiative, KeyResult, Objective, breached

WEEKLY_MINUTES, MONTHLY_MINUTES, CHANGE_MINUTES, CLOSING_MINUTES = 45, 60, 45, 90
MOST_NAMED = 5
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session to hold: `start` is local ("2027-01-04T09:30"), `rule` an iCalendar recurrence rule or nothing."""

    title: str
    start: str
    minutes: int
    rule: str = ""
    agenda: tuple[str, ...] = ()


class PlanItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the 30-60-90 plan: when, what, and the rule it comes from."""

    label: str
    text: str
    source: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What the workshop decided, as far as calendar and plan need it. `names` are people by id."""

    kpis: Kpis
    objectives: Sequence[Objective] = ()
    key_results: Sequence[KeyResult] = ()
    guardrails: Sequence[Guardrail] = ()
    initiatives: Sequence[Initiative] = ()
    names: Mapping[str, str] = {}


def calendar(
    period: Period, decided: Decided, *, weekday: int = 0, time: str = "09:30"
) -> tuple[Session, ...]:
    """The sessions of the period, in order of their first date; none while it has no dates.

    `weekday` 0 is Monday; `time` is local. Weekly 45 minutes (10, 15, 15, 5), a monthly review, one change review half
    way, and a closing look back in the last week.
    """
    first, last = period.first_day(), period.last_day()
    if first is None or last is None or last < first:
        return ()
    opening = first + timedelta(days=(weekday - first.weekday()) % 7)
    weeks = (last - opening).days // 7 + 1 if opening <= last else 0
    found = [] if weeks < 1 else [_weekly(_at(opening, time), weeks, decided)]
    months = _month_ends(first, last, weekday)
    if months:
        found.append(_monthly(_at(months[0], time), len(months), weekday))
    half = opening + timedelta(weeks=weeks // 2)
    if weeks >= 4:
        found.append(_change_review(_at(half, time, later=60)))
    closing = last - timedelta(days=(last.weekday() - weekday) % 7)
    if closing >= first:
        found.append(_closing(_at(closing, time, later=120), period))
    return tuple(sorted(found, key=lambda session: session.start))


def plan_30_60_90(period: Period, decided: Decided) -> tuple[PlanItem, ...]:
    """What to do in the first, second and third month, from what this workshop left open and decided."""
    first = period.first_day()
    labels = [_label(first, start) for start in (0, 30, 60)]
    items = [PlanItem(label=labels[0], text=text, source=source) for text, source in _first_month(decided)]
    items += [PlanItem(label=labels[1], text=text, source=source) for text, source in _second_month(decided)]
    items += [PlanItem(label=labels[2], text=text, source=source) for text, source in _third_month(decided)]
    return tuple(items)


def _weekly(start: str, weeks: int, decided: Decided) -> Session:
    top = root(decided.kpis)
    watched = [top.name] if top else []
    watched += [kpi.name for kr, kpi in _aims(decided) if kr.role != "proof"]
    red = [guardrail.name for guardrail in decided.guardrails if breached(guardrail)]
    numbers = f": {_named(list(dict.fromkeys(watched)))}" if watched else ""
    tripped = f"; tripped today: {_named(red)}" if red else ""
    return Session(
        title="Weekly OKR check-in",
        start=start,
        minutes=WEEKLY_MINUTES,
        rule=f"FREQ=WEEKLY;COUNT={weeks}",
        agenda=(
            f"10 min – numbers against their baselines{numbers}",
            "15 min – each key result: where it stands, what is in the way, what we learned",
            "15 min – decisions and next bets",
            f"5 min – risks and guardrails{tripped}",
        ),
    )


def _monthly(start: str, count: int, weekday: int) -> Session:
    return Session(
        title="Monthly OKR review",
        start=start,
        minutes=MONTHLY_MINUTES,
        rule=f"FREQ=MONTHLY;BYDAY=-1{_DAYS[weekday]};COUNT={count}" if count > 1 else "",
        agenda=(
            "20 min – progress of each key result, and of the lagging numbers",
            "20 min – which work moves nothing? Stop it, and say what replaces it",
            "20 min – stop, start, continue",
        ),
    )


def _change_review(start: str) -> Session:
    return Session(
        title="Half-way change review",
        start=start,
        minutes=CHANGE_MINUTES,
        agenda=(
            "15 min – what has changed since we set these OKRs?",
            "15 min – what does it mean for them?",
            "15 min – proposal and decision: pause, pivot or continue",
        ),
    )


def _closing(start: str, period: Period) -> Session:
    name = f" of {period.name}" if period.name else ""
    return Session(
        title=f"Looking back{name}",
        start=start,
        minutes=CLOSING_MINUTES,
        agenda=(
            "30 min – results: from, to, reached; what the evidence says",
            "20 min – what do we now understand better about cause and effect?",
            "20 min – which target or key result was wrong, and where did the organisation slow us down?",
            "20 min – what the next period should begin with",
        ),
    )


def _first_month(decided: Decided) -> list[tuple[str, str]]:
    used = [kpi for _, kpi in _aims(decided)]
    top = root(decided.kpis)
    cards = list({kpi.id: kpi for kpi in ([top] if top else []) + used}.values())
    found = []
    for kpi in cards:
        if kpi.baseline is None and not kpi.formula:
            found.append((f"Measure the baseline of {kpi.name}{_by_whom(kpi.owner, decided)}.", "S4"))
        elif kpi.sigma is None and not kpi.formula:
            found.append((f"Collect past readings of {kpi.name}, to see how much they vary.", "M-TGT-1"))
        lacks = [what for what, there in _card(kpi) if not there]
        if lacks:
            found.append((f"Finish the card of {kpi.name}: {', '.join(lacks)}.", "method 3"))
    for guardrail in decided.guardrails:
        if guardrail.threshold is None:
            found.append((f"Agree on the limit of {guardrail.name}.", "method 4"))
        elif breached(guardrail):
            limit = guardrail_limit(guardrail)
            found.append(
                (f"Bring {guardrail.name} back to {limit}, or agree on a limit that holds.", "method 4")
            )
        elif guardrail.current is None:
            found.append((f"Find out where {guardrail.name} stands today.", "method 4"))
    found.append(("Publish baselines and guardrails where everybody concerned can see them.", "method 9"))
    return found


def _card(kpi: Kpi) -> tuple[tuple[str, str], ...]:
    return (
        ("definition", kpi.definition),
        ("owner", kpi.owner),
        ("source", kpi.source),
        ("cadence", kpi.cadence),
    )


def _second_month(decided: Decided) -> list[tuple[str, str]]:
    found = []
    for key_result, kpi in _aims(decided):
        if key_result.role in ("lever", "extra") and key_result.kind != "baseline":
            whom = _by_whom(key_result.owner or kpi.owner, decided)
            found.append(
                (
                    f"Start the test for {kpi.name}{whom}: {_first_sentence(key_result.evidence.design)}",
                    "M-EVD-1",
                )
            )
    found += [(f"Begin: {initiative.text}.", "M-INI-1") for initiative in decided.initiatives]
    found.append(
        (
            "Put the north star, the key results and the guardrails on one page that is read every week.",
            "method 9",
        )
    )
    return found


def _third_month(decided: Decided) -> list[tuple[str, str]]:
    found = []
    for key_result, kpi in _aims(decided):
        if key_result.role == "leading":
            found.append((f"Read {kpi.name}: did it move first, as expected?", "M-EVD-1"))
    if decided.initiatives:
        found.append(("Stop every initiative that moved nothing, and say so.", "method 9"))
    found.append(("Write down for each key result: result, query, and the next bet.", "M-EVD-1"))
    quiet = [
        kpi.name for kpi, _ in walk(decided.kpis) if kpi.control == "ours" and not _aimed_at(kpi, decided)
    ]
    if quiet:
        found.append(
            (f"Plan the next period with what was learned; levers still unused: {_named(quiet)}.", "method 9")
        )
    else:
        found.append(("Plan the next period with what was learned.", "method 9"))
    return found


def _aims(decided: Decided) -> list[tuple[KeyResult, Kpi]]:
    """Key results with their KPI, in order; those tied to none are left out."""
    pairs = [(each, decided.kpis.get(each.kpi or "")) for each in decided.key_results]
    return [(each, kpi) for each, kpi in pairs if kpi is not None]


def _aimed_at(kpi: Kpi, decided: Decided) -> bool:
    return any(key_result.kpi == kpi.id for key_result in decided.key_results)


def _by_whom(owner: str, decided: Decided) -> str:
    name = decided.names.get(owner[1:], "") if owner.startswith("@") else owner
    return f" ({name})" if name else ""


def _first_sentence(text: str) -> str:
    """The test in one breath; the plan's details stay with the key result."""
    if not text:
        return "choose a design first."
    head, dot, _ = re.sub(r" \([^)]*\)", "", text).partition(". ")
    return f"{head}." if dot else head


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _label(first: date | None, start: int) -> str:
    days = f"Days {start + 1}–{start + 30}"
    if first is None:
        return days
    return f"{days}, until {date_text((first + timedelta(days=start + 29)).isoformat())}"


def _at(day: date, time: str, *, later: int = 0) -> str:
    """A local start; `later` minutes after `time`, so that sessions of one day do not collide."""
    hours, minutes = (int(part) for part in time.split(":"))
    total = min(hours * 60 + minutes + later, 23 * 60 + 59)
    return f"{day.isoformat()}T{total // 60:02d}:{total % 60:02d}"


def _month_ends(first: date, last: date, weekday: int) -> list[date]:
    """The last `weekday` of each month that lies in the period, without the one in which the period closes."""
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = date(year, month, 1) - timedelta(days=1)
        day = end - timedelta(days=(end.weekday() - weekday) % 7)
        if first <= day <= last - timedelta(days=7):
            found.append(day)
    return found
