"""O-LONG: an objective nobody can repeat by heart."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read

MOST_WORDS = 18


@rule("O-LONG", "info", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: more than 18 words; what cannot be repeated is not remembered. Better: one breath, one change.
    Source: OO.
    """
    words = len(read(line.text).text.split())
    if words > MOST_WORDS:
        yield Remark(
            message=(
                f"{words} words are hard to remember. Say it to somebody across the room: what is left is your "
                "objective."
            ),
            suggestion="Keep the change and for whom; move how and how much into key results and initiatives.",
        )
