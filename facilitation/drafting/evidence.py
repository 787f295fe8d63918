"""The evidence plan of a key result, filled from what the workshop knows (M-EVD-1, domain d.6).

Signal, design, decision and record are proposals in plain words that the group edits. Sample sizes appear only where
traffic or a share is known, each with what it can tell apart; everything else is a comparison of four-reading means.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from facilitation import samples, targets
from facilitation.dates import date_text
from facilitation.drafting.choice import signal_for
from facilitation.drafting.material import Material
from facilitation.drafting.sentences import guardrail_limit
from facilitation.kpi_tree import Kpi
from facilitation.okr import EvidencePlan, Guardrail, KeyResult, Traffic
from facilitation.units import parse_unit, show_number

NOISE_Z = 1.64
"""An unchanged KPI's mean of four readings moves by more than 1.64·σ/2 in one case in 20 (K-NOISE)."""

_EVERY = {
    "daily": "every day",
    "weekly": "every week",
    "biweekly": "every two weeks",
    "monthly": "every month",
}
_EVERY |= {"quarterly": "every quarter", "yearly": "every year", "": "each time it is measured"}


def evidence_plan(
    key_result: KeyResult, kpi: Kpi, guardrail: Guardrail | None, material: Material
) -> EvidencePlan:
    """The four fields for one key result on `kpi`."""
    signal = signal_for(kpi, material.kpis, material.targets)
    design, least = _design(key_result, kpi, material)
    return EvidencePlan(
        signal=_signal(kpi, signal, material),
        signal_kpi=(signal or kpi).id,
        design=_doubt(kpi, material) + design,
        decision=_decision(key_result, kpi, least, guardrail),
        record=_record(key_result, material),
    )


def baseline_plan(key_result: KeyResult, kpi: Kpi, material: Material) -> EvidencePlan:
    """The four fields for the key result that establishes a baseline."""
    source = f" from {kpi.source}" if kpi.source else ", by hand at first"
    return EvidencePlan(
        signal=f"The first reading of {kpi.name} exists.",
        signal_kpi=kpi.id,
        design=f"Agree on the definition, then read {kpi.name} as often as possible{source}.",
        decision="With 4 readings in, set baseline, spread and target; with none, choose another KPI. "
        "Until then nothing begins that a guardrail watches over.",
        record=_record(key_result, material),
    )


def weeks_needed(key_results: Iterable[KeyResult], material: Material) -> dict[str, float]:
    """Weeks that the A/B test of a key result takes, by its id; only where traffic is known and can be split (K-POWER)."""
    found: dict[str, float] = {}
    for key_result in key_results:
        kpi = material.kpis.get(key_result.kpi or "")
        traffic = material.traffic.get(key_result.kpi or "")
        size = None if kpi is None else _size(key_result, kpi, traffic)
        if size is not None and traffic is not None and traffic.randomisable:
            found[key_result.id] = _weeks(size, traffic).weeks
    return found


def _weeks(size: samples.SampleSize, traffic: Traffic) -> samples.WeeksNeeded:
    return samples.weeks_to_detect(
        size.per_arm, traffic.weekly, share=traffic.share, maturity=traffic.maturity
    )


def _signal(kpi: Kpi, signal: Kpi | None, material: Material) -> str:
    watched = signal or kpi
    every = _EVERY[watched.cadence]
    if signal is None:
        return f"{kpi.name} itself, read {every}."
    move = _expected_move(signal, material)
    lag = next((link.lag_weeks for link in kpi.influences if link.child == signal.id), None)
    later = f" {kpi.name} should follow after about {show_number(lag, 'weeks')}." if lag else ""
    return f"{signal.name} should move first{move}; read it {every}.{later}"


def _expected_move(signal: Kpi, material: Material) -> str:
    """From today's value towards the target it has or would be given; nothing where that is not known."""
    wished = material.targets.get(signal.id)
    if wished is None:
        found = targets.suggest(signal)
        wished = found.target if isinstance(found, targets.Suggestion) else None
    if signal.baseline is None or wished is None:
        return ""
    return f", from {show_number(signal.baseline, signal.unit)} towards {show_number(wished, signal.unit)}"


def _doubt(kpi: Kpi, material: Material) -> str:
    levels = material.beliefs.get(kpi.id, ())
    if not levels or median(levels) > 2:
        return ""
    return f"The group doubts this link (belief {show_number(median(levels), '')} of 5): test it before building. "


def _design(key_result: KeyResult, kpi: Kpi, material: Material) -> tuple[str, str]:
    """The proposed test, and the least change that would count as one, in words (empty: not known yet)."""
    traffic = material.traffic.get(kpi.id)
    if key_result.kind == "range":
        return "Read it as usual and count the readings inside the range, before and after.", ""
    size = _size(key_result, kpi, traffic)
    change = _change(key_result, kpi)
    if size is None or (traffic is not None and not traffic.randomisable):
        return _without_split(key_result, kpi), _least(kpi)
    told_apart = f"{size.per_arm:,} per group can tell {_ends(key_result, kpi)} apart"
    if traffic is None:
        split = f"If people can be split at random: A/B test, {told_apart} ({size.formula}). "
        return (
            f"{split}How many come by in a week? Otherwise: {_lower(_without_split(key_result, kpi))}",
            change,
        )
    needed = _weeks(size, traffic)
    weeks, left = show_number(needed.weeks, "weeks"), material.period.weeks()
    if left is not None and not needed.fits(left):
        told = _tells_apart(key_result, kpi, traffic, left)
        short = f"An A/B test would need {weeks} and only {left} are left{told}, so: "
        return short + _lower(_without_split(key_result, kpi)), _least(kpi)
    return f"A/B test: {told_apart} ({size.formula}), {weeks} at {traffic.weekly:,.0f} a week.", change


def _tells_apart(key_result: KeyResult, kpi: Kpi, traffic: Traffic, weeks: int) -> str:
    """The smallest change (MDE) that a test in two groups could show with those who come by in `weeks`, in words."""
    per_group = int(traffic.weekly * traffic.share * (weeks - traffic.maturity) / 2)
    whole, start = targets.whole_of(kpi), key_result.start
    if per_group < 1 or start is None:
        return ""
    if whole is not None and 0 < start < whole:
        least = samples.smallest_share_change(start / whole, per_group) * whole
        if least >= max(start, whole - start):
            return ""
    elif traffic.unit_sigma:
        least = samples.smallest_mean_change(traffic.unit_sigma, per_group)
    else:
        return ""
    shown = targets.spread_words(float(f"{least:.2g}"), kpi.unit)
    return f" ({per_group:,} per group until then tell changes of {shown} apart)"


def _size(key_result: KeyResult, kpi: Kpi, traffic: Traffic | None) -> samples.SampleSize | None:
    start, target = key_result.start, key_result.target
    if start is None or target is None or start == target:
        return None
    whole = targets.whole_of(kpi)
    if whole is not None and 0 < start < whole and 0 < target < whole:
        return samples.two_proportions(start / whole, target / whole)
    if traffic is not None and traffic.unit_sigma:
        return samples.two_means(traffic.unit_sigma, target - start)
    return None


def _without_split(key_result: KeyResult, kpi: Kpi) -> str:
    """The design where nothing can be split at random, by kind of lever."""
    if kpi.family in ("speed", "cost", "quality", "reliability"):
        return (
            "Switch between the old and the new way week by week and compare the means of four readings each."
        )
    if kpi.family == "acquisition":
        return "Hold the change back in comparable regions and compare the means of four readings here and there."
    return "Compare the mean of four readings before and after."


def _least(kpi: Kpi) -> str:
    """The smallest change of a four-reading mean that chance alone rarely makes, in words."""
    if kpi.sigma is None or kpi.baseline is None or targets.direction_of(kpi) not in ("up", "down"):
        return ""
    least = NOISE_Z * kpi.sigma / 2
    shown = targets.spread_words(float(f"{least:.2g}"), kpi.unit)
    way = "rise" if targets.direction_of(kpi) == "up" else "fall"
    return f"a {way} of more than {shown} (chance alone does that in one case in 20)"


def _change(key_result: KeyResult, kpi: Kpi) -> str:
    if key_result.start is None or key_result.target is None:
        return ""
    unit = "pp" if parse_unit(kpi.unit).is_percent else kpi.unit
    change = round(key_result.target - key_result.start, 12)
    return f"{show_number(change, unit, signed=True)} or better"


def _ends(key_result: KeyResult, kpi: Kpi) -> str:
    return f"{show_number(key_result.start, kpi.unit)} and {show_number(key_result.target, kpi.unit)}"


def _decision(key_result: KeyResult, kpi: Kpi, least: str, guardrail: Guardrail | None) -> str:
    if guardrail is None:
        safe = "no guardrail trips"
    elif guardrail.threshold is None:
        safe = f"there is no sign that {guardrail.name} got worse"
    else:
        safe = f"the limit {guardrail.name} {guardrail_limit(guardrail)} holds"
    if key_result.kind == "range" and key_result.band is not None:
        low, high = (show_number(edge, kpi.unit) for edge in key_result.band)
        return (
            f"Carry on while the mean of four readings stays between {low} and {high} and {safe}; else act."
        )
    if not least:
        return f"Carry on if the mean of 4 readings is clearly better than before and {safe}; else adapt or stop."
    interval = "" if "chance" in least else ", its 95 % interval excludes zero"
    return (
        f"Keep the change if it brings {least}{interval} and {safe}; adapt and repeat if it brings less; "
        "stop if a guardrail trips."
    )


def _record(key_result: KeyResult, material: Material) -> str:
    owner = person_name(key_result.owner, material)
    who = owner or "the owner"
    day = f" by {date_text(key_result.due)}" if key_result.due else ""
    return f"Result, query and next bet in one note, written by {who}{day}; link to follow."


def person_name(owner: str, material: Material) -> str:
    """A person's name: looked up for "@p3", else as written; empty where nobody is named."""
    return material.people.get(owner[1:], "") if owner.startswith("@") else owner


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
