"""`levertree export`, `import` and `delete`, beside a running server, and what `levertree doctor` says about the way to it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.commands import _reach
from app.settings import Settings
from app.storage import NewEvent, Store, open_store
from app.storage.codec import Codec
from app.web.security import hashed
from facilitation.messages import Event
from facilitation.session.flow import OpenPhase
from facilitation.workshop import event_type
from tests.facilitation.room import Room
from tests.rooms.house import house

CODE = "K7PM4XQA"
CODEC: Codec[Event] = Codec(event_type())


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("LEVERTREE_DATABASE_URL", raising=False)
    monkeypatch.setenv("LEVERTREE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LEVERTREE_PUBLIC_URL", "https://okr.example.org")
    return tmp_path / "data"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


async def with_workshop(data: Path) -> tuple[Store, str]:
    """A running store with one workshop in it, as a server holds it."""
    room = Room()
    person = room.join()
    room.must(OpenPhase(phase="frame"))
    store = await open_store(None, data)
    events = [NewEvent(meta.at, meta.by, CODEC.encode(event)) for event, meta in room.log]
    workshop = await store.create_workshop(code=CODE, title="Growth team", events=events)
    await store.add_person(workshop, person, "Ana Ruiz")
    return store, workshop


def test_a_workshop_is_exported_and_imported_beside_the_running_server(data: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        store, workshop = await with_workshop(data)
        try:
            file = tmp_path / "growth.json"
            done = await asyncio.to_thread(run, "export", "k7pm-4xqa", str(file))
            assert done.exit_code == 0, done.output
            again = await asyncio.to_thread(run, "export", CODE, str(file))
            assert again.exit_code == 1
            assert "exists already" in again.output
            went = await asyncio.to_thread(run, "import", str(file))
            assert went.exit_code == 0, went.output
            base, _, token = went.output.strip().splitlines()[-1].rpartition("/")
            code = base.rpartition("/")[2]
            assert base == f"https://okr.example.org/f/{code}"
            assert code != CODE
            row = await store.workshop_by_code(code)
            assert row is not None
            assert row.title == "Growth team"
            assert "Ana Ruiz" in (await store.names(row.id)).values()
            capability = await store.capability(hashed(token))
            assert capability is not None
            assert capability.workshop_id == row.id
            assert await store.head(workshop) > 1, "the one it came from is as it was"
        finally:
            await store.close()

    asyncio.run(scene())


def test_what_is_no_workshop_is_refused_in_one_sentence(data: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        store, _ = await with_workshop(data)
        await store.close()

    asyncio.run(scene())
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"format": "levertree-outcome"}))
    refused = run("import", str(file))
    assert refused.exit_code == 1
    assert "cannot be continued" in refused.output
    assert "Traceback" not in refused.output
    unknown = run("export", "AAAAAAAA", str(tmp_path / "y.json"))
    assert "No workshop has the code" in unknown.output
    assert "No workshop has the code" in run("delete", "AAAAAAAA").output


def test_a_workshop_is_deleted_when_its_code_is_typed(data: Path) -> None:
    async def scene() -> None:
        store, _ = await with_workshop(data)
        try:
            kept = await asyncio.to_thread(run, "delete", CODE, typed="no\n")
            assert kept.exit_code == 1
            assert "Nothing was deleted" in kept.output
            assert await store.workshop_by_code(CODE) is not None
            gone = await asyncio.to_thread(run, "delete", CODE, typed="k7pm-4xqa\n")
            assert gone.exit_code == 0, gone.output
            assert await store.workshop_by_code(CODE) is None
        finally:
            await store.close()

    asyncio.run(scene())


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[call-arg]


def test_the_doctor_sees_a_live_connection_get_through(data: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        async with house(tmp_path / "house") as home:
            there = settings(public_url=home.base)
            assert "gets through" in await asyncio.to_thread(_reach.live_connection, there)

    asyncio.run(asyncio.wait_for(scene(), 40))
    assert "not tried" in _reach.live_connection(settings(public_url="http://127.0.0.1:9"))


def test_the_doctor_sees_something_in_front_that_lets_no_live_connection_through() -> None:
    async def page_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"ok": true}'
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body)
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def scene() -> None:
        server = await asyncio.start_server(page_only, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            there = settings(public_url=f"http://127.0.0.1:{port}")
            with pytest.raises(_reach.Trouble, match="does not get through"):
                await asyncio.to_thread(_reach.live_connection, there)

    asyncio.run(asyncio.wait_for(scene(), 40))


def test_the_doctor_says_what_does_not_fit_about_a_proxy(tmp_path: Path) -> None:
    with pytest.raises(_reach.Trouble, match="LEVERTREE_PROXY_HEADERS"):
        _reach.proxy(settings(public_url="https://okr.example.org"))
    with pytest.raises(_reach.Trouble, match="name the proxy"):
        _reach.proxy(settings(proxy_headers=True, trusted_proxies="*"))
    assert "10.0.0.2" in _reach.proxy(settings(proxy_headers=True, trusted_proxies="10.0.0.2"))
    with pytest.raises(_reach.Trouble, match="LEVERTREE_FONT_FOLDER"):
        _reach.fonts(settings(font_folder=tmp_path))
