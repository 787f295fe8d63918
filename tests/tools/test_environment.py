"""Set-up's sentences: what a newcomer reads when the machine is not as it should be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import SetupError, environment

ROOT = Path(__file__).resolve().parents[2]


def find_python(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    search = os.environ["PATH"] if path is None else str(path)
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "find-python.sh"), *arguments],
        env=os.environ | {"PATH": search},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def stand_in(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_a_python_that_is_new_enough_is_found() -> None:
    done = find_python(sys.executable)
    assert done.returncode == 0
    assert Path(done.stdout.strip()).exists()


def test_too_old_a_python_is_named_in_one_sentence(tmp_path: Path) -> None:
    stand_in(tmp_path, "python3", 'case "$2" in *print*) echo 3.9.2;; *) exit 1;; esac')
    done = find_python(path=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer, and here python3 is 3.9.2" in done.stderr


def test_no_python_at_all_is_one_sentence(tmp_path: Path) -> None:
    done = find_python(path=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "none was found" in done.stderr


def test_a_stand_in_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    stand_in(tmp_path, "python3.13", 'echo "python3.13: command not found" >&2; exit 127')
    (tmp_path / "python3").symlink_to(sys.executable)
    done = find_python(path=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("WARNING: Retrying (Retry(total=1 …)) NewConnectionError", "cannot be reached: check the network"),
        ("Temporary failure in name resolution", "cannot be reached: check the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "its hash differs"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("something else entirely", "could not be installed"),
    ],
)
def test_what_pip_said_becomes_one_sentence(said: str, understood: str) -> None:
    sentence = environment.explain(said, Path("build/setup.log"))
    assert understood in sentence
    assert sentence.endswith("build/setup.log.")
    assert "\n" not in sentence


def test_a_folder_that_cannot_be_written_to_is_one_sentence() -> None:
    with pytest.raises(SetupError, match="cannot be written to"):
        environment.check_writable(Path("/proc/self"))


def test_a_folder_that_can_be_written_to_passes(tmp_path: Path) -> None:
    environment.check_writable(tmp_path)
    assert not list(tmp_path.iterdir())


def test_everything_is_compiled_ahead_even_where_bytecode_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    for folder in ("app", "facilitation"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "module.py").write_text("VALUE = 1\n")
    (tmp_path / "app" / "for_another_python.py").write_text("match = = 1\n")
    environment.compile_ahead(Path(sys.executable), tmp_path)
    for folder in ("app", "facilitation"):
        assert list((tmp_path / folder / "__pycache__").glob("module.*.pyc"))
