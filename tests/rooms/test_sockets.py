"""The live socket with both ways of sending: the same promises hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rooms.house import Transport, house, run

BOTH = pytest.mark.parametrize("transport", ["direct", "send"])


@BOTH
def test_what_one_does_appears_on_every_screen(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie = await home.workshop()
            console = await home.opened(code, "console", cookie)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            wall = await home.opened(code, "wall", cookie)
            await console.say("NextPhase")
            room = await home.room(code)
            phase = room.workshop.current
            cid = await phone.say("AddCard", phase=phase, text="New teams never come back")
            assert cid in phone.acks, phone.refusals
            await phone.shows("mine", "New teams never come back")
            await console.shows("board", "1 card")
            assert wall.seq > 0
            for screen in (console, phone, wall):
                await screen.shut()

    run(test)
