"""One screen as the server meets it: a real socket that says hello, sends contributions and keeps what it is shown.

It follows docs/protocol.md the way a phone does: a part replaces its region unless an older version comes late, what was not
answered is sent again after each welcome, and `seq` is what its parts said. It remembers every answer, so that a test can
tell what was acknowledged, and what came twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 15.0
PLACE = re.compile(r'<[^<>]*\bid="([^"]+)"[^<>]*\bdata-region\b[^<>]*>(?=</)')
AT_ONCE = 12
_PLACES = re.compile(r'<[^<>]*\bid="([^"]+)"[^<>]*\bdata-region\b[^<>]*>')
Json = dict[str, Any]


@dataclass
class Screen:
    """`address` is ws://host:port/ws/CODE/kind; `cookie` the browser's token. Nothing is sent before `open`."""

    address: str
    cookie: str = ""
    origin: str | None = None
    build: str = ""
    epoch: str = ""
    seq: int = 0
    client_id: str = ""
    regions: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    outbox: dict[int, Json] = field(default_factory=dict)
    """What has not been answered yet, by number."""
    acks: dict[int, int] = field(default_factory=dict)
    refusals: dict[int, str] = field(default_factory=dict)
    busy: list[Json] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    welcomes: list[Json] = field(default_factory=list)
    frames: int = 0
    closed: int | None = None
    """The close code of the last socket; `None` while it is open."""
    next_cid: int = 1
    resends_itself: bool = True
    deaf: Callable[[Json], bool] = lambda message: False
    """Tells which messages get lost on their way; what waits for one of them is sent again."""
    _socket: ClientConnection | None = None
    _listener: asyncio.Task[None] | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self, hello: Json | None = None) -> Json:
        """Connect and say hello; gives the welcome, or raises ConnectionClosed."""
        headers = {"Cookie": f"levertree={self.cookie}"} if self.cookie else {}
        self._socket = await connect(
            self.address,
            additional_headers=headers,
            origin=self.origin,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
            proxy=None,
            ping_interval=None,
            open_timeout=PATIENCE,
            close_timeout=1,
        )
        self.closed, self._greeted = None, False
        known = len(self.welcomes)
        self._listener = asyncio.create_task(self._listen(self._socket))
        await self.send(
            hello
            or {
                "t": "hello",
                "proto": 2,
                "build": self.build,
                "epoch": self.epoch,
                "seq": self.seq,
                "client_id": self.client_id,
                "next_cid": self.next_cid,
            }
        )
        await self.until(lambda: len(self.welcomes) > known or self.closed is not None)
        if self.closed is not None:
            raise ConnectionError(f"closed with {self.closed}")
        return self.welcomes[-1]

    async def send(self, message: Json | str | bytes) -> None:
        """Send something, whatever it is. What cannot leave is what an outbox is for."""
        assert self._socket is not None
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps(message) if isinstance(message, dict) else message)

    async def act(self, kind: str, **data: Any) -> int:
        """Put a contribution into the outbox and send it; gives its number at once."""
        cid, self.next_cid = self.next_cid, self.next_cid + 1
        self.outbox[cid] = {"t": "cmd", "cid": cid, "type": kind, "data": data}
        if not self.resends_itself and self.closed is None:
            await self.send(self.outbox[cid])
        await self._pump()
        return cid

    async def say(self, kind: str, **data: Any) -> int:
        """Act and wait for the answer; gives the number."""
        cid = await self.act(kind, **data)
        await self.until(lambda: cid in self.acks or cid in self.refusals)
        return cid

    async def settle(self, within: float = PATIENCE) -> None:
        """Wait until everything in the outbox is answered."""
        await self.until(lambda: not self.outbox, within)

    async def until(self, true: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait for something that messages bring about. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not true():
                async with self._news:
                    await self._news.wait()

    async def shows(self, region: str, text: str, within: float = PATIENCE) -> None:
        """Wait until a region, or what stands in it, shows a text."""
        await self.until(lambda: text in self.whole(region), within)

    def whole(self, region: str) -> str:
        """A region with what stands in its places."""
        return PLACE.sub(lambda place: place[0] + self.whole(place[1]), self.regions.get(region, ""))

    async def shut(self) -> None:
        """Close in order."""
        if self._socket is not None:
            await self._socket.close()
        await self._ended()

    async def drop(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._ended()

    async def _ended(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
        if self._listener is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._listener, 5)

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                self.frames += 1
                await self._hear(json.loads(text))
                await self._tell()
        except ConnectionClosed:
            pass
        self.closed = socket.close_code or 1006
        await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _hear(self, message: Json) -> None:
        if self.deaf(message):
            self._pause(0.2)
            return
        await getattr(self, f"_on_{message['t']}", self._on_other)(message)

    async def _on_other(self, message: Json) -> None:
        raise AssertionError(f"not in the protocol: {message}")

    async def _on_welcome(self, message: Json) -> None:
        self.welcomes.append(message)
        if message["mode"] == "snapshot":
            self.versions.clear()
            self.seq = 0
        self.epoch, self.build = message["epoch"], message["build"]
        if message["client_id"] != self.client_id and self.client_id:
            # Another identity: what has no answer is numbered anew.
            waiting = [item for _, item in sorted(self.outbox.items())]
            first = message["last_cid"] + 1
            self.outbox = {cid: {**item, "cid": cid} for cid, item in enumerate(waiting, start=first)}
            self.next_cid = first + len(waiting)
        self.client_id = message["client_id"]
        self._flying.clear()
        self._paused_until = 0.0
        self._greeted = True
        await self._pump()

    async def _pump(self) -> None:
        """Send what has no answer, in order, a few at a time."""
        if not self.resends_itself or self.closed is not None or not self._greeted:
            return
        if time.monotonic() < self._paused_until:
            return
        for cid in sorted(self.outbox)[:AT_ONCE]:
            if cid not in self._flying and cid in self.outbox:
                self._flying.add(cid)
                await self.send(self.outbox[cid])

    async def _on_parts(self, message: Json) -> None:
        self.seq = max(self.seq, message["seq"])
        for part in message["parts"]:
            if part["v"] >= self.versions.get(part["region"], 0):
                self.versions[part["region"]] = part["v"]
                self.regions[part["region"]] = part["html"]

    async def _on_ack(self, message: Json) -> None:
        cid = message["cid"]
        assert self.acks.get(cid, message["seq"]) == message["seq"], "the same contribution, another answer"
        assert cid not in self.refusals
        self.acks[cid] = message["seq"]
        self.outbox.pop(cid, None)
        self._flying.discard(cid)
        await self._pump()

    async def _on_refused(self, message: Json) -> None:
        cid = message["cid"]
        assert self.refusals.get(cid, message["why"]) == message["why"], (
            "the same contribution, another answer"
        )
        assert cid not in self.acks
        self.refusals[cid] = message["why"]
        self.outbox.pop(cid, None)
        self._flying.discard(cid)
        await self._pump()

    async def _on_busy(self, message: Json) -> None:
        self.busy.append(message)
        self._pause(message["after"])

    async def _on_gap(self, message: Json) -> None:
        # Everything after a pause or a gap is answered with a gap, too: one resend is enough for all of them.
        self._pause(0.1)

    def _pause(self, seconds: float) -> None:
        """After a while, send everything again that has no answer."""
        until = time.monotonic() + seconds
        if not self.resends_itself or until <= self._paused_until:
            return
        self._paused_until = until
        if self._pending is None or self._pending.done():
            self._pending = asyncio.create_task(self._after_pause())

    async def _after_pause(self) -> None:
        # A new pause may begin while this one sends; whoever asks for it finds this task still at work.
        while True:
            while (left := self._paused_until - time.monotonic()) > 0:
                await asyncio.sleep(left)
            self._flying.clear()
            await self._pump()
            if self._paused_until <= time.monotonic():
                return

    async def _on_pong(self, message: Json) -> None:
        self.pong = message

    async def _on_probe(self, message: Json) -> None:
        self.probes += 1
        if self.answers_probes:
            await self.send({"t": "ping", "seq": self.seq})

    async def _on_editing(self, message: Json) -> None:
        self.editing = {node["kpi"]: node["words"] for node in message["nodes"]}

    async def _on_notice(self, message: Json) -> None:
        self.notices.append(message["text"])

    pong: Json = field(default_factory=dict)
    probes: int = 0
    """How often the server asked whether somebody is there."""
    answers_probes: bool = True
    editing: dict[str, str] = field(default_factory=dict)
    """Who else edits which KPI, as this screen says it."""
    _pending: asyncio.Task[None] | None = None
    _paused_until: float = 0.0
    _flying: set[int] = field(default_factory=set)
    _greeted: bool = False


def board_hash(screen: Screen, *without: str) -> str:
    """What a screen shows, in sixteen digits."""
    shown = {region: html for region, html in composed(screen).items() if region not in without}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def composed(screen: Screen) -> dict[str, str]:
    """The regions of the page with what stands in their places; what has no place any more is not on the screen."""
    placed = {place for html in screen.regions.values() for place in _PLACES.findall(html)}
    return {
        region: _tight(screen.whole(region))
        for region in screen.regions
        if region not in placed and ("-" not in region or region.startswith("wall-"))
    }


def _tight(html: str) -> str:
    return re.sub(r"\s*([<>])\s*", r"\1", html)
