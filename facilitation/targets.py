"""Targets that come from data: a suggestion from what is usual (µ) and how much readings vary (σ) (domain c, M-TGT-1).

Stretch is µ plus 1.25 σ for a noisy KPI and µ plus 2 σ for a stable one, mirrored where down is good; a hard limit is
approached by half the way at most; the result is rounded towards today, never away from it. Where µ, σ or the
direction is missing the answer is a question, never a number. The same arithmetic judges the group's own target.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import NormalDist

import msgspec

from facilitation import units
from facilitation.bounds import hard_bounds
from facilitation.kpi_tree import Direction, Kpi
from facilitation.text import COUNT_WORDS

NOISY_FROM = 0.10
K_NOISY = 1.25
K_STABLE = 2.0
READINGS_JUDGED = 4
"""A target is judged on the mean of so many readings, which vary half as much as one (independence assumed)."""

_NORMAL = NormalDist()


class NoTarget(msgspec.Struct, frozen=True, kw_only=True):
    """Why no target can be suggested: a question for the group. `missing` names fields of the KPI."""

    reason: str
    missing: tuple[str, ...]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A target held against what is usual. Chances are 0–1: that one unchanged reading, or the mean of four unchanged
    readings, meets `target` anyway. `change_relative` is a share of |µ| (0.222 = 22.2 %), `None` where µ is 0.
    `sentence` tells the arithmetic in words, `verdict` only the two chances.
    """

    target: float
    chance_one: float
    chance_mean4: float
    change_absolute: float
    change_relative: float | None
    change: str
    sentence: str
    verdict: str


class Suggestion(Judgement, frozen=True, kw_only=True):
    """A target computed from µ and σ. `raw` is µ ± kσ before limits and rounding; `rule` tells the steps in words.

    For a band (`direction` range) `target` is the nearest value inside it and `band` the wished range.
    """

    raw: float
    k: float
    cv: float
    noisy: bool
    bounded: bool
    rounded_to: float
    rule: str
    band: tuple[float, float] | None = None


def direction_of(kpi: Kpi) -> Direction | None:
    """The declared direction; for a north star without one, up (domain a)."""
    return kpi.direction or ("up" if kpi.parent is None else None)


def target_bounds(kpi: Kpi) -> tuple[float | None, float | None]:
    """Hard bounds of a target: those of the KPI, and 0 below a positive KPI that should go down."""
    outside = whole_of(kpi) is None  # 104 % retained revenue is no share, whatever its name says
    lower, upper = (kpi.lower, kpi.upper) if outside else hard_bounds(kpi)
    if lower is None and direction_of(kpi) == "down" and (kpi.baseline or 0) > 0:
        lower = 0.0
    return lower, upper


def whole_of(kpi: Kpi) -> float | None:
    """What the whole is for a share (100 for percent), `None` for anything that is no share of a whole."""
    undeclared = msgspec.structs.replace(kpi, lower=None, upper=None)
    whole = hard_bounds(undeclared)[1]
    return whole if whole is not None and 0 <= (kpi.baseline or 0) <= whole else None


def variation(kpi: Kpi) -> float | None:
    """CV = σ ÷ |µ|; for shares σ ÷ min(µ, 100 − µ), so that 96 % retention and 4 % churn agree. `None`: undefined."""
    if kpi.baseline is None or kpi.sigma is None:
        return None
    whole = whole_of(kpi)
    base = abs(kpi.baseline) if whole is None else min(kpi.baseline, whole - kpi.baseline)
    return kpi.sigma / base if base > 0 else None


def suggest(kpi: Kpi, *, noisy: bool | None = None, k: float | None = None) -> Suggestion | NoTarget:
    """The target that the data suggest for `kpi`, or the question that must be answered first.

    `noisy` overrides the rule CV ≥ 0.10 (as `kpi.noise` does) and `k` the factor itself; both are the facilitator's to set.
    """
    if noisy is None and kpi.noise:
        noisy = kpi.noise == "noisy"
    question = _question(kpi)
    if question is not None:
        return question
    if direction_of(kpi) == "range":
        return _suggest_band(kpi)
    mu, sigma, cv = *map(_d, _measured(kpi)), variation(kpi)
    if cv is None:  # a share that stands at 0 or 100 %: no room, or nothing to compare the spread with
        return NoTarget(
            reason=f"{kpi.name} stands at its limit: what else should change?", missing=("baseline",)
        )
    is_noisy = cv >= NOISY_FROM if noisy is None else noisy
    factor = _d(k if k is not None else (K_NOISY if is_noisy else K_STABLE))
    sign = 1 if direction_of(kpi) == "up" else -1
    raw = mu + sign * factor * sigma
    lower, upper = target_bounds(kpi)
    limit = upper if sign > 0 else lower
    room = None if limit is None else (_d(limit) - mu) * sign / 2
    if limit is not None and room is not None and room <= 0:
        shown = units.show_number(limit, kpi.unit)
        reason = f"{kpi.name} already stands at its limit of {shown}: which other KPI should change?"
        return NoTarget(reason=reason, missing=("baseline",))
    move = factor * sigma if room is None else min(factor * sigma, room)
    step = _step(sigma / 5, move, whole=_counted_in_wholes(kpi))
    target = float(_towards(mu, mu + sign * move, step))
    judged = _judge(kpi, target)
    return Suggestion(
        **msgspec.structs.asdict(judged),
        raw=float(raw),
        k=float(factor),
        cv=cv,
        noisy=is_noisy,
        bounded=move < factor * sigma,
        rounded_to=float(step),
        rule=_rule(kpi, factor, is_noisy, limit if move < factor * sigma else None, step),
    )


def judge(kpi: Kpi, target: float) -> Judgement | NoTarget:
    """The group's own `target` for `kpi` against what is usual, or what is missing to say it."""
    question = _question(kpi, zero_is_fine=True)
    return question if question is not None else _judge(kpi, target)


def chances(kpi: Kpi, target: float) -> tuple[float, float] | None:
    """Chance (0–1) that one unchanged reading, and the mean of four, meet `target`; `None` without µ, σ, direction."""
    if kpi.baseline is None or not kpi.sigma or direction_of(kpi) is None:
        return None
    return _chance(kpi, target, kpi.sigma), _chance(kpi, target, kpi.sigma / math.sqrt(READINGS_JUDGED))


def _question(kpi: Kpi, *, zero_is_fine: bool = False) -> NoTarget | None:
    """What has to be known before any target, as a question; `None` when everything is there."""
    if direction_of(kpi) is None:
        return NoTarget(
            reason=f"Should {kpi.name} go up, go down or stay in a range?", missing=("direction",)
        )
    if direction_of(kpi) == "range" and kpi.band is None:
        return NoTarget(reason=f"Between which two values should {kpi.name} stay?", missing=("band",))
    if kpi.baseline is None:
        reason = (
            f"Today's value of {kpi.name} is not known. Baseline pending: measure it in the first two weeks."
        )
        return NoTarget(reason=reason, missing=("baseline",))
    if kpi.baseline == 0 and not zero_is_fine and direction_of(kpi) != "range":
        reason = (
            f"{kpi.name} stands at 0, so its spread cannot be compared with it: which target would count?"
        )
        return NoTarget(reason=reason, missing=("baseline",))
    if kpi.sigma is None or not math.isfinite(kpi.sigma):
        reason = f"How much do readings of {kpi.name} vary? Paste a few past readings."
        return NoTarget(reason=reason, missing=("sigma",))
    if kpi.sigma <= 0:
        reason = f"Readings of {kpi.name} seem never to vary: are there more readings to look at?"
        return NoTarget(reason=reason, missing=("sigma",))
    return None


def _suggest_band(kpi: Kpi) -> Suggestion:
    """Keep the band; outside it, the nearest edge is the target."""
    mu, _ = _measured(kpi)
    low, high = kpi.band or (mu, mu)
    target = min(max(mu, low), high)
    inside = target == mu
    judged = _judge(kpi, target)
    return Suggestion(
        **msgspec.structs.asdict(judged),
        raw=target,
        k=0.0,
        cv=variation(kpi) or 0.0,
        noisy=(variation(kpi) or 0.0) >= NOISY_FROM,
        bounded=False,
        rounded_to=0.0,
        rule="It is inside the range today: keep it there." if inside else "The nearest edge of the range.",
        band=kpi.band,
    )


def _judge(kpi: Kpi, target: float) -> Judgement:
    mu, sigma = _measured(kpi)
    change = float(_d(target) - _d(mu))
    chance = _chance(kpi, target, sigma)
    return Judgement(
        target=target,
        chance_one=chance,
        chance_mean4=_chance(kpi, target, sigma / math.sqrt(READINGS_JUDGED)),
        change_absolute=change,
        change_relative=change / abs(mu) if mu else None,
        change=units.show_change(mu, target, kpi.unit),
        sentence=_sentence(kpi, target, chance),
        verdict=_verdict(kpi, chance, _chance(kpi, target, sigma / math.sqrt(READINGS_JUDGED))),
    )


def _measured(kpi: Kpi) -> tuple[float, float]:
    """µ and σ of a KPI that has passed `_question`."""
    if kpi.baseline is None or kpi.sigma is None:
        raise ValueError(f"{kpi.name} has no baseline or no spread.")
    return kpi.baseline, kpi.sigma


def _chance(kpi: Kpi, target: float, spread: float) -> float:
    mu, _ = _measured(kpi)
    if direction_of(kpi) == "range":
        low, high = kpi.band if kpi.band is not None else (target, target)
        return _NORMAL.cdf((high - mu) / spread) - _NORMAL.cdf((low - mu) / spread)
    above = (target - mu) / spread
    return _NORMAL.cdf(-above if direction_of(kpi) == "up" else above)


# The arithmetic of targets, in Decimal so that 1.4 − 0.625 is what a reader computes.


def _d(value: float) -> Decimal:
    return Decimal(repr(value))


def _step(wished: Decimal, move: Decimal, *, whole: bool) -> Decimal:
    """The largest of 1, 2, 5 × 10ⁿ within `wished` and `move`; at least 1 where things are counted in wholes."""
    cap = min(wished, move)
    power = Decimal(1).scaleb(cap.adjusted())
    step = next(power * digit for digit in (5, 2, 1) if power * digit <= cap)
    return max(step, Decimal(1)) if whole and move >= 1 else step


def _towards(mu: Decimal, value: Decimal, step: Decimal) -> Decimal:
    """`value` rounded to a multiple of `step` on the side of `mu`."""
    mode = ROUND_FLOOR if value > mu else ROUND_CEILING
    return (value / step).to_integral_value(mode) * step


def _counted_in_wholes(kpi: Kpi) -> bool:
    """Whether a target must be a whole number: a count of things whose baseline is whole too."""
    unit = units.parse_unit(kpi.unit)
    counts = unit.counts and all(power > 0 for _, power in unit.counts)
    return (
        bool(counts) and not (unit.dims or unit.share) and unit.scale == 1 and (kpi.baseline or 0.5) % 1 == 0
    )


def plan_figures(value: float) -> float:
    """A computed number with four figures, as the tree shows it."""
    return float(f"{value:.4g}")


def forecast_figures(value: float) -> float:
    """A forecast with three figures, from a thousand on four: more would promise what nobody knows."""
    return float(f"{value:.{4 if abs(value) >= 1000 else 3}g}")


# Words.


def effect_words(top: Kpi, good: float) -> str:
    """What a favourable change is worth to the north star `top`, in its own direction and with three figures: "−0.08 pp"."""
    signed = -good if direction_of(top) == "down" else good
    unit = units.parse_unit(top.unit)
    text = units.show_number(float(f"{signed:.3g}"), top.unit, signed=True)
    return text.replace("%", "pp", 1) if unit.is_percent and not unit.points else text


def spread_words(size: float, unit: str) -> str:
    """A distance in `unit`: "5 points" for percent, else the number with its unit ("8 days", "$2")."""
    if not units.parse_unit(unit).is_percent:
        return re.sub(r"^1 (\w+)s\b", r"1 \1", units.show_number(size, unit))
    shown = units.show_number(size, "")
    return f"{shown} point" if shown == "1" else f"{shown} points"


def chance_words(chance: float, thing: str = "reading") -> str:
    """A chance as a count a person can picture: "one reading in nine", "six readings in ten", "almost no reading".
    Above a hundred two figures are enough.
    """
    if chance < 0.0005:
        return f"almost no {thing}"
    if chance > 0.95:
        return f"nearly every {thing}"
    if chance >= 0.4:
        return f"{COUNT_WORDS[round(chance * 10)]} {thing}s in ten"
    often = round(1 / chance)
    if often > 100:
        often = int(float(f"{often:.2g}"))
    return f"one {thing} in {COUNT_WORDS[often] if often < len(COUNT_WORDS) else f'{often:,}'}"


def _sentence(kpi: Kpi, target: float, chance: float) -> str:
    mu, sigma = _measured(kpi)
    usual = units.show_number(mu, kpi.unit)
    varies = spread_words(sigma, kpi.unit)
    if direction_of(kpi) == "range" and kpi.band is not None:
        low, high = (units.show_number(edge, kpi.unit) for edge in kpi.band)
        meets = f"lie within {low} to {high}"
    else:
        verb = "reach" if direction_of(kpi) == "up" else "come down to"
        meets = f"{verb} {units.show_number(target, kpi.unit)}"
    return f"{usual} is usual, readings vary by about {varies}; without any change {chance_words(chance)} would {meets}."


def _verdict(kpi: Kpi, one: float, mean: float) -> str:
    meets = "lie inside it" if direction_of(kpi) == "range" else "reach it"
    return (
        f"Without any change {chance_words(one)} would {meets}; the mean of four readings {_how_often(mean)}."
    )


def mean_words(kpi: Kpi, judged: Judgement) -> str:
    """The chance that a mean of four readings of an unchanged KPI meets the suggestion, as a sentence of its own."""
    meets = "lie inside it" if direction_of(kpi) == "range" else "reach it"
    often = _how_often(judged.chance_mean4)
    told = f"{meets} {often}" if often.startswith("in ") else f"{often} {meets}"
    return f"Without any change the mean of four readings would {told}."


def chosen_words(kpi: Kpi, judged: Judgement, shown: str) -> str:
    """The two chances of a target that the group chose beside the suggestion; `shown` is the target with its unit."""
    return f"The group chose {shown}: {judged.verdict[:1].lower()}{judged.verdict[1:]}"


def _how_often(chance: float) -> str:
    if chance < 0.0005:
        return "almost never"
    return "nearly always" if chance > 0.95 else f"in {chance_words(chance, 'case')}"


def _rule(kpi: Kpi, factor: Decimal, noisy: bool, limit: float | None, step: Decimal) -> str:
    kind = "readings vary a lot" if noisy else "readings are steady"
    if kpi.noise:
        kind = f"readings were said to {'vary a lot' if noisy else 'be steady'}"
    way = "plus" if direction_of(kpi) == "up" else "minus"
    parts = [
        f"Rule: today's value {way} {units.show_number(float(factor), '')} times its usual variation, because {kind}"
    ]
    if limit is not None:
        parts.append(f"kept to half the way to the limit of {units.show_number(limit, kpi.unit)}")
    parts.append(f"rounded to steps of {spread_words(float(step), kpi.unit)} on the careful side")
    return "; ".join(parts) + "."
