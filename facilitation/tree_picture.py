"""The tree as a drawing: which layout fits a screen, and what each box shows of its KPI.

The layout is the one that paper uses too. Where a tree grows, boxes become lines and columns share the width, so that letters
stay as large as they are; a wall shows as many levels from the top as can be read from afar.

Where boxes stand follows from names, places, formulas and the width of what is written in them, not from the numbers themselves:
a layout is remembered by these, so that a changed number lays nothing out again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from msgspec.structs import replace

from facilitation.activity import Data
from facilitation.kpi_tree import Kpis
from facilitation.messages import ScreenKind
from facilitation.readings import spark_points
from facilitation.text_fit import shorten, text_width, wrap
from facilitation.tree_columns import CANVAS, WALL, columns_plan, fitting_unit, wall_columns
from facilitation.tree_known import Known
from facilitation.tree_layout import DENSITIES, MARGIN, STYLES, Box, TreeLayout, layout

NARROWEST = 140.0
SHORT = 259.0
"""Wider boxes of a wall set name and number on one line."""
HIGH = 44.0
"""A box of name and number on two lines."""
ROOM = 30.0
"""What a box of one line needs beside its name and number."""
READABLE = 0.85
"""The smallest scale at which a roomier density is still chosen."""

CHECK_WORDS = {
    "CYCLE": "goes in a circle",
    "UNKNOWN_REF": "part is missing",
    "FORMULA": "formula unclear",
    "UNIT_MISMATCH": "units do not fit",
    "PERIOD_MISMATCH": "periods differ",
    "ENTITY_MISMATCH": "units may not fit",
    "DIV_ZERO": "divides by zero",
    "INCONSISTENT": "does not add up",
    "UNUSED_CHILD": "not in the formula",
    "DIRECTION": "check direction",
    "OUT_OF_BOUNDS": "out of bounds",
    "NO_UNIT": "no unit",
    "NO_LEADING": "nothing leading yet",
    "ORPHAN": "not connected",
    "MULTI_ROOT": "second top",
}
"""What a finding says in the two or three words that fit on a box."""


def box_data(data: Data) -> Data:
    """What a box of the drawing shows of a KPI: its kind, or the most serious finding in two words."""
    checks = data["checks"]
    word = data["indicator"] or "kind open"
    if data["role"] == "north_star":
        word = f"north star · {data['indicator']}" if data["indicator"] else "north star"
    warn = ""
    if data["state"] == "missing":
        word = data["missing"]
    elif checks:
        warn = CHECK_WORDS.get(checks[0]["code"], "look again")
        word = warn
    return {
        "kind": data["indicator"] or "intermediate",
        "value": data["value"],
        "unit": data["unit"],
        "spread": data["spread"],
        "state": data["state"],
        "word": word,
        "warn": warn,
        "lever": data["control"] if data["control"] in ("ours", "shared") else None,
        "by": data["by"],
    }


_MOST_REMEMBERED = 96
_remembered: dict[Hashable, Any] = {}
_AS_WIDE = str.maketrans("123456789", "000000000")
"""All digits are of one width, so numbers of as many digits need the same box."""


def _once(key: Hashable, make: Callable[[], Any]) -> Any:
    """What was worked out for this key, or is now; what was not asked for longest is forgotten."""
    found = _remembered.pop(key, None)
    if found is None:
        found = (make(),)
    while len(_remembered) >= _MOST_REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    _remembered[key] = found
    return found[0]


def _shape(tree: Known) -> Hashable:
    """All that the layout of a tree follows from."""
    return tuple(
        (
            *(kpi.id, kpi.parent, kpi.order, kpi.name, kpi.formula),
            tuple(link.child for link in kpi.influences),
            tree.shown[kpi.id].translate(_AS_WIDE),
        )
        for kpi in tree.kpis.values()
    )


def console_plan(tree: Known) -> TreeLayout:
    """The layout for the console: equal boxes as long as they can be read, then each column as it has room."""
    plan: TreeLayout = _once(("console", _shape(tree)), lambda: _console_plan(tree))
    return plan


def _console_plan(tree: Known) -> TreeLayout:
    crowd = _crowd(tree)
    for density in DENSITIES[:-1]:
        style = STYLES[density]
        wide = 2 * MARGIN + len(crowd) * (style.width + style.column_gap) - style.column_gap
        high = max(crowd, default=0) * (style.height + style.row_gap) - style.row_gap
        if min(CANVAS[0] / wide, CANVAS[1] / max(high, 1.0)) < READABLE:
            continue  # not even without what keeps branches apart
        plan = layout(tree.kpis, density=density, values=tree.shown)
        if plan.scale(*CANVAS) >= READABLE:
            return plan
    return columns_plan(tree)


def _crowd(tree: Known) -> list[int]:
    """How many KPIs stand at each depth."""
    count: list[int] = []
    for _, depth in tree.rows:
        count += [0] * (depth + 1 - len(count))
        count[depth] += 1
    return count


def wall_plan(tree: Known) -> TreeLayout | None:
    """The layout for the wall: as many levels from the top as can be read from afar; `None` if not even two fit."""
    plan: TreeLayout | None = _once(("wall", _shape(tree)), lambda: _wall_plan(tree))
    return plan


def _wall_plan(tree: Known) -> TreeLayout | None:
    crowd = _crowd(tree)
    for deepest in range(len(crowd) - 1, -1, -1):
        top = {kpi.id: kpi for kpi, depth in tree.rows if depth <= deepest}
        for draw, height, gap in (
            (_roomy, STYLES["full"].height, STYLES["full"].row_gap),
            (_wrapped, HIGH, STYLES["compact"].row_gap),
            (_two_lines, HIGH, STYLES["compact"].row_gap),
        ):
            if max(crowd[: deepest + 1]) * (height + gap) - gap > WALL.canvas[1]:
                continue
            plan = draw(top, WALL.canvas[0], tree)
            if plan.width <= WALL.canvas[0] and plan.height <= WALL.canvas[1]:
                return plan if deepest or len(tree.kpis) == 1 else None
        columns = wall_columns(tree, top) if deepest else None
        if columns is not None:
            return columns
    return None


def _roomy(kpis: Kpis, width: float, tree: Known) -> TreeLayout:
    return layout(kpis, values=tree.shown)


def _wrapped(kpis: Kpis, width: float, tree: Known) -> TreeLayout:
    return _two_lines(kpis, width, tree, most=2)


def _two_lines(kpis: Kpis, width: float, tree: Known, most: int = 1) -> TreeLayout:
    """Name over number: columns as wide as their longest name, or as their share of `width`; names of at most `most` lines."""
    depths = {kpi.id: depth for kpi, depth in tree.rows if kpi.id in kpis}
    needs: dict[int, float] = {}
    for key, depth in depths.items():
        need = max(
            text_width(kpis[key].name, 14.5, bold=True), text_width(tree.shown.get(key, ""), 16, bold=True)
        )
        needs[depth] = min(max(needs.get(depth, NARROWEST), ROOM + need), SHORT)
    wide = _shared_out(needs, width - 2 * MARGIN - STYLES["compact"].column_gap * (len(needs) - 1))
    names = {
        key: wrap(kpis[key].name, wide[depth] - 26, 14.5, lines=most, bold=True) or ("?",)
        for key, depth in depths.items()
    }
    sizes = {key: (wide[depth], HIGH + 17 * (len(names[key]) - 1)) for key, depth in depths.items()}
    plan = layout(kpis, density="compact", sizes=sizes, values=tree.shown)
    boxes = [replace(box, lines=names[box.id]) for box in plan.boxes]
    return replace(plan, boxes=tuple(boxes))


def _shared_out(needs: dict[int, float], free: float) -> dict[int, float]:
    """Widths of the columns: what needs little gets it, the rest is shared evenly by the others."""
    wide: dict[int, float] = {}
    for place, depth in enumerate(sorted(needs, key=lambda depth: needs[depth])):
        share = (free - sum(wide.values())) / (len(needs) - place)
        wide[depth] = max(min(needs[depth], share), NARROWEST)
    return wide


def within(data: Data, box: Box, density: str, *, sparks: bool = False) -> Data:
    """The same with unit, spread and word cut to the box: first the spread goes, then long words of the unit, then its end."""
    if box.unit is not None:
        return {**data, "spread": "", "unit": box.unit}
    width = box.width
    size = 18.0 if density == "full" else 16.0
    free = width - 30 - text_width(data["value"], size) * 1.06
    unit, spread = data["unit"], data["spread"]
    if spread and (density != "full" or text_width(f" {unit} ± {spread}", 12) > free):
        spread = ""
    word = shorten(data["word"], width - (100 if sparks else 40), 11.5)
    return {**data, "unit": fitting_unit(unit, free), "spread": spread, "word": word}


def picture(
    tree: Known, data: dict[str, Data], plan: TreeLayout, screen: ScreenKind, rows: str = "kpi"
) -> tuple[Data, dict[str, Data]]:
    """The frame of the drawing, which knows where each box stands, and its parts: `box-<id>` for each KPI, wherever it stands,
    `edges-lines` for all lines and signs between them."""
    parts: dict[str, Data] = {
        f"box-{box.id}": {
            **within(box_data(data[box.id]), box, plan.density, sparks=len(data[box.id]["readings"]) > 2),
            "w": round(box.width, 1),
            "h": round(box.height, 1),
            "lines": list(box.lines),
            "compact": screen == "wall",
            "label": _label(data[box.id]),
            "spark": _spark(data[box.id]["readings"], box.width, box.height)
            if plan.density == "full"
            else None,
            "href": f"#{rows}-{box.id}" if screen == "console" else None,
        }
        for box in plan.boxes
    }
    _, frame, lines = _once(("fixed", id(plan)), lambda: (plan, _frame(plan), _edges(plan)))
    parts["edges-lines"] = lines
    return frame, parts


def _frame(plan: TreeLayout) -> Data:
    return {
        "width": round(plan.width, 1),
        "height": round(plan.height, 1),
        "density": plan.density,
        "boxes": [{"id": box.id, "x": f"{box.x:g}", "y": f"{box.y:g}"} for box in plan.boxes],
    }


def _edges(plan: TreeLayout) -> Data:
    return {
        "edges": [
            {"d": _path(e.points), "drives": e.kind == "influence", "open": e.kind == "open"}
            for e in plan.edges
        ],
        "joints": [{"text": j.text, "x": round(j.x, 1), "y": round(j.y, 1)} for j in plan.joints],
    }


def _spark(readings: list[float], width: float, height: float) -> str | None:
    """Past readings as a line in the lower right corner of a box."""
    if len(readings) < 3:
        return None
    points = spark_points(readings[-24:], 52, 13)
    return " ".join(f"{x + width - 62:g},{y + height - 22:g}" for x, y in points)


def _label(data: Data) -> str:
    """A box read aloud, and what it says when pointed at: the whole name and all of the rest, whatever was cut to fit."""
    number = f"{data['value']} {data['unit']}".strip() if data["state"] != "missing" else data["missing"]
    spread = f", ± {data['spread']}" if data["spread"] and data["state"] != "missing" else ""
    said = [f"{data['kpi_name']}: {number}{spread}", data["indicator"] or "kind open"]
    if data["control"] in ("ours", "shared"):
        said.append(f"lever, {data['control']}")
    said += [CHECK_WORDS.get(check["code"], "look again") for check in data["checks"][:2]]
    return "; ".join(said)


def _path(points: Any) -> str:
    start, first, second, end = ([round(n, 1) for n in point] for point in points)
    return f"M{start[0]} {start[1]}C{first[0]} {first[1]} {second[0]} {second[1]} {end[0]} {end[1]}"
