"""Small parts for tests of a room alone: a real store in a folder, and a wire whose other end the test plays."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from app.rendering.screens import Place
from app.rooms.connections import Connection
from app.rooms.frames import Frame
from app.rooms.items import Say, Told
from app.rooms.registry import Rooms
from app.rooms.room import Room
from app.storage import open_store
from app.storage.api import Answer, NewEvent, StorageDown, Store
from facilitation.guide import load_all
from facilitation.messages import Command, Rejected
from facilitation.session.people import Join
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Setup


@dataclass
class TestWire:
    """Keeps what is written; `ready` is the test's to change."""

    __test__ = False
    ready: bool = True
    line: None = None
    gone: bool = False
    written: list[dict[str, Any]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    ended: int = 0
    aborted: bool = False

    def write(self, frame: Frame) -> None:
        assert self.ready
        self.sizes.append(len(frame.payload))
        self.written.append(msgspec.json.decode(frame.payload))

    def close(self, code: int, reason: str) -> None:
        self.ended = code

    def abort(self) -> None:
        self.aborted = True

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The messages of one kind."""
        return [message for message in self.written if message["t"] == kind]


class Flaky:
    """A store that can be made to fail; everything else is the real one's."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.fail_before = 0
        self.fail_after = 0
        self.notified: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def append(
        self, workshop_id: str, expected: int, events: Sequence[NewEvent], answers: Sequence[Answer] = ()
    ) -> int:
        if self.fail_before:
            self.fail_before -= 1
            raise StorageDown("The disk is full. Free some space on the host.")
        head = await self.store.append(workshop_id, expected, events, answers)
        if self.fail_after:
            self.fail_after -= 1
            raise StorageDown("The connection to the database was lost.")
        return head

    async def notify(self, workshop_id: str, head: int, payload: str | None = None) -> None:
        self.notified.append((workshop_id, head))


@dataclass
class Bench:
    """A store, its rooms, and one workshop with a facilitator `p1`."""

    store: Flaky
    rooms: Rooms
    workshop_id: str
    room: Room

    async def person(self, role: str = "participant") -> str:
        """One more seat."""
        told = await self.room.say("", "facilitator", Join(role=role))  # type: ignore[arg-type]
        return str(told.events[0].person)  # type: ignore[attr-defined]

    async def client(self, person: str) -> str:
        """A tab's id."""
        return await self.store.new_client(self.workshop_id, person)

    def put(
        self, person: str, command: Command | Rejected, client_id: str, cid: int, role: str = "participant"
    ) -> asyncio.Future[Told]:
        """Queue a numbered command; gives where its answer will be."""
        answer: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self.room.put(
            Say(person=person, role=role, command=command, client_id=client_id, cid=cid, answer=answer)
        )
        return answer

    async def log(self) -> list[str]:
        """The types of all events."""
        return [event.type for event in await self.store.read(self.workshop_id, 0)]


@contextlib.asynccontextmanager
async def bench(folder: Path) -> AsyncIterator[Bench]:
    """A room on a real SQLite file."""
    store = Flaky(await open_store(None, folder))
    rooms = Rooms(store, lambda code: Place())  # type: ignore[arg-type]
    rooms.start()
    created = WorkshopCreated(code="AAAABBBB", setup=Setup(title="Test"), guide=load_all()["kpi-to-okr"])
    workshop_id = await store.create_workshop(
        code="AAAABBBB", title="Test", events=[NewEvent(1, "", rooms.codec.encode(created))]
    )
    room = await rooms.room(workshop_id)
    made = Bench(store, rooms, workshop_id, room)
    await made.person("facilitator")
    try:
        yield made
    finally:
        await rooms.close()
        await store.close()


def screen(
    kind: str = "phone", person: str = "", role: str = "participant", client_id: str = ""
) -> tuple[Connection, TestWire]:
    """A connection and its wire."""
    wire = TestWire()
    return Connection(wire, kind, person, role, client_id), wire  # type: ignore[arg-type]
