"""Notes: Markdown or plain text with headings, labels and bullets.

Understood are "Objective: ...", "O1 ...", "KR2: ...", sections named Key results, Guardrails, Initiatives, headings and bullets
that have bullets below them, tables, and (in notes without any of these) simply one sentence a line. Prose between is left out.
"""

from __future__ import annotations

import re

import msgspec

from facilitation.lint.document import Document, Kind
from facilitation.lint.reading.entries import Entry, document_of, guessed, kind_named
from facilitation.lint.reading.table import entries_of

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"^(\s*)(?:[-*+•·▪◦‣–]|\(?\d{1,2}[.)]|\(?[a-h][.)])\s+(?:\[[ xX]?\]\s*)?(.+)$")
_LABEL = re.compile(
    r"^[*_\s]*(?P<name>objectives?|obj|o|goals?|key\s?results?|krs?|guardrails?|health metrics?|limits"
    r"|initiatives?|projects|actions|tasks|activities)"
    r"\s?#?(?P<n>\d[\d.]*)?(?:\s?\([^)]*\))?\s?(?P<sign>[*_]*\s?(?::|\s[–—-]\s|[–—-]\s)"
    r"|[*_]{2})[*_]*\s*(?P<text>.*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^[*_\s]*(?P<name>o|kr)\s?(?P<n>\d[\d.]*)[*_]*\s+(?P<text>\S.*)$", re.IGNORECASE)
_SECTION = re.compile(
    r"^[*_\s]*(?:our |the |team |company )?(?P<name>objectives?|goals?|key\s?results?|krs?|guardrails?"
    r"|health metrics?|limits|initiatives?|projects|actions|tasks|activities)"
    r"(?:\s+(?:for|in|of)\s.*)?\s?[:*_]*$",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"^[*_\s]*(?P<name>owner|accountable|dri|due|due date|deadline)[*_]*\s?:[*_]*\s*(?P<value>[^|]+?)[*_]*\s*$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\bokrs?\b|^\W*(?:q[1-4]|h[12]|fy)\b[\s\d/–-]*$|^\W*\d{4}\W*$|\b(?:agenda|notes|introduction|overview"
    r"|background|contents)\b",
    re.IGNORECASE,
)


class _Item(msgspec.Struct, kw_only=True):
    number: int
    text: str
    indent: int
    heading: int = 0
    bullet: bool = False
    named: Kind | None = None
    section: Kind | None = None
    attribute: tuple[str, str] | None = None
    table: list[tuple[int, list[str]]] | None = None
    label: str = ""


def from_markdown(text: str) -> Document:
    """The document of notes; text without any mark is read as one sentence a line."""
    items = _items(text)
    plain = not any(item.heading or item.bullet or item.named or item.section or item.table for item in items)
    return document_of(_lines(items, plain=plain))


def _items(text: str) -> list[_Item]:
    found: list[_Item] = []
    fenced = comment = False
    lines = text.lstrip("\ufeff").split("\n")
    front = bool(lines) and lines[0].strip() == "---" and any(line.strip() == "---" for line in lines[1:30])
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r").expandtabs(4)
        bare = line.strip()
        if front:
            front = not (number > 1 and bare == "---")
            continue
        if bare.startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if "<!--" in bare:
            comment = "-->" not in bare
            continue
        if comment:
            comment = "-->" not in bare
            continue
        if fenced or not bare or re.fullmatch(r"[-*_=\s|:]{3,}", bare):
            continue
        while bare.startswith(">") and not re.match(r">\s?=?\s?\d", bare):
            bare = bare[1:].lstrip()
            line = bare
        if bare:
            _take(found, number, line, bare)
    return found


def _take(found: list[_Item], number: int, line: str, bare: str) -> None:
    if bare.startswith("|") and bare.count("|") > 2:
        cells = [cell.strip() for cell in bare.strip("|").split("|")]
        if found and found[-1].table is not None and found[-1].table[-1][0] >= number - 2:
            found[-1].table.append((number, cells))
        else:
            found.append(_Item(number=number, text="", indent=0, table=[(number, cells)]))
        return
    heading = _HEADING.match(line)
    bullet = _BULLET.match(line)
    body = heading[2] if heading else bullet[2] if bullet else bare
    indent = len(bullet[1]) if bullet else 0
    attribute = _ATTRIBUTE.match(body)
    item = _Item(
        number=number,
        text=body,
        indent=indent,
        heading=len(heading[1]) if heading else 0,
        bullet=bool(bullet),
    )
    if attribute:
        item.attribute = (attribute["name"].lower(), attribute["value"].strip())
    elif section := _SECTION.match(body):
        item.section = kind_named(section["name"])
    elif label := _LABEL.match(body) or _NUMBERED.match(body):
        kind = kind_named(label["name"])
        item.named, item.text = kind, label["text"].strip().strip("*_ ") if label["text"].strip() else ""
        item.label = label["n"] or ""
        if not item.text:
            # "Objective 1:" alone announces the next line; "Key results:" opens a section.
            item.section, item.named = kind, None
    found.append(item)


def _lines(items: list[_Item], *, plain: bool) -> list[Entry]:
    entries: list[Entry] = []
    section: Kind | None = None
    objective: str | None = None
    parent_indent = -1
    for index, item in enumerate(items):
        following = items[index + 1] if index + 1 < len(items) else None
        if item.attribute is not None:
            if entries:
                entries[-1].fields.setdefault(*item.attribute)
            continue
        if item.table is not None:
            if len(item.table) > 1:
                entries += entries_of(
                    [row for row in item.table if not all(re.fullmatch(r":?-*:?", cell) for cell in row[1])]
                )
            continue
        if item.section is not None:
            section = item.section
            continue
        kind: Kind | None = item.named
        if kind is None and item.heading:
            section = None
            below = following is not None and (
                following.bullet
                or following.section == "key_result"
                or following.named == "key_result"
                or following.attribute
            )
            if not below or _TITLE.search(item.text):
                continue
            kind = "objective"
        elif kind is None and item.bullet:
            nested = following is not None and following.bullet and following.indent > item.indent
            if section in ("guardrail", "initiative", "key_result"):
                kind = section
            elif item.indent > parent_indent >= 0:
                kind = "key_result"
            elif nested or section == "objective":
                kind = "objective"
            elif objective is not None:
                kind = "key_result"
        elif kind is None:
            announced = index > 0 and items[index - 1].section == "objective"
            if announced:
                kind = "objective"
            elif not plain:
                continue
        why = ""
        if kind is None:
            kind, why = guessed(item.text)
        entry = Entry(number=item.number, fields={"text": item.text}, kind=kind if not why else None)
        if kind == "objective" and not why:
            entry.id = objective = f"line {item.number}"
            parent_indent = item.indent if item.bullet else -1
            section = None
        elif kind == "key_result":
            entry.parent = objective
        entries.append(entry)
    return entries
