"""The three that are compared. Each has a process of its own on core 0, and says how to join it and how to act in it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.rooms.protocol import PROTOCOL
from app.storage import open_store
from benchmarks.furnish import tree
from benchmarks.live.crowd import Crowd, Line
from tests.faults.process import ROOT, Server, free_port

NUMBER = 10_000
"""The first number written into a KPI; each action writes the next."""

ACTORS = 2  # so that nobody is over 20 a second


class Candidate:
    """A server under test. `counts`: its frames are numbered by the receivers (crowd.py)."""

    name: str
    process: psutil.Process
    port: int
    counts: bool = True

    async def start(self) -> None: ...

    async def join(self, crowd: Crowd, number: int) -> Line: ...

    def act(self, line: Line, actor: int, number: int) -> None: ...

    async def stop(self) -> None: ...


@dataclass
class Levertree(Candidate):
    """(c): two people write other numbers into their KPIs in the tree phase; validated, appended durably, evaluated, and the row
    of the KPI drawn for everybody."""

    people: int
    folder: Path
    transport: str = "direct"
    name: str = "levertree"
    counts: bool = False
    cids: dict[int, int] = field(default_factory=dict)

    async def start(self) -> None:
        store = await open_store(None, self.folder)
        self.place = await tree(store, self.people)
        await store.close()
        self.server = Server(self.folder, {"LEVERTREE_TRANSPORT": self.transport}, core=0)
        await self.server.start()
        assert self.server.process is not None
        self.process, self.port = psutil.Process(self.server.process.pid), self.server.port

    async def join(self, crowd: Crowd, number: int) -> Line:
        hello = json.dumps({"t": "hello", "proto": PROTOCOL}).encode()
        return await crowd.join(f"/ws/{self.place.code}/phone", self.place.cookies[number], [hello])

    def act(self, line: Line, actor: int, number: int) -> None:
        cid = self.cids[id(line)] = self.cids.get(id(line), 0) + 1
        line.send(
            json.dumps(
                {"t": "cmd", "cid": cid, "type": "SetNumbers", "data": self._form(actor, cid)}
            ).encode()
        )

    def _form(self, actor: int, cid: int) -> dict[str, str]:
        """What the form of a KPI sends."""
        form = {"phase": "tree", "kpi": self.place.own[actor], "baseline": str(NUMBER + cid), "unit": "teams"}
        return form | {
            "cadence": "weekly",
            "reviewed": "monthly",
            "owner": "Growth team",
            "source": "Billing",
        }

    def shows(self, frame: bytes, actor: int, cid: int) -> bool:
        """Whether a fragment holds the effect of an action: the KPI's row with its number."""
        row, number = f'"region":"kpi-{self.place.own[actor]}"', f">{NUMBER + cid:,}<"
        return row.encode() in frame and number.encode() in frame

    async def stop(self) -> None:
        await self.server.end()


@dataclass
class Program(Candidate):
    """(a) or (b): a program that is given a port and a file with fragments."""

    name: str
    command: Sequence[str]
    path: str
    first: list[bytes]
    word: bytes
    file: Path

    async def start(self) -> None:
        self.port = free_port()
        self.child = subprocess.Popen([*self.command, str(self.port), str(self.file)], cwd=ROOT)  # noqa: ASYNC220
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


def floor(file: Path) -> Program:
    """(a) raw asyncio on uvloop."""
    return Program("floor", [sys.executable, "-m", "benchmarks.live.floor"], "/", [], b"act", file)


def relay(file: Path) -> Program | None:
    """(b) socket.io, if node and the package are there."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "socket.io").is_dir():
        return None
    path = "/socket.io/?EIO=4&transport=websocket"
    return Program("socket.io", [node, "benchmarks/live/relay.cjs"], path, [b"40"], b'42["act"]', file)
