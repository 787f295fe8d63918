"""The tree as a machine: values in, values out, prepared once and then asked many times.

**What feeds the parents** ("used"): the stated number where the group has one, else the calculated one; a formula is checked
against the numbers people see on the board. When something below changes, a stated number moves by the same *proportion* as
its formula does. So a what-if reaches the north star through stated numbers too, and a slip of scale inside one formula
(percent for fraction) cannot spoil the whole tree; it is reported where it is. See docs/decisions/0010-which-number-counts.md.

Inside, values are in base units (36 % is 0.36, days for time); `shown` brings them back. `run` accepts floats, `Dual`s and
numpy arrays alike. Missing stays missing: 0 × missing is missing, nothing is ever invented.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from facilitation.compiled import Compiled, Run, compile_formula
from facilitation.formula import refs
from facilitation.graph import Order, all_sources, in_order
from facilitation.kpi_tree import Kpi, Kpis
from facilitation.units import Unit, parse_unit

HUGE = 1e18


class Node:
    """One KPI prepared for calculation: its formula, its sized links, and what it is worth today."""

    __slots__ = (
        "anchored",
        "calculated",
        "compiled",
        "id",
        "links",
        "scale",
        "stated",
        "used",
        "zero_division",
    )

    def __init__(self, kpi: Kpi, scale: float, compiled: Compiled | None) -> None:
        self.id = kpi.id
        self.scale = scale
        self.compiled = compiled
        stated = kpi.baseline
        self.stated: float | None = stated * scale if stated is not None and math.isfinite(stated) else None
        self.links = tuple(
            (link.child, link.elasticity) for link in kpi.influences if link.elasticity is not None
        )
        self.calculated: float | None = None
        self.used: float | None = self.stated
        self.anchored = False
        self.zero_division = False


Step = tuple[Node, Run | None, tuple[str, ...]]
"""A node to calculate again; its formula and refs where nothing but the formula counts, else `None` (see `Model.step`)."""


def _step_of(node: Node) -> Step:
    plain = node.compiled is not None and node.calculated is not None and not node.links and not node.anchored
    if plain and node.compiled is not None:
        return node, node.compiled.run, node.compiled.refs
    return node, None, ()


class Model:
    """A tree ready to calculate. `base` holds what each KPI is worth today in base units (`None`: missing).

    `like` may be the model of a tree that differs from this one in values only (`tree_before.same_shape`): what follows from
    units and formulas is taken over from it.
    """

    def __init__(self, kpis: Kpis, like: Model | None = None) -> None:
        self.kpis = kpis
        self.units: dict[str, Unit] = (
            like.units if like is not None else {key: parse_unit(kpi.unit) for key, kpi in kpis.items()}
        )
        self.sources: dict[str, tuple[str, ...]] = like.sources if like is not None else all_sources(kpis)
        self.order: Order = like.order if like is not None else in_order(self.sources)
        self.nodes: dict[str, Node] = {}
        self.missing: dict[str, tuple[str, ...]] = {}
        self.base: dict[str, float | None] = {}
        self._steps: dict[str, tuple[Step, ...]] = {}
        broken = {key for cycle in self.order.cycles for key in cycle}
        self.touched: frozenset[str] | None = None
        """What was calculated otherwise than in `like`, or could be; `None`: everything was calculated."""
        if like is not None and not broken:
            self._take_over(like)
        else:
            for key in self.order.order:
                kpi = kpis[key]
                compiled = like.nodes[key].compiled if like is not None else self._compile(kpi)
                node = Node(kpi, self.units[key].scale, None if key in broken else compiled)
                if key in broken:
                    node.links = ()
                self._put(node)
        self.root: str | None = next((key for key, kpi in kpis.items() if kpi.parent is None), None)

    def _put(self, node: Node) -> None:
        self.nodes[node.id] = node
        if node.compiled is not None:
            self._calculate(node)
        self.base[node.id] = node.used

    def _take_over(self, like: Model) -> None:
        """Calculate what was edited and what lies above it; all else is the same as in `like`, the very same nodes."""
        kpis = self.kpis
        touched: set[str] = set()
        self.nodes, self.base, self.missing = dict(like.nodes), dict(like.base), dict(like.missing)
        for key in self.order.order:
            node, kpi = like.nodes[key], kpis[key]
            below = node.compiled.refs if node.compiled is not None else ()
            if kpi is like.kpis[key] and (not touched or touched.isdisjoint(below)):
                continue
            touched.add(key)
            self.missing.pop(key, None)
            self._put(Node(kpi, node.scale, node.compiled))
        self.touched = frozenset(touched)

    def _compile(self, kpi: Kpi) -> Compiled | None:
        if not kpi.formula:
            return None
        if not self.units[kpi.id].is_time:
            return compile_formula(kpi.formula)
        used = refs(kpi.formula)
        units = [self.units.get(ref) for ref in used]
        return compile_formula(
            kpi.formula, tuple(unit.period if unit and unit.known else None for unit in units)
        )

    def _calculate(self, node: Node) -> None:
        compiled = node.compiled
        if compiled is None:
            return
        base = self.base
        values = [base.get(ref) for ref in compiled.refs]
        if None in values:
            self.missing[node.id] = tuple(ref for ref in compiled.refs if base.get(ref) is None)
            return
        try:
            result = compiled.run(values)
        except ZeroDivisionError:
            node.zero_division = True
            return
        except OverflowError:
            return
        if not -HUGE < result < HUGE:
            return
        node.calculated = result
        if node.stated is None:
            node.used = result
        else:
            node.anchored = True

    def shown(self, kpi: str, value: float | None) -> float | None:
        """A value in base units as the KPI displays it, freed of binary dust."""
        if value is None:
            return None
        scale = self.nodes[kpi].scale
        return value if scale == 1.0 else float(f"{value / scale:.14g}")

    @cached_property
    def feeds(self) -> dict[str, list[str]]:
        """What each KPI feeds through a formula that works or a sized link."""
        found: dict[str, list[str]] = {key: [] for key in self.nodes}
        for node in self.nodes.values():
            for source in self.working_sources(node):
                found[source].append(node.id)
        return found

    def working_sources(self, node: Node) -> list[str]:
        """The ids whose change moves this node: refs of a formula that has all its numbers, and sized links."""
        if node.used is None:
            return []
        found = list(node.compiled.refs) if node.compiled is not None and node.calculated is not None else []
        found += [child for child, _ in node.links if self.base.get(child) and child not in found]
        return found

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.order.order)}

    def above(self, changed: Iterable[str]) -> list[Node]:
        """Everything that the changed ids move, sources first; the changed ids themselves hold still."""
        held = set(changed)
        found: set[str] = set()
        stack = list(held)
        feeds = self.feeds
        while stack:
            for fed in feeds[stack.pop()]:
                if fed not in found and fed not in held:
                    found.add(fed)
                    stack.append(fed)
        rank, nodes = self._rank, self.nodes
        return [nodes[key] for key in sorted(found, key=rank.__getitem__)]

    def lowest(self, ids: Iterable[str]) -> list[str]:
        """Of these ids those that none of the others moves. Targets are put in there; what lies above them is computed, so
        that the sheet and the sum say the same.
        """
        wanted = list(dict.fromkeys(ids))
        moved = {node.id for key in wanted for node in self.above((key,))}
        return [key for key in wanted if key not in moved]

    def steps_above(self, kpi: str) -> tuple[Step, ...]:
        """What one changed KPI moves, sources first, each with what to run; remembered, since paths share their upper part."""
        climbed: list[str] = []
        current = kpi
        while current not in self._steps and len(self.feeds[current]) == 1:
            climbed.append(current)
            current = self.feeds[current][0]
        if current not in self._steps:
            self._steps[current] = tuple(_step_of(node) for node in self.above((current,)))
        for below in reversed(climbed):
            self._steps[below] = (_step_of(self.nodes[current]), *self._steps[current])
            current = below
        return self._steps[kpi]

    def run(self, changes: Mapping[str, Any], moved: list[Node] | None = None) -> dict[str, Any]:
        """The values of everything moved by `changes` (base units), the changes included.

        `moved` may be passed when `above` is known. Raises ZeroDivisionError where a formula divides by zero, and
        KeyError for an id that is not on the board. Works elementwise on numpy arrays and exactly on `Dual`s.
        """
        values: dict[str, Any] = dict(self.base)
        values.update(changes)
        result = dict(changes)
        for node in self.above(changes) if moved is None else moved:
            values[node.id] = result[node.id] = self.step(node, values)
        return result

    def step(self, node: Node, values: Mapping[str, Any]) -> Any:
        """One node's value from the values below it."""
        result: Any = node.used
        if node.compiled is not None and node.calculated is not None:
            result = node.compiled.run([values[ref] for ref in node.compiled.refs])
            if node.anchored:
                result = self._anchor(node, result)
        for child, elasticity in node.links:
            before, now = self.base[child], values[child]
            if now is not before and before:
                result = result * (now / before) ** elasticity
        return result

    @staticmethod
    def _anchor(node: Node, result: Any) -> Any:
        stated, calculated = node.stated or 0.0, node.calculated or 0.0
        if stated * calculated > 0:
            return result * (stated / calculated)
        return result + (stated - calculated)
