"""What whoever runs the server sees: metrics, readiness, logs; and what must never be in them."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from app import logs
from app.storage.api import StorageDown
from app.web.readiness import Readiness
from tests.rooms.house import house, run


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as JSON lines."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, structlog.get_config())
    stream = io.StringIO()
    logs.configure("info", as_json=True, stream=stream)
    yield stream
    root.handlers, root.level = before[0], before[1]
    structlog.configure(**before[2])


def test_metrics_count_what_happens_and_hold_no_text(tmp_path: Path) -> None:
    async def test() -> None:
        async with house(tmp_path) as home:
            code, cookie = await home.workshop("A very secret title")
            console = await home.opened(code, "console", cookie)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            await phone.say("ParkThought", text="A very secret thought")
            await console.say("NextPhase")
            async with httpx.AsyncClient(base_url=home.base, trust_env=False) as browser:
                answer = await browser.get("/metrics")
            assert answer.status_code == 200
            assert 'levertree_connections{screen="phone"}' in answer.text
            assert "levertree_rooms 1.0" in answer.text
            for name in ("append_seconds_bucket", "broadcast_seconds_bucket", "evictions_total", "queue "):
                assert f"levertree_{name}" in answer.text
            for secret in ("secret", "Noor", code, cookie):
                assert secret not in answer.text

    run(test)


def test_metrics_are_for_the_machine_itself_or_for_those_who_know_the_token(tmp_path: Path) -> None:
    async def asked(base: str, **headers: str) -> int:
        async with httpx.AsyncClient(base_url=base, trust_env=False) as browser:
            return (await browser.get("/metrics", headers=headers)).status_code

    async def test() -> None:
        async with house(tmp_path / "open") as home:
            assert await asked(home.base) == 200
            for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
                assert await asked(home.base, **{header: "127.0.0.1"}) == 404
        async with house(tmp_path / "token", metrics_token="only for us") as home:
            assert await asked(home.base) == 404
            assert await asked(home.base, Authorization="Bearer guess") == 404
            assert await asked(home.base, Authorization="Basic only for us") == 404
            through_a_proxy = {"Authorization": "Bearer only for us", "X-Forwarded-For": "203.0.113.9"}
            assert await asked(home.base, **through_a_proxy) == 200

    run(test)


def test_readiness_is_looked_at_once_a_second_however_many_ask() -> None:
    class Counting:
        looks = 0
        down = False

        async def ping(self) -> None:
            self.looks += 1
            if self.down:
                raise StorageDown("The disk is full.")

    async def test() -> None:
        store = Counting()
        readiness = Readiness(store)  # type: ignore[arg-type]
        assert set(await asyncio.gather(*(readiness.problem() for _ in range(50)))) == {""}
        assert store.looks == 1
        store.down = True
        await asyncio.sleep(1.05)
        assert await readiness.problem() == "The disk is full."

    run(test)


def test_logs_are_json_and_strike_out_secrets(lines: io.StringIO) -> None:
    token = "wall-key_" + "x" * 40
    log = structlog.get_logger()
    logging.getLogger("app.somewhere").warning('"WebSocket /ws/ABCD/wall?key=%s" [accepted]', token)
    log.info("page failed", path=f"/f/ABCDEFGH/{token}", address="postgresql://user:password@host/name")
    try:
        raise ValueError(f"cannot read {token}")
    except ValueError:
        log.exception("room failed", workshop="w1")
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [one["level"] for one in written] == ["warning", "info", "error"]
    assert "ValueError" in written[2]["exception"]
    assert token not in lines.getvalue()
    assert "password" not in lines.getvalue()


def test_LIVE_9_nothing_that_people_write_is_logged(tmp_path: Path, lines: io.StringIO) -> None:
    async def test() -> None:
        async with house(tmp_path) as home:
            code, cookie = await home.workshop("Unmistakable title")
            phone_cookie = await home.join(code, "Unmistakable Noor")
            phone = await home.opened(code, "phone", phone_cookie)
            wall = await home.opened(code, "wall", query=f"?key={await home.wall_key(code, cookie)}")
            await phone.say("ParkThought", text="Unmistakable thought")
            await phone.send("Unmistakable garbage")
            await phone.until(lambda: bool(phone.notices))
            await wall.shut()
            room = await home.room(code)
            room.stage.show = lambda *_: 1 / 0  # type: ignore[method-assign,assignment,return-value]
            await phone.act("ParkThought", text="Unmistakable trouble")
            await phone.until(lambda: phone.closed is not None)
        written = lines.getvalue()
        assert "room failed" in written
        for secret in ("Unmistakable", cookie, phone_cookie):
            assert secret not in written

    run(test)


def test_how_many_people_a_room_holds_is_a_setting(tmp_path: Path) -> None:
    async def test() -> None:
        async with house(tmp_path, max_people=3) as home:
            code, _ = await home.workshop()
            await home.join(code, "One")
            await home.join(code, "Two")
            async with httpx.AsyncClient(base_url=home.base, trust_env=False) as browser:
                answer = await browser.post(f"/{code}/join", data={"name": "Three"})
            assert answer.status_code == 409
            assert "3 people are in" in answer.text

    run(test)
