"""The outcome page of a whole workshop in a real browser: no axe finding, no sideways scrolling, every file, share, delete."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from app import archive
from app.storage.api import Recorded
from app.storage.codec import Codec
from facilitation.messages import Event
from facilitation.workshop import event_type
from tests.browser.album import axe_findings
from tests.browser.server import LAPTOP, People
from tests.facilitation.played import Played

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
CODEC: Codec[Event] = Codec(event_type())
WIDTHS = (320, 390, 768, 1366)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A workshop played through all its phases, as a file."""
    room = Played().until("commit").room
    log = []
    for event, meta in room.log:
        data = CODEC.encode(event)
        log.append(Recorded(meta.seq, meta.at, meta.by, str(msgspec.json.decode(data)["type"]), data))
    names = {"p2": "Ana Ruiz", "p3": "Li Wen", "p4": "Sam Osei", "p5": "Mia"}
    file = tmp_path / "workshop.json"
    file.write_bytes(archive.write(log, names, CODEC, room.now, random.Random(1)))
    return file


def continued(people: People, file: Path) -> Page:
    """Its outcome page, on the facilitator's laptop."""
    page = people.context(**LAPTOP).new_page()
    page.goto(f"{people.server.address}/new")
    page.get_by_role("link", name="Continue from a file").click()
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Continue the workshop").click()
    page.wait_for_url("**/console")
    page.goto(page.url.replace("/console", "/outcome"))
    return page


def test_the_whole_outcome_is_readable_at_every_width(people: People, saved: Path) -> None:
    page = continued(people, saved)
    expect(page.locator(".okr-sheet")).to_have_count(2)
    for details in page.locator("details").all():
        details.evaluate("e => { e.open = true }")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            wide = page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= width, f"sideways scrolling at {width}: {wide}"
            if width in (320, 1366):
                assert axe_findings(page) == [], (scheme, width)


def test_files_links_and_the_end_of_a_workshop(people: People, saved: Path) -> None:
    page = continued(people, saved)
    with page.expect_download() as sheet:
        page.get_by_role("link", name="OKR sheet for the wall (PDF)").click()
    assert sheet.value.suggested_filename.endswith("-okr-sheet.pdf")
    page.locator("#file-peoplebox summary").click()
    page.locator("#file-peoplebox input[type=email]").first.fill("ana@example.org")
    with page.expect_download() as table:
        page.locator("#file-peoplebox button").click()
    assert "ana@example.org" in Path(table.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("combobox").select_option("7")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("#link").input_value()
    assert axe_findings(page) == []
    page.get_by_role("link", name="Back to the outcome").click()
    reader = people.context(**LAPTOP).new_page()
    reader.goto(f"{people.server.address}/s/{link.rpartition('/')[2]}")
    expect(reader.locator(".okr-sheet")).to_have_count(2)
    expect(reader.locator("#share")).to_have_count(0)
    page.get_by_role("button", name="End the link").click()
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_have_text("No workshop with this code")
    page.locator("#delete summary").click()
    page.locator("#delete-code").fill(page.url.split("/w/")[1][:8])
    page.get_by_role("button", name="Delete the workshop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleted")
