"""Tables: CSV with any delimiter and order of columns, tall (one item a row) or wide (objective and key results side
by side).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from facilitation.lint.document import Document
from facilitation.lint.reading.entries import (
    KIND_FIELDS,
    TEXT_FIELDS,
    Entry,
    UnreadableError,
    document_of,
    normal,
)

_WIDE = re.compile(r"^(?:key_?results?|kr)_?\d*(?:_(?:title|name|text))?$")
_OBJECTIVE = ("objective", "objective_title", "objectives", "goal")
_DELIMITERS = ",;\t|"


def looks_like_csv(text: str) -> bool:
    """Whether the first line is a header this reader knows: a delimiter and a column for the words."""
    header = text.lstrip("\ufeff\r\n ").split("\n", 1)[0]
    if header.startswith("|"):
        return False  # a Markdown table
    delimiter = _delimiter(header)
    names = [normal(name.strip('" ')) for name in header.split(delimiter)]
    return len(names) > 1 and _usable(names) and len(header) < 2000


def from_csv(text: str) -> Document:
    """The document of a CSV text. Raises UnreadableError where no column holds the words."""
    text = text.lstrip("\ufeff")
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        raise UnreadableError(
            f"This is not a table that can be read ({error}); save it as CSV in UTF-8."
        ) from None
    if not rows:
        return Document()
    return from_rows(rows)


def from_rows(rows: Sequence[tuple[int, Sequence[str]]]) -> Document:
    """The document of rows with their line numbers; the first one is the header. Raises UnreadableError."""
    names = [normal(name) for name in rows[0][1]]
    if not _usable(names):
        raise UnreadableError(
            "No column holds the sentences: the header needs a column text (or title, objective, key "
            "result), and a column kind helps."
        )
    return document_of(entries_of(rows))


def entries_of(rows: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Entry]:
    """The entries of rows with a usable header."""
    names = [normal(name) for name in rows[0][1]]
    wide = [index for index, name in enumerate(names) if _WIDE.match(name)]
    tall = any(name in KIND_FIELDS for name in names) and any(name in TEXT_FIELDS for name in names)
    last = ""
    for number, cells in rows[1:]:
        fields = {
            name: cells[index]
            for index, name in enumerate(names)
            if name and index < len(cells) and cells[index].strip()
        }
        if not fields:
            continue
        if not wide or tall:
            yield Entry(number=number, fields=dict(fields))
            continue
        head = next((fields[name] for name in (*_OBJECTIVE, "title", "name", "text") if fields.get(name)), "")
        others = {
            name: value
            for name, value in fields.items()
            if not _WIDE.match(name) and name not in (*_OBJECTIVE, *TEXT_FIELDS)
        }
        if head and head != last:
            yield Entry(number=number, fields={"text": head}, kind="objective")
            last = head
        for index in wide:
            if index < len(cells) and cells[index].strip():
                yield Entry(
                    number=number,
                    fields={"text": cells[index], **others},
                    kind="key_result",
                    parent=" ".join(last.split()) or None,
                )


def _usable(names: Sequence[str]) -> bool:
    return any(name in TEXT_FIELDS or name in _OBJECTIVE or _WIDE.match(name) for name in names)


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    header = text.split("\n", 1)[0]
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header))
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1
