"""O-TIME: an objective without a cycle."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("O-TIME", "error", "objective", later=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: no dates of the cycle, so nobody can say when it is over. Better: a quarter or a half. Source:
    S1, OO; M-OBJ-1.
    """
    if line.known.lacks("cycle_end"):
        yield Remark(
            message="It is not said which quarter or half this is for.",
            suggestion="Set the first and the last day of the cycle.",
            field="cycle",
        )
