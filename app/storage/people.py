"""Everything beside the append, for both engines: workshops, reading, clients, names, seats, links, snapshots.

An engine gives two things: `_query`, which runs one statement of `statements.py` for reading, and `_transact`, which
runs several in one durable transaction.
"""

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgspec.json import encode

from app.storage.api import (
    Answer,
    Capability,
    CapabilityKind,
    ClientState,
    NewEvent,
    NotFound,
    OnAppend,
    Recorded,
    Seat,
    Snapshot,
    WorkshopRow,
)
from app.storage.event_log import event_rows, require_storable, storable

Rows: TypeAlias = list[tuple[Any, ...]]
Step: TypeAlias = tuple[str, dict[str, Any]]
"""The name of a statement, and its parameters."""
_NO_LIMIT = 2**62


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC, by the server's clock."""
    return time.time_ns() // 1_000_000


class PeopleAndAccess(ABC):
    """The part of a store that both engines share; see `api.Store` for what each method promises."""

    def __init__(self, clock: Callable[[], int] = now_ms) -> None:
        self.on_append: OnAppend | None = None
        self._clock = clock

    @abstractmethod
    async def _query(self, name: str, given: dict[str, Any]) -> Rows:
        """Run one statement that only reads."""

    @abstractmethod
    async def _transact(self, steps: Sequence[Step]) -> list[Rows]:
        """Run the statements in one transaction; gives the rows of each. Raises `CodeTaken` when a join code exists
        already, and `NotFound` when the workshop that a row belongs to does not exist."""

    async def _fetch(self, name: str, /, **given: Any) -> Rows:
        if not all(storable(value) for value in given.values() if isinstance(value, str)):
            return []  # nothing can have been stored under such a text
        return await self._query(name, given)

    async def _write(self, *steps: Step) -> list[Rows]:
        for _, given in steps:
            require_storable(*(value for value in given.values() if isinstance(value, str)))
        return await self._transact(steps)

    async def _write_one(self, name: str, /, **given: Any) -> Rows:
        return (await self._write((name, given)))[0]

    # -- workshops ---------------------------------------------------------------------------------------------
    async def create_workshop(self, *, code: str, title: str, events: Sequence[NewEvent]) -> str:
        workshop_id = "w" + secrets.token_hex(8)
        steps: list[Step] = [
            (
                "create_workshop",
                {
                    "id": workshop_id,
                    "code": code,
                    "title": title,
                    "seq": len(events),
                    "created_at": self._clock(),
                },
            )
        ]
        columns = ("workshop_id", "seq", "at", "author", "type", "data")
        steps += [
            ("create_event", dict(zip(columns, row, strict=True)))
            for row in event_rows(workshop_id, 0, events)
        ]
        await self._write(*steps)
        return workshop_id

    async def workshop(self, workshop_id: str) -> WorkshopRow | None:
        rows = await self._fetch("workshop", of_workshop=workshop_id)
        return WorkshopRow(*rows[0]) if rows else None

    async def workshop_by_code(self, code: str) -> WorkshopRow | None:
        rows = await self._fetch("workshop_by_code", code=code)
        return WorkshopRow(*rows[0]) if rows else None

    async def workshops(self, limit: int = 1000) -> list[WorkshopRow]:
        return [WorkshopRow(*row) for row in await self._fetch("workshops", most=limit)]

    async def workshops_of(self, device_hash: str) -> list[WorkshopRow]:
        return [WorkshopRow(*row) for row in await self._fetch("workshops_of", device_hash=device_hash)]

    async def retitle(self, workshop_id: str, title: str) -> None:
        await self._write_one("retitle", of_workshop=workshop_id, title=title)

    async def delete_workshop(self, workshop_id: str) -> None:
        await self._write_one("delete_workshop", of_workshop=workshop_id)

    # -- the log -----------------------------------------------------------------------------------------------
    async def read(self, workshop_id: str, after: int, limit: int | None = None) -> list[Recorded]:
        most = _NO_LIMIT if limit is None else limit
        return [
            Recorded(*row)
            for row in await self._fetch("read", of_workshop=workshop_id, after=after, most=most)
        ]

    async def head(self, workshop_id: str) -> int:
        rows = await self._fetch("head", of_workshop=workshop_id)
        if not rows:
            raise NotFound(f"there is no workshop {workshop_id}")
        return int(rows[0][0])

    async def heads(self, workshop_ids: Sequence[str]) -> dict[str, int]:
        # As one JSON text, because an engine's list of parameters has a largest length.
        return dict(await self._fetch("heads", ids=encode(list(workshop_ids)).decode()))

    async def save_snapshot(self, workshop_id: str, seq: int, state: bytes) -> None:
        await self._write_one(
            "save_snapshot", workshop_id=workshop_id, seq=seq, state=state, saved_at=self._clock()
        )

    async def latest_snapshot(self, workshop_id: str) -> Snapshot | None:
        rows = await self._fetch("latest_snapshot", of_workshop=workshop_id)
        return Snapshot(*rows[0]) if rows else None

    async def drop_snapshot(self, workshop_id: str) -> None:
        await self._write_one("drop_snapshot", of_workshop=workshop_id)

    # -- clients and answers -----------------------------------------------------------------------------------
    async def new_client(self, workshop_id: str, person_id: str) -> str:
        client_id = "c" + secrets.token_hex(10)
        await self._write_one(
            "new_client",
            id=client_id,
            workshop_id=workshop_id,
            person_id=person_id,
            last_cid=0,
            created_at=self._clock(),
        )
        return client_id

    async def client(self, workshop_id: str, client_id: str) -> ClientState | None:
        rows = await self._fetch("client", of_workshop=workshop_id, client_id=client_id)
        return ClientState(*rows[0]) if rows else None

    async def answer(self, workshop_id: str, client_id: str, cid: int) -> Answer | None:
        rows = await self._fetch("answer", of_workshop=workshop_id, client_id=client_id, cid=cid)
        return Answer(*rows[0]) if rows else None

    # -- people and access -------------------------------------------------------------------------------------
    async def add_person(self, workshop_id: str, person_id: str, name: str) -> None:
        await self._write_one(
            "add_person", workshop_id=workshop_id, id=person_id, name=name, joined_at=self._clock()
        )

    async def rename(self, workshop_id: str, person_id: str, name: str) -> None:
        await self._set_name(workshop_id, person_id, name)

    async def delete_name(self, workshop_id: str, person_id: str) -> None:
        await self._set_name(workshop_id, person_id, None)

    async def _set_name(self, workshop_id: str, person_id: str, name: str | None) -> None:
        if not await self._write_one("rename", of_workshop=workshop_id, person_id=person_id, name=name):
            raise NotFound(f"there is no person {person_id} in workshop {workshop_id}")

    async def names(self, workshop_id: str) -> dict[str, str]:
        return dict(await self._fetch("names", of_workshop=workshop_id))

    async def seat(self, workshop_id: str, device_hash: str, role: str = "participant") -> Seat | None:
        rows = await self._fetch("seat", of_workshop=workshop_id, device_hash=device_hash, role=role)
        return Seat(*rows[0]) if rows else None

    async def seats(self, workshop_id: str) -> list[Seat]:
        return [Seat(*row) for row in await self._fetch("seats", of_workshop=workshop_id)]

    async def bind_seat(
        self, workshop_id: str, device_hash: str, person_id: str, role: str = "participant"
    ) -> None:
        await self._write_one(
            "bind_seat",
            device_hash=device_hash,
            workshop_id=workshop_id,
            role=role,
            person_id=person_id,
            bound_at=self._clock(),
        )

    async def unbind(self, workshop_id: str, person_id: str) -> None:
        await self._write_one("unbind", of_workshop=workshop_id, person_id=person_id)

    async def add_capability(
        self, workshop_id: str, kind: CapabilityKind, token_hash: str, expires_at: int | None = None
    ) -> None:
        await self._write_one(
            "add_capability",
            token_hash=token_hash,
            workshop_id=workshop_id,
            kind=kind,
            created_at=self._clock(),
            expires_at=expires_at,
            revoked_at=None,
        )

    async def capability(self, token_hash: str) -> Capability | None:
        rows = await self._fetch("capability", token_hash=token_hash, now=self._clock())
        return Capability(*rows[0]) if rows else None

    async def capabilities(self, workshop_id: str, kind: CapabilityKind) -> list[Capability]:
        rows = await self._fetch("capabilities", of_workshop=workshop_id, of_kind=kind, now=self._clock())
        return [Capability(*row) for row in rows]

    async def revoke(self, token_hash: str) -> None:
        await self._write_one("revoke", hash=token_hash, now=self._clock())

    async def revoke_all(self, workshop_id: str, kind: CapabilityKind) -> None:
        await self._write_one("revoke_all", of_workshop=workshop_id, of_kind=kind, now=self._clock())
