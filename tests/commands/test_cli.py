"""The command line: quick to answer, and plain about what is wrong before it serves."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import main
from app.commands import _network

HEAVY = {"fastapi", "numpy", "pydantic", "sqlalchemy", "sqlmodel", "typst", "uvicorn"}


def levertree(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LEVERTREE_") and k != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])} | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('loaded:', sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    loaded = set(ast.literal_eval(done.stdout.rpartition("loaded: ")[2]))
    assert "app.cli" in loaded
    assert not loaded & HEAVY


def test_every_command_has_a_sentence_of_help() -> None:
    context = click.Context(main)
    names = main.list_commands(context)
    assert "serve" in names
    for name in names:
        command = main.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200), name


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    done = levertree("fly", folder=tmp_path)
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = levertree("serve", "--host", "127.0.0.1", "--port", str(port), folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {port} is already in use" in done.stderr
    assert f"--port {port + 1}" in done.stderr


def test_a_data_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    done = levertree("serve", "--port", "0", "--data-dir", str(tmp_path / "taken"), folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot be written to" in done.stderr


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    done = levertree("serve", folder=tmp_path, LEVERTREE_PORT="eight")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The setting LEVERTREE_PORT cannot be used" in done.stderr


def test_a_host_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(_network.AddressError, match="no address named"):
        _network.listen("no-such-host.invalid", 0)


def test_a_port_is_free_again_right_after_its_server_stopped() -> None:
    first = _network.listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    first.close()
    again = _network.listen("127.0.0.1", port)
    again.close()


def test_who_listens_to_itself_has_no_address_for_phones() -> None:
    assert _network.address_for_phones("127.0.0.1") is None
    assert _network.address_for_phones("192.0.2.7") == "192.0.2.7"


def test_the_qr_code_is_square_in_a_terminal() -> None:
    lines = _network.qr("http://192.0.2.7:8000").rstrip("\n").split("\n")
    assert len({len(line) for line in lines}) == 1
    assert abs(len(lines) * 2 - len(lines[0])) <= 2  # a character is twice as high as wide
