"""I-ORPHAN: work that serves no key result."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("I-ORPHAN", "warning", "initiative")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: an initiative without a key result. Better: name the key result it should move, and the
    assumption behind it. Source: PM; M-INI-1.
    """
    if line.known.lacks("key_result"):
        yield Remark(
            message="This work serves no key result yet.",
            suggestion="Which number should move because of it? If none, why do it this quarter?",
            field="key_result",
        )
