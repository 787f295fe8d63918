"""A full disk, a deploy, and screens that stop reading: what the others notice of it.

Each run holds the server to its figures and says what is wrong in words; `…_in_earnest` adds the negative control: the same run
against a server altered on purpose.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import select
import signal
import socket
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.crowd import Crowd, Report, check, sqlite_reader
from tests.faults.process import Server
from tests.faults.run import (
    STALLED_MB,
    Run,
    noticed,
    percentile,
    too_large,
    too_late,
    too_slow,
)
from tests.rooms.screen import Screen


async def full_disk(folder: Path, phones: int = 4, altered: str = "") -> Run:
    """No byte can be written for a while: no acknowledgement, a clear sentence, and nothing broken afterwards."""
    server = Server(folder, altered=altered)
    await server.start()
    run = Run(Report(), pids=server.pids)
    try:
        crowd = await Crowd.gather(server.base, phones, walls=0, read=sqlite_reader(folder))
        server.fill_disk()
        before = sum(len(phone.acks) for phone in crowd.phones)
        for number in range(phones):
            for _ in range(3):
                await crowd.act(number)
        with contextlib.suppress(TimeoutError):
            await crowd.console.until(lambda: bool(crowd.console.notices), within=6)
            await crowd.phones[0].until(lambda: bool(crowd.phones[0].busy), within=6)
        acks = sum(len(phone.acks) for phone in crowd.phones) - before
        run.notes |= {"acks_while_full": acks, "told_the_facilitator": len(crowd.console.notices)}
        if acks:
            run.wrong.append(f"{acks} acknowledgements while the disk was full")
        if not crowd.console.notices:
            run.wrong.append("the facilitator was not told")
        server.free_disk()
        run.report = await check(crowd, within=1.0 if altered else 12.0)
        run.converged()
        await crowd.leave()
    finally:
        await server.end(signal.SIGTERM)
    (path,) = folder.glob("*.db")  # noqa: ASYNC240 - nothing else runs
    run.notes["integrity_ok"] = _whole(path)
    if not run.notes["integrity_ok"]:
        run.wrong.append("the file is damaged")
    return run


def _whole(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False


async def full_disk_in_earnest(folder: Path) -> Run:
    """The same, against a server that says “saved” nevertheless, too, and with a file that was damaged."""
    (other := folder / "control").mkdir()
    run, said = await asyncio.gather(full_disk(folder), noticed(full_disk(other, altered="saved_anyway")))
    run.controls["acknowledged on a full disk"] = said
    (path,) = folder.glob("*.db")  # noqa: ASYNC240 - nothing else runs
    data = bytearray(path.read_bytes())
    data[4096 : 3 * 4096] = bytes(2 * 4096)
    (damaged := other / "damaged.sqlite").write_bytes(data)
    run.controls["two pages wiped out"] = "" if _whole(damaged) else "the file is damaged"
    return run


async def restarted(folder: Path, phones: int, altered: str = "") -> Run:
    """A deploy: closed with 1012, everybody comes back, spread over three seconds as browsers do."""
    chance = random.Random(3)
    server = Server(folder)
    await server.start()
    run = Run(Report(), pids=server.pids)
    back: list[float] = []
    away: list[float] = []
    try:
        crowd = await Crowd.gather(server.base, phones, walls=1, read=sqlite_reader(folder))
        up = time.monotonic() + 1e9
        codes: set[int | None] = set()

        async def come_back(screen: Screen) -> None:
            await screen.until(lambda: screen.closed is not None)
            left = time.monotonic()
            codes.add(screen.closed)
            wait = chance.uniform(0, 3)
            for tries in range(1, 100):  # as link.js does
                await asyncio.sleep(wait)
                try:
                    await screen.open()
                except (OSError, ConnectionError, TimeoutError):
                    wait = chance.uniform(0.25, 1.0) * min(0.5 * 2**tries, 10.0)
                    continue
                break
            back.append(max(0.0, time.monotonic() - up))
            away.append(time.monotonic() - left)

        coming = [asyncio.create_task(come_back(screen)) for screen in crowd.screens]
        await server.end(signal.SIGTERM)
        server.altered = altered
        await server.start()
        up = time.monotonic()
        await asyncio.gather(*coming)
        run.notes |= {
            "closed_with_1012": codes == {1012},
            "back_p95_s": round(percentile(back, 95), 2),
            "back_p99_s": round(percentile(back, 99), 2),
            "away_p95_s": round(percentile(away, 95), 2),
        }
        if codes != {1012}:
            run.wrong.append(f"closed with {codes}, 1012 is promised")
        run.wrong += too_late(back)
        run.report = await check(crowd)
        run.converged()
        await crowd.leave()
    finally:
        await server.end()
    return run


async def restarted_in_earnest(folder: Path, phones: int) -> Run:
    """The same, and with a server that lets nobody in for five seconds."""
    (other := folder / "control").mkdir()
    run, said = await asyncio.gather(
        restarted(folder, phones), noticed(restarted(other, 3, altered="late_to_work"))
    )
    run.controls["no socket for 5 s"] = said
    return run


async def stalled(folder: Path, phones: int, deaf: int, seconds: float, altered: str = "") -> Run:
    """Some screens stop reading, and come back to do so again whenever they are cut: how long do the others wait, before and with
    them, does memory grow, and are they cut at all?"""
    server = Server(folder, altered=altered)
    await server.start()
    run = Run(Report(), pids=server.pids)
    silent: list[Deaf] = []
    try:
        crowd = await Crowd.gather(server.base, phones, walls=0, read=sqlite_reader(folder))
        await crowd.console.say("Reveal", phase=crowd.phase)
        await trips(crowd, min(5.0, 1.0 + seconds / 4))  # warm
        alone = await trips(crowd, seconds / 2)
        memory = highest = server.memory()
        for _ in range(deaf):
            silent.append(Deaf(crowd))
            await silent[-1].start()
        together: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            together += await trips(crowd, min(1.0, seconds))
            highest = max(highest, server.memory())
        before, after = percentile(alone, 99) * 1000, percentile(together, 99) * 1000
        evicted = int(await server.counted("levertree_evictions_total"))
        grew = (highest - memory) / 1e6
        run.notes |= {
            "trips": len(together),
            "alone_p99_ms": round(before, 1),
            "with_stalled_p99_ms": round(after, 1),
            "memory_grew_mb": round(grew, 1),
            "evicted": evicted,
        }
        run.wrong += too_slow(before, after) + too_large(grew, STALLED_MB)
        if evicted < deaf:
            run.wrong.append(f"{evicted} screens were cut, at least {deaf} do not read")
        run.report = await check(crowd, within=1.0 if altered == "waits_for_all" else 12.0)
        run.converged()
        await crowd.leave()
    finally:
        for one in silent:
            one.stop()
        await server.end()
    return run


async def stalled_in_earnest(folder: Path, phones: int, deaf: int, seconds: float, altered: str = "") -> Run:
    """The same, and then against a server that waits for whoever does not read, and keeps everything for them: each of the three
    checks has to notice it by itself."""
    run = await stalled(folder, phones, deaf, seconds, altered)
    (other := folder / "control").mkdir()
    control = await stalled(other, 4, 3, 3, altered="waits_for_all")
    for name, word in (("waits for the slow", "p99"), ("keeps everything", "memory"), ("cuts nobody", "cut")):
        run.controls[name] = "; ".join(said for said in control.wrong if word in said)
    return run


async def trips(crowd: Crowd, seconds: float) -> list[float]:
    """Seconds from sending to the acknowledgement and to the next phone's showing it, over all phones in turn."""
    times = []
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:
        number = (number + 1) % len(crowd.phones)
        one, other = crowd.phones[number], crowd.phones[number - 1]
        at = time.monotonic()
        await crowd.act(number)
        await one.settle()
        seq = max(one.acks.values())
        await other.until(lambda other=other, seq=seq: other.seq >= seq)  # type: ignore[misc]
        times.append(time.monotonic() - at)
        await asyncio.sleep(0.01)
    return times


@dataclass
class Deaf:
    """One more console that says hello and never reads; when it is cut it comes again."""

    crowd: Crowd
    came: int = 0
    _line: socket.socket | None = None
    _watch: asyncio.Task[None] | None = field(default=None, repr=False)

    async def start(self) -> None:
        """Come, and stay."""
        await self._come()
        self._watch = asyncio.create_task(self._stay())

    def stop(self) -> None:
        """Go."""
        if self._watch is not None:
            self._watch.cancel()
        if self._line is not None:
            self._line.close()

    async def _stay(self) -> None:
        while True:
            await asyncio.sleep(0.3)
            assert self._line is not None
            watch = select.poll()
            watch.register(self._line, select.POLLRDHUP)
            if watch.poll(0):  # cut; what was not read stays unread
                self._line.close()
                await self._come()

    async def _come(self) -> None:
        self.came += 1
        host, _, port = self.crowd.bases[0].removeprefix("http://").partition(":")
        line = self._line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, (host, int(port)))
        await loop.sock_sendall(
            line,
            f"GET /ws/{self.crowd.code}/console HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: levertree={self.crowd.console.cookie}\r\n\r\n".encode(),
        )
        await loop.sock_recv(line, 200)
        hello = b'{"t":"hello","proto":2}'
        await loop.sock_sendall(line, bytes((0x81, 0x80 | len(hello))) + b"\0\0\0\0" + hello)
