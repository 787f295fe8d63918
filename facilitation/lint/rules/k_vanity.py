"""K-VANITY: a number that flatters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, read
from facilitation.lint.suggest import OPEN, from_kpi

_REGISTERED = re.compile(
    r"\bregistered (?:users|members|accounts)\b|\b(?:user|app|new) registrations?\b", re.IGNORECASE
)
_MENTIONS = re.compile(
    r"\b(?:press|media|brand|social|blog) (?:mentions|coverage)\b|\breviewed in\b|\bmentions (?:in|on)\b",
    re.IGNORECASE,
)


# Words that flatter only in some company, or not in other.
_ONLY_WITH = {"shares": words_in("social post posts content linkedin facebook")}
_NOT_WITH = {
    "views": words_in("paywall purchase pricing"),
    "impressions": words_in("search"),
    "hits": words_in("cache"),
}


def _flattering(sentence: Sentence) -> str:
    """The flattering measure the sentence names, or ""."""
    words = set(sentence.tokens)
    for word in sentence.tokens:
        if word not in w.VANITY_NOUNS or words & _NOT_WITH.get(word, frozenset()):
            continue
        if word not in _ONLY_WITH or words & _ONLY_WITH[word]:
            return word
    match = _REGISTERED.search(sentence.text) or _MENTIONS.search(sentence.text)
    return match.group().lower() if match else ""


@rule("K-VANITY", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: views, followers, impressions, downloads, registered users ("50k followers") that grow by
    themselves and move nothing. Better: what those people then do ("sign-ups from social 40 → 90 a week"). A KPI with
    a path to the north star passes. Source: S3, S4.
    """
    known = line.known
    if known.kpi is not None and known.kpi.on_path:
        return
    sentence = read(line.text)
    if not sentence.has_number:
        return
    found = _flattering(sentence)
    if not found or any(word in w.RATE_NOUNS for word in sentence.tokens) or sentence.first in w.DOWN_FORMS:
        return
    yield Remark(
        message=(
            f"“{found.capitalize()}” can grow without anybody being better off. What should these people do "
            "next?"
        ),
        suggestion=from_kpi(line)
        or f"[what they do next, such as sign-ups or orders from them] from {OPEN} to {OPEN}",
    )
