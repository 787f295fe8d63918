"""O-NOWHY: a change without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import has_why, read


@rule("O-NOWHY", "info", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: neither for whom nor what for ("Faster checkout"). Better: add the reason ("... so that shoppers return"), or
    keep a note on the strategy beside it. Source: S2; M-OBJ-2.
    """
    sentence = read(line.text)
    if not sentence.tokens or line.known.why or has_why(sentence):
        return
    yield Remark(
        message="Why does this matter, and to whom? A reason in the sentence helps everybody decide later.",
        suggestion=f"{sentence.said()}, so that [who] [what they gain]",
    )
