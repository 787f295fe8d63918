"""What a number in a sentence is: its value, what it measures, its bound and its role; and movements made of two of them."""

from __future__ import annotations

from typing import Literal

import msgspec

Dimension = Literal["percent", "points", "currency", "time", "factor", "data", "score", "count"]
Role = Literal["value", "deadline", "name"]
Bound = Literal["", "<=", ">="]

SECONDS = {"ms": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0,
            "hr": 3600.0, "hour": 3600.0, "day": 86400.0, "d": 86400.0, "week": 604800.0, "wk": 604800.0, "month": 2629800.0,
            "quarter": 7889400.0, "year": 31557600.0, "yr": 31557600.0}  # fmt: skip


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """One number in the text: characters `start`..`end`, its value (None: placeholder), what it measures and its
    role.
    """

    start: int
    end: int
    value: float | None
    dimension: Dimension
    unit: str = ""
    bound: Bound = ""
    per: bool = False
    role: Role = "value"
    word: str = ""

    @property
    def size(self) -> float | None:
        """The value on a common scale: seconds for durations, the value itself otherwise."""
        if self.value is None or self.dimension != "time":
            return self.value
        return self.value * SECONDS.get(self.unit, 1.0)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A movement from one quantity to another, in whatever order the sentence tells it."""

    start: Quantity
    target: Quantity


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything numeric of a sentence. `band` is a range that is to be kept (72–78 %)."""

    values: tuple[Quantity, ...] = ()
    deadlines: tuple[Quantity, ...] = ()
    pairs: tuple[Pair, ...] = ()
    band: tuple[Quantity, Quantity] | None = None
    dated: bool = False
