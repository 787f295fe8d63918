"""K-ENABLER: helping and analysing instead of a result."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import change_after_link, help_verb, read, study_verb
from facilitation.lint.suggest import after_work


@rule("K-ENABLER", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: consult, help, analyse, participate, assess ("Help sales close"): it can be done without any
    effect. Better: the effect on the one who is helped ("Win rate 18 → 23 %"). Source: G.
    """
    sentence = read(line.text)
    helps, studies = help_verb(sentence), study_verb(sentence)
    if helps is None and studies is None:
        return
    if change_after_link(sentence) or (helps is not None and sentence.has_number):
        return
    if "baseline" in sentence.tokens or "instrumentation" in sentence.tokens:
        return
    yield Remark(
        message=(
            f"“{sentence.first.capitalize()} …” describes taking part. What comes out of it for those you work "
            "with?"
        ),
        suggestion=after_work(line),
    )
