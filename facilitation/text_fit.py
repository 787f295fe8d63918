"""How much room a text takes, without a browser: average widths of a sans-serif, in parts of the font size.

Taken from the widest sans-serif in common use (DejaVu, Verdana), since a browser sets labels in whatever the system has: what
fits by this measure fits everywhere. Good to a few percent for Latin; wide scripts count a full em. Only used to break and
shorten labels, so that the drawing on the screen and the one on paper break them alike.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_WIDTHS = {
    0.28: " .,:;'|!ijl·’",
    0.36: 'frt()[]{}-/\\"“”I',
    0.5: "Jcksvxyz?_",
    0.72: "CDGHNOQRUwÖÜÄ",
    0.86: "MWm%@→↗—",
}
_TABLE = {ord(char): width for width, chars in _WIDTHS.items() for char in chars}
_UPPER, _LOWER = 0.64, 0.56
_WIDEST = 1.11
_WIDEST_BOLD = 1.245
ELLIPSIS = "…"


@lru_cache(maxsize=16384)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of `text` at font size `size`, in the same unit."""
    total = 0.0
    for char in text:
        code = ord(char)
        width = _TABLE.get(code)
        if width is None:
            if code < 128:
                width = _UPPER if char.isupper() else _LOWER
            elif unicodedata.combining(char):
                width = 0.0
            else:
                wide = unicodedata.east_asian_width(char) in "WF" or code >= 0x1F000
                width = 1.0 if wide else _UPPER if char.isupper() else _LOWER
        total += width
    return total * size * (_WIDEST_BOLD if bold else _WIDEST)


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """`text` cut to `width` with an ellipsis, at a letter; at least one letter stays."""
    if text_width(text, size, bold=bold) <= width:
        return text
    room = width - text_width(ELLIPSIS, size, bold=bold)
    kept = ""
    for char in text:
        if kept and text_width(kept + char, size, bold=bold) > room:
            break
        kept += char
    return kept.rstrip() + ELLIPSIS


@lru_cache(maxsize=8192)
def wrap(text: str, width: float, size: float, *, lines: int, bold: bool = False) -> tuple[str, ...]:
    """`text` broken at spaces into at most `lines` lines that fit `width`; what is left over is cut with an ellipsis."""
    words = text.split()
    rows: list[str] = []
    while words and len(rows) < lines - 1:
        row = words[0]
        taken = 1
        while taken < len(words) and text_width(f"{row} {words[taken]}", size, bold=bold) <= width:
            row = f"{row} {words[taken]}"
            taken += 1
        if text_width(row, size, bold=bold) > width:
            break
        rows.append(row)
        words = words[taken:]
    if words:
        rows.append(shorten(" ".join(words), width, size, bold=bold))
    return tuple(rows)
