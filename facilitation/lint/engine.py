"""Runs the rules: `lint` over a document, `lint_text` over one sentence.

Order is stable: by line of the document, errors before warnings before hints, then by rule id; so the same input always
reads the same. A rule never sees the findings of another rule.
"""

from __future__ import annotations

from facilitation.lint import rules
from facilitation.lint.document import SEVERITIES, Document, Finding, Kind, Line, Stage
from facilitation.lint.rule import RULES, finding

assert rules  # importing the package registers every rule


def lint(document: Document, *, stage: Stage = "final") -> tuple[Finding, ...]:
    """Everything the catalogue has to say about `document`; `early` announces what the commit phase brings."""
    early = stage == "early"
    found: list[Finding] = []
    for each in RULES.values():
        if each.document_check is not None:
            found += [finding(each, remark, "", early=early) for remark in each.document_check(document)]
    for line in document.lines:
        for each in RULES.values():
            if each.line_check is not None and line.kind in each.kinds:
                found += [
                    finding(each, remark, line.id, early=early) for remark in each.line_check(line, document)
                ]
    position = {line.id: index for index, line in enumerate(document.lines)}
    found.sort(key=lambda one: (position.get(one.line, -1), SEVERITIES.index(one.severity), one.rule))
    return tuple(found)


def lint_text(text: str, kind: Kind) -> tuple[Finding, ...]:
    """What the words of one sentence alone allow to say: never more than a warning."""
    return lint(Document(lines=(Line(id="1", kind=kind, text=text),)))
