"""The board as the coach sees it: looked up once, so that each observation is a line or two.

Secret numbers (votes, beliefs, marks) come in only after their phase was revealed, and only as numbers without
people (LIVE-9): what the coach does not know it cannot give away.
"""

from __future__ import annotations

import msgspec

from facilitation.checks import check_tree
from facilitation.diagnosis import Check
from facilitation.guide import Phase
from facilitation.kpi_tree import Kpi, family_lists, is_lever, root, subtree
from facilitation.okr import KeyResult, Objective
from facilitation.ranking import LeverRow
from facilitation.standing import standing, votes
from facilitation.state import (
    PhaseState,
    Workshop,
    current_phase,
    marks_of,
    participants,
    phase_state,
)

CHOSEN = 3
"""Levers the group goes on with: at most one for each objective (M-OBJ-3)."""
AFTER_THE_LEVERS = frozenset({"vote", "guardrails", "challenge", "draft"})
MINUTE = 60_000


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a workshop at one moment.

    `families` are the children by parent, `leaves` the KPIs without children below the north star, `levers`
    those marked ours or shared. `ranking` puts the levers in order by votes and effect (domain b), `chosen`
    are the best of them; both are worked out only in the phases that come after the levers. `votes` are dots
    by lever, `beliefs` and `fingers` marks by KPI and key result, `returns` marks for the session: all empty
    until revealed. `minutes_left` is negative when the phase runs over, None when unknown.
    """

    workshop: Workshop
    phase: Phase
    state: PhaseState
    people: tuple[str, ...]
    families: dict[str | None, list[Kpi]]
    north_star: Kpi | None
    branches: tuple[Kpi, ...]
    leaves: tuple[Kpi, ...]
    levers: tuple[Kpi, ...]
    ranking: tuple[LeverRow, ...]
    chosen: tuple[Kpi, ...]
    votes: dict[str, int]
    beliefs: dict[str, tuple[int, ...]]
    fingers: dict[str, tuple[int, ...]]
    returns: tuple[int, ...]
    minutes_left: float | None

    @property
    def kpis(self) -> dict[str, Kpi]:
        """Every KPI by id."""
        return self.workshop.kpis

    def children(self, kpi: Kpi) -> list[Kpi]:
        """The KPIs directly below."""
        return self.families.get(kpi.id, [])

    def below(self, kpi: Kpi) -> list[Kpi]:
        """The KPI and everything under it."""
        return [self.kpis[item] for item in subtree(self.kpis, kpi.id)]

    def checks(self) -> tuple[Check, ...]:
        """What the live checks of the tree say, most important first."""
        return check_tree(self.kpis)

    def objectives(self) -> list[Objective]:
        """Objectives in board order."""
        return sorted(self.workshop.objectives.values(), key=lambda item: (item.order, item.id))

    def key_results(self, objective: Objective | None = None) -> list[KeyResult]:
        """Key results in board order: of one objective, or all."""
        found = [
            item
            for item in self.workshop.key_results.values()
            if objective is None or item.objective == objective.id
        ]
        return sorted(found, key=lambda item: (item.objective, item.order, item.id))


def facts_of(workshop: Workshop, *, now: int | None = None) -> Facts | None:
    """The facts of the open phase; None in the lobby. `now` is in ms since the epoch, by the server's clock."""
    phase = current_phase(workshop)
    if phase is None:
        return None
    kpis = workshop.kpis
    lists = family_lists(kpis)
    top = root(kpis)
    leaves = tuple(kpi for kpi in kpis.values() if kpi.parent is not None and kpi.id not in lists)
    levers = tuple(kpi for kpi in kpis.values() if is_lever(kpi))
    ranking = tuple(standing(workshop)) if phase.activity in AFTER_THE_LEVERS else ()
    return Facts(
        workshop=workshop,
        phase=phase,
        state=phase_state(workshop, phase.id),
        people=tuple(person.id for person in participants(workshop)),
        families=lists,
        north_star=top,
        branches=tuple(lists.get(top.id, ())) if top else (),
        leaves=leaves,
        levers=levers,
        ranking=ranking,
        chosen=tuple(kpis[row.kpi] for row in ranking if is_lever(kpis[row.kpi]))[:CHOSEN],
        votes={kpi: dots for kpi, dots in votes(workshop).items() if kpi in kpis},
        beliefs={thing: marks for thing, marks in _revealed(workshop, "challenge").items() if thing in kpis},
        fingers=_revealed(workshop, "commit"),
        returns=tuple(mark for marks in _revealed(workshop, "close").values() for mark in marks),
        minutes_left=_minutes_left(workshop, now),
    )


def _revealed(workshop: Workshop, activity: str) -> dict[str, tuple[int, ...]]:
    """Marks by thing, without people and in ascending order, of the revealed phases with this activity."""
    found: dict[str, list[int]] = {}
    for phase in workshop.guide.phases:
        if phase.activity == activity and phase_state(workshop, phase.id).revealed:
            for given in marks_of(workshop, phase.id).values():
                for thing, mark in given.items():
                    found.setdefault(thing, []).append(mark)
    return {thing: tuple(sorted(marks)) for thing, marks in found.items()}


def _minutes_left(workshop: Workshop, now: int | None) -> float | None:
    clock = workshop.clock
    if not clock.running:
        return clock.left / MINUTE if clock.left else None
    return None if now is None else (clock.deadline - now) / MINUTE
