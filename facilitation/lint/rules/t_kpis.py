"""T-KPIS: a team that defines more KPIs than it can watch."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document
from facilitation.lint.rule import Remark, document_rule

MOST = 7


@document_rule("T-KPIS", "warning")
def check(document: Document) -> Iterator[Remark]:
    """Anti-pattern: more than seven KPIs defined by one team; nobody looks at the eighth. Better: five to seven.
    Source: S3; M-TREE-8.
    """
    for team, count in (document.kpis_by_team or {}).items():
        if count > MOST:
            yield Remark(
                message=f"{team or 'This team'} defined {count} KPIs as its own; nobody watches more than {MOST}.",
                suggestion="Keep those a decision depends on.",
                field="tree",
            )
