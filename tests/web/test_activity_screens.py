"""Every activity has its four screens, and they can be drawn in every state a workshop can be in.

Strict about names (StrictUndefined), about the content security policy (no inline script or style), about ids (unique on a
page) and about secrets (LIVE-9: a shared screen never holds somebody's id as the writer of something hidden).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from app.rendering.fragments import Canvas
from app.rendering.screens import Place, Presence, personal, shared
from app.rendering.templates import TEMPLATES, draw, environment
from facilitation.activities import activities
from facilitation.messages import ScreenKind
from facilitation.session.board import MarkDone, ParkThought
from facilitation.session.flow import Hide, LockBoard, OpenPhase, Reveal
from facilitation.state import agenda
from tests.facilitation.room import Room
from tests.facilitation.whole import LONG, fill, people, start

KINDS: tuple[ScreenKind, ...] = ("console", "phone", "wall")
PLACE = Place(url="http://levertree.example/K7PM-4XQA", host="levertree.example", qr="<svg></svg>")
NAMES = {f"p{n}": name for n, name in enumerate(["Fay", "Ana", "Ben", "عمر", "<b>Zoë</b>", LONG[:40]], 1)}
BROKEN = draw("screens/broken.html", {}).strip()
"""What stands in place of a region that could not be drawn: a mistake that costs one region live must not hide here."""
PHASES = [phase.id for phase in agenda(Room().workshop)]


class Ids(HTMLParser):
    """All ids of a page, and whatever a strict policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.blocked: list[str] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key == "id":
                self.ids.append(value or "")
            if key == "style" or key.startswith("on") or (value or "").startswith("javascript:"):
                self.blocked.append(f"{tag} {key}")
            if tag == "label" and key == "for":
                self.labels.append(value or "")
        if tag in ("script", "style"):
            self.blocked.append(tag)


def pages(room: Room) -> Iterator[tuple[str, str]]:
    """What each kind of screen shows now: (name, HTML of all its regions)."""
    presence = Presence(online=frozenset(room.workshop.people), typing=frozenset({"p2"}))
    for kind in KINDS:
        canvas = Canvas()
        regions = shared(room.workshop, kind, presence, PLACE)
        canvas.update(regions, NAMES, 1)
        html = "".join(str(canvas.html(region)) for region in regions)
        if kind != "phone":
            yield kind, html
            continue
        for person in room.workshop.people:
            own = Canvas()
            mine = personal(room.workshop, person)
            own.update(mine, NAMES, 1)
            yield f"phone of {person}", html + "".join(str(own.html(region)) for region in mine)


def check(room: Room) -> None:
    """Draw everything, and look at what comes out."""
    for name, html in pages(room):
        assert BROKEN not in html, f"{name}: a region could not be drawn"
        page = Ids()
        page.feed(html)
        doubled = {one for one in page.ids if page.ids.count(one) > 1}
        assert not doubled, f"{name}: the same id twice: {doubled}"
        assert not page.blocked, f"{name}: the policy forbids {page.blocked}"
        assert set(page.labels) <= set(page.ids), f"{name}: a label without its field"
        assert "<b>Zoë" not in html, f"{name}: a name was not escaped"
        assert not re.search(r"<(object at|Undefined|None\b)", html), name


@pytest.mark.parametrize("activity", sorted(activities()))
def test_every_activity_has_its_four_screens(activity: str) -> None:
    for screen in ("console", "phone", "wall", "mine"):
        assert (TEMPLATES / "activities" / activity / f"{screen}.html").is_file()


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("amount", ["empty", "one", "many", "too long"])
def test_every_screen_can_be_drawn(phase: str, amount: str) -> None:
    room = Room()
    people(room, {"empty": 0, "one": 1, "many": 5, "too long": 3}[amount])
    start(room)
    fill(room, until=phase, amount=amount)
    room.must(OpenPhase(phase=phase))
    check(room)
    fill(room, only=phase, amount=amount)
    room.must(ParkThought(text=LONG[:300] if amount == "too long" else "Who owns churn?"))
    check(room)
    for person in list(room.workshop.people)[1:2]:
        room.must(MarkDone(phase=phase), person)
    room.must(Reveal(phase=phase))
    check(room)
    room.must(LockBoard(phase=phase))
    check(room)
    room.must(Hide(phase=phase))
    check(room)


def test_the_lobby_can_be_drawn_empty_and_full() -> None:
    room = Room()
    check(room)
    people(room, 5)
    check(room)


@pytest.mark.parametrize("phase", PHASES)
def test_live_9_no_shared_screen_says_who_gave_what_is_secret(phase: str) -> None:
    """Two rooms that differ only in who gave which secret show the very same shared screens before the reveal."""
    boards = []
    for turned in (False, True):
        room = Room()
        people(room, 3)
        start(room)
        fill(room, until=phase, amount="many")
        room.must(OpenPhase(phase=phase))
        if activities()[room.workshop.guide.phase(phase).activity].reveals:  # type: ignore[union-attr]
            fill(room, only=phase, amount="many", turned=turned)
        shown = {}
        for kind in KINDS:
            canvas = Canvas()
            regions = {
                key: region
                for key, region in shared(room.workshop, kind, Presence(), PLACE).items()
                if key in ("board", "shared", "wall-say")
            }
            canvas.update(regions, NAMES, 1)
            shown[kind] = {key: str(canvas.html(key)) for key in regions}
        boards.append(shown)
    assert boards[0] == boards[1]


def test_templates_have_no_inline_script_or_style() -> None:
    for folder in ("activities", "screens", "pages"):
        for path in sorted((TEMPLATES / folder).rglob("*.html")):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), path


def test_every_template_compiles() -> None:
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)
