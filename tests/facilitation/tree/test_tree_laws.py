"""Whatever people do to a tree, in any order and with any undo, it stays one tree that can be calculated and drawn."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from facilitation.checks import check_tree
from facilitation.evaluate import evaluate
from facilitation.formula import FormulaProblem, from_text, to_text
from facilitation.kpi_tree import Influence, Kpi
from facilitation.messages import Rejected
from facilitation.sensitivity import sensitivity
from facilitation.tree_edit import combined, linked, moved, removed, room_for_one, with_formula
from facilitation.tree_layout import layout

BROKEN = {"CYCLE", "ORPHAN", "MULTI_ROOT", "UNKNOWN_REF", "FORMULA", "TOO_MANY", "TOO_DEEP"}
Board = dict[str, Kpi]

PLACE = st.integers(0, 11)
STEP = st.one_of(
    st.tuples(st.just("add"), PLACE, PLACE),
    st.tuples(st.just("rename"), PLACE, st.text(max_size=8)),
    st.tuples(st.just("move"), PLACE, PLACE),
    st.tuples(st.just("remove"), PLACE, PLACE),
    st.tuples(st.just("combine"), PLACE, st.sampled_from(["×", "+", "−", "÷", "drives"])),
    st.tuples(st.just("formula"), PLACE, st.lists(PLACE, min_size=1, max_size=3)),
    st.tuples(st.just("link"), PLACE, PLACE),
    st.tuples(st.just("number"), PLACE, st.floats(-5, 5)),
    st.tuples(st.just("undo"), PLACE, PLACE),
)


def step(board: Board, what: str, place: int, other: Any, count: int) -> Board:
    """The board after one step; a refusal leaves it as it is."""
    keys = sorted(board)
    key = keys[place % len(keys)]
    changed: Board | Rejected | Kpi = {}
    if what == "add":
        if room_for_one(board, key) is None:
            changed = {f"n{count}": Kpi(id=f"n{count}", name=f"New {count}", parent=key, baseline=count)}
    elif what == "rename":
        changed = {key: replace(board[key], name=other)}
    elif what == "move":
        changed = moved(board, key, keys[other % len(keys)])
    elif what == "remove":
        gone = removed(board, key)
        if not isinstance(gone, Rejected) and len(gone[0]) < len(board):
            board = {k: kpi for k, kpi in board.items() if k not in gone[0]}
            changed = gone[1]
    elif what == "combine":
        below = sum(kpi.parent == key for kpi in board.values())
        changed = combined(board, key, ["drives"] if other == "drives" else [other] * max(below - 1, 0))
    elif what == "formula":
        changed = with_formula(board, board[key], " + ".join(keys[place % len(keys)] for place in other))
    elif what == "link":
        changed = linked(board, key, Influence(child=keys[other % len(keys)], elasticity=0.5))
    elif what == "number":
        changed = {key: replace(board[key], baseline=other)}
    if isinstance(changed, Kpi):
        changed = {changed.id: changed}
    return board if isinstance(changed, Rejected) else board | changed


def test_drives_and_links_cannot_close_a_circle_through_another_branch() -> None:
    board = {
        "top": Kpi(id="top", name="Top"),
        "a": Kpi(id="a", name="A", parent="top"),
        "c": Kpi(id="c", name="C", parent="a", formula="z"),
        "z": Kpi(id="z", name="Z", parent="top", formula="a"),
    }
    drives, up = combined(board, "a", ["drives"]), linked(board, "c", Influence(child="top"))
    assert isinstance(drives, Rejected)
    assert "“A” → “C” → “Z” → “A”" in drives.reason
    assert isinstance(up, Rejected)
    assert "above it" in up.reason


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, max_size=30))
def test_law_any_sequence_of_edits_and_undos_keeps_one_whole_tree(steps: list[tuple[str, int, Any]]) -> None:
    board: Board = {
        "k0": Kpi(id="k0", name="Top", formula="k1 * k2"),
        "k1": Kpi(id="k1", name="A", parent="k0", baseline=2),
        "k2": Kpi(id="k2", name="B", parent="k0", baseline=3),
    }
    past: list[Board] = []
    for count, (what, place, other) in enumerate(steps):
        if what == "undo":
            board = past.pop() if past else board
        else:
            past.append(board)
            board = step(board, what, place, other, count)
        codes = {check.code for check in check_tree(board)}
        assert not codes & BROKEN, (what, codes & BROKEN)
        assert sum(kpi.parent is None for kpi in board.values()) == 1
    names = {key: kpi.name for key, kpi in board.items()}
    for kpi in board.values():
        read = from_text(to_text(kpi.formula, names), names)
        assert not isinstance(read, FormulaProblem)
        assert read == kpi.formula
    done = evaluate(board)
    assert set(done.used) == set(board)
    assert len(layout(board).boxes) == len(board)
    sensitivity(board)
