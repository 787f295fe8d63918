"""Observations at the end: next steps, open thoughts, the rhythm of the coming weeks."""

from __future__ import annotations

from statistics import median

from facilitation.coach.advice import Advice, counted, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import quoted

LOW_RETURN = 0.6
"""Part of the scale: on 1 to 5 a middle mark below 3."""


def no_next_step(facts: Facts) -> Advice | None:
    """S1: a plan begins with somebody doing something tomorrow."""
    if facts.workshop.next_steps:
        return None
    return Advice(
        id="no-next-step",
        question="What is the very first thing one of you will do, and by when?",
        reason="No next step is written down yet.",
        rule="S1",
    )


def next_step_without_owner(facts: Facts) -> Advice | None:
    """M-KR-5: what everybody will do, nobody does."""
    blank = [item for item in facts.workshop.next_steps.values() if not item.owner.strip()]
    if not blank:
        return None
    return Advice(
        id="next-step-without-owner",
        question=f"Who takes {quoted(blank[0].text)}?",
        reason=start(f"{counted(len(blank), 'next step has', 'next steps have')} no name."),
        rule="M-KR-5",
        about=tuple(item.id for item in blank),
    )


def parking_lot_open(facts: Facts) -> Advice | None:
    """S0: what was parked was promised a place."""
    waiting = [item for item in facts.workshop.parking.values() if not item.settled]
    if not waiting:
        return None
    return Advice(
        id="parking-lot-open",
        question=f"What do we do with {quoted(waiting[0].text)}: a next step, another meeting, or let it go?",
        reason=start(f"{counted(len(waiting), 'thought is', 'thoughts are')} still in the parking lot."),
        rule="S0",
        about=tuple(item.id for item in waiting),
    )


def low_return(facts: Facts) -> Advice | None:
    """S0: the facilitator learns, too."""
    scale = facts.phase.settings.get("scale", 5)
    if not facts.returns or not isinstance(scale, int) or median(facts.returns) >= LOW_RETURN * scale:
        return None
    return Advice(
        id="low-return",
        question="Thank you for being frank. What would have made this time better spent?",
        reason=f"At least half of the marks for this session are {int(median(facts.returns))} or lower.",
        rule="S0",
    )


def ask_weekly(facts: Facts) -> Advice | None:
    """S2, S4: the weekly check-in is where the plan lives: no program can see whether it is in the diary."""
    return Advice(
        id="ask-weekly",
        question="On which day do we meet each week to see what moved, what we learned and what comes next?",
        reason="A fixed weekly look at the numbers keeps the plan alive.",
        rule="S2",
    )


def ask_review(facts: Facts) -> Advice | None:
    """S4: static goals: who may call for a change, and who looks back at the end."""
    return Advice(
        id="ask-review",
        question="If the ground shifts halfway, who calls us together to pause, turn or carry on?",
        reason="Goals that nobody may change are quietly given up when the world moves on.",
        rule="S4",
    )
