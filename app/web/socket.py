"""The live socket: receive, parse, hand to the room's queue. Who speaks is known from the cookie, never from a message."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import NoReturn

import structlog
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.rooms.access import NO_SEAT, NOT_YOURS, OUTDATED, UNKNOWN
from app.rooms.connections import Connection
from app.rooms.items import Arrive, Leave
from app.rooms.protocol import PROTOCOL, Hello, Probe, read
from app.rooms.room import Room
from app.storage.api import StorageDown
from app.web import hearing
from app.web.context import App, NoWorkshop, TooManyTries, Visit, may_watch, running, seated, visit
from app.web.hearing import Ear
from app.web.security import same_origin
from app.web.wires import DirectWire, wire_for
from facilitation.messages import ScreenKind

router = APIRouter()
log = structlog.get_logger()

HELLO_WITHIN = 10.0
TRY_AGAIN = 1013


@dataclass(frozen=True)
class Who:
    """Whose screen it is. `holder`: the facilitator who acts for a seat without a phone."""

    screen: ScreenKind
    person: str = ""
    role: str = ""
    holder: str = ""


@router.websocket("/ws/{code}/{screen}")
async def live(socket: WebSocket, code: str, screen: str) -> None:
    """One screen: `phone`, `console` or `wall`; `?seat=p7` for a seat without a phone, `?key=…` for a wall."""
    app = running(socket)
    await socket.accept()
    try:
        if not same_origin(socket.headers, app.settings):
            await socket.close(NOT_YOURS, "other origin")
            return
        found = await visit(socket, code)
        who = await _who(socket, found, screen)
        if who.role == "":
            await socket.close(NO_SEAT, "no seat here")
            return
        await _talk(socket, app, found, who)
    except (NoWorkshop, TooManyTries, LookupError):
        await socket.close(UNKNOWN, "no such workshop")
    except StorageDown:
        await socket.close(TRY_AGAIN, "nothing can be read now")
    except (WebSocketDisconnect, ConnectionError, TimeoutError):
        return


async def _who(socket: WebSocket, found: Visit, screen: str) -> Who:
    query = socket.query_params
    if screen == "wall":
        return Who("wall", role="wall" if await may_watch(socket, found, query.get("key", "")) else "")
    if screen == "console":
        person = await seated(socket, found, "facilitator")
        return Who("console", person.id, "facilitator") if person else Who("console")
    seat_id = query.get("seat", "")
    if seat_id:
        facilitator = await seated(socket, found, "facilitator")
        seat = found.room.workshop.people.get(seat_id)
        fine = facilitator is not None and seat is not None and not seat.phone and not seat.removed
        return Who("phone", seat_id, "participant", facilitator.id) if fine and facilitator else Who("phone")
    person = await seated(socket, found, "participant")
    return Who("phone", person.id, "participant") if person else Who("phone")


async def _talk(socket: WebSocket, app: App, found: Visit, who: Who) -> None:
    hello = read(await _text(socket, HELLO_WITHIN))
    if not isinstance(hello, Hello):
        await socket.close(1002, "say hello first")
        return
    if hello.proto != PROTOCOL:
        await socket.close(OUTDATED, "reload the page")
        return
    room = found.room
    client_id = await _client(app, room, who.person, hello.client_id)
    wire = wire_for(socket, app.settings.transport)
    connection = Connection(wire, who.screen, who.person, who.role, client_id, who.holder)
    wire.attach(connection)
    room.put(Arrive(connection, epoch=hello.epoch, seq=hello.seq, build=hello.build))
    try:
        if isinstance(wire, DirectWire):
            with Ear(app, room, connection, wire.hears):
                await _text(socket, None)
        else:
            await _listen(socket, app, room, connection)
            await _until_gone(socket)
    except TimeoutError:
        # Silence, even when asked.
        connection.cut()
    except asyncio.CancelledError:
        if not connection.closed:
            raise
    finally:
        room.put(Leave(connection))
        connection.stop()


async def _listen(socket: WebSocket, app: App, room: Room, connection: Connection) -> None:
    """Receive and do one message after the other, until the connection is ended from this side."""
    while not connection.closed:
        fine = hearing.hear(app, room, connection, await _next(socket, connection))
        if not fine and not connection.wire.gone:
            await asyncio.sleep(hearing.SLOWED_BY)


async def _text(socket: WebSocket, within: float | None) -> str | bytes:
    """The next message. Raises WebSocketDisconnect, or TimeoutError when none comes."""
    async with asyncio.timeout(within):
        message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | bytes | None = message.get("text")
    return text if text is not None else message.get("bytes") or b""


async def _next(socket: WebSocket, connection: Connection) -> str | bytes:
    """The next message of a screen that said hello. One that is silent is asked once. Raises as `_text`."""
    try:
        return await _text(socket, hearing.SILENT_FOR)
    except TimeoutError:
        connection.say(Probe())
        return await _text(socket, hearing.ANSWERS_WITHIN)


async def _until_gone(socket: WebSocket) -> NoReturn:
    """The connection was ended from this side: wait for the good-bye to be through, answer nothing more."""
    while True:
        await _text(socket, HELLO_WITHIN)


async def _client(app: App, room: Room, person: str, wanted: str) -> str:
    """The tab's own id if it is this person's, else a new one; walls need none."""
    if not person:
        return ""
    if wanted and len(wanted) <= 64 and wanted.isascii() and wanted.isprintable():
        known = await app.store.client(room.id, wanted)
        if known is not None and known.person_id == person:
            return wanted
    return await app.store.new_client(room.id, person)
