"""Objectives, key results and guardrails as they are printed: sentences, numbers in words, owners, trail and remarks."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from facilitation import targets
from facilitation.adding import chances
from facilitation.drafting import Material
from facilitation.drafting.sentences import guardrail_limit, objective_sentence
from facilitation.drafting.trail import key_result_trail
from facilitation.lint import Finding
from facilitation.okr import Guardrail, KeyResult, Objective, breached
from facilitation.outcome import Fact, FindingNote, GuardrailSheet, KeyResultSheet, ObjectiveSheet
from facilitation.planning import with_names
from facilitation.review import (
    findings,
    key_results_of,
    material_of,
    objectives_in_order,
    sentence_of,
    set_aside,
)
from facilitation.sheet import computed_words
from facilitation.state import Workshop
from facilitation.telling.sums import moves_of
from facilitation.units import show_change, show_number

MODES = {
    "commitment": "Commitment: resourced, and expected to be met in full",
    "stretch": "Stretch: about seven tenths is a good result",
}
CLOSE = 0.1


def owner_name(owner: str, names: Mapping[str, str]) -> str:
    """A person's name from `@p3`, or the name as typed; somebody without a name is a guest with a number."""
    if not owner.startswith("@"):
        return owner
    return names.get(owner[1:]) or f"Guest {owner[2:]}"


def person_name(workshop: Workshop, person: str, names: Mapping[str, str]) -> str:
    """Who somebody is in print: by name, else by seat; nothing for a seat that is gone."""
    seat = workshop.people.get(person)
    if seat is None:
        return ""
    return names.get(person) or ("the facilitator" if seat.role == "facilitator" else f"Guest {person[1:]}")


def objective_sheets(workshop: Workshop, names: Mapping[str, str]) -> tuple[ObjectiveSheet, ...]:
    """All objectives as they stand on the sheet."""
    material = material_of(workshop, names)
    known = chances(workshop)
    return tuple(
        _objective(workshop, objective, names, material, known) for objective in objectives_in_order(workshop)
    )


def _objective(
    workshop: Workshop,
    objective: Objective,
    names: Mapping[str, str],
    material: Material,
    known: Mapping[str, float],
) -> ObjectiveSheet:
    rows = key_results_of(workshop, objective.id)
    guarded = {kr.guardrail for kr in rows if kr.guardrail}
    levers = {objective.lever, *(kr.kpi for kr in rows)}
    ids = [
        g.id
        for g in workshop.guardrails.values()
        if g.id in guarded or not g.levers or levers & set(g.levers)
    ]
    return ObjectiveSheet(
        objective=objective,
        sentence=objective_sentence(objective),
        owner_name=owner_name(objective.owner, names),
        mode_text=MODES.get(objective.mode or "", ""),
        moves=moves_of(workshop, objective),
        key_results=tuple(_key_result(workshop, kr, names, material, known) for kr in rows),
        guardrail_ids=tuple(ids),
        findings=_notes(workshop, objective.id, names),
    )


def _notes(workshop: Workshop, line: str, names: Mapping[str, str]) -> tuple[FindingNote, ...]:
    return tuple(
        FindingNote(
            rule=f.rule,
            severity=f.severity,
            message=f.message,
            reason=set_aside(workshop, f),
            by=_set_aside_by(workshop, f, names),
        )
        for f in findings(workshop)
        if f.line == line
    )


def _set_aside_by(workshop: Workshop, finding: Finding, names: Mapping[str, str]) -> str:
    known = workshop.overrides.get(f"{finding.line}:{finding.rule}")
    return person_name(workshop, known.by, names) if known is not None else ""


def _key_result(
    workshop: Workshop,
    key_result: KeyResult,
    names: Mapping[str, str],
    material: Material,
    known: Mapping[str, float],
) -> KeyResultSheet:
    kpi = workshop.kpis.get(key_result.kpi or "")
    start, target, unit = key_result.start, key_result.target, key_result.unit
    arithmetic = chance = ""
    if kpi is not None and key_result.kind in ("metric", "range"):
        found = targets.suggest(kpi)
        arithmetic = found.sentence if isinstance(found, targets.Suggestion) else found.reason
        if kpi.baseline is None and start is not None:
            arithmetic = computed_words(key_result)
        judged = targets.judge(kpi, target) if target is not None else None
        if isinstance(judged, targets.Judgement) and target is not None:
            own = target != key_result.suggestion
            shown = show_number(target, unit)
            chance = targets.chosen_words(kpi, judged, shown) if own else targets.mean_words(kpi, judged)
    guardrail = workshop.guardrails.get(key_result.guardrail or "")
    if key_result.kind == "range" and key_result.band is not None:
        low, high = key_result.band
        target_text = f"{show_number(low, '')}–{show_number(high, unit)}"
    else:
        target_text = show_number(target, unit) if target is not None else ""
    return KeyResultSheet(
        key_result=with_names(workshop, key_result, names),
        sentence=sentence_of(workshop, key_result),
        kpi_name=kpi.name if kpi else "",
        start_text=show_number(start, unit) if start is not None else "",
        target_text=target_text,
        change_text=show_change(start, target, unit) if start is not None and target is not None else "",
        suggestion_text=show_number(key_result.suggestion, unit) if key_result.suggestion is not None else "",
        arithmetic=arithmetic,
        chance=chance,
        owner_name=owner_name(key_result.owner, names),
        indicator=(kpi.indicator or "") if kpi else "",
        confidence=round(known[key_result.id], 4) if key_result.id in known else None,
        trail=tuple(
            Fact(label=step.label, text=step.text, source=step.source)
            for step in key_result_trail(key_result, material, guardrail)
        ),
        findings=_notes(workshop, key_result.id, names),
    )


def guardrail_sheets(workshop: Workshop, names: Mapping[str, str]) -> tuple[GuardrailSheet, ...]:
    """All guardrails with limit, today's value and what they say together."""
    return tuple(_guardrail(guardrail, names) for guardrail in workshop.guardrails.values())


def _guardrail(guardrail: Guardrail, names: Mapping[str, str]) -> GuardrailSheet:
    state, note = _state(guardrail)
    return GuardrailSheet(
        guardrail=replace(guardrail, by=""),
        limit_text=guardrail_limit(guardrail) if guardrail.threshold is not None else "",
        current_text=show_number(guardrail.current, guardrail.unit) if guardrail.current is not None else "",
        state=state,
        note=note,
        owner_name=owner_name(guardrail.owner, names),
    )


def _state(guardrail: Guardrail) -> tuple[str, str]:
    tripped = breached(guardrail)
    if tripped is None:
        missing = "its limit" if guardrail.threshold is None else "today's value"
        return "unknown", f"{missing} is still to come"
    if tripped:
        return "tripped", "tripped from the start: repair it first, or change the limit"
    assert guardrail.current is not None
    assert guardrail.threshold is not None
    room = abs(guardrail.threshold - guardrail.current)
    if guardrail.threshold and room <= CLOSE * abs(guardrail.threshold):
        return "close", "close to its limit"
    return "ok", "within its limit"
