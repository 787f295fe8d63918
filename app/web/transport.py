"""The socket class that uvicorn uses, so that the app can reach the connection under a websocket.

A frame that is the same for a thousand screens is built once and written to each transport, past uvicorn's own framing. And a
peer that stopped reading cannot be closed: a close frame would wait behind everything it did not read. Only the
transport's `abort()` ends it (LIVE-7). uvicorn hands neither to the app, so this class puts itself into the scope. The base
class is not a stable interface; that is why uvicorn is pinned exactly, and why an app that does not find the extension (or
has LEVERTREE_TRANSPORT=send) must still work: app/web/wires.py.
"""

from __future__ import annotations

import contextlib
import socket
from asyncio.transports import BaseTransport
from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

EXTENSION = "levertree.transport"
LINE = "levertree.line"

KERNEL_BUFFER = 64 * 1024
"""Bytes the system may hold for a peer that does not read; by itself it would hold megabytes for each."""


class TransportInScope(WebSocketsSansIOProtocol):
    """`scope["extensions"]` holds the connection's asyncio.Transport, and this object as the line itself.

    `full` tells that the peer does not take what is written; `on_full` and `on_drained` are called when that changes.
    """

    full = False
    on_full: Callable[[], None] | None = None
    on_drained: Callable[[], None] | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        under = transport.get_extra_info("socket")
        if under is not None:
            with contextlib.suppress(OSError):
                under.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.full = True
        if self.on_full is not None:
            self.on_full()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.full = False
        if self.on_drained is not None:
            self.on_drained()

    def connection_lost(self, exc: Exception | None) -> None:
        self.on_full = self.on_drained = None
        super().connection_lost(exc)

    async def run_asgi(self) -> None:
        extensions: dict[str, object] = self.scope.setdefault("extensions", {})  # type: ignore[assignment]
        extensions[EXTENSION] = self.transport
        extensions[LINE] = self
        await super().run_asgi()
