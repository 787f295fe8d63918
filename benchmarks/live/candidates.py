"""The three that are compared. Each has a process of its own on core 0, and says how to join it and how to act in it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from benchmarks.live.crowd import Crowd, Line
from tests.faults.process import ROOT, Server, free_port
from tests.rooms.screen import Screen

ACTORS = 2  # so that a board of two cards is a fragment of about a kilobyte, and nobody is over 20 a second


class Candidate:
    """A server under test."""

    name: str
    process: psutil.Process

    async def start(self) -> None: ...

    async def join(self, crowd: Crowd, number: int) -> Line: ...

    def act(self, line: Line, actor: int, number: int) -> None: ...

    async def stop(self) -> None: ...

    port: int


@dataclass
class Levertree(Candidate):
    """(c): two people rewrite their cards on a board that everybody sees; validated, appended durably, rendered."""

    people: int
    folder: Path
    transport: str = "direct"
    name: str = "levertree"
    fragment: int = 0
    cookies: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    cids: dict[int, int] = field(default_factory=dict)

    async def start(self) -> None:
        settings = {"LEVERTREE_MAX_PEOPLE": "2000", "LEVERTREE_TRANSPORT": self.transport}
        self.server = Server(self.folder, settings, core=0)
        await self.server.start()
        assert self.server.process is not None
        self.process, self.port = psutil.Process(self.server.process.pid), self.server.port
        async with httpx.AsyncClient(base_url=self.server.base, timeout=60, trust_env=False) as browser:
            answer = await browser.post("/new", data={"title": "Bench", "period": "Q3 2027", "name": "Fay"})
            self.code, host = answer.headers["location"].split("/")[2], browser.cookies["levertree"]
        for first in range(0, self.people, 20):
            together = range(first, min(first + 20, self.people))
            self.cookies += await asyncio.gather(*(self._seat(number) for number in together))
        console = self._screen("console", host)
        await console.open()
        await console.say("NextPhase")
        for actor in range(ACTORS):
            phone = self._screen("phone", self.cookies[actor])
            await phone.open()
            await phone.until(lambda phone=phone: 'name="phase"' in phone.regions.get("mine", ""))  # type: ignore[misc]
            phase = _found(r'name="phase" value="([^"]+)"', phone.regions["mine"])
            await phone.say(
                "AddCard", phase=phase, text=f"A card of ordinary length, as people write it {actor}"
            )
            await phone.shows("mine", "ordinary length")
            self.cards.append(_found(r'name="id" value="(c\d+)"', phone.regions["mine"]))
            if actor == ACTORS - 1:
                await console.say("Reveal", phase=phase)
                await phone.shows("shared", "ordinary length")
                parts = {
                    "t": "parts",
                    "seq": 9999,
                    "parts": [{"region": "shared", "v": 9999, "html": phone.regions["shared"]}],
                }
                self.fragment = len(json.dumps(parts, separators=(",", ":")))
            await phone.drop()
        await console.drop()

    async def _seat(self, number: int) -> str:
        async with httpx.AsyncClient(base_url=self.server.base, timeout=60, trust_env=False) as browser:
            answer = await browser.post(f"/{self.code}/join", data={"name": f"Person {number}"})
            assert answer.status_code == 303, answer.text
            return str(browser.cookies["levertree"])

    def _screen(self, kind: str, cookie: str) -> Screen:
        return Screen(f"ws://127.0.0.1:{self.port}/ws/{self.code}/{kind}", cookie)

    async def join(self, crowd: Crowd, number: int) -> Line:
        return await crowd.join(f"/ws/{self.code}/phone", self.cookies[number], [b'{"t":"hello"}'])

    def act(self, line: Line, actor: int, number: int) -> None:
        cid = self.cids[id(line)] = self.cids.get(id(line), 0) + 1
        data = {"id": self.cards[actor], "text": f"A card of ordinary length, as people write it {number:06}"}
        line.send(json.dumps({"t": "cmd", "cid": cid, "type": "ChangeCard", "data": data}).encode())

    async def stop(self) -> None:
        await self.server.end()


@dataclass
class Program(Candidate):
    """(a) or (b): a program that is given a port and the size of the fragment."""

    name: str
    command: Sequence[str]
    path: str
    first: list[bytes]
    word: bytes
    size: int

    async def start(self) -> None:
        self.port = free_port()
        self.child = subprocess.Popen([*self.command, str(self.port), str(self.size)], cwd=ROOT)  # noqa: ASYNC220
        self.process = psutil.Process(self.child.pid)
        self.process.cpu_affinity([0])
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.name} does not answer")

    async def join(self, crowd: Crowd, number: int) -> Line:
        return await crowd.join(self.path, "", self.first)

    def act(self, line: Line, actor: int, number: int) -> None:
        line.send(self.word)

    async def stop(self) -> None:
        os.kill(self.child.pid, signal.SIGKILL)
        await asyncio.to_thread(self.child.wait)


def floor(size: int) -> Program:
    """(a) raw asyncio on uvloop."""
    return Program("floor", [sys.executable, "-m", "benchmarks.live.floor"], "/", [], b"act", size)


def relay(size: int) -> Program | None:
    """(b) socket.io, if node and the package are there."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "socket.io").is_dir():
        return None
    path = "/socket.io/?EIO=4&transport=websocket"
    return Program("socket.io", [node, "benchmarks/live/relay.cjs"], path, [b"40"], b'42["act"]', size)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found.group(1)
