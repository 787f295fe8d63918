"""The runs that break things, at any size: small in the tests, long in `make soak`.

Each gives a `Report`. A crowd works on while its servers are killed, frozen or starved; every phone keeps what was not
acknowledged and sends it again, as a browser does.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.faults.crowd import Crowd, Report, check, controls, play, postgres_reader, sqlite_reader
from tests.faults.process import Server
from tests.rooms.screen import Screen
from tests.storage.postgres_server import PostgresServer


@dataclass
class Run:
    """What a run was: the report, and how hard it tried."""

    report: Report
    kills: int = 0
    kills_in_flight: int = 0
    freezes: int = 0
    seconds: float = 0.0
    pids: list[int] = field(default_factory=list)
    notes: dict[str, float | bool] = field(default_factory=dict)


@dataclass
class Working:
    """The crowd at work: everybody contributes so many times a second, and comes back whenever the line is lost."""

    crowd: Crowd
    rate: float
    stopped: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        self.tasks = [asyncio.create_task(self._contribute(n)) for n in range(len(self.crowd.phones))]
        self.tasks += [asyncio.create_task(self._stay(screen)) for screen in self.crowd.screens]

    async def stop(self) -> None:
        self.stopped = True
        await asyncio.gather(*self.tasks)

    async def _contribute(self, number: int) -> None:
        while not self.stopped:
            await self.crowd.act(number)
            await asyncio.sleep(self.crowd.chance.uniform(0.5, 1.5) / self.rate)

    async def _stay(self, screen: Screen) -> None:
        silent_since, heard = time.monotonic(), screen.frames
        while not self.stopped:
            if screen.closed is not None:
                await self.crowd.reopen(screen, within=60)
            if screen.frames != heard or not screen.outbox:
                silent_since, heard = time.monotonic(), screen.frames
            elif time.monotonic() - silent_since > 3:
                # The heartbeat of a browser: a line on which nothing comes back is given up.
                await screen.drop()
            await asyncio.sleep(0.05)


async def _in_flight(crowd: Crowd, within: float = 2.0) -> bool:
    """Wait for the moment when somebody has sent what is not answered yet: that is when a kill hurts."""
    until = time.monotonic() + within
    while not any(phone.outbox for phone in crowd.phones):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0)
    return True


async def killed(folder: Path, phones: int, rate: float, kills: int, seed: int = 1) -> Run:
    """SIGKILL at random moments under load, on SQLite (LIVE-1, LIVE-2, LIVE-3, LIVE-4)."""
    chance = random.Random(seed)
    server = Server(folder)
    await server.start()
    began = time.monotonic()
    run = Run(Report(), pids=server.pids)
    try:
        crowd = await Crowd.gather(server.base, phones, walls=1, read=sqlite_reader(folder))
        crowd.chance = chance
        crowd.unreliable(0.1)
        work = Working(crowd, rate)
        work.start()
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.5, 2.0))
            run.kills += 1
            run.kills_in_flight += await _in_flight(crowd)
            await server.end()
            await asyncio.sleep(chance.uniform(0, 0.3))
            await server.start()
        await asyncio.sleep(1.0)
        await work.stop()
        run.report = await check(crowd)
        run.notes |= {
            f"control_{name}": seen for name, seen in controls(crowd, await crowd.read_log()).items()
        }
        await crowd.leave()
    finally:
        await server.end()
    run.seconds = time.monotonic() - began
    return run


async def seeds(folder: Path, numbers: Sequence[int], phones: int, actions: int, at_once: int = 4) -> Run:
    """Random workshops with phones that drop at random: every screen equals a fresh one (LIVE-4)."""
    server = Server(folder)
    await server.start()
    began = time.monotonic()
    run = Run(Report(), pids=server.pids)
    gate = asyncio.Semaphore(at_once)

    async def one(seed: int) -> None:
        async with gate:
            crowd = await Crowd.gather(server.base, phones, walls=1, read=sqlite_reader(folder))
            crowd.chance = random.Random(seed)
            await play(crowd, crowd.chance, actions, drops=0.05)
            report = await check(crowd)
            add(run.report, report, f"seed {seed}: ")
            await crowd.leave()

    try:
        await asyncio.gather(*(one(seed) for seed in numbers))
    finally:
        await server.end()
    run.seconds = time.monotonic() - began
    return run


def add(total: Report, one: Report, name: str) -> None:
    """Sums of two reports; the slowest convergence counts."""
    for key, value in vars(one).items():
        if key == "diverged":
            total.diverged += [name + text for text in one.diverged]
        elif key == "converged_s":
            total.converged_s = max(total.converged_s, value)
        else:
            setattr(total, key, getattr(total, key) + value)


async def roaming(folder: Path, phones: int, rate: float, seconds: float, seed: int = 1) -> Run:
    """Three workers on PostgreSQL; workers are killed and frozen, and so is the database."""
    chance = random.Random(seed)
    postgres = await asyncio.to_thread(PostgresServer)
    servers: list[Server] = []
    began = time.monotonic()
    run = Run(Report())
    try:
        url = await postgres.new_database("faults")
        # One address for all, as behind a proxy: the wall shows it.
        shared = {"LEVERTREE_DATABASE_URL": url, "LEVERTREE_PUBLIC_URL": "http://workshop.example"}
        servers = [Server(folder, shared) for _ in range(3)]
        await servers[0].start()
        await asyncio.gather(*(server.start() for server in servers[1:]))
        crowd = await Crowd.gather([s.base for s in servers], phones, walls=1, read=postgres_reader(url))
        crowd.chance = chance
        crowd.unreliable(0.1)
        for screen in crowd.screens:
            await crowd.drop(screen, 0)  # so that they are spread over the workers
        work = Working(crowd, rate)
        work.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            run.kills_in_flight += any(phone.outbox for phone in crowd.phones)
            await _strike(chance, servers, postgres, run)
        await asyncio.sleep(1.0)
        await work.stop()
        run.report = await check(
            crowd, within=20, without=("aside", "people")
        )  # presence is best effort between workers
        run.notes |= {
            f"control_{name}": seen for name, seen in controls(crowd, await crowd.read_log()).items()
        }
        await crowd.leave()
    finally:
        for server in servers:
            run.pids += server.pids
            await server.end()
        await asyncio.to_thread(postgres.close)
    run.seconds = time.monotonic() - began
    return run


async def _strike(
    chance: random.Random, servers: Sequence[Server], postgres: PostgresServer, run: Run
) -> None:
    victim = chance.choice(list(servers))
    blow = chance.random()
    if blow < 0.5:
        run.kills += 1
        await victim.end()
        await asyncio.sleep(chance.uniform(0, 0.3))
        await victim.start()
    elif blow < 0.75:
        run.freezes += 1
        victim.freeze()
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        victim.thaw()
    elif blow < 0.9:
        run.freezes += 1
        postgres.freeze()
        await asyncio.sleep(chance.uniform(0.3, 1.0))
        postgres.thaw()
    else:
        run.kills += 1
        await asyncio.to_thread(postgres.kill)
        await asyncio.to_thread(postgres.start)


async def full_disk(folder: Path, phones: int = 4) -> Run:
    """No byte can be written for a while: no acknowledgement, a clear sentence, and nothing broken afterwards."""
    server = Server(folder)
    await server.start()
    run = Run(Report(), pids=server.pids)
    try:
        crowd = await Crowd.gather(server.base, phones, walls=0, read=sqlite_reader(folder))
        server.fill_disk()
        before = sum(len(phone.acks) for phone in crowd.phones)
        for number in range(phones):
            for _ in range(3):
                await crowd.act(number)
        await crowd.console.until(lambda: bool(crowd.console.notices))
        await crowd.phones[0].until(lambda: bool(crowd.phones[0].busy))
        run.notes["acks_while_full"] = sum(len(phone.acks) for phone in crowd.phones) - before
        run.notes["told_the_facilitator"] = len(crowd.console.notices)
        server.free_disk()
        run.report = await check(crowd)
        await crowd.leave()
    finally:
        await server.end(signal.SIGTERM)
    (path,) = folder.glob("*.db")  # noqa: ASYNC240 - nothing else runs
    with contextlib.closing(sqlite3.connect(path)) as connection:
        run.notes["integrity_ok"] = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return run


async def restarted(folder: Path, phones: int) -> Run:
    """A deploy: closed with 1012, everybody comes back, spread over three seconds as browsers do."""
    chance = random.Random(3)
    server = Server(folder)
    await server.start()
    run = Run(Report(), pids=server.pids)
    back: list[float] = []
    try:
        crowd = await Crowd.gather(server.base, phones, walls=1, read=sqlite_reader(folder))
        up = time.monotonic() + 1e9
        codes: set[int | None] = set()

        async def come_back(screen: Screen) -> None:
            await screen.until(lambda: screen.closed is not None)
            codes.add(screen.closed)
            await asyncio.sleep(chance.uniform(0, 3))
            for tries in range(100):
                try:
                    await screen.open()
                except (OSError, ConnectionError, TimeoutError):
                    await asyncio.sleep(chance.uniform(0.25, 1.0) * min(0.5 * 2**tries, 10.0))
                    continue
                break
            back.append(max(0.0, time.monotonic() - up))

        coming = [asyncio.create_task(come_back(screen)) for screen in crowd.screens]
        await server.end(signal.SIGTERM)
        await server.start()
        up = time.monotonic()
        await asyncio.gather(*coming)
        run.notes["closed_with_1012"] = codes == {1012}
        run.notes["back_p95_s"] = round(percentile(back, 95), 2)
        run.notes["back_p99_s"] = round(percentile(back, 99), 2)
        run.report = await check(crowd)
        await crowd.leave()
    finally:
        await server.end()
    return run


async def stalled(folder: Path, phones: int, deaf: int, seconds: float) -> Run:
    """Some screens stop reading: how long do the others wait, before and with them, and does memory grow?"""
    server = Server(folder)
    await server.start()
    run = Run(Report(), pids=server.pids)
    writers = []
    try:
        crowd = await Crowd.gather(server.base, phones, walls=0, read=sqlite_reader(folder))
        await crowd.console.say("Reveal", phase=crowd.phase)
        await _trips(crowd, 2.0)  # warm
        alone = await _trips(crowd, seconds / 2)
        memory = server.memory()
        for phone in crowd.phones[:deaf]:
            writers.append(await _deaf(crowd, phone))
        together = await _trips(crowd, seconds)
        run.notes |= {
            "alone_p99_ms": round(percentile(alone, 99) * 1000, 1),
            "with_stalled_p99_ms": round(percentile(together, 99) * 1000, 1),
            "memory_grew_mb": round((server.memory() - memory) / 1e6, 1),
        }
        run.report = await check(crowd)
        await crowd.leave()
    finally:
        for writer in writers:
            writer.close()
        await server.end()
    return run


async def _trips(crowd: Crowd, seconds: float) -> list[float]:
    """Seconds from sending to the acknowledgement, over all phones in turn."""
    times = []
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        number = (number + 1) % len(crowd.phones)
        at = time.monotonic()
        await crowd.act(number)
        await crowd.phones[number].settle()
        times.append(time.monotonic() - at)
        await asyncio.sleep(0.01)
    return times


async def _deaf(crowd: Crowd, phone: Screen) -> socket.socket:
    """One more console that says hello and never reads."""
    host, _, port = crowd.bases[0].removeprefix("http://").partition(":")
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((host, int(port)))
    line.sendall(
        f"GET /ws/{crowd.code}/console HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Cookie: levertree={crowd.console.cookie}\r\n\r\n".encode()
    )
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_recv(line, 200)
    hello = b'{"t":"hello"}'
    await loop.sock_sendall(line, bytes((0x81, 0x80 | len(hello))) + b"\0\0\0\0" + hello)
    return line


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` percent of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part / 100))] if ordered else float("nan")


def told(name: str, run: Run) -> str:
    """One run as lines for a report."""
    report = run.report
    lines = [
        f"{name}: {'fine' if report.fine else 'BROKEN'}",
        f"  attempts {report.attempts} · acks {report.acks} · refused {report.refused} · resends {report.resends}"
        f" · answers lost {report.lost_acks} · drops {report.drops}",
        f"  lost {report.lost} · duplicated {report.duplicated} · unexpected {report.unexpected}"
        f" · out of order {report.out_of_order} · holes {report.gaps}",
        f"  converged in {report.converged_s} s; different screens: {report.diverged or 'none'}",
        f"  kills {run.kills} ({run.kills_in_flight} blows with commands in flight) · freezes {run.freezes}"
        f" · {run.seconds:.0f} s · pids {run.pids} · tester {os.getpid()} on {psutil.cpu_count()} cores",
    ]
    if run.notes:
        lines.append("  " + " · ".join(f"{key} {value}" for key, value in run.notes.items()))
    return "\n".join(lines)
