"""Makes a lint document from the text of a file: JSON (lines or an array), CSV, or Markdown and plain notes.

`document_in` decides by the file's name, then by what the text looks like. What cannot be used raises `UnreadableError` with one
sentence. Every entry keeps the number of its line; a kind the file does not name is inferred, and the line says how.
"""

from __future__ import annotations

from facilitation.lint.document import Document
from facilitation.lint.reading.entries import UnreadableError
from facilitation.lint.reading.json_text import from_json
from facilitation.lint.reading.markdown import from_markdown
from facilitation.lint.reading.table import from_csv, looks_like_csv

__all__ = ["UnreadableError", "decoded", "document_in"]

_JSON = (".json", ".jsonl", ".ndjson", ".jsonlines")
_TABLE = (".csv", ".tsv", ".tab")
_NOTES = (".md", ".markdown", ".txt", ".text", ".mdown")
_BINARY = {
    b"PK\x03\x04": "a spreadsheet or another packed file: save it as CSV first",
    b"%PDF": "a PDF: copy its text into a file",
}


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or, failing both, Windows-1252; raises UnreadableError for files that are
    no text.
    """
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            raise UnreadableError(f"This is {what}.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise UnreadableError("This is not a text file.")
    return text


def document_in(text: str, name: str = "") -> Document:
    """The document in a file's text; `name` helps to tell the format. Raises UnreadableError."""
    low = name.lower()
    shape = text.lstrip()[:1]
    if not shape:
        return Document()
    if low.endswith(_JSON) or (shape in "[{" and not low.endswith(_NOTES + _TABLE) and _is_json(text)):
        return from_json(text)
    if low.endswith(_TABLE) or (not low.endswith(_NOTES) and looks_like_csv(text)):
        return from_csv(text)
    return from_markdown(text)


def _is_json(text: str) -> bool:
    """A bracket may also begin a Markdown checkbox or link."""
    start = text.lstrip()
    return start.startswith("{") or start[1:].lstrip()[:1] in ("{", '"', "]")
