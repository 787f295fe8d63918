"""What is SQLite's own: durable settings, one process, a full disk, a lost file, a killed process."""

import asyncio
import os
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.storage import Answer, NewEvent, StorageDown, StoreBusy, open_store, sqlite_path
from app.storage.backup import back_up
from app.storage.sqlite_connection import PRAGMAS, open_connection
from app.storage.sqlite_store import SqliteStore, open_sqlite

pytestmark = pytest.mark.anyio

EVENT = NewEvent(1, "p1", b'{"type":"Said","text":"' + b"x" * 500 + b'"}')


def check_file(path: Path) -> tuple[str, list[int]]:
    """The integrity check's word, and every seq in the file."""
    connection = open_connection(path)
    try:
        (word,) = connection.execute("PRAGMA integrity_check").fetchone()
        return word, [row[0] for row in connection.execute("SELECT seq FROM event ORDER BY workshop_id, seq")]
    finally:
        connection.close()


async def test_LIVE_1_every_connection_is_durable(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    await store.create_workshop(code="A", title="", events=[])
    await asyncio.gather(*(store.workshops() for _ in range(20)))
    connections = [store._writer._connection, *store._open_readers]
    assert len(connections) >= 2
    for connection in connections:
        assert connection is not None
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}
        assert found == PRAGMAS
        assert (found["journal_mode"], found["synchronous"]) == ("wal", 2)
    await store.close()


def test_LIVE_1_no_code_opens_sqlite_any_other_way() -> None:
    app = Path(__file__).parents[2] / "app"
    others = [path.name for path in app.rglob("*.py") if "sqlite3.connect(" in path.read_text("utf-8")]
    assert others == ["sqlite_connection.py"]


def test_LIVE_1_a_setting_that_does_not_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(PRAGMAS, "synchronous", 7)  # SQLite ignores what it does not know without a word
    with pytest.raises(StorageDown, match="synchronous = "):
        open_connection(tmp_path / "x.db", create=True)


async def test_a_second_process_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    store = await open_store(None, tmp_path)
    with pytest.raises(StoreBusy, match=f"process {os.getpid()} on .* since"):
        await open_store(None, tmp_path)
    second = await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable,
            "-c",
            "import asyncio, sys, pathlib; from app.storage import open_store;"
            "asyncio.run(open_store(None, pathlib.Path(sys.argv[1])))",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert f"in use by process {os.getpid()}" in second.stderr
    await store.close()
    await (await open_store(None, tmp_path)).close()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The operating system refuses to let any file of this process grow beyond a size: a full disk, nearly."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def append_until_down(store: SqliteStore, workshop_id: str, client: str, size: int) -> tuple[int, str]:
    """Append until the store gives up; gives the last acknowledged head and the sentence."""
    head = await store.head(workshop_id)
    state = await store.client(workshop_id, client)
    assert state is not None
    for cid in range(state.last_cid + 1, 1000):
        try:
            answer = Answer(client, cid, head + size, None)
            head = await store.append(workshop_id, head, [EVENT] * size, [answer])
        except StorageDown as down:
            return head, str(down)
    raise AssertionError("the disk was never full")


async def test_disk_full_acknowledges_nothing_and_recovers(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    workshop_id = await store.create_workshop(code="A", title="", events=[])
    client = await store.new_client(workshop_id, "p1")
    with files_no_larger_than((tmp_path / "levertree.db-wal").stat().st_size + 100_000):
        head, sentence = await append_until_down(store, workshop_id, client, size=10)
        assert head > 0
        assert "Nothing can be saved" in sentence
        with pytest.raises(StorageDown):
            await store.append(workshop_id, head, [EVENT] * 1000)
    assert await store.head(workshop_id) == head
    state = await store.client(workshop_id, client)
    assert state is not None
    assert state.last_cid == head // 10
    await store.ping()
    assert await store.append(workshop_id, head, [EVENT]) == head + 1
    await store.close()
    assert check_file(tmp_path / "levertree.db") == ("ok", list(range(1, head + 2)))


async def test_a_database_at_its_largest_size_says_that_the_disk_is_full(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    workshop_id = await store.create_workshop(code="A", title="", events=[])
    client = await store.new_client(workshop_id, "p1")

    def limit(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 60").fetchall()

    await store._writer.run(limit)
    head, sentence = await append_until_down(store, workshop_id, client, size=10)
    assert "the disk is full" in sentence
    # The next group gets a new connection, and with it room again.
    assert await store.append(workshop_id, head, [EVENT]) == head + 1
    await store.close()
    assert check_file(tmp_path / "levertree.db") == ("ok", list(range(1, head + 2)))


async def test_a_file_that_is_gone_is_noticed_before_any_acknowledgement(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    workshop_id = await store.create_workshop(code="A", title="", events=[])
    (tmp_path / "levertree.db").rename(tmp_path / "aside.db")
    with pytest.raises(StorageDown, match="is gone"):
        await store.append(workshop_id, 0, [EVENT])
    with pytest.raises(StorageDown, match="is gone"):
        await store.ping()
    (tmp_path / "levertree.db").write_bytes(b"")
    with pytest.raises(StorageDown, match="was replaced"):
        await store.append(workshop_id, 0, [EVENT])
    (tmp_path / "aside.db").replace(tmp_path / "levertree.db")
    assert await store.append(workshop_id, 0, [EVENT]) == 1
    await store.close()


async def test_after_closing_nothing_can_be_saved(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    workshop_id = await store.create_workshop(code="A", title="", events=[])
    waiting = [asyncio.ensure_future(store.append(workshop_id, 0, [EVENT]))]
    await asyncio.sleep(0)
    await store.close()
    assert await waiting[0] == 1, "what waited was finished first"
    with pytest.raises(StorageDown, match="stopping"):
        await store.append(workshop_id, 1, [EVENT])
    with pytest.raises(StorageDown, match="stopping"):
        await store.head(workshop_id)
    await store.close()
    assert not (tmp_path / "levertree.db-wal").exists(), "the write-ahead log was folded in"


async def test_group_commit_shares_one_transaction(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    ids = [await store.create_workshop(code=f"C{n}", title="", events=[]) for n in range(50)]
    groups: list[int] = []
    store.on_append = lambda _, group: groups.append(group)
    await asyncio.gather(*(store.append(name, 0, [EVENT]) for name in ids))
    assert len(groups) == 50
    assert max(groups) > 10
    await store.close()


async def test_work_that_fails_half_way_is_undone_and_its_group_is_not(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    workshop_id = await store.create_workshop(code="A", title="old", events=[])

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE workshop SET title = 'new'")
        raise RuntimeError("half way")

    outcomes = await asyncio.gather(
        store.append(workshop_id, 0, [EVENT]),
        store._writer.run(half),
        store.append(workshop_id, 1, [EVENT]),
        return_exceptions=True,
    )
    assert [outcomes[0], str(outcomes[1]), outcomes[2]] == [1, "half way", 2]
    row = await store.workshop(workshop_id)
    assert row is not None
    assert (row.title, row.seq) == ("old", 2)
    await store.close()


async def test_what_people_wrote_is_for_the_owner_of_the_files_only(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    await store.create_workshop(code="A", title="", events=[EVENT])
    await back_up(None, tmp_path, tmp_path / "saved.db")
    for name in ("levertree.db", "levertree.db-wal", "saved.db"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0, name
    await store.close()


async def test_a_long_workshop_opens_fast_from_its_snapshot(tmp_path: Path) -> None:
    store = open_sqlite(tmp_path / "levertree.db")
    workshop_id = await store.create_workshop(code="A", title="", events=[])
    for head in range(0, 50_000, 5_000):
        await store.append(workshop_id, head, [EVENT] * 5_000)
    await store.save_snapshot(workshop_id, 49_000, bytes(1_000_000))
    began = time.perf_counter()
    snapshot = await store.latest_snapshot(workshop_id)
    assert snapshot is not None
    assert len(await store.read(workshop_id, snapshot.seq)) == 1_000
    assert time.perf_counter() - began < 0.3
    assert len(await store.read(workshop_id, 0)) == 50_000
    await store.close()


@pytest.mark.parametrize("content", [b"", b"this is no database at all" * 100])
async def test_a_file_that_is_no_database_gets_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "levertree.db"
    path.write_bytes(content)
    if not content:  # an empty file is an empty database
        await open_sqlite(path).close()
        return
    with pytest.raises(StorageDown, match="damaged or is no Levertree database"):
        open_sqlite(path)
    path.unlink()
    await open_sqlite(path).close()


def test_an_address_of_another_kind_gets_a_sentence(tmp_path: Path) -> None:
    assert sqlite_path(None, tmp_path) == tmp_path / "levertree.db"
    assert sqlite_path("sqlite:///x/y.db", tmp_path) == Path("x/y.db")
    assert sqlite_path("sqlite:////var/y.db", tmp_path) == Path("/var/y.db")
    assert sqlite_path("postgresql://host/db", tmp_path) is None
    for bad in ("mysql://host/db", "sqlite://", "nonsense"):
        with pytest.raises(ValueError, match="DATABASE_URL starts with"):
            sqlite_path(bad, tmp_path)


WRITER = """
import asyncio, sys, pathlib
from app.storage import Answer, NewEvent, open_store

async def main() -> None:
    store = await open_store(None, pathlib.Path(sys.argv[1]))
    async def write(n: int) -> None:
        row = await store.workshop_by_code(f"C{n}")
        name = row.id if row else await store.create_workshop(code=f"C{n}", title="", events=[])
        head = await store.head(name)
        client = await store.new_client(name, "p")
        cid = 0
        while True:
            cid += 1
            event = NewEvent(1, "p", b'{"type":"Said"}')
            head = await store.append(name, head, [event] * 2, [Answer(client, cid, head + 2, None)])
            print(name, client, cid, head, flush=True)
    await asyncio.gather(*(write(n) for n in range(8)))

asyncio.run(main())
"""


def write_until_killed(folder: Path, seconds: float) -> list[list[str]]:
    """Let eight writers append in a process of their own, kill it; gives every acknowledgement that came out."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    rest = process.stdout.read()  # by the same reader, which may hold the beginning of it already
    process.stdout.close()
    process.wait(timeout=20)
    lines = [line.split() for line in (first + rest).splitlines(keepends=True) if line.endswith("\n")]
    assert all(len(line) == 4 for line in lines)
    return lines


@pytest.mark.slow
async def test_LIVE_1_a_killed_process_loses_nothing_acknowledged(tmp_path: Path) -> None:
    moments = random.Random(7)
    acked: dict[str, int] = {}
    last: dict[tuple[str, str], int] = {}
    for _ in range(6):
        for name, client, cid, head in write_until_killed(tmp_path, moments.uniform(0.0, 0.15)):
            acked[name] = max(acked.get(name, 0), int(head))
            last[name, client] = max(last.get((name, client), 0), int(cid))
    store = await open_store(None, tmp_path)
    assert len(acked) == 8
    for name, head in acked.items():
        events = await store.read(name, 0)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert head <= len(events)
        assert len(events) % 2 == 0, "an append of two events is there whole or not at all"
    for (name, client), cid in last.items():
        state = await store.client(name, client)
        assert state is not None
        assert state.last_cid >= cid
        assert await store.answer(name, client, state.last_cid) is not None
    await store.close()
    assert check_file(tmp_path / "levertree.db")[0] == "ok"
