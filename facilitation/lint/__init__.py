"""The OKR linter: what goes wrong with objectives, key results and guardrails, in the words of a kind colleague.

One rule of the catalogue (domain e) per file in `rules/`; `RULES` maps ids to rules with their explanation. `lint` reads a
`Document`, `document_from` makes one from a workshop's objects, `reading` makes one from a file's text.
"""

from facilitation.lint.build import document_from
from facilitation.lint.document import (
    Document,
    Evidence,
    Finding,
    Kind,
    KpiFacts,
    Line,
    Severity,
    Stage,
    Structure,
)
from facilitation.lint.engine import lint, lint_text
from facilitation.lint.rule import RULES, Rule

__all__ = [
    "RULES",
    "Document",
    "Evidence",
    "Finding",
    "Kind",
    "KpiFacts",
    "Line",
    "Rule",
    "Severity",
    "Stage",
    "Structure",
    "document_from",
    "lint",
    "lint_text",
]
