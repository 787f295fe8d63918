"""Observations while levers are sorted: reach, what people would notice, first steps."""

from __future__ import annotations

from facilitation.coach.advice import Advice, counted, number, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.kpi_tree import Kpi

FEW = 3


def no_levers(facts: Facts) -> Advice | None:
    """M-TREE-5: what comes after the levers has nothing to stand on without them."""
    if facts.levers:
        return None
    return Advice(
        id="no-levers",
        question="Before we go on: which number on this tree could somebody here move at all?",
        reason="No number is marked as ours or shared yet. Mark some, or go back to the levers for a minute.",
        rule="M-TREE-5",
    )


def few_levers(facts: Facts) -> Advice | None:
    """M-TREE-5: the point of the tree is to find what can be influenced now."""
    if len(facts.levers) >= FEW:
        return None
    return Advice(
        id="few-levers",
        question="Which of these could one of us move a little by next Friday?",
        reason=start(
            f"{counted(len(facts.levers), 'lever is', 'levers are')} marked as ours or shared so far."
        ),
        rule="M-TREE-5",
    )


def nothing_outside(facts: Facts) -> Advice | None:
    """M-TREE-5: a tree where everything is in our hands is rarely honest."""
    sorted_kpis = [kpi for kpi in facts.kpis.values() if kpi.control is not None]
    if len(sorted_kpis) < FEW or any(kpi.control != "ours" for kpi in sorted_kpis):
        return None
    return Advice(
        id="nothing-outside",
        question="Is all of this really in our own hands? For which of these do we need somebody else?",
        reason=f"All {number(len(sorted_kpis))} numbers sorted so far are marked as ours; none is shared or outside.",
        rule="M-TREE-5",
    )


def leaves_unsorted(facts: Facts) -> Advice | None:
    """M-TREE-5: a tip of the tree that nobody looked at may be the best lever."""
    unsorted = [kpi for kpi in facts.leaves if kpi.control is None]
    if not unsorted:
        return None
    return Advice(
        id="leaves-unsorted",
        question=f"{quoted(unsorted[0].name)}: is it ours, do we share it, or is it outside?",
        reason=f"{len(unsorted)} of {len(facts.leaves)} tips of the tree are not sorted yet.",
        rule="M-TREE-5",
        about=tuple(kpi.id for kpi in unsorted),
    )


def lagging_levers(facts: Facts) -> Advice | None:
    """M-TREE-4: lagging numbers confirm; they are hard to change directly."""
    late = [kpi for kpi in facts.levers if kpi.indicator == "lagging"]
    if not late:
        return None
    return Advice(
        id="lagging-levers",
        question=f"What would we do to move {quoted(late[0].name)}, and which number would show that first?",
        reason=start(f"{counted(len(late), 'lever is', 'levers are')} lagging: {_names(late)}."),
        rule="M-TREE-4",
        about=tuple(kpi.id for kpi in late),
    )


def levers_without_outcome(facts: Facts) -> Advice | None:
    """M-OBJ-2: the objective is written from what people would notice; no template can invent it."""
    blank = [kpi for kpi in facts.levers if not kpi.plain_outcome.strip()]
    if not blank:
        return None
    return Advice(
        id="levers-without-outcome",
        question=f"If {quoted(blank[0].name)} got better, what would a customer or colleague notice?",
        reason=start(
            f"{counted(len(blank), 'lever does', 'levers do')} not say what people would notice: {_names(blank)}. "
            "The objective is written from it."
        ),
        rule="M-OBJ-2",
        about=tuple(kpi.id for kpi in blank),
    )


def levers_without_family(facts: Facts) -> Advice | None:
    """S4: growth needs a churn guardrail, cost a quality one: the family tells which."""
    blank = [kpi for kpi in facts.levers if not kpi.family]
    if not blank:
        return None
    return Advice(
        id="levers-without-family",
        question=f"What is {quoted(blank[0].name)} mostly about: winning people, keeping them, earning, quality, speed, cost?",
        reason=start(
            f"{counted(len(blank), 'lever has', 'levers have')} no family: {_names(blank)}. "
            "Guardrails are suggested by it."
        ),
        rule="S4",
        about=tuple(kpi.id for kpi in blank),
    )


def levers_without_step(facts: Facts) -> Advice | None:
    """M-TREE-5: one realistic step shows that the lever is within reach."""
    blank = [kpi for kpi in facts.levers if not kpi.step.strip()]
    if not blank:
        return None
    return Advice(
        id="levers-without-step",
        question=f"What is the smallest real step that would move {quoted(blank[0].name)}?",
        reason=start(f"{counted(len(blank), 'lever has', 'levers have')} no first step: {_names(blank)}."),
        rule="M-TREE-5",
        about=tuple(kpi.id for kpi in blank),
    )


def _names(kpis: list[Kpi]) -> str:
    return listed([kpi.name for kpi in kpis])
