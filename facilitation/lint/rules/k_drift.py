"""K-DRIFT: the start is not where the KPI stands."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.suggest import shown, unit_of


@rule("K-DRIFT", "warning", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "from 30" while the KPI usually stands at 36 ± 5: |from − µ| > σ. Better: start from the measured
    baseline. Source: S1.
    """
    known = line.known
    if known.kpi is None or known.start is None or known.kpi.mean is None or known.kpi.sigma is None:
        return
    if abs(known.start - known.kpi.mean) > known.kpi.sigma:
        unit = unit_of(known)
        yield Remark(
            message=(
                f"It starts from {shown(known.start, unit)}, but “{known.kpi.name}” usually stands at "
                f"{shown(known.kpi.mean, unit)}."
            ),
            suggestion=f"Start from {shown(known.kpi.mean, unit)}, or say what has changed since.",
            field="start",
        )
