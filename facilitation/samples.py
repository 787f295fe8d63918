"""How large a test must be, and whether the weeks that are left are enough (domain c, M-EVD-1, K-POWER).

Every answer carries the name of its formula: two honest formulas differ by a few percent, and a reader
must be able to check which was used. The spread asked for by the formulas for means is the spread *between
units* (people, orders, tickets), not the spread of a KPI's weekly readings: the two must never be mixed up.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import msgspec

TWO_PROPORTIONS = "two proportions, two-sided, pooled variance under no change, no continuity correction"
TWO_PROPORTIONS_CONTINUITY = (
    "two proportions, two-sided, pooled variance, with continuity correction (Fleiss)"
)
TWO_PROPORTIONS_BASELINE = "two proportions, two-sided, baseline variance under no change (Miller)"
TWO_MEANS = (
    "two means, two-sided, normal approximation; σ is the spread between units, not of weekly readings"
)
RULE_OF_16 = "two means, rule of thumb 16 σ² ÷ δ²; σ is the spread between units, not of weekly readings"
MDE_PROPORTION = "smallest difference between two proportions, two-sided, baseline variance"
MDE_MEAN = "smallest difference between two means, two-sided, normal approximation"

_NORMAL = NormalDist()


class SampleSize(msgspec.Struct, frozen=True, kw_only=True):
    """Units needed in each arm: `exact` as the formula gives it, `per_arm` rounded up, `formula` by name."""

    per_arm: int
    exact: float
    formula: str
    alpha: float = 0.05
    power: float = 0.8


class WeeksNeeded(msgspec.Struct, frozen=True, kw_only=True):
    """Weeks until a test can decide. `weeks` is rounded up and includes `maturity` weeks for late effects."""

    weeks: int
    exact: float
    maturity: int = 0

    def fits(self, weeks_left: float) -> bool:
        """Whether the answer comes within `weeks_left` (K-POWER fails when it does not)."""
        return self.weeks <= weeks_left


def z_values(alpha: float = 0.05, power: float = 0.8) -> tuple[float, float]:
    """z for α/2 and for the power. Raises `ValueError` outside 0 < α < 1 and 0 < power < 1."""
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError("The error rate and the power lie between 0 and 1.")
    return _NORMAL.inv_cdf(1 - alpha / 2), _NORMAL.inv_cdf(power)


def two_proportions(
    p1: float, p2: float, *, alpha: float = 0.05, power: float = 0.8, formula: str = TWO_PROPORTIONS
) -> SampleSize:
    """Units per arm to tell `p1` from `p2` (both 0–1): n = [z½α·√(2·p̄·q̄) + zβ·√(p₁q₁ + p₂q₂)]² ÷ δ².

    `formula` may name the continuity-corrected or the baseline-variance variant instead.
    Raises `ValueError` when the shares are equal or not between 0 and 1.
    """
    if not (0 < p1 < 1 and 0 < p2 < 1) or p1 == p2:
        raise ValueError("Two different shares between 0 and 1 are needed.")
    z_alpha, z_beta = z_values(alpha, power)
    pooled = p1 if formula == TWO_PROPORTIONS_BASELINE else (p1 + p2) / 2
    spread_same = math.sqrt(2 * pooled * (1 - pooled))
    spread_apart = math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    difference = abs(p2 - p1)
    exact = ((z_alpha * spread_same + z_beta * spread_apart) / difference) ** 2
    if formula == TWO_PROPORTIONS_CONTINUITY:
        exact = exact / 4 * (1 + math.sqrt(1 + 4 / (exact * difference))) ** 2
    return SampleSize(per_arm=_up(exact), exact=exact, formula=formula, alpha=alpha, power=power)


def two_means(
    sigma: float, difference: float, *, alpha: float = 0.05, power: float = 0.8, formula: str = TWO_MEANS
) -> SampleSize:
    """Units per arm to see `difference` between two means: n = 2·(z½α + zβ)²·(σ ÷ δ)², σ between units.

    Raises `ValueError` unless σ > 0 and the difference is not 0.
    """
    if sigma <= 0 or difference == 0:
        raise ValueError("A spread above 0 and a difference other than 0 are needed.")
    ratio = (sigma / difference) ** 2
    if formula == RULE_OF_16:
        exact = 16 * ratio
    else:
        exact = 2 * sum(z_values(alpha, power)) ** 2 * ratio
    return SampleSize(per_arm=_up(exact), exact=exact, formula=formula, alpha=alpha, power=power)


def smallest_share_change(p: float, per_arm: int, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """MDE of a share `p` (0–1): (z½α + zβ)·√(2·p·(1 − p) ÷ n), as a share (0.06 = 6 points)."""
    if not 0 < p < 1 or per_arm <= 0:
        raise ValueError("A share between 0 and 1 and at least one unit are needed.")
    return sum(z_values(alpha, power)) * math.sqrt(2 * p * (1 - p) / per_arm)


def smallest_mean_change(sigma: float, per_arm: int, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """MDE of a mean whose units spread by `sigma`: (z½α + zβ)·σ·√(2 ÷ n), in the unit of σ."""
    if sigma <= 0 or per_arm <= 0:
        raise ValueError("A spread above 0 and at least one unit are needed.")
    return sum(z_values(alpha, power)) * sigma * math.sqrt(2 / per_arm)


def weeks_to_detect(
    per_arm: int, weekly_eligible: float, *, arms: int = 2, share: float = 1.0, maturity: int = 0
) -> WeeksNeeded:
    """Weeks = ⌈arms × n ÷ (weekly eligible × share)⌉ + maturity window.

    Raises `ValueError` without any traffic.
    """
    if weekly_eligible <= 0 or not 0 < share <= 1 or per_arm <= 0 or arms < 1 or maturity < 0:
        raise ValueError("How many units come by in a week, and which share of them may be in the test?")
    exact = arms * per_arm / (weekly_eligible * share)
    return WeeksNeeded(weeks=_up(exact) + maturity, exact=exact, maturity=maturity)


def _up(exact: float) -> int:
    """Round up, but not for the dust of floating-point arithmetic (64.00000000000001 stays 64)."""
    return math.ceil(exact - 1e-9)
