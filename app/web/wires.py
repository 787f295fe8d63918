"""Two ways onto a socket, the same for a connection: pre-built frames onto the transport, or the ordinary send.

`direct` writes the bytes of a frame as they are. `send` works with any server: one frame at a time is under way, and what
comes meanwhile waits in the connection, where newer content replaces older (LIVE-7). LEVERTREE_TRANSPORT chooses; the
socket tests run with both.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.rooms.connections import STALLED_AFTER, Connection, Wire
from app.rooms.frames import Frame
from app.rooms.lines import Line
from app.web.transport import LINE, TransportInScope

GOOD_BYE_WITHIN = 2.0
GONE = (WebSocketDisconnect, ConnectionError, RuntimeError, OSError, TimeoutError)


class _Ending:
    """How both kinds end a socket."""

    def __init__(self, socket: WebSocket, reader: asyncio.Task[None] | None) -> None:
        self._socket = socket
        self._reader = reader
        self._line: TransportInScope | None = socket.scope.get("extensions", {}).get(LINE)
        self._closing: asyncio.Task[None] | None = None

    @property
    def gone(self) -> bool:
        """Whether the socket is closing."""
        return self._line is not None and self._line.transport.is_closing()

    def close(self, code: int, reason: str) -> None:
        """Say good-bye without waiting; a peer that does not read is cut."""
        self._closing = asyncio.create_task(self._close(code, reason))

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(GOOD_BYE_WITHIN):
                await self._socket.close(code, reason)
        except GONE:
            self.abort()

    def abort(self) -> None:
        """Cut at once: a close would wait for a peer that does not read."""
        if self._line is not None:
            self._line.transport.abort()
        elif self._reader is not None:
            self._reader.cancel()


class DirectWire(_Ending):
    """Frames go onto the transport as they are."""

    def __init__(self, socket: WebSocket, reader: asyncio.Task[None] | None, line: TransportInScope) -> None:
        super().__init__(socket, reader)
        self._direct = line

    @property
    def hears(self) -> TransportInScope:
        """The line, for whoever wants to hear it without the server between (app/web/hearing.py)."""
        return self._direct

    def attach(self, connection: Connection) -> None:
        self._direct.on_full = connection.filled
        self._direct.on_drained = connection.drained

    @property
    def ready(self) -> bool:
        return not self._direct.full

    @property
    def line(self) -> Line | None:
        line = self._direct
        return (
            Line(line.send_now, line.transport, line.number)
            if line.send_now and not line.transport.is_closing()
            else None
        )

    def write(self, frame: Frame) -> None:
        if not self._direct.transport.is_closing():
            self._direct.transport.write(frame.wire)


class SendWire(_Ending):
    """Frames go through the server's own send, one after the other."""

    def __init__(self, socket: WebSocket, reader: asyncio.Task[None] | None) -> None:
        super().__init__(socket, reader)
        self._connection: Connection | None = None
        self._sending: asyncio.Task[None] | None = None
        self._frame: Frame | None = None

    def attach(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def ready(self) -> bool:
        return self._frame is None

    @property
    def line(self) -> None:
        return None

    def write(self, frame: Frame) -> None:
        self._frame = frame
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        while self._frame is not None:
            try:
                async with asyncio.timeout(STALLED_AFTER):
                    await self._socket.send_text(self._frame.text)
            except GONE:
                if self._connection is not None:
                    self._connection.cut()
                return
            self._frame = None
            if self._connection is not None:
                self._connection.drained()


def wire_for(socket: WebSocket, transport: Literal["direct", "send"]) -> DirectWire | SendWire:
    """The wire that the setting asks for and the server allows."""
    reader = asyncio.current_task()
    line = socket.scope.get("extensions", {}).get(LINE)
    if transport == "direct" and line is not None:
        return DirectWire(socket, reader, line)
    return SendWire(socket, reader)


__all__ = ["DirectWire", "SendWire", "Wire", "wire_for"]
