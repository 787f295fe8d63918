"""The locks mean the same on every machine: exact versions, hashes, and no address or path of the machine that wrote them."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
NAME = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;]+)", re.MULTILINE)


def test_there_is_a_lock_for_each_purpose() -> None:
    assert [lock.name for lock in LOCKS] == [
        "requirements-dev.lock",
        "requirements-node.lock",
        "requirements-setup.lock",
        "requirements.lock",
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_versions_and_hashes_only(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "file:" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        first, *hashes = block.split("\\\n")
        assert NAME.match(first), first
        assert hashes, f"{first} has no hash"
        assert all(re.fullmatch(r"\s*--hash=sha256:[0-9a-f]{64}\s*", line) for line in hashes), first


def test_one_package_has_one_version_in_all_locks() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in NAME.findall(lock.read_text()):
            versions.setdefault(name, set()).add(version)
    forked = {
        name for name, _ in NAME.findall((ROOT / "requirements.lock").read_text()) if len(versions[name]) > 1
    }
    # A package may legitimately have one version per Python; then the runtime lock holds each of them too.
    for name in forked:
        here = {v for n, v in NAME.findall((ROOT / "requirements.lock").read_text()) if n == name}
        assert versions[name] == here, name


def test_the_runtime_lock_covers_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {name for name, _ in NAME.findall((ROOT / "requirements.lock").read_text())}
    asked = {re.split(r"[<>=;\[ ]", requirement)[0] for requirement in project["dependencies"]}
    assert asked <= locked


def test_the_front_end_lock_holds_hashes_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert packages
    for path, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert "resolved" not in entry, path


def test_uvicorn_is_pinned_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [r for r in project["dependencies"] if re.fullmatch(r"uvicorn==\d+\.\d+\.\d+", r)]
