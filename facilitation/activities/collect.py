"""Collect: everybody writes alone first, then all cards are revealed together and grouped by tap.

Who wrote a card never leaves the server unless the guide says that cards are signed (LIVE-9).
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.activity import Activity, Data, View
from facilitation.changes import alter, count_id, drop, new_id, put
from facilitation.guide import Phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.state import MAX_CARD, Card, Workshop, open_phase, phase_of, phase_state
from facilitation.text import text_of

MAX_CARDS = 1_000


class CardAdded(Event, frozen=True, kw_only=True):
    """A card was written; `late` when its phase was already closed."""

    card: Card


class CardChanged(Event, frozen=True, kw_only=True):
    """Its author wrote it anew."""

    id: str
    text: str
    reason: str = ""


class CardWithdrawn(Event, frozen=True, kw_only=True):
    """Its author took it back. Cards grouped under it stand alone again."""

    id: str


class CardGrouped(Event, frozen=True, kw_only=True):
    """A card (with all under it) went under another; `under` None: it stands alone."""

    id: str
    under: str | None


class AddCard(Command, frozen=True, kw_only=True):
    """Write a card. `late` says that the writer knows the phase is over."""

    phase: str
    text: str
    late: bool = False


class ChangeCard(Command, frozen=True, kw_only=True):
    """Write one's own card anew."""

    id: str
    text: str


class WithdrawCard(Command, frozen=True, kw_only=True):
    """Take one's own card back; a facilitator may take any."""

    id: str


class GroupCard(Command, frozen=True, kw_only=True):
    """Put a card under another one; empty `under` takes it out of its group."""

    id: str
    under: str = ""


def _limit(phase: Phase) -> int:
    return int(str(phase.settings.get("max_chars", MAX_CARD)))


def decide_add(workshop: Workshop, wish: AddCard, actor: Actor) -> Decision:
    """A card for the open phase, or a late one for a phase that was open before."""
    phase = phase_of(workshop, wish.phase)
    if (
        wish.late
        and phase is not None
        and phase.activity == "collect"
        and phase_state(workshop, wish.phase).opened
    ):
        late = workshop.current != wish.phase
    else:
        checked = open_phase(workshop, wish.phase, "collect")
        if isinstance(checked, Rejected):
            return checked
        phase, late = checked, False
    assert phase is not None
    text = text_of(wish.text, _limit(phase), "The card")
    if isinstance(text, Rejected):
        return text
    if len(workshop.cards) >= MAX_CARDS:
        return Rejected("The board is full. Withdraw a card before you add one.")
    card = Card(id=new_id(workshop, "c"), phase=phase.id, text=text, by=actor.person, late=late, at=actor.at)
    return [CardAdded(card=card)]


def _own(workshop: Workshop, card_id: str, actor: Actor) -> Card | Rejected:
    card = workshop.cards.get(card_id)
    if card is None:
        return Rejected("This card is not on the board any more.")
    if card.by != actor.person and actor.role != "facilitator":
        return Rejected("Only the person who wrote a card can change it.")
    if workshop.current != card.phase:
        return Rejected("The phase of this card is closed. Ask the facilitator to reopen it.")
    return card


def decide_change(workshop: Workshop, wish: ChangeCard, actor: Actor) -> Decision:
    """New words on one's own card."""
    card = _own(workshop, wish.id, actor)
    if isinstance(card, Rejected):
        return card
    phase = phase_of(workshop, card.phase)
    text = text_of(wish.text, _limit(phase) if phase else MAX_CARD, "The card")
    if isinstance(text, Rejected):
        return text
    return [] if text == card.text else [CardChanged(id=card.id, text=text)]


def decide_withdraw(workshop: Workshop, wish: WithdrawCard, actor: Actor) -> Decision:
    """The card goes."""
    card = _own(workshop, wish.id, actor)
    return card if isinstance(card, Rejected) else [CardWithdrawn(id=card.id)]


def decide_group(workshop: Workshop, wish: GroupCard, actor: Actor) -> Decision:
    """Group by tap: only revealed cards, only one level deep."""
    card = workshop.cards.get(wish.id)
    under = workshop.cards.get(wish.under) if wish.under else None
    if card is None or (wish.under and under is None):
        return Rejected("One of the two cards is not on the board any more.")
    checked = open_phase(workshop, card.phase, "collect")
    if isinstance(checked, Rejected):
        return checked
    if not phase_state(workshop, card.phase).revealed:
        return Rejected("Cards can be grouped once they are revealed.")
    if under is None:
        return [CardGrouped(id=card.id, under=None)] if card.group else []
    if under.phase != card.phase:
        return Rejected("These cards belong to different phases.")
    head = under.group or under.id
    if head == card.id:
        return Rejected("A card cannot go under itself. Choose another one.")
    return [] if card.group == head else [CardGrouped(id=card.id, under=head)]


def apply_added(workshop: Workshop, event: CardAdded, meta: Meta) -> Workshop:
    """One more card."""
    return put(count_id(workshop, event.card.id), "cards", event.card.id, event.card)


def apply_changed(workshop: Workshop, event: CardChanged, meta: Meta) -> Workshop:
    """New words."""
    return alter(workshop, "cards", event.id, text=event.text, reason=event.reason)


def apply_withdrawn(workshop: Workshop, event: CardWithdrawn, meta: Meta) -> Workshop:
    """Gone; its group falls apart."""
    freed = {c.id: replace(c, group=None) for c in workshop.cards.values() if c.group == event.id}
    return drop(replace(workshop, cards={**workshop.cards, **freed}), "cards", [event.id])


def apply_grouped(workshop: Workshop, event: CardGrouped, meta: Meta) -> Workshop:
    """Under another card, with everything that was under it."""
    moved = {
        c.id: replace(c, group=event.under)
        for c in workshop.cards.values()
        if c.id == event.id or (event.under is not None and c.group == event.id)
    }
    return replace(workshop, cards={**workshop.cards, **moved})


def cards_of(workshop: Workshop, phase_id: str) -> list[Card]:
    """The cards of a phase in the order they came."""
    return [card for card in workshop.cards.values() if card.phase == phase_id]


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Before the reveal only how many cards there are; afterwards the groups, each a part of its own, without authors
    unless the guide says that cards are signed."""
    state = phase_state(workshop, phase.id)
    cards = cards_of(workshop, phase.id)
    signed = not phase.settings.get("anonymous", True)
    board: Data = {
        "phase": phase.id,
        "revealed": state.revealed,
        "count": len(cards),
        "groups": [],
        "limit": _limit(phase),
        "screen": screen,
    }
    if not state.revealed:
        return View(board=board)

    def shown(card: Card) -> Data:
        return {"id": card.id, "text": card.text, "late": card.late, "by": card.by if signed else ""}

    under: dict[str, list[Data]] = {}
    for card in cards:
        if card.group in workshop.cards:
            under.setdefault(card.group, []).append(shown(card))
    heads = [card for card in cards if card.group not in workshop.cards]
    board["groups"] = [{"id": head.id, "several": head.id in under} for head in heads]
    parts = {
        f"card-{head.id}": {
            "group": {**shown(head), "under": under.get(head.id, [])},
            "sorting": screen != "wall",
        }
        for head in heads
    }
    return View(board=board, parts=parts)


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own cards, which one can rewrite or take back while the phase is open."""
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "revealed": phase_state(workshop, phase.id).revealed,
        "limit": _limit(phase),
        "cards": [
            {"id": c.id, "text": c.text, "late": c.late}
            for c in cards_of(workshop, phase.id)
            if c.by == person
        ],
    }


ACTIVITY = Activity(
    name="collect",
    decide={
        AddCard: decide_add,
        ChangeCard: decide_change,
        WithdrawCard: decide_withdraw,
        GroupCard: decide_group,
    },
    apply={
        CardAdded: apply_added,
        CardChanged: apply_changed,
        CardWithdrawn: apply_withdrawn,
        CardGrouped: apply_grouped,
    },
    view=view,
    mine=mine,
    mine_reads=frozenset({"cards"}),
    reveals=True,
)
