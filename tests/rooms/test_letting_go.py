"""What a socket leaves behind: nothing that only the garbage collector could find, for that one seldom looks (tidy.py)."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from pathlib import Path

from tests.rooms.house import house, run

GONE = {
    "TransportInScope",
    "HttpToolsProtocol",
    "LetsGo",
    "HttpRequestParser",
    "ServerProtocol",
    "AsyncExitStack",
    "WebSocket",
    "Connection",
}
"""What a connection is made of on the server's side."""


def in_circles() -> Counter[str]:
    """How many objects of each of these types are held by nothing but each other."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return Counter(kind for kind in (type(one).__name__ for one in gc.garbage) if kind in GONE)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.collect()


def test_sockets_that_come_and_go_leave_no_circles(tmp_path: Path) -> None:
    async def test() -> None:
        async with house(tmp_path) as home:
            code, _ = await home.workshop()
            cookie = await home.join(code, "Ana")

            async def comes_and_goes() -> None:
                screen = await home.opened(code, "phone", cookie)
                await screen.drop()
                home.screens.clear()

            await comes_and_goes()  # what is made once
            await asyncio.sleep(0.2)
            gc.collect()
            gc.disable()
            try:
                for _ in range(10):
                    await comes_and_goes()
                await asyncio.sleep(0.3)
                assert in_circles() == {}
            finally:
                gc.enable()

    run(test)
