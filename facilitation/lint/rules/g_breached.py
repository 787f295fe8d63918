"""G-BREACHED: a guardrail that is tripped before the start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import shown, unit_of

_TODAY = re.compile(r"\b(?:baseline|currently|current|today|now)\b[^\d]{0,12}$", re.IGNORECASE)


@rule("G-BREACHED", "error", "guardrail", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the limit is CAC payback ≤ 12 months and today it is 14: the OKR would have to pause on its first
    day. Better: a limit one can keep (≤ 15), or repair it first. Source: S1.
    """
    known = line.known
    current = known.current
    if current is None and known.kpi is not None:
        current = known.kpi.mean
    if current is not None and known.threshold is not None and known.comparator in ("<=", ">=", "<", ">"):
        if _violates(current, known.threshold, known.comparator):
            unit = unit_of(known)
            yield Remark(
                message=(
                    f"Today's {shown(current, unit)} already breaks this limit: the work would have to pause on "
                    "its first day."
                ),
                suggestion=(
                    f"Set a limit on the other side of {shown(current, unit)}, or make repairing it the first "
                    "key result."
                ),
                field="threshold",
            )
        return
    sentence = read(line.text)
    values = sentence.numbers.values
    if len(values) < 2 or not values[0].bound:
        return
    for other in values[1:]:
        if (
            _TODAY.search(sentence.text[max(0, other.start - 24) : other.start])
            and other.size is not None
            and values[0].size is not None
        ):
            if _violates(
                other.value if other.dimension == "count" else other.size,
                values[0].value if other.dimension == "count" else values[0].size,
                values[0].bound,
            ):
                yield Remark(
                    message="By its own words this limit is already broken today.",
                    suggestion=(
                        "Set a limit you can keep from the first day, or make repairing it the first key "
                        "result."
                    ),
                    severity="warning",
                )
            return


def _violates(current: float | None, limit: float | None, comparator: str) -> bool:
    if current is None or limit is None:
        return False
    return current > limit if comparator.startswith("<") else current < limit
