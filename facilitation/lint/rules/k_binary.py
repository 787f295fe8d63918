"""K-BINARY: a milestone that is reached or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, output_verb, read
from facilitation.lint.suggest import measured

_CERTIFY = re.compile(
    r"\b(?:obtain|get|gain|achieve|receive|pass|secure|attain|earn|complete|become|be)\w*\b.*\b(?:certifi\w+"
    r"|accredit\w+|approvals?|compliant|"
    r"compliance|licen[cs]es?|audits?|soc ?2|iso ?\d+|gdpr|hipaa|pci)\b"
    r"|\b(?:soc ?2|iso ?\d+|certification|accreditation)\s*$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\b(?:in place|in production|into production|up and running|gone? live|goes live|go live|go-live|live"
    r"|fully operational|signed off|on track|"
    r"on (?:financial )?plan|on time|completed?|finished|done|ready|available|certified|approved|launched"
    r"|delivered|rolled out|set up|established)\s*"
    r"(?:\([^)]*\))?\s*(?:by\b.*|in\b.*|before\b.*|until\b.*)?[.!]?$",
    re.IGNORECASE,
)


def _is_done(sentence: Sentence) -> bool:
    """ "New CRM implemented", "SOC 2 done", "all managers are trained": reached or not, nothing in between."""
    if _STATE.search(sentence.text) and output_verb(sentence) is None:
        return True
    body = sentence.tokens[1:]
    for position, token in enumerate(body):
        passive = position > 0 and body[position - 1] in {
            "is",
            "are",
            "be",
            "been",
            "was",
            "were",
            "gets",
            "get",
            "fully",
        }
        at_end = position >= len(body) - 1
        if token in w.DONE_FORMS and (passive or at_end):
            return True
    return False


@rule("K-BINARY", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "SOC 2 done": red for eleven weeks, then green or not. Better: what moves on the way ("open
    findings 12 → 0"). For regulated work a commitment paired with an early warning is fine. Source: S4; M-KR-7.
    """
    known = line.known
    if (
        known.target is not None
        or known.band is not None
        or known.declared in ("qualitative", "baseline", "metric", "range")
    ):
        return
    sentence = read(line.text)
    regulated = "regulatory" in known.tags or w.REGULATED.search(sentence.text) is not None
    if known.declared == "binary":
        if (
            known.mode == "commitment"
            and known.early_warning is not False
            and (regulated or known.early_warning)
        ):
            return
        if known.early_warning:
            return
    elif (
        sentence.has_number
        or not sentence.tokens
        or not (_CERTIFY.search(sentence.text) or _is_done(sentence))
    ):
        return
    yield Remark(
        message="This is reached or not; for most of the quarter nobody can see whether it goes well.",
        suggestion=measured(line)
        if known.kpi
        else "Measure what moves on the way, for example: open points from … to 0",
    )
