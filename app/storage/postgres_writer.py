"""Appends to PostgreSQL, with group commit.

Everything that waits while a transaction is on its way goes together into the next one: a handful of statements with
arrays, whatever the number of appends. The workshops' rows are locked first, so that any number of workers on any number
of hosts may write and each workshop still has one order (LIVE-3). A row that another worker holds at that moment is left
out of the group and waited for on another connection, so that one busy workshop holds nobody up.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import asyncpg

from app.storage.api import Behind, NotFound, StorageDown
from app.storage.event_log import ANSWERS_KEPT_MS, Plan
from app.storage.postgres_connection import connect, sentences

LARGEST_GROUP = 500
MOST_WAITING = 4
"""Connections of the pool that may wait for held rows at a time; the others stay free for reading."""

# NO KEY: rows that merely refer to a workshop (people who join) can be inserted while it is locked.
_LOCK_FREE = "SELECT id, seq FROM workshop WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
_LOCK_WAITING = "SELECT id, seq FROM workshop WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"
# A statement of its own, so that it sees what was committed before the lock was taken.
_CLIENTS = "SELECT id, workshop_id, last_cid FROM client WHERE id = ANY($1)"
_WRITE = """
WITH heads AS (
    UPDATE workshop SET seq = moved.head
    FROM unnest($1::text[], $2::bigint[]) AS moved (id, head) WHERE workshop.id = moved.id
), clients AS (
    UPDATE client SET last_cid = moved.last
    FROM unnest($3::text[], $4::bigint[]) AS moved (id, last) WHERE client.id = moved.id
), answers AS (
    INSERT INTO answer (client_id, cid, seq, refusal, stored_at)
    SELECT * FROM unnest($5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::bigint[])
)
INSERT INTO event (workshop_id, seq, at, author, type, data)
SELECT * FROM unnest($10::text[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bytea[])
"""
_PRUNE = """
DELETE FROM answer USING unnest($1::text[], $2::bigint[]) AS old (client_id, cid)
WHERE answer.client_id = old.client_id AND answer.cid <= old.cid AND answer.stored_at < $3
"""


class _Job:
    __slots__ = ("group", "outcome", "plan")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.outcome: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.group = 1

    def fail(self, problem: Exception) -> None:
        if not self.outcome.done():  # whoever waited may have been cancelled
            self.outcome.set_exception(problem)

    def succeed(self) -> None:
        if not self.outcome.done():
            self.outcome.set_result(self.plan.head)


class GroupWriter:
    """Stores plans in groups; one task and one connection, and another connection for each row that is held."""

    def __init__(self, database_url: str, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._url = database_url
        self._pool = pool
        self._may_wait = asyncio.Semaphore(MOST_WAITING)
        self._waiting: deque[_Job] = deque()
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._held: set[asyncio.Task[None]] = set()
        self._closing = False
        self._task = asyncio.create_task(self._run(), name="levertree-appends")

    async def store(self, plan: Plan) -> tuple[int, int]:
        """Store one append; gives the head and the size of its group, once it is durable. Raises `Behind`, `NotFound`
        or `StorageDown`. Cancelling the caller does not stop the append."""
        if self._closing:
            raise StorageDown("The server is stopping; nothing more can be saved.")
        job = _Job(plan)
        self._waiting.append(job)
        self._wake.set()
        return await job.outcome, job.group

    async def close(self) -> None:
        """Finish what waits, then let the connection go."""
        self._closing = True
        self._wake.set()
        await self._task
        await asyncio.gather(*self._held)
        await self._drop()

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_GROUP))]
                await self._store(group)

    async def _store(self, group: list[_Job]) -> None:
        try:
            with sentences(self._url):
                if self._connection is None or self._connection.is_closed():
                    self._connection = await connect(self._url)
                held = await store_group(self._connection, group, wait=False)
        except Exception as problem:
            await self._drop()
            _fail_all(group, problem)
            return
        for jobs in held:
            task = asyncio.create_task(self._store_held(jobs))
            self._held.add(task)
            task.add_done_callback(self._held.discard)

    async def _store_held(self, jobs: list[_Job]) -> None:
        """Store appends to one workshop whose row another worker holds: wait for it, on another connection."""
        try:
            with sentences(self._url):
                async with self._may_wait, self._pool.acquire() as connection:
                    try:
                        await store_group(connection, jobs, wait=True)
                    except BaseException:
                        connection.terminate()  # never back into the pool with a transaction half done
                        raise
        except Exception as problem:
            _fail_all(jobs, problem)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _fail_all(group: Sequence[_Job], problem: Exception) -> None:
    for job in group:
        job.fail(StorageDown(str(problem)) if isinstance(problem, StorageDown) else problem)


async def store_group(
    connection: "asyncpg.Connection[asyncpg.Record]", group: Sequence[_Job], *, wait: bool
) -> list[list[_Job]]:
    """Store what fits in one transaction and tell every job its outcome, after the commit. Gives, unless `wait`, the
    jobs whose workshop is held by somebody else, by workshop. After an exception the connection must be thrown away:
    that undoes the transaction, and does not wait for a server that no longer answers."""
    transaction = connection.transaction()
    await transaction.start()
    held, stored, refused = await _decide(connection, group, wait)
    if stored:
        await _write(connection, [job.plan for job in stored])
    await transaction.commit()
    for job in stored:
        job.group = len(stored)
        job.succeed()
    for job, problem in refused:
        job.fail(problem)
    return held


async def _decide(
    connection: "asyncpg.Connection[asyncpg.Record]", group: Sequence[_Job], wait: bool
) -> tuple[list[list[_Job]], list[_Job], list[tuple[_Job, Exception]]]:
    """Lock the workshops and sort the jobs: held by somebody else (by workshop), fit to be stored, refused."""
    locked = await connection.fetch(
        _LOCK_WAITING if wait else _LOCK_FREE, sorted({job.plan.workshop_id for job in group})
    )
    heads: dict[str, int] = {row["id"]: row["seq"] for row in locked}
    asked = sorted({advance.client_id for job in group for advance in job.plan.advances})
    rows = await connection.fetch(_CLIENTS, asked) if asked else []
    clients: dict[tuple[str, str], int] = {(row["workshop_id"], row["id"]): row["last_cid"] for row in rows}
    held: dict[str, list[_Job]] = {}
    stored: list[_Job] = []
    refused: list[tuple[_Job, Exception]] = []
    for job in group:
        if job.plan.workshop_id not in heads and not wait:
            held.setdefault(job.plan.workshop_id, []).append(job)
            continue
        problem = _misfit(job.plan, heads, clients)
        if problem is not None:
            refused.append((job, problem))
            continue
        heads[job.plan.workshop_id] = job.plan.head
        clients |= {(job.plan.workshop_id, move.client_id): move.last for move in job.plan.advances}
        stored.append(job)
    return list(held.values()), stored, refused


def _misfit(plan: Plan, heads: dict[str, int], clients: dict[tuple[str, str], int]) -> Exception | None:
    """Why the append does not fit, or None when it does."""
    head = heads.get(plan.workshop_id)
    if head is None:
        return NotFound(f"there is no workshop {plan.workshop_id}")
    for move in plan.advances:
        if (plan.workshop_id, move.client_id) not in clients:
            return NotFound(f"there is no client {move.client_id} in workshop {plan.workshop_id}")
    moved = tuple(m.client_id for m in plan.advances if clients[plan.workshop_id, m.client_id] != m.before)
    return Behind(head, moved) if head != plan.expected or moved else None


async def _write(connection: "asyncpg.Connection[asyncpg.Record]", plans: Sequence[Plan]) -> None:
    # One workshop or client may appear several times in a group: only its last position counts.
    heads = {plan.workshop_id: plan.head for plan in plans}
    moves = {move.client_id: move.last for plan in plans for move in plan.advances}
    answers = [row for plan in plans for row in plan.answers]
    events = [row for plan in plans for row in plan.events]
    await connection.execute(
        _WRITE,
        list(heads),
        list(heads.values()),
        list(moves),
        list(moves.values()),
        *_columns(answers, 5),
        *_columns(events, 6),
    )
    prunes = [prune for plan in plans for prune in plan.prunes]
    if prunes:
        await connection.execute(_PRUNE, *_columns(prunes, 2), answers[0][4] - ANSWERS_KEPT_MS)


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[n] for row in rows] for n in range(width)]
