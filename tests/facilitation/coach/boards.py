"""Boards for the coach's tests: a workshop standing in one phase, with just what an observation looks at."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from facilitation.coach import ABOUT_PEOPLE, ALWAYS_FIRST, BY_ACTIVITY, Advice, Observation
from facilitation.coach.facts import Facts, facts_of
from facilitation.guide import load_guide
from facilitation.kpi_tree import Influence, Kpi
from facilitation.okr import EvidencePlan, Guardrail, KeyResult, Objective
from facilitation.state import Card, Person, PhaseState, Setup, Workshop

GUIDE = load_guide("kpi-to-okr")
PHASE_OF = {phase.activity: phase.id for phase in GUIDE.phases}
EVERY = tuple(
    {
        look.__name__: look for group in (ALWAYS_FIRST, ABOUT_PEOPLE, *BY_ACTIVITY.values()) for look in group
    }.items()
)


def room(activity: str, people: int = 3, *, state: PhaseState | None = None, **board: Any) -> Workshop:
    """A workshop in the phase with this activity, with `people` participants p1, p2 … and one facilitator."""
    phase = PHASE_OF[activity]
    seats = {f"p{n}": Person(id=f"p{n}") for n in range(1, people + 1)}
    phases = board.pop("phases", {})
    return Workshop(
        guide=GUIDE,
        setup=board.pop("setup", Setup(title="Team", strategy="Clinics, by the fastest answers.")),
        current=phase,
        people={"p0": Person(id="p0", role="facilitator"), **seats},
        phases={**phases, phase: state or PhaseState(opened=1)},
        **board,
    )


def kpis(*made: Kpi) -> dict[str, Kpi]:
    return {kpi.id: kpi for kpi in made}


def kpi(id_: str, parent: str | None = "top", **fields: Any) -> Kpi:
    """A KPI called "K <id>" under the north star; give `parent=None` for the top itself."""
    return Kpi(id=id_, name=fields.pop("name", f"K {id_}"), parent=parent, **fields)


def tree(*leaves: Kpi) -> dict[str, Kpi]:
    """A north star with these KPIs under it."""
    return kpis(kpi("top", None), *leaves)


def lever(id_: str, **fields: Any) -> Kpi:
    return kpi(id_, **{"control": "ours", "family": "activation", **fields})


def revealed(activity: str, *marks: dict[str, int]) -> dict[str, Any]:
    """Marks of p1, p2 … given in the phase with this activity, and the phase revealed."""
    phase = PHASE_OF[activity]
    return {
        "marks": {phase: {f"p{n}": given for n, given in enumerate(marks, 1)}},
        "phases": {phase: PhaseState(opened=1, revealed=True)},
    }


def facts(workshop: Workshop, **more: Any) -> Facts:
    found = facts_of(workshop, **more)
    assert found is not None
    return found


def ask(look: Observation, workshop: Workshop, **more: Any) -> Advice:
    """What the observation says; it must say something."""
    advice = look(facts(workshop, **more))
    assert advice is not None, f"{look.__name__} saw nothing"
    return advice


def silent(look: Observation, workshop: Workshop, **more: Any) -> bool:
    return look(facts(workshop, **more)) is None


__all__ = [
    "EVERY", "GUIDE", "PHASE_OF", "Card", "EvidencePlan", "Guardrail", "Influence", "KeyResult", "Kpi", "Objective",
    "PhaseState", "Setup", "ask", "facts", "kpi", "kpis", "lever", "replace", "revealed", "room", "silent", "tree",
]  # fmt: skip
