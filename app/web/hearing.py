"""What a screen says: each message read, held against what its person may say, and handed to the room's queue.

A server calls an app for each message by way of a queue, a task and a timer of its own, which costs more than all that is done
here. So where the line allows it (app/web/transport.py) messages come straight from the bytes that arrived, and the task of the
socket only waits for its end. Elsewhere they are received one by one (app/web/socket.py); what is done with each is the same.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from app.rooms.clock import now_ms
from app.rooms.connections import Connection
from app.rooms.items import Say
from app.rooms.protocol import (
    UNREADABLE,
    Busy,
    Cmd,
    Notice,
    Parts,
    Ping,
    Pong,
    Probe,
    Refused,
    Typing,
    command_of,
    read,
    too_large,
)
from app.rooms.room import Room
from app.web.context import App
from app.web.transport import TransportInScope
from facilitation.messages import Rejected

log = structlog.get_logger()

SILENT_FOR = 30.0
"""Seconds after which a silent screen is asked whether it is still there (three heartbeats): a tab that is hidden for minutes
may use its timers once a minute only, and does answer what it is asked."""
ANSWERS_WITHIN = 15.0
SLOWED_BY = 0.05
"""Whoever talks without a pause is read more slowly, a message in so many seconds; the others notice nothing."""


def hear(app: App, room: Room, connection: Connection, text: str | bytes) -> bool:
    """Do what one message asks; whether the screen may go on at once (else it is read more slowly)."""
    message = read(text) if isinstance(text, str) else Rejected(UNREADABLE)
    if isinstance(message, Cmd):
        return _command(app, room, connection, message, too_large(text))
    fine = app.chatter.take(_tab(room, connection))
    if isinstance(message, Rejected):
        connection.say(Notice(text=message.reason))
    elif isinstance(message, Ping):
        if message.seq < connection.seq and not connection.behind:
            # Nothing this screen shows has changed since: it may know that it is up to date.
            connection.say(Parts(seq=connection.seq, parts=[]))
        connection.say(Pong(head=room.workshop.seq, now=now_ms(), at=message.at))
    elif isinstance(message, Typing):
        if connection.person:
            room.typing(connection.person, message.on, message.kpi)
    else:
        # A second hello: only a new connection is authorised afresh.
        connection.end(1002, "one hello for each connection")
    return fine


def _command(app: App, room: Room, connection: Connection, message: Cmd, refusal: Rejected | None) -> bool:
    if connection.role == "wall" or message.cid < 1:
        connection.say(
            Refused(cid=message.cid, why="The wall only shows. Use a phone or the console.")
            if connection.role == "wall"
            else Notice(text=UNREADABLE)
        )
        return app.chatter.take(_tab(room, connection))
    again = message.cid <= connection.heard or room.answered_before(connection.client_id, message.cid)
    who = f"{room.id} {connection.person}"
    if not (app.chatter.take(who) if again else app.speech.take(who)):
        connection.say(
            Busy(cid=message.cid, why="That was a lot at once. It is sent again in a moment.", after=1.0)
        )
        return False
    if message.cid == connection.heard + 1:
        connection.heard = message.cid
    room.put(
        Say(
            person=connection.person,
            role=connection.role,
            command=refusal or command_of(message.type, message.data),
            client_id=connection.client_id,
            cid=message.cid,
            connection=connection,
            holder=connection.holder,
        )
    )
    return True


def _tab(room: Room, connection: Connection) -> str:
    """Whose allowance for everything that is no contribution is counted."""
    return f"{room.id} {connection.person} {connection.client_id}"


class Ear:
    """Hears a line: messages are done as they arrive, in their order; a screen that talks without a pause is read more slowly,
    and one that says nothing is asked whether it is there, and cut when it does not answer."""

    def __init__(self, app: App, room: Room, connection: Connection, line: TransportInScope) -> None:
        self._app = app
        self._room = room
        self._connection = connection
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[str | bytes] = deque()
        self._slowed: asyncio.TimerHandle | None = None
        self._heard_at = self._loop.time()
        self._watch = self._loop.call_later(SILENT_FOR, self._look)

    def __enter__(self) -> None:
        self._line.listen(self._heard)

    def __exit__(self, *_: object) -> None:
        """The line is gone. What was too much at once is forgotten: it was never acknowledged, so it comes again (LIVE-1), and
        nobody waits while thousands of messages of a line that is gone are answered."""
        self._line.listen(None)
        self._watch.cancel()
        if self._slowed is not None:
            self._slowed.cancel()
        self._waiting.clear()

    def _heard(self, text: str | bytes) -> None:
        self._heard_at = self._loop.time()
        if self._slowed is not None:
            self._waiting.append(text)
        elif not self._do(text):
            self._slow_down()

    def _do(self, text: str | bytes) -> bool:
        if self._connection.closed:  # ended from this side: nothing more is answered
            return True
        try:
            return hear(self._app, self._room, self._connection, text)
        except Exception:
            log.exception("a message met a mistake", workshop=self._room.id)
            self._connection.cut()
            return True

    def _slow_down(self) -> None:
        if not self._connection.wire.gone:  # else this is the last that comes
            self._line.hold()
            self._slowed = self._loop.call_later(SLOWED_BY, self._go_on)

    def _go_on(self) -> None:
        self._slowed = None
        while self._waiting and self._slowed is None:
            if not self._do(self._waiting.popleft()):
                self._slow_down()
        if self._slowed is None:
            self._line.go_on()

    def _look(self) -> None:
        """Look whether it is silent, as rarely as that can be seen: a message costs no timer."""
        now = self._loop.time()
        silent = now - self._heard_at
        if silent < SILENT_FOR:
            self._watch = self._loop.call_later(SILENT_FOR - silent, self._look)
        else:
            self._connection.say(Probe())
            self._watch = self._loop.call_later(ANSWERS_WITHIN, self._look_again, now)

    def _look_again(self, asked_at: float) -> None:
        if self._heard_at >= asked_at:  # the clock moves in steps: an answer may come within one
            self._look()
        else:
            self._connection.cut()
