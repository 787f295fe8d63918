"""A tree with everything computed once per state of the board.

Three kinds of screen, the coach, the checks and the exports ask for the same numbers, and the board's KPIs stay the very same
object until somebody changes one: so the answers are kept by identity, and an edit elsewhere calculates nothing here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, TypeVar, cast

from facilitation.checks import check_tree, checks_by_kpi, number_checks, shape_findings
from facilitation.diagnosis import Check
from facilitation.evaluate import Evaluation, evaluation_of
from facilitation.formula_names import Names
from facilitation.kpi_tree import Kpi, Kpis, family_lists, walk
from facilitation.model import Model
from facilitation.sensitivity import Sensitivity, direction_checks, sensitivity
from facilitation.tree_before import Before, same_shape
from facilitation.units import show_number, split_number

T = TypeVar("T")
BRIEF = 3
"""Letters of a unit that stay in a box of one line: %, $, /wk."""


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

    `memo` is for others who work something out from the KPIs alone (rows, drawings, panels); it lives as long as this state, and
    `shape` as long as nothing but values changes. `last` is the state before this one, of which is taken what still holds.
    """

    def __init__(self, kpis: Kpis, last: Known | None = None) -> None:
        self.kpis: Kpis = kpis
        kept = last if last is not None and same_shape(last.kpis, kpis) else None
        self.before = kept.left() if kept is not None else None
        self.shape: dict[Hashable, Any] = kept.shape if kept is not None else {}
        self.made: dict[Hashable, Any] = {}
        self.model: Model = Model(kpis, kept.model if kept is not None else None)
        self.evaluation: Evaluation = evaluation_of(self.model, kept.evaluation if kept is not None else None)
        self.names = self.of_shape("names", lambda: {key: kpi.name for key, kpi in kpis.items()})
        self._families: dict[str | None, list[str]] = self.of_shape(
            "families",
            lambda: {key: [kpi.id for kpi in family] for key, family in family_lists(kpis).items()},
        )
        self.memo: dict[Hashable, Any] = {}

    @cached_property
    def rows(self) -> tuple[tuple[Kpi, int], ...]:
        """Every KPI with its depth, from top to bottom."""
        places = self.of_shape("walk", lambda: [(kpi.id, depth) for kpi, depth in walk(self.kpis)])
        return tuple((self.kpis[key], depth) for key, depth in places)

    @cached_property
    def effects(self) -> Sensitivity:
        """What each KPI does to the north star."""
        return sensitivity(self.kpis, self.model)

    @cached_property
    def checks(self) -> dict[str | None, list[Check]]:
        """The findings of each KPI, those of the whole tree under `None`."""
        shape = self.of_shape("findings", lambda: shape_findings(self.kpis))
        found = check_tree(self.kpis, self.evaluation, shape, chain.from_iterable(self._numbers.values()))
        if self.of_shape("directed", self._is_directed):
            found = (*found, *direction_checks(self.kpis, self.effects))
        return checks_by_kpi(found)

    def _is_directed(self) -> bool:
        top = self.model.root
        return any(kpi.direction in ("up", "down") for key, kpi in self.kpis.items() if key != top)

    @cached_property
    def _numbers(self) -> dict[str, tuple[Check, ...]]:
        """What is found in the numbers of each KPI."""
        found = dict(self.before.numbers) if self.before is not None else {}
        anew = self.kpis if self.before is None or self.model.touched is None else self.model.touched
        found.update((key, tuple(number_checks(self.kpis, self.kpis[key], self.evaluation))) for key in anew)
        return found

    @cached_property
    def news(self) -> frozenset[str] | None:
        """The KPIs of which anything that is shown is news since the state before; `None`: perhaps all."""
        if self.before is None or self.model.touched is None:
            return None
        return self.before.news(self.model.touched, self.kpis, self.evaluation, self.checks)

    @cached_property
    def shown(self) -> dict[str, str]:
        """The number of each KPI as it is written; an em dash where there is none."""
        used = self.evaluation.used
        return {
            key: show_number(used[key], kpi.unit) if used.get(key) is not None else "—"
            for key, kpi in self.kpis.items()
        }

    @cached_property
    def said(self) -> dict[str, tuple[str, str]]:
        """The number of each KPI and its unit, apart; without a number an em dash and nothing."""
        used = self.evaluation.used
        said: dict[str, tuple[str, str]] = {}
        for key, kpi in self.kpis.items():
            number = used.get(key)
            before, digits, after = split_number(number, kpi.unit) if number is not None else ("", "—", "")
            said[key] = (before + digits, after.strip())
        return said

    @cached_property
    def reader(self) -> Names:
        """The names of the board, ready to write formulas with."""
        return self.of_shape("reader", lambda: Names(self.names))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, worked out once for this state of the board. Nobody may change the result in place."""
        if key not in self.memo:
            self.memo[key] = make()
        return cast(T, self.memo[key])

    def of_shape(self, key: Hashable, make: Callable[[], T]) -> T:
        """The same for what follows from the shape alone (tree_before.py): it outlives changed numbers."""
        if key not in self.shape:
            self.shape[key] = make()
        return cast(T, self.shape[key])

    def earlier(self, key: Hashable) -> Any:
        """What was put into `made` for this state or the one before, if anything: nobody may change it in place."""
        if key in self.made:
            return self.made[key]
        return self.before.made.get(key) if self.before is not None else None

    def left(self) -> Before | None:
        """What the next state may take over; nothing while nobody has looked at this one."""
        findings = self.__dict__.get("checks")
        if findings is None:
            return None
        return Before(self.kpis, self.evaluation, findings, self._numbers, dict(self.made))

    @property
    def families(self) -> dict[str | None, list[Kpi]]:
        """The children of each KPI, in board order."""
        return {key: self.below(key) for key in self._families}

    def below(self, kpi_id: str | None) -> list[Kpi]:
        """The children of a KPI, in board order; `None`: what stands at the top."""
        return [self.kpis[key] for key in self._families.get(kpi_id, ())]


MOST_LATEST = 512
_latest: OrderedDict[int, Known] = OrderedDict()
"""The state that was computed last for a board, under the identities of the board's first and last KPI: an edit leaves one of
them the same object, and so it leads from the new state to the one before. (A `Known` holds its KPIs: no identity is used
twice.)"""


def _ends(kpis: Kpis) -> list[Kpi]:
    board = list(kpis.values())
    return [board[0], board[-1]] if board else []


@lru_cache(maxsize=64)
def _known(key: ByIdentity) -> Known:
    kpis = key.kpis
    ends = _ends(kpis)
    last: Known | None = None
    for end in ends:
        found = _latest.pop(id(end), None)
        if found is not None and last is None and found.kpis.get(end.id) is end:
            last = found
    fresh = Known(kpis, last)
    for end in ends:
        _latest[id(end)] = fresh
    while len(_latest) > MOST_LATEST:
        _latest.popitem(last=False)
    return fresh


def known(kpis: Kpis) -> Known:
    """The computed tree; kept while the board's KPIs are the very same object."""
    return _known(ByIdentity(kpis))
