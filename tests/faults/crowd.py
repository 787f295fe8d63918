"""A workshop full of screens that act, drop and come back, and the check of what became of it.

Every phone owns one card and writes it anew with each contribution: "phone 3: 17". So the log tells for each contribution
whether it is there, how often, and in which order, while the board stays small however long a run takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec

from tests.rooms.screen import Screen, board_hash, composed

SILENT_AFTER = 3.0
"""Seconds after which a phone that waits for an answer, and hears nothing at all, gives its line up."""

Log = list[tuple[int, str, str]]
"""What the log says about contributions: (seq, person, text)."""
Read = Callable[[str], Awaitable[list[tuple[int, str, bytes]]]]
"""Reads the whole log of the workshop with a code."""


@dataclass
class Report:
    """What came of a run. All of the first row must be 0, and everybody must see the same."""

    lost: int = 0
    duplicated: int = 0
    unexpected: int = 0
    out_of_order: int = 0
    gaps: int = 0
    unsettled: int = 0
    """Screens that still waited for an answer when time was up."""
    diverged: list[str] = field(default_factory=list)
    attempts: int = 0
    acks: int = 0
    refused: int = 0
    resends: int = 0
    lost_acks: int = 0
    drops: int = 0
    converged_s: float = 0.0

    @property
    def fine(self) -> bool:
        return not (
            self.lost
            or self.duplicated
            or self.unexpected
            or self.out_of_order
            or self.gaps
            or self.unsettled
            or self.diverged
        )


@dataclass
class Crowd:
    """One workshop: a console, phones and walls. `bases` are the servers' addresses; screens come back to any of them."""

    bases: Sequence[str]
    code: str
    phase: str
    console: Screen
    phones: list[Screen]
    walls: list[Screen]
    read: Read
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    texts: dict[int, list[str]] = field(default_factory=dict)
    cids: dict[int, dict[int, str]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    lose_acks: float = 0.0

    @classmethod
    async def gather(
        cls, base: str | Sequence[str], phones: int, walls: int, read: Read, title: str = "Faults"
    ) -> Crowd:
        """Make a workshop, let everybody in, open the first phase with cards, and let each phone write one."""
        bases = [base] if isinstance(base, str) else list(base)
        async with httpx.AsyncClient(base_url=bases[0], timeout=30, trust_env=False) as browser:
            answer = await browser.post("/new", data={"title": title, "period": "Q3 2027", "name": "Fay"})
            assert answer.status_code == 303, answer.text
            code, cookie = answer.headers["location"].split("/")[2], browser.cookies["levertree"]
        cookies = []
        for number in range(phones):
            async with httpx.AsyncClient(base_url=bases[0], timeout=30, trust_env=False) as browser:
                answer = await browser.post(f"/{code}/join", data={"name": f"Phone {number}"})
                assert answer.status_code == 303, answer.text
                cookies.append(browser.cookies["levertree"])

        def screen(kind: str, by: str) -> Screen:
            return Screen(bases[0].replace("http", "ws") + f"/ws/{code}/{kind}", by)

        console = screen("console", cookie)
        crowd = cls(
            bases,
            code,
            "",
            console,
            [screen("phone", by) for by in cookies],
            [screen("wall", cookie) for _ in range(walls)],
            read,
        )
        for one in crowd.screens:
            await one.open()
        while 'data-command="AddCard"' not in crowd.phones[0].regions.get("mine", ""):
            at = console.seq
            await console.say("NextPhase")
            await crowd.phones[0].until(lambda at=at: crowd.phones[0].seq > at)  # type: ignore[misc]
            await asyncio.sleep(0.3)
        found = re.search(r'name="phase" value="([^"]+)"', crowd.phones[0].regions["mine"])
        assert found is not None
        crowd.phase = found.group(1)
        for number, phone in enumerate(crowd.phones):
            text = f"phone {number}: 0"
            crowd.texts[number] = [text]
            cid = await phone.say("AddCard", phase=crowd.phase, text=text)
            crowd.cids[number] = {cid: text}
            await phone.shows("mine", text)
        return crowd

    @property
    def screens(self) -> list[Screen]:
        return [self.console, *self.phones, *self.walls]

    def card_of(self, number: int) -> str:
        """The id of a phone's own card."""
        found = re.search(r'name="id" value="(c\d+)"', self.phones[number].regions["mine"])
        assert found is not None, self.phones[number].regions["mine"]
        return found.group(1)

    async def act(self, number: int) -> None:
        """One more contribution of a phone, maybe sent twice, maybe with an answer that gets lost."""
        phone = self.phones[number]
        text = f"phone {number}: {len(self.texts[number])}"
        self.texts[number].append(text)
        self.report.attempts += 1
        cid = await phone.act("ChangeCard", id=self.card_of(number), text=text)
        self.cids[number][cid] = text
        if self.chance.random() < 0.1 and phone.closed is None and cid in phone.outbox:
            self.report.resends += 1
            await phone.send(phone.outbox[cid])

    def unreliable(self, part: float) -> None:
        """From now on so many answers get lost on their way."""

        def lost(message: dict[str, Any]) -> bool:
            drop = message["t"] in ("ack", "refused") and self.chance.random() < part
            self.report.lost_acks += drop
            return drop

        for phone in self.phones:
            phone.deaf = lost

    async def reopen(self, screen: Screen, within: float = 30.0) -> None:
        """Come back, to any server, however often it takes."""
        until = time.monotonic() + within
        for tries in itertools.count():
            base = self.chance.choice(self.bases)
            screen.address = re.sub(r"^ws://[^/]+", base.replace("http", "ws"), screen.address)
            try:
                await screen.open()
            except (OSError, ConnectionError, TimeoutError, httpx.HTTPError, Exception) as problem:
                if time.monotonic() > until:
                    raise AssertionError(f"a screen could not come back: {problem!r}") from problem
                await asyncio.sleep(self.chance.uniform(0.25, 1.0) * min(0.2 * 2**tries, 2.0))
                continue
            return

    async def drop(self, screen: Screen, away: float) -> None:
        """Lose a screen's connection and bring it back after a while."""
        self.report.drops += 1
        await screen.drop()
        await asyncio.sleep(away)
        await self.reopen(screen)

    async def read_log(self) -> Log:
        """Contributions in the order of the log. Raises AssertionError for a hole in the numbers."""
        log = []
        for seq, by, data in await self.read(self.code):
            event = msgspec.json.decode(data)
            if event["type"] in ("CardAdded", "CardChanged"):
                log.append((seq, by, event.get("card", event)["text"]))
        return log

    async def leave(self) -> None:
        """Everybody goes."""
        await asyncio.gather(*(screen.drop() for screen in self.screens))


async def play(crowd: Crowd, chance: random.Random, actions: int, drops: float) -> None:
    """Random actions of everybody, with screens that drop now and then."""
    away: dict[int, asyncio.Task[None]] = {}
    for _ in range(actions):
        kind = chance.random()
        if kind < 0.75:
            await crowd.act(chance.randrange(len(crowd.phones)))
        elif kind < 0.85:
            done = chance.choice(["MarkDone", "UnmarkDone"])
            await chance.choice(crowd.phones).act(done, phase=crowd.phase)
        elif kind < 0.97:
            await crowd.console.act(chance.choice(["Reveal", "Hide"]), phase=crowd.phase)
        else:
            await crowd.console.act("ParkThought", text=f"A thought {chance.random()}")
        if chance.random() < drops:
            at = chance.randrange(len(crowd.screens))
            if at not in away or away[at].done():
                away[at] = asyncio.create_task(crowd.drop(crowd.screens[at], chance.uniform(0, 0.4)))
        await asyncio.sleep(chance.uniform(0, 0.02))
    await asyncio.gather(*away.values())


async def check(
    crowd: Crowd, within: float = 12.0, without: Sequence[str] = (), healed: float | None = None
) -> Report:
    """Let everything settle, then compare: acknowledgements with the log, every screen with a fresh one. `converged_s` is counted
    from when the last blow was `healed` (on the monotonic clock), else from now."""
    report = crowd.report
    for phone in crowd.phones:
        phone.deaf = lambda message: False
    began = healed or time.monotonic()
    await asyncio.gather(*(_settled(crowd, screen, began + within) for screen in crowd.screens))
    log = await crowd.read_log()
    compare(crowd, log, report)
    report.unsettled = sum(bool(screen.outbox) for screen in crowd.screens)
    left = began + within - time.monotonic()
    report.diverged = await diverging(crowd, max(left, 0.5), without)
    report.converged_s = round(time.monotonic() - began, 2)
    return report


async def _settled(crowd: Crowd, screen: Screen, until: float) -> None:
    """Bring a screen back and wait for its answers, as a browser does: a line on which nothing comes is given up."""
    if screen.closed is not None:
        await crowd.reopen(screen)
    heard, silent_since = screen.frames, time.monotonic()
    while screen.outbox and time.monotonic() < until:
        if screen.frames != heard:
            heard, silent_since = screen.frames, time.monotonic()
        elif screen.closed is not None or time.monotonic() - silent_since > SILENT_AFTER:
            await screen.drop()
            await crowd.reopen(screen)
            silent_since = time.monotonic()
        await asyncio.sleep(0.02)


def compare(crowd: Crowd, log: Log, report: Report) -> None:
    """Acknowledgements against the log."""
    times = Counter(text for _, _, text in log)
    attempted = {text for texts in crowd.texts.values() for text in texts}
    report.unexpected = sum(text not in attempted for text in times)
    report.duplicated = sum(count - 1 for count in times.values())
    for number, phone in enumerate(crowd.phones):
        texts = crowd.cids[number]
        report.acks += len(phone.acks)
        report.refused += len(phone.refusals)
        report.lost += sum(texts[cid] not in times for cid in phone.acks if cid in texts)
        mine = [int(text.rpartition(" ")[2]) for _, _, text in log if text.startswith(f"phone {number}:")]
        report.out_of_order += sum(two < one for one, two in itertools.pairwise(mine))
    seqs = [seq for seq, _, _ in log]
    report.gaps = sum(two <= one for one, two in itertools.pairwise(seqs))


def controls(crowd: Crowd, log: Log) -> dict[str, bool]:
    """The check turned on itself: does it notice a log that is not what was acknowledged? All must be true."""
    found = {}
    texts = [text for _, _, text in log]
    lies = {
        "lost": log[:-1],
        "duplicated": [*log, (log[-1][0] + 1, *log[-1][1:])],
        "unexpected": [*log, (log[-1][0] + 1, "p9", "phone 0: 999999")],
        "out_of_order": [(seq, by, text) for (seq, by, _), text in zip(log, reversed(texts), strict=True)],
        "gaps": [*log[:-1], (log[0][0], *log[-1][1:])],
    }
    for name, lie in lies.items():
        report = Report()
        compare(crowd, lie, report)
        found[name] = getattr(report, name) > 0
    return found


async def diverging(
    crowd: Crowd, within: float, without: Sequence[str], screens: Sequence[Screen] = ()
) -> list[str]:
    """Which screens (all, or those named) do not show what a fresh one shows, after a while for what is on its way."""
    until = time.monotonic() + within
    chosen = list(screens or crowd.screens)
    while True:
        wrong = []
        for screen in list(chosen):
            said = await _unlike_a_fresh_one(screen, without)
            if said:
                wrong.append(said)
        if not wrong or time.monotonic() > until:
            return wrong
        await asyncio.sleep(0.2)


async def _unlike_a_fresh_one(screen: Screen, without: Sequence[str]) -> str:
    fresh = Screen(screen.address, screen.cookie)
    await fresh.open()
    await fresh.until(lambda: bool(fresh.regions))
    if "/phone" in fresh.address:
        await fresh.until(lambda: "mine" in fresh.regions)
    said = ""
    if board_hash(screen, *without) != board_hash(fresh, *without):
        theirs, ours = composed(fresh), composed(screen)
        other = [key for key in {**theirs, **ours} if theirs.get(key) != ours.get(key) and key not in without]
        said = f"{screen.address.rpartition('/')[2]}: {', '.join(other)}"
    await fresh.shut()
    return said


async def blind_screens(crowd: Crowd, without: Sequence[str] = ()) -> dict[str, str]:
    """The comparison of screens turned on itself, and what it said: one screen misses a frame, another shows a word that is not
    there. Both must be named; once they have come back, neither may be."""
    said = {}
    deaf, marked = crowd.phones[0], crowd.phones[-1]
    deaf.deaf = lambda message: message["t"] == "parts"
    text = f"phone 0: {len(crowd.texts[0])}"
    crowd.texts[0].append(text)
    crowd.cids[0][await deaf.say("ChangeCard", id=crowd.card_of(0), text=text)] = text
    await asyncio.sleep(0.5)
    said["a frame was lost"] = "; ".join(await diverging(crowd, 0.5, without, [deaf]))
    whole = marked.regions["mine"]
    marked.regions["mine"] = whole.replace("phone", "telephone", 1)
    said["a word too many"] = "; ".join(await diverging(crowd, 0.5, without, [marked]))
    marked.regions["mine"] = whole
    deaf.deaf = lambda message: False
    await crowd.drop(deaf, 0)
    crowd.report.diverged += await diverging(crowd, 5.0, without, [deaf, marked])
    return said


_LOG = (
    "SELECT event.seq, event.author, event.data FROM event JOIN workshop ON workshop.id = event.workshop_id "
    "WHERE workshop.code = {} ORDER BY event.seq"
)


def sqlite_reader(folder: Path) -> Read:
    """Reads a workshop's log in a folder's database, beside the running server."""

    async def read(code: str) -> list[tuple[int, str, bytes]]:
        (path,) = folder.glob("*.db")  # noqa: ASYNC240 - a test may wait for its folder
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_LOG.format("?"), (code,)).fetchall()
        return _whole(rows)

    return read


def postgres_reader(url: str) -> Read:
    """Reads a workshop's log in a PostgreSQL database."""

    async def read(code: str) -> list[tuple[int, str, bytes]]:
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch(_LOG.format("$1"), code)
        finally:
            await connection.close()
        return _whole([(row[0], row[1], row[2]) for row in rows])

    return read


def _whole(rows: list[Any]) -> list[tuple[int, str, bytes]]:
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1)), "the numbers of the log have a hole"
    return [(seq, by, data.encode() if isinstance(data, str) else bytes(data)) for seq, by, data in rows]
