"""Observations for every phase: the clock, who has not been heard, whether it is time to open or to move on."""

from __future__ import annotations

from facilitation.coach.advice import Advice, counted, number, start
from facilitation.coach.facts import Facts


def running_over(facts: Facts) -> Advice | None:
    """S0: a workshop that runs late takes the time from the end, where people commit."""
    if facts.minutes_left is None or facts.minutes_left > -1:
        return None
    over = counted(int(-facts.minutes_left), "minute", "minutes")
    return Advice(
        id="running-over",
        question="We are over our time here. What do we need to finish this step, and what can wait?",
        reason=f"This phase is {over} over. Move on, or shorten the phases still to come.",
        rule="S0",
    )


def ready_to_reveal(facts: Facts) -> Advice | None:
    """S0: private first, then together; waiting longer than needed costs the energy of the room."""
    hidden = facts.phase.settings.get("hidden") is True and not facts.state.revealed
    if not hidden or not facts.people or not facts.state.contributed or not _all_done(facts):
        return None
    return Advice(
        id="ready-to-reveal",
        question="You are all done. Shall we open it and look together?",
        reason="Everybody has said that they are done, and nothing has been revealed yet.",
        rule="S0",
    )


def everybody_done(facts: Facts) -> Advice | None:
    """S0: the group is ready to go on."""
    hidden = facts.phase.settings.get("hidden") is True and not facts.state.revealed
    if hidden or not facts.people or not _all_done(facts):
        return None
    return Advice(
        id="everybody-done",
        question="You are all done. Is there anything we must not leave unsaid before we go on?",
        reason=f"Everybody is done. You can move on when this holds: {facts.phase.done_when}",
        rule="S0",
    )


def silent_people(facts: Facts) -> Advice | None:
    """S0: everyone contributes, not the loudest."""
    heard = facts.state.contributed | facts.state.done
    silent = tuple(person for person in facts.people if person not in heard)
    if not silent or len(silent) == len(facts.people):
        return None
    return Advice(
        id="silent-people",
        question="Some of us have not been heard yet. What do you see that the rest of us may have missed?",
        reason=start(
            f"{counted(len(silent), 'person has', 'people have')} not contributed yet in this phase."
        ),
        rule="S0",
        about=silent,
    )


def nobody_yet(facts: Facts) -> Advice | None:
    """S0: a quiet room often waits for the question to be said once more."""
    if not facts.people or facts.state.contributed or facts.state.done:
        return None
    return Advice(
        id="nobody-yet",
        question=f"{facts.phase.question} Take a minute on your own and start with the first thing that comes.",
        reason="Nobody has contributed in this phase yet. Say the question once more and leave some silence.",
        rule="S0",
    )


def few_still_writing(facts: Facts) -> Advice | None:
    """S0: give the last ones a fair end instead of an abrupt one."""
    waiting = [person for person in facts.people if person not in facts.state.done]
    if not waiting or len(facts.people) < 3 or len(waiting) * 3 > len(facts.people):
        return None
    return Advice(
        id="few-still-writing",
        question="Would one more minute be enough for those who are still at it?",
        reason=start(
            f"{number(len(facts.people) - len(waiting))} of {number(len(facts.people))} are done; "
            f"{counted(len(waiting), 'person is', 'people are')} not."
        ),
        rule="S0",
        about=tuple(waiting),
    )


def _all_done(facts: Facts) -> bool:
    return all(person in facts.state.done for person in facts.people)
