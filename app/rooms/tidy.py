"""When the garbage collector looks at everything: not while people wait.

A full collection walks through every object of the process, and with thousands of screens that stops everybody for more than
half a second (docs/performance.md). Almost all that lives long here lives on for good reasons, and what is let go of is mostly
freed at once, without the collector. So only the youngest objects are collected as always. What survives that is set aside unseen
(to look at it once more first took 35 to 70 ms each time with 300 rooms, and was most of their slowest hundredth), and
everything is looked at when nobody is here, or when memory has grown by much.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

ASIDE_EVERY = 3.0
ALL_EVERY = 60.0
GROWN = 256 * 1024 * 1024
YOUNG = 2_000
"""So many more objects than before begin a collection of the young ones: about 5 ms with 300 rooms, three times that with ten
times as many."""
NEVER = 1_000_000


def memory() -> int:
    """Bytes of resident memory; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def begin() -> None:
    """What is loaded now stays: set it aside, and keep full collections from coming by themselves."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, NEVER, NEVER)


class Tidy:
    """Called about once a second with whether anybody is here."""

    def __init__(self, clock: Callable[[], float], measure: Callable[[], int] = memory) -> None:
        self._clock = clock
        self._measure = measure
        self._aside_at = self._all_at = clock()
        self._known = measure()
        self._dirty = False

    def __call__(self, anybody: bool) -> str:
        """Look after memory; tells what was done: nothing (empty), `aside` or `all`."""
        self._dirty |= anybody
        now = self._clock()
        if self._dirty and now - self._all_at >= ALL_EVERY and (not anybody or self._grown()):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._all_at = self._aside_at = now
            self._known, self._dirty = self._measure(), anybody
            return "all"
        if anybody and now - self._aside_at >= ASIDE_EVERY:
            gc.collect(0)
            gc.freeze()
            self._aside_at = now
            return "aside"
        return ""

    def _grown(self) -> bool:
        return self._measure() - self._known > GROWN
