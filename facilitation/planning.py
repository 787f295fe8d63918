"""Evidence plans follow the numbers until somebody writes their own (M-EVD-1).

A drafted plan speaks of today's value, the target, traffic and a guardrail. When one of them changes, a field that still reads
as it was proposed is proposed anew; a field that the group has worded stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from facilitation.drafting.evidence import baseline_plan, evidence_plan
from facilitation.okr import EvidencePlan, KeyResult
from facilitation.review import material_of
from facilitation.state import Workshop

FIELDS = ("signal", "design", "decision", "record")


def proposed_plan(
    workshop: Workshop, key_result: KeyResult, names: Mapping[str, str] | None = None
) -> EvidencePlan:
    """The plan that the data propose; empty for a key result in words that is tied to no KPI."""
    kpi = workshop.kpis.get(key_result.kpi or "")
    if kpi is None:
        return EvidencePlan()
    material = replace(material_of(workshop, names), targets=targets_of(workshop))
    if key_result.kind == "baseline":
        return baseline_plan(key_result, kpi, material)
    return evidence_plan(key_result, kpi, workshop.guardrails.get(key_result.guardrail or ""), material)


def targets_of(workshop: Workshop) -> dict[str, float]:
    """What the group aims at, by KPI: a signal moves towards the target that stands on the sheet."""
    rows = sorted(workshop.key_results.values(), key=lambda kr: (kr.objective, kr.order, kr.id))
    return {kr.kpi: kr.target for kr in rows if kr.kpi and kr.target is not None}


def with_names(workshop: Workshop, key_result: KeyResult, names: Mapping[str, str]) -> KeyResult:
    """The key result as it is told: where its plan still reads as proposed, somebody of the room stands there by name."""
    if not key_result.owner.startswith("@"):
        return key_result
    told = proposed_plan(workshop, key_result, names)
    if key_result.evidence.record != proposed_plan(workshop, key_result).record:
        return key_result
    return replace(key_result, evidence=replace(key_result.evidence, record=told.record))


def following(
    workshop: Workshop, was: KeyResult, now: KeyResult, *, then: Workshop | None = None
) -> KeyResult:
    """`now` with every field of its plan that nobody worded proposed anew; `then` is the workshop after the change."""
    old, new = proposed_plan(workshop, was), proposed_plan(then or workshop, now)
    if old == new:
        return now
    plan = now.evidence
    for field in FIELDS:
        if getattr(plan, field) in ("", getattr(old, field)):
            plan = replace(plan, **{field: getattr(new, field)})
    if plan.signal == new.signal:
        plan = replace(plan, signal_kpi=new.signal_kpi)
    return replace(now, evidence=plan)
