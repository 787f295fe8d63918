"""K-DATE: a key result without a day."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read


@rule("K-DATE", "error", "key_result", later=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: no due date. Better: "... by 30 September". Source: S1."""
    if line.known.lacks("due") and not read(line.text).numbers.dated:
        yield Remark(
            message="By when? A key result needs its day.",
            suggestion="Set the day on which you will look at it.",
            field="due",
        )
