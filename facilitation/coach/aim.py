"""Observations while the strategy is framed and the north star is chosen."""

from __future__ import annotations

import re

from facilitation.coach.advice import Advice, counted, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.state import Card, marks_of, totals

MANY_CARDS = 6
_VANITY = re.compile(
    r"\b(page ?views?|views|visits|visitors|followers|likes|impressions|downloads|sign-?ups?|registrations)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(revenue|turnover|sales|profit|ebitda|income|bookings|m?arr|mrr)\b", re.IGNORECASE)


def no_strategy(facts: Facts) -> Advice | None:
    """S4: where the strategy is vague, OKRs splinter."""
    if facts.workshop.setup.strategy.strip():
        return None
    return Advice(
        id="no-strategy",
        question="Who can say in one sentence for whom we want to win, and how?",
        reason="No strategy sentence is written down yet; without it people pull the goals in different directions.",
        rule="S4",
    )


def cards_not_grouped(facts: Facts) -> Advice | None:
    """S2: problems become visible when what belongs together stands together."""
    cards = _cards(facts)
    if not facts.state.revealed or len(cards) < MANY_CARDS or any(card.group for card in cards):
        return None
    return Advice(
        id="cards-not-grouped",
        question="Which of these cards say the same thing? Let us put them together and give them one name.",
        reason=start(f"{counted(len(cards), 'card is', 'cards are')} open and none has been grouped yet."),
        rule="S2",
    )


def one_candidate(facts: Facts) -> Advice | None:
    """M-TREE-2: a north star is a choice, and a choice needs something to choose from."""
    cards = _cards(facts)
    if len(cards) != 1 or facts.north_star is not None:
        return None
    return Advice(
        id="one-candidate",
        question=f"What would be the strongest rival of {quoted(cards[0].text)}, and why would it lose?",
        reason="Only one number has been suggested for the top.",
        rule="M-TREE-2",
        about=(cards[0].id,),
    )


def tied_choice(facts: Facts) -> Advice | None:
    """M-TREE-2, S4: the strategy breaks a tie; if it cannot, the facilitator decides."""
    if (
        facts.phase.activity != "choose"
        or not facts.state.revealed
        or facts.phase.id in facts.workshop.decided
    ):
        return None
    sums = {
        card: count
        for card, count in totals(marks_of(facts.workshop, facts.phase.id)).items()
        if card in facts.workshop.cards
    }
    best = [card for card, count in sums.items() if count == max(sums.values())]
    if len(best) < 2:
        return None
    names = [facts.workshop.cards[card].text for card in best]
    return Advice(
        id="tied-choice",
        question="Which of these grows only if the customers we named are better off?",
        reason=f"{listed(names)} have the same number of choices. If the talk does not settle it, you decide.",
        rule="M-TREE-2",
        about=tuple(best),
    )


def vanity_north_star(facts: Facts) -> Advice | None:
    """K-VANITY, S3: a number that can grow without anyone being better off."""
    star = facts.north_star
    if star is None or not _VANITY.search(star.name):
        return None
    return Advice(
        id="vanity-north-star",
        question=f"If {quoted(star.name)} doubled tomorrow, who would be better off, and how could we count that?",
        reason="The number at the top counts attention; it can grow while nobody gets more value.",
        rule="K-VANITY",
        about=(star.id,),
    )


def money_north_star(facts: Facts) -> Advice | None:
    """M-TREE-2, M-TREE-4: money confirms late what customers got early."""
    star = facts.north_star
    if star is None or not _MONEY.search(star.name):
        return None
    return Advice(
        id="money-north-star",
        question=f"What do customers do more of, just before {quoted(star.name)} goes up?",
        reason="The number at the top is money, which comes last. It can stay, if the branches reach what comes before.",
        rule="M-TREE-2",
        about=(star.id,),
    )


def _cards(facts: Facts) -> list[Card]:
    return [card for card in facts.workshop.cards.values() if card.phase == facts.phase.id]
