"""K-POWER: a test that needs more weeks than are left."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("K-POWER", "warning", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the planned test needs 13 weeks and 12 are left. Better: a larger effect to detect, more traffic,
    or another design. Source: S1; domain c.
    """
    known = line.known
    if known.weeks_needed is None or known.weeks_left is None or known.weeks_needed <= known.weeks_left:
        return
    yield Remark(
        message=f"The planned test needs {known.weeks_needed:g} weeks, and {known.weeks_left:g} are left.",
        suggestion="Test a larger effect, give it more of the traffic, or choose a before–after comparison.",
        field="evidence",
    )
