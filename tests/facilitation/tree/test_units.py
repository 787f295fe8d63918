"""Units are read from plain words, and every number is shown in one way."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.units import (
    Ambiguous,
    NotANumber,
    Number,
    convert,
    parse_number,
    parse_unit,
    read_value,
    show_change,
    show_number,
    split_number,
)


@pytest.mark.parametrize(
    ("text", "dims", "period", "scale"),
    [
        ("", (), "", 1),
        ("%", (), "", 0.01),
        ("per cent", (), "", 0.01),
        ("pp", (), "", 0.01),
        ("$", (("USD", 1),), "", 1),
        ("USD", (("USD", 1),), "", 1),
        ("€", (("EUR", 1),), "", 1),
        ("k$", (("USD", 1),), "", 1e3),
        ("M€", (("EUR", 1),), "", 1e6),
        ("USD/month", (("USD", 1),), "month", 1),
        ("$ per week", (("USD", 1),), "week", 1),
        ("days", (("time", 1),), "", 1),
        ("h", (("time", 1),), "", 1 / 24),
        ("ms", (("time", 1),), "", 1 / 86_400_000),
        ("orders/week", (), "week", 1),
        ("orders a week", (), "week", 1),
        ("visitors", (), "", 1),
        ("orders per visitor", (), "", 1),
        ("tickets per 1,000 users", (), "", 1e-3),
        ("k users", (), "", 1e3),
        ("NPS", (), "", 1),
    ],
)
def test_a_unit_is_read(text: str, dims: tuple[tuple[str, int], ...], period: str, scale: float) -> None:
    unit = parse_unit(text)
    assert (unit.dims, unit.period) == (dims, period)
    assert unit.scale == pytest.approx(scale)
    assert unit.known == bool(text)


def test_counts_carry_what_they_count() -> None:
    assert parse_unit("new visitors").counts == (("visitor", 1),)
    assert parse_unit("orders per visitor").counts == (("order", 1), ("visitor", -1))
    assert parse_unit("$/order").counts == (("order", -1),)
    assert parse_unit("companies").counts == (("company", 1),)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (36, "%", "36 %"),
        (78, "$", "$78"),
        (78.5, "$", "$78.50"),
        (3400, "orders/week", "3,400 orders/week"),
        (9, "h", "9 h"),
        (1, "days", "1 day"),
        (410, "/week", "410/week"),
        (480, "k$", "$480k"),
        (93_600, "$/month", "$93,600/month"),
        (14_096.8, "", "14,097"),
        (0.09434, "", "0.09434"),
        (-3.5, "pp", "−3.5 pp"),
        (0, "%", "0 %"),
        (-0.0, "%", "0 %"),
        (12_345_678, "$", "$12.35M"),
        (12_345_678, "users", "12.35 M users"),
        (120, "CHF", "120 CHF"),
        (1.4, "orders per visitor", "1.4 orders per visitor"),
        (9, "/100 workspaces", "9 per 100 workspaces"),
        (0.30000000000000004, "", "0.3"),
    ],
)
def test_a_number_is_shown(value: float, unit: str, shown: str) -> None:
    assert show_number(value, unit) == shown


def test_a_missing_number_is_a_dash_and_a_signed_one_shows_its_plus() -> None:
    assert show_number(None, "%") == "—"
    assert show_number(8, "pp", signed=True) == "+8 pp"
    assert show_number(0, "pp", signed=True) == "0 pp"
    assert split_number(5, "$/month") == ("$", "5", "/month")


def test_a_change_is_shown_absolute_and_relative() -> None:
    assert show_change(36, 44, "%") == "+8 pp, +22.2 %"
    assert show_change(54, 42, "days") == "−12 days, −22.2 %"
    assert show_change(0, 5, "") == "+5"
    assert show_change(4, 3, "%/month") == "−1 pp/month, −25 %"
    assert show_change(-2, 3, "$") == "+$5"
    assert show_change(2.4, 2.7, "%") == "+0.3 pp, +12.5 %"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("36%", 36, "%"),
        ("1.2k", 1200, ""),
        ("$1,200.50", 1200.5, "$"),
        ("1.234,5", 1234.5, ""),
        ("1 234,56", 1234.56, ""),
        ("1\u202f234", 1234, ""),
        ("1'234.5", 1234.5, ""),
        ("1,234,567", 1_234_567, ""),
        ("1.234.567", 1_234_567, ""),
        ("1,23,456", 123_456, ""),
        ("0.123", 0.123, ""),
        ("0,5", 0.5, ""),
        (".5", 0.5, ""),
        ("−3", -3, ""),
        ("2 days", 2, "days"),
        ("5 min", 5, "min"),
        ("3.4e3", 3400, ""),
        ("€ 3,5 M", 3.5e6, "€"),
        ("٣٦", 36, ""),
        ("12.5", 12.5, ""),
        ("1234.567", 1234.567, ""),
    ],
)
def test_a_number_is_understood_in_any_style(text: str, value: float, unit: str) -> None:
    assert parse_number(text) == Number(value=value, unit=unit)


@given(st.text("0123456789", min_size=1, max_size=18))
def test_bare_digits_are_read_as_with_a_space_behind_them(digits: str) -> None:
    assert parse_number(digits) == parse_number(digits + " ")


@pytest.mark.parametrize(
    ("text", "point", "comma"), [("1.234", 1.234, 1234), ("1,234", 1234, 1.234), ("-12,500 $", -12500, -12.5)]
)
def test_a_number_with_two_readings_is_asked_about(text: str, point: float, comma: float) -> None:
    asked = parse_number(text)
    assert isinstance(asked, Ambiguous)
    assert (asked.point, asked.comma) == (point, comma)
    assert asked.sentence.endswith("decimals.")
    answered = parse_number(text, "point"), parse_number(text, "comma")
    assert [number.value for number in answered if isinstance(number, Number)] == [point, comma]


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "-inf", "∞", "1e400", "1e20", "abc", "1.2.3", "12 34", "4/5", "10-12", "9" * 500, "=1+1"],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str) -> None:
    answer = parse_number(text)
    assert isinstance(answer, NotANumber)
    assert answer.sentence.endswith(".")


def test_a_value_is_converted_on_entry() -> None:
    assert read_value("2 days", "h") == Number(value=48, unit="h")
    assert read_value("6 h", "days") == Number(value=0.25, unit="days")
    assert read_value("$5k", "k$") == Number(value=5, unit="k$")
    assert read_value("36%", "") == Number(value=36, unit="%")
    assert read_value("36", "%") == Number(value=36, unit="%")
    refused = read_value("5 $", "days")
    assert isinstance(refused, NotANumber) and "measured in days" in refused.sentence
    assert convert(1, "USD", "EUR") is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_law_any_text_gives_an_answer(text: str) -> None:
    answer = parse_number(text)
    values = (
        [answer.value]
        if isinstance(answer, Number)
        else [answer.point, answer.comma]
        if isinstance(answer, Ambiguous)
        else []
    )
    assert all(math.isfinite(value) and abs(value) <= 1e15 for value in values)
    unit = parse_unit(text)
    assert unit.scale > 0 and math.isfinite(unit.scale)
    assert show_number(1.5, unit)


@settings(max_examples=150, deadline=None)
@given(
    st.floats(-9e6, 9e6).map(lambda value: float(f"{value:.4g}")),
    st.sampled_from(["%", "days", "visitors", ""]),
)
def test_law_what_is_shown_reads_back(value: float, unit: str) -> None:
    if value and abs(value) < 1e-9:
        value = 0.0
    answer = parse_number(show_number(value, unit), "point")
    assert isinstance(answer, Number)
    assert answer.value == pytest.approx(value, rel=1e-3, abs=1e-11)
