"""What an example of an observation is, and the small boards they are made of."""

from __future__ import annotations

from typing import Any

import msgspec

from facilitation.coach.advice import Observation
from facilitation.state import Workshop
from tests.facilitation.coach.boards import (
    PHASE_OF,
    Card,
    EvidencePlan,
    Guardrail,
    Influence,
    KeyResult,
    Kpi,
    Objective,
    PhaseState,
    kpi,
    kpis,
    lever,
)
from tests.facilitation.coach.boards import tree as tree_of


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`says` must be part of the reason or the question; on `quiet` the observation has nothing to say."""

    look: Observation
    speaks: Workshop
    says: str
    quiet: Workshop
    rule: str
    about: tuple[str, ...] | None = None
    with_: dict[str, Any] = {}


def heard(*contributed: str, done: tuple[str, ...] = (), shown: bool = False) -> PhaseState:
    return PhaseState(opened=1, revealed=shown, contributed=frozenset(contributed), done=frozenset(done))


def card(id_: str, text: str, activity: str = "collect", group: str | None = None) -> Card:
    return Card(id=id_, phase=PHASE_OF[activity], text=text, by="p1", group=group)


def cards(*made: Card) -> dict[str, Card]:
    return {item.id: item for item in made}


def star(name: str) -> dict[str, Kpi]:
    return kpis(Kpi(id="top", name=name))


def many(count: int, **fields: Any) -> dict[str, Kpi]:
    return tree_of(*(kpi(f"k{n}", **fields) for n in range(count)))


def links(*evidence: str) -> dict[str, Kpi]:
    found = tuple(Influence(child=f"k{n}", evidence=kind) for n, kind in enumerate(evidence))  # type: ignore[arg-type]
    return kpis(kpi("top", None, influences=found), *(kpi(f"k{n}") for n in range(len(evidence))))


def limit(**fields: Any) -> dict[str, Guardrail]:
    values = {"comparator": "<=", "threshold": 12, "current": 10, "owner": "Ana", **fields}
    return {"g1": Guardrail(id="g1", name="CAC payback", **values)}


def objective(id_: str = "o1", **fields: Any) -> dict[str, Objective]:
    return {id_: Objective(id=id_, words="Teams feel value", **{"mode": "stretch", **fields})}


def results(count: int, **fields: Any) -> dict[str, KeyResult]:
    values: dict[str, Any] = {
        "objective": "o1", "start": 36, "target": 44, "due": "2027-09-30", "owner": "Ana", "kpi": "k0", **fields,
    }  # fmt: skip
    return {f"r{n}": KeyResult(id=f"r{n}", order=n, words=f"R{n}", **values) for n in range(count)}


def product(stated: float, formula: str = "a * b") -> dict[str, Kpi]:
    """Visits times orders per visit."""
    return kpis(
        kpi("top", None, baseline=stated, formula=formula), kpi("a", baseline=1000), kpi("b", baseline=0.2)
    )


PLAN = EvidencePlan(signal="a", design="b", decision="c", record="d")
LEVERS = tree_of(lever("k0"), lever("k1"), lever("k2"))
