"""Quick versions of the runs that break things (the long ones: `make soak`). The checkers' negative controls are in
tests/rooms/test_laws.py; here are those of the blows themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.runs import full_disk, killed, restarted, roaming, stalled, told
from tests.rooms.house import run as limited

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]


def test_LIVE_1_2_3_4_a_server_killed_under_load_loses_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        run = await killed(tmp_path, phones=8, rate=4, kills=3)
        assert run.report.fine, told("kill", run)
        assert run.report.acks > 50
        assert run.kills_in_flight > 0
        assert run.report.lost_acks > 0

    limited(test, within=140)


def test_LIVE_1_a_full_disk_means_no_acknowledgement_and_nothing_broken(tmp_path: Path) -> None:
    async def test() -> None:
        run = await full_disk(tmp_path)
        assert run.notes["acks_while_full"] == 0
        assert run.notes["told_the_facilitator"] >= 1
        assert run.notes["integrity_ok"]
        assert run.report.fine, told("disk full", run)

    limited(test, within=100)


def test_LIVE_11_everybody_is_back_soon_after_a_restart(tmp_path: Path) -> None:
    async def test() -> None:
        run = await restarted(tmp_path, phones=15)
        assert run.notes["closed_with_1012"]
        assert run.notes["back_p95_s"] <= 6, told("restart", run)
        assert run.report.fine, told("restart", run)

    limited(test, within=100)


def test_LIVE_7_screens_that_stop_reading_do_not_slow_the_others(tmp_path: Path) -> None:
    async def test() -> None:
        run = await stalled(tmp_path, phones=6, deaf=3, seconds=4)
        assert run.report.fine, told("stalled", run)
        assert run.notes["memory_grew_mb"] <= 50
        assert run.notes["with_stalled_p99_ms"] < 1000

    limited(test, within=100)


@pytest.mark.postgres
def test_LIVE_1_2_3_4_three_workers_on_postgresql_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        run = await roaming(tmp_path, phones=6, rate=3, seconds=8)
        assert run.report.fine, told("workers", run)
        assert run.report.acks > 30

    limited(test, within=140)
