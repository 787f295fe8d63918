"""A large tree on a laptop: each column has the form it has room for, and each box its name, number and unit."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.kpi_tree import Kpi, Kpis
from facilitation.text_fit import ELLIPSIS, text_width
from facilitation.tree_columns import CANVAS, WALL, columns_plan, fitting_unit
from facilitation.tree_known import Known
from facilitation.tree_layout import TreeLayout
from facilitation.tree_picture import console_plan, wall_plan
from facilitation.units import brief_unit
from tests.facilitation.tree.trees import grown, random_trees


def over(kpis: Kpis, plan: TreeLayout) -> list[str]:
    """Boxes whose words are wider or higher than they are, by the sizes the screen sets them in."""
    said = Known(kpis).said
    found = []
    for box in plan.boxes:
        value, unit = said[box.id][0], f" {box.unit}" if box.unit else ""
        name = max(text_width(line, 13, bold=True) for line in box.lines)
        if box.height < 36:
            wide = name + text_width(value, 12) + text_width(unit, 12) + 23
            assert len(box.lines) == 1
        else:
            wide = max(name, text_width(value, 14, bold=True) + text_width(unit, 12)) + 26
            assert box.height >= 40 + 17 * (len(box.lines) - 1)
        if wide > box.width + 0.1:
            found.append(box.id)
    return found


@pytest.mark.parametrize(
    "levels", [(1, 3, 9, 27), (1, 4, 12, 23), (1, 5, 12, 22), (1, 3, 8, 16), (1, 3, 9, 14)]
)
def test_forty_kpis_show_name_number_and_unit_on_a_laptop(levels: tuple[int, ...]) -> None:
    kpis = grown(*levels)
    plan = console_plan(Known(kpis))
    assert plan.density == "dense"
    assert plan.scale(*CANVAS) * 13 >= 11.2, "letters of names"
    assert plan.scale(*CANVAS) * 12 >= 10.4, "letters of units"
    assert [box.id for box in plan.boxes if not box.unit] == []
    assert over(kpis, plan) == []
    kept = [
        len("".join(box.lines).replace(" ", "")) / len(kpis[box.id].name.replace(" ", ""))
        for box in plan.boxes
    ]
    assert min(kept) >= 0.5
    assert sum(kept) / len(kept) >= 0.86


@pytest.mark.parametrize("levels", [(1, 3, 9, 27), (1, 4, 12, 23), (1, 5, 9), (1, 12)])
def test_a_wall_shows_numbers_with_their_units_in_letters_to_be_read_from_afar(
    levels: tuple[int, ...],
) -> None:
    kpis = grown(*levels)
    tree = Known(kpis)
    plan = wall_plan(tree)
    assert plan is not None
    assert plan.width <= WALL.canvas[0]
    assert plan.height <= WALL.canvas[1]
    assert len(plan.boxes) >= min(13, len(kpis)) - 1
    for box in plan.boxes:
        value, unit = tree.said[box.id][0], box.unit
        if unit is None:
            continue  # one of the roomier forms, which cut the unit to the box when they are drawn
        assert unit, box
        name = max(text_width(line, 14, bold=True) for line in box.lines)
        number = text_width(f"{value} {unit}", 14)
        if box.height < 36:
            assert name + number + 23 <= box.width
        else:
            assert name + 26 <= box.width
            assert text_width(value, 16, bold=True) + text_width(f" {unit}", 14) + 26 <= box.width + 0.1
            assert box.width < 260, "a wider one is set on one line"


def test_a_deep_tree_of_forty_keeps_every_number_and_unit() -> None:
    for levels in ((1, 2, 4, 8, 16, 9), (1, 2, 6, 12, 19), (1, 2, 4, 8, 16)):
        kpis = grown(*levels)
        plan = console_plan(Known(kpis))
        assert plan.scale(*CANVAS) * 13 >= 11
        assert over(kpis, plan) == []
        assert sum(1 for box in plan.boxes if box.unit) >= 0.85 * len(kpis)


def test_few_kpis_above_many_wrap_their_names_and_leave_the_width_to_the_many() -> None:
    plan = columns_plan(Known(grown(1, 3, 9, 27)))
    by_depth = {depth: [box for box in plan.boxes if box.depth == depth] for depth in range(4)}
    assert all(len(box.lines) > 1 for box in by_depth[0])
    assert {box.height for box in by_depth[3]} == {17.0}
    assert by_depth[3][0].width > 1.5 * by_depth[0][0].width


def test_names_cut_to_the_same_letters_show_their_ends() -> None:
    kpis = {"n": Kpi(id="n", name="Revenue", unit="$k/month", baseline=900.0)}
    for number in range(29):
        name = (
            f"Qualified leads from partners and resellers in the region {'north' if number % 2 else 'south'}"
        )
        key = f"k{number}"
        kpis[key] = Kpi(
            id=key, name=name, unit="leads/week per partner", baseline=40.0, parent="n", order=number
        )
    plan = columns_plan(Known(kpis))
    shown = {box.lines[0] for box in plan.boxes if box.id != "n"}
    assert len(shown) == 2
    assert {text[-5:] for text in shown} == {"north", "south"}
    assert all(text.startswith("Qual") and ELLIPSIS in text for text in shown)


def test_units_say_times_in_short_words_before_they_are_cut() -> None:
    assert brief_unit("actions/week per team") == "actions/wk/team"
    assert brief_unit("orders/month") == "orders/mo"
    assert brief_unit("weekly reports") == "weekly reports"
    assert brief_unit("Hours per Quarter") == "h/qtr"
    assert brief_unit("%") == "%"
    assert fitting_unit("actions/week per team", 300) == "actions/week per team"
    assert fitting_unit("actions/week per team", 130) == "actions/wk/team"
    assert fitting_unit("actions/week per team", 70).endswith(ELLIPSIS)
    assert fitting_unit("actions/week per team", 20) == ""
    assert fitting_unit("", 5) == ""


@settings(max_examples=60, deadline=None)
@given(
    random_trees(max_kpis=60), st.sampled_from(["%", "teams/week", "a unit somebody wrote at great length"])
)
def test_law_any_tree_is_drawn_once_each_without_overlap_inside_its_boxes(kpis: Kpis, unit: str) -> None:
    tree = Known(
        {
            key: Kpi(id=key, name=kpi.name, unit=unit, baseline=12.5, parent=kpi.parent, order=kpi.order)
            for key, kpi in kpis.items()
        }
    )
    plan = columns_plan(tree)
    assert sorted(box.id for box in plan.boxes) == sorted(kpis)
    for a, b in itertools.combinations(plan.boxes, 2):
        apart = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert apart or a.y + a.height <= b.y + 0.11 or b.y + b.height <= a.y + 0.11
    assert all(box.x + box.width <= plan.width and box.y + box.height <= plan.height for box in plan.boxes)
    assert columns_plan(tree) == plan
