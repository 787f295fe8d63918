"""(a) The floor: raw asyncio on uvloop. On any message it writes one pre-framed fragment to every socket, and does nothing
else: no parsing, no rules, no storage, no rendering. `python -m benchmarks.live.floor PORT BYTES`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import sys
from typing import cast

import uvloop

from app.rooms.frames import header

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
everybody: set[asyncio.Transport] = set()
count = 0


def fragment(number: int, size: int) -> bytes:
    """A message of `size` bytes with its number, framed."""
    head = b'{"t":"parts","seq":%d,"parts":[{"region":"shared","v":%d,"html":"' % (number, number)
    text = head + b"x" * max(0, size - len(head) - 4) + b'"}]}'
    return header(len(text)) + text


class Line(asyncio.Protocol):
    """One socket."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.open = False

    def data_received(self, data: bytes) -> None:
        global count
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
        count += 1
        frame = fragment(count, int(sys.argv[2]))
        for transport in everybody:
            transport.write(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        everybody.discard(self.transport)


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", int(sys.argv[1]), backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
