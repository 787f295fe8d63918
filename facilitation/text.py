"""What people type, made safe to keep: one normal form, no control characters, no direction overrides, a limit."""

from __future__ import annotations

import unicodedata

from facilitation.messages import Rejected

COUNT_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
"""Small counts in words, by number."""

_JOINERS = {"\u200c", "\u200d"}
_LINES = {"\n", "\t"}


def clean(text: str, *, lines: bool = False) -> str:
    """`text` in NFC without control, surrogate, private or override characters; white space is folded.

    Zero-width joiners stay (Persian, Hindi and emoji need them). With `lines` line breaks are kept, at most two in a row.
    """
    if text.isascii() and text.isprintable():  # most of what is typed: nothing to take away but spaces
        return " ".join(text.split())
    kept = []
    for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        category = unicodedata.category(char)
        if char in _LINES:
            kept.append("\n" if lines and char == "\n" else " ")
        elif category in ("Cc", "Cs", "Co", "Cn") or (category == "Cf" and char not in _JOINERS):
            continue
        else:
            kept.append(char)
    folded = [" ".join(line.split()) for line in "".join(kept).split("\n")]
    joined = "\n".join(folded).strip()
    while "\n\n\n" in joined:
        joined = joined.replace("\n\n\n", "\n\n")
    return joined


def text_of(text: str, limit: int, what: str = "Your text", *, lines: bool = False) -> str | Rejected:
    """The cleaned text, or the refusal when nothing is left or it is longer than `limit` characters."""
    cleaned = clean(text, lines=lines)
    if not cleaned:
        return Rejected(f"{what} is empty. Write a few words, then send it again.")
    if len(cleaned) > limit:
        return Rejected(
            f"{what} has {len(cleaned):,} characters; {limit} fit. Shorten it and send it again: it is kept here."
        )
    return cleaned


def optional_text(text: str, limit: int, what: str = "Your text", *, lines: bool = False) -> str | Rejected:
    """Like `text_of`, but nothing is a fine answer."""
    return text_of(text, limit, what, lines=lines) if text and clean(text, lines=lines) else ""
