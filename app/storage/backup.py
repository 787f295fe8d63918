"""Taking every workshop out of a database while it is in use, and putting them back.

A backup of SQLite is an SQLite file; a backup of PostgreSQL is a file of JSON lines (`backup_lines.py`). Either can be
restored into either engine, also by a newer version: the backup is first made into an SQLite file aside, checked there and
brought to the present schema, and only then takes the place of what was there. A restored database has a new epoch, so that
phones which were connected before offer again what they sent after the backup (LIVE-1, LIVE-4).
"""

import asyncio
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from app.storage import sqlite_path
from app.storage.api import StorageDown
from app.storage.backup_lines import copy_into_postgres, read_lines, write_lines
from app.storage.lock import FileLock
from app.storage.migrations import TooNew
from app.storage.sqlite_connection import open_connection
from app.storage.sqlite_store import migrate_sqlite

_COMPANIONS = ("-wal", "-shm")
_SQLITE_FILE = b"SQLite format 3\x00"


class BadBackup(Exception):  # noqa: N818 - the name says it
    """The file cannot be restored; the message says why. Nothing was changed."""


class Amount(Struct, frozen=True):
    """What a backup holds."""

    workshops: int
    events: int


class Restored(Struct, frozen=True):
    """What came back, and the file that keeps what was there before (SQLite only)."""

    amount: Amount
    kept: Path | None


def suggested_name(database_url: str | None, data_dir: Path) -> str:
    """A file name for a backup made now."""
    ending = "jsonl" if sqlite_path(database_url, data_dir) is None else "db"
    return time.strftime(f"levertree-%Y%m%d-%H%M%S.{ending}")


async def back_up(database_url: str | None, data_dir: Path, target: Path) -> Amount:
    """Write every workshop as it is at one moment into a new file; on the disk when this returns.

    Raises `FileExistsError`, `FileNotFoundError` when there is no database, other `OSError`s of the target,
    `sqlite3.Error` and `StorageDown`.
    """
    _refuse_to_overwrite(target)
    source = sqlite_path(database_url, data_dir)
    half = target.with_name(target.name + ".part")
    try:
        if source is None:
            assert database_url is not None
            amount = Amount(*await write_lines(database_url, half))
        else:
            amount = await asyncio.to_thread(_copy, source, half)
        _sync(half)
        half.replace(target)
        _sync(target.parent)
    finally:
        _remove(half)
    return amount


async def restore(database_url: str | None, data_dir: Path, source: Path) -> Restored:
    """Put the workshops of a backup in the place of the present ones, while no server uses the database.

    Raises `BadBackup`, `StoreBusy` when a server uses the database, `OSError`, `sqlite3.Error` and `StorageDown`.
    In every case the present workshops are still there.
    """
    path = sqlite_path(database_url, data_dir)
    if path is None:
        assert database_url is not None
        with tempfile.TemporaryDirectory(prefix="levertree-restore-") as folder:
            staged = Path(folder) / "staged.db"
            amount = await asyncio.to_thread(_stage, source, staged)
            await copy_into_postgres(staged, database_url)
        return Restored(amount, None)
    return await asyncio.to_thread(_restore_file, path, source)


def _refuse_to_overwrite(target: Path) -> None:
    if target.exists():
        raise FileExistsError(f"{target} exists already")


def _copy(source: Path, target: Path) -> Amount:
    if not source.exists():
        raise FileNotFoundError(f"there is no database at {source.absolute()}")
    with closing(open_connection(source)) as old, closing(open_connection(target, create=True)) as new:
        old.backup(new)
        return _finish(new)


def _finish(database: sqlite3.Connection) -> Amount:
    """Check a database and leave it as one file, without a write-ahead log beside it."""
    (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
    orphans = database.execute("PRAGMA foreign_key_check").fetchall()
    gaps = database.execute(
        "SELECT id FROM workshop WHERE seq <> (SELECT count(*) FROM event WHERE workshop_id = id) "
        "OR seq <> (SELECT coalesce(max(event.seq), 0) FROM event WHERE workshop_id = id)"
    ).fetchall()
    if verdict != "ok" or orphans or gaps:
        raise sqlite3.DatabaseError(
            f"the database is damaged: {verdict}, {len(orphans)} orphans, {len(gaps)} gaps"
        )
    (workshops,) = database.execute("SELECT count(*) FROM workshop").fetchone()
    (events,) = database.execute("SELECT count(*) FROM event").fetchone()
    database.execute("PRAGMA journal_mode = delete").fetchall()
    return Amount(workshops, events)


def _stage(source: Path, staged: Path) -> Amount:
    """Make a backup of either kind into a checked SQLite file of the present schema with a new epoch."""
    try:
        with source.open("rb") as file:
            is_sqlite = file.read(len(_SQLITE_FILE)) == _SQLITE_FILE
        if is_sqlite:
            shutil.copyfile(source, staged)
            if (
                log := source.with_name(source.name + "-wal")
            ).exists():  # a copy of the files of a running server
                shutil.copyfile(log, staged.with_name(staged.name + "-wal"))
        else:
            read_lines(source, staged)
        _require_levertree(staged)
        migrate_sqlite(staged)
        with closing(open_connection(staged)) as database:
            database.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (secrets.token_hex(8),))
            return _finish(database)
    except (ValueError, StorageDown, TooNew, sqlite3.Error) as problem:
        raise BadBackup(str(problem)) from problem


def _require_levertree(staged: Path) -> None:
    with closing(open_connection(staged)) as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "workshop", "event", "meta"} <= tables:
        raise ValueError("it is no Levertree database")


def _restore_file(path: Path, source: Path) -> Restored:
    lock = FileLock(path.with_name(path.name + ".lock"))
    staged = path.with_name(path.name + ".restored")
    try:
        amount = _stage(source, staged)
        _sync(staged)
        kept = _keep(path)
        staged.replace(path)
        _sync(path.parent)
        return Restored(amount, kept)
    finally:
        _remove(staged)
        lock.release()


def _keep(path: Path) -> Path | None:
    """Copy the present database aside, whatever its state, and leave no write-ahead log behind: SQLite would play it
    into the restored file."""
    if not path.exists():
        return None
    kept = path.with_name(time.strftime(f"{path.stem}-before-restore-%Y%m%d-%H%M%S{path.suffix}"))
    try:
        with closing(open_connection(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except (sqlite3.Error, StorageDown):
        pass  # damaged: perhaps the very reason for the restore
    for ending in ("", *_COMPANIONS):
        part = path.with_name(path.name + ending)
        if part.exists():
            shutil.copyfile(part, kept.with_name(kept.name + ending))
            _sync(kept.with_name(kept.name + ending))
    for ending in _COMPANIONS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return kept


def _remove(path: Path) -> None:
    for ending in ("", *_COMPANIONS):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
