"""The workshops for a command, also while the server runs.

An SQLite file belongs to the one process that appends to it. Reading, adding a whole workshop and deleting one touch no log that
a server is writing, and the server reads those rows anew each time somebody comes; so here they are done beside it, each in
one transaction. With PostgreSQL every process may do everything.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from app.commands import _settings
from app.storage import StorageDown, open_store
from app.storage.api import CodeTaken, NotFound
from app.storage.people import PeopleAndAccess, Rows, Step
from app.storage.sqlite_connection import open_connection
from app.storage.statements import compiled_for

if TYPE_CHECKING:
    from app.settings import Settings

T = TypeVar("T")


class Beside(PeopleAndAccess):
    """An SQLite database beside the process that serves it; everything but appending."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__()
        self._connection = connection
        self._statements = compiled_for("sqlite")

    async def _query(self, name: str, given: dict[str, Any]) -> Rows:
        statement = self._statements[name]
        return self._connection.execute(statement.sql, statement.values(given)).fetchall()

    async def _transact(self, steps: Sequence[Step]) -> list[Rows]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            rows = [await self._query(name, given) for name, given in steps]
        except sqlite3.IntegrityError as problem:
            self._connection.execute("ROLLBACK")
            if "workshop.code" in str(problem):
                raise CodeTaken("another workshop uses this join code") from problem
            raise NotFound("there is no such workshop") from problem
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return rows


def run(settings: Settings, act: Callable[[PeopleAndAccess], Coroutine[Any, Any, T]]) -> T:
    """What `act` answers, given the store. Raises click.ClickException with a sentence when the database does not answer."""

    async def in_postgresql() -> T:
        store = await open_store(settings.database_url, settings.data_dir)
        try:
            return await act(store)  # type: ignore[arg-type]
        finally:
            await store.close()

    try:
        if settings.uses_postgresql:
            return asyncio.run(in_postgresql())
        connection = open_connection(_settings.sqlite_file(settings, "PostgreSQL"))
        try:
            return asyncio.run(act(Beside(connection)))
        finally:
            connection.close()
    except (StorageDown, sqlite3.Error) as error:
        raise click.ClickException(str(error)) from None


def no_such(code: str) -> click.ClickException:
    """The sentence for a code that no workshop has."""
    return click.ClickException(f"No workshop has the code {code}: look at the wall or the console for it.")
