"""Workshops in PostgreSQL: the engine for several workers or hosts. Any worker may write any workshop."""

import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.storage import migrations
from app.storage.api import Answer, NewEvent, OnWakeUp, StorageDown
from app.storage.event_log import plan_append
from app.storage.people import PeopleAndAccess, Rows, Step, now_ms
from app.storage.postgres_connection import (
    COMMAND_SECONDS,
    CONNECT_SECONDS,
    SETTINGS,
    connect,
    driver_url,
    sentences,
)
from app.storage.postgres_wakeup import WakeUps
from app.storage.postgres_writer import MOST_WAITING, GroupWriter
from app.storage.statements import compiled_for

_CONNECTIONS = MOST_WAITING + 4
_MIGRATION_LOCK = 0x1E7E_27EE  # any number that nobody else in this database uses


class PostgresStore(PeopleAndAccess):
    """See `api.Store`. Made by `open_postgres`."""

    alone = False

    def __init__(
        self,
        database_url: str,
        pool: "asyncpg.Pool[asyncpg.Record]",
        epoch: str,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        super().__init__(clock)
        self.epoch = epoch
        self._url = database_url
        self._pool = pool
        self._statements = compiled_for("postgresql")
        self._writer = GroupWriter(database_url, pool)
        self.wake_ups = WakeUps(database_url)

    # -- the log -----------------------------------------------------------------------------------------------
    async def append(
        self, workshop_id: str, expected_seq: int, events: Sequence[NewEvent], answers: Sequence[Answer] = ()
    ) -> int:
        began = time.perf_counter()
        plan = plan_append(workshop_id, expected_seq, events, answers, self._clock())
        head, group = await self._writer.store(plan)
        if self.on_append is not None:
            self.on_append(time.perf_counter() - began, group)
        return head

    # -- what the shared part stands on ------------------------------------------------------------------------
    async def _query(self, name: str, given: dict[str, Any]) -> Rows:
        statement = self._statements[name]
        with sentences(self._url):
            try:
                rows = await self._pool.fetch(statement.sql, *statement.values(given))
            except (
                asyncpg.PostgresConnectionError,
                asyncpg.AdminShutdownError,
                asyncpg.InterfaceError,
                asyncpg.InternalClientError,
            ):
                # A connection that died while it lay in the pool. Reading again is harmless.
                rows = await self._pool.fetch(statement.sql, *statement.values(given))
        return cast(Rows, rows)

    async def _transact(self, steps: Sequence[Step]) -> list[Rows]:
        with sentences(self._url):
            async with self._pool.acquire() as connection, connection.transaction():
                done = []
                for name, given in steps:
                    statement = self._statements[name]
                    done.append(await connection.fetch(statement.sql, *statement.values(given)))
        return cast(list[Rows], done)

    # -- between workers ---------------------------------------------------------------------------------------
    async def notify(self, workshop_id: str, head: int, payload: str | None = None) -> None:
        self.wake_ups.send(workshop_id, head, payload)

    def listen(self, callback: OnWakeUp) -> Callable[[], None]:
        return self.wake_ups.listen(callback)

    # -- operation ---------------------------------------------------------------------------------------------
    async def ping(self) -> None:
        with sentences(self._url):
            await self._pool.execute("UPDATE meta SET value = value WHERE key = 'epoch'")
            read_only = await self._pool.fetchval("SELECT pg_is_in_recovery()")
        if read_only:
            raise StorageDown(
                "The database is a standby that allows no writing. Point DATABASE_URL at the primary."
            )

    async def close(self) -> None:
        await self._writer.close()
        await self.wake_ups.close()
        self._pool.terminate()


async def _keep(connection: object) -> None:
    """Do nothing when a connection goes back to the pool: no statement here leaves settings behind."""


async def open_postgres(database_url: str, clock: Callable[[], int] = now_ms) -> PostgresStore:
    """Create or upgrade the tables, and open. Raises `StorageDown`, `TooNew`."""
    with sentences(database_url):
        await migrate_postgres(database_url)
        pool = await asyncpg.create_pool(
            driver_url(database_url),
            min_size=0,
            max_size=_CONNECTIONS,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings=dict(SETTINGS),
            reset=_keep,
        )
        epoch = await pool.fetchval("SELECT value FROM meta WHERE key = 'epoch'")
    return PostgresStore(database_url, pool, str(epoch), clock)


async def migrate_postgres(database_url: str, to: str = "head") -> None:
    """Create the tables or bring them to a revision; workers that start together take turns. Raises `TooNew`."""
    connection = await connect(database_url)
    try:
        if to == "head" and await _revision(connection) == migrations.HEAD:
            return
    finally:
        await connection.close()

    async def fresh_connection() -> "asyncpg.Connection[asyncpg.Record]":
        return await connect(database_url, command_timeout=600)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=fresh_connection, poolclass=NullPool)
    try:
        async with engine.begin() as transaction:
            await transaction.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
            await transaction.exec_driver_sql("SET LOCAL statement_timeout = '600s'")
            await transaction.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            await transaction.run_sync(migrations.upgrade, to)
    finally:
        await engine.dispose()


async def _revision(connection: "asyncpg.Connection[asyncpg.Record]") -> str | None:
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    row = await connection.fetchval("SELECT version_num FROM alembic_version")
    return None if row is None else str(row)
