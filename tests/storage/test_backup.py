"""A backup of either engine is whole, taken while people work, and can be restored into either engine."""

import asyncio
import base64
import itertools
import json
from pathlib import Path

import pytest

from app.storage import Answer, NewEvent, Store, StoreBusy, open_store
from app.storage.backup import Amount, BadBackup, back_up, restore

pytestmark = pytest.mark.anyio

STRANGE = '{"type":"Said","text":"Ärger 👍 \\u0000 \\\\ \\n"}'.encode()


async def fill(store: Store) -> str:
    """A workshop with something in every table; gives its id."""
    workshop_id = await store.create_workshop(code="FERN", title="Ärger", events=[NewEvent(1, "", STRANGE)])
    client = await store.new_client(workshop_id, "p1")
    answers = [Answer(client, 1, 2, None), Answer(client, 2, None, "No dots left.")]
    await store.append(workshop_id, 1, [NewEvent(2, "p1", STRANGE)], answers)
    await store.add_person(workshop_id, "p1", "Ann")
    await store.add_person(workshop_id, "p2", "Bo")
    await store.delete_name(workshop_id, "p2")
    await store.bind_seat(workshop_id, "device", "p1")
    await store.add_capability(workshop_id, "wall", "h1", expires_at=2**50)
    await store.save_snapshot(workshop_id, 2, bytes(range(256)))
    return workshop_id


async def everything(store: Store) -> object:
    """All that can be asked of the database, as plain data."""
    found = []
    for row in sorted(await store.workshops(), key=lambda row: row.code):
        clients = [event.by for event in await store.read(row.id, 0)]
        found.append(
            (
                row,
                await store.read(row.id, 0),
                await store.names(row.id),
                await store.seats(row.id),
                await store.latest_snapshot(row.id),
                clients,
            )
        )
    return found, await store.capability("h1")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A second database, to restore into."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other' / 'levertree.db'}"
    from tests.storage.postgres_server import PostgresServer

    server: PostgresServer = request.getfixturevalue("postgres")
    return asyncio.run(server.new_database(f"other{next(_numbers)}"))


_numbers = itertools.count(1)


async def test_a_backup_of_any_engine_restores_into_any(
    database_url: str, other_url: str, tmp_path: Path
) -> None:
    store = await open_store(database_url, tmp_path)
    workshop_id = await fill(store)
    before, epoch = await everything(store), store.epoch
    amount = await back_up(database_url, tmp_path, tmp_path / "saved")
    assert amount == Amount(workshops=1, events=2)
    await store.append(workshop_id, 2, [NewEvent(3, "p1", STRANGE)])
    await store.close()

    restored = await restore(other_url, tmp_path, tmp_path / "saved")
    assert restored.amount == amount
    again = await open_store(other_url, tmp_path)
    assert await everything(again) == before
    assert again.epoch not in ("", epoch)
    assert await again.append(workshop_id, 2, [NewEvent(3, "p1", STRANGE)]) == 3
    await again.close()


async def test_LIVE_1_a_backup_taken_while_people_write_is_one_moment(
    database_url: str, tmp_path: Path
) -> None:
    store = await open_store(database_url, tmp_path)
    ids = [await store.create_workshop(code=f"C{n}", title="", events=[]) for n in range(4)]
    going = True

    async def write(workshop_id: str) -> int:
        client = await store.new_client(workshop_id, "p")
        head = 0
        while going:
            head = await store.append(
                workshop_id,
                head,
                [NewEvent(1, "p", STRANGE)] * 2,
                [Answer(client, head // 2 + 1, head + 2, None)],
            )
        return head

    writing = [asyncio.ensure_future(write(name)) for name in ids]
    await asyncio.sleep(0.2)
    amount = await back_up(database_url, tmp_path, tmp_path / "saved")
    going = False
    heads = await asyncio.gather(*writing)
    await store.close()
    assert 0 < amount.events <= sum(heads)
    other = tmp_path / "other"
    await restore(None, other, tmp_path / "saved")  # checks that every log is without a gap
    again = await open_store(None, other)
    for name, head in zip(ids, heads, strict=True):
        found = await again.head(name)
        assert found <= head
        assert found % 2 == 0
    await again.close()


async def test_a_restore_keeps_what_was_there_and_a_running_server_forbids_it(
    database_url: str, tmp_path: Path
) -> None:
    store = await open_store(database_url, tmp_path)
    await fill(store)
    await back_up(database_url, tmp_path, tmp_path / "saved")
    await store.create_workshop(code="LATER", title="", events=[])
    with pytest.raises(StoreBusy, match="Stop that Levertree first"):
        await restore(database_url, tmp_path, tmp_path / "saved")
    await store.close()
    restored = await restore(database_url, tmp_path, tmp_path / "saved")
    again = await open_store(database_url, tmp_path)
    assert [row.code for row in await again.workshops()] == ["FERN"]
    await again.close()
    if database_url.startswith("sqlite"):
        assert restored.kept is not None
        kept = await open_store(f"sqlite:///{restored.kept}", tmp_path)
        assert {row.code for row in await kept.workshops()} == {"FERN", "LATER"}
        await kept.close()


async def test_a_damaged_database_can_be_replaced_by_a_backup(tmp_path: Path) -> None:
    store = await open_store(None, tmp_path)
    await fill(store)
    await back_up(None, tmp_path, tmp_path / "saved")
    await store.close()
    (tmp_path / "levertree.db").write_bytes(b"damaged" * 1000)
    (tmp_path / "levertree.db-wal").write_bytes(b"damaged" * 1000)
    await restore(None, tmp_path, tmp_path / "saved")
    again = await open_store(None, tmp_path)
    assert [row.code for row in await again.workshops()] == ["FERN"]
    await again.close()


async def lines_of_a_backup(url: str, folder: Path) -> list[str]:
    store = await open_store(url, folder)
    await fill(store)
    await back_up(url, folder, folder / "saved")
    await store.close()
    return (folder / "saved").read_text("utf-8").splitlines(keepends=True)


@pytest.mark.postgres
async def test_lines_that_are_damaged_are_refused_and_nothing_changes(
    postgres_url: str, tmp_path: Path
) -> None:
    lines = await lines_of_a_backup(postgres_url, tmp_path)
    header = json.loads(lines[0])
    evil = {**header, "tables": {**header["tables"], 'event" (x) VALUES (1); --': ["seq"]}}
    newer = {**header, "revision": "9999"}
    at = next(n for n, line in enumerate(lines) if line.startswith('["event"'))
    gap = json.loads(lines[at])
    gap[2] = 7
    damaged = {
        "cut short": lines[:-1],
        "cut short in the middle": lines[:3] + lines[-1:],
        "is damaged": [*lines[:2], "nonsense\n", *lines[2:]],
        "line 3 of the backup": [*lines[:2], '["event",1]\n', *lines[2:]],
        "unknown": [json.dumps(evil) + "\n", *lines[1:]],
        "newer version": [json.dumps(newer) + "\n", *lines[1:]],
        "no backup": ["{}\n"],
        "gaps": [*lines[:at], json.dumps(gap) + "\n", *lines[at + 1 :]],
    }
    other = tmp_path / "other"
    keeper = await open_store(None, other)
    await keeper.create_workshop(code="KEPT", title="", events=[])
    await keeper.close()
    for why, text in damaged.items():
        (tmp_path / "damaged").write_text("".join(text), "utf-8")
        with pytest.raises(BadBackup, match=why.removesuffix(" in the middle")):
            await restore(None, other, tmp_path / "damaged")
    keeper = await open_store(None, other)
    assert [row.code for row in await keeper.workshops()] == ["KEPT"]
    await keeper.close()
    assert not list(other.glob("*.restored*"))


@pytest.mark.postgres
async def test_the_lines_are_readable_by_anybody(postgres_url: str, tmp_path: Path) -> None:
    lines = await lines_of_a_backup(postgres_url, tmp_path)
    header = json.loads(lines[0])
    assert header["kind"] == "levertree backup"
    rows = [json.loads(line) for line in lines[1:-1]]
    assert json.loads(lines[-1]) == {"kind": "end", "rows": len(rows)}
    event = next(row for row in rows if row[0] == "event")
    assert base64.b64decode(event[1 + header["tables"]["event"].index("data")]) == STRANGE


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 but not really", b"\xff" * 5000])
async def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(BadBackup):
        await restore(None, tmp_path, tmp_path / "bad")
    assert not (tmp_path / "levertree.db").exists()
