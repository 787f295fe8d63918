"""The runs that break things, at any size: small in the tests, long in `make soak`.

Each gives a `Report`. A crowd works on while its servers are killed, frozen or starved; every phone keeps what was not
acknowledged and sends it again, as a browser does.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.crowd import (
    SILENT_AFTER,
    Crowd,
    Report,
    blind_screens,
    check,
    controls,
    play,
    postgres_reader,
    sqlite_reader,
)
from tests.faults.process import Server
from tests.faults.run import Run, noticed, too_long
from tests.rooms.screen import Screen
from tests.storage.postgres_server import PostgresServer


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
            elif time.monotonic() - silent_since > SILENT_AFTER:
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


async def _controls(crowd: Crowd, without: Sequence[str] = ()) -> dict[str, str]:
    """The checks of log and screens turned on themselves."""
    said = {name: "counted" if seen else "" for name, seen in controls(crowd, await crowd.read_log()).items()}
    return said | await blind_screens(crowd, without)


async def killed(
    folder: Path, phones: int, rate: float, kills: int, seed: int = 1, altered: str = "", within: float = 12.0
) -> Run:
    """SIGKILL at random moments under load, on SQLite (LIVE-1, LIVE-2, LIVE-3, LIVE-4)."""
    chance = random.Random(seed)
    server = Server(folder, altered=altered)
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
        healed = time.monotonic()
        await asyncio.sleep(0.5)
        await work.stop()
        run.report = await check(crowd, within, healed=healed)
        run.converged()
        if not altered:
            run.controls |= await _controls(crowd)
        await crowd.leave()
    finally:
        await server.end()
    run.seconds = time.monotonic() - began
    return run


async def killed_in_earnest(folder: Path, phones: int, rate: float, kills: int) -> Run:
    """The same, and against a server that acknowledges before it commits."""
    (other := folder / "control").mkdir()
    run, said = await asyncio.gather(
        killed(folder, phones, rate, kills),
        noticed(killed(other, 4, 8, 1, altered="hasty_acks", within=1.0)),
    )
    run.controls["acknowledged before the commit"] = said
    run.controls["converged after 12.5 s"] = "; ".join(too_long(12.5))
    return run


async def seeds(
    folder: Path, numbers: Sequence[int], phones: int, actions: int, at_once: int = 4, altered: str = ""
) -> Run:
    """Random workshops with phones that drop at random: every screen equals a fresh one (LIVE-4)."""
    server = Server(folder, altered=altered)
    await server.start()
    began = time.monotonic()
    run = Run(Report(), pids=server.pids)
    gate = asyncio.Semaphore(at_once)

    async def one(seed: int) -> None:
        async with gate:
            crowd = await Crowd.gather(server.base, phones, walls=1, read=sqlite_reader(folder))
            crowd.chance = random.Random(seed)
            await play(crowd, crowd.chance, actions, drops=0.05)
            report = await check(crowd, within=1.0 if altered else 12.0)
            if seed == numbers[-1] and not altered:
                run.controls |= await _controls(crowd)
            add(run.report, report, f"seed {seed}: ")
            await crowd.leave()

    try:
        await asyncio.gather(*(one(seed) for seed in numbers))
    finally:
        await server.end()
    run.converged()
    run.notes["seeds"] = len(numbers)
    run.seconds = time.monotonic() - began
    return run


async def seeds_in_earnest(folder: Path, numbers: Sequence[int], phones: int, actions: int) -> Run:
    """The same, and then against a server that now and then forgets to show what has changed."""
    run = await seeds(folder, numbers, phones, actions)
    (other := folder / "control").mkdir()
    run.controls["every third frame forgotten"] = await noticed(seeds(other, [1], 3, 30, altered="forgetful"))
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


async def roaming(
    folder: Path, phones: int, rate: float, seconds: float, seed: int = 1, altered: str = ""
) -> Run:
    """Three workers on PostgreSQL; workers are killed and frozen, and so is the database. Altered ones are only killed."""
    chance = random.Random(seed)
    postgres = await asyncio.to_thread(PostgresServer)
    servers: list[Server] = []
    began = time.monotonic()
    run = Run(Report())
    try:
        url = await postgres.new_database("faults")
        # One address for all, as behind a proxy: the wall shows it.
        shared = {"LEVERTREE_DATABASE_URL": url, "LEVERTREE_PUBLIC_URL": "http://workshop.example"}
        servers = [Server(folder, shared, altered=altered) for _ in range(3)]
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
            await _strike(chance, servers, postgres, run, workers_only=bool(altered))
        healed = time.monotonic()
        await asyncio.sleep(0.5)
        await work.stop()
        presence = ("aside", "people")  # best effort between workers
        run.report = await check(crowd, within=3 if altered else 20, without=presence, healed=healed)
        run.converged()
        if not altered:
            run.controls |= await _controls(crowd, presence)
        await crowd.leave()
    finally:
        for server in servers:
            run.pids += server.pids
            await server.end()
        await asyncio.to_thread(postgres.close)
    run.seconds = time.monotonic() - began
    return run


async def roaming_in_earnest(folder: Path, phones: int, rate: float, seconds: float) -> Run:
    """The same, and against three workers that acknowledge before they commit."""
    (other := folder / "control").mkdir()
    run, said = await asyncio.gather(
        roaming(folder, phones, rate, seconds), noticed(roaming(other, 6, 8, 4, altered="hasty_acks"))
    )
    run.controls["acknowledged before the commit"] = said
    run.controls["converged after 12.5 s"] = "; ".join(too_long(12.5))
    return run


async def _strike(
    chance: random.Random,
    servers: Sequence[Server],
    postgres: PostgresServer,
    run: Run,
    *,
    workers_only: bool,
) -> None:
    victim = chance.choice(list(servers))
    blow = 0.0 if workers_only else chance.random()
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
