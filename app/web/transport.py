"""The connection classes that uvicorn uses, so that the app can reach the connection under a websocket.

A frame that is the same for a thousand screens is built once and written to each socket, past uvicorn's own framing. And a
peer that stopped reading cannot be closed: a close frame would wait behind everything it did not read. Only the
transport's `abort()` ends it (LIVE-7). uvicorn hands neither to the app, so this class puts itself into the scope. The base
class is not a stable interface; that is why uvicorn is pinned exactly, and why an app that does not find the extension (or
has LEVERTREE_TRANSPORT=send) must still work: app/web/wires.py.

When a socket ends, what belonged to it is let go of here: uvicorn leaves some 17 KB in circles that only the garbage collector
would find, and that one seldom looks at old objects (app/rooms/tidy.py).
"""

from __future__ import annotations

import contextlib
import socket
import sys
from asyncio.transports import BaseTransport
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

EXTENSION = "levertree.transport"
LINE = "levertree.line"

KERNEL_BUFFER = 64 * 1024
"""Bytes the system may hold for a peer that does not read; by itself it would hold megabytes for each."""


class TransportInScope(WebSocketsSansIOProtocol):
    """`scope["extensions"]` holds the connection's asyncio.Transport, and this object as the line itself.

    `full` tells that the peer does not take what is written. `on_full` is called when it becomes so or the line is going, and
    `on_drained` when it takes again.
    """

    full = False
    on_full: Callable[[], None] | None = None
    on_drained: Callable[[], None] | None = None
    send_now: Callable[[bytes], int] | None = None
    """The socket's own `send`, to be used while the line is not `full` (app/rooms/lines.py); none where a layer such as TLS
    lies between."""
    _socket: socket.socket | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        under = transport.get_extra_info("socket")
        # Full as soon as anything waits: a line that is not full has nothing in its buffer, whoever wrote last.
        transport.set_write_buffer_limits(high=0)  # type: ignore[attr-defined]
        if under is None:
            return
        with contextlib.suppress(OSError):
            under.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
        if sys.platform != "win32" and transport.get_extra_info("ssl_object") is None:
            # A second handle to the transport's own descriptor, which the transport closes: this one only lets go of it.
            self._socket = socket.socket(under.family, under.type, under.proto, fileno=under.fileno())
            self._socket.setblocking(False)
            self.send_now = self._socket.send

    def pause_writing(self) -> None:
        super().pause_writing()
        self.full = True
        self._tell()

    def _tell(self) -> None:
        if self.on_full is not None:
            self.on_full()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._tell()

    def shutdown(self) -> None:
        super().shutdown()
        self._tell()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.full = False
        if self.on_drained is not None:
            self.on_drained()

    def connection_lost(self, exc: Exception | None) -> None:
        self.send_now = None
        self._tell()
        self.on_full = self.on_drained = None
        if self._socket is not None:
            self._socket.detach()
        super().connection_lost(exc)
        self.conn.parser.close()  # a generator that holds the connection that holds it

    async def run_asgi(self) -> None:
        extensions: dict[str, object] = self.scope.setdefault("extensions", {})  # type: ignore[assignment]
        extensions[EXTENSION] = self.transport
        extensions[LINE] = self
        try:
            await super().run_asgi()
        finally:
            del extensions[EXTENSION], extensions[LINE]


class LetsGo(HttpToolsProtocol):
    """The same as uvicorn's, and lets go of its parser when the connection becomes a websocket."""

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]
