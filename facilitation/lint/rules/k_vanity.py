"""K-VANITY: a number that flatters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import counted, read
from facilitation.lint.suggest import OPEN, from_kpi

_REGISTERED = re.compile(
    r"\bregistered (?:users|members|accounts)\b|\b(?:user|app|new) registrations?\b", re.IGNORECASE
)
_MENTIONS = re.compile(
    r"\b(?:press|media|brand|social|blog) (?:mentions|coverage)\b|\breviewed in\b|\bmentions (?:in|on)\b",
    re.IGNORECASE,
)


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
    words = sentence.tokens
    found = next((word for word in words if word in w.VANITY_NOUNS), "")
    if found == "shares" and not any(
        word in {"social", "post", "content", "linkedin", "facebook"} for word in words
    ):
        found = ""
    if (
        found
        and found in {"views", "view", "hits"}
        and any(word in {"rate", "conversion", "purchase"} for word in words)
    ):
        found = ""
    if not found:
        match = _REGISTERED.search(sentence.text) or _MENTIONS.search(sentence.text)
        found = match.group().lower() if match else ""
    if not found or any(word in w.RATE_NOUNS for word in words) or sentence.first in w.DOWN_FORMS:
        return
    if any(
        word in w.ACTIVITY_NOUNS for one in sentence.numbers.values for word in counted(sentence, one)[:1]
    ) and found in {"likes"}:
        return
    yield Remark(
        message=(
            f"“{found.capitalize()}” can grow without anybody being better off. What should these people do "
            "next?"
        ),
        suggestion=from_kpi(line)
        or f"[what they do next, such as sign-ups or orders from them] from {OPEN} to {OPEN}",
    )
