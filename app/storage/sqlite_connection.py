"""Opening an SQLite file, always with the settings that the promises rest on.

WAL with synchronous=FULL: a commit returns after its fsync, so what was acknowledged survives SIGKILL and power loss
(LIVE-1). The settings are read back on every connection, because SQLite ignores what it cannot do without a word (WAL
on a network drive, for instance).
"""

import contextlib
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from app.storage.api import StorageDown

PRAGMAS: dict[str, object] = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "fullfsync": 1,  # on macOS an ordinary fsync does not reach the disk
    "checkpoint_fullfsync": 1,
}
_OLDEST = (3, 35, 0)  # RETURNING


def open_connection(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode, usable from any one thread at a time. Raises `StorageDown`.

    A file that is created is for this user's eyes only: it holds names and what people wrote.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise StorageDown(
            f"SQLite {sqlite3.sqlite_version} is too old for Levertree: 3.35 or newer is needed."
        )
    address = f"file:{quote(str(path.absolute()))}?mode={'rwc' if create else 'rw'}"
    if create:
        with contextlib.suppress(OSError):  # SQLite has the better words for why a file cannot be made
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    try:
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            for name, value in PRAGMAS.items():
                connection.execute(f"PRAGMA {name} = {value}").fetchall()
                (actual,) = connection.execute(f"PRAGMA {name}").fetchone()
                if actual != value:
                    raise StorageDown(
                        f"The database {path} cannot be used safely: SQLite answers {name} = {actual} instead of "
                        f"{value}. Keep the data folder on a local disk."
                    )
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as problem:
        raise storage_down(problem, path) from problem
    return connection


def storage_down(problem: sqlite3.Error, path: Path) -> StorageDown:
    """The sentence for a facilitator about an error of SQLite."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        what = "the disk is full. Free some space there; nothing that was saved is lost"
    elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        what = "it cannot be opened for writing. Check that the folder exists and belongs to this user"
    elif code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        what = "the file is damaged or is no Levertree database. Restore a backup"
    elif code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        what = "another program keeps it locked. Close that program"
    else:
        what = "the disk does not accept the write. Check the disk"
    return StorageDown(f"Nothing can be saved in {path} now: {what}. ({problem})")


def identity(path: Path) -> tuple[int, int]:
    """What tells this file from another one put in its place. Raises `StorageDown` when it is gone."""
    try:
        found = os.stat(path)
    except OSError as problem:
        raise StorageDown(
            f"The database {path} is gone: {problem.strerror}. Put it back, then restart."
        ) from problem
    return found.st_dev, found.st_ino
