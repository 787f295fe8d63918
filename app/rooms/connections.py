"""One connection per screen, with an outbox that cannot grow: newest content per region wins (LIVE-7).

A connection is written to only while its socket takes what it is given. When it does not, the regions that changed are
remembered by id, and their newest content is sent when it drains; a socket that takes nothing for ten seconds is cut off
at once (`abort`, since a close would wait for it). The phone comes back by itself and resumes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from app.rendering.fragments import Part
from app.rooms.protocol import Message, Parts, write
from facilitation.messages import ScreenKind

STALLED_AFTER = 10.0
MAX_WAITING = 1_000_000


class Wire(Protocol):
    """What a connection needs of a socket."""

    async def send_text(self, text: str) -> None: ...

    def abort(self) -> None: ...


class Connection:
    """One screen that is looking. `person` is whom it acts for, empty for a wall."""

    def __init__(self, wire: Wire, screen: ScreenKind, person: str, role: str, client_id: str) -> None:
        self.wire = wire
        self.screen: ScreenKind = screen
        self.person = person
        self.role = role
        self.client_id = client_id
        self.closed = False
        self.on_close: Callable[[], Awaitable[None]] | None = None
        self._messages: list[str] = []
        self._parts: dict[str, Part] = {}
        self._seq = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write(), name=f"outbox {self.client_id}")

    def say(self, message: Message) -> None:
        """Queue a message that must not be dropped (answers)."""
        self._messages.append(write(message))
        self._wake.set()

    def show(self, seq: int, parts: list[Part]) -> None:
        """Queue new content; an older version of the same region is replaced."""
        for part in parts:
            self._parts.pop(part.region, None)
            self._parts[part.region] = part
        self._seq = max(self._seq, seq)
        self._wake.set()

    async def _write(self) -> None:
        try:
            while not self.closed:
                await self._wake.wait()
                self._wake.clear()
                messages, self._messages = self._messages, []
                parts, self._parts = list(self._parts.values()), {}
                if parts:
                    messages.append(write(Parts(seq=self._seq, parts=parts)))
                for message in messages:
                    await asyncio.wait_for(self.wire.send_text(message), STALLED_AFTER)
        except (TimeoutError, ConnectionError, RuntimeError, OSError):
            self.cut()

    def cut(self) -> None:
        """End the connection at once; whoever reads from it notices."""
        if not self.closed:
            self.closed = True
            self.wire.abort()

    async def stop(self) -> None:
        """The socket is gone: stop writing."""
        self.closed = True
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
