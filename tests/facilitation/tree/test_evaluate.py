"""The tree calculates what a group can check by hand, names what is missing, and never invents a number."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from facilitation.evaluate import compare, evaluate, missing_names, unit_hint
from facilitation.kpi_tree import Kpi, Kpis
from tests.facilitation.tree.trees import pin_1, pin_2, random_trees, tree


def test_pin_1_product_is_93600() -> None:
    done = evaluate(pin_1())
    assert done.value == 93_600
    assert done.calculated["n"] == 93_600
    assert done.stated["n"] is None
    assert done.north_star == "n"


def test_pin_2_mrr_is_106000() -> None:
    assert evaluate(pin_2()).value == 106_000


def test_pin_consistency_95000_is_a_warning_of_1_474_percent() -> None:
    result = evaluate(pin_1(stated=95_000)).consistency["n"]
    assert result.level == "warn"
    assert result.ratio == pytest.approx(0.01474, abs=5e-6)
    assert result.difference == -1_400
    assert result.hint == ""


def test_pin_consistency_120000_is_an_error_of_22_percent() -> None:
    result = evaluate(pin_1(stated=120_000)).consistency["n"]
    assert result.level == "error"
    assert result.ratio == pytest.approx(0.22)


def test_pin_consistency_unscaled_percent_gives_the_percent_hint() -> None:
    done = evaluate(pin_1(stated=93_600, conversion_unit=""))
    assert done.calculated["n"] == pytest.approx(9_360_000)
    assert done.consistency["n"].level == "error"
    assert "percentage" in done.consistency["n"].hint
    assert done.diagnostics[0].hint == done.consistency["n"].hint


def test_a_difference_within_the_spread_is_only_a_warning() -> None:
    assert evaluate(pin_1(stated=120_000, sigma=30_000)).consistency["n"].level == "warn"
    assert evaluate(pin_1(stated=120_000, sigma=20_000)).consistency["n"].level == "error"


def test_consistency_of_zero_is_absolute() -> None:
    kpi = Kpi(id="a", name="A")
    assert compare(kpi, 0, 0).level == "ok"
    assert compare(kpi, 0, 5).level == "error"
    assert compare(kpi, 0, 5).ratio is None


@pytest.mark.parametrize("factor", [100, 0.01, 7, 1 / 7, 4.345, 1 / 4.345, 12, 1 / 12])
def test_a_mix_up_of_units_is_recognised_within_3_percent(factor: float) -> None:
    assert unit_hint(50, 50 * factor * 1.02)
    assert not unit_hint(50, 50 * factor * 1.05)


def test_missing_stays_missing_and_is_named_even_times_zero() -> None:
    kpis = pin_1()
    kpis["c"] = replace(kpis["c"], baseline=None)
    kpis["v"] = replace(kpis["v"], baseline=0.0)
    done = evaluate(kpis)
    assert done.value is None
    assert done.missing == {"n": ("c",)}
    assert missing_names(done, kpis, "n") == ["Conversion"]


def test_the_stated_number_feeds_the_parent_and_the_calculated_one_where_there_is_none() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="p * 2"),
        Kpi(id="p", name="P", parent="n", formula="x + y", baseline=11),
        Kpi(id="x", name="X", parent="p", baseline=4),
        Kpi(id="y", name="Y", parent="p", baseline=6),
    )
    assert evaluate(kpis).used == {"x": 4, "y": 6, "p": 11, "n": 22}
    kpis["p"] = replace(kpis["p"], baseline=None)
    assert evaluate(kpis).used == {"x": 4, "y": 6, "p": 10, "n": 20}


def test_division_by_zero_gives_no_number_and_a_finding() -> None:
    kpis = tree(
        Kpi(id="n", name="CAC", formula="spend / won"),
        Kpi(id="spend", name="Spend", parent="n", baseline=100),
        Kpi(id="won", name="Deals won", parent="n", baseline=0),
    )
    done = evaluate(kpis)
    assert done.value is None
    assert [check.code for check in done.diagnostics] == ["DIV_ZERO"]
    assert "“Deals won” is 0" in done.diagnostics[0].sentence


def test_a_cycle_through_five_is_reported_with_its_full_path() -> None:
    kpis = tree(
        Kpi(id="top", name="Top", formula="a"),
        *(
            Kpi(id=key, name=key.upper(), parent="top", formula=f"{after} + 1")
            for key, after in zip("abcde", "bcdea", strict=True)
        ),
    )
    done = evaluate(kpis)
    (cycle,) = [check for check in done.diagnostics if check.code == "CYCLE"]
    assert cycle.path == ("a", "b", "c", "d", "e", "a")
    assert done.value is None


def test_durations_and_money_of_different_sizes_are_converted() -> None:
    kpis = tree(
        Kpi(id="n", name="Lead time", unit="days", formula="work + wait"),
        Kpi(id="work", name="Work", parent="n", unit="h", baseline=12),
        Kpi(id="wait", name="Wait", parent="n", unit="weeks", baseline=1),
    )
    assert evaluate(kpis).value == pytest.approx(7.5)
    money = tree(
        Kpi(id="n", name="Revenue", unit="k$", formula="a * b"),
        Kpi(id="a", name="Orders", parent="n", unit="orders", baseline=2000),
        Kpi(id="b", name="AOV", parent="n", unit="$", baseline=78),
    )
    assert evaluate(money).value == 156


def test_a_stock_divided_by_a_flow_is_a_duration() -> None:
    kpis = tree(
        Kpi(id="n", name="Backlog", unit="weeks", formula="open / closed"),
        Kpi(id="open", name="Open tickets", parent="n", unit="tickets", baseline=120),
        Kpi(id="closed", name="Closed", parent="n", unit="tickets/week", baseline=40),
    )
    assert evaluate(kpis).value == pytest.approx(3)


def test_results_are_not_rounded_to_two_decimals() -> None:
    kpis = tree(
        Kpi(id="n", name="N", unit="%", formula="a * b"),
        Kpi(id="a", name="A", parent="n", unit="%", baseline=0.3),
        Kpi(id="b", name="B", parent="n", unit="%", baseline=0.7),
    )
    assert evaluate(kpis).value == pytest.approx(0.0021, rel=1e-12)


def test_overflow_is_a_finding_not_infinity() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a * a * a"),
        Kpi(id="a", name="A", parent="n", baseline=1e14),
    )
    done = evaluate(kpis)
    assert done.value is None
    assert [check.code for check in done.diagnostics] == ["TOO_LARGE"]


def test_a_nan_that_slipped_in_counts_as_missing() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a + 1"), Kpi(id="a", name="A", parent="n", baseline=float("nan"))
    )
    assert evaluate(kpis).value is None


@settings(max_examples=80, deadline=None)
@given(random_trees(), st.randoms(use_true_random=False))
def test_law_evaluation_does_not_depend_on_the_order_of_nodes(kpis: Kpis, chance: random.Random) -> None:
    keys = list(kpis)
    chance.shuffle(keys)
    shuffled = {key: kpis[key] for key in keys}
    first, second = evaluate(kpis), evaluate(shuffled)
    assert first.used == second.used
    assert first.calculated == second.calculated
    assert first.missing == second.missing


@settings(max_examples=60, deadline=None)
@given(random_trees(), st.data())
def test_law_renaming_changes_no_value(kpis: Kpis, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(kpis)))
    renamed = {**kpis, key: replace(kpis[key], name=data.draw(st.text(max_size=20)))}
    assert evaluate(renamed).used == evaluate(kpis).used
