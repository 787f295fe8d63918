"""A workshop's objects as a lint document: the B2B example of the method (section 10) with invented owners and spreads."""

from __future__ import annotations

import msgspec
import pytest

from facilitation.kpi_tree import Influence, Kpi
from facilitation.lint import Document, document_from, lint
from facilitation.lint.effects import signs_of
from facilitation.okr import EvidencePlan, Guardrail, Initiative, KeyResult, Objective

PLAN = EvidencePlan(
    signal="demos booked",
    signal_kpi="sql",
    design="A/B",
    decision="ship if ≥ 1 pp and no guardrail trips",
    record="wiki",
)
# σ, owners and sources are invented for the test.
KPIS = {
    kpi.id: kpi
    for kpi in (
        Kpi(id="rev", name="New revenue", unit="$/month", formula="leads * win * deal", direction="up", baseline=90_000),
        Kpi(id="leads", name="Leads", parent="rev", unit="leads/month", baseline=400, formula="visits * sql"),
        Kpi(id="visits", name="Visits", parent="leads", unit="visits/month", baseline=10_000),
        Kpi(id="sql", name="SQL rate", parent="leads", unit="%", baseline=28, indicator="leading", cadence="weekly"),
        Kpi(
            id="win", name="Win rate", parent="rev", unit="%", direction="up", baseline=18, sigma=1.5, lower=0, upper=100,
            owner="Ana", source="CRM", indicator="intermediate", cadence="weekly", family="monetization",
        ),
        Kpi(id="deal", name="Deal size", parent="rev", unit="$", baseline=1250),
    )
}  # fmt: skip
OBJECTIVE = Objective(
    id="o1", words="Win the mid-market because buyers trust us", owner="Ana", mode="stretch", lever="win"
)
WIN = KeyResult(
    id="k1", objective="o1", kpi="win", role="lever", start=18, target=23, unit="%", segment="mid-market", due="2026-06-30",
    owner="Ben", evidence=PLAN,
)  # fmt: skip
CYCLE = ("2026-01-01", "2026-06-30")
PAYBACK = Guardrail(id="g1", name="CAC payback", comparator="<=", threshold=12, unit="months", current=14)


def build(*results: KeyResult, guardrails: tuple[Guardrail, ...] = (PAYBACK,)) -> Document:
    return document_from([OBJECTIVE], results, guardrails, (), KPIS, cycle=CYCLE)


def rules(document: Document) -> dict[str, str]:
    return {one.rule: one.severity for one in lint(document)}


def test_S1_b2b_guardrail_is_breached_from_the_start() -> None:
    found = rules(build(WIN))
    assert found["G-BREACHED"] == "error"
    healthy = msgspec.structs.replace(PAYBACK, threshold=15)
    assert "G-BREACHED" not in rules(build(WIN, guardrails=(healthy,)))


def test_a_sentence_is_built_where_nobody_wrote_one() -> None:
    line = build(WIN).lines[1]
    assert line.text == "Increase Win rate in mid-market from 18 % to 23 % by 30 Jun 2026"
    assert line.under == "o1"


def test_only_what_is_wrong_is_remarked_on() -> None:
    assert rules(build(WIN)) == {"G-BREACHED": "error", "K-COUNT": "warning", "V-SIGNAL": "warning"}


def test_what_a_workshop_lacks_is_really_missing() -> None:
    bare = KeyResult(id="k1", objective="o1", kpi="win", words="Improve the win rate")
    found = rules(build(bare))
    assert {rule for rule, severity in found.items() if severity == "error"} >= {
        "K-NUMBER",
        "K-DATE",
        "K-OWNER",
        "V-PLAN",
    }
    early = {one.rule: one.severity for one in lint(build(bare), stage="early")}
    assert early["K-OWNER"] == early["K-DATE"] == early["V-PLAN"] == "info"
    assert early["K-NUMBER"] == "error"


def test_the_better_version_comes_from_the_kpi() -> None:
    bare = KeyResult(id="k1", objective="o1", kpi="win", words="Launch the new pitch")
    [output] = [one for one in lint(build(bare)) if one.rule == "K-OUTPUT"]
    assert output.suggestion == "Increase Win rate from 18 % to …"


def test_a_pushed_lever_without_a_guardrail() -> None:
    assert rules(build(WIN, guardrails=()))["G-MISSING"] == "error"


def test_an_initiative_without_a_key_result() -> None:
    document = document_from(
        [OBJECTIVE], [WIN], [PAYBACK], [Initiative(id="i1", text="New pitch")], KPIS, cycle=CYCLE
    )
    assert rules(document)["I-ORPHAN"] == "warning"


def test_K_DUP_sees_through_formulas() -> None:
    leads = KeyResult(
        id="k2", objective="o1", kpi="leads", start=400, target=500, due="2026-05-31", owner="Cy", order=1
    )
    rate = KeyResult(
        id="k3", objective="o1", kpi="sql", start=28, target=32, due="2026-04-30", owner="Cy", order=2
    )
    assert rules(build(WIN, leads, rate))["K-DUP"] == "info"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a * b", 1),
        ("b / a", -1),
        ("b * (1 - a)", -1),
        ("b - (1 - a)", 1),
        ("-a", -1),
        ("a * (1 - a)", 0),
        ("b / (c - a)", 1),
    ],
)
def test_signs_of_formulas(formula: str, expected: int) -> None:
    tree = {"n": Kpi(id="n", name="N", formula=formula)} | {x: Kpi(id=x, name=x, parent="n") for x in "abc"}
    assert signs_of(tree)["a"].get("n", 0) == expected


def test_G_CONFLICT_paywall_views_against_churn() -> None:
    tree = {
        "mrr": Kpi(id="mrr", name="MRR", formula="base * (1 - churn)"),
        "base": Kpi(id="base", name="Base", parent="mrr", baseline=100),
        "churn": Kpi(
            id="churn", name="Churn", parent="mrr", direction="down", baseline=4,
            influences=(Influence(child="views", elasticity=0.3),),
        ),
        "views": Kpi(id="views", name="Paywall views", parent="churn", baseline=50),
    }  # fmt: skip
    results = [
        KeyResult(id="k1", objective="o1", kpi="views", start=50, target=80),
        KeyResult(id="k2", objective="o1", kpi="churn", start=4, target=3, order=1),
    ]
    assert "G-CONFLICT" in rules(document_from([OBJECTIVE], results, (), (), tree))
    limit = Guardrail(id="g", name="Churn", comparator="<=", threshold=5, kpi="churn")
    assert "G-CONFLICT" not in rules(document_from([OBJECTIVE], results, [limit], (), tree))
