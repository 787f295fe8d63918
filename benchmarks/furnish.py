"""Workshops as a benchmark needs them, written straight into a database before its server starts: furnishing through pages
would take longer than measuring."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from app.storage.api import NewEvent, Store
from app.storage.codec import Codec
from app.web.security import hashed, new_code, new_token
from facilitation.activities.collect import AddCard
from facilitation.activities.tree import AddKpi
from facilitation.guide import load_all
from facilitation.messages import Actor, Command, Event, Meta, Rejected
from facilitation.session.flow import OpenPhase, Reveal
from facilitation.session.people import Join
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Setup, Workshop
from facilitation.workshop import EMPTY, apply, decide, event_type

AT = 1_790_000_000_000
MOST = 5000
FACILITATOR = "p1"
TREE = (
    ("", "Weekly active teams", "teams", "1200"),
    ("Weekly active teams", "New teams a week", "teams/wk", "85"),
    ("Weekly active teams", "Teams that come back", "%", "42"),
    ("Weekly active teams", "Boards a team works on", "boards", "3.4"),
    ("New teams a week", "Guests a week", "guests/wk", "900"),
    ("New teams a week", "Guests who sign up", "%", "9.4"),
    ("Teams that come back", "Teams invited by others", "teams", "310"),
    ("Teams that come back", "Reminders read", "%", "27"),
    ("Boards a team works on", "Templates used", "templates", "1.6"),
    ("Boards a team works on", "Boards shared", "%", "35"),
    ("Guests a week", "Visits from search", "visits/wk", "4800"),
    ("Guests a week", "Visits from friends", "visits/wk", "2100"),
)
"""Twelve KPIs on four levels: what each stands under, name, unit, number."""


@dataclass
class Place:
    """One workshop with its people: their cookies, and what each works on (a card, or a KPI)."""

    code: str
    cookies: list[str]
    own: list[str] = field(default_factory=list)


class Log:
    """A workshop's log in the making."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.workshop: Workshop = EMPTY
        self.events: list[tuple[Event, Meta]] = []
        self._take("", WorkshopCreated(code=code, setup=Setup(title="Bench"), guide=load_all()["kpi-to-okr"]))
        self.do(Join(role="facilitator"))

    def _take(self, person: str, event: Event) -> None:
        meta = Meta(seq=len(self.events) + 1, at=AT + len(self.events), by=person)
        self.events.append((event, meta))
        self.workshop = apply(self.workshop, event, meta)

    def do(self, command: Command, person: str = FACILITATOR) -> None:
        """Decide and keep what comes of it."""
        role = "facilitator" if person == FACILITATOR else "participant"
        decided = decide(self.workshop, command, Actor(person=person, role=role, at=AT))  # type: ignore[arg-type]
        assert not isinstance(decided, Rejected), decided.reason
        for event in decided:
            self._take(person, event)

    def people(self, count: int) -> list[str]:
        """So many come; their ids."""
        for _ in range(count):
            self.do(Join(limit=MOST))
        return [person.id for person in self.workshop.people.values() if person.role == "participant"]


async def cards(store: Store, people: int) -> Place:
    """A workshop in which everybody has a card on a board that all see."""
    log = Log(new_code())
    persons = log.people(people)
    log.do(OpenPhase(phase="frame"))
    for number, person in enumerate(persons):
        log.do(AddCard(phase="frame", text=f"A card of ordinary length, number {number}"), person)
    log.do(Reveal(phase="frame"))
    by = {card.by: card.id for card in log.workshop.cards.values()}
    return await _stored(store, log, persons, [by[person] for person in persons])


async def tree(store: Store, people: int) -> Place:
    """A workshop in the tree phase, with a tree of twelve KPIs that have their numbers; the leaves to work on."""
    log = Log(new_code())
    persons = log.people(people)
    log.do(OpenPhase(phase="tree"))
    ids: dict[str, str] = {}
    for above, name, unit, number in TREE:
        kpi = AddKpi(
            phase="tree",
            name=name,
            parent=ids.get(above, ""),
            unit=unit,
            baseline=number,
            indicator="leading" if above else "",
        )
        log.do(kpi, persons[0])
        ids[name] = list(log.workshop.kpis)[-1]
    parents = {kpi.parent for kpi in log.workshop.kpis.values()}
    return await _stored(store, log, persons, [key for key in ids.values() if key not in parents])


async def _stored(store: Store, log: Log, persons: list[str], own: list[str]) -> Place:
    codec: Codec[Event] = Codec(event_type())
    events = [NewEvent(meta.at, meta.by, codec.encode(event)) for event, meta in log.events]
    workshop_id = await store.create_workshop(code=log.code, title="Bench", events=events)
    tokens = [new_token() for _ in persons]
    await asyncio.gather(
        *(store.add_person(workshop_id, person, f"Person {at}") for at, person in enumerate(persons)),
        *(
            store.bind_seat(workshop_id, hashed(token), person)
            for person, token in zip(persons, tokens, strict=True)
        ),
    )
    return Place(log.code, tokens, own)
