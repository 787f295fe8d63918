"""One workshop that is live: a single task takes commands from a queue, decides, appends, applies, shows.

The room is its own task and not a lock taken inside a socket's task, so that a phone that goes away in the middle of an
append cannot leave log and state apart. Answers go out only after the commit (LIVE-1). When somebody else appended to
the log in the meantime the room reads what it missed and decides again; when nothing can be stored it answers "not
now", and the phones keep what they have.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec
import structlog

from app.rendering.fragments import Canvas, Part
from app.rendering.screens import Place, Presence, personal, shared
from app.rooms.connections import Connection
from app.rooms.protocol import Ack, Busy, Gap, Message, Refused, Welcome
from app.storage.api import Answer, Behind, NewEvent, StorageDown, Store
from app.storage.codec import Codec
from facilitation.messages import Actor, Command, Event, Meta, Rejected, ScreenKind
from facilitation.session.people import PersonJoined, PersonRenamed
from facilitation.state import Workshop
from facilitation.workshop import apply, decide

log = structlog.get_logger()

TRIES = 20
SNAPSHOT_EVERY = 1_000
TYPING_FOR = 6.0


def now_ms() -> int:
    """The server's clock in milliseconds since the epoch (LIVE-10)."""
    return time.time_ns() // 1_000_000


class Told(msgspec.Struct, frozen=True):
    """What came of a command: accepted at `seq`, or refused with a reason, or to be sent again later."""

    seq: int | None = None
    refusal: str | None = None
    later: str | None = None
    expected: int | None = None
    events: tuple[Event, ...] = ()


@dataclass
class Say:
    """A command on its way through the queue."""

    person: str
    role: str
    command: Command | Rejected
    client_id: str = ""
    cid: int = 0
    connection: Connection | None = None
    answer: asyncio.Future[Told] | None = None

    def tell(self, told: Told) -> None:
        """Give the answer to the one who asked, and to nobody else."""
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(told)
        if self.connection is None:
            return
        message: Message
        if told.expected is not None:
            message = Gap(expected=told.expected)
        elif told.later is not None:
            message = Busy(cid=self.cid, why=told.later, after=2.0)
        elif told.refusal is not None:
            message = Refused(cid=self.cid, why=told.refusal)
        else:
            message = Ack(cid=self.cid, seq=told.seq or 0)
        self.connection.say(message)


@dataclass
class Arrive:
    """A screen that wants to see everything from `seq` on."""

    connection: Connection
    epoch: str
    seq: int
    build: str


@dataclass
class Leave:
    """A screen is gone."""

    connection: Connection


@dataclass
class Look:
    """Somebody wants to read the state in the queue's order."""

    answer: asyncio.Future[Workshop]


@dataclass
class CatchUp:
    """Another worker says that the log moved on."""

    head: int


Item = Say | Arrive | Leave | Look | CatchUp


@dataclass
class Client:
    """The last contribution of one tab, and the answers it may ask for again."""

    last_cid: int
    answers: dict[int, Told] = field(default_factory=dict)


class Room:
    """A live workshop. Opened by the registry with its replayed state; one writer, one order."""

    def __init__(
        self,
        store: Store,
        codec: Codec[Event],
        workshop_id: str,
        workshop: Workshop,
        names: dict[str, str],
        place: Place,
        build: str,
    ) -> None:
        self.store = store
        self.codec = codec
        self.id = workshop_id
        self.workshop = workshop
        self.names = names
        self.place = place
        self.build = build
        self.opened_at = workshop.seq
        self.connections: set[Connection] = set()
        self.failed: Callable[[], None] | None = None
        self._queue: asyncio.Queue[Item] = asyncio.Queue()
        self._clients: dict[str, Client] = {}
        self._canvases: dict[ScreenKind, Canvas] = {"console": Canvas(), "phone": Canvas(), "wall": Canvas()}
        self._own: dict[str, Canvas] = {}
        self._typing: dict[str, float] = {}
        self._snapshot_at = workshop.seq
        self._task: asyncio.Task[None] | None = None
        self._drawn = False

    def start(self) -> None:
        """Begin to take commands."""
        self._task = asyncio.create_task(self._run(), name=f"room {self.id}")

    # -- what sockets and pages call -----------------------------------------------------------------------------------

    def put(self, item: Item) -> None:
        """Queue something for the room."""
        self._queue.put_nowait(item)

    async def say(self, person: str, role: str, command: Command, client_id: str = "", cid: int = 0) -> Told:
        """Send a command and wait for what came of it (pages without script, the server itself)."""
        answer: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self.put(Say(person=person, role=role, command=command, client_id=client_id, cid=cid, answer=answer))
        return await answer

    async def look(self) -> Workshop:
        """The state after everything queued so far."""
        answer: asyncio.Future[Workshop] = asyncio.get_running_loop().create_future()
        self.put(Look(answer))
        return await answer

    def typing(self, person: str, on: bool) -> None:
        """Somebody writes or stops: shown to facilitators, never stored."""
        before = self._presence().typing
        if on:
            self._typing[person] = time.monotonic() + TYPING_FOR
        else:
            self._typing.pop(person, None)
        if self._presence().typing != before:
            self._show()

    def canvas(self, screen: ScreenKind) -> Canvas:
        """The drawn regions of one kind of screen, up to date."""
        canvas = self._canvases[screen]
        canvas.update(
            shared(self.workshop, screen, self._presence(), self.place), self.names, self.workshop.seq
        )
        return canvas

    def own(self, person: str) -> Canvas:
        """The drawn personal regions of somebody's phone, up to date."""
        canvas = self._own.setdefault(person, Canvas())
        canvas.update(personal(self.workshop, person), self.names, self.workshop.seq)
        return canvas

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        if self._task is not None:
            await self._queue.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._save_snapshot()

    # -- the one task ----------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._handle(batch)
            except asyncio.CancelledError:
                raise
            except Exception:
                # A bug must not leave people waiting for an answer: close, so that the next one opens by replay.
                log.exception("room failed", workshop=self.id)
                self._fail(batch)
                return
            finally:
                for _ in batch:
                    self._queue.task_done()

    def _fail(self, batch: Iterable[Item]) -> None:
        for item in batch:
            if isinstance(item, Say):
                item.tell(
                    Told(later="Something went wrong on the server. Your text is kept and is sent again.")
                )
            elif isinstance(item, Look) and not item.answer.done():
                item.answer.set_result(self.workshop)
        for connection in list(self.connections):
            connection.cut()
        if self.failed is not None:
            self.failed()

    async def _handle(self, batch: list[Item]) -> None:
        says = [item for item in batch if isinstance(item, Say)]
        arrivals = [item for item in batch if isinstance(item, Arrive)]
        before = self.workshop.seq
        if any(isinstance(item, CatchUp) and item.head > self.workshop.seq for item in batch):
            await self._catch_up()
        if says:
            await self._take(says)
        for item in batch:
            if isinstance(item, Leave):
                self.connections.discard(item.connection)
        if self.workshop.seq != before or len(arrivals) + sum(isinstance(i, Leave) for i in batch):
            self._show()
        for arrival in arrivals:
            await self._welcome(arrival)
        for item in batch:
            if isinstance(item, Look) and not item.answer.done():
                item.answer.set_result(self.workshop)
        if self.workshop.seq - self._snapshot_at >= SNAPSHOT_EVERY:
            await self._save_snapshot()

    async def _take(self, says: list[Say]) -> None:
        """Decide a batch on the evolving state, append it at once, and answer after the commit."""
        for _ in range(TRIES):
            state, events, answers, told = (
                self.workshop,
                list[NewEvent](),
                list[Answer](),
                list[tuple[Say, Told]](),
            )
            fresh: list[tuple[Event, Meta]] = []
            counted: dict[str, int] = {}
            for say in says:
                known = await self._known(say, counted)
                if known is not None:
                    told.append((say, known))
                    continue
                at = max(now_ms(), fresh[-1][1].at if fresh else 0)
                actor = Actor(
                    person=say.person,
                    role="facilitator" if say.role == "facilitator" else "participant",
                    at=at,
                )
                decided = (
                    say.command if isinstance(say.command, Rejected) else decide(state, say.command, actor)
                )
                if isinstance(decided, Rejected):
                    result = Told(refusal=decided.reason)
                else:
                    for event in decided:
                        meta = Meta(seq=state.seq + 1, at=at, by=say.person)
                        state = apply(state, event, meta)
                        fresh.append((event, meta))
                        events.append(NewEvent(at, say.person, self.codec.encode(event)))
                    result = Told(seq=state.seq, events=tuple(decided))
                told.append((say, result))
                if say.cid:
                    counted[say.client_id] = say.cid
                    answers.append(Answer(say.client_id, say.cid, result.seq, result.refusal))
            if not events and not answers:
                break
            try:
                await self.store.append(self.id, self.workshop.seq, events, answers)
            except Behind as behind:
                for client_id in behind.clients:
                    self._clients.pop(client_id, None)
                await self._catch_up()
                continue
            except StorageDown as down:
                log.error("nothing can be stored", workshop=self.id, reason=str(down))
                for say in says:
                    say.tell(
                        Told(
                            later="Nothing can be saved at the moment. Your text is kept here and is sent again."
                        )
                    )
                raise
            self.workshop = state
            await self._read_names([event for event, _ in fresh])
            for say, result in told:
                if say.cid and result.expected is None:
                    client = self._clients.setdefault(say.client_id, Client(0))
                    client.last_cid = max(client.last_cid, say.cid)
                    client.answers[say.cid] = result
                    client.answers.pop(say.cid - 500, None)
            break
        else:
            told = [
                (say, Told(later="The room is very busy. Your text is kept here and is sent again."))
                for say in says
            ]
        for say, result in told:
            say.tell(result)

    async def _known(self, say: Say, counted: dict[str, int]) -> Told | None:
        """The stored answer to something sent before, or a gap; `None` when it is the next in order (LIVE-2)."""
        if not say.cid:
            return None
        client = self._clients.get(say.client_id)
        if client is None:
            stored = await self.store.client(self.id, say.client_id)
            client = self._clients[say.client_id] = Client(stored.last_cid if stored else 0)
        last = counted.get(say.client_id, client.last_cid)
        if say.cid > last + 1:
            return Told(expected=last + 1)
        if say.cid == last + 1:
            return None
        known = client.answers.get(say.cid)
        if known is not None:
            return known
        answer = await self.store.answer(self.id, say.client_id, say.cid)
        if answer is None:
            return Told(seq=self.workshop.seq)
        return Told(seq=answer.seq, refusal=answer.refusal)

    async def _catch_up(self) -> None:
        """Read and apply what others appended."""
        events: list[Event] = []
        for recorded in await self.store.read(self.id, self.workshop.seq):
            event = self.codec.decode(recorded.data)
            self.workshop = apply(
                self.workshop, event, Meta(seq=recorded.seq, at=recorded.at, by=recorded.by)
            )
            events.append(event)
        await self._read_names(events)

    async def _read_names(self, events: Iterable[Event]) -> None:
        if any(isinstance(event, PersonJoined | PersonRenamed) for event in events):
            self.names = await self.store.names(self.id)

    async def _welcome(self, arrival: Arrive) -> None:
        connection = arrival.connection
        client = self._clients.get(connection.client_id)
        if client is None and connection.client_id:
            stored = await self.store.client(self.id, connection.client_id)
            client = self._clients[connection.client_id] = Client(stored.last_cid if stored else 0)
        resumes = (
            arrival.epoch == self.store.epoch
            and arrival.build == self.build
            and self.opened_at <= arrival.seq <= self.workshop.seq
        )
        connection.say(
            Welcome(
                epoch=self.store.epoch,
                head=self.workshop.seq,
                client_id=connection.client_id,
                last_cid=client.last_cid if client else 0,
                mode="resume" if resumes else "snapshot",
                build=self.build,
                now=now_ms(),
            )
        )
        parts = self.canvas(connection.screen).since(arrival.seq if resumes else -1)
        if connection.screen == "phone":
            parts += self.own(connection.person).since(-1)
        connection.show(self.workshop.seq, parts)
        self.connections.add(connection)
        self._show()

    def _presence(self) -> Presence:
        clock = time.monotonic()
        return Presence(
            online=frozenset(c.person for c in self.connections if c.person),
            typing=frozenset(person for person, until in self._typing.items() if until > clock),
            now=now_ms() // 30_000 * 30_000,
        )

    def _show(self) -> None:
        """Draw what changed once per kind of screen and hand it to every connection of that kind."""
        by_kind: dict[ScreenKind, list[Connection]] = {}
        for connection in self.connections:
            if not connection.closed:
                by_kind.setdefault(connection.screen, []).append(connection)
        presence = self._presence()
        seq = self.workshop.seq
        for kind, connections in by_kind.items():
            parts = self._canvases[kind].update(
                shared(self.workshop, kind, presence, self.place), self.names, seq
            )
            for connection in connections:
                own = parts
                if kind == "phone":
                    canvas = self._own.setdefault(connection.person, Canvas())
                    mine = canvas.update(personal(self.workshop, connection.person), self.names, seq)
                    own = parts + mine
                    if mine:
                        self._share_own(connection, mine, seq)
                connection.show(seq, own)

    def _share_own(self, first: Connection, mine: list[Part], seq: int) -> None:
        """A second tab of the same person sees the same personal regions (LIVE-12)."""
        for connection in self.connections:
            if connection is not first and connection.person == first.person and connection.screen == "phone":
                connection.show(seq, mine)

    async def _save_snapshot(self) -> None:
        if self.workshop.seq > self._snapshot_at:
            self._snapshot_at = self.workshop.seq
            try:
                await self.store.save_snapshot(self.id, self.workshop.seq, msgspec.json.encode(self.workshop))
            except StorageDown as down:
                log.warning("no snapshot", workshop=self.id, reason=str(down))
