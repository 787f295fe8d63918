"""K-BOUND: a target that cannot exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read, target_of
from facilitation.lint.suggest import shown, unit_of
from facilitation.units import parse_unit

_WHOLE = re.compile(
    r"\b(?:uptime|availability|accuracy|completion|adoption|coverage|conversion|churn|attendance"
    r"|of (?:all )?(?:users|customers|tickets|orders|teams|"
    r"employees|visitors|invoices|deliveries|requests|accounts|patients|students))\b",
    re.IGNORECASE,
)
_MAY_EXCEED = re.compile(
    r"\b(?:growth|nrr|net (?:revenue )?retention|increase|by|quota|budget|target|plan|relative|more|faster|rise)\b",
    re.IGNORECASE,
)


@rule("K-BOUND", "error", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: 101 % of all tickets, minus three days. Better: a target inside what is possible (98 %). Source:
    A.
    """
    known = line.known
    kpi = known.kpi
    if kpi is not None and known.target is not None and (kpi.lower is not None or kpi.upper is not None):
        if kpi.upper is not None and known.target > kpi.upper:
            limit, word = kpi.upper, "more"
        elif kpi.lower is not None and known.target < kpi.lower:
            limit, word = kpi.lower, "less"
        else:
            return
        unit = unit_of(known)
        yield Remark(
            message=(
                f"{shown(known.target, unit)} cannot be reached: “{kpi.name}” can never be {word} than "
                f"{shown(limit, unit)}."
            ),
            suggestion=f"Choose a target on this side of {shown(limit, unit)}.",
            field="target",
        )
        return
    sentence = read(line.text)
    target = target_of(sentence)
    if target is None or target.dimension != "percent" or target.value is None or target.value <= 100:
        return
    if kpi is not None and kpi.unit and not parse_unit(kpi.unit).is_percent:
        return
    if _WHOLE.search(sentence.text) and not _MAY_EXCEED.search(sentence.text):
        yield Remark(
            message=f"{shown(target.value, '%')} is more than all of it.",
            suggestion="Choose a target below 100 %.",
            severity="warning",
        )
