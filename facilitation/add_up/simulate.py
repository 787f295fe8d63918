"""Chances and draws: how sure the group is, how much readings vary, and what a guardrail's end looks like."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from facilitation.add_up.answer import RUNS, Trip
from facilitation.add_up.machine import Machine
from facilitation.bounds import hard_bounds
from facilitation.kpi_tree import Kpi, Kpis, LinkEvidence
from facilitation.model import Model
from facilitation.okr import Guardrail
from facilitation.targets import READINGS_JUDGED

CHANCE_OF_LEVEL = {1: 0.1, 2: 0.3, 3: 0.5, 4: 0.7, 5: 0.9}
"""Levels 1–5, of commitment or of belief, as chances (domain, Decisions)."""
UNASKED_CHANCE = CHANCE_OF_LEVEL[3]
CHANCE_OF_LINK: dict[LinkEvidence, float] = {"guess": 0.5, "correlated": 0.7, "tested": 0.9}
"""Chance that an influence works as sized, where challenge brought no belief for it; with one, belief 1–5 counts."""


def chance_of(levels: Sequence[int], unasked: float = UNASKED_CHANCE) -> float:
    """The chance (0–1) meant by levels 1–5: the mean of 10, 30, 50, 70, 90 % over the people who answered."""
    known = [CHANCE_OF_LEVEL[level] for level in levels if level in CHANCE_OF_LEVEL]
    return sum(known) / len(known) if known else unasked


def draw(
    machine: Machine, kpis: Kpis, beliefs: Mapping[str, Sequence[int]], seed: int, runs: int, noise: bool
) -> dict[str, Any]:
    """The values put in for every run. Draws follow the order of ids, so that the board's order does not matter."""
    chance = np.random.default_rng(seed)
    drawn: dict[str, Any] = {}
    for aim in sorted(machine.injected, key=lambda aim: aim.kpi):
        reached = chance.random(runs) < aim.chance
        partly = aim.start + chance.random(runs) * (aim.target - aim.start)
        drawn[aim.kpi] = np.where(reached, aim.target, partly)
    if not noise:
        return drawn
    for kpi in sorted(kpis.values(), key=lambda kpi: kpi.id):
        if kpi.sigma and kpi.sigma > 0 and _varies(machine.model, kpi, drawn):
            centre: Any = drawn.get(kpi.id, kpi.baseline)
            spread = chance.normal(0.0, kpi.sigma / math.sqrt(READINGS_JUDGED), runs)
            drawn[kpi.id] = np.clip(centre + spread, *hard_bounds(kpi))
    for node in sorted(machine.model.nodes.values(), key=lambda node: node.id):
        links: Any = tuple(
            (child, elasticity * (chance.random(runs) < _link_chance(kpis[node.id], child, beliefs)))
            for child, elasticity in node.links
        )
        node.links = links
    return drawn


def trip(guardrail: Guardrail, kpis: Kpis, drawn: Mapping[str, Any], machine: Machine, seed: int) -> Trip:
    """The chance of a breach at the end: from the runs where the tree knows the KPI, else from its own readings."""
    if guardrail.threshold is None or guardrail.comparator is None:
        return Trip(guardrail=guardrail.id, chance=None, reason="Its limit is not set yet.")
    kpi = kpis.get(guardrail.kpi or "")
    ends: Any = None
    if kpi is not None:
        value = machine.run(drawn).get(kpi.id)
        ends = None if value is None else machine.shown(kpi.id, value)
    if ends is None:
        if guardrail.current is None:
            return Trip(guardrail=guardrail.id, chance=None, reason="Nobody knows its value today.")
        if not guardrail.sigma:
            over = guardrail.current > guardrail.threshold
            tripped = over if guardrail.comparator == "<=" else guardrail.current < guardrail.threshold
            reason = "It is tripped today." if tripped else "How much its readings vary is not known."
            return Trip(guardrail=guardrail.id, chance=1.0 if tripped else None, reason=reason)
        spread = np.random.default_rng(seed).normal(0.0, guardrail.sigma / math.sqrt(READINGS_JUDGED), RUNS)
        ends = guardrail.current + spread
    breached = ends > guardrail.threshold if guardrail.comparator == "<=" else ends < guardrail.threshold
    return Trip(guardrail=guardrail.id, chance=float(np.mean(breached)))


def _varies(model: Model, kpi: Kpi, drawn: Mapping[str, Any]) -> bool:
    """Readings vary where a value is put in, and at inputs; what the tree computes varies through its inputs."""
    return kpi.id in drawn or (kpi.baseline is not None and not model.working_sources(model.nodes[kpi.id]))


def _link_chance(parent: Kpi, child: str, beliefs: Mapping[str, Sequence[int]]) -> float:
    evidence: LinkEvidence = next(
        (link.evidence for link in parent.influences if link.child == child), "guess"
    )
    return chance_of(beliefs.get(child, ()), CHANCE_OF_LINK[evidence])
