"""Choose: candidates with a reason, one secret choice each, a reveal, and the facilitator adopts one.

For the north star the adopted candidate becomes the root of the KPI tree. A tie is decided by the facilitator, who may
adopt any candidate (M-TREE-2).
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.activities.collect import CardAdded, CardChanged, CardWithdrawn, cards_of
from facilitation.activity import Activity, Data, View
from facilitation.changes import count_id, new_id, put, put_phase
from facilitation.guide import Phase
from facilitation.kpi_tree import Kpi, root
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.state import (
    Card,
    Workshop,
    is_over,
    marks_of,
    open_phase,
    participants,
    phase_state,
    totals,
)
from facilitation.text import optional_text, text_of

MAX_CANDIDATES = 60
NAME = 120


class ChoiceMade(Event, frozen=True, kw_only=True):
    """Somebody chose a candidate, in secret; the earlier choice is gone. Empty `card`: no choice any more."""

    phase: str
    card: str


class CandidateAdopted(Event, frozen=True, kw_only=True):
    """The group goes with this candidate: it is the north star."""

    phase: str
    card: str
    kpi: str
    name: str


class ProposeCandidate(Command, frozen=True, kw_only=True):
    """Put a candidate up, with a reason."""

    phase: str
    text: str
    reason: str = ""


class ChangeCandidate(Command, frozen=True, kw_only=True):
    """Word one's own candidate anew."""

    id: str
    text: str
    reason: str = ""


class WithdrawCandidate(Command, frozen=True, kw_only=True):
    """Take one's own candidate back."""

    id: str


class Choose(Command, frozen=True, kw_only=True):
    """Choose a candidate; choosing it again takes the choice back."""

    phase: str
    card: str


class AdoptCandidate(Command, frozen=True, kw_only=True):
    """Go with a candidate. Facilitators only."""

    phase: str
    card: str


def decide_propose(workshop: Workshop, wish: ProposeCandidate, actor: Actor) -> Decision:
    """A new candidate; the same words twice are one candidate."""
    phase = open_phase(workshop, wish.phase, "choose")
    if isinstance(phase, Rejected):
        return phase
    text = text_of(wish.text, NAME, "The candidate")
    reason = optional_text(wish.reason, 300, "The reason")
    if isinstance(text, Rejected):
        return text
    if isinstance(reason, Rejected):
        return reason
    there = cards_of(workshop, phase.id)
    if any(card.text.casefold() == text.casefold() for card in there):
        return Rejected("This candidate is on the list already. Choose it there.")
    if len(there) >= MAX_CANDIDATES:
        return Rejected("The list is full. Withdraw a candidate before you add one.")
    card = Card(
        id=new_id(workshop, "c"), phase=phase.id, text=text, reason=reason, by=actor.person, at=actor.at
    )
    return [CardAdded(card=card)]


def _own(workshop: Workshop, card_id: str, actor: Actor) -> Card | Rejected:
    card = workshop.cards.get(card_id)
    if card is None:
        return Rejected("This candidate is not on the list any more.")
    if card.by != actor.person and actor.role != "facilitator":
        return Rejected("Only the person who put a candidate up can change it.")
    checked = open_phase(workshop, card.phase, "choose")
    return checked if isinstance(checked, Rejected) else card


def decide_change(workshop: Workshop, wish: ChangeCandidate, actor: Actor) -> Decision:
    """Other words."""
    card = _own(workshop, wish.id, actor)
    if isinstance(card, Rejected):
        return card
    text = text_of(wish.text, NAME, "The candidate")
    reason = optional_text(wish.reason, 300, "The reason")
    if isinstance(text, Rejected):
        return text
    if isinstance(reason, Rejected):
        return reason
    return [CardChanged(id=card.id, text=text, reason=reason)]


def decide_withdraw(workshop: Workshop, wish: WithdrawCandidate, actor: Actor) -> Decision:
    """The candidate goes."""
    card = _own(workshop, wish.id, actor)
    return card if isinstance(card, Rejected) else [CardWithdrawn(id=card.id)]


def decide_choose(workshop: Workshop, wish: Choose, actor: Actor) -> Decision:
    """One choice per person, until the reveal."""
    phase = open_phase(workshop, wish.phase, "choose")
    if isinstance(phase, Rejected):
        return phase
    if is_over(workshop, phase):
        return Rejected("The choices are shown already. The facilitator can hide them to choose again.")
    card = workshop.cards.get(wish.card)
    if card is None or card.phase != phase.id:
        return Rejected("This candidate is not on the list any more. Choose another one.")
    chosen = choice_of(workshop, phase.id, actor.person)
    return [ChoiceMade(phase=phase.id, card="" if chosen == card.id else card.id)]


def decide_adopt(workshop: Workshop, wish: AdoptCandidate, actor: Actor) -> Decision:
    """The candidate becomes the root of the tree, or the root takes its name."""
    phase = open_phase(workshop, wish.phase, "choose")
    if isinstance(phase, Rejected):
        return phase
    card = workshop.cards.get(wish.card)
    if card is None or card.phase != phase.id:
        return Rejected("This candidate is not on the list any more. Adopt another one.")
    top = root(workshop.kpis)
    return [
        CandidateAdopted(
            phase=phase.id, card=card.id, kpi=top.id if top else new_id(workshop, "k"), name=card.text
        )
    ]


def choice_of(workshop: Workshop, phase_id: str, person: str) -> str:
    """The candidate a person has chosen, or nothing."""
    return next((card for card, number in marks_of(workshop, phase_id).get(person, {}).items() if number), "")


def apply_choice(workshop: Workshop, event: ChoiceMade, meta: Meta) -> Workshop:
    """The one choice."""
    mine = {event.card: 1} if event.card else {}
    of_phase = {**marks_of(workshop, event.phase), meta.by: mine}
    return replace(workshop, marks={**workshop.marks, event.phase: of_phase})


def apply_adopted(workshop: Workshop, event: CandidateAdopted, meta: Meta) -> Workshop:
    """The north star stands at the root."""
    known = workshop.kpis.get(event.kpi)
    if known is None:
        kpi = Kpi(id=event.kpi, name=event.name, indicator="lagging", direction="up", by=meta.by)
    else:
        kpi = replace(known, name=event.name)
    workshop = put(count_id(workshop, event.kpi), "kpis", event.kpi, kpi)
    workshop = put_phase(workshop, event.phase, revealed=True)
    return replace(workshop, decided={**workshop.decided, event.phase: event.card})


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """The candidates; how often each was chosen only after the reveal."""
    state = phase_state(workshop, phase.id)
    sums = totals(marks_of(workshop, phase.id)) if state.revealed else {}
    adopted = workshop.decided.get(phase.id, "")
    cards = cards_of(workshop, phase.id)
    most = max((sums.get(card.id, 0) for card in cards), default=0)
    leaders = [card.id for card in cards if most and sums.get(card.id, 0) == most]
    if state.revealed:
        cards.sort(key=lambda card: (card.id != adopted, -sums.get(card.id, 0)))
    rows: list[Data] = [
        {
            "id": card.id,
            "text": card.text,
            "reason": card.reason,
            "count": sums.get(card.id, 0) if state.revealed else None,
            "leads": card.id in leaders,
            "adopted": card.id == adopted,
        }
        for card in cards
    ]
    return View(
        board={
            "phase": phase.id,
            "revealed": state.revealed,
            "candidates": rows,
            "chosen_by": sum(1 for given in marks_of(workshop, phase.id).values() if given),
            "people": len(participants(workshop)),
            "leaders": leaders,
            "tied": len(leaders) > 1,
            "verdict": _verdict(rows, leaders, adopted) if state.revealed else "",
            "limit": NAME,
            "adopted": adopted,
            "examples": phase.settings.get("examples", []),
            "screen": screen,
        }
    )


def _verdict(rows: list[Data], leaders: list[str], adopted: str) -> str:
    """What the count says, in one sentence."""
    names = {row["id"]: row["text"] for row in rows}
    if adopted in names:
        return f"We go with “{names[adopted]}”."
    if not leaders:
        return "Nobody has chosen yet."
    if len(leaders) > 1:
        tied = " and ".join(f"“{names[leader]}”" for leader in leaders[:3])
        return f"A tie between {tied}. Hear a reason for each; then the facilitator decides."
    return f"Most choices: “{names[leaders[0]]}”."


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own choice and one's own candidates."""
    cards = cards_of(workshop, phase.id)
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "revealed": is_over(workshop, phase),
        "choice": choice_of(workshop, phase.id, person),
        "adopted": workshop.decided.get(phase.id, ""),
        "candidates": [
            {"id": c.id, "text": c.text, "reason": c.reason, "own": c.by == person} for c in cards
        ],
        "limit": NAME,
    }


ACTIVITY = Activity(
    name="choose",
    decide={
        ProposeCandidate: decide_propose,
        ChangeCandidate: decide_change,
        WithdrawCandidate: decide_withdraw,
        Choose: decide_choose,
        AdoptCandidate: decide_adopt,
    },
    apply={ChoiceMade: apply_choice, CandidateAdopted: apply_adopted},
    view=view,
    mine=mine,
    facilitator_only=frozenset({AdoptCandidate}),
    reveals=True,
)
