"""Sample sizes, smallest detectable changes and weeks: every pinned figure, and statsmodels beside it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from facilitation import samples


@pytest.mark.parametrize(
    ("p1", "p2", "exact", "per_arm"),
    [(0.10, 0.12, 3840.85, 3841), (0.36, 0.44, 587.49, 588), (0.20, 0.25, 1093.74, 1094)],
)
def test_pin_two_proportions(p1: float, p2: float, exact: float, per_arm: int) -> None:
    size = samples.two_proportions(p1, p2)
    assert size.exact == pytest.approx(exact, abs=0.005)
    assert size.per_arm == per_arm
    assert size.formula == samples.TWO_PROPORTIONS


def test_two_proportions_agrees_with_statsmodels() -> None:
    theirs = samplesize_proportions_2indep_onetail(
        diff=0.02, prop2=0.10, power=0.8, alpha=0.05, alternative="two-sided"
    )
    assert samples.two_proportions(0.10, 0.12).exact == pytest.approx(theirs, rel=1e-6)


def test_pin_power_90_and_continuity_correction() -> None:
    plain = samples.two_proportions(0.45, 0.25, power=0.9)
    corrected = samples.two_proportions(0.45, 0.25, power=0.9, formula=samples.TWO_PROPORTIONS_CONTINUITY)
    assert plain.exact == pytest.approx(117.43, abs=0.005)
    assert corrected.exact == pytest.approx(127.2343, abs=0.00005)


def test_pin_the_baseline_variance_variant_is_named_and_differs() -> None:
    size = samples.two_proportions(0.20, 0.25, formula=samples.TWO_PROPORTIONS_BASELINE)
    assert size.exact == pytest.approx(1030.2, abs=0.05)
    assert "Miller" in size.formula


def test_pin_two_means() -> None:
    assert samples.two_means(1.0, 0.5).exact == pytest.approx(62.79, abs=0.005)
    assert samples.two_means(1.0, 0.5).per_arm == 63
    assert samples.two_means(1.0, 0.5, formula=samples.RULE_OF_16).per_arm == 64
    theirs = NormalIndPower().solve_power(effect_size=0.5, alpha=0.05, power=0.8)
    assert samples.two_means(1.0, 0.5).exact == pytest.approx(theirs, rel=1e-4)


def test_two_means_names_whose_spread_it_needs() -> None:
    assert "between units, not of weekly readings" in samples.two_means(1.0, 0.5).formula


def test_pin_smallest_detectable_changes() -> None:
    assert samples.smallest_share_change(0.36, 1000) * 100 == pytest.approx(6.01, abs=0.005)
    assert samples.smallest_mean_change(30, 1000) == pytest.approx(3.759, abs=0.0005)


@pytest.mark.parametrize(
    ("per_arm", "weekly", "exact", "weeks"), [(588, 300, 3.92, 4), (3841, 600, 12.80, 13)]
)
def test_pin_weeks_to_detect(per_arm: int, weekly: int, exact: float, weeks: int) -> None:
    needed = samples.weeks_to_detect(per_arm, weekly)
    assert needed.exact == pytest.approx(exact, abs=0.005)
    assert needed.weeks == weeks


def test_K_POWER_weeks_left_decide_and_the_maturity_window_counts() -> None:
    needed = samples.weeks_to_detect(3841, 600)
    assert needed.fits(13)
    assert not needed.fits(12)
    assert samples.weeks_to_detect(3841, 600, maturity=2).weeks == 15


@pytest.mark.parametrize(
    "call",
    [
        lambda: samples.two_proportions(0.2, 0.2),
        lambda: samples.two_proportions(0.0, 0.2),
        lambda: samples.two_means(0, 1),
        lambda: samples.two_means(1, 0),
        lambda: samples.smallest_share_change(1.0, 10),
        lambda: samples.smallest_mean_change(1, 0),
        lambda: samples.weeks_to_detect(10, 0),
        lambda: samples.z_values(power=1.0),
    ],
)
def test_numbers_that_make_no_test_are_refused(call: object) -> None:
    with pytest.raises(ValueError):
        call()  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(p=st.floats(0.05, 0.9), gap=st.floats(0.02, 0.08))
def test_law_smaller_effects_need_more_units_and_the_mde_inverts_the_size(p: float, gap: float) -> None:
    wide, narrow = samples.two_proportions(p, p + gap), samples.two_proportions(p, p + gap / 2)
    assert narrow.exact > wide.exact
    means = samples.two_means(1.0, gap)
    assert samples.smallest_mean_change(1.0, means.per_arm) <= gap + 1e-9
