"""V-SIGNAL: an early signal that does not lead to the result."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("V-SIGNAL", "warning", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the signal is a KPI that does not feed this one (site traffic as the signal for churn). Better:
    one of its own descendants in the tree (checklist completion). Source: S1, A.
    """
    known = line.known
    if (
        known.evidence is None
        or not known.evidence.signal_kpi
        or known.kpi is None
        or known.kpi.below is None
    ):
        return
    if known.evidence.signal_kpi != known.kpi.id and known.evidence.signal_kpi not in known.kpi.below:
        yield Remark(
            message=f"The early signal does not feed “{known.kpi.name}” in the tree, so its move would prove little.",
            suggestion=f"Choose a KPI below “{known.kpi.name}”, or draw the missing link.",
            field="evidence",
        )
