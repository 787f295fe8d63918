"""(a) The floor: raw asyncio on uvloop. On any message it writes the next fragment of a file, framed beforehand, to every socket,
and does nothing else: no parsing, no rules, no storage, no rendering. `python -m benchmarks.live.floor PORT FILE`; the file
holds one fragment a line."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import uvloop

from app.rooms.frames import header

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
everybody: set[asyncio.Transport] = set()
frames: Iterator[bytes]


class Line(asyncio.Protocol):
    """One socket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.open = False

    def data_received(self, data: bytes) -> None:
        if not self.open:
            key = next(
                line[19:] for line in data.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key: ")
            )
            accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            self.open = True
            everybody.add(self.transport)
            return
        frame = next(frames)
        for transport in everybody:
            transport.write(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        everybody.discard(self.transport)


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", int(sys.argv[1]), backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    fragments = Path(sys.argv[2]).read_bytes().splitlines()
    frames = itertools.cycle([header(len(fragment)) + fragment for fragment in fragments])
    uvloop.run(main())
