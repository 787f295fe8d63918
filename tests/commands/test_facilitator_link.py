"""A lost facilitator link is re-issued, also beside a running server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.storage import NewEvent, Store, open_store
from app.web.security import hashed


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("LEVERTREE_DATABASE_URL", raising=False)
    monkeypatch.setenv("LEVERTREE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LEVERTREE_PUBLIC_URL", "https://okr.example.org")
    return tmp_path / "data"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


async def with_workshop(data: Path) -> tuple[Store, str]:
    store = await open_store(None, data)
    event = NewEvent(at=1, by="", data=b'{"type": "WorkshopOpened"}')
    return store, await store.create_workshop(code="K7PM4XQA", title="", events=[event])


@pytest.mark.parametrize("typed", ["K7PM4XQA", "k7pm-4xqa"])
def test_the_link_holds_beside_the_running_server(data: Path, typed: str) -> None:
    async def scene() -> None:
        store, workshop = await with_workshop(data)
        try:
            given = await asyncio.to_thread(run, "facilitator-link", typed)
            assert given.exit_code == 0, given.output
            base, _, token = given.output.strip().rpartition("/")
            assert base == "https://okr.example.org/f/K7PM4XQA"
            capability = await store.capability(hashed(token))
            assert capability is not None
            assert (capability.workshop_id, capability.kind) == (workshop, "facilitator")
        finally:
            await store.close()

    asyncio.run(scene())


def test_earlier_links_end_only_when_asked(data: Path) -> None:
    async def scene() -> None:
        store, workshop = await with_workshop(data)
        try:
            await store.add_capability(workshop, "facilitator", hashed("earlier"))
            await asyncio.to_thread(run, "facilitator-link", "K7PM4XQA")
            assert await store.capability(hashed("earlier")) is not None
            await asyncio.to_thread(run, "facilitator-link", "K7PM4XQA", "--revoke")
            assert await store.capability(hashed("earlier")) is None
        finally:
            await store.close()

    asyncio.run(scene())


def test_an_unknown_code_is_one_sentence(data: Path) -> None:
    async def scene() -> None:
        store, _ = await with_workshop(data)
        await store.close()

    asyncio.run(scene())
    refused = run("facilitator-link", "NOPE2345")
    assert refused.exit_code == 1
    assert "No workshop has the code NOPE2345" in refused.output
