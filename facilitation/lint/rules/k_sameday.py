"""K-SAMEDAY: everything falls due on the last day."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document
from facilitation.lint.rule import Remark, document_rule


@document_rule("K-SAMEDAY", "info")
def check(document: Document) -> Iterator[Remark]:
    """Anti-pattern: every key result is due on the last day of the cycle, so the first surprise comes when nothing
    can be done. Better: stagger them; what moves first is due first. Source: G.
    """
    results = document.of_kind("key_result")
    ends = {one.known.cycle_end for one in results}
    dues = {one.known.due for one in results}
    if len(results) >= 3 and len(dues) == 1 and dues == ends and None not in dues and "" not in dues:
        yield Remark(
            message="Every key result is due on the last day of the cycle.",
            suggestion="Give the leading ones an earlier day, so that you can still react.",
            field="due",
            line=results[-1].id,
        )
