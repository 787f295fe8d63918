"""K-NUMBER: a key result without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import measured

_BASELINE = re.compile(r"\b(?:baselines?|instrumentation|measurement|definitions?)\b", re.IGNORECASE)
_WEEK = re.compile(r"\bweeks?\b|\bby\b", re.IGNORECASE)


@rule("K-NUMBER", "error", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "Improve retention a lot": without a number it is no key result. Better: "D30 retention 41 → 48
    %". A key result declared binary or qualitative is exempt when it names objective evidence and a date (M-KR-7,
    M-KR-8); measuring a missing baseline in the first weeks is fine. Source: S2, S3; M-KR-1.
    """
    known = line.known
    sentence = read(line.text)
    if known.declared == "baseline":
        return
    if known.declared in ("binary", "qualitative"):
        if known.lacks("proof") or known.lacks("due"):
            missing = "the evidence that will prove it" if known.lacks("proof") else "the day by which"
            yield Remark(
                message=(
                    f"A {known.declared} key result needs {missing}, so that nobody has to argue about it at "
                    "the end."
                ),
                suggestion="For example: signed by three named customers, by the end of week 6.",
                field="proof" if known.lacks("proof") else "due",
            )
        return
    if known.target is not None or known.band is not None:
        return
    if known.complete:
        yield Remark(
            message="There is no target yet. What number would tell you that it worked?",
            suggestion=measured(line),
            field="target",
        )
        return
    if not sentence.tokens and not sentence.numbers.values:
        return
    if any(one.value is not None or one.word for one in sentence.numbers.values):
        return
    if sentence.numbers.values:
        yield Remark(
            message="The places for the numbers are still open.",
            suggestion=measured(line) if known.kpi else "Fill in where you start and where you want to be.",
            severity="info",
        )
        return
    if _BASELINE.search(sentence.text) and _WEEK.search(sentence.text):
        return
    yield Remark(
        message="There is no number in it, so nobody can see at the end whether it was reached.",
        suggestion=measured(line),
        severity="warning",
    )
