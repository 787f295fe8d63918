"""A phone whose link moves between workers: each has to know what the others have answered (LIVE-1, LIVE-2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest

from tests.rooms.house import House, house, run
from tests.rooms.screen import Screen
from tests.rooms.test_sockets import collecting
from tests.storage.postgres_server import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(90)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


def two_workers(
    postgres: PostgresServer, folder: Path, test: Callable[[House, House], Coroutine[None, None, None]]
) -> None:
    async def both() -> None:
        url = await postgres.new_database(folder.name)
        async with (
            house(folder / "one", database_url=url) as one,
            house(folder / "two", database_url=url) as two,
        ):
            await test(one, two)

    run(both, within=80)


async def texts(home: House, code: str) -> list[str]:
    workshop = await (await home.room(code)).look()
    return [card.text for card in workshop.cards.values()]


async def move(phone: Screen, home: House, code: str) -> int:
    """Lose the link, and come back at another worker; gives the number it names."""
    await phone.drop()
    phone.address = home.base.replace("http", "ws") + f"/ws/{code}/phone"
    last: int = (await phone.open())["last_cid"]
    return last


def test_LIVE_1_a_worker_knows_what_others_answered_while_a_phone_was_away(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    async def test(one: House, two: House) -> None:
        code, _, _, phase = await collecting(one)
        phone = await one.opened(code, "phone", await one.join(code, "Noor"))
        await phone.say("AddCard", phase=phase, text="first, here")
        assert await move(phone, two, code) == 1
        for text in ("second, there", "third, there"):
            await phone.say("AddCard", phase=phase, text=text)
        assert await move(phone, one, code) == 3, (
            "or the next would be numbered 2, and get the answer of the second"
        )
        await phone.say("AddCard", phase=phase, text="fourth, here")
        assert await texts(one, code) == ["first, here", "second, there", "third, there", "fourth, here"]

    two_workers(postgres, tmp_path, test)


def test_LIVE_12_a_tab_and_its_copy_at_two_workers_are_never_told_a_gap_that_is_none(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    async def test(one: House, two: House) -> None:
        code, _, _, phase = await collecting(one)
        cookie = await one.join(code, "Noor")
        tab = await one.opened(code, "phone", cookie)
        copy = two.screen(code, "phone", cookie)
        copy.client_id = tab.client_id
        await copy.open()
        gaps = []
        for screen in (tab, copy):
            screen.deaf = lambda message: message["t"] == "gap" and not gaps.append(message)
        for cid in range(1, 9):
            screen = (tab, copy)[cid % 2]
            screen.next_cid = cid
            assert await screen.say("AddCard", phase=phase, text=f"card {cid}") == cid
            await asyncio.sleep(0.02)
        assert not gaps
        assert await texts(one, code) == [f"card {cid}" for cid in range(1, 9)]

    two_workers(postgres, tmp_path, test)
