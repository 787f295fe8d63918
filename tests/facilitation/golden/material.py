"""The worked examples of the method (section 10) as workshop material.

Figures of the sources: today's values, the group's targets, guardrail limits. Everything a source does not give is invented,
round and plausible, and marked so in the golden files: every spread, owner, vote, size of a link, reading rhythm, and the
values listed in `invented`. Spreads were chosen before looking at what they suggest, never to hit a target.
"""

from __future__ import annotations

from typing import Any

import msgspec

from facilitation.drafting import Material, Period, ranks
from facilitation.kpi_tree import Influence, Kpi
from facilitation.okr import Guardrail
from facilitation.ranking import rank


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One example: `invented` names values ("leads baseline") that no source gives, `wish` the top-down number."""

    name: str
    title: str
    source: str
    material: Material
    invented: tuple[str, ...] = ()
    wish: float | None = None
    commitments: dict[str, tuple[int, ...]] = {}


Q2 = Period(name="Q2 2026", start="2026-04-01", end="2026-06-30")
Q3 = Period(name="Q3 2026", start="2026-07-01", end="2026-09-30")
H1 = Period(name="H1 2026", start="2026-01-01", end="2026-06-30")


def tree(*kpis: Kpi) -> dict[str, Kpi]:
    return {kpi.id: msgspec.structs.replace(kpi, order=place) for place, kpi in enumerate(kpis)}


def link(
    child: str, elasticity: float | None = None, evidence: Any = "correlated", lag: float | None = None
) -> Influence:
    return Influence(child=child, elasticity=elasticity, evidence=evidence, lag_weeks=lag)


def limit(
    id_: str, name: str, comparator: Any, threshold: float | None, unit: str, **fields: Any
) -> Guardrail:
    return Guardrail(id=id_, name=name, comparator=comparator, threshold=threshold, unit=unit, **fields)


def case(
    name: str, title: str, source: str, kpis: dict[str, Kpi], votes: dict[str, int], **fields: Any
) -> Case:
    own = {key: fields.pop(key) for key in ("invented", "wish", "commitments") if key in fields}
    material = Material(kpis=kpis, ranking=ranks(rank(kpis, votes)), **fields)
    return Case(name=name, title=title, source=source, material=material, **own)
