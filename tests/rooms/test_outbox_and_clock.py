"""The bounded outbox of one screen, frames, and the clock that does not jump."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from websockets.frames import Frame as Reference
from websockets.frames import Opcode

from app.rendering.fragments import Part
from app.rooms import connections
from app.rooms.clock import Clock
from app.rooms.frames import Frame
from app.rooms.protocol import Notice, Parts
from tests.rooms.house import run
from tests.rooms.parts import screen


@pytest.mark.parametrize("size", [0, 1, 60, 125, 126, 4000, 65_535, 65_536, 200_000])
def test_a_frame_is_what_a_websocket_library_makes_of_the_same_text(size: int) -> None:
    frame = Frame(Notice(text="x" * size))
    reference = Reference(Opcode.TEXT, frame.payload).serialize(mask=False)
    assert frame.wire == reference
    assert frame.text.encode() == frame.payload


def test_LIVE_7_an_outbox_keeps_only_the_newest_of_each_region_and_loses_no_answer() -> None:
    async def test() -> None:
        connection, wire = screen("phone", "p1")
        wire.ready = False
        for seq in range(1, 200):
            parts = [Part("shared", seq, f"board {seq}"), Part(f"kpi-{seq % 3}", seq, f"card {seq}")]
            connection.show(seq, parts, Frame(Parts(seq=seq, parts=parts)))
            if seq % 50 == 0:
                connection.say(Notice(text=f"answer {seq}"))
        assert not wire.written
        wire.ready = True
        connection.drained()
        assert [message["text"] for message in wire.of("notice")] == ["answer 50", "answer 100", "answer 150"]
        (only,) = wire.of("parts")
        assert only["seq"] == 199
        assert {part["region"]: part["v"] for part in only["parts"]} == {
            "shared": 199,
            "kpi-0": 198,
            "kpi-1": 199,
            "kpi-2": 197,
        }
        assert not connection.behind

    run(test)


def test_LIVE_7_too_many_answers_that_nobody_takes_end_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test() -> None:
        connection, wire = screen("phone", "p1")
        wire.ready = False
        for _ in range(1100):
            connection.say(Notice(text="x" * 1000))
        assert wire.aborted
        assert not connection.behind
        monkeypatch.setattr(connections, "STALLED_AFTER", 0.05)
        slow, slow_wire = screen("phone", "p1")
        slow_wire.ready = False
        slow.say(Notice(text="x"))
        await asyncio.sleep(0.2)
        assert slow_wire.aborted

    run(test)


def test_LIVE_10_the_clock_follows_no_jump_and_never_runs_backwards() -> None:
    wall, steady = [1000.0], [0.0]
    clock = Clock(lambda: wall[0], lambda: steady[0])
    said = [clock()]
    for step in range(600):
        wall[0] += 1 if step not in (100, 300) else (-3600 if step == 100 else 7200)
        steady[0] += 1
        said.append(clock())
    passed = [two - one for one, two in itertools.pairwise(said)]
    assert min(passed) >= 990
    assert max(passed) <= 1010
    assert abs(said[-1] - said[0] - 600_000) < 600 * 5 + 10
