"""A guide with a mistake in it fails at load with file, key, reason and what to do; never with anything else."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.guide import (
    GUIDES_FOLDER,
    MAX_FILE_BYTES,
    Guide,
    GuideError,
    load_all,
    load_guide,
    parse_guide,
)
from tests.facilitation.guide.builders import changed, document, guide, phase

LONG_GUIDE = (GUIDES_FOLDER / "kpi-to-okr.toml").read_text(encoding="utf-8")


def refusal(data: dict[str, object]) -> GuideError:
    with pytest.raises(GuideError) as caught:
        parse_guide(document(data), file="mine.toml")
    return caught.value


def test_the_small_guide_of_these_tests_is_valid() -> None:
    assert parse_guide(document(guide())).minutes == 15


MISTAKES = [
    ("titel", "x", "titel", "Did you mean “title”"),
    ("id", ..., "id", "missing"),
    ("id", "My Guide", "id", "small letters"),
    ("id", 7, "id", "should be a text, but it is a number"),
    ("title", "", "title", "empty"),
    ("title", "T" * 61, "title", "61 characters; 60"),
    ("title", "left\u202eright", "title", "U+202E"),
    ("title", "bell\u0007", "title", "U+0007"),
    ("language", "english please", "language", "such as “en”"),
    ("version", 0, "version", "whole number"),
    ("version", True, "version", "whole number"),
    ("version", 1.5, "version", "whole number"),
    ("phases", [], "phases", "no phases"),
    ("phases", "tree", "phases", "list of tables, but it is a text"),
    ("phases", ["tree"], "phases[0]", "table, but it is a text"),
    ("phases", [phase("collect", f"c{n}") for n in range(41)], "phases", "41 phases"),
    ("phases[1].id", "tree", "phases[1].id", "already used at phases[0]"),
    ("phases[1].minuts", 4, "phases[1].minuts", "Did you mean “minutes”"),
    ("phases[1].activity", "level", "phases[1].activity", "Did you mean “levers”"),
    ("phases[1].activity", "yoga", "phases[1].activity", "no activity called “yoga”"),
    ("phases[0].question", "Q" * 121, "phases[0].question", "120 is the most"),
    ("phases[0].task", ["x"], "phases[0].task", "should be a text, but it is a list"),
    ("phases[0].opening", "   ", "phases[0].opening", "empty"),
    ("phases[0].opening", "O" * 701, "phases[0].opening", "700 is the most"),
    ("phases[2].minutes", 0, "phases[2].minutes", "cannot last 0 minutes"),
    ("phases[2].minutes", -5, "phases[2].minutes", "cannot last -5 minutes"),
    ("phases[2].minutes", 240.5, "phases[2].minutes", "cannot last 240.5 minutes"),
    ("phases[2].minutes", math.nan, "phases[2].minutes", "cannot last nan minutes"),
    ("phases[2].minutes", math.inf, "phases[2].minutes", "cannot last inf minutes"),
    ("phases[2].minutes", "8", "phases[2].minutes", "number of minutes, but it is a text"),
    ("phases[2].minutes", True, "phases[2].minutes", "number of minutes, but it is true or false"),
    ("phases[2].minutes", date(2027, 1, 1), "phases[2].minutes", "a date or time"),
    ("phases[2].prompts", [], "phases[2].prompts", "at least 4"),
    ("phases[2].probes", phase("vote")["probes"][:2], "phases[2].probes", "at least 3"),
    ("phases[0].prompts", phase("tree")["prompts"] * 6, "phases[0].prompts", "24 are too many"),
    ("phases[0].prompts[3].rule", ..., "phases[0].prompts[3].rule", "missing"),
    ("phases[0].prompts[3].rule", "because", "phases[0].prompts[3].rule", "M-TREE-5"),
    ("phases[0].prompts[3].rule", "S9", "phases[0].prompts[3].rule", "M-TREE-5"),
    ("phases[0].prompts[3].text", "Q" * 241, "phases[0].prompts[3].text", "240 is the most"),
    ("phases[0].prompts[3].txt", "Q", "phases[0].prompts[3].txt", "Did you mean “text”"),
    (
        "phases[0].prompts[3].id",
        "tree-p0",
        "phases[0].prompts[3].id",
        "already used at phases[0].prompts[0].id",
    ),
    (
        "phases[0].probes[0].id",
        "tree-p0",
        "phases[0].probes[0].id",
        "already used at phases[0].prompts[0].id",
    ),
    (
        "phases[1].prompts[0].id",
        "tree-p0",
        "phases[1].prompts[0].id",
        "already used at phases[0].prompts[0].id",
    ),
    ("phases[2].settings", 5, "phases[2].settings", "table, but it is a number"),
    ("phases[2].settings.dotz", 5, "phases[2].settings.dotz", "Did you mean “dots”"),
    ("phases[1].settings.dots", 5, "phases[1].settings.dots", "“levers” has no setting called “dots”"),
    ("phases[2].settings.dots", 21, "phases[2].settings.dots", "21 is outside 1 to 20"),
    ("phases[2].settings.dots", "five", "phases[2].settings.dots", "whole number from 1 to 20"),
    ("phases[2].settings.dots", True, "phases[2].settings.dots", "whole number"),
    ("phases[2].settings.hidden", 1, "phases[2].settings.hidden", "true or false"),
    ("phases[2].settings.per_lever", 9, "phases[2].settings.per_lever", "only 5"),
    ("phases[0].settings.families", ["a", 1], "phases[0].settings.families", "list of short texts"),
    ("phases[0].settings.families", ["a"] * 31, "phases[0].settings.families", "31 entries"),
    ("phases[0].settings.families", ["a" * 81], "phases[0].settings.families", "81 characters"),
]


@pytest.mark.parametrize(
    ("key", "value", "place", "words"), MISTAKES, ids=[f"{case[0]}={str(case[1])[:24]}" for case in MISTAKES]
)
def test_a_mistake_names_file_key_reason_and_advice(key: str, value: object, place: str, words: str) -> None:
    error = refusal(changed(guide(), key, value))
    assert (error.file, error.key) == ("mine.toml", place)
    assert words in error.reason
    assert error.advice.endswith(".")
    assert str(error).startswith(f"mine.toml: {place}: ")


@pytest.mark.parametrize(
    ("activities", "words"),
    [
        (("tree", "vote", "levers"), "“Vote” needs “Levers” before it, because people vote on levers"),
        (("tree", "vote"), "“Vote” needs “levers” before it"),
        (("levers",), "“Levers” needs “tree” before it"),
        (("numbers", "tree"), "“Numbers” needs “Tree” before it"),
        (("tree", "levers", "commit"), "“Commit” needs “draft” before it"),
        (("tree", "choose"), "“Tree” comes before “Choose”"),
        (("tree", "levers", "guardrails", "vote"), "“Guardrails” comes before “Vote”"),
        (("tree", "levers", "draft", "numbers"), "“Draft” comes before “Numbers”"),
        (("close", "collect"), "“Close” ends the workshop"),
        (("tree", "close", "levers"), "“Close” ends the workshop"),
    ],
)
def test_an_order_that_cannot_work_says_why(activities: tuple[str, ...], words: str) -> None:
    error = refusal(guide(*activities))
    assert words in error.reason
    assert error.key.startswith("phases[")
    assert error.advice


def test_few_dots_without_a_limit_mean_no_limit() -> None:
    loaded = parse_guide(document(changed(guide(), "phases[2].settings.dots", 2)))
    assert (loaded.phases[2].settings["dots"], loaded.phases[2].settings["per_lever"]) == (2, 2)


def test_broken_toml_names_the_line() -> None:
    with pytest.raises(GuideError) as caught:
        parse_guide('id = "a"\ntitle = "no end\nlanguage = "en"\n', file="broken.toml")
    assert caught.value.file == "broken.toml"
    assert "line 2" in caught.value.reason


def test_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_bytes('id = "a"\n\ntitle = "Größe"\n'.encode("latin-1"))
    with pytest.raises(GuideError, match=r"old.toml: Line 3 .* UTF-8"):
        load_guide(path)


def test_utf16_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "wide.toml"
    path.write_bytes(document(guide()).encode("utf-16"))
    with pytest.raises(GuideError, match="UTF-8"):
        load_guide(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(document(guide()).encode("utf-8-sig"))
    assert load_guide(path).id == "small"


def test_windows_line_endings_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(LONG_GUIDE.replace("\n", "\r\n").encode())
    assert load_guide(path) == load_guide("kpi-to-okr")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"\xff\xfe", b"[[phases]]\n", b"phases = 1"])
def test_a_file_that_is_no_guide_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    with pytest.raises(GuideError) as caught:
        load_guide(path)
    assert caught.value.file == "odd.toml"


def test_a_missing_file_and_a_folder_are_refused_in_words(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(GuideError, match="cannot be read"):
            load_guide(path)


def test_a_huge_file_is_refused_before_it_is_read_as_toml(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(GuideError, match="at most 512 KiB"):
        load_guide(path)


def test_an_unknown_name_offers_the_known_ones() -> None:
    with pytest.raises(GuideError) as caught:
        load_guide("kpi-to-okrs")
    assert "Did you mean “kpi-to-okr”" in caught.value.reason
    assert "kpi-to-okr-express" in caught.value.advice


def test_two_guides_with_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(document(guide()), encoding="utf-8")
    with pytest.raises(GuideError, match=r"b.toml: id: Another guide"):
        load_all(tmp_path)


KEYS = [
    "id", "title", "version", "phases", "phases[1]", "phases[1].minutes", "phases[1].settings", "phases[1].prompts",
    "phases[1].prompts[2]", "phases[1].prompts[2].id", "phases[1].settings.one_minute_warning", "phases[0].activity",
    "phases[2].settings.dots", "phases[2].probes[0].rule", "nonsense",
]  # fmt: skip
ODD = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.floats(), st.text(max_size=300), st.dates()),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def answer(text: str) -> Guide | GuideError:
    try:
        return parse_guide(text, file="mine.toml")
    except GuideError as error:
        return error


@given(key=st.sampled_from(KEYS), value=ODD)
@settings(max_examples=300, deadline=None)
def test_law_nonsense_in_any_place_is_a_guide_or_a_guide_error(key: str, value: object) -> None:
    read = answer(document(changed(guide(), key, value)))
    if isinstance(read, GuideError):
        assert read.reason
        assert read.advice
    else:
        assert 0 < read.minutes <= 240 * len(read.phases)


@given(start=st.integers(0, len(LONG_GUIDE)), length=st.integers(0, 80), put=st.text(max_size=6))
@settings(max_examples=150, deadline=None)
def test_law_a_slip_of_the_hand_is_a_guide_or_a_guide_error(start: int, length: int, put: str) -> None:
    read = answer(LONG_GUIDE[:start] + put + LONG_GUIDE[start + length :])
    if isinstance(read, GuideError):
        assert read.file == "mine.toml"
        assert read.reason
        assert read.advice
