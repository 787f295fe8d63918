"""Both engines for the contract suite: SQLite files, and a real PostgreSQL started once for the whole run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.storage import Store, open_store


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine in turn."""
    return f"sqlite:///{tmp_path / 'levertree.db'}"


@pytest.fixture
async def store(database_url: str, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(database_url, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def workshop_id(store: Store) -> str:
    return await store.create_workshop(code="FIRST", title="First", events=[])
