"""The front door of add-up: key results and tree in, one answer out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from facilitation.add_up.answer import RUNS, AddsUp, Aim, CannotAddUp
from facilitation.add_up.machine import Machine
from facilitation.add_up.simulate import chance_of, draw, trip
from facilitation.kpi_tree import Kpis
from facilitation.model import Model
from facilitation.okr import Guardrail, KeyResult
from facilitation.targets import direction_of


def add_up(
    kpis: Kpis,
    key_results: Sequence[KeyResult],
    *,
    seed: int,
    guardrails: Sequence[Guardrail] = (),
    commitments: Mapping[str, Sequence[int]] | None = None,
    chances: Mapping[str, float] | None = None,
    beliefs: Mapping[str, Sequence[int]] | None = None,
    wish: float | None = None,
    noise: bool = True,
    runs: int = RUNS,
) -> AddsUp | CannotAddUp:
    """Put all targets through the tree.

    `commitments` (levels 1–5 per key result) give the chances unless `chances` (0–1) names one; without either a key
    result reaches its target in half of the runs. `beliefs` are the levels 1–5 from challenge per KPI. `wish` is the
    top-down number for the north star. With `noise` off neither readings nor links vary.
    """
    model = Model(kpis)
    top = model.root
    if top is None:
        return CannotAddUp(reason="There is no north star yet: nothing can add up to it.")
    if model.base[top] is None:
        return CannotAddUp(reason=_unknown(model, top))
    aims = _aims(kpis, model, key_results, commitments or {}, chances or {})
    if not aims:
        return CannotAddUp(reason="No key result has both a number today and a target yet.")
    machine = Machine(model, top, aims)
    at_targets = machine.at_targets()
    varying = Machine(Model(kpis), top, aims)
    drawn = draw(varying, kpis, beliefs or {}, seed, runs, noise)
    ends = varying.north_star(drawn)
    if not math.isfinite(at_targets) or not np.isfinite(ends).any():
        return CannotAddUp(
            reason="The formulas give no number at these targets: look for a division by zero."
        )
    ends = ends[np.isfinite(ends)]
    up = direction_of(kpis[top]) != "down"
    counts, edges = np.histogram(ends, bins=40)
    met = None if wish is None else float((ends >= wish if up else ends <= wish).mean())
    return AddsUp(
        north_star=top,
        today=machine.shown(top, model.base[top]),
        at_targets=at_targets,
        p50=float(np.percentile(ends, 50)),
        p80=float(np.percentile(ends, 20 if up else 80)),
        low=float(np.percentile(ends, 10)),
        high=float(np.percentile(ends, 90)),
        wish=wish,
        gap=None if wish is None else wish - at_targets,
        wish_chance=met,
        shares=machine.shares(seed),
        compared=machine.compared(),
        trips=tuple(trip(guardrail, kpis, drawn, varying, seed) for guardrail in guardrails),
        closings=machine.closings(wish, up) if wish is not None else (),
        silent=tuple(aim.key_result for aim in machine.injected if aim.kpi not in machine.heard),
        bins=(float(edges[0]), float(edges[-1])),
        histogram=tuple(int(count) for count in counts),
        asked=bool(commitments or chances or beliefs),
        runs=runs,
        seed=seed,
    )


def gain(kpis: Kpis, key_results: Sequence[KeyResult], model: Model | None = None) -> float | None:
    """How much better the north star gets if all targets are met, as a share of today's value (0.01 is 1 %; negative:
    worse), without any run (T-GAP). `None` while it cannot be said: no number, a key result of the tree without its two
    numbers, or one whose way up to the north star is not sized yet.
    """
    model = model or Model(kpis)
    top = model.root
    today = None if top is None else model.base[top]
    if top is None or not today:
        return None
    wanted = {kr.kpi for kr in key_results if kr.kpi in kpis and kr.kind in ("metric", "range")}
    aims = _aims(kpis, model, key_results, {}, {})
    machine = Machine(model, top, aims)
    if not aims or wanted != {aim.kpi for aim in aims} or any(aim.kpi not in machine.heard for aim in aims):
        return None
    reached = machine.at_targets()
    if not math.isfinite(reached):
        return None
    now = float(machine.shown(top, today))
    change = (reached - now) / abs(now)
    return -change if direction_of(kpis[top]) == "down" else change


def _aims(
    kpis: Kpis,
    model: Model,
    key_results: Sequence[KeyResult],
    commitments: Mapping[str, Sequence[int]],
    chances: Mapping[str, float],
) -> list[Aim]:
    """Key results with a KPI of the tree, a number today and a target; of two on one KPI the later target counts."""
    found: dict[str, Aim] = {}
    for each in key_results:
        kpi = kpis.get(each.kpi or "")
        if kpi is None or each.kind not in ("metric", "range"):
            continue
        start = model.shown(kpi.id, model.base[kpi.id])
        target = each.target if each.kind == "metric" or each.band is None else _into(start, each.band)
        if start is None or target is None:
            continue
        chance = chances.get(each.id, chance_of(commitments.get(each.id, ())))
        found[kpi.id] = Aim(key_result=each.id, kpi=kpi.id, start=start, target=target, chance=chance)
    return list(found.values())


def _into(start: float | None, band: tuple[float, float]) -> float | None:
    return None if start is None else min(max(start, band[0]), band[1])


def _unknown(model: Model, top: str) -> str:
    names = [model.kpis[kpi].name for kpi in model.missing.get(top, ()) if kpi in model.kpis]
    waits = (
        f": it waits for {', '.join(names)}"
        if names
        else ": give it a baseline, or a formula over known numbers"
    )
    return f"{model.kpis[top].name} has no number yet{waits}."
