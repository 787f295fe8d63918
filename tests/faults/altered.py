"""The server with one thing altered on purpose: `python -m tests.faults.altered MISTAKE serve …`.

Each mistake breaks a promise the way a plausible server would break it, so that the runs can show that they would notice. Nothing
of this is in the product.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from typing import Any

from app.rooms.connections import Connection
from app.rooms.items import Say, Told
from app.rooms.room import Room
from app.web import hearing
from app.web import socket as live

Anything = Any


def hasty_acks() -> None:
    """Acknowledges first and commits a moment later (LIVE-1)."""
    decide_all = Room._decide_all

    async def hasty(self: Room, says: list[Say]) -> Anything:
        batch = await decide_all(self, says)
        for say, told in batch.told:
            say.tell(told)
        await asyncio.sleep(0.2)
        return batch

    Room._decide_all = hasty  # type: ignore[method-assign]


def saved_anyway() -> None:
    """Says “saved” when nothing can be stored (LIVE-1)."""
    not_now = Room._not_now

    def anyway(self: Room, batch: Anything, down: Anything) -> None:
        for item in batch:
            if isinstance(item, Say):
                item.tell(Told(seq=self.workshop.seq + 1))
        not_now(self, batch, down)

    Room._not_now = anyway  # type: ignore[method-assign]


def forgetful() -> None:
    """Loses the second half of what it has to show to phones, now and then, and thinks that they have it (LIVE-4)."""
    from app.rooms.audience import Crowd

    deliver = Crowd._deliver
    turn = itertools.count()

    def lose(self: Crowd, seq: int, parts: list[Anything], frame: Anything) -> None:
        if next(turn) % 3:
            deliver(self, seq, parts, frame)
        else:
            self._sort()
            for connection in self.connections:
                connection._seq = seq

    Crowd._deliver = lose  # type: ignore[method-assign]


def waits_for_all() -> None:
    """Waits for whoever does not read, and keeps a megabyte for each frame they do not take (LIVE-7)."""
    show = Connection.show
    kept: list[bytes] = []

    def wait(self: Connection, seq: int, parts: Anything, frame: Anything) -> None:
        if not self.closed and not self.wire.ready:
            time.sleep(0.01)
            kept.append(b"x" * 1_000_000)
        show(self, seq, parts, frame)

    Connection.show = wait  # type: ignore[method-assign]
    Connection._evict = lambda self: None  # type: ignore[method-assign]


def late_to_work() -> None:
    """Answers pages, and lets no socket in until five seconds after the first that wanted to."""
    until: list[float] = []
    visit = live.visit

    async def not_yet(*given: Anything) -> Anything:
        until.append(time.monotonic() + 5.0)
        if time.monotonic() < until[0]:
            raise TimeoutError
        return await visit(*given)

    live.visit = not_yet


def keeps_every_message() -> None:
    """Remembers three kilobytes of everything that it is sent."""
    hear = hearing.hear
    kept: list[bytearray] = []

    def keep(*given: Anything) -> bool:
        kept.append(bytearray(b"x" * 3_000))
        return hear(*given)

    hearing.hear = keep


def impatient() -> None:
    """No mistake: cuts screens that take nothing after one second instead of ten, so that a short run sees it."""
    import app.rooms.connections as connections
    import app.web.wires as wires

    connections.STALLED_AFTER = wires.STALLED_AFTER = 1.0


MISTAKES = {
    made.__name__: made
    for made in (
        hasty_acks,
        saved_anyway,
        forgetful,
        waits_for_all,
        late_to_work,
        keeps_every_message,
        impatient,
    )
}


if __name__ == "__main__":
    from app.cli import main

    MISTAKES[sys.argv[1]]()
    main(sys.argv[2:])
