"""G-THRESH: a guardrail without a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import OPEN

_LIMIT = re.compile(
    r"[<>≤≥]|\b(?:under|below|above|over|less|fewer|more|least|most|max(?:imum)?|min(?:imum)?|within|exceeds?"
    r"|stays?|between|up to|no|never|not|higher|lower|cap|drops?|"
    r"zero|at|limit|ceiling|floor|baseline)\b",
    re.IGNORECASE,
)

# A limit that is written down elsewhere is a limit: "within budget", "within Core Web Vitals".
_NAMED = re.compile(
    r"\b(?:within|inside|not (?:above|below|over|under|exceed(?:ing)?)) (?:the |our )?(?!reason|bounds\b)[a-z]",
    re.IGNORECASE,
)


@rule("G-THRESH", "error", "guardrail", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "Watch churn": nobody knows when to stop. Better: comparator and value ("churn ≤ 4 %"). Source:
    S1.
    """
    known = line.known
    if known.comparator and known.threshold is not None:
        return
    if known.complete or known.comparator == "":
        yield Remark(
            message="When would you stop? A guardrail needs a side and a number.",
            suggestion=f"{line.text.strip() or '[KPI]'} ≤ {OPEN} or ≥ {OPEN}",
            field="threshold",
        )
        return
    sentence = read(line.text)
    if (
        not sentence.tokens
        or (sentence.has_number and _LIMIT.search(sentence.text))
        or _NAMED.search(sentence.text)
    ):
        return
    yield Remark(
        message="When would you stop? A guardrail needs a side (at most, at least) and a number.",
        suggestion=f"{sentence.said()} ≤ {OPEN} or ≥ {OPEN}",
        severity="warning",
    )
