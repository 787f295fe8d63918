"""O-ORPHAN: an objective that moves nothing on the tree."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("O-ORPHAN", "error", "objective")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: none of its key results has a path to the north star: busywork. Better: measure it by KPIs of the
    tree. Source: S1.
    """
    results = document.key_results_of(line.id)
    known = [
        one.known.kpi.on_path if one.known.kpi else (False if one.known.complete else None) for one in results
    ]
    if results and all(path is False for path in known):
        yield Remark(
            message=(
                "None of its key results stands on a path to the north star, so reaching them would move "
                "nothing that matters."
            ),
            suggestion="Measure it by a KPI of the tree, or add the missing link to the tree first.",
            field="key_results",
        )
