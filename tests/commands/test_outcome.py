"""An outcome that was saved as JSON becomes every other format again, without a workshop or a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.outcome import FORMATS as NAMES
from app.commands.outcome import command
from app.exports import FORMATS
from tests.exports.sample import full


def said(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "growth.json"
    file.write_bytes(FORMATS["json"].export(full()))
    return file


def test_every_format_can_be_asked_for() -> None:
    assert tuple(FORMATS) == NAMES


def test_json_comes_back_byte_for_byte(saved: Path, tmp_path: Path) -> None:
    done = said(str(saved), "--as", "json", "--to", str(tmp_path / "again.json"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "again.json").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("pdf", "okr-sheet")])
def test_tables_and_texts_are_those_of_the_outcome_page(saved: Path, tmp_path: Path, name: str) -> None:
    done = said(str(saved), "--as", name, "--to", str(tmp_path / "made"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "made").read_bytes() == FORMATS[name].export(full())


def test_paper_goes_beside_the_file_and_never_over_another(saved: Path) -> None:
    done = said(str(saved))
    assert done.exit_code == 0, done.output
    made = saved.with_name(FORMATS["pdf"].file_name(full()))
    assert made.read_bytes().startswith(b"%PDF-")
    again = said(str(saved))
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_an_owners_address_reaches_the_table_that_wants_it(saved: Path, tmp_path: Path) -> None:
    to = str(tmp_path / "goals.csv")
    done = said(str(saved), "--as", "peoplebox", "--to", to, "--email", "Ana Ruiz=ana@levertree.example")
    assert done.exit_code == 0, done.output
    assert "ana@levertree.example" in Path(to).read_text(encoding="utf-8")
    assert "Write an address like" in said(str(saved), "--email", "Ana Ruiz").output


def test_another_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text('{"format": "something-else"}', encoding="utf-8")
    done = said(str(file))
    assert done.exit_code == 1
    assert "is no outcome to read" in done.output
    assert "Traceback" not in done.output
