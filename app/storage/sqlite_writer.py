"""The one thread that writes to SQLite, with group commit.

Everything that waits when the thread is free goes into one transaction, so that one fsync serves many appends of many
workshops, and each waits for at most the commit in progress and its own. Each job runs in a savepoint: one that is
refused is undone alone. A failure of the file itself (disk full, file gone) fails the whole group, of which nothing is
stored; the connection is opened anew for the next group, so that writing goes on as soon as the cause is gone.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from app.storage.api import StorageDown
from app.storage.sqlite_connection import identity, open_connection, storage_down

T = TypeVar("T")
LARGEST_GROUP = 500
STOPPING = "The server is stopping; nothing more can be read or saved."


class _Job(Generic[T]):
    __slots__ = ("group", "loop", "outcome", "problem", "value", "work")

    def __init__(self, work: Callable[[sqlite3.Connection], T], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.outcome: asyncio.Future[tuple[T, int]] = loop.create_future()
        self.value: T | None = None
        self.problem: BaseException | None = None
        self.group = 0

    def deliver(self) -> None:
        if self.outcome.done():  # whoever waited was cancelled; what was written stays written
            return
        if self.problem is not None:
            self.outcome.set_exception(self.problem)
        else:
            self.outcome.set_result((self.value, self.group))  # type: ignore[arg-type]


class GroupWriter:
    """Runs jobs against the database at `path` in groups, each group one durable transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = identity(path)
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._closed = False  # from then on a None is the last thing in the queue
        self._thread = threading.Thread(target=self._run, name="levertree-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> tuple[T, int]:
        """Run the work in the next group; gives its value, once it is durable, and the size of the group.

        An exception of the work undoes that work alone and is raised here. Raises `StorageDown` when the group could
        not be stored. Cancelling the caller does not stop the work.
        """
        if self._closed:
            raise StorageDown(STOPPING)
        job: _Job[T] = _Job(work, asyncio.get_running_loop())
        self._jobs.put(job)
        return await job.outcome

    def refuse_more(self) -> None:
        """Take no further work; what waits is finished. To be called where `run` is: in the event loop's thread."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)

    def close(self) -> None:
        """Finish what waits, fold the write-ahead log into the file, and stop. Blocks."""
        self.refuse_more()
        self._thread.join()

    # -- in the thread -----------------------------------------------------------------------------------------
    def _run(self) -> None:
        going = True
        while going:
            first = self._jobs.get()
            group: list[_Job[Any]] = []
            job = first
            while True:
                if job is None:
                    going = False
                    break
                group.append(job)
                if len(group) == LARGEST_GROUP:
                    break
                try:
                    job = self._jobs.get_nowait()
                except Empty:
                    break
            if group:
                self._store(group)
                self._deliver(group)
        self._fold()

    def _store(self, group: list[_Job[Any]]) -> None:
        """Run and commit a group; leaves each job with its value or its problem."""
        try:
            connection = self._open()
            # A savepoint outside a transaction is one itself, and releasing it is its commit.
            if len(group) > 1:
                connection.execute("BEGIN IMMEDIATE")
            for job in group:
                job.group = len(group)
                self._run_one(connection, job)
            if len(group) > 1:
                connection.execute("COMMIT")
        except (sqlite3.Error, StorageDown) as problem:
            down = problem if isinstance(problem, StorageDown) else storage_down(problem, self._path)
            for job in group:
                job.problem = StorageDown(str(down))
            self._drop()

    @staticmethod
    def _run_one(connection: sqlite3.Connection, job: _Job[Any]) -> None:
        connection.execute("SAVEPOINT job")
        try:
            job.value = job.work(connection)
        except (sqlite3.OperationalError, StorageDown):
            raise
        except sqlite3.DatabaseError as problem:
            if type(problem) is sqlite3.DatabaseError:  # a damaged file, not a broken constraint
                raise
            job.problem = problem
        except Exception as problem:
            job.problem = problem
        if job.problem is not None:
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")

    def _open(self) -> sqlite3.Connection:
        if identity(self._path) != self._file:
            raise StorageDown(
                f"The database {self._path} was replaced while Levertree was running. Restart it."
            )
        if self._connection is None:
            self._connection = open_connection(self._path)
        return self._connection

    def _drop(self) -> None:
        """Let the connection go; closing it rolls back what it had not committed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _fold(self) -> None:
        try:
            self._open().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except (sqlite3.Error, StorageDown):
            pass  # the log stays beside the file and is folded in by the next start
        finally:
            self._drop()

    @staticmethod
    def _deliver(group: list[_Job[Any]]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Job[Any]]] = {}
        for job in group:
            by_loop.setdefault(job.loop, []).append(job)
        for loop, jobs in by_loop.items():
            try:
                loop.call_soon_threadsafe(_deliver_all, jobs)
            except RuntimeError:
                continue  # that loop is closed: nobody waits any more


def _deliver_all(jobs: list[_Job[Any]]) -> None:
    for job in jobs:
        job.deliver()
