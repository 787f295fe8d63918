"""The percent/fraction mix-up, mended with one tap: which number was meant as a percentage, and what it would be.

A formula that is out by a factor of 100 usually holds one number that was typed as 2.4 where 2.4 % was meant, or as 0.024
under the unit %. The candidate is the one whose reading as a percentage makes stated and calculated agree (domain a).
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from facilitation.evaluate import evaluate
from facilitation.formula import refs
from facilitation.kpi_tree import Kpi
from facilitation.tree_known import Known
from facilitation.units import show_number

MOST = 16
"""KPIs that are tried; beyond that the hint in words has to do."""


def as_percent(kpi: Kpi) -> Kpi | None:
    """The KPI read as a percentage: 2.4 without a unit becomes 2.4 %, 0.024 % becomes 2.4 %. `None` if neither fits."""
    if kpi.baseline is None:
        return None
    if not kpi.unit.strip():
        return replace(kpi, unit="%")
    if kpi.unit.strip() != "%" or abs(kpi.baseline) > 1:
        return None
    return replace(
        kpi,
        baseline=float(f"{kpi.baseline * 100:.12g}"),
        sigma=None if kpi.sigma is None else float(f"{kpi.sigma * 100:.12g}"),
        readings=tuple(replace(r, value=float(f"{r.value * 100:.12g}")) for r in kpi.readings),
    )


def percent_fix(kpi: Kpi, tree: Known) -> dict[str, Any] | None:
    """Which KPI below this one in its formulas (or itself) to read as a percentage so that the numbers agree within 5 %."""
    before = tree.evaluation.consistency[kpi.id]
    for ref in _inputs(kpi, tree):
        mended = as_percent(tree.kpis[ref])
        if mended is None:
            continue
        found = evaluate({**tree.kpis, ref: mended}).consistency.get(kpi.id)
        if found is not None and found.level != "error" and (found.ratio or 0) < (before.ratio or 1) / 10:
            return {
                "kpi": ref,
                "name": tree.names[ref],
                "words": f"Enter it as percent: {show_number(mended.baseline, mended.unit)}",
            }
    return None


def _inputs(kpi: Kpi, tree: Known) -> list[str]:
    """The KPIs that its formula is made of, nearest first, through formulas below, and itself at last."""
    found: list[str] = []
    stack = list(refs(kpi.formula))
    while stack and len(found) < MOST:
        key = stack.pop(0)
        if key in found or key not in tree.kpis or key == kpi.id:
            continue
        found.append(key)
        stack.extend(refs(tree.kpis[key].formula))
    return [*found, kpi.id]
