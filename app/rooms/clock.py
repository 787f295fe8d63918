"""The server's clock (LIVE-10): what the wall clock says, without its jumps.

Somebody corrects the host's clock, or a time service does, in the middle of a phase: every timer would jump with it. So
time goes on by a steady counter from where the process began, and is led towards the wall clock by at most half a
percent. It never runs backwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable

LED_BY = 0.005


def _steady() -> float:
    """Seconds that no clock setting touches; they also pass while a laptop sleeps, where the system can tell."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


class Clock:
    """`clock()` gives milliseconds since the epoch."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = _steady) -> None:
        self._wall = wall
        self._steady = steady
        self._said = wall()
        self._at = steady()

    def __call__(self) -> int:
        at = self._steady()
        passed, self._at = at - self._at, at
        lead = self._wall() - (self._said + passed)
        self._said += passed + max(-LED_BY * passed, min(LED_BY * passed, lead))
        return int(self._said * 1000)


now_ms = Clock()
"""The clock of this process."""
