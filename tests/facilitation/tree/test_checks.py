"""Every finding of domain a: on the right KPI, with a sentence and a way out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from facilitation.bounds import clamp, hard_bounds
from facilitation.checks import check_tree, checks_by_kpi
from facilitation.diagnosis import Check
from facilitation.graph import would_cycle
from facilitation.kpi_tree import Influence, Kpi, Kpis
from tests.facilitation.tree.trees import pin_1, pin_2, random_trees, tree


def found(kpis: Kpis, code: str) -> list[Check]:
    return [check for check in check_tree(kpis) if check.code == code]


def two(left: str, right: str, formula: str, unit: str = "") -> dict[str, Kpi]:
    return tree(
        Kpi(id="n", name="Sum", formula=formula, unit=unit),
        Kpi(id="a", name="First", parent="n", unit=left, baseline=2),
        Kpi(id="b", name="Second", parent="n", unit=right, baseline=3),
    )


def test_pins_1_and_2_have_units_that_fit() -> None:
    for kpis in (pin_1(), pin_2()):
        assert not [
            check for check in check_tree(kpis) if "MISMATCH" in check.code or check.severity == "error"
        ]


@pytest.mark.parametrize(
    ("left", "right", "formula"),
    [
        ("$", "€", "a + b"),
        ("days", "$", "a + b"),
        ("%", "visitors", "a + b"),
        ("visitors", "%", "b - a"),
        ("$", "$", "a + 5"),
        ("$", "%", "a + b"),
    ],
)
def test_unit_mismatch_is_an_error(left: str, right: str, formula: str) -> None:
    (check,) = found(two(left, right, formula), "UNIT_MISMATCH")
    assert check.severity == "error"
    assert check.kpi == "n"
    assert check.hint.endswith(".")
    assert check.end > check.start or check.end == 0


@pytest.mark.parametrize(
    ("left", "right", "formula", "unit"),
    [
        ("%", "pp", "a + b", "%"),
        ("$", "k$", "a + b", "M$"),
        ("days", "h", "a + b", "weeks"),
        ("%", "%", "a * b", "%"),
        ("%", "", "a + b", "%"),
        ("$/month", "%", "a * (1 - b)", "$/month"),
        ("visitors", "orders per visitor", "a * b", "orders"),
        ("orders", "visitors", "a / b", "%"),
        ("tickets", "tickets/week", "a / b", "days"),
        ("orders/week", "visitors/week", "a / b", "%"),
        ("", "€", "a + b", "$"),
    ],
)
def test_units_that_fit_say_nothing(left: str, right: str, formula: str, unit: str) -> None:
    assert not [check for check in check_tree(two(left, right, formula, unit)) if "MISMATCH" in check.code]


def test_the_result_must_fit_the_units_of_the_parent() -> None:
    assert "$" in found(two("$", "%", "a * b", "days"), "UNIT_MISMATCH")[0].sentence
    assert found(two("visitors", "%", "a * b", "%"), "UNIT_MISMATCH")
    assert not found(two("visitors", "$", "a * b", "$"), "UNIT_MISMATCH")


def test_period_mismatch_is_an_error_when_both_say_one_and_a_warning_when_one_is_left_out() -> None:
    (both,) = found(two("orders/week", "orders/month", "a + b"), "PERIOD_MISMATCH")
    (one,) = found(two("orders/week", "orders", "a + b"), "PERIOD_MISMATCH")
    (up,) = found(two("orders/week", "%", "a * b", "orders/month"), "PERIOD_MISMATCH")
    assert (both.severity, one.severity, up.severity) == ("error", "warning", "error")


def test_entities_that_do_not_fit_are_only_a_warning_and_only_when_all_are_named() -> None:
    (check,) = found(two("orders", "visitors", "a * b", "orders"), "ENTITY_MISMATCH")
    assert check.severity == "warning"
    assert not found(two("orders", "", "a * b", "orders"), "ENTITY_MISMATCH")
    assert found(two("new teams", "visitors", "a + b"), "ENTITY_MISMATCH")
    assert not found(two("new teams", "old teams", "a + b", "teams"), "ENTITY_MISMATCH")


def test_unknown_ref_names_the_kpi_and_the_place_to_mend() -> None:
    kpis = pin_1()
    del kpis["c"]
    (check,) = found(kpis, "UNKNOWN_REF")
    assert check.kpi == "n"
    assert check.path == ("c",)


def test_a_formula_that_cannot_be_read_says_where() -> None:
    kpis = pin_1() | {"n": replace(pin_1()["n"], formula="v * * c")}
    (check,) = found(kpis, "FORMULA")
    assert (check.start, check.end) == (4, 5)


def test_multi_root_and_orphan() -> None:
    kpis = pin_1() | {
        "x": Kpi(id="x", name="Second top"),
        "y": Kpi(id="y", name="Lost", parent="gone"),
    }
    assert [check.kpi for check in found(kpis, "MULTI_ROOT")] == ["x"]
    assert [check.kpi for check in found(kpis, "ORPHAN")] == ["y"]


def test_parents_in_a_circle_are_orphans_and_the_circle_is_named() -> None:
    kpis = pin_1() | {"x": Kpi(id="x", name="X", parent="y"), "y": Kpi(id="y", name="Y", parent="x")}
    assert {check.kpi for check in found(kpis, "ORPHAN")} == {"x", "y"}
    assert found(kpis, "CYCLE")[0].path == ("x", "y", "x")


def test_a_formula_may_use_another_branch_but_no_ancestor() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a + b"),
        Kpi(id="a", name="A", parent="n", formula="c * arpu"),
        Kpi(id="b", name="B", parent="n", formula="arpu * 2"),
        Kpi(id="c", name="C", parent="a", baseline=1),
        Kpi(id="arpu", name="ARPU", parent="b", baseline=1),
    )
    assert not found(kpis, "CYCLE")
    kpis["c"] = replace(kpis["c"], formula="n + 1")
    assert found(kpis, "CYCLE")
    assert would_cycle(kpis, "arpu", ("n",)) in (("arpu", "n", "a", "arpu"), ("arpu", "n", "b", "arpu"))
    assert would_cycle(kpis, "arpu", ()) == ()


def test_unused_child_unless_it_only_drives() -> None:
    kpis = pin_1() | {"x": Kpi(id="x", name="Extra", parent="n", baseline=1)}
    assert [check.kpi for check in found(kpis, "UNUSED_CHILD")] == ["x"]
    kpis["n"] = replace(kpis["n"], influences=(Influence(child="x"),))
    assert not found(kpis, "UNUSED_CHILD")


def test_live_checks_say_what_is_still_to_come() -> None:
    kpis = tree(
        Kpi(id="n", name="North", indicator="lagging"),
        Kpi(id="a", name="A", parent="n", indicator="lagging"),
        Kpi(id="b", name="B", parent="n", indicator="lagging", baseline=3),
    )
    codes = {check.code for check in check_tree(kpis)}
    assert codes == {"LAGGING_ONLY", "NO_UNIT", "NO_NUMBER", "NOT_COMBINED"}
    kpis["a"] = replace(kpis["a"], indicator="leading")
    assert [check.kpi for check in found(kpis, "NO_LEADING")] == ["b"]
    kpis["a"] = replace(kpis["a"], indicator=None)
    assert [check.kpi for check in found(kpis, "NO_LEADING")] == [None]


def test_numbers_out_of_bounds_and_bad_numbers_are_errors() -> None:
    kpis = two("%", "days", "")
    kpis["a"] = replace(kpis["a"], baseline=120)
    kpis["b"] = replace(kpis["b"], sigma=float("nan"))
    assert "at most 100 %" in found(kpis, "OUT_OF_BOUNDS")[0].sentence
    assert found(kpis, "BAD_NUMBER")[0].kpi == "b"
    kpis["a"] = replace(kpis["a"], name="Net revenue retention")
    assert not found(kpis, "OUT_OF_BOUNDS")


def test_bounds_of_shares_are_0_to_100_but_growth_has_none() -> None:
    assert hard_bounds(Kpi(id="a", name="Activation", unit="%")) == (0, 100)
    assert hard_bounds(Kpi(id="a", name="Revenue growth", unit="%")) == (None, None)
    assert hard_bounds(Kpi(id="a", name="Users", unit="users", lower=5)) == (5, None)
    assert clamp(120, 0, 100) == 100
    assert clamp(-1, 0, None) == 0


def test_300_nodes_are_too_many_and_still_checked() -> None:
    kpis = tree(
        Kpi(id="k0", name="Top"),
        *(Kpi(id=f"k{n}", name=f"K {n}", parent=f"k{(n - 1) // 4}") for n in range(1, 300)),
    )
    assert "256 is the limit" in found(kpis, "TOO_MANY")[0].sentence
    deep = tree(
        Kpi(id="k0", name="Top"), *(Kpi(id=f"k{n}", name=f"K {n}", parent=f"k{n - 1}") for n in range(1, 60))
    )
    assert len(found(deep, "TOO_DEEP")) == 1


def test_findings_come_errors_first_and_grouped_by_kpi() -> None:
    checks = check_tree(two("$", "€", "a + b"))
    ranks = [("error", "warning", "info").index(check.severity) for check in checks]
    assert ranks == sorted(ranks)
    assert set(checks_by_kpi(checks)) >= {"n"}


@settings(max_examples=60, deadline=None)
@given(random_trees())
def test_law_every_finding_is_a_sentence_with_a_hint_on_a_kpi_of_the_tree(kpis: Kpis) -> None:
    for check in check_tree(kpis):
        assert check.sentence.endswith((".", "?", "…?"))
        assert check.hint.endswith((".", "?"))
        assert check.kpi is None or check.kpi in kpis
        assert check.code != "CYCLE"
