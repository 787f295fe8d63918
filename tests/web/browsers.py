"""Browsers of a test: each with its own cookies and its own address, on a real server in this process."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from tests.rooms.house import House, house

_addresses = itertools.count(1)


class Site:
    """A running server and the browsers that visit it."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.open: list[httpx.AsyncClient] = []

    def browser(self, address: str = "") -> httpx.AsyncClient:
        """A fresh browser that comes from an address of its own (limits are counted by address)."""
        number = next(_addresses)
        client = httpx.AsyncClient(
            base_url=self.home.base,
            timeout=20,
            trust_env=False,
            headers={"X-Forwarded-For": address or f"198.51.{number // 250}.{number % 250 + 1}"},
        )
        self.open.append(client)
        return client

    async def workshop(self, **form: str) -> tuple[str, httpx.AsyncClient]:
        """A new workshop: its code and its facilitator's browser."""
        boss = self.browser()
        answer = await boss.post(
            "/new", data={"title": "Growth team", "period": "Q3 2027", "name": "Fay", **form}
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].split("/")[2], boss

    async def guest(self, code: str, name: str) -> httpx.AsyncClient:
        """Somebody who has joined."""
        browser = self.browser()
        answer = await browser.post(f"/{code}/join", data={"name": name})
        assert answer.status_code == 303, answer.text
        return browser


@contextlib.asynccontextmanager
async def site(folder: Path, **settings: Any) -> AsyncIterator[Site]:
    """A server behind a proxy on this machine, with a folder of its own."""
    async with house(folder, proxy_headers=True, trusted_proxies="127.0.0.1", **settings) as home:
        found = Site(home)
        try:
            yield found
        finally:
            for browser in found.open:
                await browser.aclose()


def said(answer: httpx.Response) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
