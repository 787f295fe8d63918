"""Work that can wait: piece by piece, behind what has come in meanwhile, and never not at all."""

from __future__ import annotations

import asyncio

from app.rooms.leisure import Leisure


def test_between_two_pieces_whatever_has_come_in_has_its_turn() -> None:
    async def play() -> None:
        leisure, loop, done = Leisure(), asyncio.get_running_loop(), list[str]()

        def piece(name: str) -> None:
            done.append(name)
            loop.call_soon(done.append, f"a message during {name}")

        for name in ("one", "two", "three"):
            leisure.later(lambda name=name: piece(name))
        while len(done) < 6:
            await asyncio.sleep(0)
        assert done == [
            *("one", "a message during one"),
            *("two", "a message during two"),
            *("three", "a message during three"),
        ]

    asyncio.run(play())


def test_a_piece_may_ask_for_another_and_none_is_lost() -> None:
    async def play() -> None:
        leisure, done = Leisure(), list[int]()

        def again(left: int) -> None:
            done.append(left)
            if left:
                leisure.later(lambda: again(left - 1))

        leisure.later(lambda: again(3))
        for _ in range(10):
            await asyncio.sleep(0)
        leisure.later(lambda: done.append(99))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert done == [3, 2, 1, 0, 99]

    asyncio.run(play())


def test_it_goes_on_while_others_keep_the_loop_busy() -> None:
    async def play() -> None:
        leisure, loop, done = Leisure(), asyncio.get_running_loop(), list[int]()
        busy = True

        def noise() -> None:
            if busy:
                loop.call_soon(noise)

        noise()
        for number in range(20):
            leisure.later(lambda number=number: done.append(number))
        async with asyncio.timeout(5):
            while len(done) < 20:
                await asyncio.sleep(0)
        busy = False
        assert done == list(range(20))

    asyncio.run(play())
