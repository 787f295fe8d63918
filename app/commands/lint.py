"""`levertree lint FILE`: what a kind colleague would say about OKRs written elsewhere, on paper or in CI.

Reads JSON (lines or an array), CSV and Markdown; `-` is standard input. Prints findings per line, or with --json one array with
every input line. Exit status: 0 nothing at or above --fail-on, 1 there is, 2 the input cannot be used (one sentence says why).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from facilitation.lint import Document, Finding

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_WORDS = {
    "objective": "objective",
    "key_result": "key result",
    "guardrail": "guardrail",
    "initiative": "initiative",
}
MAX_BYTES = 50_000_000


@click.command()
@click.argument("file", type=click.Path(path_type=str))
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one JSON array: line, kind, text and findings of every line.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["warning", "error"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit status 1.",
)
def command(file: str, as_json: bool, fail_on: str) -> None:
    """Check OKRs in FILE (JSON lines, JSON, CSV or Markdown; - is standard input)."""
    from facilitation.lint import lint
    from facilitation.lint.reading import UnreadableError, decoded, document_in

    try:
        document = document_in(decoded(_bytes(file)), "" if file == "-" else file)
        findings = lint(document)
    except UnreadableError as error:
        click.echo(f"{'Standard input' if file == '-' else file}: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(
            json.dumps(_entries(document, findings), ensure_ascii=False, indent=2).encode("utf-8", "replace")
        )
    else:
        _print(document, findings, "stdin" if file == "-" else file)
    failing = {"error"} if fail_on == "error" else {"error", "warning"}
    sys.exit(1 if any(one.severity in failing for one in findings) else 0)


def _bytes(file: str) -> bytes:
    from facilitation.lint.reading import UnreadableError

    if file == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        path = Path(file)
        if path.is_dir():
            raise UnreadableError("This is a folder; name a file in it.")
        try:
            with path.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except FileNotFoundError:
            raise UnreadableError("There is no such file.") from None
        except OSError as error:
            raise UnreadableError(f"It cannot be read ({error.strerror}).") from None
    if len(data) > MAX_BYTES:
        raise UnreadableError("It is larger than 50 MB; split it into smaller files.")
    return data


def _by_line(document: Document, findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings by the line they belong to; what concerns the whole file is told at its first line."""
    first = document.lines[0].id if document.lines else ""
    found: dict[str, list[Finding]] = {line.id: [] for line in document.lines}
    for one in findings:
        found.setdefault(one.line or first, []).append(one)
    return found


def _entries(document: Document, findings: Sequence[Finding]) -> list[dict[str, object]]:
    found = _by_line(document, findings)
    return [
        {
            "line": line.number,
            "kind": line.kind,
            "text": line.text,
            "findings": [
                {
                    "rule": one.rule,
                    "severity": one.severity,
                    "message": one.message,
                    "suggestion": one.suggestion,
                }
                for one in found[line.id]
            ],
        }
        for line in document.lines
    ]


def _print(document: Document, findings: Sequence[Finding], name: str) -> None:
    found = _by_line(document, findings)
    for line in document.lines:
        mine = found[line.id]
        if not mine:
            continue
        guessed = f" ({line.guessed})" if line.guessed else ""
        text = " ".join(line.text.split())
        click.echo(
            f"{name}:{line.number}: {_WORDS[line.kind]}{guessed}: {text[:200]}{'…' if len(text) > 200 else ''}"
        )
        for one in mine:
            click.echo(f"  {click.style(one.severity, fg=_COLOURS[one.severity])} {one.rule}: {one.message}")
            if one.suggestion:
                click.echo(f"      try: {one.suggestion}")
    counts = [sum(one.severity == severity for one in findings) for severity in ("error", "warning", "info")]
    words = ", ".join(
        f"{count} {word}{'s' if count != 1 else ''}"
        for count, word in zip(counts, ("error", "warning", "hint"), strict=True)
    )
    lines = len(document.lines)
    click.echo(
        f"{lines} line{'s' if lines != 1 else ''} read: {words}."
        if lines
        else "There is nothing to check in this file."
    )
