"""K-DUP: the same thing measured twice."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("K-DUP", "info", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: two key results on the same KPI, or on one and the other that is computed from it (sign-ups and
    sign-up rate). Better: one of them, plus a leading indicator. Source: OF.
    """
    kpi = line.known.kpi
    if kpi is None or not kpi.id or line.under is None:
        return
    for other in document.key_results_of(line.under):
        if other.id == line.id:
            return  # only the later of two is told
        fellow = other.known.kpi
        if fellow is None or not fellow.id:
            continue
        if "baseline" in (line.known.declared, other.known.declared):
            continue  # establishing the baseline of a key result's own KPI is what the draft proposes
        if fellow.id == kpi.id and other.known.segment == line.known.segment:
            yield Remark(
                message=f"“{kpi.name}” is already measured by another key result of this objective.",
                suggestion="Keep one of them and add what moves first.",
                field="kpi",
            )
            return
        if kpi.id in fellow.formula_of or fellow.id in kpi.formula_of:
            whole, part = (fellow, kpi) if kpi.id in fellow.formula_of else (kpi, fellow)
            yield Remark(
                message=f"“{whole.name}” is computed from “{part.name}”, so the two say nearly the same.",
                suggestion="Keep one of them and add what moves first.",
                field="kpi",
            )
            return
