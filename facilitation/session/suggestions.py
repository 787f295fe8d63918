"""Values somebody proposes out of a what-if. A proposal changes nothing until the facilitator takes it; taking it is one step
on the board that can be undone, leaving it removes the proposal only.
"""

from __future__ import annotations

from facilitation.bounds import hard_bounds
from facilitation.changes import alter, count_id, drop, new_id, put
from facilitation.fields import number_field, style_of
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import Appliers, Deciders, Suggestion, Workshop
from facilitation.text import optional_text
from facilitation.units import show_number

MOST = 40
MOST_EACH = 10


class ValueProposed(Event, frozen=True, kw_only=True):
    """Somebody proposes a value for a KPI."""

    suggestion: Suggestion


class ValueTaken(Event, frozen=True, kw_only=True):
    """The proposed value is the KPI's number now."""

    id: str


class ProposalDropped(Event, frozen=True, kw_only=True):
    """The proposal is off the table."""

    id: str


class ProposeValue(Command, frozen=True, kw_only=True):
    """Propose a value for a KPI, as typed, perhaps with a word why."""

    kpi: str
    value: str
    note: str = ""
    phase: str = ""


class TakeProposal(Command, frozen=True, kw_only=True):
    """Put the proposed value on the board."""

    id: str


class DropProposal(Command, frozen=True, kw_only=True):
    """Leave the proposal: the facilitator any, a participant their own."""

    id: str


def decide_propose(workshop: Workshop, wish: ProposeValue, actor: Actor) -> Decision:
    """One open proposal per person and KPI; a new one takes the place of the old."""
    kpi = workshop.kpis.get(wish.kpi)
    if kpi is None:
        return Rejected("This KPI is not in the tree any more.")
    value = number_field(wish.value, kpi.unit, "The value", style_of(workshop))
    note = optional_text(wish.note, 200, "The reason")
    if isinstance(value, Rejected):
        return value
    if isinstance(note, Rejected):
        return note
    if value is None:
        return Rejected("Type the value you propose.")
    low, high = hard_bounds(kpi)
    if (low is not None and value < low) or (high is not None and value > high):
        return Rejected(f"“{kpi.name}” cannot be {show_number(value, kpi.unit)}.")
    mine = [s for s in workshop.suggestions.values() if s.by == actor.person]
    old = next((s for s in mine if s.kpi == kpi.id), None)
    if old is None and (len(mine) >= MOST_EACH or len(workshop.suggestions) >= MOST):
        return Rejected("There are many proposals on the table. Ask the facilitator to look at them first.")
    if old is not None and (old.value, old.note) == (value, note):
        return []
    new = Suggestion(
        id=old.id if old is not None else new_id(workshop, "w"),
        kpi=kpi.id,
        value=value,
        note=note,
        by=actor.person,
    )
    return [ValueProposed(suggestion=new)]


def decide_take(workshop: Workshop, wish: TakeProposal, actor: Actor) -> Decision:
    """On the board, if the KPI is still there."""
    suggestion = workshop.suggestions.get(wish.id)
    if suggestion is None or suggestion.kpi not in workshop.kpis:
        return Rejected("This proposal is not on the table any more.")
    return [ValueTaken(id=wish.id)]


def decide_drop(workshop: Workshop, wish: DropProposal, actor: Actor) -> Decision:
    """Off the table."""
    suggestion = workshop.suggestions.get(wish.id)
    if suggestion is None:
        return Rejected("This proposal is not on the table any more.")
    if actor.role != "facilitator" and suggestion.by != actor.person:
        return Rejected("Only the facilitator can leave somebody else's proposal.")
    return [ProposalDropped(id=wish.id)]


def apply_proposed(workshop: Workshop, event: ValueProposed, meta: Meta) -> Workshop:
    """On the table."""
    return put(count_id(workshop, event.suggestion.id), "suggestions", event.suggestion.id, event.suggestion)


def apply_taken(workshop: Workshop, event: ValueTaken, meta: Meta) -> Workshop:
    """The KPI has the proposed number; the proposal is done."""
    suggestion = workshop.suggestions.get(event.id)
    if suggestion is not None:
        workshop = alter(workshop, "kpis", suggestion.kpi, baseline=suggestion.value)
    return drop(workshop, "suggestions", [event.id])


def apply_dropped(workshop: Workshop, event: ProposalDropped, meta: Meta) -> Workshop:
    """Gone."""
    return drop(workshop, "suggestions", [event.id])


DECIDE: Deciders = {
    ProposeValue: decide_propose,
    TakeProposal: decide_take,
    DropProposal: decide_drop,
}
APPLY: Appliers = {
    ValueProposed: apply_proposed,
    ValueTaken: apply_taken,
    ProposalDropped: apply_dropped,
}
FACILITATOR_ONLY: set[type[Command]] = {TakeProposal}
