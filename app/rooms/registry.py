"""The rooms that are open in this process: opened by replay when somebody comes, closed when nobody is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from app.rendering.screens import Place
from app.rendering.templates import build
from app.rooms import metrics, snapshots
from app.rooms.items import CatchUp
from app.rooms.leisure import Leisure
from app.rooms.room import SNAPSHOT_EVERY, Room
from app.rooms.tidy import Tidy
from app.storage.api import StorageDown, Store, WakeUp
from app.storage.codec import Codec
from facilitation.messages import Event, Meta
from facilitation.state import Workshop
from facilitation.workshop import EMPTY, apply, event_type

log = structlog.get_logger()

IDLE_AFTER = 60.0
POLL_EVERY = 1.0
AT_ONCE = 500
"""Events replayed before others get their turn."""


class Rooms:
    """Open rooms by workshop id. `place_of` tells where a workshop can be reached (address and QR)."""

    def __init__(self, store: Store, place_of: Callable[[str], Place]) -> None:
        self.store = store
        self.codec: Codec[Event] = Codec(event_type())
        self._place_of = place_of
        self._leisure = Leisure()
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._idle: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._unlisten: Callable[[], None] | None = None

    def start(self) -> None:
        """Listen to other workers, poll as the safety net, close idle rooms."""
        self._unlisten = self.store.listen(self._woken)
        self._tasks = [asyncio.create_task(self._sweep(), name="rooms sweep")]
        metrics.rooms.set_function(lambda: len(self._rooms))
        metrics.queue.set_function(lambda: sum(room.waiting for room in self._rooms.values()))

    async def room(self, workshop_id: str) -> Room:
        """The room of a workshop, opened if need be. Raises LookupError when there is no such workshop."""
        room = self._rooms.get(workshop_id)
        if room is not None:
            self._idle.pop(workshop_id, None)
            return room
        opening = self._opening.get(workshop_id)
        if opening is None:
            opening = self._opening[workshop_id] = asyncio.create_task(self._open(workshop_id))
            opening.add_done_callback(lambda _: self._opening.pop(workshop_id, None))
        return await asyncio.shield(opening)

    def open_rooms(self) -> list[Room]:
        """Every room that is open now."""
        return list(self._rooms.values())

    async def _open(self, workshop_id: str) -> Room:
        row = await self.store.workshop(workshop_id)
        if row is None:
            raise LookupError(workshop_id)
        workshop = await self.load(workshop_id)
        names = await self.store.names(workshop_id)
        place = self._place_of(row.code)
        room = Room(self.store, self.codec, workshop_id, workshop, names, place, build(), self._leisure)
        room.failed = lambda: self._forget(workshop_id, room)
        room.start()
        self._rooms[workshop_id] = room
        return room

    async def load(self, workshop_id: str) -> Workshop:
        """The state by snapshot and replay, without opening a room. A snapshot that other rules made is not used, and
        replaced when the replay was long."""
        stored = await self.store.latest_snapshot(workshop_id)
        known = snapshots.read(stored.state) if stored is not None else None
        workshop = known or EMPTY
        for number, recorded in enumerate(await self.store.read(workshop_id, workshop.seq), start=1):
            event = self.codec.decode(recorded.data)
            workshop = apply(workshop, event, Meta(seq=recorded.seq, at=recorded.at, by=recorded.by))
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        if stored is not None and known is None:
            log.info("snapshot of another version", workshop=workshop_id)
            await self.store.drop_snapshot(workshop_id)
            if workshop.seq >= SNAPSHOT_EVERY:
                await self.store.save_snapshot(workshop_id, workshop.seq, snapshots.write(workshop))
        return workshop

    def _forget(self, workshop_id: str, room: Room) -> None:
        if self._rooms.get(workshop_id) is room:
            del self._rooms[workshop_id]

    def _woken(self, hint: WakeUp) -> None:
        room = self._rooms.get(hint.workshop_id)
        if room is None:
            return
        if hint.payload is not None:
            room.stage.heard(hint.payload)
        if hint.head > room.workshop.seq:
            room.put(CatchUp(hint.head))

    async def _sweep(self) -> None:
        """Once a second: look whether others have appended (a wake-up may get lost), tell them who is here, and close rooms
        nobody uses."""
        tidy = Tidy(asyncio.get_running_loop().time)
        while True:
            await asyncio.sleep(POLL_EVERY)
            tidy(any(room.stage.connections for room in self._rooms.values()))
            try:
                await self._look_for_news()
                await self._tell_the_others()
                await self._close_idle()
            except StorageDown as down:
                log.warning("the rooms could not be looked after", reason=str(down))
            except Exception:
                log.exception("the rooms could not be looked after")

    async def _look_for_news(self) -> None:
        if self._rooms:
            for workshop_id, head in (await self.store.heads(list(self._rooms))).items():
                self._woken(WakeUp(workshop_id, head))

    async def _tell_the_others(self) -> None:
        """Who is at the screens here, where other workers have screens of the same workshops."""
        if self.store.alone:
            return
        for room in list(self._rooms.values()):
            news = room.stage.news()
            if news is not None:
                await self.store.notify(room.id, room.workshop.seq, news)

    async def _close_idle(self) -> None:
        clock = asyncio.get_running_loop().time
        for workshop_id, room in list(self._rooms.items()):
            if room.busy:
                self._idle.pop(workshop_id, None)
            elif clock() - self._idle.setdefault(workshop_id, clock()) > IDLE_AFTER:
                self._idle.pop(workshop_id, None)
                self._forget(workshop_id, room)
                await room.close()

    async def drop(self, workshop_id: str) -> None:
        """Send everybody out of a room and close it, before its workshop is deleted."""
        room = self._rooms.pop(workshop_id, None)
        if room is not None:
            for connection in list(room.stage.connections):
                connection.cut()
            await room.close()

    async def close(self) -> None:
        """Close every room, finishing what is queued."""
        if self._unlisten is not None:
            self._unlisten()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(room.close() for room in list(self._rooms.values())), return_exceptions=True)
        self._rooms.clear()
