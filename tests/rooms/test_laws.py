"""Laws of the live protocol, tried on random workshops with phones that drop at any moment.

- Resuming shows what staying would have shown, and both show what a fresh page shows (LIVE-4).
- Nothing is taken twice, nothing acknowledged is missing, everybody's own order is kept (LIVE-1, LIVE-2, LIVE-3).
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.crowd import Crowd, check, controls, play, sqlite_reader
from tests.rooms.house import Transport, house, run

SEEDS = [1, 2, 3]


@pytest.mark.parametrize("transport", ["direct", "send"])
@pytest.mark.parametrize("seed", SEEDS)
def test_LIVE_4_after_any_disconnection_the_screens_equal_fresh_ones(
    tmp_path: Path, transport: Transport, seed: int
) -> None:
    async def test() -> None:
        chance = random.Random(seed)
        async with house(tmp_path, transport) as home:
            crowd = await Crowd.gather(home.base, phones=5, walls=1, read=sqlite_reader(tmp_path))
            await play(crowd, chance, actions=60, drops=0.15)
            report = await check(crowd)
            assert report.fine, report
            await crowd.leave()

    run(test)


def test_the_checker_notices_a_region_that_was_not_sent(tmp_path: Path) -> None:
    """The negative control: a server that forgets to tell one screen one thing is found out."""

    async def test() -> None:
        chance = random.Random(7)
        async with house(tmp_path) as home:
            crowd = await Crowd.gather(home.base, phones=2, walls=0, read=sqlite_reader(tmp_path))
            await play(crowd, chance, actions=10, drops=0.0)
            deaf = crowd.phones[0]
            room = await home.room(crowd.code)
            for connection in room.stage.connections:
                if connection.client_id == deaf.client_id:
                    connection.show = lambda *_: None  # type: ignore[method-assign]
            await play(crowd, chance, actions=20, drops=0.0)
            report = await check(crowd, within=2.0)
            assert not report.fine
            assert report.diverged
            await crowd.leave()

    run(test)


def test_the_checker_notices_a_log_that_is_not_what_was_acknowledged(tmp_path: Path) -> None:
    """More negative controls: something acknowledged is missing, something stands twice, two stand in the wrong order."""

    async def test() -> None:
        async with house(tmp_path) as home:
            crowd = await Crowd.gather(home.base, phones=2, walls=0, read=sqlite_reader(tmp_path))
            await play(crowd, random.Random(5), actions=12, drops=0.0)
            report = await check(crowd)
            assert report.fine, report
            noticed = controls(crowd, await crowd.read_log())
            assert all(noticed.values()), noticed
            await crowd.leave()

    run(test)
