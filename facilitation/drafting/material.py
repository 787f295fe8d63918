"""What a draft is made of: plain things of the workshop, so that drafting knows nothing of rooms, phases and logs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail, Initiative, Mode, Traffic
from facilitation.ranking import LeverRow


class Period(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The quarter or half the OKRs are for: a name ("Q3 2026") and ISO dates; any of them may be empty."""

    name: str = ""
    start: str = ""
    end: str = ""
    time_zone: str = "UTC"

    def first_day(self) -> date | None:
        """The start as a date, `None` while it is not known."""
        return _date(self.start)

    def last_day(self) -> date | None:
        """The end as a date, `None` while it is not known."""
        return _date(self.end)

    def weeks(self) -> int | None:
        """Whole weeks from start to end, both days included; `None` without two dates in order."""
        first, last = self.first_day(), self.last_day()
        if first is None or last is None or last < first:
            return None
        return ((last - first).days + 1) // 7

    def week_end(self, number: int) -> str:
        """The last day of the given week of the period (week 1 ends six days after the start), or nothing."""
        first = self.first_day()
        return (first + timedelta(days=7 * number - 1)).isoformat() if first else ""


class Rank(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A KPI's place in the ranking of levers: votes beside the computed effect of a usual good swing (domain b).

    `effect` is in the north star's unit, `None` where the tree cannot size it; `reason` then says why.
    """

    kpi: str
    votes: int = 0
    effect: float | None = None
    score: float = 0.0
    reason: str = ""


def ranks(rows: Sequence[LeverRow]) -> tuple[Rank, ...]:
    """The ranking of levers as a draft needs it, best first."""
    return tuple(
        Rank(kpi=row.kpi, votes=row.votes, effect=row.impact, score=row.score, reason=row.reason)
        for row in rows
    )


class Material(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a draft may use. `ranking` is best first; `targets` are the group's own numbers per KPI; `modes` the
    declared ambition per lever; `beliefs` the levels 1–5 given in challenge; `people` names by id; `seed` the stored
    seed of forecasts.
    """

    kpis: dict[str, Kpi] = {}
    ranking: tuple[Rank, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    targets: dict[str, float] = {}
    modes: dict[str, Mode] = {}
    beliefs: dict[str, tuple[int, ...]] = {}
    traffic: dict[str, Traffic] = {}
    people: dict[str, str] = {}
    period: Period = Period()
    seed: int = 0


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence that says what is missing, and which thing it is about (a KPI's or guardrail's id, or nothing)."""

    text: str
    about: str = ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
