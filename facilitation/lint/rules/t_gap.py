"""T-GAP: all targets together move next to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document
from facilitation.lint.rule import Remark, document_rule

LEAST = 0.01


@document_rule("T-GAP", "info")
def check(document: Document) -> Iterator[Remark]:
    """Anti-pattern: with all targets put through the tree the north star gets less than 1 % better, or even worse.
    Better: another lever. Source: A.
    """
    gain = document.north_star_gain
    if gain is not None and gain < LEAST:
        yield Remark(
            message=f"If everything works, the north star {_moves(gain)}. Is that worth the quarter?",
            suggestion="Look for a lever with a larger effect, or raise a target.",
            field="tree",
        )


def _moves(gain: float) -> str:
    size = f"{abs(gain) * 100:.1f}"
    if size == "0.0":
        return "hardly moves" if gain else "does not move"
    return f"gets {size} % {'better' if gain > 0 else 'worse'}"
