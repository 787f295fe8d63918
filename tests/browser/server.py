"""A real server process for browser tests: its own data folder and port, to be killed and started again.

    def test_something(server: Server, people: People) -> None:
        room = people.workshop()              # a console page in a browser of its own; room.code
        phone = people.phone(room.code, "Noor")
        server.kill()                         # SIGKILL, as a crash or a pulled plug
        server.start()                        # the same data, the same port

The fixtures are in `conftest.py`. Every page collects what a page must not do (errors, refused content): `people` fails the
test at its end when there was any.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

ROOT = Path(__file__).parents[2]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PATIENCE = 10_000
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--hide-scrollbars",
    # An office network in one flag: a name that is not localhost, so no secure context, on the loopback address.
    "--host-resolver-rules=MAP levertree.test 127.0.0.1",
]


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`levertree serve` in a process of its own. `address` is http://127.0.0.1:port; `lan` the same under another name."""

    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def lan(self) -> str:
        """The server as phones in an office reach it: plain http under a name, not a secure context."""
        return f"http://levertree.test:{self.port}"

    def start(self, wait: float = 20.0) -> None:
        """Start (again) on the same data and port; returns when the server answers."""
        assert self.process is None, "it runs already"
        env = {
            **os.environ,
            "LEVERTREE_DATA_DIR": str(self.folder),
            "LEVERTREE_LOG_LEVEL": "warning",
            "LEVERTREE_WARM_PRESS": "false",  # dozens of servers live for seconds; a PDF starts it when it is asked for
            **self.settings,
        }
        env.pop("DATABASE_URL", None)
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", str(self.port)],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended: {self.log()}"
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.log()}")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said good-bye to."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as a deploy: sockets are closed with 1012."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            os.killpg(process.pid, how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)

    def log(self) -> str:
        """The end of what the server wrote."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""


@dataclass
class Workshop:
    """A workshop with its facilitator's console open."""

    code: str
    console: Page
    context: BrowserContext
    address: str

    def start_next(self) -> None:
        """Press the one button that leads on."""
        self.console.locator('form[data-command="NextPhase"] button').click()


@dataclass
class People:
    """Opens workshops and phones, each in a browser profile of its own."""

    browser: Browser
    server: Server
    contexts: list[BrowserContext] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def context(self, **options: Any) -> BrowserContext:
        """A fresh browser profile, watched for errors."""
        context = self.browser.new_context(reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("console", self._hear)
        self.contexts.append(context)
        return context

    def _hear(self, message: Any) -> None:
        # A server that is down is part of many tests; the browser's own line about it is no finding.
        expected = (
            "Cross-Origin-Opener-Policy",
            "WebSocket connection",
            "net::ERR_",
            "Failed to load resource",
        )
        if message.type == "error" and not any(words in message.text for words in expected):
            self.problems.append(message.text)

    def workshop(self, title: str = "Growth team", address: str = "", **options: Any) -> Workshop:
        """Make a workshop on the page for it; gives its console."""
        base = address or self.server.address
        context = self.context(**{**LAPTOP, **options})
        page = context.new_page()
        page.goto(f"{base}/new")
        page.fill("[name=title]", title)
        page.fill("[name=period]", "Q3 2027")
        page.get_by_role("button", name="Make the workshop").click()
        page.wait_for_url("**/console")
        code = page.url.split("/w/")[1].split("/")[0]
        self.live(page)
        return Workshop(code=code, console=page, context=context, address=base)

    def phone(self, code: str, name: str, address: str = "", **options: Any) -> Page:
        """Join by code with a name; gives the phone's page."""
        page = self.context(**{**PHONE, **options}).new_page()
        page.goto(f"{address or self.server.address}/{code}")
        page.fill("[name=name]", name)
        page.get_by_role("button", name="Join").click()
        page.wait_for_url(f"**/w/{code}")
        if options.get("java_script_enabled", True):
            self.live(page)
        return page

    def live(self, page: Page) -> None:
        """Wait until the page's socket is open and greeted."""
        expect(page.locator("html[data-live=on]")).to_be_attached(timeout=PATIENCE)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.problems, self.problems


__all__ = ["FLAGS", "LAPTOP", "PATIENCE", "PHONE", "People", "Server", "Workshop", "free_port"]
