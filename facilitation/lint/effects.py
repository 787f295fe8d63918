"""In which direction does a KPI's increase move the KPIs above it? Read from formulas and influence links, signs
only.  Sizes are the business of the sensitivity; the linter needs only to know whether two key results pull apart
(G-CONFLICT). Values are taken as positive, as KPIs nearly always are: in `existing × (1 − churn)` more churn means
less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from facilitation import formula
from facilitation.formula import BinaryNode, FormulaProblem, NegNode, Node, RefNode
from facilitation.kpi_tree import Kpi

Effects = Mapping[str, Mapping[str, int]]


def signs_of(tree: Mapping[str, Kpi]) -> dict[str, dict[str, int]]:
    """KPI id → (id of a KPI above it → +1 or −1). KPIs that are moved both ways, or in an unknown way, are left out."""
    steps: dict[str, dict[str, int]] = {}
    for parent in tree.values():
        for child, sign in _steps(parent):
            steps.setdefault(child, {})[parent.id] = sign
    return {id: _climb(id, steps) for id in tree}


def _climb(start: str, steps: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    both: set[str] = set()
    waiting = [(start, 1)]
    seen: set[tuple[str, int]] = set()
    while waiting:
        child, sign = waiting.pop()
        for parent, step in steps.get(child, {}).items():
            now = (parent, sign * step)
            if now in seen or parent == start:
                continue
            seen.add(now)
            if found.setdefault(*now) != now[1]:
                both.add(parent)
            waiting.append(now)
    return {id: sign for id, sign in found.items() if id not in both}


def _steps(parent: Kpi) -> Iterator[tuple[str, int]]:
    if parent.formula:
        node = formula.parse(parent.formula)
        if not isinstance(node, FormulaProblem):
            for ref in formula.refs(parent.formula):
                signs = set(_signs(node, ref, 1))
                if len(signs) == 1:
                    yield ref, signs.pop()
    for influence in parent.influences:
        if influence.elasticity:
            yield influence.child, 1 if influence.elasticity > 0 else -1


def _signs(node: Node, child: str, sign: int) -> Iterator[int]:
    if isinstance(node, RefNode):
        if node.kpi == child:
            yield sign
    elif isinstance(node, NegNode):
        yield from _signs(node.operand, child, -sign)
    elif isinstance(node, BinaryNode):
        yield from _signs(node.left, child, sign)
        yield from _signs(node.right, child, -sign if node.operator in ("-", "/") else sign)
