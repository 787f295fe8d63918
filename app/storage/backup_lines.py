"""A whole PostgreSQL database as JSON lines, and back.

The first line says what it is, the schema's revision and each table's columns; then comes one line per row, as
`[table, value, …]`, parents before children, bytes as base64; the last line says how many rows there were, so that a file
that was cut short is noticed.
"""

import asyncio
import base64
import binascii
import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import asyncpg
import msgspec
from sqlalchemy import LargeBinary

from app.storage.api import StoreBusy
from app.storage.people import now_ms
from app.storage.postgres_connection import SETTINGS, connect, driver_url, sentences, spoken
from app.storage.postgres_store import migrate_postgres
from app.storage.sqlite_connection import open_connection
from app.storage.sqlite_store import migrate_sqlite
from app.storage.tables import TABLES

_BATCH = 1_000


class Header(msgspec.Struct, tag="levertree backup", tag_field="kind"):
    """The first line. `binary` names the columns, as table.column, whose values are base64."""

    revision: str
    made_at: int
    tables: dict[str, list[str]]
    binary: list[str]


class Footer(msgspec.Struct, tag="end", tag_field="kind"):
    """The last line."""

    rows: int


def _open_private(target: Path) -> IO[bytes]:
    """A new file for this user's eyes only: it will hold names and what people wrote."""
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


async def write_lines(database_url: str, target: Path) -> tuple[int, int]:
    """Write the database as it is at one moment; gives the numbers of workshops and events. Raises `StorageDown`,
    `OSError`."""
    encode = msgspec.json.Encoder().encode
    counts: dict[str, int] = {}
    with sentences(database_url), _open_private(target) as file:
        connection = await connect(database_url, command_timeout=None)
        try:
            await connection.execute("SET statement_timeout = 0")
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                header = Header(
                    revision=await connection.fetchval("SELECT version_num FROM alembic_version"),
                    made_at=now_ms(),
                    tables={str(table.name): [str(column.name) for column in table.c] for table in TABLES},
                    binary=[
                        f"{c.table.name}.{c.name}"
                        for t in TABLES
                        for c in t.c
                        if isinstance(c.type, LargeBinary)
                    ],
                )
                file.write(encode(header) + b"\n")
                for name, columns in header.tables.items():
                    counts[name] = 0
                    async for row in connection.cursor(
                        f'SELECT {_list(columns)} FROM "{name}"', prefetch=_BATCH
                    ):
                        file.write(encode([name, *row]) + b"\n")
                        counts[name] += 1
                file.write(encode(Footer(rows=sum(counts.values()))) + b"\n")
        finally:
            connection.terminate()
    return counts["workshop"], counts["event"]


def read_lines(source: Path, target: Path) -> None:
    """Make the lines into a new SQLite file of the revision that they were written at. Raises `ValueError` when they
    are no whole backup, `TooNew`, `sqlite3.Error`."""
    with source.open("rb") as file:
        try:
            header = msgspec.json.decode(file.readline(), type=Header)
        except msgspec.DecodeError as problem:
            raise ValueError("it is no backup of Levertree") from problem
        migrate_sqlite(target, header.revision)
        with closing(open_connection(target)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM meta")
            _insert(database, header, file)
            database.execute("COMMIT")


def _insert(database: sqlite3.Connection, header: Header, file: IO[bytes]) -> None:
    statements, binary = {}, {}
    for name, columns in header.tables.items():
        # The names come out of a file and go into a statement: only those that the schema has.
        known = {row[1] for row in database.execute("SELECT * FROM pragma_table_info(?)", (name,))}
        if not known or not known >= set(columns):
            raise ValueError(f"the table {name!r} of the backup is unknown")
        statements[name] = f'INSERT INTO "{name}" ({_list(columns)}) VALUES ({", ".join("?" * len(columns))})'
        binary[name] = [n for n, column in enumerate(columns) if f"{name}.{column}" in header.binary]
    for rows, line in enumerate(file):
        try:
            row = msgspec.json.decode(line)
            if isinstance(row, dict):
                if msgspec.convert(row, Footer).rows == rows:
                    return
                break
            name, *values = row
            for n in binary[name]:
                values[n] = base64.b64decode(values[n])
            database.execute(statements[name], values)
        except (msgspec.DecodeError, LookupError, TypeError, ValueError, binascii.Error) as problem:
            raise ValueError(f"line {rows + 2} of the backup is damaged") from problem
    raise ValueError("the backup is cut short")


async def copy_into_postgres(staged: Path, database_url: str) -> None:
    """Put the rows of a staged SQLite file of the present schema in the place of those in PostgreSQL, in one
    transaction. Raises `StoreBusy` when a server is connected, `StorageDown`."""
    with sentences(database_url):
        await migrate_postgres(database_url)
        settings = {**SETTINGS, "application_name": "levertree-restore", "statement_timeout": "0"}
        connection = await asyncpg.connect(driver_url(database_url), server_settings=settings, timeout=5)
        try:
            await _require_nobody_else(connection, database_url)
            async with connection.transaction():
                names = ", ".join(f'"{table.name}"' for table in TABLES)
                await connection.execute(f"TRUNCATE {names}")
                with closing(open_connection(staged)) as database:
                    for table in TABLES:
                        columns = [column.name for column in table.c]
                        rows = database.execute(f'SELECT {_list(columns)} FROM "{table.name}"')
                        for batch in _batches(rows):
                            await connection.copy_records_to_table(table.name, records=batch, columns=columns)
        finally:
            connection.terminate()


async def _require_nobody_else(connection: Any, database_url: str) -> None:
    for _ in range(20):  # a connection that was just closed is listed for a moment longer
        connected = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
            SETTINGS["application_name"],
        )
        if not connected:
            return
        await asyncio.sleep(0.1)
    raise StoreBusy(
        f"The workshops in {spoken(database_url)} are in use by a running Levertree. Stop that Levertree first."
    )


def _list(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch
