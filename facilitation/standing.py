"""Where the levers stand: votes, computed effect and control put together into one ranking (domain b).

The votes are those of the last voting phase that was revealed or is open; nobody's own votes are in here, only sums.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from facilitation.kpi_tree import root
from facilitation.ranking import LeverRow, rank
from facilitation.state import Workshop, agenda, marks_of, phase_state, totals
from facilitation.targets import effect_words
from facilitation.tree_known import ByIdentity, known


def vote_phases(workshop: Workshop, activity: str = "vote") -> list[str]:
    """Ids of phases with this activity that were opened, in order."""
    return [p.id for p in agenda(workshop) if p.activity == activity and phase_state(workshop, p.id).opened]


def votes(workshop: Workshop) -> dict[str, int]:
    """Dots per KPI over all voting phases that are revealed; empty while they are secret (LIVE-9)."""
    sums: dict[str, int] = {}
    for phase_id in vote_phases(workshop):
        if phase_state(workshop, phase_id).revealed:
            for kpi, number in totals(marks_of(workshop, phase_id)).items():
                sums[kpi] = sums.get(kpi, 0) + number
    return sums


def standing(workshop: Workshop) -> tuple[LeverRow, ...]:
    """All levers with votes, effect and control, best first; ranked once per state of the board and the ballot."""
    return _ranked(ByIdentity(workshop.kpis), tuple(sorted(votes(workshop).items())))


@lru_cache(maxsize=64)
def _ranked(board: ByIdentity, ballot: tuple[tuple[str, int], ...]) -> tuple[LeverRow, ...]:
    return tuple(rank(board.kpis, dict(ballot), known(board.kpis).effects))


def lever_rows(workshop: Workshop) -> list[dict[str, Any]]:
    """The ranking as plain data for screens; an effect deserves three figures."""
    found = standing(workshop)
    most = max((abs(row.impact) for row in found if row.impact is not None), default=0.0)
    top = root(workshop.kpis)
    return [
        {
            "id": row.kpi,
            "name": workshop.kpis[row.kpi].name,
            "votes": row.votes,
            "impact": row.impact,
            "share": abs(row.impact) / most if row.impact is not None and most else None,
            "effect": effect_words(top, row.impact)
            if top is not None and row.impact is not None
            else "not sized yet",
            "control": row.control or "",
            "score": round(row.score, 4),
            "rank": row.rank,
            "badge": row.badge,
        }
        for row in found
    ]


def chosen_levers(workshop: Workshop, most: int = 3) -> list[str]:
    """The levers the group goes on with: the best ranked ones that are in its hands (at most `most`)."""
    return [row.kpi for row in standing(workshop) if row.control in ("ours", "shared")][:most]
