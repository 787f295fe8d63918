"""Does it add up, as it is printed: the same answer as on the screens, in the words of the outcome."""

from __future__ import annotations

from facilitation.add_up import CannotAddUp
from facilitation.adding import Sum, added_up
from facilitation.okr import Objective
from facilitation.outcome import AddUp, Contribution
from facilitation.state import Workshop
from facilitation.targets import direction_of


def add_up_of(workshop: Workshop) -> AddUp | None:
    """The sum of all targets; with a sentence that says why where nothing can be computed, `None` without key results."""
    if not workshop.key_results:
        return None
    found = added_up(workshop)
    if isinstance(found, CannotAddUp):
        return AddUp(name="", sentence=found.reason)
    answer, words = found.answer, found.words
    names = {share.key_result: workshop.kpis[share.kpi].name for share in answer.shares}
    said = dict(words.contributions)
    return AddUp(
        name=workshop.kpis[answer.north_star].name,
        today_text=words.today,
        at_targets_text=words.at_targets,
        p50_text=words.p50,
        p80_text=words.p80,
        today=answer.today,
        at_targets=answer.at_targets,
        p50=answer.p50,
        p80=answer.p80,
        low=answer.low,
        high=answer.high,
        wish=answer.wish,
        sentence=words.sentence,
        contributions=tuple(
            Contribution(
                key_result=share.key_result,
                name=names[share.key_result],
                amount=share.amount,
                text=said.get(share.key_result, "").removeprefix(f"{names[share.key_result]}: "),
            )
            for share in answer.shares
        ),
        guardrails=words.guardrails,
        advice=(*words.compared, *words.advice),
        runs=answer.runs,
        seed=answer.seed,
    )


def moves_of(workshop: Workshop, objective: Objective) -> str:
    """What this objective alone does to the north star, for the line under it; nothing where it cannot be said."""
    found = added_up(workshop, objective.id)
    if not isinstance(found, Sum) or found.words.today == found.words.p50:
        return ""
    top = workshop.kpis[found.answer.north_star]
    rest = "or less" if direction_of(top) == "down" else "or more"
    today, safe = (_bare(text, found.words.p50) for text in (found.words.today, found.words.p80))
    return f"moves {top.name} from {today} to about {found.words.p50} (8 chances in 10: {safe} {rest})"


def _bare(text: str, full: str) -> str:
    """A number without the words behind it where `full` says the same ones: "1,214" beside "1,250 teams/week"."""
    number, _, unit = text.partition(" ")
    return number if unit and full.endswith(f" {unit}") and unit[0] not in "%/" else text
