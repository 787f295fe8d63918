"""Why did the north star change between two snapshots? Each input's share of the change, in N's unit (domain b).

A pure product is split by LMDI, the logarithmic mean: Δx = L · ln(x₁/x₀) with L = (N₁ − N₀)/ln(N₁/N₀); it needs positive values.
Anything else with at most eight changed inputs is split by the exact Shapley value (the average over all orders of changing
them). Beyond that the average of changing them one by one from the first to the last and back is taken, and it says so. In all
three the shares add up to the change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations
from typing import Literal

import msgspec

from facilitation.formula import BinaryNode, FormulaProblem, Node, NumberNode, RefNode, parse
from facilitation.kpi_tree import Kpis
from facilitation.model import Model

Method = Literal["lmdi", "shapley", "approximation", "none"]
MAX_EXACT = 8

_WORDS: dict[Method, str] = {
    "lmdi": "Split by the logarithmic mean (LMDI), exact for products.",
    "shapley": "Split by the Shapley value: the average over all orders in which the inputs could have changed.",
    "approximation": "An approximation: with more than eight changed inputs, the average of two orders of changing them.",
    "none": "",
}


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """`contributions` by input id, in the north star's unit; they sum to `after − before` up to rounding.

    `method` and `words` say how it was split; `problem` says why it could not be, then everything else is empty.
    """

    before: float | None = None
    after: float | None = None
    contributions: dict[str, float] = {}
    method: Method = "none"
    words: str = ""
    problem: str = ""


def explain_change(before: Kpis, after: Kpis) -> Explanation:
    """Split the change of the north star between two states of one tree (same shape and formulas) over its inputs.

    Inputs are what feeds the north star through formulas and is not calculated itself. The formulas of `after` are used;
    stated numbers above the inputs are set aside, so that the shares are those of the formulas.
    """
    top = next((kpi.id for kpi in after.values() if kpi.parent is None), None)
    if top is None or top not in before:
        return Explanation(problem="There is no north star in both snapshots, so no change can be explained.")
    inputs = _inputs(after, top)
    if not inputs:
        return Explanation(
            problem="The north star is calculated from no other KPI, so there is nothing to split."
        )
    gone = [key for key in inputs if key not in before]
    if gone:
        return Explanation(problem="The tree was rebuilt in between; compare two snapshots of the same tree.")
    model = _bare_model(after, inputs)
    old, new = (_values(kpis, after, inputs) for kpis in (before, after))
    if old is None or new is None:
        return Explanation(
            problem="A number is missing in one of the snapshots; fill it in, then the change can be explained."
        )
    try:
        start, end = (_north_star(model, top, values) for values in (old, new))
        changed = [key for key in inputs if old[key] != new[key]]
        factors = _product(after, top)
        if factors is not None and _positive(old, new, start, end):
            method: Method = "lmdi"
            shares = _lmdi(changed, factors, old, new, start, end)
        elif len(changed) <= MAX_EXACT:
            method, shares = "shapley", _shapley(model, top, changed, old, new)
        else:
            method, shares = "approximation", _two_orders(model, top, changed, old, new)
    except (ZeroDivisionError, OverflowError):
        return Explanation(
            problem="On the way from one snapshot to the other a formula divides by zero; it cannot be split."
        )
    scale = model.nodes[top].scale
    return Explanation(
        before=start / scale,
        after=end / scale,
        contributions={key: shares.get(key, 0.0) / scale for key in inputs},
        method=method,
        words=_WORDS[method],
    )


def _inputs(kpis: Kpis, top: str) -> list[str]:
    model = Model(kpis)
    broken = {key for cycle in model.order.cycles for key in cycle}
    stack, seen, found = [top], {top}, []
    while stack:
        node = model.nodes[stack.pop()]
        if node.compiled is None or node.id in broken:
            found.append(node.id)
            continue
        for ref in reversed(node.compiled.refs):
            if ref not in seen and ref in kpis:
                seen.add(ref)
                stack.append(ref)
    return found


def _bare_model(kpis: Kpis, inputs: list[str]) -> Model:
    """The tree with numbers at its inputs only, so that nothing above is anchored."""
    keep = set(inputs)
    bare = {
        key: kpi if key in keep else msgspec.structs.replace(kpi, baseline=None, influences=())
        for key, kpi in kpis.items()
    }
    return Model(bare)


def _values(kpis: Kpis, shape: Kpis, inputs: list[str]) -> dict[str, float] | None:
    """The inputs' values in the base unit of `shape`; `None` if one is missing."""
    model = Model(kpis)
    found = {key: model.base.get(key) for key in inputs}
    return (
        None
        if any(value is None for value in found.values())
        else {k: v for k, v in found.items() if v is not None}
    )


def _north_star(model: Model, top: str, values: Mapping[str, float]) -> float:
    if top in values:
        return values[top]
    return float(model.run(values)[top])


def _product(kpis: Kpis, top: str) -> dict[str, int] | None:
    """The inputs' exponents if the north star is a pure product of them (numbers as factors allowed), else `None`."""
    powers: dict[str, int] = {}
    stack: list[tuple[str | Node, int]] = [(top, 1)]
    while stack:
        item, sign = stack.pop()
        if isinstance(item, str):
            formula = kpis[item].formula if item in kpis else ""
            tree = parse(formula) if formula.strip() else None
            if tree is None or isinstance(tree, FormulaProblem):
                powers[item] = powers.get(item, 0) + sign
            else:
                stack.append((tree, sign))
        elif isinstance(item, RefNode):
            stack.append((item.kpi, sign))
        elif isinstance(item, BinaryNode) and item.operator in ("*", "/"):
            stack += [(item.left, sign), (item.right, sign if item.operator == "*" else -sign)]
        elif not isinstance(item, NumberNode):
            return None
    return powers


def _positive(old: Mapping[str, float], new: Mapping[str, float], start: float, end: float) -> bool:
    return start > 0 and end > 0 and all(value > 0 for value in (*old.values(), *new.values()))


def _lmdi(
    changed: list[str],
    powers: Mapping[str, int],
    old: Mapping[str, float],
    new: Mapping[str, float],
    start: float,
    end: float,
) -> dict[str, float]:
    mean = start if math.isclose(start, end, rel_tol=1e-12) else (end - start) / math.log(end / start)
    return {key: mean * powers.get(key, 0) * math.log(new[key] / old[key]) for key in changed}


def _shapley(
    model: Model, top: str, changed: list[str], old: Mapping[str, float], new: Mapping[str, float]
) -> dict[str, float]:
    """Exact, over all 2ⁿ sets of inputs that already have their new value."""
    count = len(changed)
    worth: dict[frozenset[str], float] = {}
    for size in range(count + 1):
        for chosen in combinations(changed, size):
            mixed = {key: (new if key in chosen else old)[key] for key in old}
            worth[frozenset(chosen)] = _north_star(model, top, mixed)
    weights = [
        math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for size in range(count)
    ]
    return {
        key: sum(
            weights[len(chosen)] * (worth[chosen | {key}] - value)
            for chosen, value in worth.items()
            if key not in chosen
        )
        for key in changed
    }


def _two_orders(
    model: Model, top: str, changed: list[str], old: Mapping[str, float], new: Mapping[str, float]
) -> dict[str, float]:
    shares = dict.fromkeys(changed, 0.0)
    for order in (changed, changed[::-1]):
        mixed = dict(old)
        before = _north_star(model, top, mixed)
        for key in order:
            mixed[key] = new[key]
            now = _north_star(model, top, mixed)
            shares[key] += (now - before) / 2
            before = now
    return shares
