"""What happens to a draft: its events, how they are applied, and whether it may be changed now."""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.changes import alter, count_id, drop, put
from facilitation.guide import Phase
from facilitation.kpi_tree import Noise
from facilitation.messages import Event, Meta, Rejected
from facilitation.okr import Guardrail, Initiative, KeyResult, Objective, Override
from facilitation.state import Appliers, Workshop, open_phase

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


class WishSet(Event, frozen=True, kw_only=True):
    """The number that is wished for the north star, from above; `None` takes it back."""

    wish: float | None = None


class NoiseSet(Event, frozen=True, kw_only=True):
    """The facilitator said whether a KPI's readings vary a lot or are steady; empty leaves it to the rule."""

    kpi: str
    noise: Noise = ""


def open_draft(workshop: Workshop, phase_id: str) -> Phase | Rejected:
    """The draft or commit phase while it is open and nothing is final yet; otherwise the refusal to send."""
    if workshop.final is not None:
        return Rejected("The outcome is final. The facilitator can make it a draft again.")
    return open_phase(workshop, phase_id, *OPEN_IN)


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


def apply_wish(workshop: Workshop, event: WishSet, meta: Meta) -> Workshop:
    """Wished."""
    return replace(workshop, wish=event.wish)


def apply_noise(workshop: Workshop, event: NoiseSet, meta: Meta) -> Workshop:
    """As the facilitator sees it."""
    return alter(workshop, "kpis", event.kpi, noise=event.noise)


APPLY: Appliers = {
    DraftMade: apply_made,
    ObjectiveSet: apply_objective,
    KeyResultSet: apply_key_result,
    InitiativeSet: apply_initiative,
    DraftRemoved: apply_removed,
    FindingSetAside: apply_set_aside,
    FindingTakenUp: apply_taken_up,
    WishSet: apply_wish,
    NoiseSet: apply_noise,
}
