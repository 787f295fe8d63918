"""A tree with everything computed once per state of the board.

Three kinds of screen, the coach, the checks and the exports ask for the same numbers, and the board's KPIs stay the very same
object until somebody changes one: so the answers are kept by identity, and an edit elsewhere calculates nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast

from facilitation.checks import check_tree, checks_by_kpi
from facilitation.diagnosis import Check
from facilitation.evaluate import Evaluation, evaluation_of
from facilitation.formula_names import Names
from facilitation.kpi_tree import Kpi, Kpis, family_lists, walk
from facilitation.model import Model
from facilitation.sensitivity import Sensitivity, direction_checks, sensitivity
from facilitation.units import show_number

T = TypeVar("T")
BRIEF = 3
"""Letters of a unit that stay in a box of one line: %, $, /wk."""


def unit_after(text: str) -> str:
    """The words behind the digits of a number as it is shown."""
    return text.rpartition(" ")[2] if text.count(" ") == 1 else text.partition(" ")[2]


class ByIdentity:
    """A board's KPIs, compared by identity, so that they can be the key of a small cache."""

    def __init__(self, kpis: Kpis) -> None:
        self.kpis = kpis

    def __hash__(self) -> int:
        return id(self.kpis)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and other.kpis is self.kpis


class Known:
    """What follows from the KPIs alone: evaluation at once, effects and findings when somebody asks.

    `memo` is for others who work something out from the KPIs alone (rows, drawings, panels); it lives as long as this state.
    """

    def __init__(self, kpis: Kpis) -> None:
        self.kpis = kpis
        self.model = Model(kpis)
        self.evaluation: Evaluation = evaluation_of(self.model)
        self.names = {key: kpi.name for key, kpi in kpis.items()}
        self.families = family_lists(kpis)
        self.memo: dict[Hashable, Any] = {}

    @cached_property
    def rows(self) -> tuple[tuple[Kpi, int], ...]:
        """Every KPI with its depth, from top to bottom."""
        return tuple(walk(self.kpis))

    @cached_property
    def effects(self) -> Sensitivity:
        """What each KPI does to the north star."""
        return sensitivity(self.kpis, self.model)

    @cached_property
    def checks(self) -> dict[str | None, list[Check]]:
        """The findings of each KPI, those of the whole tree under `None`."""
        found = check_tree(self.kpis, self.evaluation)
        return checks_by_kpi((*found, *direction_checks(self.kpis, self.effects)))

    @cached_property
    def shown(self) -> dict[str, str]:
        """The number of each KPI as it is written; an em dash where there is none."""
        used = self.evaluation.used
        return {
            key: show_number(used[key], kpi.unit) if used.get(key) is not None else "—"
            for key, kpi in self.kpis.items()
        }

    @cached_property
    def brief(self) -> dict[str, str]:
        """The same without a long unit, for boxes of one line."""
        return {
            key: text if len(unit_after(text)) <= BRIEF else text[: -len(unit_after(text))].rstrip()
            for key, text in self.shown.items()
        }

    @cached_property
    def reader(self) -> Names:
        """The names of the board, ready to write formulas with."""
        return Names(self.names)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, worked out once for this state of the board. Nobody may change the result in place."""
        if key not in self.memo:
            self.memo[key] = make()
        return cast(T, self.memo[key])

    def below(self, kpi_id: str) -> list[Kpi]:
        """The children of a KPI, in board order."""
        return self.families.get(kpi_id, [])


@lru_cache(maxsize=64)
def _known(key: ByIdentity) -> Known:
    return Known(key.kpis)


def known(kpis: Kpis) -> Known:
    """The computed tree; kept while the board's KPIs are the very same object."""
    return _known(ByIdentity(kpis))
