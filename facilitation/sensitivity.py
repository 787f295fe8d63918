"""Which KPI moves the north star, and by how much (domain b).

Slopes are exact: every formula is run on `Dual` numbers, and the chain rule carries the slopes down the graph once, summing over
paths. Effects of +1 % and of ±1σ are real changes, calculated again through the tree and clamped to hard bounds. What has no
path of formulas and sized links to the north star is *unsized*, with the reason; it is never shown as 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from facilitation.bounds import clamp, hard_bounds
from facilitation.compiled import Dual
from facilitation.diagnosis import Check, listed, quoted
from facilitation.formula import refs
from facilitation.kpi_tree import Kpi, Kpis, ancestors
from facilitation.model import HUGE, Model, Node

Favourable = Literal["up", "down"]


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What one KPI does to the north star N. All effects are in N's unit, signs kept.

    `elasticity` is e = (∂N/∂x)(x/N), `None` where N is 0. `slope` is ∂N/∂x in displayed units; `slope_effect` = slope × σ.
    `one_percent` is N(1.01 x) − N; `low` and `high` are N(x − σ) − N and N(x + σ) − N, clamped to bounds, `None` without σ.
    `favourable` is the move of x that improves N; `impact` the improvement of N by a favourable 1σ (≥ 0).
    `disagrees`: the KPI's declared direction is the opposite of `favourable`. `unsized`: no number can be given, see `reason`.
    `partly`: some of its ways to the north star are unsized, so the effect is only the part that can be calculated.
    """

    kpi: str
    elasticity: float | None = None
    slope: float | None = None
    slope_effect: float | None = None
    one_percent: float | None = None
    low: float | None = None
    high: float | None = None
    favourable: Favourable | None = None
    impact: float | None = None
    disagrees: bool = False
    unsized: bool = False
    reason: str = ""
    partly: bool = False

    @property
    def reach(self) -> float:
        """max(|low|, |high|): the length of the bar in a tornado."""
        return max(abs(self.low or 0.0), abs(self.high or 0.0))


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """The effects of all KPIs below the north star by id, and the spread of the north star itself.

    `sigma` is σ_N to first order, N·√Σ(e·σ/x)² over `sigma_of`, the KPIs that feed N through formulas and are not calculated
    themselves; it takes them for independent, which `assumption` says. `sigma_missing` are those of them without a spread.
    """

    north_star: str | None
    value: float | None
    effects: dict[str, Effect]
    sigma: float | None = None
    sigma_of: tuple[str, ...] = ()
    sigma_missing: tuple[str, ...] = ()
    assumption: str = "Assumes that the inputs vary independently of each other."


def sensitivity(kpis: Kpis, model: Model | None = None) -> Sensitivity:
    """The effect of every KPI on the north star. `model` may be passed when the tree is prepared already."""
    machine = model if model is not None else Model(kpis)
    top = machine.root
    if top is None:
        return Sensitivity(north_star=None, value=None, effects={})
    total = machine.base[top]
    slopes = _slopes(machine, top) if total is not None else {}
    open_paths = _unsized_paths(machine)
    effects = {
        key: _effect(machine, top, kpis[key], slopes.get(key), key in open_paths)
        for key in machine.order.order
        if key != top
    }
    sigma, used, missing = _sigma(machine, top, slopes)
    return Sensitivity(
        north_star=top,
        value=machine.shown(top, total),
        effects=effects,
        sigma=sigma,
        sigma_of=used,
        sigma_missing=missing,
    )


def tornado(result: Sensitivity, kpis: Kpis | None = None) -> list[Effect]:
    """Effects with a bar, the longest first (ties by id). With `kpis` only what is not calculated: leaves, and numbers that
    were measured although something drives them; these are the ones σ of the north star is made of.
    """
    inner = {kpi.parent for kpi in kpis.values()} - set(result.sigma_of) if kpis is not None else set()
    rows = [
        row
        for row in result.effects.values()
        if not row.unsized and row.high is not None and row.kpi not in inner
    ]
    return sorted(rows, key=lambda row: (-row.reach, row.kpi))


def direction_checks(kpis: Kpis, result: Sensitivity) -> list[Check]:
    """DIRECTION: a KPI is declared "up is good" where the tree says that down helps the north star, or the reverse."""
    found = []
    for row in result.effects.values():
        if row.disagrees and row.favourable is not None:
            kpi = kpis[row.kpi]
            wanted, better = ("higher", "lower") if kpi.direction == "up" else ("lower", "higher")
            found.append(
                Check(
                    kpi=kpi.id,
                    code="DIRECTION",
                    severity="warning",
                    sentence=f"{quoted(kpi.name)} is marked as better when {wanted}, but in this tree the north star gains "
                    f"when it is {better}.",
                    hint="Check its direction, or the formula it stands in.",
                )
            )
    return found


def at_targets(
    kpis: Kpis, targets: Mapping[str, float], model: Model | None = None
) -> dict[str, float | None]:
    """What the tree gives where all these targets (shown units) are met: each is put in at its own KPI, and a KPI above
    another one with a target is computed, whatever its own target says (domain, Decisions).
    """
    model = model or Model(kpis)
    known = [key for key in targets if key in model.nodes]
    return what_if(kpis, {key: targets[key] for key in model.lowest(known)}, model)


def what_if(kpis: Kpis, changes: Mapping[str, float], model: Model | None = None) -> dict[str, float | None]:
    """The values, in their own units, of the changed KPIs and of everything they move; nothing is stored.

    `None` where the change leads to no number (division by zero, too large). Ids not on the board and values that are not
    finite are left out. See `model` for how stated numbers move.
    """
    machine = model if model is not None else Model(kpis)
    given = {
        key: value * machine.nodes[key].scale
        for key, value in changes.items()
        if key in machine.nodes and math.isfinite(value)
    }
    values: dict[str, Any] = dict(machine.base)
    values.update(given)
    result: dict[str, float | None] = {key: changes[key] for key in given}
    for node in _moved(machine, given):
        value = None if _lost(machine, node, values) else _safe_step(machine, node, values)
        values[node.id] = value
        result[node.id] = machine.shown(node.id, value)
    return result


def _moved(machine: Model, given: Mapping[str, float]) -> list[Node]:
    """What the changes move; where a number was missing until now, the tree is prepared again with it in place."""
    if all(machine.base[key] is not None for key in given):
        return machine.above(given)
    feeds: dict[str, list[str]] = {}
    for key, used in machine.sources.items():
        for source in used:
            feeds.setdefault(source, []).append(key)
    found: set[str] = set()
    stack = list(given)
    while stack:
        for fed in feeds.get(stack.pop(), []):
            if fed not in found and fed not in given and machine.nodes[fed].compiled is not None:
                found.add(fed)
                stack.append(fed)
    return [machine.nodes[key] for key in machine.order.order if key in found]


def _lacks(node: Node, values: Mapping[str, Any]) -> bool:
    """Whether its formula has not all its numbers."""
    return node.compiled is not None and any(values.get(ref) is None for ref in node.compiled.refs)


def _lost(machine: Model, node: Node, values: Mapping[str, Any]) -> bool:
    """Whether a change below leaves no number here: what its formula or a link needs has become none, or was none and nobody
    stated one."""
    if _lacks(node, values) and (node.calculated is not None or node.used is None):
        return True
    return any(values[child] is None and machine.base[child] for child, _ in node.links)


def _safe_step(machine: Model, node: Node, values: Mapping[str, Any]) -> float | None:
    try:
        if node.compiled is not None and node.calculated is None and not _lacks(node, values):
            result = node.compiled.run([values[ref] for ref in node.compiled.refs])
        else:
            result = machine.step(node, values)
    except (ZeroDivisionError, OverflowError):
        return None
    if result is None or isinstance(result, complex) or not -HUGE < result < HUGE:
        return None
    return float(result)


def _slopes(machine: Model, top: str) -> dict[str, float]:
    """∂N/∂x in base units for everything with a sized way to the north star."""
    slopes: dict[str, float] = {top: 1.0}
    for key in reversed(machine.order.order):
        outer = slopes.get(key)
        if outer is None:
            continue
        node = machine.nodes[key]
        for source, slope in _local_slopes(machine, node):
            slopes[source] = slopes.get(source, 0.0) + outer * slope
    return slopes


def _local_slopes(machine: Model, node: Node) -> list[tuple[str, float]]:
    """The slopes of one KPI with respect to what feeds it directly, by dual numbers."""
    base, found = machine.base, []
    compiled = node.compiled
    if compiled is not None and node.calculated is not None:
        values: list[Any] = [base[ref] for ref in compiled.refs]
        stated, calculated = node.stated or 0.0, node.calculated
        factor = stated / calculated if node.anchored and stated * calculated > 0 else 1.0
        for place, ref in enumerate(compiled.refs):
            plain = values[place]
            values[place] = Dual(plain, 1.0)
            found.append((ref, compiled.run(values).slope * factor))
            values[place] = plain
    for child, elasticity in node.links:
        before = base[child]
        if before and node.used is not None:
            found.append((child, node.used * elasticity / before))
    return found


def _effect(machine: Model, top: str, kpi: Kpi, slope: float | None, partly: bool) -> Effect:
    value, total = machine.base[kpi.id], machine.base[top]
    if slope is None or value is None or total is None:
        return Effect(kpi=kpi.id, unsized=True, reason=_why_unsized(machine, kpi, top))
    node, root = machine.nodes[kpi.id], machine.nodes[top]
    moved = machine.steps_above(kpi.id)
    values: dict[str, Any] = machine.base.copy()
    scale = root.scale

    def change(to: float) -> float | None:
        if to == value:
            return 0.0
        values[kpi.id] = to
        try:
            for above, run, used in moved:
                values[above.id] = (
                    machine.step(above, values) if run is None else run([values[ref] for ref in used])
                )
        except (ZeroDivisionError, OverflowError):
            return None
        after = values[top]
        return None if isinstance(after, complex) or not -HUGE < after < HUGE else (after - total) / scale

    low = high = slope_effect = None
    shown_slope = slope * node.scale / scale
    if kpi.sigma is not None and 0 < kpi.sigma < HUGE:
        lowest, highest = hard_bounds(kpi)
        here = kpi.baseline if node.stated is not None and kpi.baseline is not None else value / node.scale
        low = change(clamp(here - kpi.sigma, _under(lowest, here), None) * node.scale)
        high = change(clamp(here + kpi.sigma, None, _over(highest, here)) * node.scale)
        slope_effect = shown_slope * kpi.sigma
    wanted = _wanted(machine.kpis[top], total / scale)
    favourable = _favourable(slope, low, high, wanted)
    return Effect(
        kpi=kpi.id,
        elasticity=slope * value / total if total else None,
        slope=shown_slope,
        slope_effect=slope_effect,
        one_percent=change(value * 1.01),
        low=low,
        high=high,
        favourable=favourable,
        impact=_impact(low, high, favourable, wanted),
        disagrees=favourable is not None and kpi.direction in ("up", "down") and kpi.direction != favourable,
        partly=partly,
    )


def _under(bound: float | None, here: float) -> float | None:
    """A bound that today's value already breaks does not move it."""
    return None if bound is None else min(bound, here)


def _over(bound: float | None, here: float) -> float | None:
    return None if bound is None else max(bound, here)


def _wanted(top: Kpi, value: float) -> int:
    """+1 where the north star should rise, −1 where it should fall, 0 inside its band (domain a: up unless declared)."""
    if top.direction == "down":
        return -1
    if top.direction == "range" and top.band is not None:
        low, high = top.band
        return 1 if value < low else -1 if value > high else 0
    return 1


def _favourable(slope: float, low: float | None, high: float | None, wanted: int) -> Favourable | None:
    if wanted == 0:
        return None
    gain = slope * wanted
    if gain == 0:
        gain = ((high or 0.0) - (low or 0.0)) * wanted
    return "up" if gain > 0 else "down" if gain < 0 else None


def _impact(
    low: float | None, high: float | None, favourable: Favourable | None, wanted: int
) -> float | None:
    if low is None or high is None:
        return None
    if favourable is None:
        return 0.0
    return max((high if favourable == "up" else low) * wanted, 0.0)


def _unsized_paths(machine: Model) -> set[str]:
    """Everything that also reaches the north star over a link nobody has sized."""
    stack = [
        link.child for kpi in machine.kpis.values() for link in kpi.influences if link.elasticity is None
    ]
    found: set[str] = set()
    while stack:
        key = stack.pop()
        if key not in found and key in machine.nodes:
            found.add(key)
            stack.extend(machine.sources.get(key, ()))
    return found


def _why_unsized(machine: Model, kpi: Kpi, top: str) -> str:
    """The first thing that is missing on the way up, as a sentence."""
    kpis = machine.kpis
    if machine.base[kpi.id] is None:
        return f"{quoted(kpi.name)} has no number yet."
    child = kpi
    for key in ancestors(kpis, kpi.id):
        parent = kpis.get(key)
        if parent is None:
            break
        link = next((link for link in parent.influences if link.child == child.id), None)
        if link is not None:
            if link.elasticity is None:
                return f"Nobody has said yet how strongly {quoted(child.name)} drives {quoted(parent.name)}."
            if machine.base[parent.id] is None:
                return f"{quoted(parent.name)} has no number yet."
        elif child.id in refs(parent.formula):
            if parent.id in machine.missing:
                waits = listed([kpis[ref].name if ref in kpis else ref for ref in machine.missing[parent.id]])
                return f"{quoted(parent.name)} waits for {waits}."
            if machine.nodes[parent.id].calculated is None:
                return f"{quoted(parent.name)} cannot be calculated yet."
        else:
            return f"Nothing says yet how {quoted(child.name)} moves {quoted(parent.name)}."
        child = parent
    return f"There is no calculated way from {quoted(kpi.name)} to {quoted(kpis[top].name)}."


def _sigma(
    machine: Model, top: str, slopes: Mapping[str, float]
) -> tuple[float | None, tuple[str, ...], tuple[str, ...]]:
    """σ_N to first order, over what feeds N through formulas and is not calculated itself."""
    root = machine.nodes[top]
    if root.used is None:
        return None, (), ()
    stack, seen, sources = [top], {top}, []
    while stack:
        key = stack.pop()
        node = machine.nodes[key]
        if node.compiled is None or node.calculated is None:
            sources.append(key)
            continue
        for ref in node.compiled.refs:
            if ref not in seen:
                seen.add(ref)
                stack.append(ref)
    spread = {key: machine.kpis[key].sigma for key in sorted(sources)}
    used = tuple(key for key, sigma in spread.items() if sigma is not None and math.isfinite(sigma))
    missing = tuple(key for key, sigma in spread.items() if sigma is None)
    if not used:
        return None, (), missing
    parts = [slopes.get(key, 0.0) * (spread[key] or 0.0) * machine.nodes[key].scale for key in used]
    return math.sqrt(sum(part * part for part in parts)) / root.scale, used, missing
