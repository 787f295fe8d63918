"""What is PostgreSQL's own: several workers, a lost server, a held row, wake-ups."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from app.storage import (
    Answer,
    Behind,
    NewEvent,
    StorageDown,
    Store,
    WakeUp,
    open_store,
    postgres_connection,
    postgres_store,
)
from app.storage.postgres_connection import spoken
from app.storage.postgres_store import PostgresStore, open_postgres
from tests.storage.postgres_server import PostgresServer

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

NOWHERE = Path("/nonexistent")


def said(text: str, by: str = "p1") -> NewEvent:
    return NewEvent(at=5, by=by, data=f'{{"type":"Said","text":"{text}"}}'.encode())


@asynccontextmanager
async def workers(url: str, number: int) -> AsyncIterator[list[PostgresStore]]:
    stores = [await open_postgres(url) for _ in range(number)]
    try:
        yield stores
    finally:
        for store in stores:
            await store.close()


async def eventually(check: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it never happened"
        await asyncio.sleep(0.02)


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that the test may kill."""
    server = PostgresServer()
    yield server
    server.close()


async def test_LIVE_3_two_workers_write_one_workshop_in_one_order(postgres_url: str) -> None:
    async with workers(postgres_url, 2) as stores:
        workshop_id = await stores[0].create_workshop(code="A", title="", events=[])
        behinds: list[tuple[int, tuple[str, ...]]] = []

        async def write(store: Store, name: str) -> None:
            client = await store.new_client(workshop_id, name)
            head = 0
            for cid in range(1, 41):
                while True:
                    events = [said(f"{name}.{cid}", by=name)] * (1 + cid % 3)
                    try:
                        answer = Answer(client, cid, head + len(events), None)
                        head = await store.append(workshop_id, head, events, [answer])
                        break
                    except Behind as behind:
                        behinds.append((behind.head - head, behind.clients))
                        head = (await store.read(workshop_id, head))[-1].seq

        await asyncio.gather(*(write(store, f"p{n}{k}") for n, store in enumerate(stores) for k in range(3)))
        events = await stores[1].read(workshop_id, 0)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        expected = [f"{cid}" for cid in range(1, 41) for _ in range(1 + cid % 3)]
        for name in ("p00", "p01", "p02", "p10", "p11", "p12"):
            mine = [event.data.decode().split(".")[1].rstrip('"}') for event in events if event.by == name]
            assert mine == expected
        assert behinds, "the workers never met: the test shows nothing"
        assert all(missing > 0 and clients == () for missing, clients in behinds)


async def test_LIVE_2_two_workers_cannot_both_answer_one_contribution(postgres_url: str) -> None:
    async with workers(postgres_url, 2) as (one, two):
        workshop_id = await one.create_workshop(code="A", title="", events=[])
        for cid in range(1, 21):
            client = await one.new_client(workshop_id, "p")
            outcomes = await asyncio.gather(
                one.append(workshop_id, 0, [], [Answer(client, 1, None, "one")]),
                two.append(workshop_id, 0, [], [Answer(client, 1, None, "two")]),
                return_exceptions=True,
            )
            kinds = sorted(type(outcome).__name__ for outcome in outcomes)
            assert kinds == ["Behind", "int"], (cid, outcomes)
            answer = await two.answer(workshop_id, client, 1)
            assert answer is not None
            assert answer.refusal == ("one" if outcomes[0] == 0 else "two")


async def test_a_row_held_by_another_worker_delays_that_workshop_alone(postgres_url: str) -> None:
    """As when a worker is stopped (SIGSTOP) in the middle of its transaction: the server ends it after 3 seconds."""
    async with workers(postgres_url, 1) as (store,):
        held = await store.create_workshop(code="A", title="", events=[])
        free = await store.create_workshop(code="B", title="", events=[])
        stopped = await asyncpg.connect(
            postgres_url, server_settings={"idle_in_transaction_session_timeout": "3s"}
        )
        await stopped.execute("BEGIN")
        await stopped.execute(
            "SELECT 1 FROM workshop WHERE id = $1 FOR NO KEY UPDATE".replace("$1", f"'{held}'")
        )
        delayed = asyncio.ensure_future(store.append(held, 0, [said("a")]))
        await asyncio.sleep(0)
        assert await store.append(free, 0, [said("a")]) == 1
        await store.new_client(held, "somebody joins")
        assert not delayed.done()
        assert await asyncio.wait_for(delayed, 8) == 1
        stopped.terminate()


async def test_a_lost_server_acknowledges_nothing_and_recovers(own_server: PostgresServer) -> None:
    url = await own_server.new_database("workshops")
    async with workers(url, 1) as (store,):
        workshop_id = await store.create_workshop(code="A", title="", events=[])
        client = await store.new_client(workshop_id, "p")
        acked = 0

        async def write() -> None:
            nonlocal acked
            while True:
                event = said(str(acked + 1))
                acked = await store.append(
                    workshop_id, acked, [event], [Answer(client, acked + 1, acked + 1, None)]
                )

        writing = asyncio.ensure_future(write())
        await eventually(lambda: acked >= 5)
        await asyncio.to_thread(own_server.kill)
        with pytest.raises(StorageDown, match="Nothing can be saved in the database"):
            await asyncio.wait_for(writing, 15)
        for attempt in (store.append(workshop_id, acked, [said("x")]), store.ping(), store.head(workshop_id)):
            with pytest.raises(StorageDown):
                await asyncio.wait_for(attempt, 15)
        await store.notify(workshop_id, 1)
        await asyncio.to_thread(own_server.start)
        head = await store.head(workshop_id)
        assert head in (acked, acked + 1), "the append under way may have been committed, and no other"
        assert [event.seq for event in await store.read(workshop_id, 0)] == list(range(1, head + 1))
        state = await store.client(workshop_id, client)
        assert state is not None
        assert state.last_cid == head
        assert await store.append(workshop_id, head, [said("y")]) == head + 1
        await asyncio.wait_for(store.wake_ups.connected.wait(), 10)


async def test_a_server_that_hangs_acknowledges_nothing_and_recovers(
    own_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (postgres_connection, postgres_store):
        monkeypatch.setattr(module, "COMMAND_SECONDS", 1.0)
        monkeypatch.setattr(module, "CONNECT_SECONDS", 1.0)
    url = await own_server.new_database("workshops")
    async with workers(url, 1) as (store,):
        workshop_id = await store.create_workshop(code="A", title="", events=[])
        assert await store.append(workshop_id, 0, [said("a")]) == 1
        own_server.freeze()
        for attempt in (
            store.append(workshop_id, 1, [said("b")]),
            store.append(workshop_id, 1, [said("b")]),
            store.ping(),
        ):
            with pytest.raises(StorageDown, match="does not answer"):
                await asyncio.wait_for(attempt, 8)
        own_server.thaw()
        head = await store.head(workshop_id)
        assert head in (1, 2), "what the server had received before it hung may have been stored"
        assert await store.append(workshop_id, head, [said("c")]) == head + 1


async def test_a_server_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    address = f"postgresql://ann:secret@/workshops?host={tmp_path}"
    with pytest.raises(StorageDown, match="does not answer") as caught:
        await open_store(address, tmp_path)
    assert "secret" not in str(caught.value)
    assert spoken("postgresql://ann:secret@db.example.org:5433/w") == "db.example.org:5433/w"


async def test_an_unknown_database_gets_a_sentence(postgres: PostgresServer) -> None:
    with pytest.raises(StorageDown, match="refuses this user or database"):
        await open_store(postgres.url("nosuch"), NOWHERE)


async def test_workers_that_start_together_make_one_schema(postgres_url: str) -> None:
    stores = await asyncio.gather(*(open_postgres(postgres_url) for _ in range(4)))
    assert len({store.epoch for store in stores}) == 1
    for store in stores:
        await store.close()


async def test_wake_ups_reach_the_other_workers_only_and_are_merged(postgres_url: str) -> None:
    async with workers(postgres_url, 2) as (one, two):
        for store in (one, two):
            await store.wake_ups.connected.wait()
        heard_by_one: list[WakeUp] = []
        heard_by_two: list[WakeUp] = []
        one.listen(heard_by_one.append)
        stop = two.listen(heard_by_two.append)
        for head in range(1, 101):
            await one.notify("w1", head)
        await one.notify("w2", 7, payload="Ann is typing")
        await one.notify("w3", 1, payload="x" * 9000)
        await eventually(lambda: len(heard_by_two) >= 2)
        await asyncio.sleep(0.1)
        assert heard_by_two == [WakeUp("w1", 100), WakeUp("w2", 7, "Ann is typing")]
        assert heard_by_one == []
        stop()
        await one.notify("w1", 101)
        await two.notify("w1", 102)
        await eventually(lambda: heard_by_one == [WakeUp("w1", 102)])
        assert len(heard_by_two) == 2


async def test_the_wake_up_channel_comes_back_by_itself(postgres_url: str) -> None:
    async with workers(postgres_url, 2) as (one, two):
        heard: list[WakeUp] = []
        two.listen(heard.append)
        await one.wake_ups.connected.wait()
        await two.wake_ups.connected.wait()
        nemesis = await asyncpg.connect(postgres_url)
        await nemesis.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE '%LISTEN%' AND pid <> pg_backend_pid()"
        )
        await nemesis.close()
        workshop_id = await one.create_workshop(code="A", title="", events=[])
        assert await one.append(workshop_id, 0, [said("a")]) == 1, "appends do not need the channel"
        end = time.monotonic() + 10
        while not heard and time.monotonic() < end:
            await one.notify(workshop_id, 1)
            await asyncio.sleep(0.05)
        assert heard[0] == WakeUp(workshop_id, 1)


async def test_a_listener_that_fails_does_not_end_the_channel(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with workers(postgres_url, 2) as (one, two):
        heard: list[WakeUp] = []

        def fail(_: WakeUp) -> None:
            raise RuntimeError("broken listener")

        two.listen(fail)
        two.listen(heard.append)
        await one.wake_ups.connected.wait()
        await two.wake_ups.connected.wait()
        await one.notify("w1", 1)
        await eventually(lambda: heard == [WakeUp("w1", 1)])
        assert "a listener for wake-ups failed" in caplog.text


async def test_group_commit_shares_one_transaction(postgres_url: str) -> None:
    async with workers(postgres_url, 1) as (store,):
        ids = [await store.create_workshop(code=f"C{n}", title="", events=[]) for n in range(50)]
        groups: list[int] = []
        store.on_append = lambda _, group: groups.append(group)
        await asyncio.gather(*(store.append(name, 0, [said("a")]) for name in ids))
        assert groups == [50] * 50
