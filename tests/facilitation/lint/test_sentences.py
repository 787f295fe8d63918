"""How sentences are read: verbs with their forms, numbers with their roles, and the quality and speed of the whole."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.lint_quality import quality
from facilitation.lint import lint_text
from facilitation.lint.document import KINDS
from facilitation.lint.inflect import forms, past_forms
from facilitation.lint.quantities import numbers
from facilitation.lint.sentence import clean, output_verb, read


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("launch", {"launch", "launches", "launching", "launched"}),
        ("ship", {"ship", "ships", "shipping", "shipped"}),
        ("write", {"write", "writes", "writing", "wrote", "written"}),
        ("build", {"build", "builds", "building", "built"}),
        ("deploy", {"deploy", "deploys", "deploying", "deployed"}),
        ("carry", {"carry", "carries", "carrying", "carried"}),
        ("set", {"set", "sets", "setting"}),
    ],
)
def test_inflections(verb: str, expected: set[str]) -> None:
    assert forms(verb) == expected
    assert past_forms(verb) <= expected


@pytest.mark.parametrize(
    ("text", "start", "target"),
    [
        ("from 36% to 44%", 36, 44),
        ("36→44%", 36, 44),
        ("3.1 -> 3.8 %", 3.1, 3.8),
        ("orders 3,400 → 4,100 a week", 3400, 4100),
        ("Revenue from $2.2M to $3.0M", 2_200_000, 3_000_000),
        ("from EUR 1.2 million to EUR 2 million", 1_200_000, 2_000_000),
        ("to 75 % from current 45 %", 45, 75),
        ("99.95% uptime (from current 99.7%)", 99.7, 99.95),
        ("NPS of 60 (currently 35)", 35, 60),
        ("complaints from 20/month to 5/month", 20, 5),
        ("turnover from 18% to <8%", 18, 8),
        ("lead time from [48h] to [8h]", 48, 8),
        ("score from 4 to 4.5/5", 4, 4.5),
        ("1M to 10M requests a day", 1_000_000, 10_000_000),
        ("Bewertung from 4,1 to 4,5", 4.1, 4.5),
    ],
)
def test_movements_in_many_notations(text: str, start: float, target: float) -> None:
    pair = numbers(text).pairs[0]
    assert (pair.start.value, pair.target.value) == (pytest.approx(start), pytest.approx(target))


@pytest.mark.parametrize(
    "text",
    ["Migrate to version 3", "by 30 September 2026", "in Q3 2026", "ISO 27001", "the #1 choice", "7-day window", "P95 and D30",
     "24/7 support", "by week 6", "2026-09-30", "FY 2017-18", "within six months", "SOC 2 and PCI 4", "9/30/2026", "top 3"],
)  # fmt: skip
def test_dates_names_and_segments_are_no_measures(text: str) -> None:
    assert numbers(text).values == ()


def test_words_that_are_numbers() -> None:
    assert [one.value for one in numbers("Double two million orders and halve zero defects").values] == [
        2,
        2e6,
        0.5,
        0,
    ]
    assert numbers("No P0 longer than 30 minutes").values[0].value == 0
    assert numbers("No longer than 30 minutes").values[0].value == 30


def test_a_band_is_no_movement() -> None:
    found = numbers("utilisation within 72–78%")
    assert found.pairs == ()
    assert found.band is not None


@pytest.mark.parametrize(
    "text",
    ["KR1: Launch X", "- [ ] **KR 2.1** – Launch X", "1. Launch X", "“Launch X”", "* Key Result 3: Launch X"],
)
def test_bullets_labels_and_marks_are_not_part_of_the_sentence(text: str) -> None:
    assert clean(text) == "Launch X"


@pytest.mark.parametrize(
    "text",
    ["We will launch X", "Our team will launch X", "Successfully launching X", "By the end of Q3, launch X", "To launch X",
     "The team launches X", "we want to launch X"],
)  # fmt: skip
def test_the_leading_verb_is_found_behind_its_opening(text: str) -> None:
    assert output_verb(read(text)) == "launch"


@pytest.mark.parametrize("half", ["dev", "held-out"])
def test_quality_on_sentences_of_public_sources(half: str) -> None:
    results = quality(half, "key_result")
    assert len(results["alarms"]) <= 0.03 * results["good"]
    assert results["found"] >= 0.9 * results["bad"]
    objectives = quality(half, "objective")
    assert len(objectives["alarms"]) <= 0.05 * objectives["good"]
    assert objectives["found"] >= 0.9 * objectives["bad"]


def test_huge_and_odd_sentences_are_quick() -> None:
    odd = [
        "from 1 to " * 5_000,
        "a" * 200_000,
        "1" * 100_000,
        "get " * 20_000,
        "- " * 20_000,
        "(" * 10_000,
        "/a" * 20_000,
        "5 % " * 9_000,
    ]
    for text in odd:
        begun = time.perf_counter()
        lint_text(text, "key_result")
        assert time.perf_counter() - begun < 2.0, text[:20]


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200), kind=st.sampled_from(KINDS))
def test_law_words_alone_never_make_an_error(text: str, kind: str) -> None:
    first = lint_text(text, kind)  # type: ignore[arg-type]
    assert all(one.severity != "error" and one.message and one.rule for one in first)
    assert first == lint_text(text, kind)  # type: ignore[arg-type]
