"""Makes any text printable: what the typesetter gets holds only characters that some loaded font has.

With a PDF standard set, one control character or one glyph that no font has would refuse the whole document. So every
string passes here: composed (NFC), without controls, half characters and private ones, without invisible formatting
except what Arabic, Persian and Indic scripts need, and with ▯ for what the fonts lack. That something was replaced is
remembered, so that the document can say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

REPLACEMENT = "▯"
# Variation selectors only choose between drawings of one character; the fonts here have one.
VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))
KEPT_FORMATS = frozenset("\u200c\u200d\u200e\u200f")
# Spaces the fonts lack become the plain or the no-break space that means the same here.
SPACES = {
    "\u2007": "\u00a0",
    "\u202f": "\u00a0",
    "\u2060": "",
    "\t": " ",
    "\n": " ",
    "\r": " ",
    "\v": " ",
    "\f": " ",
    "\u2028": " ",
    "\u2029": " ",
    "\u0085": " ",
}
MARKS = ("Mn", "Mc", "Me")
MOST_MARKS = 4
# An invisible place where a line may end.
BREAK = "\u200b"
LONG_WORD = re.compile(r"\S{20,}")
SPLIT_EVERY = 7
LONGEST = 4000


OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def one_line(text: str) -> str:
    """`text` on one line for text formats: no control characters, no overrides of reading direction, single spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = (" " if character.isspace() else character for character in OVERRIDES.sub("", text))
    shown = "".join(
        character for character in kept if unicodedata.category(character) not in ("Cc", "Cs", "Cn")
    )
    return re.sub(" {2,}", " ", shown).strip()


class Glyphs(dict[int, str]):
    """Code point → what is printed for it, worked out the first time it is met (for `str.translate`)."""

    def __init__(self, known: frozenset[int]) -> None:
        super().__init__()
        self.known = known
        self.marks: set[str] = set()
        self.lost: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = shown = self._shown(character)
        if unicodedata.category(character) in MARKS and character not in VARIATIONS:
            (self.marks if shown else self.lost).add(character)
        return shown

    def _shown(self, character: str) -> str:
        if character in SPACES:
            return SPACES[character]
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co", "Cn") or (category == "Cf" and character not in KEPT_FORMATS):
            return ""
        if character in VARIATIONS:
            return ""
        if ord(character) in self.known:
            return character
        if category == "Zs":
            return " "
        # A box over a letter would be worse than the letter without its mark.
        return "" if character in KEPT_FORMATS or category in MARKS else REPLACEMENT


class Cleaner:
    """Cleans strings against the code points of each font family, in the order they are tried; `replaced` counts what
    was lost."""

    def __init__(self, *families: frozenset[int]) -> None:
        self.families = families
        self.glyphs = Glyphs(frozenset().union(*families))
        self.replaced = 0

    def text(self, text: str) -> str:
        """`text` on one line, ready to print; long words may break, and an endless text is cut with an ellipsis."""
        if len(text) <= 24 and text.isascii() and text.isprintable():
            return text
        composed = unicodedata.normalize("NFC", text)
        if len(composed) > LONGEST:
            composed = composed[: LONGEST - 1] + "…"
        shown = composed.translate(self.glyphs)
        self.replaced += shown.count(REPLACEMENT) - composed.count(REPLACEMENT)
        self.replaced += not self.glyphs.lost.isdisjoint(composed)
        if not self.glyphs.marks.isdisjoint(shown):
            shown = "".join(self._letters(shown))
        cleaned = re.sub(" {2,}", " ", shown).strip(" ")
        if KEPT_FORMATS.issuperset(cleaned.replace(" ", "")):  # nothing to see, so nothing
            return ""
        return LONG_WORD.sub(lambda found: _breakable(found[0]), cleaned)

    def tree(self, value: object) -> object:
        """`value` with every string in it cleaned (lists and dicts of JSON shape; keys are ours and stay)."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.tree(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(item) for item in value]
        return value

    def _letters(self, text: str) -> Iterator[str]:
        """Each letter with its marks, as far as one font has them all: the typesetter refuses a mark from one font on a
        letter from another. And a tower of marks would smear over the lines above: a few on one letter are plenty."""
        letter, marks = "", ""
        for character in [*text, ""]:
            if character and character in self.glyphs.marks:
                marks += character
                continue
            if marks and not self._one_font(letter + marks):
                self.replaced += 1
                marks = ""
            yield letter + marks[:MOST_MARKS]
            letter, marks = character, ""

    def _one_font(self, letter: str) -> bool:
        points = set(map(ord, letter))
        return any(points <= family for family in self.families)


def _breakable(word: str) -> str:
    """`word` with invisible break points, never between a letter and its marks or inside a joined emoji."""
    pieces: list[str] = []
    since = 0
    for index, character in enumerate(word):
        joined = unicodedata.category(character).startswith("M") or character in KEPT_FORMATS
        after_joiner = index > 0 and word[index - 1] in KEPT_FORMATS
        if since >= SPLIT_EVERY and not joined and not after_joiner and not _cursive(character):
            pieces.append(BREAK)
            since = 0
        pieces.append(character)
        since += 1
    return "".join(pieces)


def _cursive(character: str) -> bool:
    """Whether a break before `character` would change how letters join or hang together (Arabic, Indic, Thai)."""
    return "\u0600" <= character <= "\u0e7f" or "\ufb50" <= character <= "\ufeff"
