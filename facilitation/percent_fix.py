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
    """Which KPI in this one's formula (or itself) to read as a percentage so that the numbers agree within 5 %."""
    for ref in (*refs(kpi.formula), kpi.id):
        source = tree.kpis.get(ref)
        mended = as_percent(source) if source is not None else None
        if mended is None:
            continue
        found = evaluate({**tree.kpis, ref: mended}).consistency.get(kpi.id)
        before = tree.evaluation.consistency[kpi.id]
        if found is not None and found.level != "error" and (found.ratio or 0) < (before.ratio or 1) / 10:
            return {
                "kpi": ref,
                "name": tree.names[ref],
                "words": f"Enter it as percent: {show_number(mended.baseline, mended.unit)}",
            }
    return None
