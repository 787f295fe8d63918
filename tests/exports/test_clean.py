"""Text on its way to paper: printable whatever was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exports.clean import BREAK, LONGEST, Cleaner, one_line
from app.exports.typesetting import fonts


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(*fonts().covers)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("plain", "plain"),
        ("  two \n lines\tand more ", "two lines and more"),
        ("cafe\u0301", "café"),
        ("a\u0000b\u0007c\u001f", "abc"),
        ("\u202eevil\u202c\u2066x\u2069", "evilx"),
        ("می\u200cشود", "می\u200cشود"),
        ("36\u202f%", "36\u00a0%"),
        ("❤\ufe0f", "❤"),
        ("private \ue000 and unassigned \U000e0080", "private and unassigned"),
        ("日本", "▯▯"),
        ("half \ud83d", "half"),
        ("o" + "\u0301" * 40, "ó" + "\u0301" * 4),
        ("\u200d\u200e \u200c", ""),
        ("", ""),
    ],
)
def test_typed_text_becomes_printable(cleaner: Cleaner, typed: str, printed: str) -> None:
    assert cleaner.text(typed) == printed


def test_a_long_word_gets_places_to_break_and_reads_the_same(cleaner: Cleaner) -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    made = cleaner.text(word)
    assert BREAK in made
    assert made.replace(BREAK, "") == word
    assert BREAK not in cleaner.text("an ordinary sentence of ordinary words")


def test_an_endless_text_is_cut_and_says_so(cleaner: Cleaner) -> None:
    made = cleaner.text("word " * 5000)
    assert len(made) <= LONGEST
    assert made.endswith("…")


def test_what_was_lost_is_counted_once_it_is_lost() -> None:
    cleaner = Cleaner(*fonts().covers)
    cleaner.text("▯ typed by somebody, and an emoji 🚀 that prints")
    assert cleaner.replaced == 0
    cleaner.text("漢")
    cleaner.text("a letter with a mark no font has: a\u0353")
    assert cleaner.replaced == 2


def test_data_are_cleaned_all_the_way_down(cleaner: Cleaner) -> None:
    given_data = {"a": ["x\u0007", ("y\u0000", 1, None, 2.5)], "b": {"c": "z\u202e"}}
    assert cleaner.tree(given_data) == {"a": ["x", ["y", 1, None, 2.5]], "b": {"c": "z"}}


@given(st.text(max_size=120))
@settings(max_examples=400, deadline=None)
def test_only_characters_that_some_font_has_are_left(typed: str) -> None:
    cleaner = Cleaner(*fonts().covers)
    made, known = cleaner.text(typed), cleaner.glyphs.known
    assert all(ord(character) in known for character in made)
    assert unicodedata.is_normalized("NFC", made) or BREAK in made


@given(st.text(max_size=120))
@settings(max_examples=300, deadline=None)
def test_one_line_is_one_line_without_controls_or_overrides(typed: str) -> None:
    made = one_line(typed)
    assert made == one_line(made)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in made)
    assert not set(made) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\n\r\t")
