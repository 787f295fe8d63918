"""Examples of observations about what goes on, the north star, the tree and its numbers."""

from __future__ import annotations

from facilitation.coach import (
    aim,
    flow,
    numbers,
    tree,
)
from facilitation.state import Clock
from tests.facilitation.coach.boards import (
    PHASE_OF,
    Setup,
    kpi,
    kpis,
    room,
)
from tests.facilitation.coach.boards import tree as tree_of
from tests.facilitation.coach.examples import Case, card, cards, heard, links, many, product, star

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
