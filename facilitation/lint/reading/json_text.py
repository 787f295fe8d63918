"""JSON lines, one JSON array, or JSON objects one after another; each entry keeps the number of the line it begins
on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from facilitation.lint.document import Document
from facilitation.lint.reading.entries import Entry, UnreadableError, document_of, normal


def from_json(text: str) -> Document:
    """The document of a JSON text. Raises UnreadableError, naming the line, where it is not JSON or an entry is no
    sentence.
    """
    return document_of(_entry(value, number) for value, number in _values(text))


def _values(text: str) -> Iterator[tuple[Any, int]]:
    """Top-level values, or the elements of a top-level array, with their line numbers."""
    decoder = json.JSONDecoder()
    position, line, counted = 0, 1, 0
    inside = False
    while True:
        while position < len(text) and (text[position].isspace() or text[position] == ","):
            position += 1
        line += text.count("\n", counted, position)
        counted = position
        if position == len(text):
            if inside:
                raise UnreadableError(f"The list ends too early, at line {line}: a closing ] is missing.")
            return
        if text[position] == "[" and not inside:
            inside = True
            position += 1
            continue
        if text[position] == "]" and inside:
            inside = False
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError) as error:
            reason = (
                error.msg.lower() if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
            )
            raise UnreadableError(
                f"Line {line} is not JSON ({reason}); every line needs the form "
                '{"text": "…", "kind": "key_result"}.'
            ) from None
        yield value, line


def _entry(value: Any, number: int) -> Entry:
    if isinstance(value, str):
        return Entry(number=number, fields={"text": value})
    if not isinstance(value, dict):
        raise UnreadableError(
            f"Line {number} holds no sentence; every entry needs the form "
            '{"text": "…", "kind": "key_result"}.'
        )
    fields = {normal(name): inner for name, inner in value.items()}
    if not any(isinstance(inner, str) for inner in fields.values()):
        raise UnreadableError(f'Line {number} has no "text".')
    return Entry(number=number, fields=fields)
