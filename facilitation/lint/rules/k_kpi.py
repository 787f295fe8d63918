"""K-KPI: the key result's KPI is not defined well enough to be measured."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("K-KPI", "error", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: an unowned metric or an undefined query ("Happiness 7 → 8"). Better: the KPI has an owner, a unit
    and a source one can look up. Source: S1; M-KR-1.
    """
    known = line.known
    if known.declared in ("binary", "qualitative"):
        return
    if known.kpi is None:
        if known.complete:
            yield Remark(
                message="This key result is not tied to a KPI of the tree, so nobody knows how it is measured.",
                suggestion="Choose the KPI it moves.",
                field="kpi",
            )
        return
    values = {"unit": known.unit or known.kpi.unit, "source": known.kpi.source, "owner": known.kpi.owner}
    missing = [name for name, value in values.items() if value == "" or (value is None and known.complete)]
    if missing:
        name = known.kpi.name or "The KPI"
        yield Remark(
            message=(
                f"“{name}” has no {' and no '.join(missing)} yet; the number could mean different things to "
                "different people."
            ),
            suggestion=f"Complete its one-pager: {', '.join(missing)}.",
            field="kpi",
            later=missing == ["owner"],
        )
