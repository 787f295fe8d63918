"""The main job, for real: a console, a wall and three phones go through the whole guide, from the code to the PDF.

Only controls that people see are used (`screens.py`). In the middle one phone loses its network, the server is killed with
SIGKILL and started again, and the phone comes back later: what any screen had shown as saved must still be there, and what
was written meanwhile must arrive. On the way every screen kind is photographed in every phase and looked at by axe
(`album.py`); the pictures become one contact sheet.

One play, several questions: the fixture `played` runs the workshop once, the tests ask what came of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import story
from tests.browser.album import Album
from tests.browser.contact_sheet import contact_sheet
from tests.browser.pictures import FOLDER as PICTURES
from tests.browser.pictures import shrink
from tests.browser.screens import Screen
from tests.browser.server import PHONE, ROOT, People, Server
from tests.browser.whole_play import Play, Played

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420)]

README = {
    "phone-vote": ("vote-placed-phone", 390),
    "phone-tree": ("numbers-entered-phone", 390),
    "console-tree": ("numbers-entered-console", 1366),
    "wall-vote": ("vote-revealed-wall", 1280),
    "outcome-sheet": ("", 1200),
}
"""The README's pictures: the screenshot each is made from, and its width. `make pictures` writes them."""


@pytest.fixture(scope="module")
def played(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """One whole workshop, played once for all tests of this file."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    folder.mkdir()
    server = Server(folder)
    server.start()
    people = People(chromium, server)
    play = Play(people, server)
    try:
        out = play.run()
        contact_sheet(chromium, play.album.pictures)
        if os.environ.get("LEVERTREE_PICTURES"):
            for name, (source, width) in README.items():
                taken = play.album.picture(source) if source else ROOT / "artifacts" / f"{name}.png"
                shrink(chromium, taken, PICTURES / f"{name}.png", width)
        yield out
        people.close()
    finally:
        server.stop()


def test_the_workshop_goes_from_the_code_to_the_pdf(played: Played) -> None:
    assert len(played.objectives) == 2
    assert story.OBJECTIVE in " ".join(played.objectives)
    targets = {name: (start, target) for name, start, target in played.key_results}
    for kpi, change in story.TARGETS.items():
        assert targets[kpi] == change
    assert played.pages >= 2


def test_nothing_acknowledged_is_missing_after_the_crash_and_the_dead_network(played: Played) -> None:
    assert played.lost == set()


def test_everybody_votes_and_every_dot_counts(played: Played) -> None:
    assert sum(played.votes.values()) == 15
    assert all(
        f"{dots} of 15 votes" in played.pdf for kpi, dots in played.votes.items() if kpi in story.TARGETS
    )


def test_clock_changes_are_on_every_screen_within_a_second(played: Played) -> None:
    assert max(played.clock_spread) <= 1.0


def test_the_pdf_holds_objectives_key_results_guardrails_and_owners(played: Played) -> None:
    for sentence in played.objectives:
        assert sentence in played.pdf
    for name, start, target in played.key_results:
        assert name in played.pdf
        assert re.search(rf"{re.escape(start)}\s*→\s*{re.escape(target)}", played.pdf), (name, start, target)
    for guard in story.GUARDRAILS:
        assert guard.name in played.pdf
        assert re.search(rf"≤\s*{re.escape(guard.limit)}\s*{guard.unit}", played.pdf), guard
    for owner in story.OWNERS:
        assert owner in played.pdf


def test_every_screen_in_every_phase_is_accessible_and_whole(played: Played) -> None:
    assert not played.findings, "\n".join(played.findings)


def test_the_looking_itself_can_see(chromium: Browser, tmp_path: Path) -> None:
    """A page that is wrong in every way we look for: otherwise a silent album would prove nothing."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.set_content(
        "<main><h1>Wrong</h1><img src='x.png'><button style='width:20px;height:20px'></button>"
        "<p style='width:60px;overflow:hidden;white-space:nowrap'>Words that are cut off here</p>"
        "<p style='width:900px'>Far too wide</p><p style='color:#ccc'>pale</p>"
        "<svg><g class='t-node'><rect class='t-box' width='40' height='20'/><text y='15'>Wider than it</text></g></svg></main>"
    )
    album = Album({"phone": Screen(page, "wrong", touch=True)}, folder=tmp_path / "album")
    album.take("wrong")
    context.close()
    seen = " ".join(album.findings)
    for what in (
        "scrolls sideways",
        "small target",
        "cut words",
        "over its box’s edge",
        "image-alt",
        "button-name",
        "color-contrast",
    ):
        assert what in seen, what
