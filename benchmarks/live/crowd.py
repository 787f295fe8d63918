"""The generator: N raw websockets in one process that count what arrives, as cheaply as Python can.

A receiver notes of each frame only its number and when it came; the harness asks when the last receiver had number n, or a newer
one that contains it. The number is the one that the frame carries, or, where frames are repeated from a file, the how-manieth
it is. One receiver, the witness, keeps what it was sent.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import cast

_SEQ = re.compile(rb'\{"t":"parts","seq":(\d+),"parts":\[(?!\{"region":"(?:mine|foot|own-))')
"""The number of what everybody gets; somebody's own part follows at its own time and is no delivery."""
MASK = b"\0\0\0\0"


def masked(text: bytes) -> bytes:
    """A client's text frame (with a mask of zeros, so that masking costs nothing)."""
    size = len(text)
    length = bytes((0x80 | size,)) if size < 126 else bytes((0x80 | 126,)) + size.to_bytes(2, "big")
    return b"\x81" + length + MASK + text


class Line(asyncio.Protocol):
    """One receiver."""

    def __init__(self, crowd: Crowd, path: str, cookie: str, first: list[bytes]) -> None:
        self.crowd = crowd
        self.path = path
        self.cookie = cookie
        self.first = first
        self.buffer = b""
        self.upgraded = False
        self.frames = 0
        self.shown = asyncio.get_running_loop().create_future()
        self.began = time.perf_counter()
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.crowd.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: levertree={self.cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data if self.buffer else data
        if not self.upgraded:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                self.buffer = buffer
                return
            self.upgraded = buffer.startswith(b"HTTP/1.1 101")
            buffer = buffer[end + 4 :]
            for text in self.first:
                self.transport.write(masked(text))
            if not self.first and not self.shown.done():
                self.shown.set_result(time.perf_counter() - self.began)
        at = 0
        while len(buffer) - at >= 2:
            size, head = buffer[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(buffer[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(buffer[at + 2 : at + 10], "big"), 10
            if len(buffer) - at < head + size:
                break
            self.frame(buffer[at + head : at + head + size], buffer[at])
            at += head + size
        self.buffer = buffer[at:]

    def frame(self, text: bytes, kind: int) -> None:
        """One whole message."""
        if kind == 0x89:  # ping
            self.transport.write(b"\x8a" + bytes((0x80 | len(text),)) + MASK + text)
            return
        if text == b"2":  # socket.io's ping
            self.transport.write(masked(b"3"))
            return
        found = _SEQ.search(text, 0, 96)
        if found is None:
            if text.startswith(b"40") and not self.shown.done():
                self.shown.set_result(time.perf_counter() - self.began)
            self.crowd.heard(self, text)
            return
        if not self.shown.done():
            self.shown.set_result(time.perf_counter() - self.began)
        self.frames += 1
        self.crowd.arrived(self.frames if self.crowd.counts else int(found.group(1)), len(text))
        if self is self.crowd.witness:
            self.crowd.kept.append(text[found.start() : text.rindex(b"}") + 1])

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.crowd.losses += 1
        if not self.shown.done():
            self.shown.set_exception(ConnectionError("lost before it was shown anything"))

    def send(self, text: bytes) -> None:
        """Send one message."""
        self.transport.write(masked(text))


@dataclass
class Arrivals:
    """How many have a number, and when the last one got it."""

    count: int = 0
    last: float = 0.0


@dataclass
class Crowd:
    """All receivers of one run."""

    port: int
    counts: bool = False
    """Whether a frame's number is the how-manieth it is on its line."""
    witness: Line | None = None
    kept: list[bytes] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    seen: dict[int, Arrivals] = field(default_factory=dict)
    acks: dict[tuple[int, int], int] = field(default_factory=dict)
    bytes_in: int = 0
    frames: int = 0
    losses: int = 0

    async def join(self, path: str, cookie: str = "", first: list[bytes] | None = None) -> Line:
        """One more receiver; returns when it is shown something."""
        line = Line(self, path, cookie, first or [])
        await asyncio.get_running_loop().create_connection(lambda: line, "127.0.0.1", self.port)
        self.lines.append(line)
        await asyncio.wait_for(asyncio.shield(line.shown), 60)
        return line

    def arrived(self, seq: int, size: int) -> None:
        """A receiver has this number."""
        one = self.seen.get(seq)
        if one is None:
            one = self.seen[seq] = Arrivals()
        one.count += 1
        one.last = time.perf_counter()
        self.frames += 1
        self.bytes_in += size

    def heard(self, line: Line, text: bytes) -> None:
        """Another message: an acknowledgement, if anything."""
        if text.startswith(b'{"t":"ack"'):
            cid, seq = (int(number) for number in re.findall(rb"\d+", text)[:2])
            self.acks[id(line), cid] = seq

    def forget(self) -> None:
        """Start to count afresh."""
        self.seen.clear()
        self.kept.clear()
        for line in self.lines:
            line.frames = 0
        self.bytes_in = self.frames = 0
