"""Levers ranked: what people voted for, what the tree calculates, and what the team controls, all three shown (domain b, Rank).

score = C · (½ · votes/max votes + ½ · impact/max impact), impact = what a favourable 1σ adds to the north star, C = 1 ours,
0.5 shared, 0.25 outside. A lever that cannot be sized, or a ballot without votes, keeps its known half (C · ½ · …) and says so.
Where votes and effect disagree by two ranks or more, the row says how: "popular, small effect" (with a vote at all) or
"overlooked" (with an effect at all).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from facilitation.kpi_tree import Control, Kpis, walk
from facilitation.sensitivity import Sensitivity, sensitivity

Badge = Literal["", "popular, small effect", "overlooked"]
CONTROL_FACTOR: dict[Control | None, float] = {"ours": 1.0, "shared": 0.5, "outside": 0.25, None: 0.5}
RANK_GAP = 2


class LeverRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the ranking. `impact` is in the north star's unit, `None` if unsized (then `reason` says why).

    `rank`, `vote_rank` and `impact_rank` start at 1; equal votes share a vote rank, equal impacts an impact rank
    (`impact_rank` is `None` if unsized, `vote_rank` is `None` before anybody voted). `candidate` is false for what is
    outside the team's control: it is ranked to show why, but is never drafted into an OKR.
    """

    kpi: str
    name: str
    votes: int
    impact: float | None
    control: Control | None
    score: float
    rank: int
    vote_rank: int | None
    impact_rank: int | None
    badge: Badge = ""
    unsized: bool = False
    reason: str = ""
    candidate: bool = True


def rank(kpis: Kpis, votes: Mapping[str, int], effects: Sensitivity | None = None) -> list[LeverRow]:
    """Rank every KPI below the north star that has a declared control or votes, best first.

    Ties go by votes, then by board order.
    """
    known = effects if effects is not None else sensitivity(kpis)
    rows = [
        kpi.id
        for kpi, _ in walk(kpis)
        if kpi.parent is not None and (kpi.control is not None or votes.get(kpi.id, 0) > 0)
    ]
    counted = {key: max(votes.get(key, 0), 0) for key in rows}
    impacts = {key: known.effects[key].impact if key in known.effects else None for key in rows}
    most_votes = max(counted.values(), default=0)
    most_impact = max((impact for impact in impacts.values() if impact is not None), default=0.0)
    scores = {
        key: _score(CONTROL_FACTOR[kpis[key].control], counted[key], most_votes, impacts[key], most_impact)
        for key in rows
    }
    place = {key: index for index, key in enumerate(rows)}
    ordered = sorted(rows, key=lambda key: (-round(scores[key], 12), -counted[key], place[key]))
    vote_ranks = _ranks({key: float(count) for key, count in counted.items()}) if most_votes else {}
    impact_ranks = _ranks({key: impact for key, impact in impacts.items() if impact is not None})
    return [
        LeverRow(
            kpi=key,
            name=kpis[key].name,
            votes=counted[key],
            impact=impacts[key],
            control=kpis[key].control,
            score=scores[key],
            rank=index,
            vote_rank=vote_ranks.get(key),
            impact_rank=impact_ranks.get(key),
            badge=_badge(counted[key], impacts[key], vote_ranks.get(key), impact_ranks.get(key)),
            unsized=impacts[key] is None,
            reason=_reason(known, key) if impacts[key] is None else "",
            candidate=kpis[key].control != "outside",
        )
        for index, key in enumerate(ordered, start=1)
    ]


def _score(control: float, votes: int, most_votes: int, impact: float | None, most_impact: float) -> float:
    """Half from votes, half from impact; a half that nobody can know yet is 0, so what is known still counts."""
    wanted = votes / most_votes if most_votes else 0.0
    effect = impact / most_impact if impact is not None and most_impact > 0 else 0.0
    return control * (wanted + effect) / 2


def _ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Competition ranks, 1 for the largest; equal values share one."""
    ordered = sorted(values.values(), reverse=True)
    first: dict[float, int] = {}
    for index, value in enumerate(ordered, start=1):
        first.setdefault(value, index)
    return {key: first[value] for key, value in values.items()}


def _badge(votes: int, impact: float | None, vote_rank: int | None, impact_rank: int | None) -> Badge:
    """What nobody voted for is never popular, and what moves nothing was not overlooked, whatever ties do to the ranks."""
    if impact is None or vote_rank is None or impact_rank is None:
        return ""
    if impact_rank - vote_rank >= RANK_GAP and votes > 0:
        return "popular, small effect"
    return "overlooked" if vote_rank - impact_rank >= RANK_GAP and impact > 0 else ""


def _reason(effects: Sensitivity, key: str) -> str:
    row = effects.effects.get(key)
    if row is None or row.reason:
        return row.reason if row is not None else ""
    return "Its spread σ is not known yet, so one step of it cannot be sized."
