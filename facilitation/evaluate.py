"""What the tree is worth: every KPI's stated, calculated and used number, what is missing, and whether it adds up.

Sources come before what is calculated from them, so the order of the board does not matter. A missing number stays missing
and is named; a division by zero gives no number and a finding; consistency compares what the group stated with what its own
formula says (domain a), with a hint where the ratio smells of percent/fraction or of two periods.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from facilitation.diagnosis import Check, listed, quoted
from facilitation.kpi_tree import Influence, Kpi, Kpis
from facilitation.model import Model, Node
from facilitation.units import show_number

Level = Literal["ok", "warn", "error"]

_HINTS = (
    (100.0, "Was a percentage taken for a plain number? 2.4 % is 0.024."),
    (7.0, "Are days and weeks mixed?"),
    (4.345, "Are weeks and months mixed?"),
    (12.0, "Are months and years mixed?"),
)


class Consistency(msgspec.Struct, frozen=True, kw_only=True):
    """Stated against calculated: `ratio` r = |stated − calculated| / |stated|, `None` if stated is 0.

    `difference` is calculated − stated in the KPI's unit; `hint` names a likely mix-up of units, else it is empty.
    """

    level: Level
    ratio: float | None
    difference: float
    sentence: str
    hint: str = ""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a tree by id, in each KPI's own unit; `None` is missing.

    `used` is what feeds the parents: stated if there is one, else calculated. `missing` lists, for a KPI whose formula
    cannot be calculated yet, the ids it waits for. `influence` holds each KPI's links as declared.
    """

    stated: dict[str, float | None]
    calculated: dict[str, float | None]
    used: dict[str, float | None]
    missing: dict[str, tuple[str, ...]]
    consistency: dict[str, Consistency]
    diagnostics: tuple[Check, ...]
    influence: dict[str, tuple[Influence, ...]]
    order: tuple[str, ...]
    north_star: str | None
    value: float | None


def evaluate(kpis: Kpis) -> Evaluation:
    """Calculate the whole tree. Never raises on what a board can hold."""
    return evaluation_of(Model(kpis))


def evaluation_of(model: Model, before: Evaluation | None = None) -> Evaluation:
    """The same for a tree that is already prepared. `before` is the evaluation of the tree that the model took over from."""
    kpis, nodes = model.kpis, model.nodes
    stated: dict[str, float | None] = {}
    calculated: dict[str, float | None] = {}
    used: dict[str, float | None] = {}
    consistency: dict[str, Consistency] = {}
    anew: Iterable[str] = nodes
    if before is not None and model.touched is not None:
        anew = model.touched
        stated, calculated, used = dict(before.stated), dict(before.calculated), dict(before.used)
        consistency = {key: one for key, one in before.consistency.items() if key not in model.touched}
    for key in anew:
        node = nodes[key]
        own = kpis[key].baseline if node.stated is not None else None
        stated[key] = own
        calculated[key] = result = model.shown(key, node.calculated)
        used[key] = own if node.stated is not None else result
        if node.stated is not None and node.calculated is not None:
            consistency[key] = compare(kpis[key], node.stated, node.calculated, node.scale)
    return Evaluation(
        stated=stated,
        calculated=calculated,
        used=used,
        missing=dict(model.missing),
        consistency=consistency,
        diagnostics=tuple(_diagnostics(model, consistency)),
        influence=before.influence
        if before is not None
        else {key: kpi.influences for key, kpi in kpis.items() if kpi.influences},
        order=model.order.order,
        north_star=model.root,
        value=used[model.root] if model.root is not None else None,
    )


def compare(kpi: Kpi, stated: float, calculated: float, scale: float = 1.0) -> Consistency:
    """Consistency of two values in base units; `scale` is the KPI's (domain a: ≤ 1 % ok, ≤ 5 % warn, else error).

    An error is only a warning if the difference is within the KPI's own spread σ.
    """
    gap = abs(calculated - stated)
    ratio = gap / abs(stated) if stated else None
    share = ratio if ratio is not None else (0.0 if gap / scale <= 1e-9 else 1.0)
    level: Level = "ok" if share <= 0.01 + 1e-12 else "warn" if share <= 0.05 + 1e-12 else "error"
    if level == "error" and kpi.sigma is not None and gap <= kpi.sigma * scale:
        level = "warn"
    sentence = hint = ""
    if level != "ok":
        shown = [show_number(float(f"{value / scale:.12g}"), kpi.unit) for value in (stated, calculated)]
        by = f", {share * 100:.1f} % apart" if ratio is not None and share < 10 else ""
        sentence = f"{quoted(kpi.name)}: {shown[0]} was stated, but what feeds it gives {shown[1]}{by}."
        hint = unit_hint(stated, calculated)
    return Consistency(
        level=level,
        ratio=ratio,
        difference=float(f"{(calculated - stated) / scale:.12g}"),
        sentence=sentence,
        hint=hint,
    )


def unit_hint(stated: float, calculated: float) -> str:
    """The likely mix-up when calculated/stated is within 3 % of 100, 7, 4.345, 12 or their reciprocals; else empty."""
    if stated == 0 or calculated == 0:
        return ""
    quotient = calculated / stated
    for factor, words in _HINTS:
        if abs(quotient / factor - 1) <= 0.03 or abs(quotient * factor - 1) <= 0.03:
            return words
    return ""


def missing_names(evaluation: Evaluation, kpis: Kpis, kpi: str) -> list[str]:
    """The names of what `kpi` waits for, for a sentence such as "waits for Churn"."""
    return [kpis[key].name if key in kpis else key for key in evaluation.missing.get(kpi, ())]


def _diagnostics(model: Model, consistency: dict[str, Consistency]) -> list[Check]:
    found = [_cycle(model.kpis, cycle) for cycle in model.order.cycles]
    found += [_division(model, node) for node in model.nodes.values() if node.zero_division]
    found += [_overflow(model, node) for node in model.nodes.values() if _overflowed(model, node)]
    for key, result in sorted(consistency.items()):
        if result.level == "ok":
            continue
        found.append(
            Check(
                kpi=key,
                code="INCONSISTENT",
                severity="error" if result.level == "error" else "warning",
                sentence=result.sentence,
                hint=result.hint
                or "Correct one of the numbers, or the formula; perhaps something is missing below.",
            )
        )
    return found


def _overflowed(model: Model, node: Node) -> bool:
    compiled = node.compiled
    return (
        compiled is not None
        and node.calculated is None
        and not node.zero_division
        and node.id not in model.missing
    )


def _cycle(kpis: Kpis, path: tuple[str, ...]) -> Check:
    names = " → ".join(quoted(kpis[key].name) for key in path)
    return Check(
        kpi=path[0],
        code="CYCLE",
        severity="error",
        sentence=f"These KPIs wait for each other in a circle: {names}.",
        hint="Take one of them out of the formula it stands in.",
        path=path,
    )


def _division(model: Model, node: Node) -> Check:
    compiled = node.compiled
    zeros = [model.kpis[ref].name for ref in (compiled.refs if compiled else ()) if model.base.get(ref) == 0]
    because = f": {listed(zeros)} is 0" if len(zeros) == 1 else ""
    return Check(
        kpi=node.id,
        code="DIV_ZERO",
        severity="error",
        sentence=f"{quoted(model.kpis[node.id].name)} cannot be calculated, because its formula divides by zero{because}.",
        hint="Check the number below the ÷, or how the parts combine.",
    )


def _overflow(model: Model, node: Node) -> Check:
    return Check(
        kpi=node.id,
        code="TOO_LARGE",
        severity="error",
        sentence=f"{quoted(model.kpis[node.id].name)} comes out too large to be a number one can work with.",
        hint="Check the numbers and units below it.",
    )
