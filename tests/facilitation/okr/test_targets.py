"""Targets from µ and σ: the pinned figures, the words beside them, and the laws they obey."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.kpi_tree import Kpi
from facilitation.targets import (
    Judgement,
    NoTarget,
    Suggestion,
    chance_words,
    effect_words,
    judge,
    suggest,
    target_bounds,
    variation,
)


def kpi(**fields: Any) -> Kpi:
    return Kpi(**{"id": "k1", "parent": "k0", "name": "Activation", "unit": "%", "direction": "up"} | fields)


def suggested(found: Suggestion | NoTarget) -> Suggestion:
    assert isinstance(found, Suggestion), found
    return found


def test_pin_36_percent_suggests_42_and_says_what_it_is_worth() -> None:
    found = suggested(suggest(kpi(baseline=36.0, sigma=5.0)))
    assert (found.raw, found.target, found.k, found.noisy, found.rounded_to) == (42.25, 42.0, 1.25, True, 1.0)
    assert found.cv == pytest.approx(0.139, abs=0.0005)
    assert found.chance_one == pytest.approx(0.115, abs=0.0005)
    assert found.sentence == (
        "36 % is usual, readings vary by about 5 points; without any change one reading in nine would reach 42 %."
    )


def test_pin_18_percent_is_steady_and_suggests_21() -> None:
    found = suggested(suggest(kpi(baseline=18.0, sigma=1.5)))
    assert (found.target, found.k, found.noisy) == (21.0, 2.0, False)
    assert found.cv == pytest.approx(0.083, abs=0.0005)


def test_pin_54_days_down_suggests_44_and_42_with_a_factor_of_1_5() -> None:
    cycle = kpi(name="Sales cycle", unit="days", direction="down", baseline=54.0, sigma=8.0)
    assert suggested(suggest(cycle)).target == 44.0
    assert suggested(suggest(cycle, k=1.5)).target == 42.0


def test_pin_96_percent_stays_half_the_way_below_100() -> None:
    found = suggested(suggest(kpi(name="Retention", baseline=96.0, sigma=2.5)))
    assert (found.raw, found.target, found.bounded) == (99.125, 98.0, True)
    assert "half the way to the limit of 100 %" in found.rule


def test_pin_refunds_of_1_4_percent_round_towards_today() -> None:
    found = suggested(suggest(kpi(name="Refunds", direction="down", baseline=1.4, sigma=0.5)))
    assert (found.raw, found.target) == (0.775, 0.8)


def test_pin_both_changes_are_shown_together() -> None:
    found = judge(kpi(baseline=36.0, sigma=5.0), 44)
    assert isinstance(found, Judgement)
    assert found.change_absolute == 8.0
    assert found.change_relative == pytest.approx(0.222, abs=0.0005)
    assert found.change == "+8 pp, +22.2 %"


@pytest.mark.parametrize(("k", "chance"), [(1, 0.1587), (1.25, 0.1056), (1.5, 0.0668), (2, 0.0228)])
def test_pin_chance_of_one_unchanged_reading(k: float, chance: float) -> None:
    found = judge(kpi(baseline=100.0, sigma=8.0, unit="points"), 100 + k * 8)
    assert isinstance(found, Judgement)
    assert found.chance_one == pytest.approx(chance, abs=0.00005)


def test_pin_chance_of_the_mean_of_four_readings() -> None:
    found = judge(kpi(baseline=100.0, sigma=8.0, unit="points"), 110.0)
    assert isinstance(found, Judgement)
    assert found.chance_mean4 == pytest.approx(0.0062, abs=0.00005)


def test_retention_and_churn_of_the_same_people_are_equally_noisy() -> None:
    assert variation(kpi(baseline=96.0, sigma=0.5)) == variation(kpi(baseline=4.0, sigma=0.5)) == 0.125


def test_a_share_in_permille_is_bounded_by_1000() -> None:
    assert target_bounds(kpi(unit="‰", baseline=985.0)) == (0.0, 1000.0)
    assert variation(kpi(unit="‰", baseline=985.0, sigma=3.0)) == 0.2


def test_growth_and_net_revenue_retention_are_no_shares_of_a_whole() -> None:
    assert target_bounds(kpi(name="Net revenue retention", baseline=104.0)) == (None, None)
    assert target_bounds(kpi(name="Month-over-month growth", baseline=4.0)) == (None, None)
    assert target_bounds(kpi(name="Win rate", baseline=18.0)) == (0.0, 100.0)
    assert target_bounds(kpi(name="Win rate", baseline=18.0, upper=40.0)) == (0.0, 40.0)


@pytest.mark.parametrize(
    ("fields", "missing", "word"),
    [
        ({"sigma": 5.0}, "baseline", "Today"),
        ({"baseline": 36.0}, "sigma", "past readings"),
        ({"baseline": 36.0, "sigma": 0.0}, "sigma", "never to vary"),
        ({"baseline": 0.0, "sigma": 5.0}, "baseline", "stands at 0"),
        ({"baseline": 36.0, "sigma": 5.0, "direction": None}, "direction", "go up"),
        ({"direction": "range", "baseline": 70.0, "sigma": 2.0}, "band", "two values"),
        ({"baseline": 100.0, "sigma": 5.0}, "baseline", "limit"),
        (
            {"name": "Bugs", "unit": "", "direction": "down", "baseline": 3.0, "sigma": 1.0, "lower": 3.0},
            "baseline",
            "3",
        ),
    ],
)
def test_what_is_missing_is_asked_never_invented(fields: dict[str, Any], missing: str, word: str) -> None:
    found = suggest(kpi(**fields))
    assert isinstance(found, NoTarget)
    assert found.missing == (missing,)
    assert word in found.reason
    assert found.reason.endswith(("?", "."))


def test_a_north_star_goes_up_unless_declared_otherwise() -> None:
    assert suggested(suggest(kpi(parent=None, direction=None, baseline=18.0, sigma=1.5))).target == 21.0


def test_the_facilitator_may_call_a_steady_kpi_noisy() -> None:
    assert suggested(suggest(kpi(baseline=18.0, sigma=1.5), noisy=True)).k == 1.25


def test_what_the_facilitator_said_of_the_readings_stands_on_the_card_and_in_the_rule() -> None:
    card = Kpi(id="k", name="Activation", unit="%", direction="up", baseline=36, sigma=5, noise="steady")
    found = suggest(card)
    assert isinstance(found, Suggestion)
    assert (found.target, found.k) == (46.0, 2.0)
    assert found.rule.startswith(
        "Rule: today's value plus 2 times its usual variation, because readings were said to be steady"
    )


def test_counts_get_whole_targets_and_averages_do_not() -> None:
    orders = kpi(name="Orders", unit="orders/week", baseline=34.0, sigma=3.0)
    assert suggested(suggest(orders)).target == 40.0
    assert suggested(suggest(kpi(name="Orders", unit="orders/week", baseline=7.0, sigma=2.0))).target == 9.0


def test_a_range_keeps_its_band_and_moves_to_the_nearest_edge() -> None:
    band = {"name": "Utilisation", "direction": "range", "band": (72.0, 78.0), "sigma": 2.0}
    inside, below = (
        suggested(suggest(kpi(baseline=75.0, **band))),
        suggested(suggest(kpi(baseline=68.0, **band))),
    )
    assert (inside.target, inside.band) == (75.0, (72.0, 78.0))
    assert (below.target, below.change_absolute) == (72.0, 4.0)
    assert inside.chance_mean4 == pytest.approx(0.9973, abs=0.00005)
    assert "lie within 72 % to 78 %" in inside.sentence


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.1151, "one reading in nine"),
        (0.0228, "one reading in 44"),
        (0.5, "five readings in ten"),
        (0.0001, "almost no reading"),
        (0.99, "nearly every reading"),
        (0.34, "one reading in three"),
        (0.00135, "one reading in 740"),
        (0.00069, "one reading in 1,400"),
    ],
)
def test_chances_are_said_as_counts(chance: float, words: str) -> None:
    assert chance_words(chance) == words


values = st.floats(0.01, 1e6, allow_nan=False).map(lambda v: float(f"{v:.6g}"))


@settings(max_examples=300, deadline=None)
@given(
    mu=values,
    ratio=st.floats(0.0001, 3),
    direction=st.sampled_from(["up", "down"]),
    unit=st.sampled_from(["%", "$", "leads/week", ""]),
)
def test_law_a_suggestion_moves_the_good_way_within_limits_and_never_past_its_raw_value(
    mu: float, ratio: float, direction: str, unit: str
) -> None:
    thing = kpi(unit=unit, direction=direction, baseline=mu, sigma=float(f"{mu * ratio:.6g}"))
    found = suggest(thing)
    if isinstance(found, NoTarget):
        return
    lower, upper = target_bounds(thing)
    sign = 1 if direction == "up" else -1
    assert (found.target - mu) * sign > 0
    assert (found.raw - found.target) * sign >= -1e-9 * mu
    assert lower is None or found.target > lower
    assert upper is None or found.target < upper
    assert 0 <= found.chance_mean4 <= found.chance_one <= 0.5


def test_an_effect_points_the_north_stars_own_way_and_percentages_move_by_points() -> None:
    churn = Kpi(id="n", name="Churn", unit="%/month", direction="down")
    assert effect_words(churn, 0.08216) == "−0.0822 pp/month"
    assert effect_words(Kpi(id="n", name="Share", unit="%"), 0.5312) == "+0.531 pp"
    assert effect_words(Kpi(id="n", name="Revenue", unit="$"), 7_488.0) == "+$7,490"
