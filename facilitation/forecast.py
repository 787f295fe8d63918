"""Where one KPI drifts if nothing is done: P50 and P80 by bootstrap of its own past changes (domain c).

It needs eight dated readings; with fewer it says so and forecasts nothing. The chance comes from a stored seed, so the
same readings give the same forecast on every machine and on every replay of a workshop.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import NormalDist, median
from typing import Literal

import msgspec
import numpy as np

from facilitation.kpi_tree import Reading

MIN_READINGS = 8
RUNS = 10_000

_NORMAL = NormalDist()


class NoForecast(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing is forecast, in a sentence that says what would help."""

    reason: str


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Where the KPI stands after `weeks` weeks of its own drift, in its unit.

    `p50` is the middle case; `p80` is reached with 80 % chance (the 20th percentile where up is good, the 80th where
    down is good); `chance` (0–1) is that of meeting the target, `None` when none was given.
    """

    start: float
    weeks: float
    p50: float
    p80: float
    chance: float | None
    readings: int
    runs: int
    seed: int


def drift_forecast(
    readings: Sequence[Reading],
    weeks: float,
    *,
    direction: Literal["up", "down"],
    seed: int,
    target: float | None = None,
    limits: tuple[float | None, float | None] = (None, None),
    runs: int = RUNS,
) -> Forecast | NoForecast:
    """Forecast from the last dated reading, `weeks` weeks ahead, by drawing past changes with replacement.

    Each run adds up as many past changes as readings fit into the horizon (by their median distance in time), so a
    monthly KPI is forecast in months. Ends outside `limits` are set on the limit.
    """
    dated = sorted({date.fromisoformat(r.on[:10]): r.value for r in readings if r.on}.items())
    if len(dated) < MIN_READINGS:
        have = f"there are {len(dated)}" if dated else "there are none yet"
        return NoForecast(reason=f"A forecast needs at least {MIN_READINGS} readings with dates; {have}.")
    if weeks <= 0:
        return NoForecast(reason="The period is over: there is nothing left to forecast.")
    days = [(later - earlier).days for (earlier, _), (later, _) in pairwise(dated)]
    changes = np.diff(np.array([value for _, value in dated]))
    steps = max(1, round(weeks * 7 / median(days)))
    drawn = np.random.default_rng(seed).choice(changes, size=(runs, steps))
    low, high = limits
    ends = np.clip(dated[-1][1] + drawn.sum(axis=1), low if low is not None else -np.inf, high)
    met = None if target is None else (ends >= target if direction == "up" else ends <= target)
    return Forecast(
        start=dated[-1][1],
        weeks=weeks,
        p50=float(np.percentile(ends, 50)),
        p80=float(np.percentile(ends, 20 if direction == "up" else 80)),
        chance=None if met is None else float(met.mean()),
        readings=len(dated),
        runs=runs,
        seed=seed,
    )


def analytic_forecast(
    start: float,
    drift: float,
    sigma: float,
    weeks: float,
    *,
    direction: Literal["up", "down"] = "up",
    target: float | None = None,
) -> Forecast:
    """The same by formula, for independent normal weekly changes: start + weeks·drift, spread σ·√weeks.

    A check on the bootstrap and a fallback for planning; `drift` and `sigma` are those of one week's change.
    """
    middle, spread = start + drift * weeks, sigma * math.sqrt(weeks)
    safe = spread * _NORMAL.inv_cdf(0.8)
    chance = None
    if target is not None:
        above = (target - middle) / spread
        chance = _NORMAL.cdf(-above if direction == "up" else above)
    p80 = middle - safe if direction == "up" else middle + safe
    return Forecast(start=start, weeks=weeks, p50=middle, p80=p80, chance=chance, readings=0, runs=0, seed=0)
