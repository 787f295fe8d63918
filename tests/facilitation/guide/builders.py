"""A small valid guide as plain data, and a writer that turns such data into TOML text."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from typing import Any

Data = dict[str, Any]


def toml(value: object) -> str:
    """TOML for plain data, tables inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return str(value)


def document(data: Data) -> str:
    """A whole TOML document, one line per top-level key."""
    return "\n".join(f"{json.dumps(key)} = {toml(item)}" for key, item in data.items()) + "\n"


def phase(activity: str, name: str = "", minutes: float = 5) -> Data:
    """A valid phase; its id and prompt ids are made from `name` (default: the activity)."""
    name = name or activity
    return {
        "id": name,
        "activity": activity,
        "title": name.title(),
        "question": "What now?",
        "task": "Do it.",
        "purpose": "Because.",
        "opening": "Hello.",
        "done_when": "It is done.",
        "minutes": minutes,
        "prompts": [{"id": f"{name}-p{n}", "text": "Why?", "rule": "S0"} for n in range(4)],
        "probes": [{"id": f"{name}-q{n}", "text": "Why not?", "rule": "M-TREE-5"} for n in range(3)],
    }


def guide(*activities: str) -> Data:
    """A valid guide with these activities (default: tree, levers, vote)."""
    return {
        "id": "small",
        "title": "Small",
        "language": "en",
        "version": 1,
        "summary": "A small guide.",
        "phases": [phase(activity) for activity in activities or ("tree", "levers", "vote")],
    }


def changed(data: Data, key: str, value: object) -> Data:
    """A copy of `data` with the value at a key such as `phases[2].settings.dots` set; `...` removes it."""
    result = copy.deepcopy(data)
    steps: list[str | int] = [
        int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", key)
    ]
    place: Any = result
    for step in steps[:-1]:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    if value is ...:
        del place[steps[-1]]
    else:
        place[steps[-1]] = value
    return result
