"""Where a key result's KPI drifts by itself until the period ends, and what that means for a commitment (domain c, d.4)."""

from __future__ import annotations

from datetime import date, timedelta

from facilitation import targets
from facilitation.drafting.material import Material
from facilitation.forecast import Forecast, drift_forecast
from facilitation.kpi_tree import Kpi
from facilitation.okr import KeyResult, Mode
from facilitation.units import show_number

MODE_TEXT: dict[Mode, str] = {
    "commitment": "A commitment: it gets the people and time it needs, and we expect to reach it fully.",
    "stretch": "A stretch: about 70 % of the way is a good result.",
}


def outlook(key_result: KeyResult, kpi: Kpi, material: Material) -> Forecast | None:
    """The drift forecast from the last dated reading to the period's end; `None` without eight readings or an end."""
    direction, last = targets.direction_of(kpi), material.period.last_day()
    days = [reading.on[:10] for reading in kpi.readings if reading.on]
    if last is None or direction not in ("up", "down") or not days:
        return None
    ahead = last - date.fromisoformat(max(days))
    found = drift_forecast(
        kpi.readings,
        ahead / timedelta(weeks=1),
        direction="up" if direction == "up" else "down",
        seed=material.seed,
        target=key_result.target,
        limits=targets.target_bounds(kpi),
    )
    return found if isinstance(found, Forecast) else None


def outlook_sentence(forecast: Forecast, key_result: KeyResult, kpi: Kpi) -> str:
    """The forecast in words: middle case, safe case, and the chance that the target comes by itself."""
    middle, safe = (show_number(float(f"{value:.3g}"), kpi.unit) for value in (forecast.p50, forecast.p80))
    text = f"Going on as so far ({forecast.readings} readings): {middle} in the middle case, {safe} in eight cases of ten"
    if forecast.chance is None or key_result.target is None:
        return f"{text}."
    cases = targets.chance_words(forecast.chance, "case")
    return f"{text}; {show_number(key_result.target, kpi.unit)} is reached in {cases}."


def too_bold(forecast: Forecast, key_result: KeyResult, kpi: Kpi) -> str:
    """Why a target is no commitment, or nothing: a commitment lies at or below what is reached in eight cases of ten."""
    if key_result.target is None:
        return ""
    beyond = key_result.target - forecast.p80
    if beyond * (1 if targets.direction_of(kpi) == "up" else -1) <= 0:
        return ""
    safe = show_number(float(f"{forecast.p80:.3g}"), kpi.unit)
    return (
        f"{kpi.name} is declared a commitment, but going on as so far only {safe} is safe. "
        "Give it more people and time, choose a smaller target, or call it a stretch."
    )
