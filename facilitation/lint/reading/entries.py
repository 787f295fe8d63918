"""What all formats share: entries of loose fields become lines with a kind, a structure and a parent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from facilitation.lint import words as w
from facilitation.lint.document import Document, Kind, Line
from facilitation.lint.reading.structure import structure_in
from facilitation.lint.sentence import output_verb, read, study_verb

TEXT_FIELDS = (
    "text", "sentence", "title", "statement", "goal_title", "objective_title", "key_result_title", "okr", "name", "summary",
    "metric_name", "description",
)  # fmt: skip
KIND_FIELDS = ("kind", "type", "issue_type", "goal_type", "okr_type", "level", "item_type", "category")
PARENT_FIELDS = (
    "objective_id",
    "parent_row_id",
    "parent_row_ids",
    "parent_id",
    "parent_okr",
    "parent",
    "under",
    "parent_goal_ids",
)
ID_FIELDS = ("id", "row_id", "okr_reference", "goal_id", "issue_key", "reference", "key")
_LABEL = re.compile(
    r"^\W*(?:(?P<o>o|obj|objective|goal)|(?P<k>kr|key\s?results?)|(?P<g>guardrail|health metric)"
    r"|(?P<i>initiative|project))\s?#?[\d.]*[*_]*\s?[:–—-]",
    re.IGNORECASE,
)


class UnreadableError(Exception):
    """The input cannot be used; the message is one sentence for the person who gave it."""


class Entry(msgspec.Struct, kw_only=True):
    """One item of a file before it is judged: its fields by normalised name, and where it stood."""

    number: int
    fields: dict[str, Any]
    kind: Kind | None = None
    parent: str | None = None
    id: str = ""


def normal(name: str) -> str:
    """A field's name in one form: "Due Date" and "dueDate" are `due_date`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name).strip())
    return re.sub(r"[^a-z0-9µσ≤]+", "_", spaced.lower()).strip("_")


def first(fields: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of the fields that holds text."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
    return ""


def _words(fields: Mapping[str, Any]) -> str:
    """The sentence exactly as it stands in the file."""
    return next(
        (value for name in TEXT_FIELDS if isinstance(value := fields.get(name), str) and value.strip()), ""
    )


def kind_named(text: str) -> Kind | None:
    """The kind a word names ("KR", "Key Result", "goal", "health metric"), or None."""
    name = normal(text).replace("_", "").rstrip("s0123456789")
    if name in {"o", "obj", "objective", "goal", "companyobjective", "teamobjective", "epic"}:
        return "objective"
    if name in {"kr", "keyresult", "result", "keyre", "metric", "kpi", "target"}:
        return "key_result"
    if name in {"guardrail", "healthmetric", "health", "countermetric", "limit"}:
        return "guardrail"
    if name in {"initiative", "project", "task", "action", "todo", "activity", "story", "milestone", "plan"}:
        return "initiative"
    return None


def labelled(text: str) -> Kind | None:
    """The kind a label before the sentence names ("KR1: ...", "O2 – ...")."""
    match = _LABEL.match(text)
    if match is None:
        return None
    return (
        "objective"
        if match["o"]
        else "key_result"
        if match["k"]
        else "guardrail"
        if match["g"]
        else "initiative"
    )


def guessed(text: str) -> tuple[Kind, str]:
    """A kind for a sentence without one, and why: a number or work makes a key result, everything else an objective."""
    sentence = read(text)
    if sentence.has_number:
        return "key_result", "read as a key result because it has a number"
    if output_verb(sentence) or study_verb(sentence) or sentence.first in w.HELP_FORMS:
        return "key_result", "read as a key result because it begins with work"
    return "objective", "read as an objective because it has no number"


def document_of(entries: Iterable[Entry]) -> Document:
    """Lines for all entries; parents may be given by id or by the parent's own text."""
    kept = list(entries)
    ids: dict[str, str] = {}
    lines: list[Line] = []
    for index, entry in enumerate(kept):
        text = _words(entry.fields)
        why = ""
        kind = entry.kind or kind_named(first(entry.fields, KIND_FIELDS)) or labelled(text)
        if kind is None:
            kind, why = guessed(text)
        line = Line(
            id=f"{index + 1}", kind=kind, text=text, number=entry.number, under=None,
            structure=structure_in(entry.fields), guessed=why,
        )  # fmt: skip
        lines.append(line)
        if kind == "objective":
            for name in (entry.id or first(entry.fields, ID_FIELDS), text):
                if name:
                    ids.setdefault(" ".join(name.split()), line.id)
    for index, entry in enumerate(kept):
        parent = entry.parent or first(entry.fields, PARENT_FIELDS) or first(entry.fields, ("objective",))
        if lines[index].kind == "key_result" and parent in ids:
            lines[index] = msgspec.structs.replace(lines[index], under=ids[parent])
    return Document(lines=tuple(lines))
