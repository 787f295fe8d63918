"""An edit on a tree of 256 KPIs reaches all screens without drawing or sending again what did not change (issue 3)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.rendering.fragments import Canvas, Part
from app.rendering.screens import shared
from benchmarks.tree import make_tree
from facilitation.kpi_tree import Kpi
from facilitation.messages import ScreenKind
from facilitation.state import Workshop, agenda
from tests.facilitation.simulation import played
from tests.web.drawing import PLACE, Browser, presence

NAMES = {f"p{n}": f"Person {n}" for n in range(1, 60)}
LEAF, PARENT = "k250", "k62"
ABOVE = ("k62", "k15", "k3", "k0")
"""The KPIs on the way from the leaf to the north star, which are calculated from it."""
CALM = {"aside", "phases", "people"}
"""What stands beside the board on the console, and may have something new to say about it."""


def board(activity: str, kpis: dict[str, Kpi]) -> Workshop:
    """A room in this phase whose tree is full: 256 KPIs, four below each."""
    workshop = next(step.after for step in reversed(played(1).story))
    phase = next(phase for phase in agenda(workshop) if phase.activity == activity)
    return replace(workshop, kpis=kpis, current=phase.id, snapshots=())


def edit(kind: ScreenKind, before: Workshop, after: Workshop) -> tuple[list[Part], int, Browser]:
    """The parts an edit sends to this kind of screen, the letters of a full drawing, and a screen that has seen both."""
    canvas, browser = Canvas(), Browser()
    regions = shared(before, kind, presence(before), PLACE)
    browser.take(canvas.update(regions, NAMES, 1), regions)
    regions = shared(after, kind, presence(after), PLACE)
    parts = canvas.update(regions, NAMES, 2)
    browser.take(parts, regions)
    fresh = Canvas()
    everything = fresh.update(shared(after, kind, presence(after), PLACE), NAMES, 2)
    shown = browser.regions
    for region in regions:
        assert shown[region] == fresh.html(region), f"{region} is not what a fresh page shows"
    return parts, sum(len(part.html) for part in everything), browser


def letters(parts: list[Part]) -> int:
    return sum(len(part.html) for part in parts)


def changed(kpis: dict[str, Kpi], **fields: object) -> dict[str, Kpi]:
    return {**kpis, LEAF: replace(kpis[LEAF], **fields)}


FULL = make_tree(256)
ROWS = {f"kpi-{key}" for key in (LEAF, *ABOVE)}
NUMBERS = {f"number-{key}" for key in (LEAF, *ABOVE)}
BOXES = {f"box-{key}" for key in (LEAF, *ABOVE)}


@pytest.mark.parametrize(
    ("activity", "kind", "expected", "most"),
    [
        ("tree", "phone", ROWS, 6_000),
        ("tree", "console", ROWS | BOXES, 8_000),
        ("tree", "wall", {"box-k0", "box-k3"}, 1_000),
        ("numbers", "phone", NUMBERS | {f"form-{LEAF}", f"leaf-{LEAF}"}, 12_000),
        (
            "numbers",
            "console",
            NUMBERS | BOXES | {f"form-{LEAF}", f"leaf-{LEAF}", "moves-panel", "changed-panel"},
            28_000,
        ),
        ("numbers", "wall", {"box-k0", "box-k3", "moves-panel"}, 5_000),
        ("levers", "phone", {f"lever-{LEAF}", f"leaf-{LEAF}"}, 1_500),
    ],
)
def test_a_changed_value_sends_its_row_and_those_above_it(
    activity: str, kind: ScreenKind, expected: set[str], most: int
) -> None:
    parts, whole, _ = edit(kind, board(activity, FULL), board(activity, changed(FULL, baseline=2.345)))
    sent = {part.region for part in parts} - CALM
    assert sent <= expected
    assert {part for part in expected if part.endswith(LEAF) and not part.startswith("box-")} <= sent
    assert letters([part for part in parts if part.region not in CALM]) <= most
    if kind != "wall":
        assert letters(parts) < whole / 20


@pytest.mark.parametrize("kind", ["phone", "console", "wall"])
def test_a_new_name_sends_what_shows_the_name(kind: ScreenKind) -> None:
    parts, _, _ = edit(kind, board("tree", FULL), board("tree", changed(FULL, name="Renamed")))
    shows = {f"kpi-{LEAF}", f"sheet-{LEAF}", f"place-{LEAF}", f"box-{LEAF}"}
    with_its_name = {f"kpi-{PARENT}", f"sheet-{PARENT}"}  # the formula, and the signs between the children
    assert {part.region for part in parts} - CALM <= shows | with_its_name
    assert letters(parts) < 20_000


@pytest.mark.parametrize(("kind", "most"), [("phone", 60_000), ("console", 120_000), ("wall", 5_000)])
def test_one_more_kpi_sends_the_frame_of_the_board_and_its_own_parts(kind: ScreenKind, most: int) -> None:
    fewer = {key: kpi for key, kpi in FULL.items() if key != LEAF}
    fewer[PARENT] = replace(fewer[PARENT], formula="k249 + k251 + k252")
    parts, whole, _ = edit(kind, board("tree", fewer), board("tree", FULL))
    frame = {"board", "shared", "edges-lines", "wall-say", "finding-all"}
    own = {f"{what}-{LEAF}" for what in ("kpi", "sheet", "place", "box")}
    above = {f"{what}-{key}" for what in ("kpi", "sheet", "box") for key in ABOVE}
    # Its neighbours learn that they are not the first or the last any more.
    beside = {f"sheet-k{n}" for n in (249, 251, 252)}
    assert {part.region for part in parts} - CALM <= frame | own | above | beside
    assert letters(parts) <= most
    if kind != "wall":
        assert letters(parts) < whole / 10


@pytest.mark.parametrize("kind", ["phone", "console"])
def test_a_move_keeps_every_row_that_did_not_change(kind: ScreenKind) -> None:
    moved = changed(FULL, parent="k5", order=900)
    moved[PARENT] = replace(moved[PARENT], formula="k249 + k251 + k252")
    parts, whole, browser = edit(kind, board("tree", FULL), board("tree", moved))
    rows = [part.region for part in parts if part.region.startswith("kpi-")]
    assert len(rows) <= 12
    assert letters(parts) < whole / 8
    region = "shared" if kind == "phone" else "board"
    assert browser.regions[region].count('class="kpi kind-') == 256


@pytest.mark.parametrize("activity", ["numbers", "levers", "draft"])
@pytest.mark.parametrize("kind", ["phone", "console"])
def test_what_if_is_asked_in_the_numbers_levers_and_draft_phases(activity: str, kind: ScreenKind) -> None:
    workshop = board(activity, make_tree(12))
    canvas = Canvas()
    regions = shared(workshop, kind, presence(workshop), PLACE)
    canvas.update(regions, NAMES, 1)
    page = canvas.html("shared" if kind == "phone" else "board")
    assert 'data-ask="what-if"' in page
    assert 'type="range"' in page
    leaves = [key for key, kpi in workshop.kpis.items() if kpi.baseline is not None]
    for leaf in leaves:
        assert f'<option id="leaf-{leaf}" value="{leaf}" data-region>KPI number {leaf[1:]} · ' in page
