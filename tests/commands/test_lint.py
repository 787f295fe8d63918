"""`levertree lint`: output for people and for programs, exit status, and input that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main

LINES = (
    '{"text": "Launch the new quiz", "kind": "key_result"}\n'
    '{"text": "Activation from 36% to 44%", "kind": "key_result"}\n'
    '{"text": "Patients never wait"}\n'
)


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["lint", *arguments], input=stdin)


@pytest.fixture
def okrs(tmp_path: Path) -> str:
    path = tmp_path / "okrs.jsonl"
    path.write_text(LINES, encoding="utf-8")
    return str(path)


def test_json_is_one_array_with_every_input_line(okrs: str) -> None:
    result = run(okrs, "--json")
    entries = json.loads(result.stdout)
    assert [(one["line"], one["kind"], one["text"]) for one in entries] == [
        (1, "key_result", "Launch the new quiz"),
        (2, "key_result", "Activation from 36% to 44%"),
        (3, "objective", "Patients never wait"),
    ]
    assert {one["rule"] for one in entries[0]["findings"]} == {"K-OUTPUT", "K-NUMBER"}
    assert set(entries[0]["findings"][0]) == {"rule", "severity", "message", "suggestion"}
    assert entries[1]["findings"] == []


def test_people_read_the_place_the_rule_and_a_better_version(okrs: str) -> None:
    result = run(okrs)
    assert f"{okrs}:1: key result: Launch the new quiz" in result.stdout
    assert "warning K-OUTPUT: " in result.stdout
    assert "try: What should the quiz change, and for whom?" in result.stdout
    assert "3 lines read: 0 errors, 2 warnings" in result.stdout


def test_exit_status_follows_fail_on(okrs: str, tmp_path: Path) -> None:
    assert run(okrs).exit_code == 0
    assert run(okrs, "--fail-on", "warning").exit_code == 1
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(
        '{"text": "Reduce it", "kind": "key_result", "structure": {"from": 5, "target": 8}}\n',
        encoding="utf-8",
    )
    assert run(str(wrong)).exit_code == 1


def test_standard_input_in_every_format() -> None:
    for text in (
        LINES,
        "- KR1: Launch X\n",
        "text,kind\nLaunch X,KR\n",
        '[{"text": "Launch X", "kind": "KR"}]',
    ):
        result = run("-", "--json", stdin=text)
        assert result.exit_code == 0
        assert json.loads(result.stdout)[0]["findings"]


def test_an_empty_file_is_fine() -> None:
    assert json.loads(run("-", "--json", stdin="").stdout) == []
    assert "nothing to check" in run("-", stdin="").stdout


@pytest.mark.parametrize("content", [b'{"text": ', b"PK\x03\x04zip", b"a,b\n1,2\n"])
def test_unusable_input_is_status_2_and_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ("a.csv" if content.startswith(b"a") else "a.json")
    path.write_bytes(content)
    result = run(str(path), "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.md")).exit_code == 2
    folder = run(str(tmp_path))
    assert folder.exit_code == 2
    assert "folder" in folder.stderr


def test_huge_lines_and_bad_encodings_do_no_harm() -> None:
    huge = "- KR1: " + "Launch " * 100_000
    assert run("-", "--json", stdin=huge).exit_code == 0
    assert run("-", "--json", stdin=b"- KR1: Activit\xe9 from 3 to \xff5\n").exit_code == 0
