"""V-PLAN: evidence that is not planned."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule

_FIELDS = {
    "signal": "what moves first",
    "design": "how it is tested",
    "decision": "what decides",
    "record": "where it is written down",
}


@rule("V-PLAN", "error", "key_result", later=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: one of the four fields is empty, and in week 12 everybody argues about what counts. Better: agree
    now. Source: S1; M-EVD-1.
    """
    evidence = line.known.evidence
    if evidence is None:
        return
    missing = []
    for name, words in _FIELDS.items():
        value = getattr(evidence, name)
        if value == "" or (value is None and line.known.complete):
            missing.append(words)
    if missing:
        yield Remark(
            message=f"The evidence plan does not yet say {', '.join(missing)}.",
            suggestion="Two sentences are enough; agree on them before anybody has seen a number.",
            field="evidence",
        )
