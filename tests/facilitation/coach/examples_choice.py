"""Examples of observations about levers, votes, guardrails and the challenge."""

from __future__ import annotations

from typing import Any

from facilitation.coach import (
    challenge,
    guardrails,
    levers,
    votes,
)
from facilitation.state import Workshop
from tests.facilitation.coach.boards import (
    PHASE_OF,
    Kpi,
    PhaseState,
    kpi,
    kpis,
    lever,
    revealed,
    room,
)
from tests.facilitation.coach.boards import tree as tree_of
from tests.facilitation.coach.examples import LEVERS, Case, limit

LEVERS_CASES = [
    Case(
        look=levers.no_levers,
        speaks=room("vote", kpis=tree_of(lever("a", control="outside"), kpi("b"))),
        says="No number is marked as ours or shared",
        quiet=room("vote", kpis=tree_of(lever("a", control="shared"))),
        rule="M-TREE-5",
    ),
    Case(
        look=levers.few_levers,
        speaks=room(
            "levers", kpis=tree_of(lever("a"), lever("b", control="shared"), lever("c", control="outside"))
        ),
        says="Two levers are marked",
        quiet=room("levers", kpis=LEVERS),
        rule="M-TREE-5",
    ),
    Case(
        look=levers.nothing_outside,
        speaks=room("levers", kpis=LEVERS),
        says="All three numbers sorted so far are marked as ours",
        quiet=room("levers", kpis={**LEVERS, "x": lever("x", control="outside")}),
        rule="M-TREE-5",
    ),
    Case(
        look=levers.nothing_outside,
        speaks=room("levers", kpis=LEVERS),
        says="none is shared or outside",
        quiet=room("levers", kpis={**LEVERS, "x": lever("x", control="shared")}),
        rule="M-TREE-5",
    ),
    Case(
        look=levers.leaves_unsorted,
        speaks=room("levers", kpis=tree_of(lever("a"), kpi("b"))),
        says="1 of 2 tips",
        quiet=room("levers", kpis=LEVERS),
        rule="M-TREE-5",
        about=("b",),
    ),
    Case(
        look=levers.lagging_levers,
        speaks=room("levers", kpis=tree_of(lever("a", indicator="lagging"))),
        says="One lever is lagging: “K a”",
        quiet=room("levers", kpis=tree_of(lever("a", indicator="leading"), kpi("b", indicator="lagging"))),
        rule="M-TREE-4",
        about=("a",),
    ),
    Case(
        look=levers.levers_without_outcome,
        speaks=room("levers", kpis=LEVERS),
        says="Three levers do not say what people would notice",
        quiet=room("levers", kpis=tree_of(lever("a", plain_outcome="Teams feel value on day one"), kpi("b"))),
        rule="M-OBJ-2",
    ),
    Case(
        look=levers.levers_without_family,
        speaks=room("levers", kpis=tree_of(lever("a", family=""))),
        says="One lever has no family",
        quiet=room("levers", kpis=LEVERS),
        rule="S4",
        about=("a",),
    ),
    Case(
        look=levers.levers_without_step,
        speaks=room("levers", kpis=tree_of(lever("a"), lever("b", step="Call five teams"))),
        says="One lever has no first step: “K a”",
        quiet=room("levers", kpis=tree_of(lever("b", step="Call five teams"))),
        rule="M-TREE-5",
        about=("a",),
    ),
]


def voted(*dots: int, people: int = 3, **board: Any) -> Workshop:
    """Dots on k0, k1, …, all given by p1, and the vote revealed."""
    given = {f"k{n}": count for n, count in enumerate(dots) if count}
    board.setdefault("kpis", LEVERS)
    state = PhaseState(opened=1, revealed=True)
    return room("vote", people, state=state, marks={PHASE_OF["vote"]: {"p1": given}}, **board)


def sized(**control: str) -> dict[str, Kpi]:
    """A sum of three levers whose usual swings lift it by 1, 9 and 5; `k1="outside"` changes who controls one."""
    swings = {"k0": 1.0, "k1": 9.0, "k2": 5.0}
    made = (
        lever(id_, baseline=50, sigma=sigma, direction="up", control=control.get(id_, "ours"))
        for id_, sigma in swings.items()
    )
    return kpis(kpi("top", None, formula="k0 + k1 + k2"), *made)


VOTES = [
    Case(
        look=votes.popular_small_effect,
        speaks=voted(5, 1, 3, kpis=sized()),
        says="“K k0” ranks high by votes, but its computed effect at the top is small",
        quiet=voted(1, 5, 3, kpis=sized()),
        rule="S0",
        about=("k0",),
    ),
    Case(
        look=votes.overlooked_lever,
        speaks=voted(5, 0, 3, kpis=sized()),
        says="“K k1” could do a lot and got few dots",
        quiet=voted(5, 0, 3, kpis=sized(k1="outside")),  # it could do a lot, but not by our hands
        rule="S0",
        about=("k1",),
    ),
    Case(
        look=votes.one_lever_takes_all,
        speaks=voted(9, 3),
        says="9 of 12 dots are on one lever",
        quiet=voted(8, 4),
        rule="S0",
        about=("k0",),
    ),
    Case(
        look=votes.level_at_the_top,
        speaks=voted(4, 4, 1),
        says="“K k0” and “K k1” have 4 dots each",
        quiet=voted(5, 4, 4),
        rule="S0",
        about=("k0", "k1"),
    ),
    Case(
        look=votes.favourite_without_baseline,
        speaks=voted(5, 0, 0),
        says="One favourite has no baseline: “K k0”",
        quiet=voted(5, kpis=tree_of(lever("k0", baseline=3), lever("k1"))),
        rule="S4",
        about=("k0",),
    ),
    Case(
        look=votes.favourite_is_shared,
        speaks=voted(1, 5, kpis=tree_of(lever("k0"), lever("k1", control="shared"))),
        says="One favourite is shared with others: “K k1”",
        quiet=voted(5, 0, kpis=tree_of(lever("k0"), lever("k1", control="shared"))),
        rule="M-KR-5",
        about=("k1",),
    ),
    Case(
        look=votes.few_dots_placed,
        speaks=voted(7),
        says="Only 7 of 15 dots were placed",
        quiet=voted(8),
        rule="S0",
    ),
]

GUARDRAILS = [
    Case(
        look=guardrails.lever_without_guardrail,
        speaks=room("guardrails", kpis=tree_of(lever("k0"), lever("k1")), **revealed("vote", {"k1": 3})),
        says="Two chosen levers have no guardrail: “K k1” and “K k0”",
        quiet=room(
            "guardrails",
            kpis=tree_of(lever("k0"), lever("k1")),
            guardrails=limit(levers=("k0", "k1")),
            **revealed("vote", {"k1": 3}),
        ),
        rule="G-MISSING",
        about=("k1", "k0"),
    ),
    Case(
        look=guardrails.lever_without_guardrail,
        speaks=room("guardrails", kpis=tree_of(lever("k0", family="acquisition"))),
        says="Perhaps ",
        quiet=room("guardrails", kpis=tree_of(lever("k0")), guardrails=limit()),
        rule="G-MISSING",
    ),
    Case(
        look=guardrails.guardrail_breached,
        speaks=room("guardrails", guardrails=limit(current=14)),
        says="One guardrail is breached already by today's value: “CAC payback”",
        quiet=room("guardrails", guardrails=limit(current=12)),
        rule="G-BREACHED",
        about=("g1",),
    ),
    Case(
        look=guardrails.guardrail_without_limit,
        speaks=room("guardrails", guardrails=limit(threshold=None)),
        says="One guardrail has no limit",
        quiet=room("guardrails", guardrails=limit(threshold=0)),
        rule="G-THRESH",
        about=("g1",),
    ),
    Case(
        look=guardrails.guardrail_value_unknown,
        speaks=room("guardrails", guardrails=limit(current=None)),
        says="For one guardrail today's value is missing",
        quiet=room("guardrails", guardrails=limit(current=0)),
        rule="S1",
        about=("g1",),
    ),
    Case(
        look=guardrails.guardrail_unwatched,
        speaks=room("guardrails", guardrails=limit(owner="")),
        says="One guardrail has no owner",
        quiet=room("guardrails", guardrails=limit()),
        rule="S1",
        about=("g1",),
    ),
]


def believed(*marks: dict[str, int], **board: Any) -> Workshop:
    state = PhaseState(opened=1, revealed=True)
    given = {f"p{n}": mark for n, mark in enumerate(marks, 1)}
    return room("challenge", state=state, kpis=LEVERS, marks={PHASE_OF["challenge"]: given, **board})


CHALLENGE = [
    Case(
        look=challenge.beliefs_wide_apart,
        speaks=believed({"k0": 4, "k1": 3}, {"k0": 1, "k1": 3}, {"k0": 3}),
        says="One link has marks far apart; the widest goes from 1 to 4.",
        quiet=believed({"k0": 4}, {"k0": 2}),
        rule="M-TREE-6",
        about=("k0",),
    ),
    Case(
        look=challenge.link_doubted,
        speaks=believed({"k0": 1, "k1": 5}, {"k0": 2, "k1": 2}, {"k0": 5, "k1": 3}),
        says="One link is doubted by at least half of you: “K k0”",
        quiet=believed({"k0": 3}, {"k0": 3}, {"k0": 1}),
        rule="M-EVD-1",
        about=("k0",),
    ),
    Case(
        look=challenge.everybody_sure,
        speaks=believed({"k0": 4}, {"k0": 5}, {"k0": 4}),
        says="All three marks are 4 or higher",
        quiet=believed({"k0": 4}, {"k0": 5}, {"k0": 3}),
        rule="S0",
    ),
    Case(
        look=challenge.chosen_not_marked,
        speaks=room(
            "challenge",
            kpis=LEVERS,
            state=PhaseState(opened=1, revealed=True),
            marks={PHASE_OF["challenge"]: {"p1": {"k0": 3}}, PHASE_OF["vote"]: {"p1": {"k0": 2, "k1": 1}}},
            phases={PHASE_OF["vote"]: PhaseState(opened=1, revealed=True)},
        ),
        says="Two chosen levers have no mark yet: “K k1” and “K k2”",
        quiet=believed({"k0": 3, "k1": 3}, {"k2": 3}),
        rule="M-TREE-6",
        about=("k1", "k2"),
    ),
]
