"""What is taken over from the state before an edit is what would be worked out afresh, whatever is edited."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.tree import make_tree
from facilitation.guide import load_all
from facilitation.kpi_tree import Kpi
from facilitation.messages import Meta, ScreenKind
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Setup, Workshop
from facilitation.tree_before import VALUES, same_shape
from facilitation.tree_known import Known
from facilitation.tree_view import view
from facilitation.workshop import EMPTY, apply

Kpis = dict[str, Kpi]
COUNT = 12
NUMBERS = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.4, 36.0, -5.0, 1200.0]))
KEYS = st.integers(min_value=0, max_value=COUNT - 1).map(lambda place: f"k{place}")
EDITS = st.one_of(
    st.tuples(KEYS, st.just("baseline"), NUMBERS),
    st.tuples(KEYS, st.just("sigma"), st.sampled_from([None, 0.0, 0.5, 3.0])),
    st.tuples(KEYS, st.just("lower"), st.sampled_from([None, 1.0])),
    st.tuples(KEYS, st.just("name"), st.sampled_from(["Orders", "Visits", "KPI number 3"])),
    st.tuples(KEYS, st.just("unit"), st.sampled_from(["", "%", "orders", "days"])),
    st.tuples(KEYS, st.just("direction"), st.sampled_from([None, "up", "down"])),
    st.tuples(KEYS, st.just("formula"), st.sampled_from(["", "k9 + k10", "k5 / k6"])),
)


def edited(kpis: Kpis, edit: tuple[str, str, Any]) -> Kpis:
    """The board after one edit."""
    key, name, value = edit
    return {**kpis, key: replace(kpis[key], **{name: value})}


def workshop(kpis: Kpis, phase: str) -> Workshop:
    """A workshop with this tree in this phase."""
    created = WorkshopCreated(code="AAAABBBB", setup=Setup(title="Here"), guide=load_all()["kpi-to-okr"])
    return replace(apply(EMPTY, created, Meta(seq=1, at=0, by="")), kpis=kpis, current=phase)


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=12))
def test_a_tree_that_takes_over_from_the_one_before_knows_what_a_fresh_one_knows(
    edits: list[tuple[str, str, Any]],
) -> None:
    kpis = make_tree(COUNT)
    last = Known(kpis)
    _looked_at(last)
    for edit in edits:
        kpis = edited(kpis, edit)
        following, fresh = Known(kpis, last), Known(kpis)
        assert _looked_at(following) == _looked_at(fresh)
        last = following


@settings(max_examples=20, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=8), st.sampled_from(["phone", "console", "wall"]))
def test_the_board_after_edits_is_the_board_of_the_same_tree_opened_afresh(
    edits: list[tuple[str, str, Any]], screen: ScreenKind
) -> None:
    kpis = make_tree(COUNT)
    for edit in edits:
        state = workshop(kpis, "tree")
        view(state, _phase(state), screen)
        kpis = edited(kpis, edit)
    state = workshop(kpis, "tree")
    shown = view(state, _phase(state), screen)
    # Other objects of the same content: nothing leads from them to what was computed before.
    again = workshop({key: replace(kpi) for key, kpi in kpis.items()}, "tree")
    fresh = view(again, _phase(again), screen)
    assert shown.board == fresh.board
    assert shown.parts == fresh.parts


def test_a_changed_number_leaves_the_other_rows_the_very_same_objects() -> None:
    kpis = make_tree(COUNT)
    state = workshop(kpis, "tree")
    before = view(state, _phase(state), "phone").parts
    leaf = f"k{COUNT - 1}"
    after_edit = workshop(edited(kpis, (leaf, "sigma", 0.7)), "tree")
    after = view(after_edit, _phase(after_edit), "phone").parts
    news = {key for key, part in after.items() if part is not before[key]}
    assert f"kpi-{leaf}" in news
    assert len([key for key in news if key.startswith("kpi-")]) < COUNT / 2


def test_a_value_keeps_the_shape_and_a_word_does_not() -> None:
    kpis = make_tree(COUNT)
    assert same_shape(kpis, edited(kpis, ("k3", "baseline", 4.0)))
    assert not same_shape(kpis, edited(kpis, ("k3", "name", "Orders")))
    assert not same_shape(kpis, {key: kpi for key, kpi in kpis.items() if key != "k3"})
    assert set(Kpi.__struct_fields__) >= VALUES


def _phase(state: Workshop) -> Any:
    return next(phase for phase in state.guide.phases if phase.id == "tree")


def _looked_at(tree: Known) -> Any:
    return (
        tree.evaluation,
        tree.checks,
        tree.rows,
        tree.families,
        tree.names,
        tree.shown,
        tree.effects,
        tree.model.base,
    )
