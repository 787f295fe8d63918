"""O-NOWHY: a change without a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, has_why, read

_SEGMENT = re.compile(
    r"\b(?:for|in|among|with|at) (?!general\b|total\b|all\b|q[1-4]\b|h[12]\b|20\d\d)\w+", re.IGNORECASE
)


def _is_thin(sentence: Sentence) -> bool:
    """A bare change or piece of work; "become", "win", "turn into" and a segment carry their reason along."""
    if sentence.has_number or sentence.first in w.STATUS_QUO_FORMS:
        return False  # other rules ask the better question
    if any(token in w.EVALUATIVE for token in sentence.tokens) or _SEGMENT.search(sentence.text):
        return False
    bare = sentence.first in w.GENERIC_FORMS and w.GENERIC_FORMS[sentence.first] not in {
        "become",
        "be",
        "make",
    }
    work = (
        w.OUTPUT_FORMS.get(sentence.first) not in {None, "build", "create"}
        or sentence.first in w.CHANGE_FORMS
    )
    return bare or work or sentence.first.endswith("er") or len(sentence.tokens) <= 2


@rule("O-NOWHY", "info", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: neither for whom nor what for ("Faster checkout"). Better: add the reason ("... so that shoppers
    return"), or keep a note on the strategy beside it. Source: S2; M-OBJ-2.
    """
    sentence = read(line.text)
    if not sentence.tokens or line.known.why or has_why(sentence) or not _is_thin(sentence):
        return
    yield Remark(
        message="Why does this matter, and to whom? A reason in the sentence helps everybody decide later.",
        suggestion=f"{sentence.said()}, so that [who] [what they gain]",
    )
