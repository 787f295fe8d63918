"""Hard bounds: values a KPI cannot take, declared or implied by its unit (domain a, Direction)."""

from __future__ import annotations

import re
from functools import lru_cache

from facilitation.kpi_tree import Kpi
from facilitation.units import parse_unit

_NOT_A_SHARE = re.compile(
    r"growth|net revenue|\bnrr\b|\bgrr\b|change|margin|uplift|increase|decrease|\broi\b|\broas\b|return on|mark-?up"
    r"|yoy|mom\b|wow\b",
    re.IGNORECASE,
)


def hard_bounds(kpi: Kpi) -> tuple[float | None, float | None]:
    """(lowest, highest) display value, `None` where there is none.

    Declared bounds win. A percentage is a share of something and lies in 0–100, unless its name says that it can leave
    that range, as growth, margin and net revenue retention do.
    """
    lowest, highest = _implied(kpi.unit, kpi.name)
    return (
        kpi.lower if kpi.lower is not None else lowest,
        kpi.upper if kpi.upper is not None else highest,
    )


@lru_cache(maxsize=4096)
def _implied(unit_text: str, name: str) -> tuple[float | None, float | None]:
    unit = parse_unit(unit_text)
    share = unit.share and not unit.points and not unit.period and not _NOT_A_SHARE.search(name)
    return (0.0, 1.0 / unit.scale) if share else (None, None)


def clamp(value: float, lower: float | None, upper: float | None) -> float:
    """`value` moved into the bounds."""
    if lower is not None and value < lower:
        return lower
    return upper if upper is not None and value > upper else value
