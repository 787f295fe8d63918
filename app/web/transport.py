"""The connection classes that uvicorn uses, so that the app can reach the connection under a websocket.

A frame that is the same for a thousand screens is built once and written to each socket, past uvicorn's own framing. And a
peer that stopped reading cannot be closed: a close frame would wait behind everything it did not read. Only the
transport's `abort()` ends it (LIVE-7). uvicorn hands neither to the app, so this class puts itself into the scope. The base
class is not a stable interface; that is why uvicorn is pinned exactly, and why an app that does not find the extension (or
has LEVERTREE_TRANSPORT=send) must still work: app/web/wires.py.

What arrives goes to a listener at once, past the server's queue for the app: a server stops reading after each message until the
app has asked for the next, which costs two system calls and a turn of the loop. A message that came whole in one read, as nearly
all do, is unpacked here (`whole_text`); anything else is left to the parser of the websockets library.

When a socket ends, what belonged to it is let go of here: uvicorn leaves some 17 KB in circles that only the garbage collector
would find, and that one seldom looks at old objects (app/rooms/tidy.py).
"""

from __future__ import annotations

import contextlib
import socket
import sys
from asyncio.transports import BaseTransport
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import OPEN
from websockets.streams import StreamReader

from app.rooms.frames import TEXT

try:
    from websockets.speedups import apply_mask
except ImportError:  # no compiled part on this machine
    from websockets.utils import apply_mask

EXTENSION = "levertree.transport"
LINE = "levertree.line"
Listener = Callable[[str | bytes], None]

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
    number = 0
    """The socket's descriptor."""
    _socket: socket.socket | None = None
    _listener: Listener | None = None
    _between_frames = False

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
            self.number = self._socket.fileno()

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

    # -- hearing ---------------------------------------------------------------------------------------------------------

    def listen(self, listener: Listener | None) -> None:
        """Give messages to `listener` as they arrive, those that wait already first; the app's `receive` then tells of nothing
        but the end. `None`: to the app again."""
        self._listener = listener
        if listener is None:
            return
        ends = []
        while not self.queue.empty():
            event = self.queue.get_nowait()
            if event["type"] == "websocket.receive":
                text = event.get("text")
                listener(text if text is not None else event.get("bytes") or b"")
            else:
                ends.append(event)
        for event in ends:
            self.queue.put_nowait(event)
        if self.read_paused:
            self.go_on()
        self._between_frames = self._is_between_frames()

    def hold(self) -> None:
        """Read nothing more for now."""
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        if self._between_frames and self._listener is not None and not self.close_sent:
            text = whole_text(data)
            if text is not None:
                self._listener(text)
                return
        super().data_received(data)
        if self._listener is not None:
            self._between_frames = self._is_between_frames()

    def _is_between_frames(self) -> bool:
        """Whether what comes next begins a message: the parser waits for a frame, and for none that continues another."""
        if self.conn.state is not OPEN or self.conn.current_size is not None or self.close_sent:
            return False
        waits: Any = self.conn.parser
        while (inner := waits.gi_yieldfrom) is not None:
            waits = inner
        return bool(waits.gi_code is StreamReader.at_eof.__code__)

    def send_receive_event_to_app(self) -> None:
        if self._listener is None or self.close_sent:
            super().send_receive_event_to_app()
            return
        data = b"".join(self.frames)
        if self.curr_msg_data_type == "text":
            try:
                text: str | bytes = data.decode()
            except UnicodeDecodeError:
                super().send_receive_event_to_app()  # knows how to end this
                return
        else:
            text = data
        self.frames = []
        self._listener(text)

    # -- the app -----------------------------------------------------------------------------------------------------------

    async def run_asgi(self) -> None:
        extensions: dict[str, object] = self.scope.setdefault("extensions", {})  # type: ignore[assignment]
        extensions[EXTENSION] = self.transport
        extensions[LINE] = self
        try:
            await super().run_asgi()
        finally:
            del extensions[EXTENSION], extensions[LINE]


_SHORT, _LONGER = 0x80 | 125, 0x80 | 126


def whole_text(data: bytes) -> str | None:
    """The text of exactly one frame of a client with a whole text in it, of less than 64 KiB (RFC 6455, 5.2); `None` for anything
    else, which is the parser's to judge."""
    if len(data) < 6 or data[0] != TEXT:
        return None
    size, at = data[1], 2
    if size == _LONGER:
        size, at = int.from_bytes(data[2:4], "big"), 4
    elif 0x80 <= size <= _SHORT:
        size -= 0x80
    else:
        return None
    if len(data) != at + 4 + size:
        return None
    try:
        return apply_mask(data[at + 4 :], data[at : at + 4]).decode()
    except UnicodeDecodeError:
        return None


class LetsGo(HttpToolsProtocol):
    """The same as uvicorn's, and lets go of its parser when the connection becomes a websocket."""

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]
