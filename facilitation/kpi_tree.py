"""The KPI tree: KPIs, how children combine, and the questions one can ask of its shape.

A tree is a mapping of id to `Kpi`; every KPI has one display parent, the north star has none. A formula is kept over
ids, so renaming never breaks it (names are put in for reading). Role (north star, driver, input) is derived from
the shape, indicator and control are declared by the group (M-TREE-4, M-TREE-5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

Indicator = Literal["lagging", "intermediate", "leading"]
Control = Literal["ours", "shared", "outside"]
Direction = Literal["up", "down", "range"]
LinkEvidence = Literal["guess", "correlated", "tested"]
KpiRole = Literal["north_star", "driver", "input"]
Cadence = Literal["", "daily", "weekly", "biweekly", "monthly", "quarterly", "yearly"]
Noise = Literal["", "noisy", "steady"]
Family = Literal[
    "",
    "acquisition",
    "activation",
    "engagement",
    "monetization",
    "retention",
    "quality",
    "speed",
    "cost",
    "reliability",
]

MAX_KPIS = 256
MAX_DEPTH = 32


class Influence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An empirical link from `child` to the KPI that holds it: parent × (1 + Δ)^elasticity. `None` means unsized."""

    child: str
    elasticity: float | None = None
    lag_weeks: float | None = None
    evidence: LinkEvidence = "guess"


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One past reading in the KPI's unit; `on` is an ISO date or empty."""

    value: float
    on: str = ""


class Kpi(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One KPI with everything on its one-pager (method section 3). Numbers are display values: 36 for 36 %.

    `formula` is an expression over ids (`k2 * k3 + k4 * (1 - k5)`), `baseline` the stated µ and `sigma` the spread of
    readings at the KPI's cadence, both in `unit`. `lower`/`upper` are hard bounds, `band` the wished range; `noise` is what
    the facilitator says of the readings where the rule of thumb (σ against µ) does not fit.
    """

    id: str
    name: str
    parent: str | None = None
    order: int = 0
    indicator: Indicator | None = None
    formula: str = ""
    influences: tuple[Influence, ...] = ()
    unit: str = ""
    direction: Direction | None = None
    band: tuple[float, float] | None = None
    lower: float | None = None
    upper: float | None = None
    baseline: float | None = None
    sigma: float | None = None
    readings: tuple[Reading, ...] = ()
    noise: Noise = ""
    # one-pager
    definition: str = ""
    source: str = ""
    query: str = ""
    owner: str = ""
    cadence: Cadence = ""
    reviewed: Cadence = ""
    segments: str = ""
    targets: str = ""
    related: str = ""
    caveats: str = ""
    freshness: str = ""
    completeness: str = ""
    validity: str = ""
    # declared in the levers phase
    control: Control | None = None
    family: Family = ""
    segment: str = ""
    plain_outcome: str = ""
    step: str = ""
    # who put it on the board (a person's id)
    by: str = ""


Kpis = Mapping[str, Kpi]


def root(kpis: Kpis) -> Kpi | None:
    """The north star: the KPI without a parent, or `None` on an empty board."""
    return next((kpi for kpi in kpis.values() if kpi.parent is None), None)


def children(kpis: Kpis, parent: str | None) -> list[Kpi]:
    """The display children of `parent`, in board order."""
    found = [kpi for kpi in kpis.values() if kpi.parent == parent]
    return sorted(found, key=lambda kpi: (kpi.order, kpi.id))


def family_lists(kpis: Kpis) -> dict[str | None, list[Kpi]]:
    """Every parent's children in board order, in one pass (O(n log n))."""
    lists: dict[str | None, list[Kpi]] = {}
    for kpi in kpis.values():
        lists.setdefault(kpi.parent, []).append(kpi)
    for members in lists.values():
        members.sort(key=lambda kpi: (kpi.order, kpi.id))
    return lists


def walk(kpis: Kpis) -> Iterator[tuple[Kpi, int]]:
    """Every KPI with its depth, parents before children, in board order: the outline from top to bottom."""
    lists = family_lists(kpis)
    stack = [(kpi, 0) for kpi in reversed(lists.get(None, []))]
    while stack:
        kpi, depth = stack.pop()
        yield kpi, depth
        stack.extend((child, depth + 1) for child in reversed(lists.get(kpi.id, [])))


def ancestors(kpis: Kpis, kpi_id: str) -> list[str]:
    """Ids from the parent of `kpi_id` up to the north star. Stops at a repeated id, so it ends on broken data too."""
    path: list[str] = []
    kpi = kpis.get(kpi_id)
    while kpi is not None and kpi.parent is not None and kpi.parent not in path:
        path.append(kpi.parent)
        kpi = kpis.get(kpi.parent)
    return path


def subtree(kpis: Kpis, kpi_id: str) -> list[str]:
    """`kpi_id` and everything below it, parents before children."""
    lists = family_lists(kpis)
    found, stack = [], [kpi_id]
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(child.id for child in reversed(lists.get(current, [])))
    return found


def role(kpis: Kpis, kpi: Kpi) -> KpiRole:
    """Structure, derived: the root is the north star, an inner node a driver, a leaf an input (domain a)."""
    if kpi.parent is None:
        return "north_star"
    return "driver" if any(other.parent == kpi.id for other in kpis.values()) else "input"


def is_lever(kpi: Kpi) -> bool:
    """A lever is what the team can influence now: control ours or shared, below the north star (M-TREE-5)."""
    return kpi.parent is not None and kpi.control in ("ours", "shared")
