"""Readings in any style become numbers with dates, a mean, a spread and a spark line."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from facilitation.number_text import style_of_language, style_shown
from facilitation.readings import (
    AskStyle,
    NoReadings,
    Readings,
    read_dates,
    read_readings,
    spark_points,
    summary,
)


def values(text: str, unit: str = "", style: str | None = None) -> list[float]:
    done = read_readings(text, unit, style)  # type: ignore[arg-type]
    assert isinstance(done, Readings), done
    return [reading.value for reading in done.readings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36\n38\n41", [36, 38, 41]),
        ("36 38 41", [36, 38, 41]),
        ("36, 38, 41.5", [36, 38, 41.5]),
        ("36; 38,5; 41", [36, 38.5, 41]),
        ("36\t38\t41", [36, 38, 41]),
        ("1.5,2.5,3", [1.5, 2.5, 3]),
        ("36 %\n38 %", [36, 38]),
        ("1.234,5\n1.300", [1234.5, 1300]),
        ("1,234\n999.5", [1234, 999.5]),
        ("Activation\n36\n38", [36, 38]),
        ("week;users;rate\n1;100;36,5\n2;90;38", [36.5, 38]),
        ("36\r\n38\r\n", [36, 38]),
        ("12 345\n12 400", [12345, 12400]),
        ("-3\n−4", [-3, -4]),
    ],
)
def test_readings_in_any_shape(text: str, expected: list[float]) -> None:
    assert values(text) == expected


def test_dates_are_kept_and_put_in_order() -> None:
    done = read_readings("date,value\n2026-02-09,38.5\n2026-02-02,36.1")
    assert isinstance(done, Readings)
    assert [(reading.on, reading.value) for reading in done.readings] == [
        ("2026-02-02", 36.1),
        ("2026-02-09", 38.5),
    ]
    assert done.mean == pytest.approx(37.3)
    assert done.sigma == pytest.approx(statistics.stdev([36.1, 38.5]))
    assert done.count == 2


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["5.2.2026", "12.2.26"], ["2026-02-05", "2026-02-12"]),
        (["13/02/2026", "01/03/2026"], ["2026-02-13", "2026-03-01"]),
        (["02/13/2026", "03/01/2026"], ["2026-02-13", "2026-03-01"]),
        (["01/05/2026", "01/12/2026", "02/02/2026"], ["2026-01-05", "2026-01-12", "2026-02-02"]),
        (["2026-W05", "2026-W06"], ["2026-01-26", "2026-02-02"]),
        (["Jan 2026", "5 Feb 2026", "Mar 3, 2026"], ["2026-01-01", "2026-02-05", "2026-03-03"]),
        (["2026-01", "2026/02/03", "2026-02-30"], ["2026-01-01", "2026-02-03", ""]),
    ],
)
def test_dates_in_common_forms(cells: list[str], dates: list[str]) -> None:
    assert read_dates(cells)[0] == dates


def test_doubtful_thousands_are_asked_once_per_paste() -> None:
    asked = read_readings("1.234\n1.300\n1.250")
    assert isinstance(asked, AskStyle)
    assert (asked.point, asked.comma) == (1.234, 1234)
    assert "once" in asked.sentence
    assert values("1.234\n1.300\n1.250", style="comma") == [1234, 1300, 1250]
    assert values("1.234\n1.300\n1.250", style="point") == [1.234, 1.3, 1.25]


def test_units_are_converted_and_bad_lines_are_named() -> None:
    done = read_readings("2 days\n36 h\nn/a\n1.5", "days")
    assert isinstance(done, Readings)
    assert [reading.value for reading in done.readings] == [2, 1.5, 1.5]
    assert done.skipped[0].startswith("Line 3 was left out")


@pytest.mark.parametrize("text", ["", "   ", "abc\ndef", "x" * 300_000, "1\n" * 5000, "nan\ninf"])
def test_what_holds_no_readings_says_so(text: str) -> None:
    answer = read_readings(text)
    assert isinstance(answer, NoReadings)
    assert answer.sentence.endswith(".")


def test_mean_and_sample_sigma() -> None:
    assert summary([2, 4, 4, 4, 5, 5, 7, 9]) == (5, pytest.approx(2.13808993529), 8)
    assert summary([3]) == (3, None, 1)
    with pytest.raises(ValueError, match="no readings"):
        summary([])


def test_spark_line_points_stay_in_their_box() -> None:
    assert spark_points([1, 2, 3], 10, 4) == ((0, 4), (5, 2), (10, 0))
    assert spark_points([5, 5], 10, 4) == ((0, 2), (10, 2))
    assert spark_points([]) == ()


def test_the_style_a_number_gives_away() -> None:
    assert [style_shown(text) for text in ("36.5", "36,5", "1.234", "1.234,5", "1,234,567", "36", "abc")] == [
        "point",
        "comma",
        None,
        "comma",
        "point",
        None,
        None,
    ]
    assert style_of_language("en") == "point"
    assert style_of_language("de-AT") == "comma"
    assert style_of_language("de-CH") == "point"
    assert style_of_language("xx") is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 2)), min_size=2, max_size=30))
def test_law_written_readings_come_back(numbers: list[float]) -> None:
    assert values("\n".join(f"{number:.2f}" for number in numbers)) == pytest.approx(numbers)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,;\t\n /-%a", max_size=60))
@example(";;")
def test_law_any_paste_gets_an_answer(text: str) -> None:
    assert isinstance(read_readings(text, "%"), Readings | AskStyle | NoReadings)
