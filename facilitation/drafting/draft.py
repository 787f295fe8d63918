"""Material in, draft out: objectives, key results, guardrails, initiatives, and notes on what is missing (domain d).

Ids are made from the place in the draft (`o1`, `o1k2`, `g1`), so the same material gives the very same draft. The
draft holds at most three objectives with at most four key results each (M-OBJ-3, M-KR-2).
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from facilitation import targets
from facilitation.drafting.choice import (
    MAX_KEY_RESULTS,
    branch_of,
    chosen_levers,
    has_leading,
    key_result_kpis,
)
from facilitation.drafting.evidence import baseline_plan, evidence_plan
from facilitation.drafting.material import Material, Note, Period
from facilitation.drafting.outlook import outlook, too_bold
from facilitation.drafting.pairing import PUSHING, paired, proposed
from facilitation.drafting.sentences import baseline_sentence, compose_objective, guardrail_limit
from facilitation.drafting.trail import TrailStep, key_result_trail
from facilitation.evaluate import evaluate
from facilitation.kpi_tree import Kpi, ancestors, is_lever, root
from facilitation.okr import Guardrail, Initiative, KeyResult, KeyResultRole, Objective, breached
from facilitation.sensitivity import at_targets
from facilitation.units import show_number

BASELINE_WEEK = 2
LEAD_WEEKS = 4
"""A leading key result is due so many weeks before the period ends, or by the lag of its link where one is known."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What was drafted. `guardrails` are those of the material plus proposals without a limit; `trails` tells by key
    result id where each comes from; `notes` say what is missing, most important first.
    """

    objectives: tuple[Objective, ...] = ()
    key_results: tuple[KeyResult, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    notes: tuple[Note, ...] = ()
    trails: dict[str, tuple[TrailStep, ...]] = {}


def draft(material: Material, *, prefix: str = "") -> Draft:
    """The draft of a workshop. `prefix` goes in front of every new id, so that drafts can stand side by side."""
    work = _Drafting(material, prefix)
    for place, lever in enumerate(chosen_levers(material), start=1):
        work.objective(lever, f"{prefix}o{place}", place)
    work.finish()
    trails = {kr.id: key_result_trail(kr, material, work.guardrail(kr.guardrail)) for kr in work.key_results}
    return Draft(
        objectives=tuple(work.objectives),
        key_results=tuple(work.key_results),
        guardrails=tuple(work.guardrails),
        initiatives=tuple(work.initiatives),
        notes=tuple(dict.fromkeys(work.notes)),
        trails=trails,
    )


class _Drafting:
    """Collects one draft; used by `draft` only."""

    def __init__(self, material: Material, prefix: str) -> None:
        self.material = material
        self.prefix = prefix
        self.objectives: list[Objective] = []
        self.key_results: list[KeyResult] = []
        self.guardrails: list[Guardrail] = list(material.guardrails)
        self.initiatives: list[Initiative] = list(material.initiatives)
        self.notes: list[Note] = []
        self.taken = {lever.id for lever in chosen_levers(material)}
        self.used = evaluate(material.kpis).used

    def guardrail(self, id_: str | None) -> Guardrail | None:
        return next((g for g in self.guardrails if g.id == id_), None)

    def objective(self, lever: Kpi, id_: str, place: int) -> None:
        """One objective on `lever` with its key results, guardrail and first step."""
        kpis = self.material.kpis
        self.objectives.append(
            Objective(
                id=id_,
                words=self.words(lever),
                lever=lever.id,
                branch=branch_of(kpis, lever.id),
                owner=lever.owner,
                mode=self.material.modes.get(lever.id),
                order=place,
            )
        )
        self.lever_gaps(lever)
        found = key_result_kpis(lever, self.material, self.taken - {lever.id})
        self.taken |= {kpi.id for kpi, _ in found}
        unknown = [kpi for kpi, _ in found if self.today(kpi) is None]
        found = found[: MAX_KEY_RESULTS - 1] if unknown else found[:MAX_KEY_RESULTS]
        unknown = [kpi for kpi, _ in found if self.today(kpi) is None]
        for number, (kpi, part) in enumerate(found, start=1):
            self.key_result(kpi, part, id_, f"{id_}k{number}", number)
        if unknown:
            self.baseline(unknown, id_, f"{id_}k{len(found) + 1}", len(found) + 1)
        if not has_leading(found):
            text = f"Nothing below {lever.name} is marked as leading: which number would move first, within weeks?"
            self.notes.append(Note(text=text, about=lever.id))
        if len(found) + bool(unknown) < 2:
            text = f"Only one number shows whether {lever.name} really changed: which second one would?"
            self.notes.append(Note(text=text, about=lever.id))
        if lever.step:
            self.first_step(lever, f"{id_}k1")

    def words(self, lever: Kpi) -> str:
        """The objective's sentence from what people would notice; a stand-in from the KPI's name until they said it."""
        kpis = self.material.kpis
        reason = next((kpis[i].plain_outcome for i in ancestors(kpis, lever.id) if kpis[i].plain_outcome), "")
        words = compose_objective(lever.plain_outcome, lever.segment, reason, lever.family)
        if not words:
            words = compose_objective(_stand_in(lever), lever.segment, reason, lever.family)
            asked = (
                "holds a number; numbers belong in key results. Say it without one:"
                if lever.plain_outcome
                else ""
            )
            question = f"what would people notice if {lever.name} got better?"
            text = f"The outcome written for {lever.name} {asked} {question}" if asked else _upper(question)
            self.notes.append(Note(text=text, about=lever.id))
        if not reason:
            parent = kpis.get(lever.parent or "")
            name = parent.name if parent else "the north star"
            text = f"Why does it matter? Say in plain words what people would notice if {name} got better."
            self.notes.append(Note(text=text, about=parent.id if parent else lever.id))
        return words

    def key_result(self, kpi: Kpi, part: KeyResultRole, objective: str, id_: str, order: int) -> None:
        """One key result on a KPI: numbers from its card and the group's own target, the rest from rules."""
        found = targets.suggest(kpi)
        suggestion = found.target if isinstance(found, targets.Suggestion) else None
        guardrail = self.guardrail_for(kpi) if is_lever(kpi) and part in ("lever", "extra") else None
        banded = kpi.direction == "range" and kpi.band is not None
        drafted = KeyResult(
            id=id_,
            objective=objective,
            kind="range" if banded else "metric",
            role=part,
            kpi=kpi.id,
            start=self.today(kpi),
            suggestion=suggestion,
            target=self.material.targets.get(kpi.id, suggestion),
            band=kpi.band if banded else None,
            unit=kpi.unit,
            segment=kpi.segment,
            due=self.due(kpi, part),
            owner=kpi.owner,
            guardrail=guardrail.id if guardrail else None,
            order=order,
        )
        self.key_results.append(drafted)
        computed = drafted.start is not None and kpi.baseline is None
        if isinstance(found, targets.NoTarget) and not (banded and "sigma" in found.missing) and not computed:
            self.notes.append(Note(text=found.reason, about=kpi.id))
        if not kpi.owner:
            self.notes.append(Note(text=f"Who looks after {kpi.name}? One person, by name.", about=kpi.id))

    def baseline(self, unknown: list[Kpi], objective: str, id_: str, order: int) -> None:
        """The key result for numbers nobody knows yet, due at the end of week 2 (section 3 of the method)."""
        due = self.material.period.week_end(BASELINE_WEEK)
        first = unknown[0]
        several = baseline_sentence([kpi.name for kpi in unknown], due) if len(unknown) > 1 else ""
        drafted = KeyResult(
            id=id_,
            objective=objective,
            kind="baseline",
            role="extra",
            kpi=first.id,
            words=several,
            unit=first.unit,
            due=due,
            owner=first.owner,
            order=order,
        )
        self.key_results.append(drafted)

    def guardrail_for(self, lever: Kpi) -> Guardrail | None:
        """The guardrail that watches over a lever; where the group set none, one without a limit is proposed for
        growth, speed, volume and cost (G-MISSING).
        """
        found = paired(lever, tuple(self.guardrails))
        if found is None and lever.family in PUSHING:
            number = len(self.guardrails) - len(self.material.guardrails) + 1
            found = proposed(lever, self.material.kpis, f"{self.prefix}g{number}")
            for place in range(len(self.material.guardrails), len(self.guardrails)):
                known = self.guardrails[place]
                if (known.kpi, known.name) == (found.kpi, found.name):
                    # One proposal watches over both levers: nobody sets the same limit twice.
                    both = msgspec.structs.replace(known, levers=(*known.levers, lever.id))
                    self.guardrails[place] = both
                    return both
            self.guardrails.append(found)
            text = f"Nothing protects against pushing {lever.name} too far. Proposed: {found.name}. Where is its limit?"
            self.notes.append(Note(text=text, about=found.id))
        elif found is None and not lever.family:
            text = f"Is {lever.name} about growth, speed, cost or quality? Then a guardrail can be proposed."
            self.notes.append(Note(text=text, about=lever.id))
        return found

    def lever_gaps(self, lever: Kpi) -> None:
        """What the card of a chosen lever still lacks."""
        row = next((row for row in self.material.ranking if row.kpi == lever.id), None)
        if row is not None and row.effect is None:
            why = row.reason or "Which link or number is missing?"
            text = f"The tree cannot size {lever.name} yet: votes alone put it here. {why}"
            self.notes.append(Note(text=text, about=lever.id))
        if not lever.definition:
            text = (
                f"How exactly is {lever.name} counted? One sentence makes it the same number for everybody."
            )
            self.notes.append(Note(text=text, about=lever.id))

    def first_step(self, lever: Kpi, key_result: str) -> None:
        """The realistic step named in the levers phase, as work beside the key result (M-INI-1, d.7)."""
        if any(known.text == lever.step for known in self.initiatives):
            return
        parent = self.material.kpis.get(lever.parent or "")
        then = f", and {parent.name} should follow" if parent else ""
        number = len(self.initiatives) - len(self.material.initiatives) + 1
        self.initiatives.append(
            Initiative(
                id=f"{self.prefix}i{number}",
                text=lever.step,
                key_result=key_result,
                assumption=f"This moves {lever.name}{then}.",
            )
        )

    def today(self, kpi: Kpi) -> float | None:
        """Today's value: the stated baseline, else what the tree computes from the KPIs below (as `plan_figures`)."""
        if kpi.baseline is not None:
            return kpi.baseline
        computed = self.used.get(kpi.id)
        return None if computed is None else targets.plan_figures(computed)

    def compute_targets(self) -> None:
        """A computed KPI without a spread of its own aims at what the targets below give (domain Decisions)."""
        aimed = {kr.kpi: kr.target for kr in self.key_results if kr.kpi and kr.target is not None}
        reached = at_targets(self.material.kpis, aimed)
        for place, kr in enumerate(self.key_results):
            value = reached.get(kr.kpi or "")
            if kr.kind != "metric" or kr.target is not None or kr.start is None or value is None:
                continue
            target = targets.plan_figures(value)
            if target != kr.start:
                self.key_results[place] = msgspec.structs.replace(kr, suggestion=target, target=target)

    def plan_evidence(self) -> None:
        """The evidence plan of every key result, once all targets are known."""
        aimed = {kr.kpi: kr.target for kr in self.key_results if kr.kpi and kr.target is not None}
        material = msgspec.structs.replace(self.material, targets=aimed)
        for place, kr in enumerate(self.key_results):
            kpi = self.material.kpis[kr.kpi or ""]
            if kr.kind == "baseline":
                plan = baseline_plan(kr, kpi, material)
            else:
                plan = evidence_plan(kr, kpi, self.guardrail(kr.guardrail), material)
            self.key_results[place] = msgspec.structs.replace(kr, evidence=plan)

    def weigh_commitments(self) -> None:
        """A commitment lies at or below what its own drift reaches in eight cases of ten, where that is known (d.4)."""
        committed = {objective.id for objective in self.objectives if objective.mode == "commitment"}
        for kr in self.key_results:
            kpi = self.material.kpis[kr.kpi or ""]
            forecast = (
                outlook(kr, kpi, self.material) if kr.objective in committed and kr.kind == "metric" else None
            )
            text = too_bold(forecast, kr, kpi) if forecast is not None else ""
            if text:
                self.notes.append(Note(text=text, about=kpi.id))

    def finish(self) -> None:
        """Computed targets, evidence, and notes on the whole: no lever, tripped guardrails, work without a purpose."""
        self.compute_targets()
        self.plan_evidence()
        self.weigh_commitments()
        first = [*_whole_gaps(self.material), *(_tripped(g) for g in self.guardrails if breached(g))]
        self.notes[:0] = first
        for initiative in self.initiatives:
            if initiative.key_result is None:
                text = f"Which key result should “{initiative.text}” move?"
                self.notes.append(Note(text=text, about=initiative.id))

    def due(self, kpi: Kpi, part: KeyResultRole) -> str:
        """The period's last day; a leading KPI is due earlier, for it must move first."""
        last = self.material.period.last_day()
        if last is None:
            return ""
        if part != "leading":
            return last.isoformat()
        early = last - timedelta(weeks=self.lag(kpi))
        return (
            early.isoformat()
            if _after_baselines(early.isoformat(), self.material.period)
            else last.isoformat()
        )

    def lag(self, kpi: Kpi) -> float:
        parent = self.material.kpis.get(kpi.parent or "")
        links = parent.influences if parent else ()
        lag = next((link.lag_weeks for link in links if link.child == kpi.id), None)
        return lag if lag else LEAD_WEEKS


def _whole_gaps(material: Material) -> list[Note]:
    if root(material.kpis) is None:
        return [
            Note(text="There is no KPI tree yet: begin with the north star, the number everything leads to.")
        ]
    if not chosen_levers(material):
        text = "No KPI is marked as a lever yet: say which ones this team can move, alone or with others."
        return [Note(text=text)]
    notes = []
    if material.period.last_day() is None:
        notes.append(Note(text="When does the period end? Without a date no key result can say by when."))
    return notes


def _tripped(guardrail: Guardrail) -> Note:
    now = show_number(guardrail.current, guardrail.unit)
    text = (
        f"{guardrail.name}: today {now}, limit {guardrail_limit(guardrail)}. It is tripped from the start. "
        "Bring it back first, or agree on a limit that holds today."
    )
    return Note(text=text, about=guardrail.id)


def _stand_in(lever: Kpi) -> str:
    """A plain beginning made of the KPI's name, without its digits: "Bring down sales cycle"."""
    name = " ".join(word for word in lever.name.split() if not any(c.isdigit() or c == "%" for c in word))
    name = name or "this number"
    if lever.direction == "down":
        return f"{'Shorten' if lever.family == 'speed' else 'Reduce'} {name}"
    return f"Keep {name} in its range" if lever.direction == "range" else f"Lift {name}"


def _after_baselines(day: str, period: Period) -> bool:
    return not period.start or day > period.week_end(BASELINE_WEEK)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
