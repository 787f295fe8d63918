"""Observations about beliefs, once they are open: doubt, disagreement, and agreement that came too easily."""

from __future__ import annotations

from statistics import median

from facilitation.coach.advice import Advice, counted, number, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted

MIN_MARKS = 3
# parts of the scale: on 1 to 5 these are three steps apart, at most 2, at least 4
WIDE = 0.6
LOW = 0.4
HIGH = 0.8


def beliefs_wide_apart(facts: Facts) -> Advice | None:
    """M-TREE-6, S0: hear both ends; somebody knows something."""
    spreads = {kpi: marks[-1] - marks[0] for kpi, marks in facts.beliefs.items() if len(marks) >= 2}
    wide = sorted(
        (kpi for kpi in spreads if spreads[kpi] >= WIDE * _scale(facts)), key=lambda kpi: -spreads[kpi]
    )
    if not wide:
        return None
    low, high = facts.beliefs[wide[0]][0], facts.beliefs[wide[0]][-1]
    return Advice(
        id="beliefs-wide-apart",
        question=(
            f"{quoted(facts.kpis[wide[0]].name)}: who gave a low mark and would tell us what speaks against it? "
            "Then somebody with a high one, please."
        ),
        reason=start(
            f"{counted(len(wide), 'link has', 'links have')} marks far apart; the widest goes from {low} to {high}."
        ),
        rule="M-TREE-6",
        about=tuple(wide),
    )


def link_doubted(facts: Facts) -> Advice | None:
    """M-EVD-1: a low belief (1 or 2 of 5) asks for a test before it carries a plan."""
    doubted = [kpi for kpi, marks in facts.beliefs.items() if median(marks) <= LOW * _scale(facts)]
    if not doubted:
        return None
    names = [facts.kpis[kpi].name for kpi in doubted]
    return Advice(
        id="link-doubted",
        question=f"What small test would tell us within two weeks whether {quoted(names[0])} moves what is above it?",
        reason=start(
            f"{counted(len(doubted), 'link is', 'links are')} doubted by at least half of you: {listed(names)}."
        ),
        rule="M-EVD-1",
        about=tuple(doubted),
    )


def everybody_sure(facts: Facts) -> Advice | None:
    """S0: challenge each other's assumptions, above all those that all share."""
    given = [mark for marks in facts.beliefs.values() for mark in marks]
    if len(given) < MIN_MARKS or min(given) < HIGH * _scale(facts):
        return None
    return Advice(
        id="everybody-sure",
        question="We all believe this. Who outside this room would not, and what would they show us?",
        reason=start(f"all {number(len(given))} marks are {min(given)} or higher."),
        rule="S0",
    )


def chosen_not_marked(facts: Facts) -> Advice | None:
    """M-TREE-6: the chain of each chosen lever is worth one doubt."""
    if not facts.beliefs:
        return None
    unmarked = [kpi for kpi in facts.chosen if kpi.id not in facts.beliefs]
    if not unmarked:
        return None
    return Advice(
        id="chosen-not-marked",
        question=f"And {quoted(unmarked[0].name)}: if it improves, what should move, and how sure are we?",
        reason=start(
            f"{counted(len(unmarked), 'chosen lever has', 'chosen levers have')} no mark yet: "
            f"{listed([kpi.name for kpi in unmarked])}."
        ),
        rule="M-TREE-6",
        about=tuple(kpi.id for kpi in unmarked),
    )


def _scale(facts: Facts) -> int:
    """The highest mark of the phase in which the beliefs were given."""
    scales = [
        phase.settings.get("scale") for phase in facts.workshop.guide.phases if phase.activity == "challenge"
    ]
    return next((scale for scale in scales if isinstance(scale, int)), 5)
