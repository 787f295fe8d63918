"""Add-up in words: what the sum is, who contributes what, and what to change when wish and sum differ (M-TGT-2).

Gaps are closed by changing the scope, never by measuring something else; so the advice names other targets, levers that
are still unused, or a wish the group can stand behind.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from facilitation.add_up.answer import AddsUp, Trip
from facilitation.kpi_tree import Kpi, Kpis, is_lever
from facilitation.okr import Guardrail, KeyResult
from facilitation.sensitivity import sensitivity
from facilitation.targets import (
    chance_words,
    direction_of,
    effect_words,
    forecast_figures,
    plan_figures,
    spread_words,
)
from facilitation.units import parse_unit, show_change, show_number

MOST_ADVICE = 4
SMALL_GAIN = 0.01
"""Below 1 % of the north star the targets hardly matter to it (T-GAP)."""


class AddUpWords(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for people. `contributions` pairs a key result's id with its sentence; texts carry units."""

    today: str
    at_targets: str
    p50: str
    p80: str
    sentence: str
    contributions: tuple[tuple[str, str], ...] = ()
    compared: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


def tell(
    answer: AddsUp, kpis: Kpis, key_results: Sequence[KeyResult], guardrails: Sequence[Guardrail] = ()
) -> AddUpWords:
    """`answer` in sentences."""
    unit = kpis[answer.north_star].unit
    return AddUpWords(
        today=_show(answer.today, unit),
        at_targets=_show(answer.at_targets, unit),
        p50=_about(answer.p50, unit),
        p80=_about(answer.p80, unit),
        sentence=_sentence(answer, kpis),
        contributions=tuple(
            _contribution(answer, kpis, share.key_result, share.kpi) for share in answer.shares
        ),
        compared=tuple(_compared(answer, kpis)),
        guardrails=tuple(_trips(answer, guardrails)),
        advice=tuple(_advice(answer, kpis, key_results)),
    )


def _show(value: float, unit: str) -> str:
    """What the tree computes."""
    return show_number(plan_figures(value), unit)


def _about(value: float, unit: str) -> str:
    """What is forecast."""
    return show_number(forecast_figures(value), unit)


def _change(amount: float, unit: str) -> str:
    """A change with its sign, three figures; of a percentage in points."""
    return show_number(float(f"{amount:.3g}"), "pp" if parse_unit(unit).is_percent else unit, signed=True)


def _sentence(answer: AddsUp, kpis: Kpis) -> str:
    top = kpis[answer.north_star]
    change = show_change(plan_figures(answer.today), plan_figures(answer.at_targets), top.unit)
    parts = [
        f"Meeting all targets takes {top.name} from {_show(answer.today, top.unit)} to "
        f"{_show(answer.at_targets, top.unit)} ({change}).",
        _cases(answer, top),
    ]
    if answer.wish is not None and answer.wish_chance is not None:
        short = (answer.gap or 0.0) > 0 if direction_of(top) != "down" else (answer.gap or 0.0) < 0
        gap = spread_words(float(f"{abs(answer.gap or 0.0):.3g}"), top.unit)
        verdict = f"the targets fall {gap} short of it" if short else "the targets cover it"
        met = chance_words(answer.wish_chance, "case")
        parts.append(f"The wish is {_show(answer.wish, top.unit)}: {verdict}, and it is reached in {met}.")
    return " ".join(parts)


def _cases(answer: AddsUp, top: Kpi) -> str:
    """The middle case and the safe one, and whose confidence they stand for."""
    today, middle, safe = (_about(value, top.unit) for value in (answer.today, answer.p50, answer.p80))
    whose = (
        "With the group's own confidence"
        if answer.asked
        else "Nobody has said yet how sure the group is; with even chances"
    )
    if middle == today:
        return (
            f"{whose} {top.name} stays at {_show(answer.today, top.unit)} in the middle case: links on the way are "
            "doubted, or only guessed."
        )
    if safe == today:
        return f"{whose} the middle case is {middle}, but nothing beyond today's value is sure in eight cases of ten."
    return f"{whose} the middle case is {middle}, and {safe} is reached in eight cases of ten."


def _contribution(answer: AddsUp, kpis: Kpis, key_result: str, kpi: str) -> tuple[str, str]:
    top = kpis[answer.north_star]
    if key_result in answer.silent:
        return key_result, f"{kpis[kpi].name}: the tree does not say yet what it does to {top.name}."
    amount = next(share.amount for share in answer.shares if share.key_result == key_result)
    shown = _change(amount, top.unit)
    return key_result, f"{kpis[kpi].name}: {shown} of {top.name}."


def _compared(answer: AddsUp, kpis: Kpis) -> list[str]:
    found = []
    for row in answer.compared:
        kpi = kpis[row.kpi]
        target = show_number(row.target, kpi.unit)
        if row.computed is None:
            found.append(
                f"{kpi.name} should reach {target}; the tree cannot say what the targets below give."
            )
            continue
        computed = _show(row.computed, kpi.unit)
        if computed == target:
            continue  # it was set to what the tree computes
        if row.enough:
            found.append(f"{kpi.name}: the targets below would give {computed}, enough for {target}.")
        else:
            found.append(
                f"{kpi.name} should reach {target}, but the targets below would only give {computed}."
            )
    return found


def _trips(answer: AddsUp, guardrails: Sequence[Guardrail]) -> list[str]:
    names = {guardrail.id: guardrail.name for guardrail in guardrails}
    return [_trip(trip, names.get(trip.guardrail, "This guardrail")) for trip in answer.trips]


def _trip(trip: Trip, name: str) -> str:
    if trip.chance is None or trip.reason:
        return f"{name}: {trip.reason}"
    if trip.chance < 0.005:
        return f"{name}: very unlikely to trip."
    return f"{name}: trips in {chance_words(trip.chance, 'case')}."


def _advice(answer: AddsUp, kpis: Kpis, key_results: Sequence[KeyResult]) -> list[str]:
    top = kpis[answer.north_star]
    found = []
    for key_result in answer.silent:
        name = next((kpis[s.kpi].name for s in answer.shares if s.key_result == key_result), key_result)
        found.append(
            f"Say how {name} moves {top.name}: a formula, or a link with a size. Until then it counts as nothing."
        )
    if answer.wish is None:
        if abs(answer.at_targets - answer.today) < SMALL_GAIN * abs(answer.today):
            found.append(f"All targets together hardly move {top.name}: is there a stronger lever?")
        return found[:MOST_ADVICE]
    up = direction_of(top) != "down"
    if (answer.at_targets >= answer.wish) if up else (answer.at_targets <= answer.wish):
        safe = (answer.p80 >= answer.wish) if up else (answer.p80 <= answer.wish)
        if not safe:
            found.append(
                "It adds up only if everything works: raise the group's confidence with an early test."
            )
        return found[:MOST_ADVICE]
    for closing in answer.closings:
        kpi = kpis[closing.kpi]
        now, needed = show_number(closing.target, kpi.unit), _about(closing.needed, kpi.unit)
        found.append(
            f"{kpi.name} alone would close the gap with a target of {needed} instead of {now}: believable?"
        )
    found += _unused(answer, kpis, {kr.kpi for kr in key_results if kr.kpi})
    found.append(_promise(answer, kpis))
    return [*found[: MOST_ADVICE - 1], found[-1]] if len(found) > MOST_ADVICE else found


def _promise(answer: AddsUp, kpis: Kpis) -> str:
    """The smaller scope that the group can stand behind, if there is one."""
    safe = _about(answer.p80, kpis[answer.north_star].unit)
    if abs(answer.p80 - answer.today) < 0.05 * abs(answer.at_targets - answer.today):
        return (
            f"With today's confidence nothing beyond {safe} can be promised: test the doubtful links first."
        )
    return (
        f"Or agree on a smaller scope: {safe} is what the group can promise today. "
        "Change the scope, not the way it is counted."
    )


def _unused(answer: AddsUp, kpis: Kpis, used: set[str]) -> list[str]:
    """The strongest lever that no key result uses yet."""
    effects = sensitivity(kpis).effects
    free = [row for row in effects.values() if row.impact and row.kpi not in used and is_lever(kpis[row.kpi])]
    best = max(free, key=lambda row: (row.impact or 0.0, row.kpi), default=None)
    if best is None or best.impact is None:
        return []
    gain = effect_words(kpis[answer.north_star], best.impact)
    return [f"Not used yet: {kpis[best.kpi].name}. A usual good swing of it is worth {gain}."]
