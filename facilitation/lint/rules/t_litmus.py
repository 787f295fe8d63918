"""T-LITMUS: everything reached, and nothing changed."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("T-LITMUS", "info", "objective")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: all key results could be at 1.0 and the intent still unmet. Only people can say so: the group is
    asked, and a yes shows up here. Better: add the key result that is missing. Source: G, S4; M-KR-6.
    """
    if line.known.litmus_unmet:
        yield Remark(
            message="You said that every key result could be reached and the objective still missed.",
            suggestion="What would still be missing then? Make that a key result.",
            field="key_results",
        )
