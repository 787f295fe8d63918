"""Who is at the screens of other workers: each tells the others about its own, best effort and never in the log.

What is told goes through the wake-up channel: when it changes, and every few seconds besides, so that a worker that opens a
room late, or missed a message, knows soon. What a worker last told counts for a while only, so a worker that died takes its
people along.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

TOLD_EVERY = 5.0
COUNTS_FOR = 15.0
MOST_PEOPLE = 800
"""What fits into one message of the channel; whoever is beyond it counts as away on the other workers' consoles."""


class News(msgspec.Struct, frozen=True):
    """What one worker tells: who is here, and who writes (about which KPI; empty: none in particular)."""

    worker: str
    here: list[str]
    writing: dict[str, str]


class Neighbours:
    """The other workers, as one room knows them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._me = secrets.token_hex(4)
        self._clock = clock
        self._told: News | None = None
        self._told_at = 0.0
        self._known: dict[str, tuple[float, News]] = {}

    def tell(self, here: Iterable[str], writing: Mapping[str, str]) -> str | None:
        """What to tell the others now; `None` when they know it."""
        people = sorted(set(here))[:MOST_PEOPLE]
        news = News(self._me, people, {person: kpi for person, kpi in writing.items() if person in people})
        nobody_yet = self._told is None and not people
        if nobody_yet or (news == self._told and self._clock() - self._told_at < TOLD_EVERY):
            return None
        self._told, self._told_at = news, self._clock()
        return msgspec.json.encode(news).decode()

    def heard(self, text: str) -> tuple[News, News | None] | None:
        """What another worker told, and what it had told before; `None` for what is no news of this kind."""
        try:
            news = msgspec.json.decode(text, type=News)
        except msgspec.DecodeError:
            return None
        if news.worker == self._me:
            return None
        before = self._known.get(news.worker)
        self._known[news.worker] = (self._clock(), news)
        return news, before[1] if before else None

    def people(self) -> frozenset[str]:
        """Everybody who is at another worker's screens."""
        return frozenset(person for _, news in self._known.values() for person in news.here)

    def forget_the_silent(self) -> bool:
        """Let go of workers that have told nothing for a while; whether there was one."""
        until = self._clock() - COUNTS_FOR
        silent = [worker for worker, (at, _) in self._known.items() if at < until]
        for worker in silent:
            del self._known[worker]
        return bool(silent)
