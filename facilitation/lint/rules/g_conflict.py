"""G-CONFLICT: two key results pull a shared KPI apart."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, KpiFacts, Line
from facilitation.lint.rule import Remark, document_rule


@document_rule("G-CONFLICT", "warning")
def check(document: Document) -> Iterator[Remark]:
    """Anti-pattern: two key results move a KPI above them in opposite directions (more paywall views, less churn) and
    no guardrail says which one yields. Better: a limit beside them. Source: S1.
    """
    moves = [(line, move) for line in document.of_kind("key_result") if (move := _moves(line))]
    for index, (line, mine) in enumerate(moves):
        for other, theirs in moves[:index]:
            shared = next((key for key, sign in mine.items() if theirs.get(key, sign) != sign), None)
            if shared is None or _guarded(document, line.known.kpi, other.known.kpi):
                continue
            first, second = other.known.kpi, line.known.kpi
            names = f"“{first.name if first else ''}” and “{second.name if second else ''}”"
            yield Remark(
                message=f"{names} pull the same KPI in opposite directions, and nothing says which one yields.",
                suggestion="Add a guardrail on the one that must not suffer.",
                field="guardrails",
                line=line.id,
            )
            break


def _moves(line: Line) -> dict[str, int]:
    """KPI id → +1 or −1: what this key result does to its KPI and to those above it."""
    known = line.known
    if known.kpi is None or known.target is None:
        return {}
    start = known.start if known.start is not None else known.kpi.mean
    if start is None or start == known.target:
        return {}
    sign = 1 if known.target > start else -1
    found = {above: sign * effect for above, effect in (known.kpi.effects or {}).items() if effect}
    if known.kpi.id:
        found[known.kpi.id] = sign
    return found


def _guarded(document: Document, *kpis: KpiFacts | None) -> bool:
    ids = {kpi.id for kpi in kpis if kpi is not None}
    guardrails = document.of_kind("guardrail")
    return any(not one.known.covers or ids & set(one.known.covers) for one in guardrails)
