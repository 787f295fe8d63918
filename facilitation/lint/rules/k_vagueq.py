"""K-VAGUEQ: a strong word where a number belongs."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import measured


@rule("K-VAGUEQ", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: significantly, more, better, faster, without a number ("Much faster"). Better: "Median cycle 54 →
    42 days". Source: RB.
    """
    sentence = read(line.text)
    if sentence.has_number or line.known.target is not None or line.known.band is not None:
        return
    found = w.INTENSIFIERS.search(sentence.text)
    if found is None:
        return
    yield Remark(
        message=f"How much is “{found.group().lower()}”? Everybody will imagine a different number.",
        suggestion=measured(line),
    )
