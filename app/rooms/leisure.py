"""Work that can wait until nobody waits for the room: somebody's own part of a screen, above all.

What everybody looks at is drawn and sent at once. What is left is put here and done piece by piece: one piece, then whatever has
come in meanwhile, then the next. So in a process with many rooms nobody's delivery waits behind the own parts of strangers
(docs/performance.md says what that is worth), and yet each piece has its turn however busy it is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Leisure:
    """A line of small pieces of work, shared by all rooms of a process."""

    def __init__(self) -> None:
        self._line: deque[Callable[[], None]] = deque()

    def later(self, work: Callable[[], None]) -> None:
        """Do this when its turn comes. It must not raise."""
        self._line.append(work)
        if len(self._line) == 1:
            asyncio.get_running_loop().call_soon(self._one)

    def _one(self) -> None:
        work = self._line[0]
        try:
            work()
        finally:
            self._line.popleft()
            if self._line:
                # Behind what has arrived by now: the loop looks for messages before it comes back here.
                asyncio.get_running_loop().call_soon(self._one)
