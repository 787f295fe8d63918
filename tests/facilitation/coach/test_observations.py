"""Every observation by example: a board on which it speaks, what it says, and a board on which it keeps quiet."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from facilitation.coach import (
    aim,
    challenge,
    close,
    commit,
    draft,
    flow,
    guardrails,
    levers,
    numbers,
    tree,
    votes,
)
from facilitation.coach.advice import Observation
from facilitation.state import Clock, NextStep, Parked, Workshop
from tests.facilitation.coach.boards import (
    EVERY,
    PHASE_OF,
    Card,
    EvidencePlan,
    Guardrail,
    Influence,
    KeyResult,
    Kpi,
    Objective,
    PhaseState,
    Setup,
    ask,
    kpi,
    kpis,
    lever,
    revealed,
    room,
    silent,
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

FLOW = [
    Case(
        look=flow.running_over,
        speaks=room("tree", clock=Clock(left=-150_000)),
        says="two minutes over",
        quiet=room("tree", clock=Clock(left=-30_000)),
        rule="S0",
    ),
    Case(
        look=flow.running_over,
        speaks=room("tree", clock=Clock(running=True, deadline=1_000_000)),
        says="five minutes over",
        quiet=room("tree", clock=Clock(running=True, deadline=2_000_000)),
        rule="S0",
        with_={"now": 1_300_000},
    ),
    Case(
        look=flow.ready_to_reveal,
        speaks=room("vote", state=heard("p1", "p2", "p3", done=("p1", "p2", "p3"))),
        says="nothing has been revealed yet",
        quiet=room("vote", state=heard("p1", "p2", "p3", done=("p1", "p2"))),
        rule="S0",
    ),
    Case(
        look=flow.everybody_done,
        speaks=room("tree", state=heard("p1", done=("p1", "p2", "p3"))),
        says="Everybody is done",
        quiet=room("vote", state=heard("p1", done=("p1", "p2", "p3"))),  # first it is revealed
        rule="S0",
    ),
    Case(
        look=flow.silent_people,
        speaks=room("tree", 4, state=heard("p1", done=("p2",))),
        says="Two people have not contributed yet",
        quiet=room("tree", 2, state=heard("p1", done=("p2",))),
        rule="S0",
        about=("p3", "p4"),
    ),
    Case(
        look=flow.nobody_yet,
        speaks=room("tree", state=heard()),
        says="Nobody has contributed",
        quiet=room("tree", state=heard("p2")),
        rule="S0",
    ),
    Case(
        look=flow.few_still_writing,
        speaks=room("tree", 4, state=heard("p1", done=("p1", "p2", "p3"))),
        says="Three of four are done; one person is not.",
        quiet=room("tree", 4, state=heard("p1", done=("p1", "p2"))),
        rule="S0",
        about=("p4",),
    ),
]

AIM = [
    Case(
        look=aim.no_strategy,
        speaks=room("collect", setup=Setup(title="T", strategy="  ")),
        says="No strategy sentence",
        quiet=room("collect"),
        rule="S4",
    ),
    Case(
        look=aim.cards_not_grouped,
        speaks=room("collect", state=heard(shown=True), cards=cards(*(card(f"c{n}", "x") for n in range(6)))),
        says="Six cards are open",
        quiet=room(
            "collect",
            state=heard(shown=True),
            cards=cards(card("c9", "x", group="c0"), *(card(f"c{n}", "x") for n in range(6))),
        ),
        rule="S2",
    ),
    Case(
        look=aim.one_candidate,
        speaks=room("choose", cards=cards(card("c1", "Active teams", "choose"), card("c2", "frame card"))),
        says="rival of “Active teams”",
        quiet=room("choose", cards=cards(card("c1", "A", "choose"), card("c2", "B", "choose"))),
        rule="M-TREE-2",
        about=("c1",),
    ),
    Case(
        look=aim.tied_choice,
        speaks=room(
            "choose",
            state=heard(shown=True),
            cards=cards(card("c1", "A", "choose"), card("c2", "B", "choose")),
            marks={PHASE_OF["choose"]: {"p1": {"c1": 1}, "p2": {"c2": 1}}},
        ),
        says="“A” and “B” have the same number of choices",
        quiet=room(
            "choose",
            cards=cards(card("c1", "A", "choose"), card("c2", "B", "choose")),
            marks={PHASE_OF["choose"]: {"p1": {"c1": 1}, "p2": {"c2": 1}}},  # not revealed: still secret
        ),
        rule="M-TREE-2",
        about=("c1", "c2"),
    ),
    Case(
        look=aim.vanity_north_star,
        speaks=room("choose", kpis=star("Monthly page views")),
        says="counts attention",
        quiet=room("choose", kpis=star("Weekly active teams")),
        rule="K-VANITY",
        about=("top",),
    ),
    Case(
        look=aim.money_north_star,
        speaks=room("choose", kpis=star("Net revenue")),
        says="just before “Net revenue” goes up",
        quiet=room("choose", kpis=star("Revenueless teams")),
        rule="M-TREE-2",
        about=("top",),
    ),
]

TREE = [
    Case(
        look=tree.no_north_star,
        speaks=room("tree"),
        says="nothing at the top",
        quiet=room("tree", kpis=star("Active teams")),
        rule="M-TREE-2",
    ),
    Case(
        look=tree.tree_is_broken,
        speaks=room("tree", kpis=product(stated=200, formula="a * top")),
        says="How did we mean it?",
        quiet=room("tree", kpis=product(stated=100)),  # wrong figures are for the next phase
        rule="M-TREE-1",
    ),
    Case(
        look=tree.few_branches,
        speaks=room("tree", kpis=many(2)),
        says="“K top” has two branches",
        quiet=room("tree", kpis=many(3)),
        rule="M-TREE-3",
    ),
    Case(
        look=tree.branches_without_leading,
        speaks=room(
            "tree", kpis=tree_of(kpi("a"), kpi("b", indicator="leading"), kpi("c", indicator="lagging"))
        ),
        says="Two branches have no leading indicator yet: “K a” and “K c”",
        quiet=room("tree", kpis=tree_of(kpi("a"), kpi("b", "a", indicator="leading"))),
        rule="M-TREE-4",
        about=("a", "c"),
    ),
    Case(
        look=tree.branches_not_taken_apart,
        speaks=room("tree", kpis=tree_of(kpi("a"), kpi("b"), kpi("c", "b"))),
        says="One branch has nothing below: “K a”",
        quiet=room("tree", kpis=tree_of(kpi("b"), kpi("c", "b"))),
        rule="M-TREE-1",
        about=("a",),
    ),
    Case(
        look=tree.links_unsaid,
        speaks=room("tree", kpis=many(2)),
        says="nobody has said how the ones below combine: “K top”",
        quiet=room("tree", kpis=kpis(kpi("top", None, formula="k0 * k1"), kpi("k0"), kpi("k1"))),
        rule="M-TREE-6",
        about=("top",),
    ),
    Case(
        look=tree.only_children,
        speaks=room("tree", kpis=tree_of(kpi("a"), kpi("b", "a"))),
        says="If “K b” stayed the same, what else could move “K a”?",
        quiet=room("tree", kpis=tree_of(kpi("a"), kpi("b", "a"), kpi("c", "a"))),
        rule="M-TREE-1",
        about=("a",),
    ),
    Case(
        look=tree.kinds_unmarked,
        speaks=room("tree", kpis=tree_of(kpi("a"), kpi("b", indicator="leading"))),
        says="One of two numbers",
        quiet=room("tree", kpis=many(2, indicator="lagging")),
        rule="M-TREE-4",
        about=("a",),
    ),
    Case(
        look=tree.crowded_tree,
        speaks=room("tree", kpis=many(13)),
        says="13 tips",
        quiet=room("tree", kpis=many(12)),
        rule="M-TREE-8",
    ),
    Case(
        look=tree.only_guesses,
        speaks=room("tree", kpis=links("guess", "guess")),
        says="All two “drives” links",
        quiet=room("tree", kpis=links("guess", "tested")),
        rule="M-TREE-6",
    ),
]

NUMBERS = [
    Case(
        look=tree.numbers_disagree,
        speaks=room("numbers", kpis=product(stated=100)),
        says="100 was stated, but what feeds it gives 200",
        quiet=room("numbers", kpis=product(stated=200)),
        rule="M-TREE-1",
        about=("top",),
    ),
    Case(
        look=numbers.leaves_without_baseline,
        speaks=room(
            "numbers", kpis=tree_of(*(kpi(f"k{n}", baseline=1 if n > 2 else None) for n in range(7)))
        ),
        says="3 of 7 numbers have no baseline: “K k0”, “K k1” and “K k2”.",
        quiet=room("numbers", kpis=many(2, baseline=0)),
        rule="S4",
        about=("k0", "k1", "k2"),
    ),
    Case(
        look=numbers.baseline_without_spread,
        speaks=room("numbers", kpis=tree_of(kpi("a", baseline=36), kpi("b", baseline=36, sigma=5), kpi("c"))),
        says="1 of 3 numbers has a baseline but no spread",
        quiet=room("numbers", kpis=many(2, baseline=36, sigma=0)),
        rule="M-TGT-1",
        about=("a",),
    ),
    Case(
        look=numbers.baseline_without_unit,
        speaks=room("numbers", kpis=many(2, baseline=36, unit=" ")),
        says="2 of 3 numbers have a value but no unit",
        quiet=room("numbers", kpis=many(2, baseline=36, unit="%")),
        rule="S1",
    ),
    Case(
        look=numbers.no_direction,
        speaks=room("numbers", kpis=many(2, baseline=36)),
        says="2 of 2 numbers have no direction",
        quiet=room("numbers", kpis=many(2, baseline=36, direction="down")),
        rule="M-KR-1",
    ),
    Case(
        look=numbers.nobody_looks_after,
        speaks=room("numbers", kpis=tree_of(kpi("a", owner="Ana"), kpi("b"))),
        says="1 of 2 numbers has no owner: “K b”",
        quiet=room("numbers", kpis=many(2, owner="Ana")),
        rule="S1",
        about=("b",),
    ),
    Case(
        look=numbers.read_too_seldom,
        speaks=room("numbers", kpis=many(2, cadence="monthly")),
        says="None of the two numbers",
        quiet=room("numbers", kpis=tree_of(kpi("a", cadence="monthly"), kpi("b", cadence="weekly"))),
        rule="M-KR-3",
    ),
    Case(
        look=numbers.no_source,
        speaks=room("numbers", kpis=tree_of(kpi("a", baseline=1), kpi("b", baseline=1, query="select"))),
        says="1 of 2 numbers has a value but no source",
        quiet=room("numbers", kpis=many(2, baseline=1, source="CRM")),
        rule="S1",
        about=("a",),
    ),
]

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

CASES = [
    *FLOW,
    *AIM,
    *TREE,
    *NUMBERS,
    *LEVERS_CASES,
    *VOTES,
    *GUARDRAILS,
    *CHALLENGE,
    *DRAFT,
    *COMMIT,
    *CLOSE,
]
every_case = pytest.mark.parametrize("case", CASES, ids=[case.look.__name__ for case in CASES])


@every_case
def test_an_observation_speaks_where_it_should(case: Case) -> None:
    advice = ask(case.look, case.speaks, **case.with_)
    assert case.says in f"{advice.reason} {advice.question}"
    assert advice.rule == case.rule
    assert case.about is None or advice.about == case.about


@every_case
def test_an_observation_keeps_quiet_where_all_is_well(case: Case) -> None:
    assert silent(case.look, case.quiet, **case.with_)


@pytest.mark.parametrize("look", [close.ask_weekly, close.ask_review])
def test_what_no_program_can_see_is_always_asked_at_the_end(look: Observation) -> None:
    assert ask(look, room("close")).question.endswith("?")


def test_every_observation_has_its_example() -> None:
    shown = {case.look.__name__ for case in CASES} | {"ask_weekly", "ask_review"}
    assert {name for name, _ in EVERY} - shown == set()
