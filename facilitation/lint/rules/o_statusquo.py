"""O-STATUSQUO: an objective to stay where one is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import OPEN, subject, without_adverbs

_COMING_BACK = re.compile(r"^\W*(?:keep|keeping)\s+(?:(?!by\b)\w+\s+){1,3}\w+ing\b", re.IGNORECASE)
_BY_CHANGING = re.compile(
    r"\bby (?!(?:keep|continu|maintain|doing|being)\w*)\w+ing\b.*\b(?:sooner|faster|earlier|more|less|fewer|better|new|without"
    r"|instead|alone|easier)\b",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b(?:is|are|be|being|remains?|stays?)\s+(?:maintained|preserved|kept|sustained|unchanged|the same)\b",
    re.IGNORECASE,
)


@rule("O-STATUSQUO", "warning", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: maintain, continue, keep: business as usual needs no objective ("Continue onboarding well").
    Better: name the change, and protect what must stay as a guardrail. Source: RW.
    """
    sentence = read(line.text)
    verb = w.STATUS_QUO_FORMS.get(sentence.first)
    if verb == "keep" and _COMING_BACK.search(sentence.text) and not sentence.second.endswith("ing"):
        verb = None
    if verb == "keep" and _BY_CHANGING.search(sentence.text):
        return  # it says what becomes different
    if verb is None and not _STAYS.search(sentence.text):
        return
    thing = without_adverbs(subject(sentence))
    yield Remark(
        message=(
            "This describes staying where we are. What must not get worse is a guardrail; an objective is a "
            "change."
        ),
        suggestion=f"What would be noticeably better about {thing or OPEN} by the end of the quarter? Write that.",
    )
