"""A lint document from what a workshop holds: objectives, key results, guardrails, initiatives and the KPI tree.

Everything is known here, so the document is `complete` and what is missing is really missing. Names in owner fields that stand
for somebody in the room (`@p3`) may be resolved by the caller; they count as one person either way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from facilitation import formula
from facilitation.kpi_tree import Kpi, ancestors, root, subtree
from facilitation.lint.document import Document, Evidence, KpiFacts, Line, Structure
from facilitation.lint.effects import Effects, signs_of
from facilitation.lint.suggest import from_kpi
from facilitation.okr import Guardrail, Initiative, KeyResult, Objective


def document_from(
    objectives: Iterable[Objective],
    key_results: Iterable[KeyResult],
    guardrails: Iterable[Guardrail] = (),
    initiatives: Iterable[Initiative] = (),
    kpis: Mapping[str, Kpi] | None = None,
    *,
    cycle: tuple[str, str] = ("", ""),
    weeks_left: float | None = None,
    weeks_needed: Mapping[str, float] | None = None,
    effects: Effects | None = None,
    sentences: Mapping[str, str] | None = None,
    regulated: Collection[str] = (),
    litmus_unmet: Collection[str] = (),
    north_star_gain: float | None = None,
    kpis_by_team: Mapping[str, int] | None = None,
) -> Document:
    """The document of one unit's OKRs.

    `cycle` are ISO dates of its first and last day ("" where unset); `weeks_needed` the weeks a key result's test takes, by
    its id; `effects` the sign (+1, −1) with which a KPI's increase moves its ancestors, by ids (left out: formulas and
    influences of the tree are read for it); `sentences` the drafted sentence of a line whose own words are empty;
    `regulated` ids of key results for regulated work; `litmus_unmet` ids of objectives for which the group said that all key
    results could be reached and the intent missed; `north_star_gain` the share by which the north star gets better at all
    targets.
    """
    tree = dict(kpis or {})
    signs = effects if effects is not None else signs_of(tree)
    facts = {id: _facts(tree, kpi, signs) for id, kpi in tree.items()}
    results = sorted(key_results, key=lambda one: one.order)
    goals = sorted(objectives, key=lambda one: one.order)
    said = sentences or {}
    modes = {goal.id: goal.mode for goal in goals}
    lines: list[Line] = []
    for goal in goals:
        mine = [one for one in results if one.objective == goal.id]
        lines.append(_objective(goal, mine, facts, said, cycle, goal.id in litmus_unmet))
        leads = any(_is_leading(one, tree) for one in mine)
        lines += [
            _key_result(
                one, facts, said, cycle, modes.get(goal.id), weeks_left, (weeks_needed or {}).get(one.id),
                one.id in regulated, leads,
            )
            for one in mine
        ]  # fmt: skip
    lines += [_guardrail(one, facts) for one in guardrails]
    lines += [
        Line(
            id=one.id,
            kind="initiative",
            text=one.text,
            structure=Structure(complete=True, key_result=one.key_result),
        )
        for one in initiatives
    ]
    return Document(
        lines=tuple(lines), complete=True, north_star_gain=north_star_gain, kpis_by_team=kpis_by_team
    )


def _is_leading(one: KeyResult, tree: Mapping[str, Kpi]) -> bool:
    kpi = tree.get(one.kpi or "")
    return one.role == "leading" or (kpi is not None and kpi.indicator == "leading")


def _objective(
    goal: Objective,
    mine: Sequence[KeyResult],
    facts: Mapping[str, KpiFacts],
    said: Mapping[str, str],
    cycle: tuple[str, str],
    unmet: bool,
) -> Line:
    levers = (
        facts[one.kpi] for one in mine if one.kpi is not None and one.kpi in facts and one.role == "lever"
    )
    branches = {kpi.branch for kpi in levers if kpi.on_path}
    known = Structure(
        complete=True,
        owner=goal.owner,
        mode=goal.mode,
        why=goal.note or None,
        cycle_start=cycle[0],
        cycle_end=cycle[1],
        branches=tuple(sorted(branch for branch in branches if branch)),
        litmus_unmet=unmet or None,
    )
    return Line(id=goal.id, kind="objective", text=goal.words or said.get(goal.id, ""), structure=known)


def _key_result(
    one: KeyResult,
    facts: Mapping[str, KpiFacts],
    said: Mapping[str, str],
    cycle: tuple[str, str],
    mode: str | None,
    weeks_left: float | None,
    weeks_needed: float | None,
    regulated: bool,
    leads: bool,
) -> Line:
    plan = one.evidence
    known = Structure(
        complete=True,
        kpi=facts.get(one.kpi or ""),
        start=one.start,
        target=one.target,
        band=one.band,
        unit=one.unit or None,
        due=one.due,
        owner=one.owner,
        segment=one.segment or None,
        mode=mode,
        declared=one.kind,
        proof=one.proof,
        early_warning=leads,
        tags=(("leading",) if one.role == "leading" else ()) + (("regulatory",) if regulated else ()),
        evidence=Evidence(
            signal=plan.signal or plan.signal_kpi or "",
            design=plan.design,
            decision=plan.decision,
            record=plan.record,
            signal_kpi=plan.signal_kpi,
        ),
        weeks_needed=weeks_needed,
        weeks_left=weeks_left,
        cycle_end=cycle[1] or None,
    )
    line = Line(
        id=one.id,
        kind="key_result",
        text=one.words or said.get(one.id, ""),
        under=one.objective,
        structure=known,
    )
    if line.text:
        return line
    return Line(id=line.id, kind=line.kind, text=from_kpi(line), under=line.under, structure=known)


def _guardrail(one: Guardrail, facts: Mapping[str, KpiFacts]) -> Line:
    known = Structure(
        complete=True,
        kpi=facts.get(one.kpi or ""),
        comparator=one.comparator,
        threshold=one.threshold,
        unit=one.unit or None,
        current=one.current,
        owner=one.owner,
        covers=one.levers,
    )
    return Line(id=one.id, kind="guardrail", text=one.name, structure=known)


def _facts(tree: Mapping[str, Kpi], kpi: Kpi, effects: Effects) -> KpiFacts:
    above = ancestors(tree, kpi.id)
    top = root(tree)
    return KpiFacts(
        id=kpi.id,
        name=kpi.name,
        unit=kpi.unit,
        direction=kpi.direction,
        mean=kpi.baseline,
        sigma=kpi.sigma,
        lower=kpi.lower,
        upper=kpi.upper,
        band=kpi.band,
        indicator=kpi.indicator,
        cadence=kpi.cadence or None,
        owner=kpi.owner,
        source=kpi.source or kpi.query,
        family=kpi.family,
        branch=above[-2] if len(above) > 1 else kpi.id,
        on_path=top is not None and (kpi.id == top.id or top.id in above),
        effects=effects.get(kpi.id, {}),
        below=tuple(each for each in subtree(tree, kpi.id) if each != kpi.id),
        formula_of=formula.refs(kpi.formula) if kpi.formula else (),
    )
