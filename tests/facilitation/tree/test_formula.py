"""Formulas are kept over ids, shown with names, bounded, and refused with a place and a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.compiled import compile_formula
from facilitation.formula import (
    BinaryNode,
    FormulaProblem,
    NumberNode,
    RefNode,
    combine,
    from_text,
    parse,
    refs,
    split,
    to_text,
    with_ids,
    without,
)

NAMES = {
    "k1": "Leads",
    "k2": "Conversion rate",
    "k3": "Conversion",
    "k4": "Trial → activation",
    "k5": "Day-30 retention",
    "k6": "30-day churn",
    "k7": "DAU/MAU",
}


def value(formula: str, **numbers: float) -> float:
    compiled = compile_formula(formula)
    assert compiled is not None
    return float(compiled.run([numbers[name] for name in compiled.refs]))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Leads × Conversion rate", "k1 * k2"),
        ("leads*conversion   RATE", "k1 * k2"),
        ("Leads × Conversion", "k1 * k3"),
        ("Leads ÷ (1 − [30-day churn])", "k1 / (1 - k6)"),
        ("30-day churn - 1", "k6 - 1"),
        ("Trial → activation * Day-30 retention", "k4 * k5"),
        ("DAU/MAU / Leads", "k7 / k1"),
        ("k1 + k2", "k1 + k2"),
        ("-Leads + 5 %", "-k1 + 0.05"),
        ("Leads × 1,5", "k1 * 1.5"),
        ("(Leads + Conversion) × (Leads)", "(k1 + k3) * k1"),
        ("Leads - (Conversion - 1)", "k1 - (k3 - 1)"),
        ("", ""),
    ],
)
def test_typed_names_become_ids(typed: str, stored: str) -> None:
    assert from_text(typed, NAMES) == stored


def test_a_name_is_shown_and_renaming_never_breaks_a_formula() -> None:
    assert to_text("k1 * k2 + k1 / k3 - 1", NAMES) == "Leads × Conversion rate + Leads ÷ Conversion − 1"
    assert to_text("k1 * k5", NAMES) == "Leads × [Day-30 retention]"
    renamed = NAMES | {"k1": "Qualified (sales) leads"}
    assert from_text(to_text("k1 * k2", renamed), renamed) == "k1 * k2"
    assert to_text("k1 * gone", NAMES) == "Leads × [gone]"


def test_a_kpi_called_like_a_number_does_not_take_the_digits_of_numbers() -> None:
    names = {"a": "0", "b": "2", "c": "1.5"}
    for stored in ("0.5", "2 * 20", "a + 0.5", "b / 2", "c - 1.5"):
        assert from_text(to_text(stored, names), names) == stored
    assert to_text("a + 0.5", names) == "[0] + 0.5"


def test_the_tree_is_typed() -> None:
    tree = parse("a * 2")
    assert isinstance(tree, BinaryNode)
    assert isinstance(tree.left, RefNode) and isinstance(tree.right, NumberNode)


def test_tapped_operators_combine_with_the_usual_precedence() -> None:
    assert combine(["a", "b", "c"], ["×", "+"]) == "a * b + c"
    assert split("a * b + c") == (["a", "b", "c"], ["×", "+"])
    assert split("a * (b + c)") is None and split("a - 1") is None
    assert combine([], []) == "" and combine(["a"], []) == "a"
    with pytest.raises(ValueError, match="operator"):
        combine(["a", "b"], [])


def test_removing_a_kpi_takes_its_part_out() -> None:
    assert without("a * b + c", "b") == "a + c"
    assert without("a * (1 - b)", "b") == "a * 1"
    assert without("a - b", "a") == "-b"
    assert without("a / b", "a") == "1 / b"
    assert without("a", "a") == ""
    assert without("1 - a", "a") == ""
    assert with_ids("a * b", {"a": "x1"}) == "x1 * b"


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [
        ("Leads ×", (7, 7), "missing"),
        ("Leads Conversion", (6, 16), "Put + − × or ÷"),
        ("Leads × Profit", (8, 14), "no KPI called “Profit”"),
        ("(Leads + 1", (0, 1), "never closed"),
        ("Leads)", (5, 6), "too many"),
        ("Leads + [Conv", (8, 9), "never closed"),
        ("* Leads", (0, 1), "missing before"),
        ("Leads + 1,000", (8, 13), "without thousands"),
        ("Leads ^ 2", (6, 9), "Put + − × or ÷"),
        ("__import__('os')", (0, 1), "no meaning"),
        ("eval(Leads)", (0, 4), "no KPI called “eval”"),
    ],
)
def test_an_error_has_a_sentence_and_a_place(typed: str, place: tuple[int, int], words: str) -> None:
    problem = from_text(typed, NAMES)
    assert isinstance(problem, FormulaProblem)
    assert words in problem.sentence
    assert (problem.start, problem.end) == place


def test_two_kpis_of_one_name_are_asked_about_and_shown_by_id() -> None:
    names = {"a": "Churn", "b": "churn"}
    problem = from_text("Churn + 1", names)
    assert isinstance(problem, FormulaProblem) and "Two KPIs" in problem.sentence
    assert from_text(to_text("a + b", names), names) == "a + b"


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("(" * 33 + "a" + ")" * 33, "TOO_DEEP"),
        ("-" * 5000 + "a", "TOO_LONG"),
        ("-" * 1900 + "a", "TOO_DEEP"),
        ("(" * 1999, "TOO_DEEP"),
        ("+".join(["1"] * 200), "TOO_MANY"),
        ("+".join(f"k{n}" for n in range(33)), "TOO_MANY"),
        ("1+" * 5000, "TOO_LONG"),
    ],
)
def test_bad_input_limits_hold(formula: str, code: str) -> None:
    problem = parse(formula)
    assert isinstance(problem, FormulaProblem) and problem.code == code


def test_32_references_and_31_parentheses_are_within_the_limits() -> None:
    assert len(refs("+".join(f"k{n}" for n in range(32)))) == 32
    assert not isinstance(parse("(" * 31 + "a" + ")" * 31), FormulaProblem)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 4) -> str:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6", "k7", "2", "0.5"]))
    kind = draw(st.sampled_from("+-*/n"))
    left = draw(formulas(depth=depth - 1))
    if kind == "n":
        return f"-({left})"
    return f"({left}) {kind} ({draw(formulas(depth=depth - 1))})"


@settings(max_examples=150, deadline=None)
@given(
    formulas(), st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(min_size=1, max_size=12), max_size=7)
)
def test_law_names_and_ids_say_the_same_whatever_the_names(formula: str, renamed: dict[str, str]) -> None:
    names = NAMES | renamed
    stored = with_ids(formula, {})
    assert from_text(to_text(stored, names), names) == stored


@settings(max_examples=150, deadline=None)
@given(formulas())
def test_law_writing_a_formula_anew_keeps_its_value(formula: str) -> None:
    numbers = {f"k{n}": n + 0.7 for n in range(1, 8)}
    try:
        before = value(formula, **numbers)
    except ZeroDivisionError:
        return
    assert value(with_ids(formula, {}), **numbers) == pytest.approx(before, rel=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_law_any_text_gives_a_formula_or_a_sentence(text: str) -> None:
    answer = from_text(text, NAMES)
    if isinstance(answer, FormulaProblem):
        assert answer.sentence.endswith(".") and 0 <= answer.start <= answer.end <= len(text)
    else:
        assert not isinstance(parse(answer), FormulaProblem) or not answer
