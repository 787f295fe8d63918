"""A way out for an activity that was typed as a key result: three questions, then the same work in its right place (M-KR-9).

Nothing is taken away: the activity stays, word for word, as an initiative that serves the key result.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from facilitation import targets
from facilitation.kpi_tree import Kpi, Kpis, subtree
from facilitation.okr import Initiative, KeyResult
from facilitation.units import show_number

MOST_CHOICES = 5


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three questions, with what the workshop already knows about the answer (may be empty)."""

    text: str
    known: str = ""


class WayOut(msgspec.Struct, frozen=True, kw_only=True):
    """The offer: a kind opening, three questions, and the KPIs (ids, earliest first) whose change could be the answer."""

    opening: str
    questions: tuple[Question, ...]
    choices: tuple[str, ...]


def way_out(activity: str, kpis: Kpis, *, lever: str | None = None, kpi: Kpi | None = None) -> WayOut:
    """What to ask about `activity`. `lever` is the objective's KPI, `kpi` the one the key result is tied to, if any."""
    choices = _choices(kpis, lever)
    seen = kpi or (kpis[choices[0]] if choices else None)
    names = ", ".join(kpis[choice].name for choice in choices[:3])
    return WayOut(
        opening=f"“{activity.strip()}” is good work. A key result says what that work changes; it stays as an initiative.",
        questions=(
            Question(
                text="When this is done, what will customers do differently, or what will cost less or earn more?",
                known=f"On the board that could show in: {names}." if names else "",
            ),
            Question(text="How soon would you see it, and in which number first?", known=_how_soon(seen)),
            Question(
                text="What can you count on this period, and which value within reach would make you proud?",
                known=_range(seen),
            ),
        ),
        choices=choices,
    )


def turn(
    activity: str, key_result: KeyResult, kpi: Kpi, *, initiative_id: str
) -> tuple[KeyResult, Initiative]:
    """The key result tied to `kpi` with numbers from its card, and the activity kept as work that serves it."""
    found = targets.suggest(kpi)
    suggestion = found.target if isinstance(found, targets.Suggestion) else None
    banded = kpi.direction == "range" and kpi.band is not None
    measured = replace(
        key_result,
        kind="range" if banded else "metric",
        kpi=kpi.id,
        words="",
        start=kpi.baseline,
        suggestion=suggestion,
        target=suggestion,
        band=kpi.band if banded else None,
        unit=kpi.unit,
        segment=key_result.segment or kpi.segment,
        owner=key_result.owner or kpi.owner,
    )
    work = Initiative(
        id=initiative_id,
        text=activity.strip(),
        key_result=key_result.id,
        assumption=f"This moves {kpi.name}.",
    )
    return measured, work


def _choices(kpis: Kpis, lever: str | None) -> tuple[str, ...]:
    """KPIs of the objective's branch (or of the whole tree) that the team can move, those that move first in front."""
    ids: Sequence[str] = subtree(kpis, lever) if lever is not None and lever in kpis else list(kpis)
    open_ids = [id_ for id_ in ids if kpis[id_].parent is not None and kpis[id_].control != "outside"]
    early = sorted(open_ids, key=lambda id_: (kpis[id_].indicator != "leading", kpis[id_].baseline is None))
    return tuple(early[:MOST_CHOICES])


def _how_soon(kpi: Kpi | None) -> str:
    if kpi is None or not kpi.cadence:
        return ""
    return f"{kpi.name} is read {kpi.cadence}."


def _range(kpi: Kpi | None) -> str:
    """What the data say about a credible and an ambitious value of `kpi`."""
    if kpi is None:
        return ""
    found = targets.suggest(kpi)
    if isinstance(found, targets.NoTarget):
        return found.reason
    return f"{found.sentence} The data suggest {show_number(found.target, kpi.unit)}."
