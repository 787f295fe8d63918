"""One tap that mends: what taking a remark's suggestion would change, where a better version can be built from what is known.

A remedy is made of the workshop's own words and numbers only; where the group has to think for itself there is none, and the
remark's question stands alone. Work that stood in the place of a key result is kept as an initiative, word for word (M-KR-9).
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from facilitation import targets
from facilitation.changes import new_id
from facilitation.dates import date_text
from facilitation.drafting.pairing import PUSHING, paired, proposed
from facilitation.drafting.sentences import compose_objective, objective_sentence
from facilitation.kpi_tree import Kpi, ancestors
from facilitation.lint import Finding, lint_text
from facilitation.lint.people import looks_like_team, several_people
from facilitation.okr import Guardrail, Initiative, KeyResult, Objective
from facilitation.planning import proposed_plan
from facilitation.review import sentence_of
from facilitation.state import Workshop
from facilitation.tree_known import known
from facilitation.units import show_number

WORK = frozenset({"K-OUTPUT", "K-ACTIVITY", "K-ENABLER"})
"""Remarks that the words are work: the three questions of M-KR-9 lead out of it."""
_WORDS = WORK | {
    "K-VAGUEQ",
    "K-PCT",
    "K-COMPOUND",
    "K-BAU",
    "K-BINARY",
    "K-DIR",
    "K-UNIT",
    "K-NUMBER",
    "K-VANITY",
}
_OBJECTIVE = frozenset({"O-METRIC", "O-OUTPUT", "O-VAGUE", "O-LONG", "O-STATUSQUO", "O-COMPOUND", "O-NOWHY"})
SURE = 1.64 / 2
"""Beyond so many spreads a target is no longer luck of four readings (K-NOISE)."""


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """What one tap changes: `label` names the tap (with `person`, a name or `@p3`), `text` shows what it becomes, the rest
    are the things as they will be.
    """

    label: str
    text: str = ""
    person: str = ""
    objective: Objective | None = None
    key_result: KeyResult | None = None
    guardrail: Guardrail | None = None
    initiative: Initiative | None = None


def today_of(workshop: Workshop, kpi: Kpi) -> float | None:
    """Today's value of a KPI: stated, else computed by the tree to four figures."""
    if kpi.baseline is not None:
        return kpi.baseline
    computed = known(workshop.kpis).evaluation.used.get(kpi.id)
    return None if computed is None else targets.plan_figures(computed)


def remedy(workshop: Workshop, finding: Finding) -> Remedy | None:
    """What taking the suggestion of `finding` would do, or nothing where only the group can know."""
    objective = workshop.objectives.get(finding.line)
    if objective is not None:
        return _for_objective(workshop, finding, objective)
    key_result = workshop.key_results.get(finding.line)
    return _for_key_result(workshop, finding, key_result) if key_result is not None else None


def _for_objective(workshop: Workshop, finding: Finding, objective: Objective) -> Remedy | None:
    kpi = workshop.kpis.get(objective.lever or "")
    if kpi is None:
        return None
    if finding.rule == "O-OWNER":
        owner = _person(kpi.owner)
        if not owner or owner == objective.owner:
            return None
        better = replace(objective, owner=owner)
        return Remedy(label="Name", person=owner, text="Looks after the KPI.", objective=better)
    if finding.rule == "G-MISSING":
        return _guardrail(workshop, objective)
    if finding.rule not in _OBJECTIVE:
        return None
    reason = next(
        (
            workshop.kpis[i].plain_outcome
            for i in ancestors(workshop.kpis, kpi.id)
            if workshop.kpis[i].plain_outcome
        ),
        "",
    )
    words = compose_objective(kpi.plain_outcome, kpi.segment, reason, kpi.family)
    better = replace(objective, words=words)
    if not words or objective_sentence(better) == objective_sentence(objective):
        return None
    if any(one.rule == finding.rule for one in lint_text(words, "objective")):
        return None
    return Remedy(label="Take the suggestion", text=objective_sentence(better), objective=better)


def _guardrail(workshop: Workshop, objective: Objective) -> Remedy | None:
    """What usually must not get worse when this lever is pushed; its limit is the group's to set."""
    for kr in workshop.key_results.values():
        kpi = workshop.kpis.get(kr.kpi or "")
        if kr.objective != objective.id or kpi is None or kpi.family not in PUSHING:
            continue
        there = tuple(workshop.guardrails.values())
        if paired(kpi, there) is None:
            found = replace(proposed(kpi, workshop.kpis, new_id(workshop, "g")), levers=(kpi.id,))
            if any(one.name.casefold() == found.name.casefold() for one in there):
                return None
            text = "Its limit is yours to set."
            return Remedy(label=f"Watch over {found.name}", text=text, guardrail=found)
    return None


def _for_key_result(workshop: Workshop, finding: Finding, kr: KeyResult) -> Remedy | None:
    kpi = workshop.kpis.get(kr.kpi or "")
    rule, field = finding.rule, finding.field
    if rule == "K-DATE":
        end = workshop.setup.end
        return Remedy(label=f"By {date_text(end)}", key_result=replace(kr, due=end)) if end else None
    if kpi is None:
        return None
    if rule == "K-OWNER":
        owner = _person(kpi.owner)
        if not owner or owner == kr.owner:
            return None
        return Remedy(
            label="Name", person=owner, text="Looks after the KPI.", key_result=replace(kr, owner=owner)
        )
    if rule in ("V-PLAN", "V-SIGNAL", "V-DECISION"):
        return _plan(workshop, rule, kr)
    if rule in ("K-DRIFT", "K-BASE"):
        today = today_of(workshop, kpi)
        if today is None or today == kr.start:
            return None
        return Remedy(label=f"Start from {show_number(today, kpi.unit)}", key_result=replace(kr, start=today))
    if rule == "K-UNIT" and field == "unit":
        return Remedy(label=f"Use {kpi.unit}", key_result=replace(kr, unit=kpi.unit))
    if field == "target":
        return _target(rule, kr, kpi)
    if rule in _WORDS and kr.words and kr.kind in ("metric", "range"):
        return _words(workshop, rule, kr)
    return None


def _target(rule: str, kr: KeyResult, kpi: Kpi) -> Remedy | None:
    found = targets.suggest(kpi)
    if not isinstance(found, targets.Suggestion) or found.target == kr.target or kpi.baseline is None:
        return None
    if rule == "K-NOISE" and abs(found.target - kpi.baseline) < SURE * (kpi.sigma or 0.0):
        return None
    start = kpi.baseline if rule == "K-DIR" else kr.start
    better = replace(kr, target=found.target, suggestion=found.target, start=start)
    return Remedy(label=f"Take {show_number(found.target, kpi.unit)}", text=found.sentence, key_result=better)


def _words(workshop: Workshop, rule: str, kr: KeyResult) -> Remedy | None:
    better = replace(kr, words="")
    sentence = sentence_of(workshop, better)
    if sentence == kr.words or (rule == "K-NUMBER" and kr.target is None):
        return None
    work = None
    if rule in WORK:
        name = workshop.kpis[kr.kpi or ""].name
        work = Initiative(
            id=new_id(workshop, "i"), text=kr.words[:200], key_result=kr.id, assumption=f"This moves {name}."
        )
    return Remedy(label="Take the suggestion", text=sentence, key_result=better, initiative=work)


def _plan(workshop: Workshop, rule: str, kr: KeyResult) -> Remedy | None:
    new, plan = proposed_plan(workshop, kr), kr.evidence
    if rule == "V-SIGNAL":
        plan = replace(plan, signal=new.signal, signal_kpi=new.signal_kpi)
    elif rule == "V-DECISION":
        plan = replace(plan, decision=new.decision)
    else:
        for field in ("signal", "design", "decision", "record"):
            if not getattr(plan, field):
                plan = replace(plan, **{field: getattr(new, field)})
    if plan == kr.evidence:
        return None
    return Remedy(
        label="Fill it in from the data",
        text="You can reword it afterwards.",
        key_result=replace(kr, evidence=plan),
    )


def _person(owner: str) -> str:
    """The owner of a KPI, if it is one person."""
    return "" if looks_like_team(owner) or several_people(owner) else owner
