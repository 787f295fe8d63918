"""JSON lines, one JSON array, or JSON objects one after another; each entry keeps the number of the line it begins on.

Objectives may also hold their key results, guardrails and initiatives as lists inside them.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from facilitation.lint.document import Document, Kind
from facilitation.lint.reading.entries import TEXT_FIELDS, Entry, UnreadableError, document_of, first, normal

_FORM = '{"text": "…", "kind": "key_result"}'
_LISTS: dict[str, Kind] = {
    "key_results": "key_result",
    "keyresults": "key_result",
    "krs": "key_result",
    "results": "key_result",
    "guardrails": "guardrail",
    "health_metrics": "guardrail",
    "initiatives": "initiative",
    "projects": "initiative",
}
_COLLECTIONS = ("objectives", "okrs", "goals", "lines", "items")


class _Text:
    """The text with its line numbers; looking one up must not count from the beginning in a file of many lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends = [position for position, char in enumerate(text) if char == "\n"]

    def line(self, position: int) -> int:
        """The 1-based line of a place in the text."""
        return bisect_left(self._ends, position) + 1


def from_json(text: str) -> Document:
    """The document of a JSON text. Raises UnreadableError, naming the line, where it is not JSON or an entry has no words."""
    source = _Text(text)
    try:
        return document_of(entry for value, at in _values(source) for entry in _entries(value, source, at))
    except RecursionError:
        raise UnreadableError("The objectives are nested too deeply to be read.") from None


def _values(source: _Text) -> Iterator[tuple[Any, int]]:
    """Top-level values, or the elements of a top-level array, with the place they begin at."""
    decoder = json.JSONDecoder()
    text = source.text
    position = 0
    inside = False
    while True:
        while position < len(text) and (text[position].isspace() or text[position] == ","):
            position += 1
        if position == len(text):
            if inside:
                raise UnreadableError(
                    f"The list ends too early, at line {source.line(position)}: a closing ] is missing."
                )
            return
        if text[position] == "[" and not inside:
            inside = True
            position += 1
            continue
        if text[position] == "]" and inside:
            inside = False
            position += 1
            continue
        begins = position
        try:
            value, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError) as error:
            reason = (
                error.msg.lower() if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
            )
            raise UnreadableError(
                f"Line {source.line(begins)} is not JSON ({reason}); every line needs the form {_FORM}."
            ) from None
        yield value, begins


def _entries(value: Any, source: _Text, at: int) -> Iterator[Entry]:
    number = source.line(at)
    if isinstance(value, str):
        yield Entry(number=number, fields={"text": value})
        return
    if not isinstance(value, dict):
        raise UnreadableError(f"Line {number} holds no sentence; every entry needs the form {_FORM}.")
    fields = {normal(name): inner for name, inner in value.items()}
    collections = [fields[name] for name in _COLLECTIONS if isinstance(fields.get(name), list)]
    if collections and not first(fields, TEXT_FIELDS[:2]):
        for each in collections[0]:
            yield from _entries(each, source, _place(each, source.text, at))
        return
    lists = {name: fields[name] for name in _LISTS if isinstance(fields.get(name), list)}
    if lists:
        yield from _with_children(fields, lists, source, at)
        return
    if not any(isinstance(inner, str) for inner in fields.values()):
        raise UnreadableError(f'Line {number} has no "text".')
    yield Entry(number=number, fields=fields)


def _with_children(
    fields: dict[str, Any], lists: Mapping[str, list[Any]], source: _Text, at: int
) -> Iterator[Entry]:
    own = {name: value for name, value in fields.items() if name not in lists}
    words = first(own, ("objective", *TEXT_FIELDS))
    key = f"at {at}"
    if words:
        yield Entry(number=source.line(at), fields={**own, "text": words}, kind="objective", id=key)
    for name, children in lists.items():
        for child in children:
            place = _place(child, source.text, at)
            for entry in _entries(child, source, place):
                entry.kind = entry.kind or _LISTS[name]
                entry.parent = entry.parent or (key if words else None)
                yield entry


def _place(value: Any, text: str, at: int) -> int:
    """Where a nested entry's words stand in the text; where they cannot be found, the place of what holds it."""
    words = value if isinstance(value, str) else ""
    if isinstance(value, dict):
        words = next((inner for inner in value.values() if isinstance(inner, str)), "")
    for written in (json.dumps(words, ensure_ascii=False), json.dumps(words)):
        found = text.find(written, at) if words else -1
        if found >= 0:
            return found
    return at
