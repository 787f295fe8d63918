"""Frames that go straight to the socket: whole, in order, and never past what a transport still holds (LIVE-7)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
import uvloop

from app.rooms.lines import Line, Lines
from app.web.transport import TransportInScope
from tests.rooms.house import house

LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop, uvloop.new_event_loop]


class Side(asyncio.Protocol):
    """The writing side, with a transport that counts as full as soon as anything waits."""

    full = False
    lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=0)

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


@pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "uvloop"])
def test_LIVE_7_whatever_the_reader_does_frames_stay_whole_and_in_order(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def test() -> None:
        chance = random.Random(7)
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        theirs.setblocking(False)
        straight = socket.socket(fileno=ours.fileno())
        straight.setblocking(False)
        _, side = await asyncio.get_running_loop().create_connection(Side, sock=ours)
        lines = Lines([Line(straight.send, side.transport)])
        wanted, got = bytearray(), bytearray()
        torn = 0
        for number in range(3000):
            frame = bytes([number % 251]) * chance.choice([1, 300, 1400, 9000])
            if not side.full:
                # Both ways onto the socket in turn: content goes straight, answers through the transport.
                write = lines.write if chance.random() < 0.8 else side.transport.write
                write(frame)
                wanted += frame
                torn += side.full
            if chance.random() < 0.4:
                with contextlib.suppress(BlockingIOError):
                    got += theirs.recv(chance.choice([100, 5000, 60_000]))
            if chance.random() < 0.3:
                await asyncio.sleep(0)
        while len(got) < len(wanted):
            await asyncio.sleep(0)
            try:
                got += theirs.recv(1 << 20)
            except BlockingIOError:
                await asyncio.sleep(0.001)
        assert torn > 50, "the reader was slow enough to matter"
        assert got == wanted
        theirs.close()
        lines.write(b"after the peer has gone")
        lines.write(b"and again")
        async with asyncio.timeout(5):
            while not side.lost:
                await asyncio.sleep(0.01)
        lines.write(b"to a transport that is closed")
        straight.detach()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(asyncio.wait_for(test(), 40))


@pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "uvloop"])
def test_screens_of_one_kind_are_written_to_straight_until_one_is_full(
    tmp_path: Path, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def test() -> None:
        async with house(tmp_path) as home:
            code, cookie = await home.workshop()
            console = await home.opened(code, "console", cookie)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            room = await home.room(code)
            for screen in room.stage.connections:
                assert screen.line is not None
            seq = phone.seq
            await console.say("NextPhase")
            await phone.until(lambda: phone.seq > seq)
            one = next(screen for screen in room.stage.connections if screen.screen == "phone")
            line = one.wire._direct  # type: ignore[attr-defined]
            assert isinstance(line, TransportInScope)
            line.pause_writing()
            assert one.line is None
            before = phone.seq
            phase = room.workshop.current
            assert await console.say("NextPhase", after=phase) in console.acks
            await asyncio.sleep(0.3)
            assert phone.seq == before, "nothing goes to a socket that is full"
            line.resume_writing()
            await phone.until(lambda: phone.seq > before)
            assert one.line is not None
            await phone.drop()
            async with asyncio.timeout(5):
                while one in room.stage.connections:
                    await asyncio.sleep(0.01)
            assert one.line is None
            assert await console.say("NextPhase", after=room.workshop.current) in console.acks

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(asyncio.wait_for(test(), 40))
