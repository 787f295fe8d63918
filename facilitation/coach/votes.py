"""Observations once the vote is open: where votes and computed effect disagree, and what the favourites still lack."""

from __future__ import annotations

from collections.abc import Sequence

from facilitation.coach.advice import Advice, counted, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.kpi_tree import Kpi
from facilitation.ranking import Badge


def popular_small_effect(facts: Facts) -> Advice | None:
    """S0: not gut feeling: ask what the favourites' voters know that the arithmetic does not."""
    found = _badged(facts, "popular, small effect")
    if found is None:
        return None
    return Advice(
        id="popular-small-effect",
        question=f"{quoted(found.name)} is popular. What do you expect from it that the tree does not show?",
        reason=f"{quoted(found.name)} ranks high by votes, but its computed effect at the top is small.",
        rule="S0",
        about=(found.id,),
    )


def overlooked_lever(facts: Facts) -> Advice | None:
    """S0: a strong lever that nobody likes is worth one question."""
    found = _badged(facts, "overlooked")
    if found is None:
        return None
    return Advice(
        id="overlooked-lever",
        question=f"{quoted(found.name)} could do a lot and got few dots. Too hard, too dull, or not seen?",
        reason=f"{quoted(found.name)} ranks high by its computed effect, but low by votes.",
        rule="S0",
        about=(found.id,),
    )


def one_lever_takes_all(facts: Facts) -> Advice | None:
    """S0: agreement is comfortable; somebody should argue the other side once."""
    dots = sum(facts.votes.values())
    if dots < 4 or len(facts.levers) < 2:
        return None
    best = max(facts.votes, key=lambda kpi: facts.votes[kpi])
    if facts.votes[best] * 4 < dots * 3:
        return None
    return Advice(
        id="one-lever-takes-all",
        question=f"Suppose {quoted(facts.kpis[best].name)} turns out to be the wrong lever. What would have been the reason?",
        reason=f"{facts.votes[best]} of {dots} dots are on one lever.",
        rule="S0",
        about=(best,),
    )


def level_at_the_top(facts: Facts) -> Advice | None:
    """S0: a tie between favourites is decided by talking, not by counting again."""
    ranked = sorted(facts.votes.values(), reverse=True)
    if len(ranked) < 2 or ranked[0] != ranked[1] or ranked[0] == 0:
        return None
    level = [kpi for kpi, dots in facts.votes.items() if dots == ranked[0]]
    return Advice(
        id="level-at-the-top",
        question="These are level. Which one would teach us more in this period, even if it failed?",
        reason=f"{listed([facts.kpis[kpi].name for kpi in level])} have {ranked[0]} dots each.",
        rule="S0",
        about=tuple(level),
    )


def favourite_without_baseline(facts: Facts) -> Advice | None:
    """S4: without a baseline the favourite gets no target today."""
    blank = [kpi for kpi in _favourites(facts) if kpi.baseline is None]
    if not blank:
        return None
    return Advice(
        id="favourite-without-baseline",
        question=f"Who can tell us where {quoted(blank[0].name)} stands, before we draft with it?",
        reason=start(
            f"{counted(len(blank), 'favourite has', 'favourites have')} no baseline: {_names(blank)}."
        ),
        rule="S4",
        about=tuple(kpi.id for kpi in blank),
    )


def favourite_is_shared(facts: Facts) -> Advice | None:
    """M-KR-5: a shared lever needs the other half, and still one owner."""
    shared = [kpi for kpi in _favourites(facts) if kpi.control == "shared"]
    if not shared:
        return None
    return Advice(
        id="favourite-is-shared",
        question=f"Who holds the other half of {quoted(shared[0].name)}, and do they want this too?",
        reason=start(
            f"{counted(len(shared), 'favourite is', 'favourites are')} shared with others: {_names(shared)}."
        ),
        rule="M-KR-5",
        about=tuple(kpi.id for kpi in shared),
    )


def few_dots_placed(facts: Facts) -> Advice | None:
    """S0: dots kept back are views kept back."""
    budget = facts.phase.settings.get("dots")
    if not facts.state.revealed or not isinstance(budget, int) or not facts.people:
        return None
    expected, placed = budget * len(facts.people), sum(facts.votes.values())
    if placed * 2 >= expected:
        return None
    return Advice(
        id="few-dots-placed",
        question="Some dots were kept back. What made it hard to place them?",
        reason=f"Only {placed} of {counted(expected, 'dot', 'dots')} were placed.",
        rule="S0",
    )


def _favourites(facts: Facts) -> list[Kpi]:
    return [kpi for kpi in facts.chosen if facts.votes.get(kpi.id)]


def _names(kpis: Sequence[Kpi]) -> str:
    return listed([kpi.name for kpi in kpis])


def _badged(facts: Facts, badge: Badge) -> Kpi | None:
    """The best-ranked lever with this badge; what is outside anybody's hands is not worth the question."""
    return next((facts.kpis[row.kpi] for row in facts.ranking if row.badge == badge and row.candidate), None)
