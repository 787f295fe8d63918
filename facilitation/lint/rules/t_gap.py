"""T-GAP: all targets together move next to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document
from facilitation.lint.rule import Remark, document_rule

LEAST = 0.01


@document_rule("T-GAP", "info")
def check(document: Document) -> Iterator[Remark]:
    """Anti-pattern: with all targets put through the tree the north star moves by less than 1 %. Better: another
    lever. Source: A.
    """
    gain = document.north_star_gain
    if gain is not None and abs(gain) < LEAST:
        yield Remark(
            message=f"If everything works, the north star moves by {gain * 100:+.1f} %. Is that worth the quarter?",
            suggestion="Look for a lever with a larger effect, or raise a target.",
            field="tree",
        )
