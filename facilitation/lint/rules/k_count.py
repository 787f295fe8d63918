"""K-COUNT: too many key results, or too few."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("K-COUNT", "warning", "objective", later=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: more than four key results (more than five is refused), a single one, or none. Better: three. In
    a file only what stands under an objective is counted, and only too many are remarked on. Source: S1, S4, OO;
    M-KR-2.
    """
    count = len(document.key_results_of(line.id))
    if count > 5:
        yield Remark(
            message=f"{count} key results are a list, not a focus.",
            suggestion="Keep the three that would convince a sceptic.",
            field="key_results",
            severity="error",
        )
    elif count > 4:
        yield Remark(
            message=f"{count} key results are many; three are remembered.",
            suggestion="Which one would you not miss? Make it a health metric.",
            field="key_results",
        )
    elif document.complete and count == 1:
        yield Remark(
            message="A single key result is easy to reach at the cost of something else.",
            suggestion="Add what moves first, and one that proves it in the end.",
            field="key_results",
        )
    elif document.complete and count == 0:
        yield Remark(
            message="There is no key result yet, so nobody could tell whether the objective was reached.",
            suggestion="What would you see if it went well? Start from the lever's KPI.",
            field="key_results",
            severity="error",
        )
