"""What add-up takes and answers: plain numbers, in the units people see."""

from __future__ import annotations

import msgspec

RUNS = 10_000


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """One key result as add-up sees it: its KPI, today's value, its target, and the chance (0–1) to reach it."""

    key_result: str
    kpi: str
    start: float
    target: float
    chance: float


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one key result adds to the north star at all targets (Shapley), in the north star's unit."""

    key_result: str
    kpi: str
    amount: float


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A key result above others: its own target beside what the tree computes at the targets below (`None`: nothing)."""

    key_result: str
    kpi: str
    target: float
    computed: float | None
    enough: bool


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """A guardrail's chance (0–1) to be breached at the end; `None` with the reason where it cannot be said."""

    guardrail: str
    chance: float | None
    reason: str = ""


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """One way to close the gap to the wish: the target this KPI would need on its own, the others as they are."""

    key_result: str
    kpi: str
    target: float
    needed: float


class AddsUp(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, in the north star's unit. `p50` is the middle run; `p80` is reached in eight runs of ten; `low` and
    `high` hold eight runs of ten between them. `gap` is wish − at_targets where a wish is given. `histogram` holds the
    runs in equal bins from `bins[0]` to `bins[1]`, for the picture; `asked` says whether anybody gave a confidence.
    """

    north_star: str
    today: float
    at_targets: float
    p50: float
    p80: float
    low: float
    high: float
    wish: float | None = None
    gap: float | None = None
    wish_chance: float | None = None
    shares: tuple[Share, ...] = ()
    compared: tuple[Compared, ...] = ()
    trips: tuple[Trip, ...] = ()
    closings: tuple[Closing, ...] = ()
    silent: tuple[str, ...] = ()
    bins: tuple[float, float] = (0.0, 0.0)
    histogram: tuple[int, ...] = ()
    asked: bool = True
    runs: int = RUNS
    seed: int = 0


class CannotAddUp(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing can be computed, with what would help."""

    reason: str
