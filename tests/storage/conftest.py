"""Both engines for the contract suite: SQLite files, and a real PostgreSQL started once for the whole run."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.storage import Store, open_store
from tests.storage.postgres_server import PostgresServer

_numbers = itertools.count(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
async def postgres_url(postgres: PostgresServer) -> AsyncIterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"workshops{next(_numbers)}"
    yield await postgres.new_database(name)
    await postgres.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine in turn."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'levertree.db'}"


@pytest.fixture
async def store(database_url: str, tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(database_url, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def workshop_id(store: Store) -> str:
    return await store.create_workshop(code="FIRST", title="First", events=[])
