"""A few who flood a workshop while the others work: what the others notice, what the loud ones are answered, what memory does.

Each kind of noise is a task with a seat of its own, as fast as the server takes it: what makes no sense, what is too large, far
more contributions than 20 a second, numbers out of order, hellos that lie and go at once, sockets that break the rules, and one
that talks and never listens.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.faults.crowd import Crowd, Report, check, sqlite_reader
from tests.faults.hardship import trips
from tests.faults.process import Server
from tests.faults.run import Run, noticed, percentile, too_large, too_slow

PER_SECOND, BURST = 20, 40
FLAT_MB, FLAT_BYTES = 3.0, 180
"""Memory may grow by so much after a warm-up: what a process wavers by anyway, and a little for each message. A server that keeps
a message, or something of each socket that came, is above it."""
FLOOD_NOISE_MS = 40.0
"""Reading the noise takes turns of the one core; so much may be added to the others' p99."""
PROMISED = {
    "garbage": "notice",
    "oversized": "refused",
    "huge": "1009",
    "flood": "busy",
    "ahead": "gap",
    "again": "ack",
    "no number": "notice",
    "lying hello": "snapshot",
    "no hello": "1002",
    "compressed": "1002",
    "second hello": "1002",
}
"""What is done, and what has to be the answer."""

GARBAGE: tuple[str | bytes, ...] = (
    b"\x00\x01\xffbinary",
    b"x" * 60_000,
    "",
    "not json",
    "[]",
    "[" * 5_000,
    '{"t":"cmd"}',
    '{"t":"cmd","cid":"x","type":"AddCard"}',
    '{"t":"nonsense"}',
    '{"t":"ping","seq":"?"}',
    json.dumps({"t": "ping", "at": "x" * 60_000}),
    json.dumps({"t": "typing", "on": True, "kpi": "k" * 60_000}),
)


@dataclass
class Noise:
    """Everybody who is loud in one workshop. `answers` counts (what was done, what came back)."""

    crowd: Crowd
    sent: int = 0
    accepted: int = 0
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Take the seats, and begin."""
        kinds: list[Callable[[str], Awaitable[None]]] = [
            self._garbage,
            self._oversized,
            self._flood,
            self._disorder,
            self._liar,
            self._rude,
            self._talks_only,
        ]
        for number, kind in enumerate(kinds):
            async with httpx.AsyncClient(
                base_url=self.crowd.bases[0], timeout=30, trust_env=False
            ) as browser:
                await browser.post(f"/{self.crowd.code}/join", data={"name": f"Loud {number}"})
                cookie = browser.cookies["levertree"]
            self._tasks.append(asyncio.create_task(self._on_and_on(kind, cookie)))

    async def stop(self) -> None:
        """Be quiet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def missing(self) -> list[str]:
        """Promised answers that never came."""
        return [
            f"“{done}” was never answered with {answer}"
            for done, answer in PROMISED.items()
            if not self.answers[done, answer]
        ]

    async def _on_and_on(self, kind: Callable[[str], Awaitable[None]], cookie: str) -> None:
        while True:
            with contextlib.suppress(ConnectionClosed, OSError, TimeoutError, InvalidMessage):
                await kind(cookie)
            await asyncio.sleep(0.02)

    @contextlib.asynccontextmanager
    async def _line(self, cookie: str) -> Any:
        line = await connect(
            f"{self.crowd.bases[0].replace('http', 'ws')}/ws/{self.crowd.code}/phone",
            additional_headers={"Cookie": f"levertree={cookie}"},
            compression=None,
            max_size=None,
            proxy=None,
            ping_interval=None,
            close_timeout=1,
        )
        try:
            yield line
        finally:
            line.transport.abort()

    async def _say(self, line: ClientConnection, message: dict[str, Any] | str | bytes) -> None:
        self.sent += 1
        await line.send(json.dumps(message) if isinstance(message, dict) else message)

    async def _greeted(self, line: ClientConnection, hello: dict[str, Any] | None = None) -> dict[str, Any]:
        await self._say(line, {"t": "hello", "proto": 2} | (hello or {}))
        return await self._hear(line, "welcome")

    async def _hear(self, line: ClientConnection, *kinds: str) -> dict[str, Any]:
        async with asyncio.timeout(15):
            while True:
                message: dict[str, Any] = json.loads(await line.recv())
                if message["t"] in kinds:
                    return message

    async def _closed(self, done: str, line: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(15):
                while True:
                    await line.recv()
        self.answers[done, str(line.close_code)] += 1

    async def _garbage(self, cookie: str) -> None:
        async with self._line(cookie) as line:
            await self._greeted(line)
            for garbage in itertools.cycle(GARBAGE):
                for _ in range(8):
                    await self._say(line, garbage)
                for _ in range(8):
                    answer = await self._hear(line, "notice", "pong")
                    self.answers["garbage", answer["t"]] += 1

    async def _oversized(self, cookie: str) -> None:
        async with self._line(cookie) as line:
            last = (await self._greeted(line))["last_cid"]
            for cid in range(last + 1, last + 9):
                big = {"phase": self.crowd.phase, "text": "x" * 70_000}
                await self._say(line, {"t": "cmd", "cid": cid, "type": "AddCard", "data": big})
                self.answers["oversized", (await self._hear(line, "refused", "ack", "busy"))["t"]] += 1
            await self._say(line, "y" * 300_000)
            await self._closed("huge", line)

    async def _flood(self, cookie: str) -> None:
        """Contributions as fast as they go; what is turned away comes again, still too fast."""
        async with self._line(cookie) as line:
            cid = (await self._greeted(line))["last_cid"] + 1
            kind, data = "AddCard", {"phase": self.crowd.phase}
            while True:
                text = f"loud {len(self.texts)}"
                self.texts.append(text)
                self.crowd.texts.setdefault(-1, []).append(text)
                while True:
                    await self._say(
                        line, {"t": "cmd", "cid": cid, "type": kind, "data": {**data, "text": text}}
                    )
                    answer = await self._hear(line, "ack", "refused", "busy", "gap")
                    self.answers["flood", answer["t"]] += 1
                    if answer["t"] in ("ack", "refused"):
                        break
                assert answer["t"] == "ack", answer
                self.accepted += 1
                cid += 1
                if kind == "AddCard":
                    kind, data = "ChangeCard", {"id": await self._card(cookie, text)}

    async def _card(self, cookie: str, text: str) -> str:
        import re

        async with self._line(cookie) as line:
            await self._greeted(line)
            while True:
                for part in (await self._hear(line, "parts"))["parts"]:
                    if part["region"] == "mine" and (
                        found := re.search(r'name="id" value="(c\d+)"', part["html"])
                    ):
                        return found.group(1)

    async def _disorder(self, cookie: str) -> None:
        async with self._line(cookie) as line:
            cid = (await self._greeted(line))["last_cid"] + 1
            mark = {"type": "MarkDone", "data": {"phase": self.crowd.phase}}
            await self._say(line, {"t": "cmd", "cid": cid, **mark})
            await self._hear(line, "ack", "refused")
            for turn in itertools.count():
                done, number = (("ahead", cid + 10**6), ("again", cid), ("no number", -turn))[turn % 3]
                await self._say(line, {"t": "cmd", "cid": number, **mark})
                answer = await self._hear(line, "gap", "ack", "refused", "notice", "busy")
                self.answers[
                    done, "ack" if answer["t"] == "refused" and done == "again" else answer["t"]
                ] += 1

    async def _liar(self, cookie: str) -> None:
        lies = ({"seq": 10**12}, {"seq": -5}, {"epoch": "elsewhere", "seq": 3}, {"client_id": "x" * 5_000})
        for lie in lies:
            async with self._line(cookie) as line:
                welcome = await self._greeted(line, lie)
                self.answers["lying hello", welcome["mode"]] += 1

    async def _rude(self, cookie: str) -> None:
        async with self._line(cookie) as line:
            await self._say(line, {"t": "ping"})
            await self._closed("no hello", line)
        async with self._line(cookie) as line:
            await self._greeted(line)
            await self._say(line, {"t": "hello", "proto": 2})
            await self._closed("second hello", line)
        async with self._line(cookie) as line:
            await self._greeted(line)
            self.sent += 1
            line.transport.write(b"\xc1\x8c\0\0\0\0" + b'{"t":"ping"}')
            await self._closed("compressed", line)
        async with self._line(cookie) as line:  # half a frame, and gone
            self.sent += 1
            line.transport.write(b"\x81\xfe\xff\xff\0\0\0\0{")
            await asyncio.sleep(0.01)

    async def _talks_only(self, cookie: str) -> None:
        async with self._line(cookie) as line:
            await self._greeted(line)
            line.transport.pause_reading()
            while not line.transport.is_closing():
                await self._say(line, "not json")
                await asyncio.sleep(0.005)


async def flooded(folder: Path, phones: int, seconds: float, altered: str = "") -> Run:
    """The others' p99 stays, everything is answered as promised, and memory is flat (LIVE-7)."""
    server = Server(folder, altered=altered)
    await server.start()
    run = Run(Report(), pids=server.pids)
    began = time.monotonic()
    try:
        crowd = await Crowd.gather(server.base, phones, walls=1, read=sqlite_reader(folder))
        crowd.chance = random.Random(11)
        await crowd.console.say("Reveal", phase=crowd.phase)
        await trips(crowd, min(3.0, seconds / 4))  # warm
        alone = percentile(await trips(crowd, max(1.5, seconds / 4)), 99) * 1000
        noise = Noise(crowd)
        await noise.start()
        loud_since = time.monotonic()
        await trips(crowd, max(2.5, seconds / 4))  # warm, and with the noise
        memory, heard = server.memory(), noise.sent
        during = percentile(await trips(crowd, seconds), 99) * 1000
        grew = (server.memory() - memory) / 1e6
        heard = noise.sent - heard
        await noise.stop()
        loud_for = time.monotonic() - loud_since
        run.notes |= {
            "alone_p99_ms": round(alone, 1),
            "with_noise_p99_ms": round(during, 1),
            "messages": heard,
            "memory_grew_mb": round(grew, 1),
            "accepted_of_one_flood": noise.accepted,
            "answers": ", ".join(f"{done}: {what} {count}" for (done, what), count in noise.answers.items()),
        }
        run.wrong += (
            too_slow(alone, during, FLOOD_NOISE_MS)
            + too_large(grew, FLAT_MB + FLAT_BYTES * heard / 1e6)
            + noise.missing()
        )
        if noise.accepted > BURST + PER_SECOND * (loud_for + 1):
            run.wrong.append(f"{noise.accepted} contributions of one person taken in {loud_for:.0f} s")
        run.report = await check(crowd)
        stored = sum(text.startswith("loud ") for _, _, text in await crowd.read_log())
        if not noise.accepted <= stored <= noise.accepted + 1:
            run.wrong.append(
                f"{stored} of the flood's contributions are stored, {noise.accepted} acknowledged"
            )
        run.converged()
        await crowd.leave()
    finally:
        await server.end()
    run.seconds = time.monotonic() - began
    return run


async def flooded_in_earnest(folder: Path, phones: int, seconds: float, together: bool = False) -> Run:
    """The same, and then (or `together`, where nobody looks at the p99) against a server that keeps a little of every message."""
    (other := folder / "control").mkdir()
    control = noticed(flooded(other, 3, 3, altered="keeps_every_message"))
    if together:
        run, said = await asyncio.gather(flooded(folder, phones, seconds), control)
    else:
        run, said = await flooded(folder, phones, seconds), await control
    run.controls["keeps a little of every message"] = said
    run.controls["an answer that never came"] = "; ".join(Noise(Crowd.__new__(Crowd)).missing()[:1])
    return run
