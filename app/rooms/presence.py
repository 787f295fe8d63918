"""Who is here and who is writing: best effort, never in the log."""

from __future__ import annotations

import time
from collections.abc import Iterable

from app.rendering.screens import Presence
from app.rooms.clock import now_ms

TYPING_FOR = 6.0
HALF_A_MINUTE = 30_000


class Company:
    """Who is at this process's screens, and who says that they are writing."""

    def __init__(self) -> None:
        self._typing: dict[str, float] = {}

    def typing(self, person: str, on: bool) -> bool:
        """Somebody writes or stops; whether that is news."""
        known = self._typing.get(person, 0.0) > time.monotonic()
        if on:
            self._typing[person] = time.monotonic() + TYPING_FOR
        else:
            self._typing.pop(person, None)
        return known != on

    def now(self, online: Iterable[str]) -> Presence:
        """Presence as the screens show it."""
        clock = time.monotonic()
        self._typing = {person: until for person, until in self._typing.items() if until > clock}
        return Presence(
            online=frozenset(online),
            typing=frozenset(self._typing),
            now=now_ms() // HALF_A_MINUTE * HALF_A_MINUTE,
        )

    def stops_in(self) -> float | None:
        """Seconds until the next of those who write counts as having stopped."""
        return max(0.0, min(self._typing.values()) - time.monotonic()) if self._typing else None
