"""One workshop that is live: a single task takes commands from a queue, decides, appends, applies, shows.

The room is its own task and not a lock taken inside a socket's task, so that a phone that goes away in the middle of an
append cannot leave log and state apart. Answers go out only after the commit (LIVE-1). When somebody else appended to
the log in the meantime the room reads what it missed and decides again; when nothing can be stored it answers "not
now", the phones keep what they have, and the state is read from the log again before the next command. A mistake in the
rules for one command costs that command, a mistake in the room closes the room, and the next one opens by replay.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Set

import structlog

from app.rendering.fragments import Canvas
from app.rendering.screens import Place
from app.rooms import metrics, snapshots
from app.rooms.access import NO_SEAT, UNKNOWN, why_out
from app.rooms.answers import Answers, UnknownTab
from app.rooms.batch import MISTAKE, Batch
from app.rooms.clock import now_ms
from app.rooms.connections import Connection
from app.rooms.items import Arrive, CatchUp, Item, Leave, Look, Say, Told
from app.rooms.leisure import Leisure
from app.rooms.protocol import Mode, Notice, Welcome
from app.rooms.stage import Stage
from app.storage.api import Answer, Behind, NotFound, StorageDown, Store
from app.storage.codec import Codec
from facilitation.messages import Command, Event, Meta, Rejected, ScreenKind
from facilitation.session.people import PersonJoined, PersonRemoved, PersonRenamed, RoleChanged
from facilitation.state import Workshop
from facilitation.workshop import apply

log = structlog.get_logger()

TRIES = 20
SNAPSHOT_EVERY = 1_000
NOTICE_EVERY = 5.0
NAMED = frozenset((PersonJoined, PersonRenamed))
"""Events after which names have to be read anew."""
SHOWN_OUT = frozenset((PersonRemoved, RoleChanged))
"""Events after which somebody may have no right to look any more."""

FAILED = "Something went wrong on the server. Your text is kept and is sent again."
NOT_STORED = "Nothing can be saved at the moment. Your text is kept here and is sent again."
TOO_BUSY = "The room is very busy. Your text is kept here and is sent again."


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
        leisure: Leisure | None = None,
    ) -> None:
        self.store = store
        self.codec = codec
        self.id = workshop_id
        self.workshop = workshop
        self.names = names
        self.build = build
        self.opened_at = workshop.seq
        self.failed: Callable[[], None] | None = None
        self.closed = False
        self.stage = Stage(workshop, names, place, leisure)
        self._queue: asyncio.Queue[Item] = asyncio.Queue()
        self._answers = Answers(store, workshop_id)
        self._snapshot_at = workshop.seq
        self._task: asyncio.Task[None] | None = None
        self._in_doubt = False
        self._noticed = -NOTICE_EVERY

    def start(self) -> None:
        """Begin to take commands."""
        self._task = asyncio.create_task(self._run(), name=f"room {self.id}")

    # -- what sockets and pages call -----------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Where the workshop can be reached."""
        return self.stage.place

    @place.setter
    def place(self, place: Place) -> None:
        self.stage.place = place

    @property
    def busy(self) -> bool:
        """Whether anybody looks, or anything waits."""
        return bool(self.stage.connections) or not self._queue.empty()

    @property
    def waiting(self) -> int:
        """Items in the queue."""
        return self._queue.qsize()

    def put(self, item: Item) -> None:
        """Queue something for the room. A room that has closed answers at once, so that nobody waits for it."""
        if self.closed:
            self._turn_away(item)
        else:
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

    def typing(self, person: str, on: bool, kpi: str = "") -> None:
        """Somebody writes or stops, perhaps in the fields of a KPI: shown, never stored."""
        self.stage.typing(person, on, kpi)

    def answered_before(self, client_id: str, cid: int) -> bool:
        """Whether this contribution is surely a resend."""
        return cid <= self._answers.last_cid(client_id)

    def canvas(self, screen: ScreenKind) -> Canvas:
        """The drawn regions of one kind of screen, up to date."""
        return self.stage.canvas(screen)

    def own(self, person: str) -> Canvas:
        """The drawn personal regions of somebody's phone, up to date."""
        return self.stage.own(person)

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        if self._task is not None:
            await self._queue.join()
            self.closed = True
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.closed = True
        self.stage.close()
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
                metrics.room_failures.inc()
                self._fail(batch)
                return
            finally:
                for _ in batch:
                    self._queue.task_done()

    def _fail(self, batch: Iterable[Item], code: int = 0, reason: str = "") -> None:
        """Close: whoever waits in the batch or behind it gets an answer, and every screen comes back by itself."""
        self.closed = True
        if self.failed is not None:
            self.failed()
        for item in batch:
            self._turn_away(item)
        while not self._queue.empty():
            self._turn_away(self._queue.get_nowait())
            self._queue.task_done()
        for connection in list(self.stage.connections):
            if code:
                connection.end(code, reason)
            else:
                connection.cut()

    def _turn_away(self, item: Item) -> None:
        if isinstance(item, Say):
            item.tell(Told(later=FAILED))
        elif isinstance(item, Look) and not item.answer.done():
            item.answer.set_result(self.workshop)
        elif isinstance(item, Arrive):
            item.connection.cut()

    async def _handle(self, batch: list[Item]) -> None:
        for item in batch:
            if isinstance(item, Leave):
                self.stage.leave(item.connection)
        says = [item for item in batch if isinstance(item, Say)]
        try:
            if self._in_doubt or any(
                isinstance(item, CatchUp) and item.head > self.workshop.seq for item in batch
            ):
                await self._catch_up()
            if says:
                await self._take(says)
            for item in batch:
                if isinstance(item, Arrive):
                    await self._welcome(item)
        except StorageDown as down:
            self._not_now(batch, down)
        except NotFound:
            # Somebody has deleted the workshop. (Clients that went missing are met in _take.)
            self._fail(batch, UNKNOWN, "no such workshop")
            return
        for item in batch:
            if isinstance(item, Look) and not item.answer.done():
                item.answer.set_result(self.workshop)
        if self.workshop.seq - self._snapshot_at >= SNAPSHOT_EVERY:
            await self._save_snapshot()

    def _not_now(self, batch: Iterable[Item], down: StorageDown) -> None:
        """Nothing can be stored: no acknowledgement goes out, and whether the last append took place is read later."""
        metrics.storage_failures.inc()
        self._in_doubt = True
        self._answers.forget_all()
        for item in batch:
            if isinstance(item, Say):
                item.tell(Told(later=NOT_STORED))
            elif isinstance(item, Arrive) and item.connection not in self.stage.connections:
                item.connection.cut()
        if time.monotonic() - self._noticed >= NOTICE_EVERY:
            self._noticed = time.monotonic()
            log.error("nothing can be stored", workshop=self.id, reason=str(down))
            for connection in list(self.stage.connections):
                if connection.screen == "console":
                    connection.say(Notice(text=str(down)))

    # -- commands --------------------------------------------------------------------------------------------------------

    async def _take(self, says: list[Say]) -> None:
        """Decide a batch on the evolving state, append it at once, and answer after the commit."""
        for _ in range(TRIES):
            batch = await self._decide_all(says)
            if not batch.stored and not batch.answers:
                break
            began = time.perf_counter()
            try:
                head = await self.store.append(self.id, self.workshop.seq, batch.stored, batch.answers)
            except Behind as behind:
                for client_id in behind.clients:
                    self._answers.forget(client_id)
                await self._catch_up()
                continue
            except NotFound:
                # The workshop, or a tab that was forgotten meanwhile: the next look will tell.
                await self.store.head(self.id)
                self._answers.forget_all()
                continue
            except StorageDown:
                raise
            except Exception:
                log.exception("a batch could not be appended", workshop=self.id, commands=len(says))
                await self._one_by_one(says)
                return
            metrics.append_seconds.observe(time.perf_counter() - began)
            metrics.batch_size.observe(len(says))
            await self._committed(batch, head)
            break
        else:
            batch = Batch(self.workshop)
            batch.told = [(say, Told(later=TOO_BUSY)) for say in says]
        if batch.stored:
            self._show([meta.by for _, meta in batch.events], batch.answer)
        else:
            batch.answer()

    async def _one_by_one(self, says: list[Say]) -> None:
        """One command spoils the batch: find it, so that the others pass and it does not come again and again."""
        metrics.command_failures.inc()
        if len(says) > 1:
            for say in says:
                await self._take([say])
            return
        refused = Say(**{**vars(says[0]), "command": Rejected(MISTAKE)})
        if says[0].cid and not isinstance(says[0].command, Rejected):
            await self._take([refused])
        else:
            refused.tell(Told(refusal=MISTAKE))

    async def _decide_all(self, says: list[Say]) -> Batch:
        batch = Batch(self.workshop)
        for say in says:
            try:
                told = await self._answers.given(say, batch, self.workshop.seq)
            except UnknownTab:
                told = await self._unknown(say)
            if told is None:
                told = batch.decide(say, self.codec, self.id)
                if say.cid:
                    batch.last[say.client_id] = say.cid
                    batch.fresh[say.client_id, say.cid] = told
                    batch.answers.append(Answer(say.client_id, say.cid, told.seq, told.refusal))
            batch.told.append((say, told))
        return batch

    async def _unknown(self, say: Say) -> Told:
        """A tab that was never issued here, or was forgotten: it gets a new id, and sends what it has under that."""
        connection = say.connection
        if connection is None:
            return Told(later=FAILED)
        if connection.client_id == say.client_id:
            connection.client_id = await self.store.new_client(self.id, say.person)
            connection.heard = 0
            self._greet(connection, 0, "resume")
        return Told(void=True)

    async def _committed(self, batch: Batch, head: int) -> None:
        if batch.stored:
            kinds = {type(event) for event, _ in batch.events}
            await self._read_names(kinds)
            self._move(batch.workshop, kinds)
            await self.store.notify(self.id, head)
        for say, told in batch.told:
            if (say.client_id, say.cid) in batch.fresh:
                self._answers.remember(say, told)

    async def _catch_up(self) -> None:
        """Read and apply what others appended, or what became of an append in doubt."""
        workshop = self.workshop
        events: list[Event] = []
        people: list[str] = []
        for recorded in await self.store.read(self.id, workshop.seq):
            event = self.codec.decode(recorded.data)
            workshop = apply(workshop, event, Meta(seq=recorded.seq, at=recorded.at, by=recorded.by))
            events.append(event)
            people.append(recorded.by)
        kinds = set(map(type, events))
        await self._read_names(kinds)
        self._in_doubt = False
        if events:
            self._move(workshop, kinds)
            self._show(people)

    def _move(self, workshop: Workshop, kinds: Set[type[Event]]) -> None:
        """The state after events of these kinds; who lost a seat or a role is shown out."""
        self.workshop = workshop
        if not kinds.isdisjoint(SHOWN_OUT):
            for connection in list(self.stage.connections):
                reason = why_out(workshop, connection)
                if reason:
                    self.stage.leave(connection)
                    connection.end(NO_SEAT, reason)

    def _show(self, people: Iterable[str], answer: Callable[[], None] | None = None) -> None:
        """Tell every screen. `answer` is called once all is drawn and nothing is sent yet: whoever acted is woken once, not
        twice, and has the answer before the picture. It is called whatever happens."""
        began = time.perf_counter()
        try:
            self.stage.show(self.workshop, self.names, people, answer)
        finally:
            if answer is not None:
                answer()
        metrics.broadcast_seconds.observe(time.perf_counter() - began)

    async def _read_names(self, kinds: Set[type[Event]]) -> None:
        if not kinds.isdisjoint(NAMED):
            self.names = await self.store.names(self.id)

    # -- screens ---------------------------------------------------------------------------------------------------------

    async def _welcome(self, arrival: Arrive) -> None:
        connection = arrival.connection
        if connection.closed:
            return
        if arrival.epoch == self.store.epoch and arrival.seq > self.workshop.seq:
            await self._catch_up()  # it comes from another worker that was ahead of this one
        reason = why_out(self.workshop, connection)
        if reason:
            connection.end(NO_SEAT, reason)
            return
        client = await self._answers.client(connection.client_id, afresh=True)
        last_cid = client.last_cid if client else 0
        connection.heard = last_cid
        resumes = (
            arrival.epoch == self.store.epoch
            and arrival.build == self.build
            and self.opened_at <= arrival.seq <= self.workshop.seq
        )
        mode: Mode = "resume" if resumes else "snapshot"
        metrics.arrivals.labels(mode).inc()
        self._greet(connection, last_cid, mode)
        self.stage.arrive(connection, arrival.seq if resumes else None)

    def _greet(self, connection: Connection, last_cid: int, mode: Mode) -> None:
        head, epoch, tab = self.workshop.seq, self.store.epoch, connection.client_id
        connection.say(
            Welcome(
                epoch=epoch,
                head=head,
                client_id=tab,
                last_cid=last_cid,
                mode=mode,
                build=self.build,
                now=now_ms(),
            )
        )

    async def _save_snapshot(self) -> None:
        if self.workshop.seq > self._snapshot_at:
            self._snapshot_at = self.workshop.seq
            try:
                await self.store.save_snapshot(self.id, self.workshop.seq, snapshots.write(self.workshop))
            except StorageDown as down:
                log.warning("no snapshot", workshop=self.id, reason=str(down))
