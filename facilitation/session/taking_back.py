"""What can be taken back: whose step is next, and what would break if it were.

A step remembers only what it touched. Others build on it meanwhile: a KPI put under the one whose adding is taken back, a
key result whose objective is gone, a fourth objective where three are the most. Taking back must never leave such things
hanging in the air, so the board is looked at as it would be afterwards; it is whole before, hence it is whole for good.
"""

from __future__ import annotations

from collections import Counter

from facilitation.changes import put_slice
from facilitation.graph import all_sources, in_order, sources_of
from facilitation.kpi_tree import ancestors
from facilitation.messages import Rejected
from facilitation.okr import MOST_KEY_RESULTS, MOST_OBJECTIVES
from facilitation.state import UNDOABLE, UndoStep, Workshop, entries_of, phase_state

CHANGED_SINCE = Rejected("Somebody has changed this since, so it cannot be taken back. Change it by hand.")


def next_step(workshop: Workshop, person: str, *, facilitates: bool) -> UndoStep | None:
    """The step that Undo would take back: for facilitators the last of anybody, for others their own last one in the
    phase that is open, unless its board is locked.
    """
    if facilitates:
        return workshop.undo[-1] if workshop.undo else None
    here = workshop.current or ""
    if phase_state(workshop, here).locked:
        return None
    own = (step for step in reversed(workshop.undo) if step.by == person and step.phase == here)
    return next(own, None)


def may_take_back(workshop: Workshop) -> frozenset[str]:
    """The participants who have a step of their own to take back now: `next_step` for all of them at once."""
    here = workshop.current or ""
    if phase_state(workshop, here).locked:
        return frozenset()
    return frozenset(step.by for step in workshop.undo if step.phase == here)


def problem(workshop: Workshop, step: UndoStep) -> Rejected | None:
    """Why a step cannot be taken back now; `None` when it can."""
    if any(
        entries_of(workshop, field).get(key) != left
        for field in UNDOABLE
        for key, left in getattr(step.after, field).items()
    ):
        return CHANGED_SINCE
    back = put_slice(workshop, step.before)
    if crowded := _crowded(workshop, back):
        return crowded
    loose = hanging(back)
    if not loose or hanging(workshop):
        return None
    return Rejected(f"Other things were built on this since: {loose}. Change it by hand.")


def _crowded(workshop: Workshop, back: Workshop) -> Rejected | None:
    """The refusal where more would come back than there is room for (M-OBJ-3, M-KR-2): its place was taken meanwhile."""
    if MOST_OBJECTIVES < len(back.objectives) > len(workshop.objectives):
        return Rejected(
            f"Its place is taken: {MOST_OBJECTIVES} objectives are the most for one period. Change one of them instead."
        )
    was, now = (Counter(kr.objective for kr in each.key_results.values()) for each in (workshop, back))
    if any(MOST_KEY_RESULTS < count > was[objective] for objective, count in now.items()):
        return Rejected(
            f"Its place is taken: {MOST_KEY_RESULTS} key results are the most for one objective. Change one instead."
        )
    return None


def hanging(workshop: Workshop) -> str:
    """What would hang in the air on this board, in words; empty when the board is whole."""
    kpis = workshop.kpis
    if sum(kpi.parent is None for kpi in kpis.values()) > 1:
        return "there would be two north stars"
    for key, kpi in kpis.items():
        if kpi.parent is not None and kpi.parent not in kpis:
            return f"“{kpi.name}” would lose the KPI above it"
        above, used = ancestors(kpis, key), sources_of(kpi)
        if key in above:
            return f"“{kpi.name}” would stand above itself"
        if any(ref not in kpis or ref in above for ref in used):
            return f"the calculation of “{kpi.name}” would not work any more"
    if cycles := in_order(all_sources(kpis)).cycles:
        return f"“{kpis[cycles[0][0]].name}” would depend on itself"
    if any(kr.objective not in workshop.objectives for kr in workshop.key_results.values()):
        return "a key result would lose its objective"
    if any(
        work.key_result is not None and work.key_result not in workshop.key_results
        for work in workshop.initiatives.values()
    ):
        return "an initiative would lose its key result"
    return ""
