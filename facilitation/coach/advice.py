"""What the coach says: a question to ask, with the fact it rests on and the rule it serves; and how it counts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from facilitation.coach.facts import Facts
from facilitation.text import COUNT_WORDS


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """`question` can be said aloud as it stands; `reason` is for the facilitator. `about` holds ids of people or
    things meant, so that a screen can point at them; names of people are not known here.
    """

    id: str
    question: str
    reason: str
    rule: str
    about: tuple[str, ...] = ()


Observation = Callable[[Facts], Advice | None]
"""Looks at one thing only; None when there is nothing to say about it."""


def number(count: int) -> str:
    """Small numbers as words: "two", "13"."""
    return COUNT_WORDS[count] if 0 <= count < len(COUNT_WORDS) else str(count)


def counted(count: int, one: str, many: str) -> str:
    """ "one person has", "two people have": the word for the count, then the singular or the plural."""
    return f"{number(count)} {one if count == 1 else many}"


def start(sentence: str) -> str:
    """The sentence with a capital letter in front."""
    return sentence[:1].upper() + sentence[1:]
