"""Many small rooms in one process: 300 of ten people, everybody acts every five seconds, SQLite with its full promise.

Each action is validated, appended durably and drawn, and counts as delivered when the last of its room has it. Server and
generator have a core each. Goal: the median round's p99 at most 50 ms. A round in which something never arrived, or in which the
generator was the limit, does not count and is said.

    python -m benchmarks.rooms --rooms 300 --people 10 --every 5 --seconds 15 --rounds 3
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import uvloop

from app.storage import open_store
from app.storage.sqlite_connection import PRAGMAS
from benchmarks.figures import percentile
from benchmarks.furnish import Place, cards
from benchmarks.live.crowd import Crowd, Line
from tests.faults.process import Server

GOAL_MS = 50
GENERATOR_LIMIT = 0.85


@dataclass
class Seat:
    """One person at work."""

    line: Line
    crowd: Crowd
    card: str
    cid: int = 0

    def act(self) -> tuple[Seat, int, float]:
        """Write the card anew; gives who, which number, and when."""
        self.cid += 1
        data = {"id": self.card, "text": f"A card of ordinary length, written {self.cid:06} times"}
        at = time.perf_counter()
        self.line.send(json.dumps({"t": "cmd", "cid": self.cid, "type": "ChangeCard", "data": data}).encode())
        return self, self.cid, at


async def work(seats: list[Seat], every: float, seconds: float) -> list[tuple[Seat, int, float]]:
    """Everybody acts every so many seconds, each at their own moment."""
    chance = random.Random(1)
    moments = sorted(
        (chance.uniform(0, every) + turn * every, at)
        for at in range(len(seats))
        for turn in range(int(seconds / every) + 1)
    )
    sent = []
    began = time.perf_counter()
    for moment, at in moments:
        if moment > seconds:
            break
        wait = began + moment - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        sent.append(seats[at].act())
    return sent


def waits_of(sent: list[tuple[Seat, int, float]], people: int) -> list[float] | str:
    """Seconds from sending until the last of the room had it; a sentence when one never arrived."""
    waits = []
    complete = {
        id(seat.crowd): sorted(seq for seq, one in seat.crowd.seen.items() if one.count >= people)
        for seat, _, _ in sent
    }
    for seat, cid, at in sent:
        seq = seat.crowd.acks.get((id(seat.line), cid))
        if seq is None:
            return "an action was not acknowledged"
        numbers = complete[id(seat.crowd)]
        place = bisect.bisect_left(numbers, seq)
        if place == len(numbers):
            return "an action never reached everybody"
        waits.append(seat.crowd.seen[numbers[place]].last - at)
    return waits


async def appends(server: Server) -> str:
    """How long the durable appends took, as the server counted them since it started."""
    async with httpx.AsyncClient(base_url=server.base, trust_env=False) as browser:
        text = (await browser.get("/metrics")).text
    found = re.findall(r'levertree_append_seconds_bucket\{le="([^"]+)"\} (\S+)', text)
    counts = [(le, float(count)) for le, count in found]
    total = counts[-1][1]
    parts = [
        f"{part}% ≤ {next(le for le, count in counts if count >= total * part / 100)} s"
        for part in (50, 90, 99, 100)
    ]
    return f"{total:.0f} durable appends: " + " · ".join(parts)


async def measure(rooms: int, people: int, every: float, seconds: float, rounds: int) -> list[str]:
    """Some rounds on one server; the goals that were missed."""
    with tempfile.TemporaryDirectory(prefix="levertree-rooms-") as folder:
        store = await open_store(None, Path(folder))
        places = [await cards(store, people) for _ in range(rooms)]
        await store.close()
        server = Server(Path(folder), core=0)
        await server.start()
        try:
            crowds, seats = await _come(places, server, people)
            await work(seats, every, min(5.0, seconds))  # warm
            await asyncio.sleep(1.0)
            done = [await _round(server, crowds, seats, every, seconds, people) for _ in range(rounds)]
        finally:
            await server.end()
    tails = [tail for tail in done if tail is not None]
    if not tails:
        return ["no round counts"]
    tail = statistics.median(tails)
    print(f"median p99 {tail:.1f} ≤ {GOAL_MS} ms: {'yes' if tail <= GOAL_MS else 'NO'} ({len(tails)} rounds)")
    return [] if tail <= GOAL_MS else [f"{rooms} rooms of {people}: p99 {tail:.0f} ms, {GOAL_MS} is the goal"]


async def _come(places: list[Place], server: Server, people: int) -> tuple[list[Crowd], list[Seat]]:
    """Everybody is at their screen."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    memory = process.memory_info().rss
    crowds = [Crowd(server.port) for _ in places]
    seats: list[Seat] = []

    async def come(place: Place, crowd: Crowd, number: int) -> Seat:
        line = await crowd.join(f"/ws/{place.code}/phone", place.cookies[number], [b'{"t":"hello"}'])
        return Seat(line, crowd, place.own[number])

    for number in range(people):
        for first in range(0, len(places), 50):
            pairs = list(zip(places, crowds, strict=True))[first : first + 50]
            seats += await asyncio.gather(*(come(place, crowd, number) for place, crowd in pairs))
    grown = (process.memory_info().rss - memory) / 1024 / len(seats)
    print(f"{len(seats)} screens in {len(places)} rooms: {grown:.0f} KB per connection with its room")
    return crowds, seats


async def _round(
    server: Server, crowds: list[Crowd], seats: list[Seat], every: float, seconds: float, people: int
) -> float | None:
    """One round: its p99 in ms, or nothing where it does not count."""
    assert server.process is not None
    process, me = psutil.Process(server.process.pid), psutil.Process(os.getpid())
    for crowd in crowds:
        crowd.forget()
        crowd.acks.clear()
    before, mine, began = sum(process.cpu_times()[:2]), sum(me.cpu_times()[:2]), time.monotonic()
    sent = await work(seats, every, seconds)
    passed = time.monotonic() - began
    await asyncio.sleep(1.0)
    cpu = sum(process.cpu_times()[:2]) - before
    generator = (sum(me.cpu_times()[:2]) - mine) / passed
    waits = waits_of(sent, people)
    lost = sum(crowd.losses for crowd in crowds)
    if lost or isinstance(waits, str):
        print(f"REJECTED: {waits if isinstance(waits, str) else f'{lost} sockets were lost'}")
        return None
    if generator > GENERATOR_LIMIT:
        print(f"REJECTED: the generator was the limit ({generator:.0%} of its core)")
        return None
    frames = sum(crowd.frames for crowd in crowds)
    p50, p99 = (percentile(waits, part) * 1000 for part in (50, 99))
    print(
        f"p50 {p50:5.1f} ms · p99 {p99:5.1f} ms · slowest {max(waits) * 1000:4.0f} ms · server {cpu / passed:.0%} of its core "
        f"({cpu / len(sent) * 1000:.2f} ms an action) · generator {generator:.0%} · {len(sent) / passed:.0f} actions/s, "
        f"{len(sent) * people / passed:,.0f} deliveries/s in {frames / passed:,.0f} frames/s · load {os.getloadavg()[0]:.1f}\n"
        f"  since the server began: {await appends(server)}",
        flush=True,
    )
    return p99


def main() -> int:
    """Measure and print; status 1 when the goal was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rooms", type=int, default=300)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    print("SQLite: " + ", ".join(f"{name}={value}" for name, value in PRAGMAS.items()))
    print(f"load before: {os.getloadavg()}")
    print(
        f"{chosen.rooms} rooms of {chosen.people}, everybody acts every {chosen.every:g} s, "
        f"{chosen.rounds} rounds of {chosen.seconds:g} s"
    )
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    missed = uvloop.run(measure(chosen.rooms, chosen.people, chosen.every, chosen.seconds, chosen.rounds))
    for goal in missed:
        print(f"MISSED rooms: {goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
