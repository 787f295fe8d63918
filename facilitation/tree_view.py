"""The KPI tree as screens get it: rows of an outline for phones, boxes and edges of a drawing for console and wall.

One part per KPI, so that a changed number is sent alone. The drawing uses the one layout that paper uses too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from facilitation.activity import Data, View
from facilitation.checks import check_tree, checks_by_kpi
from facilitation.diagnosis import Check
from facilitation.evaluate import Evaluation, evaluate
from facilitation.formula import split, to_text
from facilitation.guide import Phase
from facilitation.kpi_tree import Kpi, Kpis, children, role, walk
from facilitation.messages import ScreenKind
from facilitation.state import Workshop
from facilitation.tree_layout import fit
from facilitation.units import show_number, split_number

CANVAS = (1000.0, 600.0)


class Known:
    """A tree with everything computed once per state of the board: three kinds of screen ask for the same."""

    def __init__(self, kpis: Kpis) -> None:
        self.kpis = kpis
        self.evaluation: Evaluation = evaluate(kpis)
        self.checks: dict[str | None, list[Check]] = checks_by_kpi(check_tree(kpis, self.evaluation))
        self.names = {key: kpi.name for key, kpi in kpis.items()}


class _ByIdentity:
    """A dictionary that compares by identity, so that it can be a key of a small cache."""

    def __init__(self, kpis: Kpis) -> None:
        self.kpis = kpis

    def __hash__(self) -> int:
        return id(self.kpis)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.kpis is self.kpis


@lru_cache(maxsize=64)
def _known(key: _ByIdentity) -> Known:
    return Known(key.kpis)


def known(kpis: Kpis) -> Known:
    """The computed tree; kept while the board's KPIs are the very same object."""
    return _known(_ByIdentity(kpis))


def number_parts(kpi: Kpi, tree: Known) -> Data:
    """The number of a KPI in pieces: digits, unit, spread, and whether it is stated, computed or missing."""
    stated, calculated = kpi.baseline, tree.evaluation.calculated.get(kpi.id)
    value = stated if stated is not None else calculated
    waits = [
        tree.names[m] for m in tree.evaluation.missing.get(kpi.id, ()) if m in tree.names and m != kpi.id
    ]
    if value is None:
        missing = (
            f"waits for {waits[0]}" + (f" and {len(waits) - 1} more" if len(waits) > 1 else "")
            if waits
            else "no number yet"
        )
        return {
            "value": "",
            "unit": "",
            "spread": "",
            "state": "missing",
            "missing": missing,
            "calculated": "",
        }
    before, digits, after = split_number(value, kpi.unit)
    return {
        "value": before + digits,
        "unit": after.strip(),
        "spread": "" if kpi.sigma is None else "".join(split_number(kpi.sigma, "")),
        "state": "stated" if stated is not None else "computed",
        "missing": "",
        "calculated": show_number(calculated, kpi.unit)
        if stated is not None and calculated is not None
        else "",
    }


def kpi_data(kpi: Kpi, depth: int, tree: Known) -> Data:
    """Everything a screen shows about one KPI."""
    below = children(tree.kpis, kpi.id)
    taps = split(kpi.formula) if kpi.formula else None
    consistency = tree.evaluation.consistency.get(kpi.id)
    return {
        "id": kpi.id,
        "kpi_name": kpi.name,
        "depth": depth,
        "parent": kpi.parent or "",
        "role": role(tree.kpis, kpi),
        "indicator": kpi.indicator or "",
        "control": kpi.control or "",
        "direction": kpi.direction or "",
        "by": kpi.by,
        **number_parts(kpi, tree),
        "formula": to_text(kpi.formula, tree.names),
        "drives": bool(kpi.influences) and not kpi.formula,
        "operators": " ".join(taps[1]) if taps else "",
        "children": [{"id": child.id, "name": child.name} for child in below],
        "consistency": {
            "level": consistency.level,
            "sentence": consistency.sentence,
            "hint": consistency.hint,
        }
        if consistency
        else None,
        "checks": [
            {"code": c.code, "severity": c.severity, "sentence": c.sentence, "hint": c.hint}
            for c in tree.checks.get(kpi.id, [])
            if c.severity != "info"
        ],
        "readings": [reading.value for reading in kpi.readings],
    }


def drawing(tree: Known, width: float = CANVAS[0], height: float = CANVAS[1]) -> Data:
    """The tree as boxes, edges and joints in abstract units (the same layout as on paper)."""
    plan = fit(tree.kpis, width, height)
    return {
        "width": round(plan.width, 1),
        "height": round(plan.height, 1),
        "density": plan.density,
        "boxes": [
            {
                "id": box.id,
                "x": round(box.x, 1),
                "y": round(box.y, 1),
                "w": round(box.width, 1),
                "h": round(box.height, 1),
                "lines": list(box.lines),
            }
            for box in plan.boxes
        ],
        "edges": [
            {"parent": e.parent, "child": e.child, "kind": e.kind, "d": _path(e.points)} for e in plan.edges
        ],
        "joints": [{"text": j.text, "x": round(j.x, 1), "y": round(j.y, 1)} for j in plan.joints],
    }


def _path(points: Any) -> str:
    start, first, second, end = ([round(n, 1) for n in point] for point in points)
    return f"M{start[0]} {start[1]}C{first[0]} {first[1]} {second[0]} {second[1]} {end[0]} {end[1]}"


def tree_checks(tree: Known) -> list[Data]:
    """Findings about the tree as a whole."""
    return [
        {"code": c.code, "severity": c.severity, "sentence": c.sentence, "hint": c.hint}
        for c in tree.checks.get(None, [])
    ]


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Phones: an outline, one part per KPI. Console and wall: the drawing, one part per box."""
    tree = known(workshop.kpis)
    rows = [(kpi, depth) for kpi, depth in walk(workshop.kpis)]
    board: Data = {
        "phase": phase.id,
        "activity": phase.activity,
        "screen": screen,
        "rows": [{"id": kpi.id, "depth": min(depth, 31)} for kpi, depth in rows],
        "checks": tree_checks(tree),
        "families": phase.settings.get("families", []),
        "count": len(rows),
        "drawing": None,
    }
    if screen != "phone":
        # A drawing is one picture: its boxes are drawn with it, and only the list beside it has parts.
        boxes = {kpi.id: kpi_data(kpi, depth, tree) for kpi, depth in rows}
        board["drawing"] = drawing(tree)
        board["nodes"] = boxes
    parts = {}
    if screen != "wall":
        parts = {
            f"kpi-{kpi.id}": {**kpi_data(kpi, depth, tree), "phase": phase.id, "screen": screen}
            for kpi, depth in rows
        }
    return View(board=board, parts=parts)


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """The form to add a KPI, with every place it can go."""
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "places": [{"id": kpi.id, "name": kpi.name, "depth": depth} for kpi, depth in walk(workshop.kpis)],
        "choices": [
            {"value": kpi.id, "text": "\u2003" * min(depth, 6) + kpi.name}
            for kpi, depth in walk(workshop.kpis)
        ],
        "own": [kpi.id for kpi in workshop.kpis.values() if kpi.by == person],
    }
