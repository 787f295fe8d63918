"""Formulas made ready to calculate: nested closures over a list of values, one per referenced KPI.

The same closure works on floats, on `Dual` numbers (exact slopes) and on numpy arrays (simulation), since it only uses the
four operators. It is built from the typed tree; no text is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from facilitation.formula import BinaryNode, FormulaProblem, NegNode, Node, NumberNode, RefNode, parse, refs
from facilitation.unit_words import DAYS, Period

Run = Callable[[Sequence[Any]], Any]


class Compiled(msgspec.Struct, frozen=True):
    """`run(values)` calculates the formula from the values of `refs`, in that order; raises ZeroDivisionError."""

    refs: tuple[str, ...]
    run: Run


class Dual:
    """A value and its slope: forward-mode differentiation, exact to rounding (domain b)."""

    __slots__ = ("slope", "value")

    def __init__(self, value: float, slope: float = 0.0) -> None:
        self.value = value
        self.slope = slope

    def __add__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope)

    __radd__ = __add__

    def __sub__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value - other.value, self.slope - other.slope)
        return Dual(self.value - other, self.slope)

    def __rsub__(self, other: float) -> Dual:
        return Dual(other - self.value, -self.slope)

    def __mul__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)
        return Dual(self.value * other, self.slope * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Dual | float) -> Dual:
        if isinstance(other, Dual):
            quotient = self.value / other.value
            return Dual(quotient, (self.slope - quotient * other.slope) / other.value)
        return Dual(self.value / other, self.slope / other)

    def __rtruediv__(self, other: float) -> Dual:
        quotient = other / self.value
        return Dual(quotient, -quotient * self.slope / self.value)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __pow__(self, power: float) -> Dual:
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope)


@lru_cache(maxsize=8192)
def compile_formula(formula: str, periods: tuple[Period | None, ...] = ()) -> Compiled | None:
    """The formula ready to run, or `None` if it cannot be read or is empty.

    `periods` (one per ref, `None` where no unit is given) is passed when the result is a duration: a stock divided by a
    flow, such as tickets ÷ tickets/week, then comes out in days, the one scale of time.
    """
    if not formula.strip():
        return None
    tree = parse(formula)
    if isinstance(tree, FormulaProblem):
        return None
    names = refs(formula)
    slots = {name: place for place, name in enumerate(names)}
    return Compiled(names, _closure(tree, slots, periods)[0])


def _closure(
    node: Node, slots: dict[str, int], periods: tuple[Period | None, ...]
) -> tuple[Run, Period | None]:
    if isinstance(node, NumberNode):
        value = node.value
        return (lambda values: value), ""
    if isinstance(node, RefNode):
        slot = slots[node.kpi]
        return (lambda values: values[slot]), (periods[slot] if periods else None)
    if isinstance(node, NegNode):
        operand, period = _closure(node.operand, slots, periods)
        return (lambda values: -operand(values)), period
    (left, left_period), (right, right_period) = (
        _closure(side, slots, periods) for side in (node.left, node.right)
    )
    if node.operator == "/" and left_period == "" and right_period:
        days = DAYS[right_period]
        return (lambda values: left(values) / right(values) * days), ""
    period = left_period or right_period if left_period is not None and right_period is not None else None
    if node.operator == "/" and left_period == right_period:
        period = "" if left_period is not None else None
    return _binary(node, left, right, slots), period


def _binary(node: BinaryNode, left: Run, right: Run, slots: dict[str, int]) -> Run:
    """One operator; references and numbers are read in place, which halves the calls on the usual flat formulas."""
    operator = node.operator
    if isinstance(node.right, RefNode):
        slot = slots[node.right.kpi]
        if isinstance(node.left, RefNode):
            first = slots[node.left.kpi]
            return {
                "+": lambda values: values[first] + values[slot],
                "-": lambda values: values[first] - values[slot],
                "*": lambda values: values[first] * values[slot],
                "/": lambda values: values[first] / values[slot],
            }[operator]
        return {
            "+": lambda values: left(values) + values[slot],
            "-": lambda values: left(values) - values[slot],
            "*": lambda values: left(values) * values[slot],
            "/": lambda values: left(values) / values[slot],
        }[operator]
    return {
        "+": lambda values: left(values) + right(values),
        "-": lambda values: left(values) - right(values),
        "*": lambda values: left(values) * right(values),
        "/": lambda values: left(values) / right(values),
    }[operator]
