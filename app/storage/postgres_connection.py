"""Connections to PostgreSQL: the settings that the promises rest on, and errors as sentences.

A worker that stops in the middle of a transaction (SIGSTOP, a sleeping host) must not keep a workshop's row locked:
the server ends such a session after a few seconds. A commit waits for its disk (LIVE-1).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from app.storage.api import CodeTaken, NotFound, StorageDown

SETTINGS = {
    "application_name": "levertree",
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "3s",
    "lock_timeout": "6s",
    "statement_timeout": "60s",
    "timezone": "UTC",
}
CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 10.0
LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What asyncpg raises when a server goes away; `InternalClientError` when it goes in the middle of an answer."""


def driver_url(database_url: str) -> str:
    """The address as asyncpg wants it."""
    return "postgresql://" + database_url.split("://", 1)[1]


def spoken(database_url: str) -> str:
    """The address without its password, for sentences and logs."""
    parts = urlsplit(database_url)
    return f"{parts.hostname or 'this machine'}{f':{parts.port}' if parts.port else ''}{parts.path}"


async def connect(database_url: str, **options: Any) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection with the settings above. Raises what asyncpg raises."""
    options.setdefault("command_timeout", COMMAND_SECONDS)
    return await asyncpg.connect(
        driver_url(database_url), timeout=CONNECT_SECONDS, server_settings=dict(SETTINGS), **options
    )


@contextmanager
def sentences(database_url: str) -> Iterator[None]:
    """Turn the driver's errors into `StorageDown`, `CodeTaken` and `NotFound`; mistakes in a statement stay as they
    are."""
    try:
        yield
    except asyncpg.UniqueViolationError as problem:
        if problem.constraint_name == "workshop_code_key":
            raise CodeTaken("another workshop uses this join code") from problem
        raise
    except asyncpg.ForeignKeyViolationError as problem:
        raise NotFound("there is no such workshop") from problem
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):
        raise
    except asyncpg.DiskFullError as problem:
        raise _down(database_url, "its disk is full. Free some space there", problem) from problem
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as problem:
        raise _down(
            database_url, "it refuses this user or database. Check DATABASE_URL", problem
        ) from problem
    except (asyncpg.ReadOnlySQLTransactionError, asyncpg.InsufficientPrivilegeError) as problem:
        raise _down(
            database_url, "it allows no writing. Check the server and this user's rights", problem
        ) from problem
    except asyncpg.SyntaxOrAccessError:
        raise
    except LOST as problem:
        raise _down(
            database_url, "it does not answer. Check that PostgreSQL runs there", problem
        ) from problem


def _down(database_url: str, what: str, problem: BaseException) -> StorageDown:
    detail = str(problem) or type(problem).__name__
    return StorageDown(f"Nothing can be saved in the database {spoken(database_url)} now: {what}. ({detail})")
