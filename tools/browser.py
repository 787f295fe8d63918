"""Makes sure that the browser tests have a Chromium to drive: found, else installed, else a sentence that says what to do.

`python -m tools.browser` prints the browser's path. Order: LEVERTREE_BROWSER, a Chromium or Chrome on PATH or in its
usual place, Playwright's own; then the system's package manager where this user may use it, then Playwright's download.
A candidate counts only when it runs: some systems have a stand-in on PATH that only says how to install the real one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools import SetupError

# The headless shell first: the same Chromium without its windows and menus, for a good part of the processor.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HELP = (
    "The browser tests need Chromium or Chrome, none was found, and none could be installed from here: install it "
    "(Debian and Ubuntu: apt install chromium; Fedora: dnf install chromium; macOS: brew install --cask chromium), "
    "or name one: LEVERTREE_BROWSER=/path/to/chrome make test"
)
# What a headless run in a container needs, and what keeps it from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str | None:
    """The path of a browser that runs, or None."""
    return next((path for path in _candidates() if works(path)), None)


def works(path: str) -> bool:
    """Whether `path` is a browser that starts and tells its version."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "Chrom" in done.stdout


def ensure() -> str:
    """The path of a browser that runs, installed if need be; raises SetupError with a sentence when that fails."""
    path = find()
    if path:
        return path
    print("No browser found for the browser tests: installing Chromium …", flush=True)
    for way in (_install_by_apt, _install_by_playwright):
        way()
        path = find()
        if path:
            return path
    raise SetupError(HELP)


def _candidates() -> Iterator[str]:
    named = os.environ.get("LEVERTREE_BROWSER")
    if named:
        yield named
        return
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    yield from (place for place in PLACES if Path(place).exists())
    own = _playwrights_own()
    if own:
        yield own


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    try:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:
        return None
    return path if Path(path).exists() else None


def _install_by_apt() -> None:
    if not shutil.which("apt-get"):
        return
    rights: Sequence[str] = ()
    if os.geteuid() != 0:
        if not _quietly(["sudo", "-n", "true"]):
            return
        rights = ("sudo", "-n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _quietly([*rights, "apt-get", "-q", "update"], environment)
    install = [*rights, "apt-get", "-q", "-y", "--no-install-recommends", "install"]
    if not _quietly([*install, "chromium-headless-shell"], environment):
        _quietly([*install, "chromium"], environment)


def _install_by_playwright() -> None:
    with_libraries = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    _quietly([sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"])


def _quietly(command: Sequence[str], environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=400, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    try:
        print(f"Browser for the tests: {ensure()}")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
