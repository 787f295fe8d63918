"""Databases of every age open, and what they held is still there.

`data/first_schema.*` is a database of the first schema, frozen: as SQLite and PostgreSQL dumped it, and as a backup.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from app.storage import Answer, Recorded, Store, migrations, open_store
from app.storage.backup import restore
from app.storage.migrations import TooNew
from app.storage.sqlite_connection import open_connection

pytestmark = pytest.mark.anyio
DATA = Path(__file__).parent / "data"


async def load_first_schema(url: str) -> None:
    """Make the frozen database."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        with closing(open_connection(path, create=True)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")  # the dump names its tables by the alphabet
            connection.executescript((DATA / "first_schema.sqlite.sql").read_text("utf-8"))
    else:
        server = await asyncpg.connect(url)
        await server.execute((DATA / "first_schema.postgresql.sql").read_text("utf-8"))
        await server.close()


async def check_contents(store: Store) -> None:
    row = await store.workshop_by_code("FERN-12")
    assert row is not None
    assert (row.title, row.seq) == ("Ärger", 2)
    first, second = await store.read(row.id, 0)
    assert first == Recorded(1, 1, "", "WorkshopCreated", b'{"type":"WorkshopCreated"}')
    assert second == Recorded(2, 2, "p1", "CardAdded", '{"type":"CardAdded","text":"Ä"}'.encode())
    assert await store.names(row.id) == {"p1": "Ann"}
    assert await store.workshops_of("device") == [row]
    assert (await store.capability("h1")) is not None
    snapshot = await store.latest_snapshot(row.id)
    assert snapshot is not None
    assert (snapshot.seq, snapshot.state) == (2, b"state")
    client = await store.new_client(row.id, "p1")
    assert await store.append(row.id, 2, [], [Answer(client, 1, 2, None)]) == 2


async def on_connection(url: str, check: Callable[[Connection], object]) -> object:
    """Call a function with a plain connection to the database."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.connect() as connection:
            found = check(connection)
        engine.dispose()
        return found

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(url)

    servers = create_async_engine("postgresql+asyncpg://", async_creator=connect)
    async with servers.connect() as server:
        found = await server.run_sync(check)
    await servers.dispose()
    return found


def differences(connection: Connection) -> object:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return compare_metadata(context, SQLModel.metadata)


def test_the_newest_revision_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


async def test_a_database_of_the_first_schema_is_upgraded(database_url: str, tmp_path: Path) -> None:
    await load_first_schema(database_url)
    store = await open_store(database_url, tmp_path)
    await check_contents(store)
    await store.close()
    assert await on_connection(database_url, differences) == []


async def test_a_new_database_has_the_tables_that_the_code_defines(store: Store, database_url: str) -> None:
    assert await on_connection(database_url, differences) == []


async def test_a_backup_of_the_first_schema_is_restored(database_url: str, tmp_path: Path) -> None:
    await restore(database_url, tmp_path, DATA / "first_schema.jsonl")
    store = await open_store(database_url, tmp_path)
    await check_contents(store)
    await store.close()


async def test_a_database_of_a_newer_version_is_refused(database_url: str, tmp_path: Path) -> None:
    await load_first_schema(database_url)
    if database_url.startswith("sqlite"):
        with closing(open_connection(Path(database_url.removeprefix("sqlite:///")))) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        server = await asyncpg.connect(database_url)
        await server.execute("UPDATE public.alembic_version SET version_num = '9999'")
        await server.close()
    with pytest.raises(TooNew, match="newer version of Levertree"):
        await open_store(database_url, tmp_path)


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("workshop", sa.Column("place", sa.Text(), server_default="here", nullable=False))
    with op.batch_alter_table("workshop") as batch:  # SQLite: a new table in the old one's place
        batch.alter_column("title", existing_type=sa.Text(), server_default="")
    op.execute("{last}")
"""


def with_next_migration(folder: Path, last: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program believe that there is one more migration, which ends with a statement."""
    shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT.format(head=migrations.HEAD, last=last), "utf-8")
    monkeypatch.setattr(migrations, "FOLDER", folder)
    monkeypatch.setattr(migrations, "HEAD", "next")


async def test_an_open_migrates_by_itself(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load_first_schema(database_url)
    with_next_migration(tmp_path / "m", "UPDATE workshop SET title = 'migrated'", monkeypatch)
    store = await open_store(database_url, tmp_path)
    row = await store.workshop_by_code("FERN-12")
    assert row is not None
    assert row.title == "migrated"
    assert len(await store.read(row.id, 0)) == 2, "replacing a table deletes nothing that refers to it"
    await store.close()
    places = await on_connection(
        database_url, lambda c: c.exec_driver_sql("SELECT place FROM workshop").scalars().all()
    )
    assert places == ["here"]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load_first_schema(database_url)
    with monkeypatch.context() as patched:
        with_next_migration(tmp_path / "m", "UPDATE nosuch SET x = 1", patched)
        with pytest.raises(Exception, match="nosuch"):
            await open_store(database_url, tmp_path)
    store = await open_store(database_url, tmp_path)
    await check_contents(store)
    await store.close()
    assert await on_connection(database_url, differences) == []
