"""Draft: objectives, key results and guardrails drafted from tree, votes and numbers, then edited together.

A draft is made when the phase opens and can be made again by the facilitator (one step of Undo away). Editing words never
changes structure; the target is the group's own, beside the suggestion from the data (domain d). What the linter says
stands beside each sentence; an error can be set aside with a reason that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from facilitation.activities import draft_remarks, draft_rows
from facilitation.activities.draft_facts import (
    APPLY,
    DraftMade,
    DraftRemoved,
    InitiativeSet,
    KeyResultSet,
    ObjectiveSet,
    WishSet,
    open_draft,
)
from facilitation.activities.draft_remarks import SetAside, TakeSuggestion, TakeUp
from facilitation.activities.draft_rows import (
    AddKeyResult,
    KeepAsInitiative,
    MeasureInstead,
    SetKeyResult,
    SetNoise,
)
from facilitation.activity import Activity
from facilitation.changes import new_id
from facilitation.drafting import draft
from facilitation.fields import number_field, style_of
from facilitation.guide import Phase
from facilitation.kpi_tree import root
from facilitation.messages import Actor, Command, Decision, Event, Rejected
from facilitation.okr import MOST_OBJECTIVES, Initiative, KeyResult, Objective
from facilitation.review import material_of
from facilitation.sheet import draft_mine, draft_view
from facilitation.state import Workshop
from facilitation.text import optional_text, text_of

__all__ = [
    "ACTIVITY",
    "AddKeyResult",
    "AnswerLitmus",
    "DraftMade",
    "DraftRemoved",
    "InitiativeSet",
    "KeepAsInitiative",
    "KeyResultSet",
    "MakeDraft",
    "MeasureInstead",
    "ObjectiveSet",
    "RemoveFromDraft",
    "SetAside",
    "SetInitiative",
    "SetKeyResult",
    "SetNoise",
    "SetObjective",
    "SetWish",
    "TakeSuggestion",
    "TakeUp",
    "WishSet",
]


class MakeDraft(Command, frozen=True, kw_only=True):
    """Make the draft anew from what the workshop knows now. Facilitators only."""

    phase: str


class SetObjective(Command, frozen=True, kw_only=True):
    """Add an objective (empty `id`) or word one anew."""

    phase: str
    words: str
    id: str = ""
    note: str | None = None


class AnswerLitmus(Command, frozen=True, kw_only=True):
    """Say whether all key results could be reached and the objective still missed: "yes", or "no" once that is mended."""

    phase: str
    id: str
    unmet: str = "yes"


class RemoveFromDraft(Command, frozen=True, kw_only=True):
    """Take an objective, key result or initiative away; Undo brings it back."""

    phase: str
    id: str


class SetInitiative(Command, frozen=True, kw_only=True):
    """Add work (empty `id`) or change it; it names the key result it should move ("none" for no one)."""

    phase: str
    text: str
    id: str = ""
    key_result: str = ""
    assumption: str = ""


class SetWish(Command, frozen=True, kw_only=True):
    """Say which number is wished for the north star; empty takes it back. Facilitators only."""

    phase: str
    wish: str = ""


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
    phase = open_draft(workshop, wish.phase)
    return phase if isinstance(phase, Rejected) else [made(workshop, phase)]


def decide_objective(workshop: Workshop, wish: SetObjective, actor: Actor) -> Decision:
    """Words of an objective."""
    phase = open_draft(workshop, wish.phase)
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


def decide_litmus(workshop: Workshop, wish: AnswerLitmus, actor: Actor) -> Decision:
    """Only people can know it (T-LITMUS, M-KR-6)."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = workshop.objectives.get(wish.id)
    if known is None:
        return Rejected("This objective is not in the draft any more.")
    changed = replace(known, unmet=wish.unmet == "yes")
    return [] if changed == known else [ObjectiveSet(objective=changed)]


def decide_remove(workshop: Workshop, wish: RemoveFromDraft, actor: Actor) -> Decision:
    """Away with it, and with what hangs on it."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    if wish.id in workshop.objectives:
        below = tuple(kr.id for kr in workshop.key_results.values() if kr.objective == wish.id)
        return [
            DraftRemoved(objectives=(wish.id,), key_results=below),
            *draft_rows.with_computed(workshop, _without(workshop, below)),
        ]
    if wish.id in workshop.key_results:
        left = _without(workshop, (wish.id,))
        return [DraftRemoved(key_results=(wish.id,)), *draft_rows.with_computed(workshop, left)]
    if wish.id in workshop.initiatives:
        return [DraftRemoved(initiatives=(wish.id,))]
    return []


def _without(workshop: Workshop, gone: Sequence[str]) -> dict[str, KeyResult]:
    return {id_: kr for id_, kr in workshop.key_results.items() if id_ not in gone}


def decide_initiative(workshop: Workshop, wish: SetInitiative, actor: Actor) -> Decision:
    """Work that should move a key result (M-INI-1)."""
    phase = open_draft(workshop, wish.phase)
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
        key_result=wish.key_result
        if wish.key_result in workshop.key_results
        else None
        if wish.key_result == "none"
        else base.key_result,
    )
    return [] if changed == known else [InitiativeSet(initiative=changed)]


def decide_wish(workshop: Workshop, wish: SetWish, actor: Actor) -> Decision:
    """The number from above, in the north star's unit (M-TGT-2)."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    top = root(workshop.kpis)
    if top is None:
        return Rejected("There is no north star yet, so there is nothing to wish for.")
    number = number_field(wish.wish, top.unit, "The wish", style_of(workshop))
    if isinstance(number, Rejected):
        return number
    return [] if number == workshop.wish else [WishSet(wish=number)]


ACTIVITY = Activity(
    name="draft",
    decide={
        MakeDraft: decide_make,
        SetObjective: decide_objective,
        AnswerLitmus: decide_litmus,
        RemoveFromDraft: decide_remove,
        SetInitiative: decide_initiative,
        SetWish: decide_wish,
        **draft_rows.DECIDE,
        **draft_remarks.DECIDE,
    },
    apply=APPLY,
    view=draft_view,
    mine=draft_mine,
    opening=opening,
    facilitator_only=frozenset({MakeDraft, SetWish, SetNoise}),
)
