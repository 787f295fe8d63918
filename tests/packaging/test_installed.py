"""Levertree as a host gets it: built into a wheel, installed by the image's own steps, started from an empty folder.

tools/image-install.sh runs here as it does in the Dockerfile: by an ordinary user (nobody, when the tests run as root and
nobody may run a Python), in an empty home, with no npm, git or compiler on PATH and none of this environment's variables.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(400)]

ROOT = Path(__file__).resolve().parents[2]
CONTENTS = (
    "app",
    "facilitation",
    "tools",
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "README.md",
    "CHANGELOG.md",
    *(lock.name for lock in ROOT.glob("requirements*.lock")),
)
TOOLS = ("sh", "dirname", "mkdir", "rm", "env")
# Where the registries are and which certificates they show is the machine's business; everything else stays outside.
KEPT = re.compile(
    r".*(CERT|CA_BUNDLE|PROXY|INDEX_URL|FIND_LINKS).*|PIP_DEFAULT_TIMEOUT|npm_config_registry", re.IGNORECASE
)
NOBODY = 65534


@dataclass(frozen=True)
class Place:
    """A folder of its own, and who may act in it."""

    folder: Path
    python: str
    user: dict[str, Any]
    environment: dict[str, str]

    @property
    def levertree(self) -> Path:
        return self.folder / "installed" / "bin" / "levertree"

    def run(self, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            **self.user,
        )


def usable_python() -> tuple[str, dict[str, Any]]:
    """A Python for the installation, and the subprocess arguments that make an ordinary user run it."""
    own = f"{sys.base_prefix}/bin/python3"
    if os.geteuid() != 0:
        return own, {}
    nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    probe = "import sys, ensurepip, ssl, venv; sys.exit(sys.version_info < (3, 11))"
    for python in (own, "/usr/local/bin/python3", "/usr/bin/python3"):
        try:
            done = subprocess.run(
                [python, "-c", probe], cwd="/", env={}, capture_output=True, check=False, **nobody
            )
        except OSError:
            continue
        if done.returncode == 0:
            return python, nobody
    return own, {}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    python, user = usable_python()
    folder = Path(tempfile.mkdtemp(prefix="levertree-install-"))
    folder.chmod(0o755)
    for name in ("source", "home", "bin", "empty", "tmp"):
        (folder / name).mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (folder / "bin" / name).symlink_to(found)
    ignored = shutil.ignore_patterns("__pycache__", "fonts", "vendor")
    for name in CONTENTS:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, folder / "source" / name, ignore=ignored)
        else:
            shutil.copy2(origin, folder / "source" / name)
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    environment = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    environment |= {
        "HOME": str(folder / "home"),
        "PATH": str(folder / "bin"),
        "PYTHON": python,
        "TMPDIR": str(folder / "tmp"),
        "PYTHONUNBUFFERED": "1",
    }
    yield Place(folder, python, user, environment)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def installed(place: Place) -> Place:
    source = place.folder / "source"
    done = place.run("sh", "tools/image-install.sh", source, place.folder / "installed", cwd=source)
    assert done.returncode == 0, done.stdout + done.stderr
    wheel = next((source / "dist").glob("*.whl"))
    shutil.copy2(wheel, place.folder / wheel.name)
    shutil.rmtree(source)  # what is installed must stand without it
    return place


def test_the_wheel_holds_fonts_front_end_files_guides_and_notices(installed: Place) -> None:
    (wheel,) = installed.folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "app/fonts/FiraGO-Regular.ttf",
        "app/fonts/NotoEmoji-Regular.ttf",
        "app/static/vendor/htmx.min.js",
        "app/static/vendor/THIRD-PARTY-NOTICES.txt",
    } <= names
    for folder, ending in (
        ("facilitation/guides/", ".toml"),
        ("app/templates/", ".html"),
        ("app/static/", ".css"),
    ):
        assert [n for n in names if n.startswith(folder) and n.endswith(ending)], f"no {ending} from {folder}"
    assert not [n for n in names if not n.startswith(("app/", "facilitation/", "levertree-"))]


def test_the_installed_levertree_serves_from_an_empty_folder(installed: Place) -> None:
    server = subprocess.Popen(
        [str(installed.levertree), "serve", "--host", "127.0.0.1", "--port", "0"],
        cwd=installed.folder / "empty",
        env=installed.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **installed.user,
    )
    try:
        with httpx.Client(base_url=address(server), trust_env=False, timeout=20) as client:
            assert client.get("/healthz").status_code == 200
            home = client.get("/")
            assert home.status_code == 200
            assert home.headers["content-type"].startswith("text/html")
            files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', home.text))
            assert files, "the page names no stylesheet and no script"
            for file in files:
                assert client.get(file).status_code == 200, file
    finally:
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate(timeout=30)
    assert server.returncode == 0, rest  # Ctrl+C is how it is meant to end
    assert "Traceback" not in rest
    assert (installed.folder / "empty" / "data").is_dir()


def address(server: subprocess.Popen[str]) -> str:
    """The address that the server prints when it is ready."""
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        ready = re.search(r"Levertree is ready: (\S+)", line)
        if ready:
            return ready[1].replace("localhost", "127.0.0.1")
    pytest.fail("the server ended before it was ready:\n" + "".join(said))
