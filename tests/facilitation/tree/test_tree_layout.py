"""One tidy layout for screen and paper: nothing overlaps, parents stand amid their children, 40 nodes stay readable."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.tree import make_tree
from facilitation.kpi_tree import Influence, Kpi, Kpis
from facilitation.text_fit import shorten, text_width, wrap
from facilitation.tree_columns import CANVAS
from facilitation.tree_known import Known
from facilitation.tree_layout import DENSITIES, STYLES, Box, Density, fit, layout
from facilitation.tree_picture import _console_plan, console_plan
from tests.facilitation.tree.trees import pin_1, random_trees, tree


def overlaps(kpis: Kpis, density: Density) -> list[tuple[str, str]]:
    return overlaps_of(layout(kpis, density=density).boxes)


def forty() -> dict[str, Kpi]:
    """40 KPIs as a workshop grows them: a north star, 4 drivers, 3 below each, then leaves."""
    names = ["Qualified leads from partners", "Conversion", "Weekly core actions per team", "Refund rate"]
    kpis = [Kpi(id="k0", name="Weekly activated teams", formula="k1 * k2 + k3 * k4")]
    parents = ["k0"] * 4 + [f"k{1 + n // 3}" for n in range(12)] + [f"k{5 + n // 2}" for n in range(23)]
    kpis += [
        Kpi(id=f"k{n + 1}", name=f"{names[n % 4]} {n}", parent=parent, order=n)
        for n, parent in enumerate(parents)
    ]
    return tree(*kpis)


def test_a_parent_stands_in_the_middle_of_its_children_and_columns_follow_depth() -> None:
    done = layout(pin_1())
    boxes = {box.id: box for box in done.boxes}
    middles = {key: box.y + box.height / 2 for key, box in boxes.items()}
    assert middles["n"] == pytest.approx((middles["v"] + middles["a"]) / 2, abs=0.2)
    assert boxes["v"].x == boxes["c"].x > boxes["n"].x + boxes["n"].width
    assert middles["v"] < middles["c"] < middles["a"]
    assert [joint.text for joint in done.joints] == ["×"]
    assert done.edges[0].path.startswith("M")


def test_edges_say_how_a_child_is_used() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a + c", influences=(Influence(child="b"),)),
        Kpi(id="a", name="A", parent="n"),
        Kpi(id="b", name="B", parent="n", order=1),
        Kpi(id="d", name="D", parent="n", order=2),
        Kpi(id="c", name="C", parent="b"),
    )
    kinds = {(edge.parent, edge.child): edge.kind for edge in layout(kpis).edges}
    assert kinds == {
        ("n", "a"): "formula",
        ("n", "b"): "influence",
        ("n", "d"): "open",
        ("n", "c"): "cross",
        ("b", "c"): "open",
    }


def test_loose_kpis_and_loops_of_parents_are_drawn_too() -> None:
    kpis = pin_1() | {
        "x": Kpi(id="x", name="X", parent="gone"),
        "y": Kpi(id="y", name="Y", parent="z"),
        "z": Kpi(id="z", name="Z", parent="y"),
    }
    done = layout(kpis)
    assert {box.id for box in done.boxes} == set(kpis)
    assert not overlaps(kpis, "full")
    assert layout({}).boxes == ()


def test_40_nodes_are_readable_at_1366_by_768() -> None:
    done = fit(forty(), 850, 640)
    scale = done.scale(850, 640)
    assert scale * STYLES[done.density].name_size >= 10
    assert fit(pin_1(), 850, 640).density == "full"


def test_a_dense_node_gives_its_name_all_the_room_its_value_leaves() -> None:
    kpis = tree(Kpi(id="a", name="Qualified leads from partners"))
    short = layout(kpis, density="dense", values={"a": "3 %"}).boxes[0].lines[0]
    wide = layout(kpis, density="dense", values={"a": "3,400 orders/week"}).boxes[0].lines[0]
    assert len(short) > len(wide)


def test_sizes_may_be_given() -> None:
    done = layout(pin_1(), sizes={"c": (300, 200)})
    (box,) = [box for box in done.boxes if box.id == "c"]
    assert (box.width, box.height) == (300, 200)


def test_labels_break_at_words_and_are_cut_with_an_ellipsis() -> None:
    assert wrap("Week-1 checklist completed by new teams", 190, 14, lines=2) == (
        "Week-1 checklist",
        "completed by new teams",
    )
    assert shorten("Donaudampfschifffahrt", 60, 14).endswith("…")
    assert wrap("", 50, 14, lines=2) == ()
    assert text_width("漢字", 10) == pytest.approx(22.2)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.floats(20, 300), st.integers(1, 3))
def test_law_a_label_fits_its_room(text: str, width: float, lines: int) -> None:
    rows = wrap(text, width, 13, lines=lines)
    assert len(rows) <= lines
    assert all(text_width(row, 13) <= width or len(row) <= 2 for row in rows)


@settings(max_examples=80, deadline=None)
@given(random_trees(max_kpis=40), st.sampled_from(DENSITIES))
def test_law_no_two_boxes_overlap(kpis: Kpis, density: Density) -> None:
    assert overlaps(kpis, density) == []
    done = layout(kpis, density=density)
    assert all(box.x >= 0 and box.y >= 0 for box in done.boxes)
    assert all(box.x + box.width <= done.width and box.y + box.height <= done.height for box in done.boxes)


@settings(max_examples=40, deadline=None)
@given(
    random_trees(max_kpis=25),
    st.lists(st.tuples(st.floats(5, 300), st.floats(5, 200)), min_size=25, max_size=25),
)
def test_law_no_overlap_with_any_sizes(kpis: Kpis, sizes: list[tuple[float, float]]) -> None:
    done = layout(kpis, sizes=dict(zip(kpis, sizes, strict=False)))
    for a, b in itertools.combinations(done.boxes, 2):
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert apart or a.y + a.height <= b.y + 0.11 or b.y + b.height <= a.y + 0.11


@pytest.mark.parametrize("count", [1, 3, 9, 14, 22, 40, 128, 256])
@pytest.mark.parametrize("below", [2, 4])
def test_the_plan_of_the_console_is_the_roomiest_that_can_be_read(count: int, below: int) -> None:
    tree = Known(make_tree(count, below))
    tried = fit(tree.kpis, *CANVAS, values=tree.shown)
    plan = console_plan(tree)
    if tried.density != "dense":
        assert plan == tried
    assert plan.density == tried.density
    if count <= 40:
        assert plan.scale(*CANVAS) >= 0.85, "up to 40 KPIs are seen as a whole; beyond, zoom does the rest"
    assert len(plan.boxes) == count


def test_forty_kpis_fit_the_console_of_a_laptop_and_stay_readable() -> None:
    for kpis in (forty(), make_tree(40), make_tree(40, 3), make_tree(40, 2)):
        tree = Known(kpis)
        plan = console_plan(tree)
        assert plan.scale(*CANVAS) * 13 >= 11, "letters of 13 units stay above 11 px on 1366 × 768"
        assert not overlaps_of(plan.boxes)


def overlaps_of(boxes: tuple[Box, ...]) -> list[tuple[str, str]]:
    return [
        (a.id, b.id)
        for a, b in itertools.combinations(boxes, 2)
        if a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
    ]


def test_a_changed_number_of_as_many_digits_lays_nothing_out_again() -> None:
    kpis = make_tree(60)
    tree = Known({**kpis, "k59": replace(kpis["k59"], baseline=1.31)})
    plan = console_plan(tree)
    same = Known({**tree.kpis, "k59": replace(tree.kpis["k59"], baseline=1.37)})
    assert same.shown["k59"] != tree.shown["k59"]
    assert console_plan(same) is plan
    for change in (
        {"name": "A much longer name"},
        {"baseline": 123_456.5},
        {"order": 1, "parent": "k2"},
    ):
        other = Known({**tree.kpis, "k59": replace(tree.kpis["k59"], **change)})
        assert console_plan(other) == _console_plan(other)
        assert console_plan(other) is not plan
