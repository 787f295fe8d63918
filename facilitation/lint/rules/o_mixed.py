"""O-MIXED: commitment and stretch inside one objective."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule


@rule("O-MIXED", "warning", "objective")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: some key results are promised, others are a stretch; in the end nobody knows what 70 % means.
    Better: one ambition per objective, split where both are needed. Source: S4; M-AMB-1.
    """
    modes = {one.known.mode for one in document.key_results_of(line.id)} - {None, ""}
    if len(modes) > 1:
        yield Remark(
            message=(
                "Commitments and stretch goals are mixed here; reaching 70 % would be failure for some and "
                "success for others."
            ),
            suggestion="Make two objectives, or choose one ambition for all key results.",
            field="mode",
        )
