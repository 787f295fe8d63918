"""Draft: objectives, key results and guardrails drafted from tree, votes and numbers, then edited together.

A draft is made when the phase opens and can be made again by the facilitator (one step of Undo away). Editing words never
changes structure; the target is the group's own, beside the suggestion from the data (domain d). What the linter says
stands beside each sentence; an error can be set aside with a reason that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from msgspec.structs import replace

from facilitation import targets
from facilitation.activities.guardrails import guardrail_data
from facilitation.activity import Activity, Data, View
from facilitation.changes import count_id, drop, new_id, put
from facilitation.drafting import draft
from facilitation.drafting.sentences import objective_sentence
from facilitation.fields import date_field, number_field
from facilitation.guide import Phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.okr import Guardrail, Initiative, KeyResult, KeyResultKind, Objective, Override
from facilitation.review import (
    findings_for,
    key_results_of,
    material_of,
    objectives_in_order,
    sentence_of,
)
from facilitation.state import Workshop, open_phase
from facilitation.text import optional_text, text_of
from facilitation.units import show_change, show_number

MOST_OBJECTIVES = 3
MOST_KEY_RESULTS = 5
OPEN_IN = ("draft", "commit")


class DraftMade(Event, frozen=True, kw_only=True):
    """A draft was made from what the workshop knows; it replaces the one before."""

    objectives: tuple[Objective, ...]
    key_results: tuple[KeyResult, ...]
    guardrails: tuple[Guardrail, ...]
    initiatives: tuple[Initiative, ...]
    notes: tuple[str, ...] = ()


class ObjectiveSet(Event, frozen=True, kw_only=True):
    """An objective was added or changed."""

    objective: Objective


class KeyResultSet(Event, frozen=True, kw_only=True):
    """A key result was added or changed."""

    key_result: KeyResult


class InitiativeSet(Event, frozen=True, kw_only=True):
    """Work was added or changed."""

    initiative: Initiative


class DraftRemoved(Event, frozen=True, kw_only=True):
    """Objectives (with their key results), key results or initiatives were taken away."""

    objectives: tuple[str, ...] = ()
    key_results: tuple[str, ...] = ()
    initiatives: tuple[str, ...] = ()


class FindingSetAside(Event, frozen=True, kw_only=True):
    """Somebody set an error aside, with a reason."""

    override: Override


class FindingTakenUp(Event, frozen=True, kw_only=True):
    """A finding counts again."""

    target: str
    rule: str


class MakeDraft(Command, frozen=True, kw_only=True):
    """Make the draft anew from what the workshop knows now. Facilitators only."""

    phase: str


class SetObjective(Command, frozen=True, kw_only=True):
    """Add an objective (empty `id`) or word one anew."""

    phase: str
    words: str
    id: str = ""
    note: str | None = None


class SetKeyResult(Command, frozen=True, kw_only=True):
    """Change a key result; `None` leaves a field as it is. Numbers come as typed."""

    phase: str
    id: str
    words: str | None = None
    target: str | None = None
    start: str | None = None
    segment: str | None = None
    due: str | None = None
    kind: str | None = None
    proof: str | None = None


class AddKeyResult(Command, frozen=True, kw_only=True):
    """Add a key result on a KPI of the tree, or in words only."""

    phase: str
    objective: str
    kpi: str = ""
    words: str = ""


class RemoveFromDraft(Command, frozen=True, kw_only=True):
    """Take an objective, key result or initiative away; Undo brings it back."""

    phase: str
    id: str


class SetInitiative(Command, frozen=True, kw_only=True):
    """Add work (empty `id`) or change it; it names the key result it should move."""

    phase: str
    text: str
    id: str = ""
    key_result: str = ""
    assumption: str = ""


class SetAside(Command, frozen=True, kw_only=True):
    """Set a finding aside with a reason that stays in the outcome."""

    phase: str
    target: str
    rule: str
    reason: str


class TakeUp(Command, frozen=True, kw_only=True):
    """Let a finding count again."""

    phase: str
    target: str
    rule: str


def _open(workshop: Workshop, phase_id: str) -> Phase | Rejected:
    if workshop.final is not None:
        return Rejected("The outcome is final. The facilitator can make it a draft again.")
    return open_phase(workshop, phase_id, *OPEN_IN)


def made(workshop: Workshop, phase: Phase) -> DraftMade:
    """The draft of what the workshop knows now; ids are new, so an old draft's leftovers never meet it."""
    found = draft(material_of(workshop), prefix=f"d{workshop.seq + 1}")
    most = int(str(phase.settings.get("objectives", MOST_OBJECTIVES)))
    objectives = found.objectives[:most]
    kept = {objective.id for objective in objectives}
    key_results = tuple(kr for kr in found.key_results if kr.objective in kept)
    used = {kr.guardrail for kr in key_results}
    return DraftMade(
        objectives=objectives,
        key_results=key_results,
        guardrails=tuple(g for g in found.guardrails if g.id in workshop.guardrails or g.id in used),
        initiatives=tuple(
            i
            if i.key_result is None or any(kr.id == i.key_result for kr in key_results)
            else replace(i, key_result=None)
            for i in found.initiatives
        ),
        notes=tuple(note.text for note in found.notes),
    )


def opening(workshop: Workshop, phase: Phase, actor: Actor) -> Sequence[Event]:
    """A first draft stands there when the phase opens."""
    return [] if workshop.objectives or workshop.final is not None else [made(workshop, phase)]


def decide_make(workshop: Workshop, wish: MakeDraft, actor: Actor) -> Decision:
    """Draft anew."""
    phase = _open(workshop, wish.phase)
    return phase if isinstance(phase, Rejected) else [made(workshop, phase)]


def decide_objective(workshop: Workshop, wish: SetObjective, actor: Actor) -> Decision:
    """Words of an objective."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    words = text_of(wish.words, 240, "The objective")
    note = optional_text(wish.note or "", 240, "The note")
    if isinstance(words, Rejected):
        return words
    if isinstance(note, Rejected):
        return note
    known = workshop.objectives.get(wish.id) if wish.id else None
    if wish.id and known is None:
        return Rejected("This objective is not in the draft any more. Your words are kept on this device.")
    if known is None:
        if len(workshop.objectives) >= MOST_OBJECTIVES:
            return Rejected(
                f"{MOST_OBJECTIVES} objectives are the most for one period. Change one of them instead."
            )
        return [
            ObjectiveSet(
                objective=Objective(id=new_id(workshop, "o"), words=words, order=len(workshop.objectives))
            )
        ]
    changed = replace(known, words=words, note=known.note if wish.note is None else note)
    return [] if changed == known else [ObjectiveSet(objective=changed)]


def decide_key_result(workshop: Workshop, wish: SetKeyResult, actor: Actor) -> Decision:
    """Slots and words of a key result."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = workshop.key_results.get(wish.id)
    if known is None:
        return Rejected("This key result is not in the draft any more. Your words are kept on this device.")
    changed = known
    for field, text, limit, what in (
        ("words", wish.words, 300, "The key result"),
        ("segment", wish.segment, 80, "The segment"),
        ("proof", wish.proof, 300, "The evidence"),
    ):
        if text is not None:
            cleaned = optional_text(text, limit, what)
            if isinstance(cleaned, Rejected):
                return cleaned
            changed = replace(changed, **{field: cleaned})
    for field, text, what in (("target", wish.target, "The target"), ("start", wish.start, "Today's value")):
        if text is not None:
            number = number_field(text, known.unit, what)
            if isinstance(number, Rejected):
                return number
            changed = replace(changed, **{field: number})
    if wish.due is not None:
        due = date_field(wish.due, "By when")
        if isinstance(due, Rejected):
            return due
        changed = replace(changed, due=due)
    if wish.kind is not None:
        if wish.kind not in get_args(KeyResultKind):
            return Rejected("Choose one of the kinds from the list.")
        changed = replace(changed, kind=wish.kind)
    if changed.words and changed.words == sentence_of(workshop, replace(changed, words="")):
        # Somebody typed back what the slots say anyway: let the sentence follow its numbers again.
        changed = replace(changed, words="")
    return [] if changed == known else [KeyResultSet(key_result=changed)]


def decide_add(workshop: Workshop, wish: AddKeyResult, actor: Actor) -> Decision:
    """One more key result; its numbers come from the KPI."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    if wish.objective not in workshop.objectives:
        return Rejected("This objective is not in the draft any more.")
    there = key_results_of(workshop, wish.objective)
    if len(there) >= MOST_KEY_RESULTS:
        return Rejected(
            f"{MOST_KEY_RESULTS} key results are the most for one objective; three are best. Change one instead."
        )
    words = optional_text(wish.words, 300, "The key result")
    if isinstance(words, Rejected):
        return words
    kpi = workshop.kpis.get(wish.kpi)
    if kpi is None and not words:
        return Rejected("Choose a KPI of the tree, or write the key result in words.")
    base = KeyResult(id=new_id(workshop, "r"), objective=wish.objective, words=words, order=len(there) + 1)
    if kpi is not None:
        found = targets.suggest(kpi)
        suggestion = found.target if isinstance(found, targets.Suggestion) else None
        base = replace(
            base,
            kpi=kpi.id,
            role="leading" if kpi.indicator == "leading" else "extra",
            start=kpi.baseline,
            suggestion=suggestion,
            target=suggestion,
            unit=kpi.unit,
            segment=kpi.segment,
            due=workshop.setup.end,
            owner=kpi.owner,
        )
    return [KeyResultSet(key_result=base)]


def decide_remove(workshop: Workshop, wish: RemoveFromDraft, actor: Actor) -> Decision:
    """Away with it, and with what hangs on it."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    if wish.id in workshop.objectives:
        below = tuple(kr.id for kr in workshop.key_results.values() if kr.objective == wish.id)
        return [DraftRemoved(objectives=(wish.id,), key_results=below)]
    if wish.id in workshop.key_results:
        return [DraftRemoved(key_results=(wish.id,))]
    if wish.id in workshop.initiatives:
        return [DraftRemoved(initiatives=(wish.id,))]
    return []


def decide_initiative(workshop: Workshop, wish: SetInitiative, actor: Actor) -> Decision:
    """Work that should move a key result (M-INI-1)."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    text = text_of(wish.text, 200, "The initiative")
    assumption = optional_text(wish.assumption, 240, "The assumption")
    if isinstance(text, Rejected):
        return text
    if isinstance(assumption, Rejected):
        return assumption
    known = workshop.initiatives.get(wish.id) if wish.id else None
    if wish.id and known is None:
        return Rejected("This initiative is not on the list any more. Add it anew.")
    if known is None and len(workshop.initiatives) >= 60:
        return Rejected("The list of initiatives is full.")
    base = known or Initiative(id=new_id(workshop, "i"), text="", by=actor.person)
    changed = replace(
        base,
        text=text,
        assumption=assumption or base.assumption,
        key_result=wish.key_result if wish.key_result in workshop.key_results else base.key_result,
    )
    return [] if changed == known else [InitiativeSet(initiative=changed)]


def decide_set_aside(workshop: Workshop, wish: SetAside, actor: Actor) -> Decision:
    """With a reason, or not at all."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    reason = text_of(wish.reason, 240, "The reason")
    if isinstance(reason, Rejected):
        return (
            Rejected("Say in a few words why this is fine here: the reason stays in the outcome.")
            if not wish.reason.strip()
            else reason
        )
    if not any(f["rule"] == wish.rule for f in findings_for(workshop, wish.target)):
        return Rejected("This remark does not stand any more, so there is nothing to set aside.")
    return [
        FindingSetAside(override=Override(target=wish.target, rule=wish.rule, reason=reason, by=actor.person))
    ]


def decide_take_up(workshop: Workshop, wish: TakeUp, actor: Actor) -> Decision:
    """It counts again."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = f"{wish.target}:{wish.rule}" in workshop.overrides
    return [FindingTakenUp(target=wish.target, rule=wish.rule)] if known else []


def apply_made(workshop: Workshop, event: DraftMade, meta: Meta) -> Workshop:
    """The draft stands; guardrails and initiatives of people stay."""
    return replace(
        workshop,
        objectives={o.id: o for o in event.objectives},
        key_results={kr.id: kr for kr in event.key_results},
        guardrails={**workshop.guardrails, **{g.id: g for g in event.guardrails}},
        initiatives={**workshop.initiatives, **{i.id: i for i in event.initiatives}},
        draft_notes=event.notes,
    )


def apply_objective(workshop: Workshop, event: ObjectiveSet, meta: Meta) -> Workshop:
    """As it is now."""
    return put(count_id(workshop, event.objective.id), "objectives", event.objective.id, event.objective)


def apply_key_result(workshop: Workshop, event: KeyResultSet, meta: Meta) -> Workshop:
    """As it is now."""
    return put(count_id(workshop, event.key_result.id), "key_results", event.key_result.id, event.key_result)


def apply_initiative(workshop: Workshop, event: InitiativeSet, meta: Meta) -> Workshop:
    """As it is now."""
    return put(count_id(workshop, event.initiative.id), "initiatives", event.initiative.id, event.initiative)


def apply_removed(workshop: Workshop, event: DraftRemoved, meta: Meta) -> Workshop:
    """Gone; initiatives let go of key results that are gone."""
    workshop = drop(workshop, "objectives", event.objectives)
    workshop = drop(workshop, "key_results", event.key_results)
    workshop = drop(workshop, "initiatives", event.initiatives)
    loose = {
        i.id: replace(i, key_result=None)
        for i in workshop.initiatives.values()
        if i.key_result in event.key_results
    }
    return replace(workshop, initiatives={**workshop.initiatives, **loose}) if loose else workshop


def apply_set_aside(workshop: Workshop, event: FindingSetAside, meta: Meta) -> Workshop:
    """Set aside."""
    return put(workshop, "overrides", f"{event.override.target}:{event.override.rule}", event.override)


def apply_taken_up(workshop: Workshop, event: FindingTakenUp, meta: Meta) -> Workshop:
    """Counts again."""
    return drop(workshop, "overrides", [f"{event.target}:{event.rule}"])


def key_result_data(workshop: Workshop, key_result: KeyResult) -> Data:
    """A key result for screens: sentence, numbers in words, arithmetic, findings."""
    kpi = workshop.kpis.get(key_result.kpi or "")
    unit = key_result.unit
    suggested = targets.suggest(kpi) if kpi else None
    judged = None
    if kpi is not None and key_result.target is not None and kpi.baseline is not None and kpi.sigma:
        judged = targets.judge(kpi, key_result.target)
    start, target = key_result.start, key_result.target
    return {
        "id": key_result.id,
        "objective": key_result.objective,
        "kind": key_result.kind,
        "role": key_result.role,
        "kpi": key_result.kpi or "",
        "kpi_name": kpi.name if kpi else "",
        "indicator": (kpi.indicator or "") if kpi else "",
        "sentence": sentence_of(workshop, key_result),
        "own_words": key_result.words,
        "start": "" if start is None else f"{start:.12g}",
        "target": "" if target is None else f"{target:.12g}",
        "start_text": show_number(start, unit),
        "target_text": show_number(target, unit),
        "suggestion_text": show_number(key_result.suggestion, unit)
        if key_result.suggestion is not None
        else "",
        "change": show_change(start, target, unit) if start is not None and target is not None else "",
        "arithmetic": (suggested.sentence if isinstance(suggested, targets.Suggestion) else suggested.reason)
        if suggested
        else "",
        "chance": judged.sentence
        if isinstance(judged, targets.Judgement) and target != key_result.suggestion
        else "",
        "unit": unit,
        "segment": key_result.segment,
        "due": key_result.due,
        "proof": key_result.proof,
        "owner": key_result.owner,
        "guardrail": workshop.guardrails[key_result.guardrail].name
        if key_result.guardrail in workshop.guardrails
        else "",
        "findings": findings_for(workshop, key_result.id),
    }


def objective_data(workshop: Workshop, objective: Objective) -> Data:
    """An objective for screens, without its key results (they are parts of their own)."""
    lever = workshop.kpis.get(objective.lever or "")
    return {
        "id": objective.id,
        "words": objective.words,
        "sentence": objective_sentence(objective),
        "lever": lever.name if lever else "",
        "owner": objective.owner,
        "mode": objective.mode or "",
        "note": objective.note,
        "key_results": [kr.id for kr in key_results_of(workshop, objective.id)],
        "findings": findings_for(workshop, objective.id),
    }


def draft_board(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Objectives with their key results, one part each; guardrails and work beside them."""
    objectives = [objective_data(workshop, objective) for objective in objectives_in_order(workshop)]
    for data in objectives:
        data.update({"phase": phase.id, "screen": screen})
    parts: dict[str, Data] = {f"objective-{data['id']}": data for data in objectives}
    for kr in workshop.key_results.values():
        parts[f"kr-{kr.id}"] = {**key_result_data(workshop, kr), "phase": phase.id, "screen": screen}
    board: Data = {
        "phase": phase.id,
        "screen": screen,
        "objectives": [{"id": data["id"], "key_results": data["key_results"]} for data in objectives],
        "guardrails": [guardrail_data(g) for g in workshop.guardrails.values()],
        "guardrail_findings": [f for g in workshop.guardrails for f in findings_for(workshop, g)],
        "initiatives": [
            {"id": i.id, "text": i.text, "key_result": i.key_result or "", "assumption": i.assumption}
            for i in workshop.initiatives.values()
        ],
        "findings": findings_for(workshop, ""),
        "notes": list(workshop.draft_notes),
        "kpis": [
            {"id": kpi.id, "name": kpi.name} for kpi in workshop.kpis.values() if kpi.parent is not None
        ],
        "can_add": len(objectives) < MOST_OBJECTIVES,
        "final": workshop.final is not None,
    }
    return View(board=board, parts=parts)


ACTIVITY = Activity(
    name="draft",
    decide={
        MakeDraft: decide_make,
        SetObjective: decide_objective,
        SetKeyResult: decide_key_result,
        AddKeyResult: decide_add,
        RemoveFromDraft: decide_remove,
        SetInitiative: decide_initiative,
        SetAside: decide_set_aside,
        TakeUp: decide_take_up,
    },
    apply={
        DraftMade: apply_made,
        ObjectiveSet: apply_objective,
        KeyResultSet: apply_key_result,
        InitiativeSet: apply_initiative,
        DraftRemoved: apply_removed,
        FindingSetAside: apply_set_aside,
        FindingTakenUp: apply_taken_up,
    },
    view=draft_board,
    mine=lambda workshop, phase, person: {"phase": phase.id, "open": workshop.current == phase.id},
    opening=opening,
    facilitator_only=frozenset({MakeDraft}),
)
