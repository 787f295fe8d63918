"""A large tree on a laptop: each column of the drawing takes the form it has room for.

A column of few KPIs has height to spare: its names wrap above their numbers and it stays narrow. A crowded one needs a line a
KPI and gets the width that the others left. So forty KPIs keep name, number and unit at letters that can be read, where one
form for all would cut every name. What cannot be shown in full is shared fairly: the unit first says week as wk, then name and
unit are cut, the name at the place that tells it from its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf, sqrt

import msgspec
from msgspec.structs import replace

from facilitation.kpi_tree import Kpis
from facilitation.text_fit import ELLIPSIS, shorten, text_width, wrap
from facilitation.tree_known import Known
from facilitation.tree_layout import MARGIN, STYLES, TreeLayout, layout
from facilitation.units import brief_unit

ROOM = 30.0
"""What a box needs beside its words: the sign of its kind, and room between and after them."""
MORE, APART = 17.0, 1.5
"""Height of each further line of a name, and what is free around a box with the name above the number."""


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of screen. Font sizes are of the name, of a number beside it, of a number below it and of a unit, a little generous;
    `high` is the height of a name above its number, `widest_high` the widest such box; `tries` are scales, heights of a line
    and gaps below it, from calm to crowded."""

    canvas: tuple[float, float]
    name: float
    line_value: float
    high_value: float
    unit: float
    high: float
    widest: float
    widest_high: float
    tries: tuple[tuple[float, float, float], ...]


CONSOLE = Measures(
    canvas=(802.0, 500.0),  # CSS pixels at scale 1 that a laptop of 1366 × 768 has for the drawing
    name=13.2,
    line_value=12.2,
    high_value=14.2,
    unit=12.2,
    high=40.0,
    widest=340.0,
    widest_high=340.0,
    tries=((1.0, 25.0, 4.0), (0.95, 22.0, 3.0), (0.9, 20.0, 2.5), (0.9, 17.0, 1.5), (0.87, 17.0, 1.5)),
)
"""Letters of 13 stay above 11 px."""
WALL = Measures(
    canvas=(1128.0, 350.0),
    name=14.5,
    line_value=14.2,
    high_value=16.2,
    unit=14.2,
    high=44.0,
    widest=480.0,
    widest_high=258.0,  # wider ones set name and number on one line
    tries=((1.0, 25.0, 4.0), (1.0, 23.0, 2.5)),
)
"""Text of 14 stays 2 % of a wall's height, under a question of two lines."""
CANVAS = CONSOLE.canvas
BETWEEN_MANY = 26.0
"""Room between columns where there are more than four."""
LEAST, STEP = 100.0, 6.0
"""The narrowest column, and how much one is narrowed at once."""
MOST_LEAST, UNIT_ROOM = 156.0, 66.0
"""A column may be narrowed to this in any case; this much of a unit stays if there is a way."""
FEWEST_LETTERS = 3
CUT_IS_FINE = 0.25
"""What may be lost (`_cost` a box) before a more crowded drawing is tried: a few letters of a few boxes."""
LARGE, USUAL = 120, 10
"""Beyond so many KPIs only the most crowded drawing is tried, and it keeps room for so many digits."""


class Words(msgspec.Struct, frozen=True):
    """What a box is to say."""

    name: str
    value: str
    unit: str


def columns_plan(tree: Known) -> TreeLayout:
    """The layout for the console of a tree too large for equal boxes. Scale of the result on `CANVAS` is at least 0.87 where
    at most 30 KPIs stand below each other; for more, the drawing is as high as it must be and zoom does the rest."""
    best: tuple[float, _Try] | None = None
    tries = CONSOLE.tries
    for measures in tries if len(tree.kpis) <= LARGE else tries[-1:]:
        drawn = _Try(tree, tree.kpis, CONSOLE, *measures)
        if not drawn.fits and measures != tries[-1]:
            continue
        lost = drawn.settle()
        if best is None or lost < best[0]:
            best = (lost, drawn)
        if lost <= CUT_IS_FINE:
            break
    assert best is not None
    return best[1].plan()


def wall_columns(tree: Known, kpis: Kpis) -> TreeLayout | None:
    """The same for a wall and the top levels `kpis` of a tree; `None` where they are too many to be read from afar."""
    for measures in WALL.tries:
        drawn = _Try(tree, kpis, WALL, *measures)
        if drawn.fits:
            drawn.settle()
            return drawn.plan()
    return None


class _Try:
    """One way to draw the tree, at a scale and with lines of a height."""

    def __init__(
        self, tree: Known, kpis: Kpis, measures: Measures, scale: float, line: float, gap: float
    ) -> None:
        self.tree, self.kpis, self.measures, self.line, self.gap = tree, kpis, measures, line, gap
        self.rows = [(kpi, depth) for kpi, depth in tree.rows if kpi.id in kpis]
        canvas = measures.canvas
        self.words = {
            key: Words(" ".join(kpi.name.split()) or "?", *tree.said[key]) for key, kpi in kpis.items()
        }
        # Where one edit would move hundreds of boxes, columns have room for any usual number.
        least = USUAL if len(tree.kpis) > LARGE else 0
        self.measured = {
            key: Words(said.name, "0" * max(len(said.value), least) if least else said.value, said.unit)
            for key, said in self.words.items()
        }
        self.columns: list[list[str]] = []
        for kpi, depth in self.rows:
            if depth == len(self.columns):
                self.columns.append([])
            self.columns[depth].append(kpi.id)
        self.depths = {key: depth for depth, keys in enumerate(self.columns) for key in keys}
        self.forms = [0] * len(self.columns)
        needed, room = self._height(self.forms), canvas[1] / scale - 2 * MARGIN
        self.fits = needed <= room
        self.height = max(room, needed)
        full = max(canvas[0] / scale, (self.height + 2 * MARGIN) * canvas[0] / canvas[1])
        self.between = STYLES["dense"].column_gap if len(self.columns) <= 4 else BETWEEN_MANY
        self.free = full - 2 * MARGIN - self.between * (len(self.columns) - 1)

    def settle(self) -> float:
        """Choose a form for each column; gives what is lost nevertheless (`_cost` a box)."""
        lost = self._lost(self.forms)
        while lost:
            found = min(
                ((self._lost(forms), forms) for forms in self._taller()), default=None, key=lambda one: one[0]
            )
            if found is None or found[0] >= lost:
                break
            lost, self.forms = found
        for depth in range(
            len(self.forms)
        ):  # nothing is won by a thin line, or a cut name, where there is height
            while not self.forms[depth] or (self.forms[depth] < 3 and self._cuts_names(depth)):
                forms = [*self.forms]
                forms[depth] += 1
                if self._height(forms) > self.height or self._lost(forms) > lost:
                    break
                self.forms = forms
        return lost

    def _cuts_names(self, depth: int) -> bool:
        width = self._widths(self.forms)[depth]
        return any(self._rows(key, self.forms, width)[-1].endswith(ELLIPSIS) for key in self.columns[depth])

    def _taller(self) -> list[list[int]]:
        """The forms with one column a step taller, as far as there is height for it."""
        found = []
        for depth, lines in enumerate(self.forms):
            if lines < 3:
                forms = [*self.forms[:depth], lines + 1, *self.forms[depth + 1 :]]
                if self._height(forms) <= self.height:
                    found.append(forms)
        return found

    def _rows(self, key: str, forms: list[int], width: float | None = None) -> tuple[str, ...]:
        name, most = self.words[key].name, forms[self.depths[key]]
        room = _narrowest(name, most, self.measures.name) if width is None else width - ROOM
        return wrap(name, room, self.measures.name, lines=most, bold=True)

    def _high(self, key: str, forms: list[int], width: float | None = None) -> float:
        if not forms[self.depths[key]]:
            return self.line
        return APART + self.measures.high + MORE * (len(self._rows(key, forms, width)) - 1)

    def _height(self, forms: list[int]) -> float:
        """At most so high the drawing gets: each KPI needs its own height or its children's, whichever is more."""
        below: dict[int, float] = {}
        last = len(self.columns)
        for kpi, depth in reversed(self.rows):
            children = below.pop(depth + 1, 0.0) if depth + 1 < last else 0.0
            own = max(self._high(kpi.id, forms), children - self.gap)
            below[depth] = below.get(depth, 0.0) + own + self.gap
        return below.get(0, 0.0) - self.gap

    def _widths(self, forms: list[int]) -> list[float]:
        for brief in (False, True):
            needs = [
                [_need(self.measured[key], lines, brief, self.measures) for key in keys]
                for keys, lines in zip(self.columns, forms, strict=True)
            ]
            most = [self.measures.widest_high if lines else self.measures.widest for lines in forms]
            wide = [min(max(LEAST, *of), limit) for of, limit in zip(needs, most, strict=True)]
            if sum(wide) <= self.free:
                return wide
        least = [
            max(_least(self.measured[key], lines, self.measures) for key in keys)
            for keys, lines in zip(self.columns, forms, strict=True)
        ]
        if sum(least) > self.free:
            least = [max(LEAST, one * self.free / sum(least)) for one in least]
        return _narrowed(needs, wide, least, self.free)

    def _lost(self, forms: list[int]) -> float:
        widths = self._widths(forms)
        return sum(
            _cost(
                [_need(self.measured[key], forms[depth], True, self.measures) for key in keys], widths[depth]
            )
            for depth, keys in enumerate(self.columns)
        ) / len(self.depths)

    def plan(self) -> TreeLayout:
        """The drawing."""
        widths = self._widths(self.forms)
        sizes = {
            key: (widths[depth], self._high(key, self.forms, widths[depth]))
            for key, depth in self.depths.items()
        }
        plan = layout(self.kpis, density="dense", sizes=sizes, row_gap=self.gap, column_gap=self.between)
        cut: dict[str, tuple[str, ...]] = {}
        units: dict[str, str] = {}
        for box in plan.boxes:
            said, room, screen = self.words[box.id], box.width - ROOM, self.measures
            if self.forms[box.depth]:
                cut[box.id] = self._rows(box.id, self.forms, box.width)
                units[box.id] = fitting_unit(
                    said.unit, room - text_width(said.value, screen.high_value, bold=True), screen.unit
                )
            else:
                room -= text_width(said.value, screen.line_value)
                least = min(_unit_width(brief_unit(said.unit), screen.unit), room * 0.36)
                name = shorten(said.name, max(room - least, 0.0), screen.name, bold=True)
                cut[box.id] = (name,)
                units[box.id] = fitting_unit(
                    said.unit, room - text_width(name, screen.name, bold=True), screen.unit
                )
        told = _told_apart(
            {key: rows for key, rows in cut.items() if len(rows) == 1}, self.tree.names, self.measures.name
        )
        boxes = []
        for box in plan.boxes:
            apart = APART if self.forms[box.depth] else 0.0
            boxes.append(
                replace(
                    box,
                    y=box.y + apart / 2,
                    height=box.height - apart,
                    lines=told.get(box.id, cut[box.id]),
                    unit=units[box.id],
                )
            )
        return replace(plan, boxes=tuple(boxes))


@lru_cache(maxsize=8192)
def _need(words: Words, lines: int, brief: bool, screen: Measures) -> float:
    """The width at which a box says all of its words."""
    unit = _unit_width(brief_unit(words.unit) if brief else words.unit, screen.unit)
    if not lines:
        name = text_width(words.name, screen.name, bold=True)
        return ROOM + name + text_width(words.value, screen.line_value) + unit
    below = text_width(words.value, screen.high_value, bold=True) + unit
    return ROOM + max(_narrowest(words.name, lines, screen.name), below)


@lru_cache(maxsize=8192)
def _least(words: Words, lines: int, screen: Measures) -> float:
    """The width below which a box is of little use: a number and its unit under unbroken words, or beside half a name."""
    unit = min(_unit_width(brief_unit(words.unit), screen.unit), UNIT_ROOM)
    if lines:
        word = max(text_width(word, screen.name, bold=True) for word in words.name.split())
        return max(
            LEAST,
            min(ROOM + max(word, text_width(words.value, screen.high_value, bold=True) + unit), MOST_LEAST),
        )
    half = text_width(words.name, screen.name, bold=True) / 2
    return max(LEAST, min(ROOM + half + text_width(words.value, screen.line_value) + unit, MOST_LEAST))


@lru_cache(maxsize=8192)
def _narrowest(name: str, lines: int, size: float) -> float:
    """The least width at which a name takes at most so many lines."""
    words = name.split()
    whole = text_width(name, size, bold=True)
    if lines <= 1 or len(words) < 2:
        return whole
    found = whole
    for first in range(1, len(words)):
        head = text_width(" ".join(words[:first]), size, bold=True)
        if head >= found:
            break
        found = min(found, max(head, _narrowest(" ".join(words[first:]), lines - 1, size)))
    return found


def _unit_width(unit: str, size: float) -> float:
    return text_width(f" {unit}", size) if unit else 0.0


def fitting_unit(unit: str, room: float, size: float = CONSOLE.unit) -> str:
    """A unit as it fits: whole, with short words (wk), or cut; nothing if not even a few letters stay."""
    if not unit or _unit_width(unit, size) <= room:
        return unit
    brief = brief_unit(unit)
    if _unit_width(brief, size) <= room:
        return brief
    cut = shorten(brief, room - text_width(" ", size), size)
    return cut if len(cut) > FEWEST_LETTERS else ""


def _told_apart(
    cut: Mapping[str, tuple[str, ...]], names: Mapping[str, str], size: float
) -> dict[str, tuple[str, ...]]:
    """Names that were cut to the same letters, cut in their middle instead, so that their ends tell them apart."""
    alike: dict[str, list[str]] = {}
    for key, rows in cut.items():
        if rows[0].endswith(ELLIPSIS):
            alike.setdefault(rows[0], []).append(key)
    told: dict[str, tuple[str, ...]] = {}
    for text, keys in alike.items():
        if len({names[key] for key in keys}) < 2:
            continue
        room = text_width(text, size, bold=True)
        for key in keys:
            told[key] = (_middle_cut(" ".join(names[key].split()), room, size),)
    return told


def _middle_cut(name: str, room: float, size: float) -> str:
    """The beginning and the end of a name around an ellipsis; the end gets less than half."""
    free = room - text_width(ELLIPSIS, size, bold=True)
    tail = ""
    for char in reversed(name):
        if text_width(char + tail, size, bold=True) > free * 0.45:
            break
        tail = char + tail
    head = shorten(name, room - text_width(tail, size, bold=True), size, bold=True)
    return head + tail.lstrip()


def _cost(needs: list[float], width: float) -> float:
    """What is lost by a column of a width: twice as much cut off a box costs four times as much, and a box among few counts
    more than one among many."""
    return sum((need - width) ** 2 / need for need in needs if need > width) / sqrt(len(needs))


def _narrowed(needs: list[list[float]], wide: list[float], least: list[float], free: float) -> list[float]:
    """The columns narrowed to `free` a step at a time, always the one that loses least by it."""

    def loss(depth: int) -> float:
        if wide[depth] - STEP < least[depth]:
            return inf
        return _cost(needs[depth], wide[depth] - STEP) - _cost(needs[depth], wide[depth])

    losses = [loss(depth) for depth in range(len(wide))]
    while sum(wide) > free and min(losses) < inf:
        depth = losses.index(min(losses))
        wide[depth] -= STEP
        losses[depth] = loss(depth)
    return wide
