"""Who contributes what: Shapley values, exact from all subsets (domain b)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Runs = npt.NDArray[np.float64]


def all_subsets(count: int) -> npt.NDArray[np.bool_]:
    """One row per subset of `count` things; the row number is the bit mask of its members."""
    return np.asarray((np.arange(2**count)[:, None] >> np.arange(count)) % 2 == 1)


def shapley(values: Runs, count: int) -> Runs:
    """Shapley values from the worth of every subset; row number = bit mask of its members."""
    masks = np.arange(2**count)
    sizes = all_subsets(count).sum(axis=1)
    weights = np.array(
        [math.factorial(s) * math.factorial(count - s - 1) / math.factorial(count) for s in range(count)]
        or [0.0]
    )
    amounts = np.zeros(count)
    for i in range(count):
        without = masks[(masks >> i) % 2 == 0]
        amounts[i] = (weights[sizes[without]] * (values[without | (1 << i)] - values[without])).sum()
    return amounts
