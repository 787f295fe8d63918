"""Levers: ours, shared or outside; and for those we can move, words, a family and one step."""

from __future__ import annotations

import pytest

from facilitation.activities import activities
from facilitation.activities.levers import FAMILIES, DeclareControl, DescribeLever
from facilitation.kpi_tree import root
from facilitation.session.board import Undo
from facilitation.session.flow import LockBoard, OpenPhase
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room
from tests.facilitation.whole import below, fill, people, start

LEVERS = activities()["levers"]


def asking() -> tuple[Room, str, list[str]]:
    room = Room()
    ana, *_ = people(room, 2)
    start(room)
    fill(room, until="levers", amount="many")
    room.must(OpenPhase(phase="levers"))
    return room, ana, below(room.workshop)


def test_issue_3_once_all_is_said_the_wall_shows_what_each_lever_does() -> None:
    room, _, kpis = asking()
    phase = phase_of(room.workshop, "levers")
    assert phase is not None
    for place, kpi in enumerate(kpis):
        view = LEVERS.view(room.workshop, phase, "wall")
        open_yet = view.board["open"]
        assert view.board["ready"] == (not open_yet and len(view.parts) == 1)
        room.must(DeclareControl(phase="levers", kpi=kpi, control="outside" if place % 3 == 2 else "ours"))
    view = LEVERS.view(room.workshop, phase, "wall")
    assert view.board["ready"]
    chart = view.parts["moves-panel"]
    outside = {kpi.name for kpi in room.workshop.kpis.values() if kpi.control == "outside"}
    assert len(chart["rows"]) >= 2
    assert not outside & {row["name"] for row in chart["rows"]}
    assert chart["levers"]
    assert "ready" not in LEVERS.view(room.workshop, phase, "phone").parts


def test_a_kpi_is_declared_and_described_and_one_part_changes() -> None:
    room, ana, (first, *rest) = asking()
    phase = phase_of(room.workshop, "levers")
    assert phase is not None
    before = LEVERS.view(room.workshop, phase, "phone").parts
    room.must(DeclareControl(phase="levers", kpi=first, control="ours"), ana)
    room.must(
        DescribeLever(
            phase="levers", kpi=first, family="activation", plain_outcome="Teams stay", step="Demo data"
        ),
        ana,
    )
    after = LEVERS.view(room.workshop, phase, "phone")
    assert {key for key in before if before[key] != after.parts[key]} == {f"lever-{first}"}
    assert (after.board["ours"], after.board["open"]) == (1, len(rest))
    assert replay(room.log) == room.workshop
    room.must(Undo(), ana)
    assert room.workshop.kpis[first].plain_outcome == ""


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("control", "mine", "ours, shared or outside"),
        ("family", "magic", "families"),
        ("plain_outcome", "x" * 121, "121"),
        ("step", "x" * 201, "201"),
        ("segment", "x" * 81, "81"),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, text: str, words: str) -> None:
    room, ana, (first, *_) = asking()
    wish = (
        DeclareControl(phase="levers", kpi=first, control=text)
        if field == "control"
        else DescribeLever(phase="levers", kpi=first, **{field: text})
    )
    refused = room.say(wish, ana)
    assert refused is not None
    assert words in refused.reason


def test_the_north_star_an_unknown_kpi_and_a_locked_board_are_refused() -> None:
    room, ana, (first, *_) = asking()
    top = root(room.workshop.kpis)
    assert top is not None
    for kpi, words in ((top.id, "north star"), ("k999", "not in the tree")):
        refused = room.say(DeclareControl(phase="levers", kpi=kpi, control="ours"), ana)
        assert refused is not None
        assert words in refused.reason
    room.must(LockBoard(phase="levers"))
    assert "locked" in room.say(DeclareControl(phase="levers", kpi=first, control="ours"), ana).reason  # type: ignore[union-attr]


def test_every_family_can_be_chosen() -> None:
    room, ana, (first, *_) = asking()
    for family in FAMILIES:
        room.must(DescribeLever(phase="levers", kpi=first, family=family), ana)
        assert room.workshop.kpis[first].family == family
