"""One message as bytes, built once and written to any number of sockets.

A server's text frame needs no mask, so the very same bytes fit every socket: encoding and framing cost once per change
and not once per phone (docs/performance.md). `text` is the same message for sockets that frame by themselves.
"""

from __future__ import annotations

from functools import cached_property

import msgspec

from app.rooms.protocol import Message

TEXT = 0x81  # a final frame of text, RFC 6455, section 5.2

_encoder = msgspec.json.Encoder()


class Frame:
    """A message ready to leave."""

    def __init__(self, message: Message) -> None:
        self.payload = _encoder.encode(message)

    @cached_property
    def wire(self) -> bytes:
        """The message as a websocket frame."""
        return header(len(self.payload)) + self.payload

    @cached_property
    def text(self) -> str:
        """The message as text."""
        return self.payload.decode()


def header(size: int) -> bytes:
    """The head of an unmasked text frame with `size` bytes of content."""
    if size < 126:
        return bytes((TEXT, size))
    if size < 1 << 16:
        return bytes((TEXT, 126)) + size.to_bytes(2, "big")
    return bytes((TEXT, 127)) + size.to_bytes(8, "big")
