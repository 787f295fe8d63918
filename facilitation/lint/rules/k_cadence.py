"""K-CADENCE: too few key results that can be seen every week."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import WEEKLY_OR_BIWEEKLY, Document, Line
from facilitation.lint.rule import Remark, rule


@rule("K-CADENCE", "warning", "objective")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: fewer than two of three key results can be measured weekly or every two weeks. Better: two of
    three. Source: S4; M-KR-3.
    """
    results = document.key_results_of(line.id)
    known = [one.known.kpi.cadence for one in results if one.known.kpi is not None and one.known.kpi.cadence]
    if len(known) < 2 or len(known) < len(results):
        return
    often = sum(cadence in WEEKLY_OR_BIWEEKLY for cadence in known)
    if 3 * often < 2 * len(known):
        yield Remark(
            message=(
                f"Only {often} of {len(known)} key results can be read weekly or every two weeks: check-ins see little."
                if often
                else f"None of the {len(known)} key results can be read weekly or every two weeks; the check-ins "
                "would have nothing to look at."
            ),
            suggestion="Choose a KPI below them that moves weekly, or measure more often.",
            field="cadence",
        )
