"""A workshop filled phase by phase, for tests that need a board with something (or too much) on it."""

from __future__ import annotations

from facilitation.activities.challenge import GiveBelief
from facilitation.activities.choose import AdoptCandidate, Choose, ProposeCandidate
from facilitation.activities.close import GiveReturn, SetNextStep
from facilitation.activities.collect import AddCard
from facilitation.activities.guardrails import SetGuardrail
from facilitation.activities.levers import DeclareControl, DescribeLever
from facilitation.activities.tree import AddKpi
from facilitation.activities.vote import CastVote, ballot
from facilitation.kpi_tree import root
from facilitation.session.flow import OpenPhase, Reveal
from facilitation.standing import chosen_levers
from facilitation.state import Workshop, agenda, participants
from tests.facilitation.room import Room

LONG = (
    "Donaudampfschifffahrtsgesellschaftskapitän & friends <script>alert('x')</script> مرحبا بالعالم 🚢 " * 9
)
COUNT = {"empty": 0, "one": 1, "many": 12, "too long": 3}


def people(room: Room, count: int) -> list[str]:
    """So many participants more, and one seat without a phone when there are at least three."""
    joined = [room.join() for _ in range(count)]
    if count >= 3:
        joined.append(room.join(phone=False))
    return joined


def start(room: Room) -> None:
    """Open the first phase."""
    room.must(OpenPhase(phase=agenda(room.workshop)[0].id))


def fill(room: Room, *, until: str = "", only: str = "", amount: str = "many", turned: bool = False) -> None:
    """Do what a group does in each phase before `until`, or in the phase `only`. `turned` swaps who does what."""
    for phase in agenda(room.workshop):
        if phase.id == until:
            return
        if only and phase.id != only:
            continue
        room.say(OpenPhase(phase=phase.id))
        work = WORK.get(phase.activity)
        if work is not None:
            work(room, phase.id, amount, turned)


def _who(room: Room, turned: bool) -> list[str]:
    found = [person.id for person in participants(room.workshop)] or [room.facilitator]
    return found[::-1] if turned else found


def _text(amount: str, words: str, limit: int) -> str:
    return f"{words} {LONG}"[:limit].strip() if amount == "too long" else words


def _collect(room: Room, phase: str, amount: str, turned: bool) -> None:
    who = _who(room, turned)
    for n in range(COUNT[amount]):
        room.must(AddCard(phase=phase, text=_text(amount, f"Thought {n}", 500)), who[n % len(who)])


def _choose(room: Room, phase: str, amount: str, turned: bool) -> None:
    who = _who(room, False)
    for n in range(COUNT[amount]):
        wish = ProposeCandidate(
            phase=phase, text=_text(amount, f"Number {n}", 120), reason=_text(amount, "Because", 300)
        )
        room.must(wish, who[n % len(who)])
    cards = [card.id for card in room.workshop.cards.values() if card.phase == phase]
    for place, person in enumerate(_who(room, turned)):
        if cards:
            room.must(Choose(phase=phase, card=cards[place % len(cards)]), person)


def _tree(room: Room, phase: str, amount: str, turned: bool) -> None:
    cards = [card for card in room.workshop.cards.values() if card.phase == "north-star"]
    if cards and root(room.workshop.kpis) is None:
        room.must(OpenPhase(phase="north-star"))
        room.must(AdoptCandidate(phase="north-star", card=cards[0].id))
        room.must(OpenPhase(phase=phase))
    top = root(room.workshop.kpis)
    if top is None:
        return
    for n in range(COUNT[amount]):
        room.must(
            AddKpi(
                phase=phase,
                name=_text(amount, f"Driver {n}", 80),
                parent=top.id,
                unit="%",
                baseline=f"{n + 1}",
            )
        )


def _levers(room: Room, phase: str, amount: str, turned: bool) -> None:
    for place, kpi in enumerate(below(room.workshop)):
        room.must(DeclareControl(phase=phase, kpi=kpi, control=("ours", "shared", "outside")[place % 3]))
        room.must(
            DescribeLever(
                phase=phase,
                kpi=kpi,
                family="activation",
                plain_outcome=_text(amount, "Teams come back", 120),
                step=_text(amount, "Show demo data", 200),
                segment=_text(amount, "small teams", 80),
            )
        )


def _vote(room: Room, phase: str, amount: str, turned: bool) -> None:
    on_ballot = ballot(room.workshop)
    for place, person in enumerate(_who(room, turned)):
        for n in range(place + 1):
            if on_ballot and n < 3:
                room.must(CastVote(phase=phase, kpi=on_ballot[(place + n) % len(on_ballot)]), person)
    if not turned and amount != "many":
        room.must(Reveal(phase=phase))


def _guardrails(room: Room, phase: str, amount: str, turned: bool) -> None:
    for n in range(COUNT[amount]):
        wish = SetGuardrail(
            phase=phase,
            name=_text(amount, f"Guardrail {n}", 120),
            comparator="<=",
            threshold="12" if n % 3 else "",
            unit="months",
            current=str(10 + n),
            owner=_text(amount, "Ana", 60),
            levers=",".join(chosen_levers(room.workshop)),
        )
        room.say(wish)


def _challenge(room: Room, phase: str, amount: str, turned: bool) -> None:
    for place, person in enumerate(_who(room, turned)):
        for kpi in chosen_levers(room.workshop):
            room.must(GiveBelief(phase=phase, kpi=kpi, belief=place % 5 + 1), person)


def _close(room: Room, phase: str, amount: str, turned: bool) -> None:
    for place, person in enumerate(_who(room, turned)):
        room.must(GiveReturn(phase=phase, value=place % 5 + 1), person)
    for n in range(COUNT[amount]):
        owner = _text(amount, "Ana", 60) if n % 2 else ""
        room.must(
            SetNextStep(phase=phase, text=_text(amount, f"Step {n}", 200), owner=owner, due="2027-07-05")
        )


def below(workshop: Workshop) -> list[str]:
    """Everything below the north star."""
    return [kpi.id for kpi in workshop.kpis.values() if kpi.parent is not None]


WORK = {
    "collect": _collect,
    "choose": _choose,
    "tree": _tree,
    "levers": _levers,
    "vote": _vote,
    "guardrails": _guardrails,
    "challenge": _challenge,
    "close": _close,
}
