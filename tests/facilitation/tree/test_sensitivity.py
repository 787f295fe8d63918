"""Effects on the north star: exact slopes, real changes, directions, and what cannot be sized."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from facilitation.compiled import Dual, compile_formula
from facilitation.evaluate import evaluate
from facilitation.kpi_tree import Influence, Kpi, Kpis
from facilitation.model import Model
from facilitation.sensitivity import direction_checks, sensitivity, tornado, what_if
from tests.facilitation.tree.trees import pin_1, pin_2, random_trees, tree


def test_pin_1_elasticities_are_1_and_one_percent_is_936() -> None:
    effects = sensitivity(pin_1()).effects
    assert {key: row.elasticity for key, row in effects.items()} == pytest.approx({"v": 1, "c": 1, "a": 1})
    assert {key: row.one_percent for key, row in effects.items()} == pytest.approx(
        {"v": 936, "c": 936, "a": 936}
    )


def test_pin_1_bars_of_one_sigma() -> None:
    result = sensitivity(pin_1())
    assert {key: row.high for key, row in result.effects.items()} == pytest.approx(
        {"v": 7488, "c": 11700, "a": 2400}
    )
    assert {key: row.low for key, row in result.effects.items()} == pytest.approx(
        {"v": -7488, "c": -11700, "a": -2400}
    )
    assert [row.kpi for row in tornado(result)] == ["c", "v", "a"]


def test_pin_1_sigma_of_the_north_star() -> None:
    result = sensitivity(pin_1())
    assert result.sigma == pytest.approx(14_096.8, abs=0.05)
    assert result.sigma == pytest.approx(93_600 * math.sqrt(0.08**2 + 0.125**2 + (2 / 78) ** 2))
    assert "independent" in result.assumption
    assert result.sigma_missing == ()


@pytest.mark.parametrize(
    ("leaf", "elasticity", "one_percent", "impact", "favourable"),
    [
        ("leads", 0.09434, 100, 1500, "up"),
        ("conv", 0.09434, 100, 2000, "up"),
        ("arpa", 0.09434, 100, 500, "up"),
        ("existing", 0.90566, 960, 1920, "up"),
        ("churn", -0.03774, -40, 500, "down"),
    ],
)
def test_pin_2_row(leaf: str, elasticity: float, one_percent: float, impact: float, favourable: str) -> None:
    row = sensitivity(pin_2()).effects[leaf]
    assert row.elasticity == pytest.approx(elasticity, abs=5e-6)
    assert row.one_percent == pytest.approx(one_percent)
    assert row.impact == pytest.approx(impact)
    assert row.favourable == favourable
    assert not row.disagrees


def test_pin_denominator_one_percent_is_minus_0_990099_percent_while_e_is_minus_1() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a / b"),
        Kpi(id="a", name="A", parent="n", baseline=200),
        Kpi(id="b", name="B", parent="n", baseline=2),
    )
    row = sensitivity(kpis).effects["b"]
    assert row.elasticity == pytest.approx(-1)
    assert row.one_percent == pytest.approx(100 * (1 / 1.01 - 1))
    assert row.one_percent == pytest.approx(-0.990099, abs=1e-6)


def test_elasticity_is_undefined_when_the_north_star_is_zero_but_the_slope_is_there() -> None:
    kpis = tree(
        Kpi(id="n", name="Profit", unit="$", formula="a - b"),
        Kpi(id="a", name="A", parent="n", unit="$", baseline=10, sigma=2),
        Kpi(id="b", name="B", parent="n", unit="$", baseline=10, sigma=3),
    )
    row = sensitivity(kpis).effects["b"]
    assert row.elasticity is None
    assert (row.slope, row.slope_effect, row.impact) == (-1, -3, 3)


def test_bars_are_clamped_to_bounds() -> None:
    kpis = pin_1()
    kpis["c"] = replace(kpis["c"], baseline=99.0, sigma=5.0)
    row = sensitivity(kpis).effects["c"]
    assert row.high == pytest.approx(50_000 * 0.01 * 78)
    assert row.low == pytest.approx(-50_000 * 0.05 * 78)


def test_influence_chains_multiply_and_paths_add_up() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a * b"),
        Kpi(id="a", name="A", parent="n", baseline=10, influences=(Influence(child="x", elasticity=0.5),)),
        Kpi(id="b", name="B", parent="n", baseline=4, influences=(Influence(child="x", elasticity=0.2),)),
        Kpi(
            id="x",
            name="X",
            parent="a",
            baseline=30,
            sigma=3,
            influences=(Influence(child="y", elasticity=2),),
        ),
        Kpi(id="y", name="Y", parent="x", baseline=5),
    )
    effects = sensitivity(kpis).effects
    assert effects["x"].elasticity == pytest.approx(0.7)
    assert effects["y"].elasticity == pytest.approx(1.4)
    assert effects["x"].high == pytest.approx(40 * (1.1**0.7 - 1))
    assert what_if(kpis, {"x": 33})["a"] == pytest.approx(10 * 1.1**0.5)


def test_without_elasticity_a_link_is_unsized_never_zero() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a + 1"),
        Kpi(id="a", name="A", parent="n", baseline=10, influences=(Influence(child="x"),)),
        Kpi(id="x", name="X", parent="a", baseline=30, sigma=3),
        Kpi(id="y", name="Y", parent="x", baseline=5),
        Kpi(id="z", name="Z", parent="a"),
    )
    effects = sensitivity(kpis).effects
    assert effects["x"].unsized
    assert effects["x"].impact is None
    assert effects["x"].reason == "Nobody has said yet how strongly “X” drives “A”."
    assert effects["y"].reason == "Nothing says yet how “Y” moves “X”."
    assert effects["z"].reason == "“Z” has no number yet."
    assert [row.kpi for row in tornado(sensitivity(kpis))] == []


def test_a_measured_number_that_something_drives_keeps_its_bar() -> None:
    """σ of the north star is made of the numbers the formulas take; each of them is a bar, calculated ones are none."""
    kpis = pin_1()
    kpis["c"] = replace(kpis["c"], influences=(Influence(child="pages"),))
    kpis["pages"] = Kpi(id="pages", name="Pages that load fast", parent="c", unit="%")
    result = sensitivity(kpis)
    assert set(result.sigma_of) == {"v", "c", "a"}
    assert [row.kpi for row in tornado(result, kpis)] == ["c", "v", "a"]


def test_a_missing_number_makes_its_branch_unsized_with_the_reason() -> None:
    kpis = pin_1()
    kpis["a"] = replace(kpis["a"], baseline=None)
    assert sensitivity(kpis).effects["v"].reason == "“Revenue” waits for “AOV”."


def test_a_declared_direction_against_the_tree_is_flagged() -> None:
    kpis = pin_2()
    kpis["churn"] = replace(kpis["churn"], direction="up")
    result = sensitivity(kpis)
    assert result.effects["churn"].disagrees
    (check,) = direction_checks(kpis, result)
    assert check.code == "DIRECTION"
    assert "“Churn” is marked as better when higher" in check.sentence


def test_a_north_star_that_should_fall_turns_favourable_round() -> None:
    kpis = tree(
        Kpi(id="n", name="Churn", unit="%", direction="down", formula="a * b"),
        Kpi(id="a", name="Unhappy", parent="n", unit="%", baseline=20, sigma=2),
        Kpi(id="b", name="Leave", parent="n", unit="%", baseline=25, sigma=5),
    )
    row = sensitivity(kpis).effects["a"]
    assert row.favourable == "down"
    assert row.impact == pytest.approx(0.5)


def test_a_north_star_inside_its_band_has_no_favourable_move() -> None:
    kpis = tree(
        Kpi(id="n", name="Utilisation", unit="%", direction="range", band=(72, 78), formula="a"),
        Kpi(id="a", name="A", parent="n", unit="%", baseline=75, sigma=1),
    )
    assert sensitivity(kpis).effects["a"].favourable is None
    kpis["a"] = replace(kpis["a"], baseline=80)
    assert sensitivity(kpis).effects["a"].favourable == "down"


def test_stated_numbers_move_in_proportion() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="p * 10"),
        Kpi(id="p", name="P", parent="n", formula="x + y", baseline=20),
        Kpi(id="x", name="X", parent="p", baseline=4),
        Kpi(id="y", name="Y", parent="p", baseline=6),
    )
    assert what_if(kpis, {"x": 5}) == {"x": 5, "p": pytest.approx(22), "n": pytest.approx(220)}
    assert sensitivity(kpis).effects["x"].elasticity == pytest.approx(0.4)


def test_a_slip_of_scale_below_a_stated_number_does_not_spoil_the_tree() -> None:
    wrong = sensitivity(pin_1(stated=93_600, conversion_unit="")).effects
    right = sensitivity(pin_1(stated=93_600)).effects
    assert wrong["c"].high == pytest.approx(right["c"].high)


def test_what_if_shows_every_ancestor_and_changes_nothing() -> None:
    kpis = pin_1()
    assert what_if(kpis, {"c": 2.7}) == {"c": 2.7, "n": pytest.approx(105_300)}
    assert evaluate(kpis).value == 93_600
    assert what_if(kpis, {"gone": 1, "c": math.inf}) == {}


def test_what_if_may_fill_in_a_missing_number_or_break_a_division() -> None:
    kpis = pin_1()
    kpis["c"] = replace(kpis["c"], baseline=None)
    assert what_if(kpis, {"c": 2.4})["n"] == pytest.approx(93_600)
    broken = tree(
        Kpi(id="n", name="N", formula="a / b"),
        Kpi(id="a", name="A", parent="n", baseline=1),
        Kpi(id="b", name="B", parent="n", baseline=1),
    )
    assert what_if(broken, {"b": 0}) == {"b": 0, "n": None}


def test_links_in_a_circle_and_very_long_chains_come_back() -> None:
    circle = tree(
        Kpi(id="n", name="N", baseline=1, influences=(Influence(child="a", elasticity=1),)),
        Kpi(
            id="a",
            name="A",
            parent="n",
            baseline=1,
            sigma=1,
            influences=(Influence(child="b", elasticity=1),),
        ),
        Kpi(
            id="b",
            name="B",
            parent="a",
            baseline=1,
            sigma=1,
            influences=(Influence(child="a", elasticity=1),),
        ),
    )
    assert sensitivity(circle).effects["b"].unsized
    assert sensitivity(circle).effects["a"].elasticity == 1
    chain = tree(
        Kpi(id="k0", name="N", formula="k1"),
        *(Kpi(id=f"k{n}", name="K", parent=f"k{n - 1}", formula=f"k{n + 1}") for n in range(1, 2000)),
        Kpi(id="k2000", name="End", parent="k1999", baseline=3, sigma=1),
    )
    assert evaluate(chain).value == 3
    assert what_if(chain, {"k2000": 4})["k0"] == 4


def test_the_model_runs_on_arrays_for_simulation() -> None:
    model = Model(pin_1())
    drawn = model.run({"c": np.array([0.024, 0.027])})
    assert drawn["n"].tolist() == pytest.approx([93_600, 105_300])


def test_a_node_that_feeds_two_branches_is_moved_once_and_counted_twice() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a + b"),
        Kpi(id="a", name="A", parent="n", formula="arpu * 3"),
        Kpi(id="b", name="B", parent="n", formula="arpu * 2"),
        Kpi(id="arpu", name="ARPU", parent="a", baseline=10, sigma=1),
    )
    assert sensitivity(kpis).effects["arpu"].slope == 5
    assert sensitivity(kpis).effects["arpu"].high == 5


@settings(max_examples=100, deadline=None)
@given(st.floats(0.5, 9), st.floats(0.5, 9), st.floats(-3, 3))
def test_law_dual_numbers_obey_the_rules_of_differentiation(x: float, y: float, power: float) -> None:
    compiled = compile_formula("a * b + a / b - b / a - (2 - a) + a * 3 - -a + 1 / a + 5")
    assert compiled is not None
    slope = compiled.run([Dual(x, 1.0), y]).slope
    assert slope == pytest.approx(y + 1 / y + y / x**2 + 1 + 3 + 1 - 1 / x**2)
    assert (Dual(x, 1.0) ** power).slope == pytest.approx(power * x ** (power - 1))


@settings(max_examples=100, deadline=None)
@given(random_trees())
def test_law_slope_by_dual_numbers_is_the_central_difference(kpis: Kpis) -> None:
    result = sensitivity(kpis)
    assume(result.value is not None)
    model = Model(kpis)
    assert result.north_star is not None
    for key, row in result.effects.items():
        if row.unsized or row.slope is None:
            continue
        here = model.base[key]
        assert here is not None
        step = 1e-5 * max(abs(here), 1e-3)
        up, down = (what_if(kpis, {key: here + sign * step}).get(result.north_star) for sign in (1, -1))
        assert up is not None
        assert down is not None
        size = max(abs(row.slope), abs(result.value or 0) / abs(here or 1), 1e-6)
        assert (up - down) / (2 * step) == pytest.approx(row.slope, rel=1e-4, abs=1e-4 * size)


@settings(max_examples=60, deadline=None)
@given(random_trees())
def test_law_one_forward_pass_of_duals_through_the_tree_gives_the_same_slope(kpis: Kpis) -> None:
    model = Model(kpis)
    result = sensitivity(kpis, model)
    for key, row in result.effects.items():
        here = model.base[key]
        if row.unsized or row.slope is None or here is None:
            continue
        moved = model.run({key: Dual(here, 1.0)})[model.root or ""]
        assert moved.slope == pytest.approx(row.slope, rel=1e-9, abs=1e-12)


def test_what_if_goes_on_from_a_stated_number_whose_formula_lacks_one() -> None:
    kpis = tree(
        Kpi(id="n", name="Revenue", baseline=100, influences=(Influence(child="p", elasticity=0.5),)),
        Kpi(
            id="p",
            name="Orders",
            parent="n",
            baseline=10,
            formula="x + gap",
            influences=(Influence(child="x", elasticity=1.0),),
        ),
        Kpi(id="x", name="Visits", parent="p"),
        Kpi(id="gap", name="Calls", parent="p"),
    )
    known = what_if({**kpis, "x": replace(kpis["x"], baseline=4)}, {"x": 8})
    assert known == {"x": 8, "p": pytest.approx(20), "n": pytest.approx(100 * 2**0.5)}
    assert what_if(kpis, {"x": 8}) == {"x": 8, "p": 10}


def test_what_if_says_nothing_above_a_number_that_is_lost() -> None:
    kpis = tree(
        Kpi(id="n", name="Revenue", baseline=100, influences=(Influence(child="p", elasticity=0.5),)),
        Kpi(id="p", name="Per visit", parent="n", formula="y / x"),
        Kpi(id="y", name="Orders", parent="p", baseline=10),
        Kpi(id="x", name="Visits", parent="p", baseline=4),
    )
    assert what_if(kpis, {"x": 0}) == {"x": 0, "p": None, "n": None}
