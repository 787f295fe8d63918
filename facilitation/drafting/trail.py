"""Where a key result comes from: KPI → formula → votes → baseline → target, one line each (the product's promise)."""

from __future__ import annotations

import msgspec

from facilitation import formula, targets
from facilitation.drafting.evidence import person_name
from facilitation.drafting.material import Material, Rank
from facilitation.drafting.outlook import outlook, outlook_sentence
from facilitation.drafting.sentences import guardrail_limit
from facilitation.kpi_tree import Kpi, LinkEvidence, ancestors, root
from facilitation.okr import Guardrail, KeyResult, breached
from facilitation.units import show_number

EVIDENCE: dict[LinkEvidence, str] = {
    "guess": "so far a guess",
    "correlated": "seen together, not tested",
    "tested": "tested",
}
FAR = 3
"""From so many spreads on, a target is said to take more than effort."""


class TrailStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what it is about, what it says, and the rule or the place in the workshop it comes from."""

    label: str
    text: str
    source: str


def key_result_trail(
    key_result: KeyResult, material: Material, guardrail: Guardrail | None = None
) -> tuple[TrailStep, ...]:
    """The trail of one key result; one line that says so where it is tied to no KPI of the tree."""
    kpi = material.kpis.get(key_result.kpi or "")
    if kpi is None:
        text = "This key result is not tied to a KPI of the tree."
        return (TrailStep(label="KPI", text=text, source="M-KR-1"),)
    steps = [_kpi_step(kpi, material), _formula_step(kpi, material), _votes_step(kpi, material)]
    steps += [_baseline_step(key_result, kpi, material), _target_step(key_result, kpi)]
    forecast = outlook(key_result, kpi, material) if key_result.kind == "metric" else None
    if forecast is not None:
        text = outlook_sentence(forecast, key_result, kpi)
        steps.append(TrailStep(label="Forecast", text=text, source="P50/P80"))
    if guardrail is not None:
        steps.append(_guardrail_step(guardrail))
    return tuple(steps)


def _kpi_step(kpi: Kpi, material: Material) -> TrailStep:
    names = [material.kpis[i].name for i in ancestors(material.kpis, kpi.id) if i in material.kpis]
    path = " → ".join([kpi.name, *names])
    definition = f": {kpi.definition}" if kpi.definition else ""
    return TrailStep(label="KPI", text=f"{path}{definition}", source="M-TREE-1")


def _formula_step(kpi: Kpi, material: Material) -> TrailStep:
    parent = material.kpis.get(kpi.parent or "")
    names = {other.id: other.name for other in material.kpis.values()}
    if parent is None:
        own = (
            f"{kpi.name} = {formula.reading(kpi.formula, names)}"
            if kpi.formula
            else "This is the north star."
        )
        return TrailStep(label="Formula", text=own, source="M-TREE-2")
    link = next((link for link in parent.influences if link.child == kpi.id), None)
    if parent.formula and kpi.id in formula.refs(parent.formula):
        text = _equation(parent, names)
    elif link is not None and link.elasticity is not None:
        way = "more" if link.elasticity >= 0 else "less"
        effect = show_number(abs(link.elasticity), "%")
        text = (
            f"1 % more {kpi.name} should mean about {effect} {way} {parent.name} ({EVIDENCE[link.evidence]})"
        )
    elif link is not None:
        text = f"{kpi.name} → {parent.name}; by how much is not known ({EVIDENCE[link.evidence]})"
    else:
        text = f"{kpi.name} stands below {parent.name}; how they combine is not said yet"
    return TrailStep(label="Formula", text=text, source="M-TREE-6")


def _equation(kpi: Kpi, names: dict[str, str]) -> str:
    """A formula for reading: the brackets that keep odd names apart while typing are left out."""
    return f"{kpi.name} = {formula.reading(kpi.formula, names)}"


def _votes_step(kpi: Kpi, material: Material) -> TrailStep:
    place = next((i for i, row in enumerate(material.ranking, start=1) if row.kpi == kpi.id), None)
    if place is None:
        return TrailStep(label="Votes", text="It was not put to the vote.", source="ranking")
    row = material.ranking[place - 1]
    cast = sum(other.votes for other in material.ranking)
    votes = f"{row.votes} of {cast} votes" if cast else "no votes were cast"
    text = f"{votes}, rank {place} of {len(material.ranking)}; {_effect(row, material)}"
    return TrailStep(label="Votes", text=text, source="ranking")


def _effect(row: Rank, material: Material) -> str:
    top = root(material.kpis)
    if row.effect is None or top is None:
        return "its effect on the north star is not sized"
    return f"a usual good swing is worth {targets.effect_words(top, row.effect)} of {top.name}"


def _baseline_step(key_result: KeyResult, kpi: Kpi, material: Material) -> TrailStep:
    if kpi.baseline is None and key_result.start is not None:
        text = f"{show_number(key_result.start, kpi.unit)}, computed from the KPIs below"
    elif kpi.baseline is None:
        text = "Baseline pending"
    elif kpi.sigma is None:
        text = f"{show_number(kpi.baseline, kpi.unit)}; how much readings vary is not known"
    else:
        varies = targets.spread_words(kpi.sigma, kpi.unit)
        text = f"{show_number(kpi.baseline, kpi.unit)}, readings vary by about {varies}"
    owner = person_name(kpi.owner, material)
    details = [f"source: {kpi.source}" if kpi.source else "no source yet"]
    details.append(f"owner: {owner}" if owner else "no owner yet")
    return TrailStep(label="Baseline", text=f"{text}; {', '.join(details)}", source="method 3")


def _target_step(key_result: KeyResult, kpi: Kpi) -> TrailStep:
    """What the data suggest, and what the group chose, each with the chance that nothing changed and it is met."""
    if key_result.kind == "baseline":
        return TrailStep(label="Target", text="Follows once the baseline is known.", source="S4")
    found = targets.suggest(kpi)
    if isinstance(found, targets.Suggestion):
        parts = [_suggested(found, kpi)]
    elif key_result.suggestion is not None:
        given = show_number(key_result.suggestion, kpi.unit)
        parts = [f"Computed by the tree: where the targets furthest down are met, it comes to {given}."]
    else:
        parts = [found.reason] + ([f"On its card: {kpi.targets}."] if kpi.targets else [])
    if key_result.target is not None and key_result.target != key_result.suggestion:
        judged = targets.judge(kpi, key_result.target)
        chosen = f"The group chose {show_number(key_result.target, kpi.unit)}"
        if isinstance(judged, targets.Judgement):
            chosen += f" ({judged.change}). {judged.verdict}{_far(kpi, key_result.target)}"
        else:
            chosen += "."
        parts.append(chosen)
    return TrailStep(label="Target", text=" ".join(parts), source="M-TGT-1")


def _far(kpi: Kpi, target: float) -> str:
    """A warning for targets that better effort alone does not reach."""
    if kpi.direction == "range" or not kpi.sigma or kpi.baseline is None:
        return ""
    swings = abs(target - kpi.baseline) / kpi.sigma
    if swings < FAR:
        return ""
    return f" It lies {show_number(float(f'{swings:.2g}'), '')} times the usual variation away: that takes a new way of working."


def _suggested(found: targets.Suggestion, kpi: Kpi) -> str:
    if found.band is not None:
        return f"{found.sentence} {found.rule}"
    shown = show_number(found.target, kpi.unit)
    return f"The data suggest {shown} ({found.change}): {found.sentence} {found.rule}"


def _guardrail_step(guardrail: Guardrail) -> TrailStep:
    now = "" if guardrail.current is None else f", today {show_number(guardrail.current, guardrail.unit)}"
    tripped = "; it is tripped already" if breached(guardrail) else ""
    text = f"{guardrail.name} {guardrail_limit(guardrail)}{now}{tripped}"
    return TrailStep(label="Guardrail", text=text, source="method 4")
