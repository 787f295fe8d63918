"""The same bytes to many sockets, at the price of the system call and little else.

An event loop keeps what is written in a buffer of its own, lists who has something to send, and sends when its turn is over: a
fifth of what a small frame costs (docs/performance.md). A `Line` is a socket of which it is known that nothing waits in its
transport, so its bytes can go straight to the system. What the system does not take at once goes to the transport, and the
line is none any more until the transport has got rid of it: frames never overtake or tear each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import NamedTuple


class Line(NamedTuple):
    """A socket that takes frames now: its own `send`, and the transport for what that does not take. `number` is the system's:
    sockets that came one after the other have neighbouring ones."""

    send: Callable[[bytes], int]
    transport: asyncio.Transport
    number: int = 0


class Lines:
    """Many of them. The senders have a list of their own: the loop over them runs for every screen and every change, and each
    object that it does not have to touch is time saved. They stand in the order in which they came, as they lie in memory, here
    and in the system: a tenth of a send to a thousand sockets is waiting for memory (docs/performance.md)."""

    def __init__(self, lines: Sequence[Line]) -> None:
        ordered = sorted(lines, key=attrgetter("number"))
        self._sends = [line.send for line in ordered]
        self._transports = [line.transport for line in ordered]

    def write(self, wire: bytes) -> None:
        """A frame to every line."""
        size = len(wire)
        for place, send in enumerate(self._sends):
            try:
                sent = send(wire)
            except OSError:  # it takes nothing now, or the peer is gone: the transport finds out which
                sent = 0
            if sent != size and not self._transports[place].is_closing():
                self._transports[place].write(wire[sent:])
