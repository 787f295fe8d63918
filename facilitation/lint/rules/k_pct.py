"""K-PCT: "by 5 %" of a percentage: points or percent?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import OPEN, from_kpi, shown, subject
from facilitation.units import parse_unit

_BY = re.compile(
    r"\bby (?:an? )?(?:additional |further |at least |about |around |over |more than )?$", re.IGNORECASE
)
_SHARES = words_in(
    """
    rate rates share percentage margin margins conversion retention churn utilisation utilization ctr uptime
    adoption
    """
)
_RELATIVE = re.compile(r"\b(?:relative|relatively|points?|pp)\b", re.IGNORECASE)


@rule("K-PCT", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "Lift the rate by 5 %": from 36 to 41 %, or to 37.8 %? Better: "+5 points (36 → 41 %)". A warning
    where the KPI is known to be a percentage, a hint where only the words suggest it. Source: A.
    """
    known = line.known
    sentence = read(line.text)
    if sentence.has_pair or _RELATIVE.search(sentence.text):
        return
    unit = known.kpi.unit if known.kpi is not None else None
    sure = unit is not None and parse_unit(unit).is_percent
    if not sure and (unit or not any(token in _SHARES for token in sentence.tokens)):
        return
    for quantity in sentence.numbers.values:
        if (
            quantity.dimension != "percent"
            or not _BY.search(sentence.text[: quantity.start])
            or quantity.value is None
        ):
            continue
        start = (
            known.start if known.start is not None else (known.kpi.mean if known.kpi is not None else None)
        )
        amount = quantity.value
        if start is not None:
            points, relative = shown(start + amount, "%"), shown(round(start * (1 + amount / 100), 1), "%")
            suggestion = (
                f"Say which: from {shown(start, '%')} to {points} (points), or to {relative} (relative)"
            )
        else:
            thing = subject(sentence) or "the rate"
            suggestion = from_kpi(line) or f"Say both ends: {thing} from {OPEN} % to {OPEN} %"
        yield Remark(
            message=f"“By {amount:g} %” of a percentage can mean points or percent of it.",
            suggestion=suggestion,
            severity=None if sure else "info",
        )
        return
