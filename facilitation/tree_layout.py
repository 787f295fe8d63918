"""ONE tidy layout of the tree, left to right, for the screen's SVG and for the PDF.

Coordinates are abstract units (one is a CSS pixel at scale 1), origin top left. Parents stand in the middle of their children,
subtrees move together until their outlines touch (contours per column, Reingold and Tilford's idea with nodes of any height),
columns are as wide as their widest node. No two boxes overlap, for any shape, in O(nodes × depth) and without recursion.

Three densities keep a growing tree readable: `full` (name, value, kind), `compact` (name, value), `dense` (one line).
`fit` picks the roomiest one that is readable in the space there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from facilitation.formula import FormulaProblem, parse, refs, split
from facilitation.kpi_tree import Kpi, Kpis
from facilitation.text_fit import text_width, wrap

Density = Literal["full", "compact", "dense"]
EdgeKind = Literal["formula", "influence", "open", "cross"]
DENSITIES: tuple[Density, ...] = ("full", "compact", "dense")


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """Measures of one density: node width, heights, font size of the name, gaps between columns and rows."""

    width: float
    height: float
    line: float
    name_size: float
    name_lines: int
    pad: float
    column_gap: float
    row_gap: float


STYLES: dict[Density, Style] = {
    "full": Style(
        width=204, height=70, line=18, name_size=14, name_lines=2, pad=18, column_gap=48, row_gap=16
    ),
    "compact": Style(
        width=190, height=48, line=16, name_size=13, name_lines=2, pad=16, column_gap=44, row_gap=9
    ),
    "dense": Style(
        width=228, height=25, line=16, name_size=13, name_lines=1, pad=12, column_gap=34, row_gap=4
    ),
}
DENSE_VALUE_SIZE = 12.0
"""Font size of the value in a dense node, at its right end."""
_DENSE_VALUE_WIDTH = 58.0
MARGIN = 8.0


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """Where a KPI stands: top left corner, size, depth, its name broken into `lines` that fit, and its `unit` where that was cut
    to fit, too (else `None`)."""

    id: str
    x: float
    y: float
    width: float
    height: float
    depth: int
    lines: tuple[str, ...]
    unit: str | None = None


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A curve from `parent`'s right side to `child`'s left: start, two controls, end.

    `kind`: in the formula, an influence link, not said yet, or a formula's use of a KPI from another branch.
    """

    parent: str
    child: str
    kind: EdgeKind
    points: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]

    @property
    def path(self) -> str:
        """The curve as an SVG path."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.points
        return f"M{x0:g} {y0:g}C{x1:g} {y1:g} {x2:g} {y2:g} {x3:g} {y3:g}"


class Joint(msgspec.Struct, frozen=True, kw_only=True):
    """How a parent's children combine ("× +", or "ƒ" for a longer formula), to be written beside it."""

    parent: str
    text: str
    x: float
    y: float


class TreeLayout(msgspec.Struct, frozen=True, kw_only=True):
    """The whole drawing; `boxes` parents before children in board order."""

    width: float
    height: float
    density: Density
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    joints: tuple[Joint, ...]

    def scale(self, width: float, height: float) -> float:
        """The scale at which all of it fits the given space; never above 1."""
        return min(1.0, width / self.width, height / self.height)


def fit(
    kpis: Kpis,
    width: float,
    height: float,
    *,
    readable: float = 0.85,
    values: Mapping[str, str] | None = None,
) -> TreeLayout:
    """The roomiest layout that fits `width` × `height` at a scale of at least `readable`, else the densest one."""
    found = layout(kpis, values=values)
    for density in DENSITIES[1:]:
        if found.scale(width, height) >= readable:
            break
        found = layout(kpis, density=density, values=values)
    return found


def layout(
    kpis: Kpis,
    *,
    density: Density = "full",
    sizes: Mapping[str, tuple[float, float]] | None = None,
    values: Mapping[str, str] | None = None,
    row_gap: float | None = None,
    column_gap: float | None = None,
) -> TreeLayout:
    """Lay out every KPI of the board, also loose ones (below the tree).

    `sizes` overrides (width, height) by id, `row_gap` and `column_gap` the room between; `values` are the texts shown at
    the right end of dense nodes, so that names get all the room that is left (without it, room for a short number is kept).
    """
    style = STYLES[density]
    below, tops = _forest(kpis)
    order = _preorder(below, tops)
    dense = density == "dense"
    names = {
        key: _lines(kpis[key], style, _value_room((values or {}).get(key)) if dense else 0.0)
        for key, _ in order
    }
    measured = {
        key: (sizes or {}).get(key) or (style.width, style.height + style.line * (len(names[key]) - 1))
        for key, _ in order
    }
    middles = _middles(order, below, tops, measured, style.row_gap if row_gap is None else row_gap)
    columns = _columns(order, measured, style.column_gap if column_gap is None else column_gap)
    top = min((middles[key] - measured[key][1] / 2 for key, _ in order), default=0.0)
    boxes = tuple(
        Box(
            id=key,
            x=round(columns[depth], 1),
            y=round(middles[key] - measured[key][1] / 2 - top + MARGIN, 1),
            width=measured[key][0],
            height=measured[key][1],
            depth=depth,
            lines=names[key],
        )
        for key, depth in order
    )
    placed = {box.id: box for box in boxes}
    return TreeLayout(
        width=round(max((box.x + box.width for box in boxes), default=0.0) + MARGIN, 1),
        height=round(max((box.y + box.height for box in boxes), default=0.0) + MARGIN, 1),
        density=density,
        boxes=boxes,
        edges=tuple(_edges(kpis, placed, below)),
        joints=tuple(_joints(kpis, placed, below)),
    )


def _forest(kpis: Kpis) -> tuple[dict[str, list[str]], list[str]]:
    """Children by parent and the tops: north star first, then what hangs on nothing, then one of each loop of parents."""
    below: dict[str, list[str]] = {}
    tops: list[Kpi] = []
    for kpi in kpis.values():
        if kpi.parent is None or kpi.parent not in kpis:
            tops.append(kpi)
        else:
            below.setdefault(kpi.parent, []).append(kpi.id)
    for members in below.values():
        members.sort(key=lambda key: (kpis[key].order, key))
    tops.sort(key=lambda kpi: (kpi.parent is not None, kpi.order, kpi.id))
    roots = [kpi.id for kpi in tops]
    reached = {key for key, _ in _preorder(below, roots)}
    for key in sorted(kpis):
        if key not in reached:
            parent = kpis[key].parent or ""
            below[parent] = [child for child in below[parent] if child != key]
            roots.append(key)
            reached |= {found for found, _ in _preorder(below, [key])}
    return below, roots


def _preorder(below: dict[str, list[str]], tops: list[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    stack = [(key, 0) for key in reversed(tops)]
    while stack:
        key, depth = stack.pop()
        found.append((key, depth))
        stack.extend((child, depth + 1) for child in reversed(below.get(key, [])))
    return found


def _lines(kpi: Kpi, style: Style, taken: float) -> tuple[str, ...]:
    room = style.width - style.pad - 8 - taken
    return wrap(kpi.name or "?", room, style.name_size, lines=style.name_lines, bold=True) or ("?",)


def _value_room(value: str | None) -> float:
    if value is None:
        return _DENSE_VALUE_WIDTH
    return min(text_width(value, DENSE_VALUE_SIZE) + 10, 110.0)


def _columns(
    order: list[tuple[str, int]], sizes: Mapping[str, tuple[float, float]], gap: float
) -> list[float]:
    widest: list[float] = []
    for key, depth in order:
        if depth == len(widest):
            widest.append(0.0)
        widest[depth] = max(widest[depth], sizes[key][0])
    starts, x = [], MARGIN
    for width in widest:
        starts.append(x)
        x += width + gap
    return starts


def _middles(
    order: list[tuple[str, int]],
    below: dict[str, list[str]],
    tops: list[str],
    sizes: Mapping[str, tuple[float, float]],
    gap: float,
) -> dict[str, float]:
    """The vertical middle of every node. Outlines are kept per column as (top, bottom), relative to the subtree's node."""
    outlines: dict[str, list[tuple[float, float]]] = {}
    offsets: dict[str, float] = {}
    for key, _ in reversed(order):
        half = sizes[key][1] / 2
        joined = _stack(below.get(key, []), outlines, offsets, gap)
        outlines[key] = [(-half, half), *joined]
    _stack(tops, outlines, offsets, gap * 2, by_column=False)
    middles: dict[str, float] = {}
    parents = {child: key for key, members in below.items() for child in members}
    for key, depth in order:
        middles[key] = offsets[key] + (middles[parents[key]] if depth else 0.0)
    return middles


def _stack(
    members: list[str],
    outlines: dict[str, list[tuple[float, float]]],
    offsets: dict[str, float],
    gap: float,
    *,
    by_column: bool = True,
) -> list[tuple[float, float]]:
    """Push subtrees together from top to bottom; their offsets are relative to the middle between first and last."""
    joined: list[tuple[float, float]] = []
    places: list[float] = []
    for member in members:
        outline = outlines.pop(member)
        if not by_column:
            outline = [(min(top for top, _ in outline), max(bottom for _, bottom in outline))]
        shift = 0.0
        for column, ((_, bottom), (top, _)) in enumerate(zip(joined, outline, strict=False)):
            shift = max(shift, bottom - top + (gap if column == 0 else gap * 1.5))
        if places:
            shift = max(shift, places[-1])
        places.append(shift)
        moved = [(top + shift, bottom + shift) for top, bottom in outline]
        kept = [(joined[i][0], moved[i][1]) for i in range(min(len(joined), len(moved)))]
        joined = kept + (joined[len(kept) :] or moved[len(kept) :])
    middle = (places[0] + places[-1]) / 2 if places else 0.0
    for member, place in zip(members, places, strict=True):
        offsets[member] = place - middle
    return [(top - middle, bottom - middle) for top, bottom in joined]


def _edges(kpis: Kpis, boxes: Mapping[str, Box], below: dict[str, list[str]]) -> list[Edge]:
    found: list[Edge] = []
    for key, parent in boxes.items():
        used = set(refs(kpis[key].formula))
        linked = {link.child for link in kpis[key].influences}
        hanging = below.get(key, [])
        for child in hanging:
            kind: EdgeKind = "formula" if child in used else "influence" if child in linked else "open"
            found.append(_edge(parent, boxes[child], kind))
        for other in sorted((used | linked) - set(hanging) - {key}):
            if other in boxes:
                found.append(_edge(parent, boxes[other], "cross"))
    return found


def _edge(parent: Box, child: Box, kind: EdgeKind) -> Edge:
    x0, y0 = parent.x + parent.width, parent.y + parent.height / 2
    x3, y3 = child.x, child.y + child.height / 2
    if x3 <= x0:  # a KPI in the same column or further left: leave and arrive on the right, in a bow
        x3 = child.x + child.width
        bow = max(x0, x3) + 28
        points = ((x0, y0), (bow, y0), (bow, y3), (x3, y3))
    else:
        bend = min((x3 - x0) / 2, 40.0)
        points = ((x0, y0), (x0 + bend, y0), (x3 - bend, y3), (x3, y3))
    rounded = tuple((round(x, 1), round(y, 1)) for x, y in points)
    return Edge(
        parent=parent.id, child=child.id, kind=kind, points=(rounded[0], rounded[1], rounded[2], rounded[3])
    )


def _joints(kpis: Kpis, boxes: Mapping[str, Box], below: dict[str, list[str]]) -> list[Joint]:
    found: list[Joint] = []
    for key, box in boxes.items():
        formula = kpis[key].formula
        if not formula.strip() or isinstance(parse(formula), FormulaProblem):
            continue
        flat = split(formula)
        if flat is None:
            text = "ƒ"
        else:
            text = " ".join(dict.fromkeys(flat[1])) or "="
        found.append(
            Joint(
                parent=key,
                text=text,
                x=round(box.x + box.width + 6, 1),
                y=round(box.y + box.height / 2 - 8, 1),
            )
        )
    return found
