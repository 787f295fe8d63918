"""K-BAU: the daily work as a key result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, change_after_link, read
from facilitation.lint.suggest import FRAME, from_kpi

_EVERY = re.compile(
    r"\b(?:every|each) (?:single )?(?:working |business )?(?:day|week|month|quarter|sprint|morning|friday|monday"
    r"|release|ticket|customer|request|call|team|"
    r"employee|invoice|incident|email|order|lead)\b|\b(?:daily|weekly|monthly|quarterly|bi-?weekly) (?:basis"
    r"|reports?|reviews?|meetings?|newsletters?|"
    r"check-?ins?|calls?|updates?|posts?|syncs?|1:1s?|one-on-ones?|stand-?ups?|retros?|review calls?"
    r"|financial)\b|\bof each month\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\ball (?:\w+[ -]){0,3}(?:tickets|requests|emails|e-mails|calls|invoices|incidents|bugs|complaints"
    r"|enquiries|inquiries|questions|reports|orders|"
    r"issues|documents|accounts|patches|backups|salaries|payments|deadlines|meetings|reviews|deliveries|alerts)\b",
    re.IGNORECASE,
)
_ALWAYS = re.compile(
    r"\b(?:always|as usual|at all times|on an ongoing basis|continuously|business as usual|ongoing|day-to-day"
    r"|paid on time)\b",
    re.IGNORECASE,
)


def _is_routine(sentence: Sentence) -> str:
    """The words that give the routine away, or ""."""
    status_quo = sentence.first in w.STATUS_QUO_FORMS
    if status_quo and not sentence.has_number:
        return sentence.first
    if sentence.has_pair or (sentence.first in w.CHANGE_FORMS and sentence.first not in w.ROUTINE_FORMS):
        return ""
    if any(one.dimension in {"percent", "score", "currency", "points"} for one in sentence.numbers.values):
        return ""
    routine = sentence.first in w.ROUTINE_FORMS or sentence.first in w.OUTPUT_FORMS
    for pattern in (_EVERY, _ALL):
        match = pattern.search(sentence.text)
        if match and (routine or not sentence.has_number or pattern is _EVERY):
            return match.group().lower()
    match = _ALWAYS.search(sentence.text)
    return match.group().lower() if match and not sentence.has_number else ""


@rule("K-BAU", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: what is done anyway, every week, for all tickets, always ("Answer all tickets"). Better: what
    should get better about it ("First-contact resolution 60 → 75 %"). Source: RB, PM.
    """
    sentence = read(line.text)
    if not sentence.tokens or change_after_link(sentence) or line.known.target is not None:
        return
    sign = _is_routine(sentence)
    if sign:
        yield Remark(
            message=(
                f"“{sign.capitalize()}” sounds like the daily work. It is needed, but it changes nothing by "
                "being written here."
            ),
            suggestion=from_kpi(line) or f"What should get better about it? Write that: {FRAME}",
        )
