"""Changes to a KPI tree that keep it whole: one root, no cycle, no formula that points at nothing.

Each function answers with the KPIs that change (and those that go), or with the refusal; nothing here knows of events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from facilitation.formula import combine, refs, without
from facilitation.graph import sources_of, would_cycle
from facilitation.kpi_tree import (
    MAX_DEPTH,
    MAX_KPIS,
    Influence,
    Kpi,
    Kpis,
    ancestors,
    children,
    root,
    subtree,
)
from facilitation.messages import Rejected

Changed = dict[str, Kpi]


def room_for_one(kpis: Kpis, parent: str | None) -> Rejected | None:
    """Whether one more KPI fits under `parent`."""
    if parent is None:
        return (
            Rejected("The tree has a north star already. Add this KPI under another one.")
            if root(kpis)
            else None
        )
    if parent not in kpis:
        return Rejected("The KPI above is not in the tree any more. Choose another place.")
    if len(kpis) >= MAX_KPIS:
        return Rejected(f"The tree is full: {MAX_KPIS} KPIs. Remove one before you add another.")
    if len(ancestors(kpis, parent)) + 2 > MAX_DEPTH:
        return Rejected(f"The tree is {MAX_DEPTH} levels deep here. Add this KPI further up.")
    return None


def next_order(kpis: Kpis, parent: str | None) -> int:
    """The place behind the last sibling."""
    return max((kpi.order for kpi in children(kpis, parent)), default=-1) + 1


def moved(kpis: Kpis, kpi_id: str, parent: str) -> Changed | Rejected:
    """A KPI with everything below it goes under another one; the old parent's formula lets go of it."""
    kpi, target = kpis.get(kpi_id), kpis.get(parent)
    if kpi is None or target is None:
        return Rejected("One of the two KPIs is not in the tree any more.")
    if kpi.parent is None:
        return Rejected("The north star stays at the root. Move the others under it.")
    if parent in subtree(kpis, kpi_id):
        return Rejected(f"“{kpi.name}” cannot go under itself or under a KPI below it. Choose another place.")
    if kpi.parent == parent:
        return {}
    depth = len(ancestors(kpis, parent)) + 1 + _height(kpis, kpi_id)
    if depth > MAX_DEPTH:
        return Rejected(f"The tree would get deeper than {MAX_DEPTH} levels. Choose a place further up.")
    changed: Changed = {kpi_id: replace(kpi, parent=parent, order=next_order(kpis, parent))}
    old = kpis.get(kpi.parent)
    if old is not None:
        changed[old.id] = let_go(old, [kpi_id])
    # A formula may use any KPI but one above it: a use that now points upwards has to go.
    for below in subtree(kpis, kpi_id):
        current = changed.get(below, kpis[below])
        upward = [ref for ref in sources_of(current) if ref == parent or ref in ancestors(kpis, parent)]
        if upward:
            changed[below] = let_go(current, upward)
    return {key: value for key, value in changed.items() if value != kpis[key]}


def _height(kpis: Kpis, kpi_id: str) -> int:
    base = len(ancestors(kpis, kpi_id))
    return max(len(ancestors(kpis, below)) - base for below in subtree(kpis, kpi_id)) + 1


def removed(kpis: Kpis, kpi_id: str) -> tuple[list[str], Changed] | Rejected:
    """A KPI and everything below it goes; formulas elsewhere let go of what is gone."""
    kpi = kpis.get(kpi_id)
    if kpi is None:
        return Rejected("This KPI is not in the tree any more.")
    if kpi.parent is None and len(kpis) > 1:
        return Rejected("The north star holds the whole tree. Remove what is below it first, or rename it.")
    gone = subtree(kpis, kpi_id)
    changed: Changed = {}
    for other in kpis.values():
        if other.id in gone:
            continue
        if any(ref in gone for ref in refs(other.formula)) or any(i.child in gone for i in other.influences):
            changed[other.id] = let_go(other, gone)
    return gone, changed


def let_go(kpi: Kpi, gone: Sequence[str]) -> Kpi:
    """The KPI without `gone` in its formula and its influence links."""
    formula = kpi.formula
    for ref in gone:
        formula = without(formula, ref)
    return replace(kpi, formula=formula, influences=tuple(i for i in kpi.influences if i.child not in gone))


def combined(kpis: Kpis, kpi_id: str, operators: Sequence[str]) -> Kpi | Rejected:
    """The KPI whose children are put together by tapped operators between them, in board order; "drives" for none."""
    kpi = kpis.get(kpi_id)
    if kpi is None:
        return Rejected("This KPI is not in the tree any more.")
    below = [child.id for child in children(kpis, kpi_id)]
    if not below:
        return Rejected(f"“{kpi.name}” has nothing below it yet. Add the numbers that feed it first.")
    if list(operators) == ["drives"]:
        known: Mapping[str, Influence] = {i.child: i for i in kpi.influences}
        circle = _circle(kpis, kpi, below)
        if circle is not None:
            return circle
        return replace(kpi, formula="", influences=tuple(known.get(c, Influence(child=c)) for c in below))
    if len(operators) != len(below) - 1 or any(op not in ("×", "+", "−", "÷") for op in operators):
        return Rejected("Tap one sign between each two KPIs: ×, +, − or ÷.")
    return with_formula(kpis, kpi, combine(below, list(operators)))


def linked(kpis: Kpis, kpi_id: str, link: Influence) -> Kpi | Rejected:
    """The KPI with this influence link, new or in place of the one from the same KPI, unless it would feed itself."""
    kpi = kpis.get(kpi_id)
    if kpi is None or link.child not in kpis or link.child == kpi_id:
        return Rejected("The KPI that drives it is not in the tree any more.")
    circle = _circle(kpis, kpi, [link.child])
    if circle is not None:
        return circle
    return replace(kpi, influences=(*(i for i in kpi.influences if i.child != link.child), link))


def _circle(kpis: Kpis, kpi: Kpi, used: Sequence[str]) -> Rejected | None:
    """The refusal if calculating `kpi` from `used` would close a circle, or use a KPI above it."""
    path = would_cycle(kpis, kpi.id, used)
    if path:
        names = " → ".join(f"“{kpis[step].name}”" for step in path if step in kpis)
        return Rejected(f"This would go round in a circle: {names}. Leave one of them out.")
    above = set(ancestors(kpis, kpi.id))
    if any(ref in above for ref in used):
        return Rejected("A KPI cannot be calculated from one above it. Use KPIs below or beside it.")
    return None


def with_formula(kpis: Kpis, kpi: Kpi, formula: str) -> Kpi | Rejected:
    """The KPI with this formula over ids, unless it would feed itself."""
    used = refs(formula)
    if any(ref not in kpis for ref in used):
        return Rejected(
            "The formula uses a KPI that is not in the tree any more. Write it with names of KPIs."
        )
    circle = _circle(kpis, kpi, used)
    if circle is not None:
        return circle
    return replace(kpi, formula=formula, influences=tuple(i for i in kpi.influences if i.child not in used))
