"""V-DECISION: a rule that decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule

_LIMIT = re.compile(
    r"\b(?:guardrails?|limits?|no .{0,40}(?:trips?|breach\w*|worse)|without|unless|trips?|breach\w*)\b"
    r"|[≤≥<>].*[≤≥<>]",
    re.IGNORECASE,
)


@rule("V-DECISION", "warning", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "We review it": the decision rule has no number, or forgets the guardrails. Better: "Ship if δ ≥
    2 points and no guardrail trips; otherwise iterate". Source: S1; domain d.6.
    """
    decision = line.known.evidence.decision if line.known.evidence is not None else None
    if not decision:
        return
    missing = [] if re.search(r"\d", decision) else ["a number"]
    if not _LIMIT.search(decision):
        missing.append("the guardrails")
    if missing:
        yield Remark(
            message=f"The decision rule lacks {' and '.join(missing)}.",
            suggestion="Ship if the effect is at least … and no guardrail trips; otherwise iterate or stop.",
            field="evidence",
        )
