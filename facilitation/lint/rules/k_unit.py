"""K-UNIT: start, target and KPI measured in different units."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.quantity import Quantity
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.units import convert, parse_unit

_CLEAR = frozenset({"percent", "currency", "time"})


def _told(quantity: Quantity) -> str:
    return {"percent": "%", "currency": "money", "time": f"{quantity.unit}s"}.get(quantity.dimension, "")


@rule("K-UNIT", "error", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "54 → 42 %" for a KPI in days. Better: the KPI's own unit. Read from words alone it is only a
    warning. Source: S1.
    """
    known = line.known
    # A KPI's name may hold a number of its own ("invited in 3 days"), which says nothing about its unit.
    name = known.kpi.name if known.kpi is not None else ""
    sentence = read(line.text.replace(name, "the KPI") if name else line.text)
    own = known.kpi.unit if known.kpi is not None else None
    if own and known.unit and convert(1.0, known.unit, own) is None:
        yield Remark(
            message=f"The key result is in {known.unit}, but “{name or 'the KPI'}” is measured in {own}.",
            suggestion=f"Use {own}, or choose the KPI that is measured in {known.unit}.",
            field="unit",
        )
        return
    if sentence.numbers.pairs:
        pair = sentence.numbers.pairs[0]
        if {
            pair.start.dimension,
            pair.target.dimension,
        } <= _CLEAR and pair.start.dimension != pair.target.dimension:
            yield Remark(
                message=(
                    f"It starts in {_told(pair.start)} and ends in {_told(pair.target)}: those cannot be "
                    "compared."
                ),
                suggestion="Write both numbers in the same unit.",
                severity="warning",
            )
            return
        if own and pair.target.dimension in _CLEAR and not _fits(pair.target, own):
            yield Remark(
                message=f"The sentence speaks of {_told(pair.target)}, but the KPI is measured in {own}.",
                suggestion=f"Write both numbers in {own}.",
                severity="warning",
            )


def _fits(quantity: Quantity, unit: str) -> bool:
    have = parse_unit(unit)
    if not have.known:
        return True
    if quantity.dimension == "percent":
        return have.share or have.points
    if quantity.dimension == "time":
        return have.is_time
    return any(name != "time" for name, _ in have.dims)
