"""Fixtures for tests in a real browser against a real server (see server.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import FLAGS, People, Server
from tools.browser import find


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, one per file of tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server with data of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    running = Server(folder)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def people(chromium: Browser, server: Server) -> Iterator[People]:
    """Opens consoles and phones; at the end there must have been no error in any page."""
    everybody = People(chromium, server)
    yield everybody
    everybody.close()
