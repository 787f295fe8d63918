"""The tree with targets put in: values in the units people see go in, the north star comes out, for many runs at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from facilitation.add_up.answer import Aim, Closing, Compared, Share
from facilitation.add_up.shapley import Runs, all_subsets, shapley
from facilitation.bounds import clamp, hard_bounds
from facilitation.model import Model

EXACT_SHAPLEY = 12
"""Up to so many aims every subset is computed; above it, orders are sampled."""
SAMPLED_ORDERS = 400
FURTHEST = 5


class Machine:
    """The tree with its aims sorted into those that are put in and those that are only compared."""

    def __init__(self, model: Model, top: str, aims: Sequence[Aim]) -> None:
        self.model = model
        self.top = top
        put_in = set(model.lowest(aim.kpi for aim in aims))
        self.injected = [aim for aim in aims if aim.kpi in put_in]
        self.only_compared = [aim for aim in aims if aim.kpi not in put_in]
        self.heard = {
            aim.kpi
            for aim in aims
            if aim.kpi == top or any(node.id == top for node in model.above((aim.kpi,)))
        }

    def shown(self, kpi: str, value: Any) -> Any:
        """Base units back to the unit people see."""
        return value / self.model.nodes[kpi].scale

    def base(self, kpi: str, value: Any) -> Any:
        return value * self.model.nodes[kpi].scale

    def run(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The tree with these values (shown units) put in; division by zero gives infinities, never an error."""
        given = {kpi: np.asarray(self.base(kpi, value), dtype=np.float64) for kpi, value in changes.items()}
        with np.errstate(all="ignore"):
            return self.model.run(given)

    def north_star(self, drawn: Mapping[str, Any]) -> Runs:
        """The north star (shown units) for arrays of values."""
        size = max((np.size(value) for value in drawn.values()), default=1)
        value = self.run(drawn).get(self.top, self.model.base[self.top])
        return np.broadcast_to(np.asarray(self.shown(self.top, value), dtype=np.float64), (size,))

    def at_targets(self) -> float:
        return float(self.north_star({aim.kpi: aim.target for aim in self.injected})[0])

    def shares(self, seed: int) -> tuple[Share, ...]:
        """Shapley: what each aim adds, averaged over all orders of reaching them; many aims are sampled (domain b)."""
        count = len(self.injected)
        if count <= EXACT_SHAPLEY:
            amounts = shapley(self._coalitions(all_subsets(count)), count)
        else:
            amounts = self._sampled_shapley(count, seed)
        return tuple(
            Share(key_result=aim.key_result, kpi=aim.kpi, amount=float(amount))
            for aim, amount in zip(self.injected, amounts, strict=True)
        )

    def _coalitions(self, members: npt.NDArray[np.bool_]) -> Runs:
        """The north star for rows of "this aim is reached, that one is not"."""
        return self.north_star(
            {aim.kpi: np.where(members[:, i], aim.target, aim.start) for i, aim in enumerate(self.injected)}
        )

    def _sampled_shapley(self, count: int, seed: int) -> Runs:
        orders = np.argsort(np.random.default_rng(seed).random((SAMPLED_ORDERS, count)), axis=1)
        places = np.argsort(orders, axis=1)
        members = places[:, None, :] < np.arange(count + 1)[None, :, None]
        values = self._coalitions(members.reshape(-1, count)).reshape(SAMPLED_ORDERS, count + 1)
        steps = np.diff(values, axis=1)
        return np.asarray(np.take_along_axis(steps, places, axis=1).mean(axis=0), dtype=np.float64)

    def compared(self) -> tuple[Compared, ...]:
        reached = self.run({aim.kpi: aim.target for aim in self.injected})
        found = []
        for aim in self.only_compared:
            value = reached.get(aim.kpi)
            computed = None if value is None else float(self.shown(aim.kpi, value))
            wished = math.copysign(1.0, aim.target - aim.start)
            slack = 0.005 * abs(aim.target - aim.start)
            enough = computed is not None and (computed - aim.target) * wished >= -slack
            found.append(
                Compared(
                    key_result=aim.key_result,
                    kpi=aim.kpi,
                    target=aim.target,
                    computed=computed,
                    enough=enough,
                )
            )
        return tuple(found)

    def closings(self, wish: float, up: bool) -> tuple[Closing, ...]:
        """For each aim the target that would reach the wish alone, within hard bounds and `FURTHEST` times its move."""
        at = self.at_targets()
        if (at >= wish) if up else (at <= wish):
            return ()
        found = []
        for aim in self.injected:
            if aim.kpi not in self.heard:
                continue
            far = clamp(
                aim.start + FURTHEST * (aim.target - aim.start), *hard_bounds(self.model.kpis[aim.kpi])
            )
            tried = np.linspace(aim.target, far, 401)
            changes: dict[str, Any] = {other.kpi: other.target for other in self.injected}
            values = self.north_star(changes | {aim.kpi: tried})
            reached = np.nonzero(values >= wish if up else values <= wish)[0]
            if reached.size and reached[0] > 0:
                j = int(reached[0])
                part = (wish - values[j - 1]) / (values[j] - values[j - 1])
                needed = float(tried[j - 1] + part * (tried[j] - tried[j - 1]))
                found.append(
                    Closing(key_result=aim.key_result, kpi=aim.kpi, target=aim.target, needed=needed)
                )
        return tuple(found)
