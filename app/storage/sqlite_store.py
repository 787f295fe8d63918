"""Workshops in one SQLite file: the embedded engine, for one process.

Appends go through the group writer (23,000 a second where an ORM session managed 436); reads use connections of their
own in a few threads and never wait for the writer, as WAL lets them.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from app.storage import migrations
from app.storage.api import Answer, Behind, CodeTaken, NewEvent, NotFound, OnWakeUp, StorageDown
from app.storage.event_log import ANSWERS_KEPT_MS, Plan, plan_append
from app.storage.lock import FileLock
from app.storage.people import PeopleAndAccess, Rows, Step, now_ms
from app.storage.sqlite_connection import open_connection, storage_down
from app.storage.sqlite_writer import STOPPING, GroupWriter
from app.storage.statements import Compiled, compiled_for

_READERS = 2


class SqliteStore(PeopleAndAccess):
    """See `api.Store`. Made by `open_sqlite`, which holds the lock for it."""

    alone = True

    def __init__(self, path: Path, lock: FileLock, clock: Callable[[], int] = now_ms) -> None:
        super().__init__(clock)
        self.path = path
        self._lock = lock
        self._statements = compiled_for("sqlite")
        self._writer = GroupWriter(path)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="levertree-reader")
        self._local = threading.local()
        self._closed = False
        self._open_readers: list[sqlite3.Connection] = []
        self.epoch = str(self._read_now("epoch", {})[0][0])

    # -- the log -----------------------------------------------------------------------------------------------
    async def append(
        self, workshop_id: str, expected_seq: int, events: Sequence[NewEvent], answers: Sequence[Answer] = ()
    ) -> int:
        began = time.perf_counter()
        plan = plan_append(workshop_id, expected_seq, events, answers, self._clock())
        head, group = await self._writer.run(lambda connection: _append(connection, plan))
        if self.on_append is not None:
            self.on_append(time.perf_counter() - began, group)
        return head

    # -- what the shared part stands on ------------------------------------------------------------------------
    async def _query(self, name: str, given: dict[str, Any]) -> Rows:
        if self._closed:
            raise StorageDown(STOPPING)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read_now, name, given)

    async def _transact(self, steps: Sequence[Step]) -> list[Rows]:
        ready = [(self._statements[name], given) for name, given in steps]
        try:
            rows, _ = await self._writer.run(
                lambda connection: [_execute(connection, *step) for step in ready]
            )
        except sqlite3.IntegrityError as problem:
            if "workshop.code" in str(problem):
                raise CodeTaken("another workshop uses this join code") from problem
            if "FOREIGN KEY" in str(problem):
                raise NotFound("there is no such workshop") from problem
            raise
        return rows

    def _read_now(self, name: str, given: dict[str, Any]) -> Rows:
        try:
            connection = self._local.connection
        except AttributeError:
            connection = self._local.connection = open_connection(self.path)
            connection.execute("PRAGMA query_only = ON")
            self._open_readers.append(connection)
        try:
            return _execute(connection, self._statements[name], given)
        except sqlite3.OperationalError as problem:
            raise storage_down(problem, self.path) from problem

    # -- between workers: there is only this one ---------------------------------------------------------------
    async def notify(self, workshop_id: str, head: int, payload: str | None = None) -> None:
        return

    def listen(self, callback: OnWakeUp) -> Callable[[], None]:
        return lambda: None

    # -- operation ---------------------------------------------------------------------------------------------
    async def ping(self) -> None:
        """A real commit, so that a full disk shows here too."""
        await self._writer.run(_touch)

    async def close(self) -> None:
        self._closed = True
        self._writer.refuse_more()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        for connection in self._open_readers:
            connection.close()
        self._open_readers.clear()
        self._lock.release()


def _execute(connection: sqlite3.Connection, statement: Compiled, given: dict[str, Any]) -> Rows:
    return connection.execute(statement.sql, statement.values(given)).fetchall()


def _touch(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE meta SET value = value WHERE key = 'epoch'")


def _append(connection: sqlite3.Connection, plan: Plan) -> int:
    """One append inside the group's transaction. Raises `Behind` or `NotFound`; the savepoint then undoes it."""
    moved = connection.execute(
        "UPDATE workshop SET seq = ? WHERE id = ? AND seq = ?", (plan.head, plan.workshop_id, plan.expected)
    ).rowcount
    for advance in plan.advances:
        moved &= connection.execute(
            "UPDATE client SET last_cid = ? WHERE id = ? AND workshop_id = ? AND last_cid = ?",
            (advance.last, advance.client_id, plan.workshop_id, advance.before),
        ).rowcount
    if not moved:
        connection.execute("ROLLBACK TO job")
        raise _behind(connection, plan)
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", plan.events)
    connection.executemany("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", plan.answers)
    for client_id, cid in plan.prunes:
        connection.execute(
            "DELETE FROM answer WHERE client_id = ? AND cid <= ? AND stored_at < ?",
            (client_id, cid, plan.answers[0][4] - ANSWERS_KEPT_MS),
        )
    return plan.head


def _behind(connection: sqlite3.Connection, plan: Plan) -> Exception:
    """Why the append does not fit: where the head and the clients stand."""
    row = connection.execute("SELECT seq FROM workshop WHERE id = ?", (plan.workshop_id,)).fetchone()
    if row is None:
        return NotFound(f"there is no workshop {plan.workshop_id}")
    moved = []
    for advance in plan.advances:
        client = connection.execute(
            "SELECT last_cid FROM client WHERE id = ? AND workshop_id = ?",
            (advance.client_id, plan.workshop_id),
        ).fetchone()
        if client is None:
            return NotFound(f"there is no client {advance.client_id} in workshop {plan.workshop_id}")
        if client[0] != advance.before:
            moved.append(advance.client_id)
    return Behind(row[0], tuple(moved))


def open_sqlite(path: Path, clock: Callable[[], int] = now_ms) -> SqliteStore:
    """Lock, create or upgrade, and open the database. Blocks; raises `StoreBusy`, `StorageDown`, `TooNew`."""
    try:
        lock = FileLock(path.with_name(path.name + ".lock"))
    except OSError as problem:
        raise StorageDown(
            f"The data folder {path.parent} cannot be written ({problem.strerror}). Choose another one, or make it "
            "writable for this user."
        ) from problem
    try:
        migrate_sqlite(path)
        return SqliteStore(path, lock, clock)
    except BaseException:
        lock.release()
        raise


def migrate_sqlite(path: Path, to: str = "head") -> None:
    """Create the database or bring it to a revision. Raises `TooNew`."""
    connection = open_connection(path, create=True)
    try:
        if to == "head" and _revision(connection) == migrations.HEAD:
            return
    except sqlite3.Error as problem:
        raise storage_down(problem, path) from problem
    finally:
        connection.close()

    def without_foreign_keys() -> sqlite3.Connection:
        # A migration that puts a new table in an old one's place would otherwise delete all that refers to it.
        opened = open_connection(path)
        opened.execute("PRAGMA foreign_keys = OFF")
        return opened

    engine = create_engine("sqlite://", creator=without_foreign_keys, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as transaction:
            migrations.upgrade(transaction, to)
            orphans = transaction.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if orphans:
                raise StorageDown(
                    f"The database {path} could not be upgraded: {len(orphans)} rows refer to nothing."
                )
    finally:
        engine.dispose()


def _begin(connection: Connection) -> None:
    # The driver is in autocommit mode: without this, each statement of a migration would be committed by itself.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _revision(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if found else None
    return str(row[0]) if row else None
