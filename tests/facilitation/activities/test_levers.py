"""Levers: ours, shared or outside; and for those we can move, words, a family and one step."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from facilitation.activities import activities
from facilitation.activities.levers import FAMILIES, DeclareControl, DescribeLever
from facilitation.kpi_tree import Kpi, root
from facilitation.session.board import Undo
from facilitation.session.flow import LockBoard, OpenPhase
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room
from tests.facilitation.tree.trees import pin_2
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
    room, *_ = asking()
    phase = phase_of(room.workshop, "levers")
    assert phase is not None
    said = {"leads": "ours", "conv": "ours", "arpa": "shared", "existing": "outside", "churn": "ours"}
    kpis: dict[str, Kpi] = {key: replace(kpi, control=None) for key, kpi in pin_2().items()}
    for key in [key for key, kpi in kpis.items() if kpi.parent is not None]:
        view = LEVERS.view(replace(room.workshop, kpis=kpis), phase, "wall")
        assert not view.board["ready"]
        assert f"lever-{key}" in view.parts
        kpis = {**kpis, key: replace(kpis[key], control=said.get(key, "ours"))}
    workshop = replace(room.workshop, kpis=kpis)
    view = LEVERS.view(workshop, phase, "wall")
    assert view.board["ready"]
    chart = view.parts["moves-panel"]
    assert chart["levers"]
    assert [row["name"] for row in chart["rows"]] == [
        kpis[key].name for key in ("conv", "leads", "arpa", "churn")
    ]
    assert not LEVERS.view(workshop, phase, "phone").board["ready"]


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
