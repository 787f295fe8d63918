"""Laws of drawing: every state can be drawn, and staying shows exactly what opening the page afresh shows (LIVE-4)."""

from __future__ import annotations

import html
import re

import pytest
from msgspec.structs import replace

from app.rendering.fragments import Canvas, Part
from app.rendering.screens import Region, personal, shared
from facilitation.review import findings
from facilitation.state import Workshop, agenda
from facilitation.workshop import EMPTY, apply
from tests.facilitation.simulation import Simulation, played
from tests.web.drawing import BROKEN, KINDS, PLACE, Browser, own, presence, screens

SEEDS = (1, 2, 5)
NAMES = {f"p{n}": f"Person {n} <b>" for n in range(1, 60)}

every_seed = pytest.mark.parametrize("seed", SEEDS)


@every_seed
def test_every_screen_of_every_phase_can_be_drawn_in_every_state(seed: int) -> None:
    for step in played(seed).story[20::90]:
        workshop = step.after
        for phase in agenda(workshop):
            moment = replace(workshop, current=phase.id)
            for kind, page in screens(moment, NAMES).items():
                assert not re.search(r"Person \d+ <b>", page), f"{kind} of {phase.id}: a name was not escaped"
            for person in list(workshop.people)[:3]:
                own(moment, person, NAMES)


@every_seed
def test_every_finding_of_the_linter_can_be_read_on_the_console(seed: int) -> None:
    for step in played(seed).story[-60::30]:
        phase = next((p for p in agenda(step.after) if p.activity == "draft"), None)
        if phase is None or not findings(step.after):
            continue
        page = html.unescape(screens(replace(step.after, current=phase.id), NAMES)["console"])
        for finding in findings(step.after):
            if finding.severity == "info" or finding.rule == "I-ORPHAN":
                # What is still to come is folded away; an idle initiative says so itself.
                continue
            assert finding.message in page, f"{finding.rule} about {finding.line} is not shown"


def regions_of(workshop: Workshop, screen: str) -> dict[str, Region]:
    """The regions of a kind of screen, or of a person's phone."""
    for kind in KINDS:
        if kind == screen:
            return shared(workshop, kind, presence(workshop), PLACE)
    return personal(workshop, screen)


def fresh(workshop: Workshop, screen: str) -> dict[str, str]:
    """The page as it comes when it is opened now."""
    canvas = Canvas()
    regions = regions_of(workshop, screen)
    canvas.update(regions, NAMES, workshop.seq)
    return {region: str(canvas.html(region)) for region in regions}


@every_seed
def test_LIVE_4_staying_and_resuming_show_what_a_fresh_page_shows(seed: int) -> None:
    room: Simulation = played(seed)
    watched = [*KINDS, "p2", "p3"]
    canvases = {screen: Canvas() for screen in watched}
    stayed = {screen: Browser() for screen in watched}
    away: dict[str, tuple[Browser, int]] = {}
    workshop = EMPTY
    for number, (event, meta) in enumerate(room.log):
        workshop = apply(workshop, event, meta)
        if number < 8:
            continue
        for screen in watched:
            regions = regions_of(workshop, screen)
            parts = canvases[screen].update(regions, NAMES, workshop.seq)
            stayed[screen].take(parts, regions)
            if number % 16 and number < len(room.log) - 1:
                continue
            now = fresh(workshop, screen)
            same(stayed[screen], now, f"{screen} at {workshop.seq}")
            if screen in away:
                back, seen = away[screen]
                back.take(canvases[screen].since(seen), regions)
                same(back, now, f"{screen} back at {workshop.seq}, away since {seen}")
            away[screen] = (Browser(now), workshop.seq)


def same(browser: Browser, page: dict[str, str], where: str) -> None:
    """Both show the same, region by region."""
    shown = browser.regions
    for region, content in page.items():
        assert BROKEN not in content, f"{where}: {region} cannot be drawn"
        assert shown.get(region) == content, f"{where}: {region} differs"


def test_a_part_goes_into_the_element_it_names_and_nowhere_else() -> None:
    page = '<ul><li id="a" data-region></li><li id="ab" class="x" data-region></li><li id="c"></li></ul>'
    inner = '<ul><li>x</li></ul><b id="d" data-region></b>'
    browser = Browser()
    browser.take(
        [Part("board", 1, page), Part("a", 1, "1"), Part("ab", 1, inner), Part("d", 1, "4")], ["board"]
    )
    browser.take([Part("a", 2, "2"), Part("nowhere", 2, "3")], ["board"])
    whole = browser.regions["board"]
    assert '<li id="a" data-region>2</li>' in whole
    assert '<li id="ab" class="x" data-region><ul><li>x</li></ul><b id="d" data-region>4</b></li>' in whole
    assert Browser({"board": whole}).regions["board"] == whole
    # A new frame keeps what stands in its places; what lost its place is gone for good.
    browser.take([Part("board", 3, page.replace('<li id="a" data-region></li>', ""))], ["board"])
    assert ">4</b>" in browser.regions["board"]
    browser.take([Part("board", 4, page)], ["board"])
    assert '<li id="a" data-region></li>' in browser.regions["board"]


def test_a_screen_that_missed_a_part_is_noticed() -> None:
    room = played(1)
    page = fresh(room.workshop, "console")
    stale = Browser({**page, "board": "<p>old</p>"})
    with pytest.raises(AssertionError, match="board differs"):
        same(stale, page, "console")
