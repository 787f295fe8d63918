"""What a listener hears is what the websockets library reads, however the bytes arrive."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
from typing import Any

import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from app.web.transport import LINE, TransportInScope, whole_text
from tests.web.test_transport import with_server

MESSAGES = st.lists(
    st.tuples(
        st.one_of(st.text(max_size=200), st.binary(max_size=200), st.just("a long one " * 7_000)),
        st.sampled_from(["whole", "in two", "with a ping between"]),
    ),
    max_size=6,
)
CUTS = st.lists(st.integers(min_value=1, max_value=400), max_size=8)


def frame(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    """As a browser sends it: masked."""
    return Frame(opcode, data, fin).serialize(mask=True)


def sent(message: str | bytes, how: str) -> bytes:
    """One message on the wire."""
    kind = Opcode.TEXT if isinstance(message, str) else Opcode.BINARY
    data = message.encode() if isinstance(message, str) else message
    if how == "whole":
        return frame(kind, data)
    half = len(data) // 2
    between = frame(Opcode.PING, b"?") if how == "with a ping between" else b""
    return frame(kind, data[:half], fin=False) + between + frame(Opcode.CONT, data[half:])


class Hears:
    """An app that listens, on a server of its own. What was heard waits in `done` when the socket has ended."""

    def __init__(self) -> None:
        self.done: asyncio.Queue[list[str | bytes]] = asyncio.Queue()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        heard: list[str | bytes] = []
        first = (await receive())[
            "text"
        ]  # the first is asked for; what came with it waits in the server's queue
        scope["extensions"][LINE].listen(heard.append)
        while (await receive())["type"] != "websocket.disconnect":
            raise AssertionError("a message came past the listener")
        self.done.put_nowait([first, *heard])


async def spoken(address: str, pieces: list[bytes], pause: float = 0.0) -> None:
    """Say this to the server, piece by piece, and end properly."""
    host, port = address.removeprefix("ws://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)
    writer.write(frame(Opcode.CLOSE, b"\x03\xe8"))
    with contextlib.suppress(ConnectionError):
        await reader.read()
    writer.close()


def test_every_message_is_heard_whole_and_in_order_however_it_arrives() -> None:
    runs: list[tuple[list[tuple[str | bytes, str]], list[int]]] = []

    @settings(max_examples=60, deadline=None)
    @given(MESSAGES, CUTS)
    def collect(messages: list[tuple[str | bytes, str]], cuts: list[int]) -> None:
        runs.append((messages, cuts))

    collect()

    async def visit(app: Hears, address: str) -> None:
        for messages, cuts in runs:
            wire = frame(Opcode.TEXT, b"hello") + b"".join(sent(*message) for message in messages)
            pieces = []
            for cut in cuts:
                pieces.append(wire[:cut])
                wire = wire[cut:]
            await spoken(address, [*pieces, wire])
            assert await app.done.get() == ["hello", *(message for message, _ in messages)]

    app = Hears()
    asyncio.run(asyncio.wait_for(with_server(lambda address: visit(app, address), app), 60))


def test_what_looks_like_a_message_within_another_is_none() -> None:
    inner = frame(Opcode.TEXT, b"never said")
    outer = (
        b"\x82" + bytes((0x80 | len(inner),)) + bytes(4)
    )  # a mask of zeros: its content is `inner` as it is
    first = frame(Opcode.TEXT, b"half ", fin=False)

    async def visit(app: Hears, address: str) -> None:
        hello = frame(Opcode.TEXT, b"hello")
        for head in (
            1,
            2,
            4,
            len(outer),
        ):  # the content arrives by itself, and so does each piece of what is before it
            await spoken(address, [hello, outer[:head], outer[head:], inner], pause=0.03)
            assert await app.done.get() == ["hello", inner]
        await spoken(
            address, [hello, first, inner], pause=0.03
        )  # RFC 6455, 5.4: a message within a message is an error
        assert await app.done.get() == ["hello"]

    app = Hears()
    asyncio.run(asyncio.wait_for(with_server(lambda address: visit(app, address), app), 20))


def test_a_text_that_is_none_ends_the_socket_as_it_does_everywhere() -> None:
    async def visit(app: Hears, address: str) -> None:
        await spoken(
            address,
            [frame(Opcode.TEXT, b"hello"), frame(Opcode.TEXT, b"fine"), frame(Opcode.TEXT, b"\xff\xfe")],
        )
        assert await app.done.get() == ["hello", "fine"]

    app = Hears()
    asyncio.run(asyncio.wait_for(with_server(lambda address: visit(app, address), app), 20))


@settings(max_examples=300)
@given(st.text(max_size=400), st.binary(min_size=1, max_size=3))
def test_one_whole_text_is_read_and_anything_else_is_left_to_the_parser(text: str, more: bytes) -> None:
    whole = frame(Opcode.TEXT, text.encode())
    assert whole_text(whole) == text
    for other in (
        whole + more,
        whole[:-1],
        whole[:3],
        b"",
        frame(Opcode.TEXT, text.encode(), fin=False),
        frame(Opcode.BINARY, text.encode()),
        Frame(Opcode.TEXT, text.encode()).serialize(mask=False),
        frame(Opcode.TEXT, b"\xff" + text.encode()),
        bytes((whole[0] | 0x40,)) + whole[1:],
    ):
        assert whole_text(other) is None
    long = "x" * 65_535
    assert whole_text(frame(Opcode.TEXT, long.encode())) == long
    assert whole_text(frame(Opcode.TEXT, (long + "x").encode())) is None


def test_the_server_class_is_the_one_that_serves() -> None:
    from app.commands.serve import options
    from app.settings import Settings

    config = uvicorn.Config(lambda: None, **options(Settings()))
    config.load()
    assert config.ws_protocol_class is TransportInScope
