"""How long a tree takes: evaluate, full sensitivity and consistency, beside a plain evaluation.

`python -m benchmarks.tree` prints one line per size. The bounds are those a room can live with: a 256-node tree (4 children each)
in 10 ms, 40 nodes in 2 ms, on a quiet machine. All sizes are measured in turn, round after round, in processor time, so that
whatever else the machine does slows all of them down or none; medians are printed. How the time grows is taken from the fastest
rounds: work that others push in only ever makes a round slower, never faster.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from facilitation.evaluate import evaluate, evaluation_of
from facilitation.kpi_tree import Kpi, ancestors
from facilitation.model import Model
from facilitation.sensitivity import sensitivity
from facilitation.tree_layout import layout

BOUNDS_MS = {40: 2.0, 256: 10.0}
SIZES = (10, 40, 128, 256)
MOST_GROWTH = 1.5
"""How much more than nodes × depth the time may grow from 40 nodes on."""


def make_tree(count: int, below: int = 4) -> dict[str, Kpi]:
    """A full tree: every KPI with children is calculated from them, every leaf has a number and a spread."""
    kpis: dict[str, Kpi] = {}
    for place in range(count):
        children = [
            f"k{child}" for child in range(place * below + 1, min(place * below + below, count - 1) + 1)
        ]
        formula = ""
        for index, child in enumerate(children):
            formula = child if index == 0 else f"{formula} {'*+-+'[index]} {child}"
        kpis[f"k{place}"] = Kpi(
            id=f"k{place}",
            name=f"KPI number {place}",
            parent=None if place == 0 else f"k{(place - 1) // below}",
            order=place,
            formula=formula,
            baseline=None if children else 1.0 + place % 7 / 10,
            sigma=None if children else 0.1,
            unit="orders",
        )
    return kpis


def whole(kpis: dict[str, Kpi]) -> None:
    """Everything a changed number costs: values, findings of consistency, and the effect of every KPI."""
    model = Model(kpis)
    evaluation_of(model)
    sensitivity(kpis, model)


def depth_of(kpis: dict[str, Kpi]) -> int:
    """Levels of the tree, the north star's being one."""
    return 1 + max(len(list(ancestors(kpis, key))) for key in kpis)


def once(work: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def main(rounds: int = 25) -> int:
    """Print the table; exit status 1 if a bound is broken."""
    trees = {count: make_tree(count) for count in SIZES}
    works: dict[str, Callable[[dict[str, Kpi]], object]] = {"plain": evaluate, "full": whole, "drawn": layout}
    times: dict[tuple[int, str], list[float]] = {(count, name): [] for count in SIZES for name in works}
    for turn in range(rounds + 2):
        gc.collect()
        gc.disable()
        for count, kpis in trees.items():
            for name, work in works.items():
                took = once(partial(work, kpis))
                if turn >= 2:  # warm by now
                    times[count, name].append(took)
        gc.enable()
    missed = []
    print(
        "nodes  evaluate  evaluate + sensitivity + consistency (fastest)  ratio  layout   (ms of processor, medians)"
    )
    for count in SIZES:
        plain, full, drawn = (statistics.median(times[count, name]) for name in works)
        bound = BOUNDS_MS.get(count)
        verdict = "" if bound is None else f"  ≤ {bound:g}: {'yes' if full <= bound else 'NO'}"
        if bound is not None and full > bound:
            missed.append(f"{count} nodes take {full:.1f} ms, {bound:g} is the bound")
        print(
            f"{count:5d} {plain:9.2f} {full:37.2f} {min(times[count, 'full']):9.2f} {full / plain:6.1f} {drawn:7.2f}{verdict}"
        )
    each = {count: min(times[count, "full"]) / (count * depth_of(trees[count])) for count in SIZES}
    growth = each[SIZES[-1]] / each[40]
    if growth > MOST_GROWTH:
        missed.append(f"time per node and level grows by {growth:.2f}, {MOST_GROWTH:g} is the bound")
    print(
        f"time per node and level at {SIZES[-1]} to that at 40 (fastest rounds): {growth:.2f}  ≤ {MOST_GROWTH:g}: "
        f"{'yes' if growth <= MOST_GROWTH else 'NO'}"
    )
    for goal in missed:
        print(f"MISSED tree: {goal}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
