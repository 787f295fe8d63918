"""Two workers and one workshop: the console counts people wherever their screens are connected."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.rooms.neighbours import COUNTS_FOR, MOST_PEOPLE, TOLD_EVERY, Neighbours
from tests.rooms.house import house, run
from tests.storage.postgres_server import PostgresServer


def test_a_worker_tells_what_is_new_and_repeats_it_now_and_then() -> None:
    now = [100.0]
    one, two = Neighbours(lambda: now[0]), Neighbours(lambda: now[0])
    assert one.tell([], {}) is None
    first = one.tell(["p2", "p1", "p2"], {"p1": "k3", "p9": ""})
    assert first is not None
    assert one.tell(["p1", "p2"], {"p1": "k3"}) is None
    assert one.heard(first) is None, "its own voice"
    told = two.heard(first)
    assert told is not None
    assert (told[0].here, told[0].writing, told[1]) == (["p1", "p2"], {"p1": "k3"}, None)
    now[0] += TOLD_EVERY
    again = one.tell(["p1", "p2"], {"p1": "k3"})
    assert again == first
    gone = one.tell([], {})
    assert gone is not None
    assert two.people() == {"p1", "p2"}
    two.heard(gone)
    assert two.people() == set()
    assert two.heard("no news") is None


def test_a_worker_that_falls_silent_takes_its_people_along() -> None:
    now = [100.0]
    one, two = Neighbours(lambda: now[0]), Neighbours(lambda: now[0])
    two.heard(one.tell(["p1"], {}) or "")
    now[0] += COUNTS_FOR - 1
    assert not two.forget_the_silent()
    now[0] += 2
    assert two.forget_the_silent()
    assert two.people() == set()


def test_what_is_told_fits_into_one_message_of_the_channel() -> None:
    crowd = [f"p{number}" for number in range(5000)]
    told = Neighbours().tell(crowd, dict.fromkeys(crowd[:20], "k1234"))
    assert told is not None
    assert len(told) < 7_700
    assert MOST_PEOPLE == 800


@pytest.mark.postgres
@pytest.mark.timeout(90)
def test_the_console_counts_people_who_are_at_another_worker(tmp_path: Path) -> None:
    async def test(url: str) -> None:
        async with (
            house(tmp_path / "one", database_url=url) as one,
            house(tmp_path / "two", database_url=url) as two,
        ):
            code, cookie = await one.workshop()
            noor = await one.join(code, "Noor")
            console = await one.opened(code, "console", cookie)
            room = await one.room(code)
            phone = await two.opened(code, "phone", noor)
            (person,) = {connection.person for connection in (await two.room(code)).stage.connections}
            async with asyncio.timeout(20):
                while person not in room.stage._present().online:
                    await asyncio.sleep(0.1)
                # What somebody edits there is said here, too (issue 3).
                await console.say("OpenPhase", phase="tree")
                await console.say("AddKpi", phase="tree", name="Revenue")
                (kpi,) = room.workshop.kpis
                while kpi not in (await two.room(code)).workshop.kpis:
                    await asyncio.sleep(0.1)
                await phone.send({"t": "typing", "on": True, "kpi": kpi})
                while kpi not in console.editing:
                    await asyncio.sleep(0.1)
                before = console.regions["people"]
                await phone.drop()
                while (
                    kpi in console.editing
                    or person in room.stage._present().online
                    or console.regions["people"] == before
                ):
                    await asyncio.sleep(0.1)

    server = PostgresServer()
    try:
        url = asyncio.run(server.new_database("neighbours"))
        run(lambda: test(url), within=80)
    finally:
        server.close()
