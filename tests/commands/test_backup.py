"""Backup and restore on a real database: nothing lost, nothing overwritten, and a new epoch (LIVE-1)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.storage import NewEvent, open_store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("LEVERTREE_DATABASE_URL", raising=False)
    monkeypatch.setenv("LEVERTREE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def add_workshop(data: Path, code: str) -> None:
    async def add() -> None:
        store = await open_store(None, data)
        try:
            event = NewEvent(at=1, by="", data=b'{"type": "WorkshopOpened"}')
            await store.create_workshop(code=code, title=code, events=[event])
        finally:
            await store.close()

    asyncio.run(add())


def look(data: Path) -> tuple[set[str], str]:
    """The codes of the workshops that are there, and the database's epoch."""

    async def read() -> tuple[set[str], str]:
        store = await open_store(None, data)
        try:
            return {row.code for row in await store.workshops()}, store.epoch
        finally:
            await store.close()

    return asyncio.run(read())


def test_LIVE_1_a_restored_backup_holds_what_was_there_under_a_new_epoch(data: Path, tmp_path: Path) -> None:
    add_workshop(data, "FIRST1")
    before, epoch = look(data)
    saved = run("backup", "saved.db")
    assert saved.exit_code == 0, saved.output
    add_workshop(data, "LATER2")

    restored = run("restore", "saved.db")
    assert restored.exit_code == 0, restored.output
    after, new_epoch = look(data)
    assert after == before == {"FIRST1"}
    assert new_epoch != epoch
    (kept,) = data.glob("*-before-restore-*")
    assert str(kept) in restored.output


def test_a_backup_is_taken_while_the_database_is_in_use(data: Path) -> None:
    async def both() -> Result:
        store = await open_store(None, data)
        try:
            event = NewEvent(at=1, by="", data=b'{"type": "WorkshopOpened"}')
            await store.create_workshop(code="FIRST1", title="", events=[event])
            return await asyncio.to_thread(run, "backup", "saved.db")
        finally:
            await store.close()

    saved = asyncio.run(both())
    assert saved.exit_code == 0, saved.output


def test_a_restore_waits_for_no_running_server_but_refuses(data: Path) -> None:
    add_workshop(data, "FIRST1")
    run("backup", "saved.db")

    async def under_a_server() -> Result:
        store = await open_store(None, data)
        try:
            return await asyncio.to_thread(run, "restore", "saved.db")
        finally:
            await store.close()

    refused = asyncio.run(under_a_server())
    assert refused.exit_code == 1
    assert "Stop that Levertree first" in refused.output


def test_no_backup_is_overwritten(data: Path, tmp_path: Path) -> None:
    add_workshop(data, "FIRST1")
    (tmp_path / "saved.db").write_text("precious")
    refused = run("backup", "saved.db")
    assert refused.exit_code == 1
    assert "exists already" in refused.output
    assert (tmp_path / "saved.db").read_text() == "precious"


def test_a_file_that_is_no_backup_changes_nothing(data: Path, tmp_path: Path) -> None:
    add_workshop(data, "FIRST1")
    (tmp_path / "saved.db").write_text("not a database " * 100)
    refused = run("restore", "saved.db")
    assert refused.exit_code == 1
    assert "Nothing was changed" in refused.output
    assert look(data)[0] == {"FIRST1"}


def test_without_a_database_a_backup_says_so(data: Path) -> None:
    refused = run("backup")
    assert refused.exit_code == 1
    assert "There is no database" in refused.output


def test_a_postgresql_that_is_not_there_is_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@127.0.0.1:1/levertree")
    (tmp_path / "saved.db").touch()
    for arguments in (["backup"], ["restore", "saved.db"]):
        refused = run(*arguments)
        assert refused.exit_code == 1
        assert refused.output.count("\n") == 1
    assert "does not answer" in run("backup").output
    assert not list(tmp_path.glob("*.part"))


def test_a_second_server_on_the_same_folder_is_refused_in_one_sentence(data: Path) -> None:
    async def under_a_server() -> Result:
        store = await open_store(None, data)
        try:
            return await asyncio.to_thread(run, "serve", "--port", "0", "--host", "127.0.0.1")
        finally:
            await store.close()

    refused = asyncio.run(under_a_server())
    assert refused.exit_code == 1
    assert refused.output.count("\n") == 1
    assert "Stop that Levertree first" in refused.output


def test_a_file_that_is_no_database_is_one_sentence_at_start(data: Path) -> None:
    data.mkdir()
    (data / "levertree.db").write_text("not a database " * 100)
    refused = run("serve", "--port", "0", "--host", "127.0.0.1")
    assert refused.exit_code == 1
    assert refused.output.count("\n") == 1
    assert "damaged or is no Levertree database" in refused.output


def test_the_doctor_finds_a_healthy_machine_healthy(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVERTREE_PORT", "0")
    monkeypatch.setenv("LEVERTREE_PUBLIC_URL", "http://127.0.0.1:9")  # an address at which nobody answers
    found = run("doctor")
    assert found.exit_code == 0, found.output
    assert "SQLite with 0 workshops" in found.output


def test_the_doctor_names_what_needs_attention(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVERTREE_PORT", "0")
    monkeypatch.setenv("LEVERTREE_HOST", "127.0.0.1")
    found = run("doctor")
    assert found.exit_code == 1
    assert "!!   Phones: no address that phones could reach" in found.output
