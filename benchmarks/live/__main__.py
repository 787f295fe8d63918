"""Deliveries, latency, joins and memory of (a) a floor, (b) a socket.io relay, (c) Levertree: side by side, in turn.

One delivery is one (action, receiver) pair whose effect has arrived. (c) validates, appends durably and renders; (a) and (b)
send a fragment of the same size and do nothing else. Rounds are interleaved, medians are printed, and a round in which the
generator (and not the server) was the limit, or in which something never arrived, is rejected and said so.

    python -m benchmarks.live --sizes 50 200 --rounds 3 --seconds 6
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil
import uvloop

from app.storage.sqlite_connection import PRAGMAS
from benchmarks.live.candidates import ACTORS, Candidate, Levertree, floor, relay
from benchmarks.live.crowd import Crowd, Line
from tests.faults.runs import percentile

RATES = {50: 25.0, 200: 25.0, 1000: 20.0}
GOALS_MS = {200: (5, 15), 1000: (16, 35)}
JOIN_WITHIN = 2.0
GENERATOR_LIMIT = 0.85
COLUMNS = "deliveries/CPU-s   p50 ms   p99 ms   join p50   join p99 s   KB/conn   frames/action   generator"
"""`frames/action` below 1: actions that came together were drawn and sent together (coalescing); each counts as delivered when a
frame that holds its effect has arrived."""


@dataclass
class Round:
    """What one round of one candidate gave."""

    deliveries: float
    p50: float
    p99: float
    join_p50: float
    join_p99: float
    kilobytes: float
    frames: float
    generator: float

    def line(self) -> str:
        return (
            f"{self.deliveries:14,.0f}   {self.p50:6.1f}   {self.p99:6.1f}   {self.join_p50:8.3f}   {self.join_p99:10.3f}"
            f"   {self.kilobytes:7.1f}   {self.frames:13.2f}   {self.generator:8.0%}"
        )


async def measure(candidate: Candidate, size: int, seconds: float) -> Round | str:
    """One round; a sentence instead when it does not count."""
    await candidate.start()
    crowd = Crowd(candidate.port)
    try:
        first = [await candidate.join(crowd, number) for number in range(ACTORS)]
        await asyncio.sleep(0.5)
        memory = candidate.process.memory_info().rss
        joins = await storm(candidate, crowd, size)
        await asyncio.sleep(2.0)
        grown = (candidate.process.memory_info().rss - memory) / 1024 / max(1, size - ACTORS)
        await actions(candidate, first, RATES.get(size, 20), 1.0)  # warm
        await asyncio.sleep(1.0)
        crowd.forget()
        crowd.acks.clear()
        me = psutil.Process(os.getpid())
        before, mine, began = (
            sum(candidate.process.cpu_times()[:2]),
            sum(me.cpu_times()[:2]),
            time.monotonic(),
        )
        sent = await actions(candidate, first, RATES.get(size, 20), seconds)
        await asyncio.sleep(0.5)
        cpu = sum(candidate.process.cpu_times()[:2]) - before
        generator = (sum(me.cpu_times()[:2]) - mine) / (time.monotonic() - began)
        if crowd.losses:
            return f"{crowd.losses} sockets were lost"
        waits = last_arrivals(candidate, crowd, first, sent, size)
        if isinstance(waits, str):
            return waits
        if generator > GENERATOR_LIMIT:
            return f"the generator was the limit ({generator:.0%} of its core)"
        return Round(
            len(sent) * size / cpu,
            percentile(waits, 50) * 1000,
            percentile(waits, 99) * 1000,
            percentile(joins, 50),
            percentile(joins, 99),
            grown,
            crowd.frames / size / len(sent),
            generator,
        )
    finally:
        for line in crowd.lines:
            line.transport.abort()
        await candidate.stop()


async def storm(candidate: Candidate, crowd: Crowd, size: int) -> list[float]:
    """Everybody joins within two seconds: from connecting to the first board."""
    chance = random.Random(size)

    async def come(number: int) -> float:
        await asyncio.sleep(chance.uniform(0, JOIN_WITHIN))
        line = await candidate.join(crowd, number)
        return float(line.shown.result())

    return list(await asyncio.gather(*(come(number) for number in range(ACTORS, size))))


async def actions(candidate: Candidate, actors: list[Line], rate: float, seconds: float) -> list[float]:
    """Act in turn at a steady rate, whatever the answers do; gives when each was sent."""
    sent: list[float] = []
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        actor = number % len(actors)
        sent.append(time.perf_counter())
        candidate.act(actors[actor], actor, number)
    await asyncio.sleep(0.3)
    return sent


def last_arrivals(
    candidate: Candidate, crowd: Crowd, actors: list[Line], sent: list[float], size: int
) -> list[float] | str:
    """Seconds from sending an action until the last receiver had it."""
    numbers = sorted(seq for seq, one in crowd.seen.items() if one.count >= size)
    if isinstance(candidate, Levertree):
        done = [candidate.cids[id(line)] for line in actors]
        each = len(sent) // len(actors)
        try:
            seqs = [
                crowd.acks[id(line), done[at] - each + 1 + turn]
                for turn in range(each)
                for at, line in enumerate(actors)
            ]
        except KeyError:
            return "an action was not acknowledged"
    else:
        seqs = sorted(crowd.seen)[-len(sent) :]
    waits = []
    for at, seq in zip(sent, seqs, strict=False):
        place = bisect.bisect_left(numbers, seq)
        if place == len(numbers):
            return "an action never reached everybody"
        waits.append(crowd.seen[numbers[place]].last - at)
    return waits


async def compare(sizes: list[int], rounds: int, seconds: float) -> bool:
    """Everything, in turn; whether every goal was reached."""
    met = True
    print("SQLite: " + ", ".join(f"{name}={value}" for name, value in PRAGMAS.items()))
    print(f"cores: server 0, generator {os.sched_getaffinity(0)}; load before: {os.getloadavg()}")
    print(
        "coalescing: none on purpose; what waits when the server is free is one batch, one append and one frame"
    )
    for size in sizes:
        results: dict[str, list[Round]] = {}
        fragment = 1000
        print(f"\nN = {size}, {RATES.get(size, 20):g} actions/s, {rounds} rounds of {seconds:g} s")
        for number in range(rounds):
            with tempfile.TemporaryDirectory(prefix="levertree-bench-") as folder:
                product = Levertree(size, Path(folder))
                candidates: list[Candidate | None] = [product, floor(fragment), relay(fragment)]
                for candidate in candidates:
                    if candidate is None:
                        continue
                    if candidate is not product:
                        candidate.size = fragment = product.fragment or fragment  # type: ignore[attr-defined]
                    result = await measure(candidate, size, seconds)
                    if isinstance(result, str):
                        print(
                            f"  round {number + 1} of {candidate.name} does not count: {result}", flush=True
                        )
                    else:
                        results.setdefault(candidate.name, []).append(result)
                        print(f"  {number + 1:2} {candidate.name:10} {result.line()}", flush=True)
        medians = {
            name: Round(*(statistics.median(column) for column in zip(*map(astuple, runs), strict=True)))
            for name, runs in results.items()
        }
        print(f"  medians; fragment {fragment} bytes\n  {'':10} {COLUMNS}")
        for name in ("floor", "socket.io", "levertree"):
            if name in medians:
                print(f"  {name:10} {medians[name].line()}   ({len(results[name])} rounds)")
        met &= verdict(size, medians)
    return met


def verdict(size: int, medians: dict[str, Round]) -> bool:
    """The goals, said plainly."""
    ours = medians.get("levertree")
    if ours is None:
        return False
    said: list[tuple[str, bool]] = []
    if size in GOALS_MS:
        p50, p99 = GOALS_MS[size]
        said.append((f"p50 ≤ {p50} ms", ours.p50 <= p50))
        said.append((f"p99 ≤ {p99} ms", ours.p99 <= p99))
    if "socket.io" in medians:
        ratio = ours.deliveries / medians["socket.io"].deliveries
        said.append((f"deliveries {ratio:.2f} × socket.io (≥ 1 from N = 200 on)", ratio >= 1 or size < 200))
    if "floor" in medians:
        ratio = ours.deliveries / medians["floor"].deliveries
        said.append((f"deliveries {ratio:.2f} × floor (≥ 0.8 at N = 1000)", ratio >= 0.8 or size < 1000))
    said.append(("join p99 ≤ 1 s", ours.join_p99 <= 1))
    said.append(("≤ 40 KB per connection", ours.kilobytes <= 40))
    print("  " + " · ".join(f"{text}: {'yes' if fine else 'NO'}" for text, fine in said))
    return all(fine for _, fine in said)


def main() -> int:
    """Measure and print; status 1 when a goal was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0)
    chosen = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    return 0 if uvloop.run(compare(chosen.sizes, chosen.rounds, chosen.seconds)) else 1


if __name__ == "__main__":
    sys.exit(main())
