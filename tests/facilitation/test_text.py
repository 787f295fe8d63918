"""What people type is made safe to keep, the same on the short way for plain letters as on the long one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.messages import Rejected
from facilitation.text import clean, optional_text

PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@settings(max_examples=200, deadline=None)
@given(PLAIN, st.booleans())
def test_law_plain_letters_are_cleaned_as_all_others_are(text: str, lines: bool) -> None:
    long_way = clean(f"{text} é", lines=lines).removesuffix("é").rstrip()
    assert clean(text, lines=lines) == long_way
    assert clean(clean(text)) == clean(text)


def test_white_space_is_folded_and_what_cannot_be_seen_goes() -> None:
    assert clean("  a   b ") == "a b"
    assert clean("a\tb\nc") == "a b c"
    assert clean("a\n\n\n\nb ", lines=True) == "a\n\nb"
    assert clean("a\u202eb\x00\ue000") == "ab"
    assert clean("e\u0301") == "é"


def test_nothing_is_a_fine_answer_where_it_may_be() -> None:
    assert optional_text("", 5) == ""
    assert optional_text("  \u200b ", 5) == ""
    assert optional_text(" ab ", 5) == "ab"
    assert isinstance(optional_text("abcdef", 5), Rejected)
