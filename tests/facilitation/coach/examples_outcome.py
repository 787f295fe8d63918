"""Examples of observations about the draft, the commitment and the close."""

from __future__ import annotations

from facilitation.coach import (
    close,
    commit,
    draft,
)
from facilitation.state import NextStep, Parked, Workshop
from tests.facilitation.coach.boards import (
    PHASE_OF,
    EvidencePlan,
    Objective,
    PhaseState,
    Setup,
    lever,
    room,
)
from tests.facilitation.coach.boards import tree as tree_of
from tests.facilitation.coach.examples import LEVERS, PLAN, Case, objective, results

DRAFT = [
    Case(
        look=draft.no_objective,
        speaks=room("draft"),
        says="There is no objective yet",
        quiet=room("draft", objectives=objective()),
        rule="M-OBJ-2",
    ),
    Case(
        look=draft.too_many_objectives,
        speaks=room("draft", objectives={f"o{n}": Objective(id=f"o{n}") for n in range(3)}),
        says="There are three objectives; two is the most",
        quiet=room(
            "draft",
            setup=Setup(title="T", scope="company"),
            objectives={f"o{n}": Objective(id=f"o{n}") for n in range(3)},
        ),
        rule="M-OBJ-3",
    ),
    Case(
        look=draft.objective_without_key_results,
        speaks=room("draft", objectives=objective(), key_results=results(1)),
        says="One objective has fewer than two key results: “Teams feel value”",
        quiet=room("draft", objectives=objective(), key_results=results(2)),
        rule="M-KR-2",
        about=("o1",),
    ),
    Case(
        look=draft.too_many_key_results,
        speaks=room("draft", objectives=objective(), key_results=results(5)),
        says="“Teams feel value” has five key results",
        quiet=room("draft", objectives=objective(), key_results=results(4)),
        rule="M-KR-2",
        about=("o1",),
    ),
    Case(
        look=draft.key_result_without_numbers,
        speaks=room("draft", kpis=LEVERS, objectives=objective(), key_results=results(1, target=None)),
        says="One key result lacks a from or a to: “K k0”",
        quiet=room(
            "draft", objectives=objective(), key_results=results(2, kind="range", start=None, band=(72, 78))
        ),
        rule="M-KR-1",
        about=("r0",),
    ),
    Case(
        look=draft.key_result_without_numbers,
        speaks=room("draft", objectives=objective(), key_results=results(1, kind="range")),
        says="One key result lacks",
        quiet=room(
            "draft", objectives=objective(), key_results=results(2, kind="binary", start=None, target=None)
        ),
        rule="M-KR-1",
    ),
    Case(
        look=draft.key_result_without_date,
        speaks=room("draft", objectives=objective(), key_results=results(2, due="", kpi=None)),
        says="Two key results have no date: “R0” and “R1”",
        quiet=room("draft", objectives=objective(), key_results=results(2)),
        rule="M-KR-1",
        about=("r0", "r1"),
    ),
    Case(
        look=draft.no_leading_key_result,
        speaks=room("draft", kpis=LEVERS, objectives=objective(), key_results=results(3)),
        says="One objective has no leading key result",
        quiet=room(
            "draft",
            kpis=tree_of(lever("k0", indicator="leading")),
            objectives=objective(),
            key_results=results(3),
        ),
        rule="K-LAGGING",
        about=("o1",),
    ),
    Case(
        look=draft.key_results_read_too_seldom,
        speaks=room(
            "draft",
            kpis=tree_of(lever("k0", cadence="monthly")),
            objectives=objective(),
            key_results=results(3),
        ),
        says="Only 0 of 3 key results",
        quiet=room("draft", kpis=tree_of(lever("k0", cadence="biweekly")), key_results=results(3)),
        rule="M-KR-3",
    ),
    Case(
        look=draft.ask_litmus,
        speaks=room("draft", key_results=results(1)),
        says="whether they prove the objective",
        quiet=room("draft"),
        rule="M-KR-6",
    ),
]


def fingers(*marks: int) -> Workshop:
    given = {f"p{n}": {"r0": mark} for n, mark in enumerate(marks, 1)}
    state = PhaseState(opened=1, revealed=True)
    return room("commit", state=state, key_results=results(1), marks={PHASE_OF["commit"]: given})


COMMIT = [
    Case(
        look=commit.key_result_without_owner,
        speaks=room("commit", key_results=results(1, owner=" ")),
        says="One key result has no owner",
        quiet=room("commit", key_results=results(2)),
        rule="M-KR-5",
        about=("r0",),
    ),
    Case(
        look=commit.objective_without_mode,
        speaks=room("commit", objectives=objective(mode=None)),
        says="One objective is neither a commitment nor a stretch",
        quiet=room("commit", objectives=objective()),
        rule="M-AMB-1",
        about=("o1",),
    ),
    Case(
        look=commit.low_confidence,
        speaks=fingers(1, 5, 2),
        says="Two people showed a 1 or 2 for it",
        quiet=fingers(3, 5, 4),
        rule="M-AMB-1",
        about=("r0",),
    ),
    Case(
        look=commit.one_name_everywhere,
        speaks=room("commit", key_results=results(4)),
        says="One person owns four of four key results",
        quiet=room("commit", key_results=results(3)),
        rule="S4",
    ),
    Case(
        look=commit.evidence_missing,
        speaks=room("commit", key_results=results(2, evidence=EvidencePlan(signal="checklists done"))),
        says="Two key results have no complete evidence plan",
        quiet=room("commit", key_results=results(2, evidence=PLAN)),
        rule="M-EVD-1",
    ),
    *(
        Case(
            look=look,
            speaks=room("commit", key_results=results(1)),
            says=says,
            quiet=room("commit"),
            rule="S4",
        )
        for look, says in (
            (commit.ask_means, "people, hours and money"),
            (commit.ask_cascade, "the goal from above"),
            (commit.ask_pay, "bonus"),
        )
    ),
]


def returned(*marks: int) -> Workshop:
    given = {f"p{n}": {"return": mark} for n, mark in enumerate(marks, 1)}
    return room("close", state=PhaseState(opened=1, revealed=True), marks={PHASE_OF["close"]: given})


CLOSE = [
    Case(
        look=close.no_next_step,
        speaks=room("close"),
        says="No next step",
        quiet=room("close", next_steps={"n1": NextStep(id="n1", text="Call")}),
        rule="S1",
    ),
    Case(
        look=close.next_step_without_owner,
        speaks=room("close", next_steps={"n1": NextStep(id="n1", text="Call five teams")}),
        says="Who takes “Call five teams”?",
        quiet=room("close", next_steps={"n1": NextStep(id="n1", text="Call", owner="Ana")}),
        rule="M-KR-5",
        about=("n1",),
    ),
    Case(
        look=close.parking_lot_open,
        speaks=room(
            "close", parking={"x1": Parked(id="x1", text="Pricing?"), "x2": Parked(id="x2", text="b")}
        ),
        says="Two thoughts are still in the parking lot",
        quiet=room("close", parking={"x1": Parked(id="x1", text="Pricing?", settled=True)}),
        rule="S0",
        about=("x1", "x2"),
    ),
    Case(
        look=close.low_return,
        speaks=returned(1, 2, 5),
        says="half of the marks for this session are 2 or lower",
        quiet=returned(3, 3, 1),
        rule="S0",
    ),
]
