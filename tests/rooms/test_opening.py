"""A workshop that has run for long opens at once: from its snapshot, with at most a thousand events to replay."""

from __future__ import annotations

import time
from pathlib import Path

from app.rendering.screens import Place
from app.rooms import snapshots
from app.rooms.registry import Rooms
from app.rooms.room import SNAPSHOT_EVERY
from app.storage import open_store
from app.storage.api import NewEvent
from facilitation.activities.collect import CardAdded, CardChanged
from facilitation.guide import load_all
from facilitation.messages import Event, Meta
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Card, Setup
from facilitation.workshop import EMPTY, apply
from tests.rooms.house import run

EVENTS = 50_000
CARDS = 200


def _history(guide_name: str = "kpi-to-okr") -> list[Event]:
    guide = load_all()[guide_name]
    phase = next(phase.id for phase in guide.phases if phase.activity == "collect")
    made: list[Event] = [WorkshopCreated(code="AAAABBBB", setup=Setup(title="Long"), guide=guide)]
    made += [CardAdded(card=Card(id=f"c{n}", phase=phase, text="New", by="p1", at=1)) for n in range(CARDS)]
    made += [CardChanged(id=f"c{n % CARDS}", text=f"Written {n} times") for n in range(EVENTS - CARDS - 1)]
    return made


def test_a_workshop_of_50000_events_opens_within_300_ms(tmp_path: Path) -> None:
    async def test() -> None:
        store = await open_store(None, tmp_path)
        rooms = Rooms(store, lambda code: Place())
        history = _history()
        stored = [NewEvent(1, "p1", rooms.codec.encode(event)) for event in history]
        workshop_id = await store.create_workshop(code="AAAABBBB", title="Long", events=stored[:1])
        for first in range(1, EVENTS, 5_000):
            await store.append(workshop_id, first, stored[first : first + 5_000])
        # As late as a snapshot ever is: one event before the next.
        last = EVENTS - (SNAPSHOT_EVERY - 1)
        workshop = EMPTY
        for seq, event in enumerate(history[:last], start=1):
            workshop = apply(workshop, event, Meta(seq=seq, at=1, by="p1"))
        await store.save_snapshot(workshop_id, last, snapshots.write(workshop))
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            opened = await rooms.load(workshop_id)
            taken.append(time.perf_counter() - began)
        assert opened.seq == EVENTS
        assert opened.cards["c7"].text.startswith("Written ")
        assert min(taken) <= 0.3, taken
        for seq, event in enumerate(history[last:], start=last + 1):
            workshop = apply(workshop, event, Meta(seq=seq, at=1, by="p1"))
        assert opened == workshop, "a snapshot and the rest give what the whole log gives"
        await store.close()

    run(test, within=80)
