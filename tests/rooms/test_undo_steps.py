"""Commands that arrive together stay steps of their own: whoever comes back online can take back one card, not all."""

from __future__ import annotations

import asyncio
from pathlib import Path

from facilitation.activities.collect import AddCard
from facilitation.session.board import Undo
from facilitation.session.flow import NextPhase
from tests.rooms.house import run
from tests.rooms.parts import bench


def test_a_flushed_outbox_is_taken_back_card_by_card(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            person = await home.person()
            await home.room.say("p1", "facilitator", NextPhase())
            tab, phase = await home.client(person), home.room.workshop.current or ""
            sent = [home.put(person, AddCard(phase=phase, text=f"Card {n}"), tab, n) for n in range(1, 9)]
            assert all(told.refusal is None for told in await asyncio.gather(*sent))
            assert len(home.room.workshop.undo) == 8
            await home.put(person, Undo(), tab, 9)
            left = [card.text for card in home.room.workshop.cards.values()]
            assert left == [f"Card {n}" for n in range(1, 8)]

    run(test)
