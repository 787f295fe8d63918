"""The drift forecast: pinned by formula, the bootstrap beside it, and silent without enough readings."""

from datetime import date, timedelta

import numpy as np
import pytest

from facilitation.forecast import Forecast, NoForecast, analytic_forecast, drift_forecast
from facilitation.kpi_tree import Reading


def weekly(values: list[float], every: int = 7) -> list[Reading]:
    first = date(2026, 1, 5)
    return [
        Reading(value=v, on=(first + timedelta(days=every * i)).isoformat()) for i, v in enumerate(values)
    ]


def forecast(found: Forecast | NoForecast) -> Forecast:
    assert isinstance(found, Forecast), found
    return found


def test_pin_analytic_p50_p80_and_chance() -> None:
    found = analytic_forecast(36, 0.3, 0.8, 13, target=44)
    assert found.p50 == pytest.approx(39.90, abs=0.005)
    assert found.p80 == pytest.approx(37.47, abs=0.005)
    assert found.chance == pytest.approx(0.0776, abs=0.00005)


def test_where_down_is_good_the_safe_value_lies_above_the_middle() -> None:
    found = analytic_forecast(54, -0.5, 0.8, 13, direction="down", target=45)
    assert found.p80 > found.p50
    assert found.chance is not None
    assert found.chance < 0.5


def test_bootstrap_agrees_with_the_formula_on_normal_changes() -> None:
    changes = np.random.default_rng(7).normal(0, 1, 2000)
    changes = 0.3 + 0.8 * (changes - changes.mean()) / changes.std()
    values = [float(v) for v in np.concatenate([[0.0], np.cumsum(changes)])]
    values = [v - values[-1] + 36 for v in values]
    found = forecast(drift_forecast(weekly(values), 13, direction="up", seed=4, target=44))
    assert found.start == 36
    assert found.p50 == pytest.approx(39.90, abs=0.1)
    assert found.p80 == pytest.approx(37.47, abs=0.1)
    assert found.chance == pytest.approx(0.0776, abs=0.012)


def test_the_same_seed_gives_the_same_forecast() -> None:
    readings = weekly([30, 31, 30, 33, 34, 33, 35, 36, 36])
    once = drift_forecast(readings, 13, direction="up", seed=11, target=44)
    assert once == drift_forecast(list(reversed(readings)), 13, direction="up", seed=11, target=44)
    assert once != drift_forecast(readings, 13, direction="up", seed=12, target=44)


def test_fewer_than_eight_dated_readings_forecast_nothing_and_say_so() -> None:
    found = drift_forecast(weekly([1, 2, 3, 4, 5, 6, 7]), 13, direction="up", seed=1)
    assert found == NoForecast(reason="A forecast needs at least 8 readings with dates; there are 7.")
    undated = [Reading(value=float(v)) for v in range(20)]
    assert isinstance(drift_forecast(undated, 13, direction="up", seed=1), NoForecast)
    assert isinstance(
        drift_forecast(weekly([float(v) for v in range(9)]), 0, direction="up", seed=1), NoForecast
    )


def test_monthly_readings_are_forecast_in_months_and_limits_hold() -> None:
    steady = weekly([float(v) for v in range(80, 90)], every=28)
    assert forecast(drift_forecast(steady, 12, direction="up", seed=1)).p50 == 92.0
    assert forecast(drift_forecast(steady, 400, direction="up", seed=1, limits=(0, 100))).p50 == 100.0
