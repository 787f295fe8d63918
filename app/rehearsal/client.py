"""One simulated browser: a cookie jar for pages and forms, and one live socket that sends commands and keeps regions.

It speaks the same protocol as the page's script (docs/protocol.md) and nothing else: no shortcut into the server.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect

_PLACE = re.compile(r'<[^<>]*\sid="([^"<>]+)"[^<>]*\sdata-region\b[^<>]*>(?=</)')
"""The empty place of a region within another one."""
ANSWER_WITHIN = 30.0


class Refusal(Exception):  # noqa: N818 - an ordinary answer of the server
    """The server refused a command; the message is its sentence."""


class Browser:
    """Somebody's phone or laptop."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.http = httpx.AsyncClient(base_url=self.base, follow_redirects=True, timeout=30.0)
        self.regions: dict[str, str] = {}
        self._socket: ClientConnection | None = None
        self._listener: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._welcome: asyncio.Future[dict[str, Any]] | None = None
        self._cid = 1

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def watch(self, code: str, screen: str) -> None:
        """Open the live socket of a screen and wait until the server says welcome."""
        parts = urlsplit(self.base)
        scheme = "wss" if parts.scheme == "https" else "ws"
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        self._socket = await connect(
            f"{scheme}://{parts.netloc}/ws/{code}/{screen}",
            additional_headers={"Cookie": cookies},
            origin=self.base,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
        )
        self._welcome = asyncio.get_running_loop().create_future()
        self._listener = asyncio.create_task(self._listen())
        await self._socket.send(json.dumps({"t": "hello"}))
        welcome = await asyncio.wait_for(self._welcome, ANSWER_WITHIN)
        self._cid = int(welcome["last_cid"]) + 1

    async def say(self, command: str, **data: Any) -> None:
        """Send a command and wait for its answer. Raises Refusal with the server's sentence."""
        if self._socket is None:
            raise RuntimeError("watch a screen before you say something")
        cid, self._cid = self._cid, self._cid + 1
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers[cid] = answer
        message = json.dumps({"t": "cmd", "cid": cid, "type": command, "data": data})
        while True:
            await self._socket.send(message)
            try:
                await asyncio.wait_for(answer, ANSWER_WITHIN)
                return
            except _LaterError as later:
                await asyncio.sleep(later.after)
                answer = self._answers[cid] = asyncio.get_running_loop().create_future()

    async def _listen(self) -> None:
        assert self._socket is not None
        async for text in self._socket:
            message = json.loads(text)
            kind = message["t"]
            if kind == "welcome" and self._welcome is not None and not self._welcome.done():
                self._welcome.set_result(message)
            elif kind == "parts":
                self.regions.update({part["region"]: part["html"] for part in message["parts"]})
            elif kind in ("ack", "refused", "busy"):
                answer = self._answers.pop(message["cid"], None)
                if answer is None or answer.done():
                    continue
                if kind == "ack":
                    answer.set_result(None)
                else:
                    error = Refusal(message["why"]) if kind == "refused" else _LaterError(message["after"])
                    answer.set_exception(error)

    async def sees(self, region: str, text: str, within: float = 10.0) -> str:
        """Wait until a region shows a text; gives the region's HTML. Raises TimeoutError."""
        wanted = html.escape(text)
        deadline = asyncio.get_running_loop().time() + within
        while wanted not in self._whole(region):
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"{region} never showed “{text}”")
            await asyncio.sleep(0.02)
        return self._whole(region)

    def _whole(self, region: str) -> str:
        """A region with what stands in its places."""
        return _PLACE.sub(lambda place: place[0] + self._whole(place[1]), self.regions.get(region, ""))

    async def close(self) -> None:
        """Leave."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        await self.http.aclose()


class _LaterError(Exception):
    """The server asks to send again after some seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


def id_near(page: str, text: str, letter: str) -> str:
    """The id (a letter and a number) in a hidden field closest to a text in a region's HTML. Raises LookupError."""
    place = page.find(html.escape(text))
    found = [(abs(m.start() - place), m.group(1)) for m in re.finditer(rf'value="({letter}\d+)"', page)]
    if place < 0 or not found:
        raise LookupError(f"no {letter}… near “{text}”")
    return min(found)[1]
