"""Hints between workers over PostgreSQL's NOTIFY: "this workshop has moved on".

Only a hint: nothing acknowledged depends on it, and rooms look for themselves every second. So hints are sent outside
the appends (inside, NOTIFY takes a lock that all databases of the server share), coalesced per workshop, dropped while the
connection is lost, and the connection comes back by itself.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable

import asyncpg
import msgspec

from app.storage.api import OnWakeUp, WakeUp
from app.storage.postgres_connection import LOST, connect

log = logging.getLogger(__name__)
CHANNEL = "levertree"
_LONGEST = 7_900  # bytes; PostgreSQL refuses 8,000
_MOST_PENDING = 1_000
_CHECK_SECONDS = 5.0
_LONGEST_PAUSE = 2.0
_SEND = "SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message"


class _Message(msgspec.Struct, array_like=True):
    sender: str
    workshop_id: str
    head: int
    payload: str | None = None


class WakeUps:
    """One connection that sends and receives hints. Own hints are not received."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._me = secrets.token_hex(4)
        self._callbacks: list[OnWakeUp] = []
        self._heads: dict[str, int] = {}
        self._payloads: list[_Message] = []
        self._pending = asyncio.Event()
        self._lost = asyncio.Event()
        self.connected = asyncio.Event()
        """Set while hints can be sent and received."""
        self._task = asyncio.create_task(self._run(), name="levertree-wakeups")

    def send(self, workshop_id: str, head: int, payload: str | None) -> None:
        """Send soon. Hints for one workshop are merged; a payload is sent as it is, or dropped when it is too long or
        too many wait."""
        if payload is None:
            self._heads[workshop_id] = max(head, self._heads.get(workshop_id, 0))
        elif len(self._payloads) < _MOST_PENDING:
            self._payloads.append(_Message(self._me, workshop_id, head, payload))
        self._pending.set()

    def listen(self, callback: OnWakeUp) -> Callable[[], None]:
        """Call back for each hint of another worker, until the function given back is called."""
        self._callbacks.append(callback)

        def stop() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return stop

    async def close(self) -> None:
        """Stop; what still waits is not sent."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        pause = 0.1
        while True:
            connection = None
            try:
                connection = await connect(self._url)
                self._lost.clear()
                connection.add_termination_listener(self._on_lost)
                await connection.add_listener(CHANNEL, self._on_message)
                self.connected.set()
                pause = 0.1
                await self._serve(connection)
            except LOST as problem:
                log.warning("the wake-up channel is lost and is being opened again: %s", problem)
            finally:
                self.connected.clear()
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(random.uniform(0.5, 1.0) * pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _serve(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Send what is pending as it comes; look now and then whether the server is still there."""
        while not self._lost.is_set():
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    await self._pending.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")
                continue
            self._pending.clear()
            messages = [_Message(self._me, *hint) for hint in self._heads.items()] + self._payloads
            self._heads, self._payloads = {}, []
            texts = [msgspec.json.encode(message) for message in messages]
            ready = [text.decode() for text in texts if len(text) <= _LONGEST]
            if ready:
                await connection.execute(_SEND, CHANNEL, ready)

    def _on_lost(self, _: object) -> None:
        self._lost.set()
        self._pending.set()

    def _on_message(self, _connection: object, _pid: int, _channel: str, text: object) -> None:
        try:
            message = msgspec.json.decode(str(text), type=_Message)
        except msgspec.DecodeError:
            return  # somebody else's message
        if message.sender == self._me:
            return
        for callback in tuple(self._callbacks):
            try:
                callback(WakeUp(message.workshop_id, message.head, message.payload))
            except Exception:
                log.exception("a listener for wake-ups failed")
