"""The live socket: receive, parse, hand to the room's queue. Who speaks is known from the cookie, never from a message."""

from __future__ import annotations

import asyncio

import structlog
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.rooms.connections import Connection
from app.rooms.protocol import (
    PROTOCOL,
    Busy,
    Cmd,
    Hello,
    Notice,
    Ping,
    Pong,
    Refused,
    Typing,
    command_of,
    read,
)
from app.rooms.room import Arrive, Leave, Room, Say, now_ms
from app.web.context import App, NoWorkshop, TooManyTries, Visit, may_watch, running, seated, visit
from app.web.security import same_origin
from facilitation.messages import Rejected, ScreenKind

router = APIRouter()
log = structlog.get_logger()

HELLO_WITHIN = 10.0
SILENT_FOR = 45.0
NOT_YOURS, NO_SEAT, UNKNOWN, OUTDATED = 4401, 4403, 4404, 4426


class SocketWire:
    """A Starlette socket as the outbox sees it."""

    def __init__(self, socket: WebSocket, reader: asyncio.Task[None] | None) -> None:
        self._socket = socket
        self._reader = reader

    async def send_text(self, text: str) -> None:
        await self._socket.send_text(text)

    def abort(self) -> None:
        """Cut at once: a close would wait for a peer that does not read."""
        transport = self._socket.scope.get("extensions", {}).get("levertree.transport")
        if transport is not None:
            transport.abort()
        if self._reader is not None:
            self._reader.cancel()


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
        kind, person, role = await _who(socket, app, found, screen)
        if role == "":
            await socket.close(NO_SEAT, "no seat here")
            return
        await _talk(socket, app, found.room, kind, person, role)
    except (NoWorkshop, TooManyTries):
        await socket.close(UNKNOWN, "no such workshop")
    except (WebSocketDisconnect, ConnectionError):
        return


async def _who(socket: WebSocket, app: App, found: Visit, screen: str) -> tuple[ScreenKind, str, str]:
    query = socket.query_params
    if screen == "wall":
        return "wall", "", "wall" if await may_watch(socket, found, query.get("key", "")) else ""
    if screen == "console":
        person = await seated(socket, found, "facilitator")
        return "console", person.id if person else "", "facilitator" if person else ""
    seat_id = query.get("seat", "")
    if seat_id:
        facilitator = await seated(socket, found, "facilitator")
        seat = found.room.workshop.people.get(seat_id)
        fine = facilitator is not None and seat is not None and not seat.phone and not seat.removed
        return "phone", seat_id if fine else "", "participant" if fine else ""
    person = await seated(socket, found, "participant")
    return "phone", person.id if person else "", "participant" if person else ""


async def _talk(socket: WebSocket, app: App, room: Room, kind: ScreenKind, person: str, role: str) -> None:
    hello = read(await asyncio.wait_for(socket.receive_text(), HELLO_WITHIN))
    if not isinstance(hello, Hello):
        await socket.close(1002, "say hello first")
        return
    if hello.proto != PROTOCOL:
        await socket.close(OUTDATED, "reload the page")
        return
    client_id = await _client(app, room, person, hello.client_id)
    connection = Connection(SocketWire(socket, asyncio.current_task()), kind, person, role, client_id)
    connection.start()
    room.put(Arrive(connection, epoch=hello.epoch, seq=hello.seq, build=hello.build))
    try:
        while not connection.closed:
            await _hear(app, room, connection, await asyncio.wait_for(socket.receive_text(), SILENT_FOR))
    except (TimeoutError, KeyError):
        # Silence for longer than four heartbeats, or a frame that is no text.
        connection.cut()
    except asyncio.CancelledError:
        if not connection.closed:
            raise
    finally:
        room.put(Leave(connection))
        await connection.stop()


async def _client(app: App, room: Room, person: str, wanted: str) -> str:
    """The tab's own id if it is this person's, else a new one; walls need none."""
    if not person:
        return ""
    if wanted:
        known = await app.store.client(room.id, wanted)
        if known is not None and known.person_id == person:
            return wanted
    return await app.store.new_client(room.id, person)


async def _hear(app: App, room: Room, connection: Connection, text: str) -> None:
    message = read(text)
    if isinstance(message, Rejected):
        connection.say(Notice(text=message.reason))
    elif isinstance(message, Ping):
        connection.say(Pong(head=room.workshop.seq, now=now_ms(), at=message.at))
    elif isinstance(message, Typing):
        if connection.person:
            room.typing(connection.person, message.on)
    elif isinstance(message, Cmd):
        _command(app, room, connection, message)


def _command(app: App, room: Room, connection: Connection, message: Cmd) -> None:
    if connection.role == "wall":
        connection.say(Refused(cid=message.cid, why="The wall only shows. Use a phone or the console."))
        return
    if not app.speech.take(f"{room.id} {connection.person}"):
        connection.say(
            Busy(cid=message.cid, why="That was a lot at once. It is sent again in a moment.", after=1.0)
        )
        return
    command = command_of(message.type, message.data)
    room.put(
        Say(
            person=connection.person,
            role=connection.role,
            command=command,
            client_id=connection.client_id,
            cid=message.cid,
            connection=connection,
        )
    )
