"""Storage: an append-only event log per workshop, with the people, links and answers beside it.

`open_store` gives the engine that the address names; `api` says what both promise.
"""

import asyncio
from pathlib import Path

from app.storage.api import (
    Answer,
    Behind,
    Capability,
    CapabilityKind,
    ClientState,
    CodeTaken,
    NewEvent,
    NotFound,
    Recorded,
    Seat,
    Snapshot,
    StorageDown,
    Store,
    StoreBusy,
    WakeUp,
    WorkshopRow,
)

__all__ = [
    "Answer",
    "Behind",
    "Capability",
    "CapabilityKind",
    "ClientState",
    "CodeTaken",
    "NewEvent",
    "NotFound",
    "Recorded",
    "Seat",
    "Snapshot",
    "StorageDown",
    "Store",
    "StoreBusy",
    "WakeUp",
    "WorkshopRow",
    "open_store",
    "sqlite_path",
]

_POSTGRES = ("postgresql://", "postgres://", "postgresql+asyncpg://")


def sqlite_path(database_url: str | None, data_dir: Path) -> Path | None:
    """The file that an address means: `levertree.db` in the data folder when there is no address, the path after
    `sqlite:///`, or None for a PostgreSQL address. Raises `ValueError` for any other address."""
    if not database_url:
        return data_dir / "levertree.db"
    if database_url.startswith(_POSTGRES):
        return None
    if database_url.startswith("sqlite:///") and len(database_url) > len("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///"))
    scheme = database_url.split("://", 1)[0]
    raise ValueError(
        f"DATABASE_URL starts with {scheme!r}. Levertree keeps workshops in SQLite (sqlite:///path/to/file.db) or "
        "PostgreSQL (postgresql://user:password@host/database)."
    )


async def open_store(database_url: str | None, data_dir: Path) -> Store:
    """Open the database, creating or upgrading it.

    Raises `StoreBusy` when another process holds the SQLite file, `StorageDown` when the database cannot be reached
    or written, `migrations.TooNew` when a newer version wrote it, `ValueError` for an address of another kind.
    """
    path = sqlite_path(database_url, data_dir)
    if path is not None:
        from app.storage.sqlite_store import open_sqlite

        return await asyncio.to_thread(open_sqlite, path)
    from app.storage.postgres_store import open_postgres

    assert database_url is not None
    return await open_postgres(database_url)
