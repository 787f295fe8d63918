"""The socket class that uvicorn uses, so that the app can reach the connection under a websocket.

A peer that stopped reading cannot be closed: a close frame would wait behind everything it did not read. Only the
transport's `abort()` ends it (LIVE-7), and its `get_write_buffer_size()` tells how far behind it is. uvicorn hands neither to
the app, so this class puts the transport into the scope. The base class is not a stable interface; that is why uvicorn is
pinned exactly, and why an app that does not find the extension must still work.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

EXTENSION = "levertree.transport"


class TransportInScope(WebSocketsSansIOProtocol):
    """`scope["extensions"]["levertree.transport"]` is the connection's asyncio.Transport."""

    async def run_asgi(self) -> None:
        extensions: dict[str, object] = self.scope.setdefault("extensions", {})  # type: ignore[assignment]
        extensions[EXTENSION] = self.transport
        await super().run_asgi()
