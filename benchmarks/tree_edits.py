"""What an edit of a tree costs on each kind of screen, beside drawing the whole board: time, regions and letters sent.

`python -m benchmarks.tree_edits` prints one line per phase, screen and edit. An edit is measured as the room does it: the view of
the new state and the comparison with what was drawn, once per kind of screen, whatever the number of screens. *view* is the
data, *draw* comparing and drawing; *whole* is a board drawn from nothing. The three kinds share most of a view: *all three* is
what a room pays for one edit.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from typing import get_args

from msgspec.structs import replace

from app.rendering.fragments import Canvas, Part
from app.rendering.screens import Place, Presence, Region, shared
from benchmarks.tree import make_tree
from facilitation.guide import load_all
from facilitation.kpi_tree import Kpi
from facilitation.messages import Meta, ScreenKind
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Setup, Workshop
from facilitation.workshop import EMPTY, apply

Kpis = dict[str, Kpi]
NAMES = {"p1": "Fay"}
BOARD = ("board", "shared")
MOST_SENT = {"value": 40, "name": 30, "one more": 150}
"""What an edit of 256 KPIs may send, in thousands of letters."""
MOST_RATIO = 0.33
"""What a changed number on 256 KPIs may cost a room beside drawing its boards anew, all kinds of screen together."""


def workshop(kpis: Kpis, phase: str) -> Workshop:
    """A workshop with this tree in this phase."""
    created = WorkshopCreated(code="AAAABBBB", setup=Setup(title="Bench"), guide=load_all()["kpi-to-okr"])
    return replace(apply(EMPTY, created, Meta(seq=1, at=0, by="")), kpis=kpis, current=phase)


def edits(kpis: Kpis) -> dict[str, tuple[Kpis, Kpis]]:
    """What is measured: before and after, a changed KPI being the last but four."""
    leaf = f"k{len(kpis) - 5}"
    parent = kpis[leaf].parent or ""
    others = [key for key, kpi in kpis.items() if kpi.parent == parent and key != leaf]
    fewer = {key: kpi for key, kpi in kpis.items() if key != leaf}
    fewer[parent] = replace(fewer[parent], formula=" + ".join(others))
    return {
        "value": (kpis, {**kpis, leaf: replace(kpis[leaf], baseline=1.7654)}),
        "name": (kpis, {**kpis, leaf: replace(kpis[leaf], name="Another name")}),
        "one more": (fewer, kpis),
    }


def _board(kind: ScreenKind, state: Workshop) -> dict[str, Region]:
    regions = shared(state, kind, Presence(), Place())
    return {key: region for key, region in regions.items() if key in BOARD}


def measure(
    kind: ScreenKind, before: Workshop, after: Workshop, rounds: int
) -> tuple[float, float, float, list[Part], int]:
    """Median milliseconds of view and draw of the edit and of a whole board; what was sent, and the letters of the whole."""
    views, draws, wholes = [], [], []
    for _ in range(rounds):
        canvas = Canvas()
        canvas.update(_board(kind, before), NAMES, 1)
        # Fresh objects: nothing is known yet of the new state.
        state = replace(after, kpis=dict(after.kpis))
        gc.disable()
        start = time.perf_counter()
        regions = _board(kind, state)
        middle = time.perf_counter()
        sent = canvas.update(regions, NAMES, 2)
        end = time.perf_counter()
        fresh = Canvas()
        whole = fresh.update(_board(kind, replace(after, kpis=dict(after.kpis))), NAMES, 2)
        wholes.append((time.perf_counter() - end) * 1000)
        gc.enable()
        views.append((middle - start) * 1000)
        draws.append((end - middle) * 1000)
    letters = sum(len(part.html) for part in whole)
    return statistics.median(views), statistics.median(draws), statistics.median(wholes), sent, letters


def room(before: Workshop, after: Workshop, rounds: int) -> tuple[float, float]:
    """Median milliseconds until an edit is drawn for all three kinds of screen, from one state; and until whole boards are."""
    times, wholes = [], []
    for _ in range(rounds):
        canvases = {kind: Canvas() for kind in get_args(ScreenKind)}
        for kind, canvas in canvases.items():
            canvas.update(_board(kind, before), NAMES, 1)
        state = replace(after, kpis=dict(after.kpis))
        gc.disable()
        start = time.perf_counter()
        for kind, canvas in canvases.items():
            canvas.update(_board(kind, state), NAMES, 2)
        times.append((time.perf_counter() - start) * 1000)
        state = replace(after, kpis=dict(after.kpis))
        start = time.perf_counter()
        for kind in canvases:
            Canvas().update(_board(kind, state), NAMES, 2)
        wholes.append((time.perf_counter() - start) * 1000)
        gc.enable()
    return statistics.median(times), statistics.median(wholes)


def main(rounds: int = 5, say: Callable[[str], None] = print) -> int:
    """Print the table; exit status 1 if an edit sends more of the board than it may."""
    status = 0
    say("KPIs phase    screen   edit       view   draw    sum  whole   ratio  regions     sent      of")
    for count in (40, 256):
        for phase in ("tree", "numbers", "levers"):
            one, two = edits(make_tree(count))["value"]
            together, boards = room(workshop(one, phase), workshop(two, phase), rounds)
            slow = count == 256 and phase != "levers" and together > MOST_RATIO * boards
            status |= slow
            say(
                f"{count:4d} {phase:8s} all three value {together:24.1f} {boards:6.1f} {together / boards:7.2f}"
                f"{'  TOO SLOW' if slow else ''}"
            )
            for kind in get_args(ScreenKind):
                for name, (one, two) in edits(make_tree(count)).items():
                    view, draw, whole, sent, letters = measure(
                        kind, workshop(one, phase), workshop(two, phase), rounds
                    )
                    size = sum(len(part.html) for part in sent)
                    broken = count == 256 and size > MOST_SENT[name] * 1000
                    status |= broken
                    say(
                        f"{count:4d} {phase:8s} {kind:8s} {name:8s} {view:6.1f} {draw:6.1f} {view + draw:6.1f} {whole:6.1f} "
                        f"{(view + draw) / whole:7.2f} {len(sent):8d} {size / 1000:6.1f} KB {letters / 1000:6.0f} KB"
                        f"{'  TOO MUCH' if broken else ''}"
                    )
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
