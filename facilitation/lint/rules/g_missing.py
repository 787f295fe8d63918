"""G-MISSING: a push without a limit."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule

_PAIRS = {
    "acquisition": "CAC payback or lead quality",
    "activation": "support tickets or time to value",
    "engagement": "unsubscribes or satisfaction",
    "monetization": "churn or NPS",
    "speed": "defect rate",
    "cost": "cycle time or defect rate",
    "retention": "discount rate or gross margin",
}
PUSHING = frozenset(
    {"acquisition", "activation", "engagement", "monetization", "speed", "cost", "growth", "volume"}
)


@rule("G-MISSING", "error", "objective")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: growth, speed, volume or cost is pushed and nothing says what must not suffer. Better: a limit
    beside it (refund rate ≤ 1.5 %). Source: S1, S4, PM; domain d.8.
    """
    if not document.complete:
        return
    pushed = [one.known.kpi for one in document.key_results_of(line.id) if one.known.kpi is not None]
    pushed = [kpi for kpi in pushed if kpi.family in PUSHING]
    if not pushed:
        return
    for guardrail in document.of_kind("guardrail"):
        covers = guardrail.known.covers
        if not covers or any(kpi.id in covers for kpi in pushed):
            return
    family = pushed[0].family or ""
    yield Remark(
        message=f"“{pushed[0].name}” is pushed, and nothing says what must not suffer from it.",
        suggestion=f"Add a limit, for example on {_PAIRS.get(family, 'customer satisfaction or margin')}.",
        field="guardrails",
    )
