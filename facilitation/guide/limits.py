"""How long the texts and phases of a guide may be, and what is wrong with one that is not within bounds."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

MAX_PHASE_MINUTES = 240
MIN_PROMPTS = 4
MIN_PROBES = 3
MAX_PROMPTS = 20
MAX_PHASES = 40

# The longest text for each field, in characters. The question is read from eight metres, so it is short.
LIMITS: Mapping[str, int] = {
    "title": 60,
    "summary": 500,
    "question": 120,
    "task": 160,
    "purpose": 400,
    "opening": 700,
    "done_when": 240,
    "text": 240,
}

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def text_problem(value: str, limit: int) -> tuple[str, str] | None:
    """(reason, advice) when a text is empty, too long or holds characters nobody can see; else None."""
    if not value.strip():
        return "The text is empty.", "Write at least one word."
    if len(value) > limit:
        return f"The text has {len(value)} characters; {limit} is the most.", "Shorten it."
    for character in value:
        if character in _BIDI or (unicodedata.category(character) == "Cc" and character not in "\n\t\r"):
            return (
                f"The text holds a character nobody can see (U+{ord(character):04X}).",
                "Remove it, or type the text again.",
            )
    return None


def tidy(text: str) -> str:
    """One line: a text may be wrapped freely in the file."""
    return " ".join(text.split())


def minutes_problem(minutes: float) -> str | None:
    """What is wrong with a phase's length, as a sentence; None when 0 < minutes ≤ 240."""
    if 0 < minutes <= MAX_PHASE_MINUTES:
        return None
    return f"A phase cannot last {minutes:g} minutes."
