"""Whatever the order of appends, resends, mistakes and reads: a store equals a few plain lists."""

import asyncio
import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from app.storage import Answer, Behind, NewEvent, Store

pytestmark = pytest.mark.anyio
WORKSHOPS, CLIENTS = 2, 3


class Append(Struct, frozen=True):
    """An append by somebody whose view of the head and of the clients' last cids may be wrong."""

    workshop: int
    head_off: int
    events: int
    says: tuple[tuple[int, int, bool], ...]
    """(client, how far its cid is off, accepted) for each answer; at most one per client."""


class Together(Struct, frozen=True):
    appends: tuple[Append, ...]


class Look(Struct, frozen=True):
    workshop: int
    after: int
    limit: int | None


off = st.sampled_from([0, 0, 0, 0, 0, -1, 1])
append = st.builds(
    Append,
    workshop=st.integers(0, WORKSHOPS - 1),
    head_off=off,
    events=st.integers(0, 3),
    says=st.lists(
        st.tuples(st.integers(0, CLIENTS - 1), off, st.booleans()),
        max_size=CLIENTS,
        unique_by=lambda say: say[0],
    ).map(tuple),
)
together = st.builds(Together, st.lists(append, min_size=2, max_size=5).map(tuple))
look = st.builds(
    Look, st.integers(0, WORKSHOPS - 1), st.integers(-1, 12), st.one_of(st.none(), st.integers(0, 5))
)


@dataclass
class Model:
    """One workshop as it must be."""

    id: str
    clients: list[str]
    log: list[NewEvent] = field(default_factory=list)
    last: list[int] = field(default_factory=lambda: [0] * CLIENTS)
    answers: dict[tuple[str, int], Answer] = field(default_factory=dict)

    def request(self, wish: Append, last: list[int], numbers: "itertools.count[int]") -> "Request":
        """What the caller sends, from what it believes."""
        expected = max(len(self.log) + wish.head_off, 0)
        events = [NewEvent(next(numbers), f"p{n}", b'{"type":"Said"}') for n in range(wish.events)]
        head = expected + len(events)
        answers = [
            Answer(
                self.clients[client],
                max(last[client] + 1 + away, 1),
                head if accepted else None,
                None if accepted else "no",
            )
            for client, away, accepted in wish.says
        ]
        return Request(expected, events, answers)

    def append(self, request: "Request") -> object:
        """The outcome that must come, and its effect."""
        index = {client: n for n, client in enumerate(self.clients)}
        moved = tuple(a.client_id for a in request.answers if a.cid != self.last[index[a.client_id]] + 1)
        if request.expected != len(self.log) or moved:
            return ("behind", len(self.log), moved)
        self.log += request.events
        for answer in request.answers:
            self.last[index[answer.client_id]] = answer.cid
            self.answers[answer.client_id, answer.cid] = answer
        return len(self.log)


class Request(Struct, frozen=True):
    expected: int
    events: list[NewEvent]
    answers: list[Answer]


async def outcome(store: Store, workshop_id: str, request: Request) -> object:
    try:
        return await store.append(workshop_id, request.expected, request.events, request.answers)
    except Behind as behind:
        return ("behind", behind.head, behind.clients)


_codes = itertools.count()


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.one_of(append, together, look), max_size=14))
async def test_LIVE_2_LIVE_3_a_store_equals_its_model(
    store: Store, steps: list[Append | Together | Look]
) -> None:
    models = []
    for _ in range(WORKSHOPS):
        workshop_id = await store.create_workshop(code=f"L{next(_codes)}", title="", events=[])
        models.append(
            Model(workshop_id, [await store.new_client(workshop_id, f"p{n}") for n in range(CLIENTS)])
        )
    numbers = itertools.count(1)
    for step in steps:
        if isinstance(step, Look):
            model = models[step.workshop]
            found = await store.read(model.id, step.after, step.limit)
            wanted = list(enumerate(model.log, start=1))[max(step.after, 0) :]
            wanted = wanted if step.limit is None else wanted[: step.limit]
            assert [(e.seq, e.at, e.by) for e in found] == [(seq, e.at, e.by) for seq, e in wanted]
            continue
        wishes = step.appends if isinstance(step, Together) else (step,)
        requests = [models[w.workshop].request(w, models[w.workshop].last, numbers) for w in wishes]
        # Sent at once, they are taken in the order in which they came; each is decided on what the former left.
        outcomes = await asyncio.gather(
            *(outcome(store, models[w.workshop].id, r) for w, r in zip(wishes, requests, strict=True))
        )
        assert outcomes == [models[w.workshop].append(r) for w, r in zip(wishes, requests, strict=True)]
    for model in models:
        events = await store.read(model.id, 0)
        assert [(e.seq, e.at, e.by) for e in events] == [
            (n, e.at, e.by) for n, e in enumerate(model.log, start=1)
        ]
        for client, last in zip(model.clients, model.last, strict=True):
            state = await store.client(model.id, client)
            assert state is not None
            assert state.last_cid == last
            for cid in range(last + 2):
                assert await store.answer(model.id, client, cid) == model.answers.get((client, cid))
