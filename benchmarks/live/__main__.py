"""Deliveries, latency, joins and memory of (a) a floor, (b) a socket.io relay, (c) Levertree: side by side, in turn.

One delivery is one (action, receiver) pair whose effect has arrived. In (c) an action is a number written into a KPI of the tree,
validated, appended durably, evaluated and drawn; its effect is the KPI's row. (a) and (b) then send the very bytes that (c) has
put on the wire in the same round, read from a file, and do nothing else. Rounds are interleaved, medians are printed, and a
round in which the generator (and not the server) was the limit, or in which something never arrived, is rejected and said so.

    python -m benchmarks.live --sizes 50 200 --rounds 3 --seconds 6
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import os
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil
import uvloop

from app.storage.sqlite_connection import PRAGMAS
from benchmarks.figures import percentile
from benchmarks.live.candidates import ACTORS, Candidate, Levertree, floor, relay
from benchmarks.live.crowd import Crowd, Line

RATES = {50: 25.0, 200: 25.0, 1000: 20.0}
GOALS_MS = {200: (5, 15), 1000: (16, 35)}
JOIN_WITHIN = 2.0
GENERATOR_LIMIT = 0.85
COLUMNS = "deliveries/CPU-s   CPU ms/action   p50 ms   p99 ms   join p50   join p99 s   KB/conn   frames/action   generator"
"""`frames/action` below 1: actions that came together were drawn and sent together (coalescing); each counts as delivered when a
frame that holds its effect has arrived."""
_SEQ = re.compile(rb'"seq":(\d+)')


@dataclass
class Round:
    """What one round of one candidate gave."""

    deliveries: float
    each: float
    p50: float
    p99: float
    join_p50: float
    join_p99: float
    kilobytes: float
    frames: float
    generator: float

    def line(self) -> str:
        return (
            f"{self.deliveries:14,.0f}    {self.each:13.2f}   {self.p50:6.1f}   {self.p99:6.1f}   {self.join_p50:8.3f}"
            f"   {self.join_p99:10.3f}   {self.kilobytes:7.1f}   {self.frames:13.2f}   {self.generator:8.0%}"
        )


async def measure(candidate: Candidate, size: int, seconds: float, fragments: list[bytes]) -> Round | str:
    """One round; a sentence instead when it does not count. `fragments` is filled by (c), and what the others must send."""
    await candidate.start()
    crowd = Crowd(candidate.port, counts=candidate.counts)
    rate = RATES.get(size, 20)
    try:
        first = [await candidate.join(crowd, number) for number in range(ACTORS)]
        crowd.witness = first[0]
        await asyncio.sleep(0.5)
        memory = candidate.process.memory_info().rss
        joins = await storm(candidate, crowd, size)
        await asyncio.sleep(2.0)
        grown = (candidate.process.memory_info().rss - memory) / 1024 / max(1, size - ACTORS)
        warm = await actions(candidate, first, rate, 1.0)
        await asyncio.sleep(1.0)
        crowd.forget()
        crowd.acks.clear()
        me = psutil.Process(os.getpid())
        before, mine, began = (
            sum(candidate.process.cpu_times()[:2]),
            sum(me.cpu_times()[:2]),
            time.monotonic(),
        )
        sent = await actions(candidate, first, rate, seconds)
        await asyncio.sleep(0.5)
        cpu = sum(candidate.process.cpu_times()[:2]) - before
        generator = (sum(me.cpu_times()[:2]) - mine) / (time.monotonic() - began)
        if crowd.losses:
            return f"{crowd.losses} sockets were lost"
        if isinstance(candidate, Levertree):
            fragments[:] = crowd.kept
        elif crowd.kept != [fragments[(len(warm) + at) % len(fragments)] for at in range(len(sent))]:
            return "it did not send the bytes of the file"
        waits = last_arrivals(candidate, crowd, first, sent, size)
        if isinstance(waits, str):
            return waits
        if generator > GENERATOR_LIMIT:
            return f"the generator was the limit ({generator:.0%} of its core)"
        return Round(
            len(sent) * size / cpu,
            cpu * 1000 / len(sent),
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
    """Seconds from sending an action until the last receiver had it; a sentence where one did not, or had something else."""
    numbers = sorted(seq for seq, one in crowd.seen.items() if one.count >= size)
    seqs = list(range(1, len(sent) + 1))
    if isinstance(candidate, Levertree):
        frames = {int(found[1]): frame for frame in crowd.kept if (found := _SEQ.search(frame))}
        done = [candidate.cids[id(line)] for line in actors]
        for number in range(len(sent)):
            actor = number % len(actors)
            cid = done[actor] - (len(sent) - 1 - number) // len(actors)
            seq = crowd.acks.get((id(actors[actor]), cid))
            if seq is None:
                return "an action was not acknowledged"
            if seq in frames and not candidate.shows(frames[seq], actor, cid):
                return "a frame did not show the action that it is for"
            seqs[number] = seq
    waits = []
    for at, seq in zip(sent, seqs, strict=True):
        place = bisect.bisect_left(numbers, seq)
        if place == len(numbers):
            return "an action never reached everybody"
        waits.append(crowd.seen[numbers[place]].last - at)
    return waits


async def compare(sizes: list[int], rounds: int, seconds: float) -> list[str]:
    """Everything, in turn; the goals that were missed."""
    missed: list[str] = []
    print("SQLite: " + ", ".join(f"{name}={value}" for name, value in PRAGMAS.items()))
    print(f"cores: server 0, generator {os.sched_getaffinity(0)}; load before: {os.getloadavg()}")
    print(
        "coalescing: none on purpose; what waits when the server is free is one batch, one append and one frame"
    )
    for size in sizes:
        results: dict[str, list[Round]] = {}
        fragments: list[bytes] = []
        print(f"\nN = {size}, {RATES.get(size, 20):g} actions/s, {rounds} rounds of {seconds:g} s")
        print(f"     {'':10} {COLUMNS}")
        for number in range(rounds):
            with tempfile.TemporaryDirectory(prefix="levertree-bench-") as folder:
                await _one_round(number + 1, size, seconds, Path(folder), fragments, results)
        medians = {
            name: Round(*(statistics.median(column) for column in zip(*map(astuple, runs), strict=True)))
            for name, runs in results.items()
        }
        print("  medians")
        for name in ("floor", "socket.io", "levertree"):
            if name in medians:
                print(f"     {name:10} {medians[name].line()}   ({len(results[name])} rounds)")
            else:
                print(f"     {name:10} no round that counts")
        missed += [f"N = {size}: {goal}" for goal in verdict(size, medians)]
    return missed


async def _one_round(
    number: int,
    size: int,
    seconds: float,
    folder: Path,
    fragments: list[bytes],
    results: dict[str, list[Round]],
) -> None:
    """Levertree, then the others with the bytes that it sent."""
    file = folder / "fragments"
    for make in (lambda: Levertree(size, folder), lambda: floor(file), lambda: relay(file)):
        candidate = make()
        if candidate is None:
            print(f"  {number:2} socket.io is not here (npm ci): left out")
            continue
        if not isinstance(candidate, Levertree):
            if not fragments:
                print(f"  {number:2} {candidate.name:10} left out: there is nothing to send yet")
                continue
            file.write_bytes(b"\n".join(fragments) + b"\n")
        result = await measure(candidate, size, seconds, fragments)
        if isinstance(result, str):
            print(f"  {number:2} {candidate.name:10} REJECTED: {result}", flush=True)
            continue
        results.setdefault(candidate.name, []).append(result)
        print(f"  {number:2} {candidate.name:10} {result.line()}", flush=True)
        if isinstance(candidate, Levertree):
            lengths = sorted(map(len, fragments))
            regions = len(re.findall(rb'"region"', fragments[-1]))
            print(
                f"     fragments: {len(fragments)} of {lengths[0]} to {lengths[-1]} bytes, {regions} region each; "
                "floor and socket.io send the same bytes, which is checked at a receiver"
            )


def verdict(size: int, medians: dict[str, Round]) -> list[str]:
    """The goals, said plainly; those that were missed."""
    ours = medians.get("levertree")
    if ours is None:
        return ["no round of Levertree counts"]
    said: list[tuple[str, bool]] = []
    if size in GOALS_MS:
        p50, p99 = GOALS_MS[size]
        said.append((f"p50 {ours.p50:.1f} ≤ {p50} ms", ours.p50 <= p50))
        said.append((f"p99 {ours.p99:.1f} ≤ {p99} ms", ours.p99 <= p99))
    if "socket.io" in medians:
        ratio = ours.deliveries / medians["socket.io"].deliveries
        said.append((f"deliveries {ratio:.2f} × socket.io (≥ 1 from N = 200 on)", ratio >= 1 or size < 200))
    if "floor" in medians:
        ratio = ours.deliveries / medians["floor"].deliveries
        said.append((f"deliveries {ratio:.2f} × floor (≥ 0.8 at N = 1000)", ratio >= 0.8 or size < 1000))
    said.append((f"join p99 {ours.join_p99:.2f} ≤ 1 s", ours.join_p99 <= 1))
    said.append((f"{ours.kilobytes:.0f} ≤ 40 KB per connection", ours.kilobytes <= 40))
    print("  " + " · ".join(f"{text}: {'yes' if fine else 'NO'}" for text, fine in said))
    return [text for text, fine in said if not fine]


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
    missed = uvloop.run(compare(chosen.sizes, chosen.rounds, chosen.seconds))
    for goal in missed:
        print(f"MISSED live: {goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
