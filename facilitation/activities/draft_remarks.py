"""Remarks of the linter on a draft: take the suggestion, set it aside with a reason, or let it count again."""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.activities.draft_facts import (
    FindingSetAside,
    FindingTakenUp,
    InitiativeSet,
    KeyResultSet,
    ObjectiveSet,
    open_draft,
)
from facilitation.activities.draft_rows import with_computed
from facilitation.activities.guardrails import GuardrailSet
from facilitation.mending import remedy
from facilitation.messages import Actor, Command, Decision, Event, Rejected
from facilitation.okr import Override
from facilitation.planning import following
from facilitation.review import findings_about
from facilitation.state import Deciders, Workshop
from facilitation.text import text_of


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


class TakeSuggestion(Command, frozen=True, kw_only=True):
    """Let a remark's suggestion be applied to what it is about."""

    phase: str
    target: str
    rule: str


def decide_set_aside(workshop: Workshop, wish: SetAside, actor: Actor) -> Decision:
    """With a reason, or not at all."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    reason = text_of(wish.reason, 240, "The reason")
    if isinstance(reason, Rejected):
        return (
            Rejected("Say in a few words why this is fine here: the reason stays in the outcome.")
            if not wish.reason.strip()
            else reason
        )
    if not any(f.rule == wish.rule for f in findings_about(workshop, wish.target)):
        return Rejected("This remark does not stand any more, so there is nothing to set aside.")
    return [
        FindingSetAside(override=Override(target=wish.target, rule=wish.rule, reason=reason, by=actor.person))
    ]


def decide_take_up(workshop: Workshop, wish: TakeUp, actor: Actor) -> Decision:
    """It counts again."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = f"{wish.target}:{wish.rule}" in workshop.overrides
    return [FindingTakenUp(target=wish.target, rule=wish.rule)] if known else []


def decide_suggestion(workshop: Workshop, wish: TakeSuggestion, actor: Actor) -> Decision:
    """The better version in place of what a remark is about; one step of Undo away."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    finding = next((f for f in findings_about(workshop, wish.target) if f.rule == wish.rule), None)
    if finding is None:
        return Rejected("This remark does not stand any more: somebody has mended it already.")
    found = remedy(workshop, finding)
    if found is None:
        return Rejected("Only you can know this one: change the words or the numbers yourself.")
    events: list[Event] = []
    if found.objective is not None:
        events.append(ObjectiveSet(objective=found.objective))
    if found.key_result is not None:
        now = following(workshop, workshop.key_results[wish.target], found.key_result)
        events.append(KeyResultSet(key_result=now))
        events += with_computed(workshop, {**workshop.key_results, now.id: now}, but=now.id)
    if found.guardrail is not None:
        events.append(GuardrailSet(guardrail=found.guardrail))
    if found.initiative is not None:
        events.append(InitiativeSet(initiative=replace(found.initiative, by=actor.person)))
    return events


DECIDE: Deciders = {
    SetAside: decide_set_aside,
    TakeUp: decide_take_up,
    TakeSuggestion: decide_suggestion,
}
