"""How long a tree takes: evaluate, full sensitivity and consistency, beside a plain evaluation.

`python -m benchmarks.tree` prints one line per size. The bounds are those a room can live with: a 256-node tree (4 children each)
in 10 ms, 40 nodes in 2 ms, on a quiet machine.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable

from facilitation.evaluate import evaluate, evaluation_of
from facilitation.kpi_tree import Kpi, ancestors
from facilitation.model import Model
from facilitation.sensitivity import sensitivity
from facilitation.tree_layout import layout

BOUNDS_MS = {40: 2.0, 256: 10.0}
SIZES = (10, 40, 128, 256)
MOST_GROWTH = 1.5
"""How much more than nodes × depth the time may grow from 40 nodes on: noise is in it."""


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


def milliseconds(work: Callable[[], object], rounds: int = 15) -> float:
    """The median of some rounds after a warm-up, garbage collection off."""
    work()
    times = []
    gc.disable()
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    gc.enable()
    return statistics.median(times)


def main() -> int:
    """Print the table; exit status 1 if a bound is broken."""
    status = 0
    each: dict[int, float] = {}
    print("nodes  evaluate  evaluate + sensitivity + consistency  ratio  layout   (ms, median)")
    for count in SIZES:
        kpis = make_tree(count)
        plain = milliseconds(lambda kpis=kpis: evaluate(kpis))  # type: ignore[misc]
        full = milliseconds(lambda kpis=kpis: whole(kpis))  # type: ignore[misc]
        drawn = milliseconds(lambda kpis=kpis: layout(kpis))  # type: ignore[misc]
        bound = BOUNDS_MS.get(count)
        verdict = "" if bound is None else f"  ≤ {bound:g}: {'yes' if full <= bound else 'NO'}"
        status |= bound is not None and full > bound
        print(f"{count:5d} {plain:9.2f} {full:37.2f} {full / plain:6.1f} {drawn:7.2f}{verdict}")
        each[count] = full / (count * depth_of(kpis))
    growth = each[SIZES[-1]] / each[40]
    status |= growth > MOST_GROWTH
    print(
        f"time per node and level at {SIZES[-1]} to that at 40: {growth:.2f}  ≤ {MOST_GROWTH:g}: "
        f"{'yes' if growth <= MOST_GROWTH else 'NO'}"
    )
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
