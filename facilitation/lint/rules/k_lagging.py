"""K-LAGGING: an objective whose key results only confirm."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("K-LAGGING", "warning", "objective")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: only lagging key results (revenue, churn): by the time they move, the quarter is over. Better: at
    least one leading one (checklist completion). Source: S1, S3.
    """
    results = document.key_results_of(line.id)
    known = [
        one.known.kpi.indicator for one in results if one.known.kpi is not None and one.known.kpi.indicator
    ]
    if len(known) >= 2 and len(known) == len(results) and "leading" not in known:
        yield Remark(
            message="None of these key results moves early; you would learn only at the end whether it works.",
            suggestion="Add one that moves within weeks: what do people do first if we are right?",
            field="key_results",
        )
