"""How long the finalizer takes: draft, lint and add-up of a large workshop (target: 150 ms together).

The workshop: 40 KPIs in three branches with formulas and sized links, votes on every lever, three objectives, guardrails
and commitments. The ranking is part of the draft, 10,000 runs are part of add-up. Run: python -m benchmarks.finalizer
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from facilitation.add_up import AddsUp, add_up, tell
from facilitation.drafting import (
    Draft,
    Material,
    Period,
    draft,
    key_result_sentence,
    objective_sentence,
    ranks,
)
from facilitation.kpi_tree import Family, Influence, Kpi
from facilitation.lint import document_from, lint
from facilitation.okr import Guardrail
from facilitation.ranking import rank

TARGET_MS = 150
ROUNDS = 15
FAMILIES: tuple[Family, ...] = ("acquisition", "activation", "monetization")


def workshop() -> tuple[dict[str, Kpi], dict[str, int]]:
    """40 KPIs: a north star, three drivers, nine levers with formulas above them, 27 KPIs that lead to those."""
    kpis = {"n": Kpi(id="n", name="Revenue", unit="$", direction="up", formula="d0 + d1 + d2")}
    votes: dict[str, int] = {}
    for i in range(3):
        parts = [f"d{i}l{j}" for j in range(3)]
        kpis[f"d{i}"] = Kpi(
            id=f"d{i}",
            name=f"Driver {'abc'[i]}",
            parent="n",
            unit="$",
            direction="up",
            formula=" * ".join(parts),
        )
        for j, part in enumerate(parts):
            links = tuple(Influence(child=f"{part}x{k}", elasticity=0.3, evidence="guess") for k in range(3))
            kpis[part] = lever(part, f"d{i}", "%" if j else "$", links, FAMILIES[i])
            votes[part] = 3 * i + j
            for k in range(3):
                child = f"{part}x{k}"
                kpis[child] = Kpi(
                    id=child,
                    name=f"Early sign {child}",
                    parent=part,
                    unit="%",
                    direction="up",
                    baseline=40.0,
                    sigma=4.0,
                    owner="Ben",
                    source="warehouse",
                    cadence="weekly",
                    indicator="leading",
                    control="ours",
                )
    return kpis, votes


def lever(id_: str, parent: str, unit: str, links: tuple[Influence, ...], family: Family) -> Kpi:
    """A lever with everything on its card."""
    return Kpi(
        id=id_,
        name=f"Lever {id_}",
        parent=parent,
        unit=unit,
        direction="up",
        baseline=30.0,
        sigma=3.0,
        owner="Ana",
        source="warehouse",
        definition="as counted",
        cadence="weekly",
        control="ours",
        family=family,
        plain_outcome="new teams see value sooner",
        influences=links,
    )


def drafted(kpis: dict[str, Kpi], votes: dict[str, int], guards: tuple[Guardrail, ...]) -> Draft:
    """Rank and draft."""
    period = Period(name="Q3 2026", start="2026-07-01", end="2026-09-30")
    return draft(Material(kpis=kpis, ranking=ranks(rank(kpis, votes)), guardrails=guards, period=period))


def linted(found: Draft, kpis: dict[str, Kpi]) -> int:
    """Lint the whole draft; how many findings there are."""
    guards = {guard.id: guard for guard in found.guardrails}
    said = {one.id: objective_sentence(one) for one in found.objectives}
    for one in found.key_results:
        said[one.id] = key_result_sentence(one, kpis.get(one.kpi or ""), guards.get(one.guardrail or ""))
    document = document_from(
        found.objectives,
        found.key_results,
        found.guardrails,
        found.initiatives,
        kpis,
        cycle=("2026-07-01", "2026-09-30"),
        sentences=said,
    )
    return len(lint(document))


def summed(found: Draft, kpis: dict[str, Kpi]) -> AddsUp:
    """Add up with 10,000 runs, and say it."""
    levels = {one.id: (3, 4) for one in found.key_results}
    answer = add_up(
        kpis, found.key_results, seed=1, guardrails=found.guardrails, commitments=levels, wish=120_000.0
    )
    if not isinstance(answer, AddsUp):
        raise SystemExit(answer.reason)
    tell(answer, kpis, found.key_results, found.guardrails)
    return answer


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds of one call, the median of several."""
    spans = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        spans.append((time.perf_counter() - start) * 1000)
    return median(spans)


def main() -> int:
    """Print the figures; exit status 1 when the target is missed."""
    kpis, votes = workshop()
    guards = (
        Guardrail(
            id="g1",
            name="Refund rate",
            comparator="<=",
            threshold=1.5,
            current=1.4,
            sigma=0.2,
            unit="%",
            owner="Gil",
        ),
    )
    found = drafted(kpis, votes, guards)
    parts = {
        "draft": timed(lambda: drafted(kpis, votes, guards)),
        "lint": timed(lambda: linted(found, kpis)),
        "add up": timed(lambda: summed(found, kpis)),
    }
    total = sum(parts.values())
    shown = ", ".join(f"{name} {span:.1f} ms" for name, span in parts.items())
    size = f"{len(kpis)} KPIs, {len(found.objectives)} objectives, {len(found.key_results)} key results"
    print(f"finalizer: {size}: {shown}; together {total:.1f} ms (target {TARGET_MS} ms)")
    return 0 if total <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
