"""The whole application on a real port, in this process, so that a test can look into its rooms and store."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import uvicorn

from app.commands.serve import options
from app.main import create_app
from app.rooms.room import Room
from app.settings import Settings
from app.web.context import App
from tests.rooms.screen import Screen

Transport = Literal["direct", "send"]


@dataclass
class House:
    """A running server and what is inside. `base` is http://127.0.0.1:port."""

    base: str
    parts: App
    server: uvicorn.Server
    screens: list[Screen] = field(default_factory=list)

    async def workshop(self, title: str = "Growth team") -> tuple[str, str]:
        """Make a workshop; gives its code and the facilitator's cookie."""
        async with self._browser() as browser:
            answer = await browser.post("/new", data={"title": title, "period": "Q3 2027", "name": "Fay"})
            assert answer.status_code == 303, answer.text
            return answer.headers["location"].split("/")[2], browser.cookies["levertree"]

    async def join(self, code: str, name: str) -> str:
        """Take a seat; gives the phone's cookie."""
        async with self._browser() as browser:
            answer = await browser.post(f"/{code}/join", data={"name": name})
            assert answer.status_code == 303, answer.text
            return str(browser.cookies["levertree"])

    async def wall_key(self, code: str, cookie: str) -> str:
        """A key for the wall."""
        import re

        async with self._browser(cookie) as browser:
            answer = await browser.post(f"/w/{code}/links/wall")
            found = re.search(r"key=([\w-]+)", answer.text)
            assert found is not None
            return found.group(1)

    def screen(self, code: str, kind: str, cookie: str = "", query: str = "") -> Screen:
        """A screen that has not been opened yet."""
        screen = Screen(self.base.replace("http", "ws") + f"/ws/{code}/{kind}{query}", cookie)
        self.screens.append(screen)
        return screen

    async def opened(self, code: str, kind: str, cookie: str = "", query: str = "") -> Screen:
        """A screen that is live."""
        screen = self.screen(code, kind, cookie, query)
        await screen.open()
        return screen

    async def room(self, code: str) -> Room:
        """The open room."""
        row = await self.parts.store.workshop_by_code(code)
        assert row is not None
        return await self.parts.rooms.room(row.id)

    @contextlib.asynccontextmanager
    async def _browser(self, cookie: str = "") -> AsyncIterator[httpx.AsyncClient]:
        cookies = {"levertree": cookie} if cookie else None
        async with httpx.AsyncClient(
            base_url=self.base, cookies=cookies, timeout=20, trust_env=False
        ) as browser:
            yield browser


@contextlib.asynccontextmanager
async def house(folder: Path, transport: Transport = "direct", **settings: Any) -> AsyncIterator[House]:
    """A server with a folder of its own, closed at the end as a deploy would."""
    chosen = Settings(data_dir=folder, transport=transport, log_level="warning", _env_file=None, **settings)
    app = create_app(chosen)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, **options(chosen)))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:
            assert not serving.done(), "the server did not start"
            await asyncio.sleep(0.01)
        home = House(f"http://127.0.0.1:{listener.getsockname()[1]}", app.state.levertree, server)
        try:
            yield home
        finally:
            for screen in home.screens:
                await screen.drop()
    finally:
        server.should_exit = True
        await asyncio.wait_for(serving, 30)


def run(test: Callable[[], Coroutine[Any, Any, None]], within: float = 50.0) -> None:
    """Run a test's coroutine, but not for ever."""
    asyncio.run(asyncio.wait_for(test(), within))
