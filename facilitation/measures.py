"""Do the units of a formula fit? A walk over the typed tree that carries what each part measures (domain a, Units).

Hard clashes are errors: dollars plus euros, days plus dollars, a percentage plus a count, per week plus per month. Where a
period is only left out on one side, or the things counted do not cancel although all are named, it is a warning. A KPI
without a unit fits everywhere: nothing was said, so nothing can clash.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from facilitation.diagnosis import CheckCode, Severity, quoted
from facilitation.formula import BinaryNode, FormulaProblem, NegNode, Node, NumberNode, RefNode, parse
from facilitation.units import Period, Unit

_WORDS = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided"}


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a part of a formula measures; `labelled` says that every KPI in it names the things it counts."""

    known: bool = True
    literal: bool = False
    dims: tuple[tuple[str, int], ...] = ()
    period: Period = ""
    share: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    labelled: bool = False
    name: str = ""

    @property
    def is_count(self) -> bool:
        """Counts things, not things per thing."""
        return bool(self.counts) and all(power > 0 for _, power in self.counts) and not self.dims

    def words(self) -> str:
        """The unit in a sentence: "$ per week", "a share (%)", "orders"."""
        above = [_word(name) for name, power in (*self.dims, *self.counts) if power > 0]
        below = [_word(name) for name, power in (*self.dims, *self.counts) if power < 0]
        text = " × ".join(above) or ("a share (%)" if self.share else "a plain number")
        if below:
            text += f" per {' × '.join(below)}"
        return f"{text} per {self.period}" if self.period else text


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Units that do not fit, at `formula[start:end]`."""

    code: CheckCode
    severity: Severity
    sentence: str
    hint: str
    start: int = 0
    end: int = 0


def clashes(
    formula: str, units: Mapping[str, Unit], target: Unit, names: Mapping[str, str], name: str
) -> list[Clash]:
    """Everything that does not fit in `formula` (over ids) when its result should be in `target`."""
    tree = parse(formula)
    if isinstance(tree, FormulaProblem):
        return []
    walk = _Walk(units, names)
    result = walk.measure(tree)
    if not walk.found and target.known and result.known and not result.literal:
        walk.against(result, target, name)
    return walk.found


def of_unit(unit: Unit, name: str = "") -> Measure:
    """The measure of a KPI in `unit`."""
    return Measure(
        known=unit.known,
        dims=unit.dims,
        period=unit.period,
        share=unit.share,
        counts=unit.counts,
        labelled=bool(unit.counts),
        name=name,
    )


class _Walk:
    def __init__(self, units: Mapping[str, Unit], names: Mapping[str, str]) -> None:
        self.units = units
        self.names = names
        self.found: list[Clash] = []

    def measure(self, node: Node) -> Measure:
        if isinstance(node, NumberNode):
            return Measure(literal=True, labelled=True)
        if isinstance(node, RefNode):
            unit = self.units.get(node.kpi)
            return of_unit(unit, self.names.get(node.kpi, "")) if unit is not None else Measure(known=False)
        if isinstance(node, NegNode):
            return self.measure(node.operand)
        left, right = self.measure(node.left), self.measure(node.right)
        if not left.known or not right.known:
            return Measure(known=False)
        if node.operator in ("+", "-"):
            return self.sum(node, left, right)
        return self.product(node, left, right)

    def sum(self, node: BinaryNode, left: Measure, right: Measure) -> Measure:
        if left.literal or right.literal:
            other = right if left.literal else left
            if other.dims or other.is_count:
                self.clash(
                    node,
                    left,
                    right,
                    "UNIT_MISMATCH",
                    "Plain numbers only go with shares and ratios, as in 1 − churn.",
                )
            return msgspec.structs.replace(other, name="")
        if left.dims != right.dims:
            self.clash(node, left, right, "UNIT_MISMATCH", self.hint(left, right))
        elif (left.share and right.is_count) or (right.share and left.is_count):
            self.clash(
                node,
                left,
                right,
                "UNIT_MISMATCH",
                "A percentage is multiplied with a count, not added to it.",
            )
        elif left.period != right.period:
            self.period(node, left, right)
        elif left.labelled and right.labelled and left.counts != right.counts:
            self.clash(
                node, left, right, "ENTITY_MISMATCH", "Check that both count the same things.", "warning"
            )
        return Measure(
            dims=left.dims,
            period=left.period or right.period,
            share=left.share and right.share,
            counts=left.counts or right.counts,
            labelled=left.labelled and right.labelled,
        )

    def product(self, node: BinaryNode, left: Measure, right: Measure) -> Measure:
        sign = 1 if node.operator == "*" else -1
        dims, counts = _join(left.dims, right.dims, sign), _join(left.counts, right.counts, sign)
        period: Period = left.period
        if left.period and right.period:
            if left.period != right.period:
                self.period(node, left, right)
            period = left.period if sign > 0 else ""
        elif right.period and sign > 0:
            period = right.period
        elif right.period:
            dims = _join(dims, (("time", 1),), 1)
        if sign > 0:
            share = (
                (left.share or left.literal)
                and (right.share or right.literal)
                and not (left.literal and right.literal)
            )
        else:
            share = left.share and right.literal
        return Measure(
            literal=left.literal and right.literal,
            dims=dims,
            period=period,
            share=share,
            counts=counts,
            labelled=left.labelled and right.labelled,
        )

    def period(self, node: BinaryNode, left: Measure, right: Measure) -> None:
        both = bool(left.period and right.period)
        hint = "Convert one of them first, so that both have the same period."
        if not both:
            hint = f"Write the same period behind both units (/{left.period or right.period})."
        self.clash(node, left, right, "PERIOD_MISMATCH", hint, "error" if both else "warning")

    def hint(self, left: Measure, right: Measure) -> str:
        currencies = [{name for name, _ in side.dims if name != "time"} for side in (left, right)]
        if all(currencies) and currencies[0] != currencies[1]:
            return "Convert them into one currency first."
        return (
            "Only like can be added to like. Perhaps they should be multiplied, or one only drives the other."
        )

    def clash(
        self,
        node: BinaryNode,
        left: Measure,
        right: Measure,
        code: CheckCode,
        hint: str,
        severity: Severity = "error",
    ) -> None:
        first, second = (
            f"{quoted(side.name)} is {side.words()}" if side.name else f"one part is {side.words()}"
            for side in (left, right)
        )
        sentence = (
            f"{first[0].upper()}{first[1:]}, {second}: they cannot be {_WORDS[node.operator]} as they are."
        )
        if severity == "warning":
            sentence = f"{first[0].upper()}{first[1:]}, {second}: does that fit?"
        self.found.append(
            Clash(code=code, severity=severity, sentence=sentence, hint=hint, start=node.start, end=node.end)
        )

    def against(self, result: Measure, target: Unit, name: str) -> None:
        wanted = of_unit(target, name)
        code: CheckCode = "UNIT_MISMATCH"
        severity: Severity = "error"
        hint = "Check the unit, or how the parts combine."
        backlog = ("time", 1) in result.dims and _join(result.dims, (("time", 1),), -1) == wanted.dims
        if result.dims != wanted.dims and not backlog:
            pass
        elif (result.share and wanted.is_count) or (wanted.share and result.is_count):
            hint = "A share of something needs the something: multiply the percentage with a count, or divide two counts."
        elif backlog:
            code, severity = "PERIOD_MISMATCH", "warning"
            hint = "Something without a period is divided by something per period; write the same period behind both units."
        elif result.period != wanted.period:
            code = "PERIOD_MISMATCH"
            severity = "error" if result.period and wanted.period else "warning"
            hint = "Give both the same period."
        elif result.labelled and wanted.labelled and result.counts != wanted.counts:
            code, severity = "ENTITY_MISMATCH", "warning"
            hint = "Check what is counted; “orders per visitor” would turn visitors into orders."
        else:
            return
        question = "does that fit?" if severity == "warning" else "that does not fit."
        sentence = f"The formula of {quoted(name)} gives {result.words()}, but its unit is {wanted.words()}: {question}"
        self.found.append(Clash(code=code, severity=severity, sentence=sentence, hint=hint))


def _join(
    left: tuple[tuple[str, int], ...], right: tuple[tuple[str, int], ...], sign: int
) -> tuple[tuple[str, int], ...]:
    if not right:
        return left
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _word(name: str) -> str:
    return {"time": "a duration", "USD": "$", "EUR": "€", "GBP": "£"}.get(
        name, f"{name}s" if name.islower() else name
    )
