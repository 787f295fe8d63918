"""What goes wrong in a room, seen on the screen: each mistake gets a clear sentence in the right place, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.phone import Phone, join_by_link
from tests.browser.screens import SOON, Console
from tests.browser.server import PHONE, People, Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

OVERRIDE = "\u202e"
FAR_TOO_LONG = "Why do new teams leave in week one? " * 280


def gathered(people: People, *names: str) -> tuple[Console, list[Phone], str]:
    """A workshop with some phones, before its first phase."""
    room = people.workshop()
    phones = [
        join_by_link(people.context(**PHONE).new_page(), f"{room.address}/{room.code}", name)
        for name in names
    ]
    return Console(room.console, "console"), phones, room.code


def test_the_door_unknown_code_old_link_same_name_closed_room(people: People, server: Server) -> None:
    console, [ana], code = gathered(people, "Ana")
    visitor = people.context(**PHONE).new_page()

    visitor.goto(server.address)
    visitor.get_by_label(re.compile("^Code")).fill("ZZZZ-9999")
    visitor.get_by_role("button", name="Join").tap()
    expect(visitor.get_by_role("main")).to_contain_text(
        re.compile(r"no workshop|code", re.IGNORECASE), timeout=SOON
    )
    expect(
        visitor.get_by_role("main").get_by_role("link").or_(visitor.get_by_label(re.compile("^Code"))).first
    ).to_be_visible()

    visitor.goto(f"{server.address}/f/{code}/an-old-link-that-was-passed-on")
    expect(visitor.get_by_role("main")).to_contain_text("no longer valid")
    expect(visitor.get_by_role("main")).to_contain_text("new link")

    second = join_by_link(visitor, f"{server.address}/{code}", "Ana")
    second.shows("Ana 2")
    ana.shows("Ana 2")

    people_sheet = console.fold(re.compile("^People"))
    console.press(console.button("Close the room for new people", people_sheet))
    expect(console.button("Close the room for new people")).to_have_count(0, timeout=SOON)
    late = people.context(**PHONE).new_page()
    late.goto(f"{server.address}/{code}")
    expect(late.get_by_role("main")).to_contain_text("closed for new people")
    late.get_by_label(re.compile("^Your name")).fill("Zoe")
    late.get_by_role("button", name="Join").tap()
    expect(late.get_by_role("alert").filter(has_text=re.compile("closed|locked"))).to_be_visible(timeout=SOON)
    expect(late.get_by_label(re.compile("^Your name"))).to_have_value("Zoe")


def test_a_phase_skipped_while_somebody_types_offers_a_late_entry(people: People) -> None:
    console, [ana], _ = gathered(people, "Ana")
    console.next_phase("Frame")
    ana.write("Saved before the jump")
    ana.page.get_by_role("textbox", name="Your card", exact=True).press_sequentially("Half a thought")
    console.next_phase("North star")
    kept = ana.page.get_by_role("region", name="Kept for you")
    expect(kept).to_contain_text("You were still writing", timeout=SOON)
    expect(kept.get_by_role("textbox")).to_have_value("Half a thought")
    ana.press(ana.button("Send as late entry", kept))
    expect(kept).to_have_count(0, timeout=SOON)
    console.open_phase("Frame")
    console.reveal()
    console.shows("Half a thought")
    console.shows("came late")
    console.shows("Saved before the jump")


def test_text_that_is_too_long_or_turns_the_line_around(people: People) -> None:
    console, [ana], _ = gathered(people, "Ana")
    console.next_phase("Frame")
    field = ana.page.get_by_role("textbox", name="Your card", exact=True)
    field.fill("")
    ana.press(ana.button("Add").first)
    ana.shows("Nothing written yet")

    # A field takes 500 letters; what comes by another way (an old page, a plug-in) is refused, and stays to be shortened.
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill(FAR_TOO_LONG)
    ana.press(ana.button("Add").first)
    expect(ana.page.get_by_role("main")).to_contain_text(
        re.compile(r"Refused: .*(long|letters|characters)"), timeout=SOON
    )
    expect(field).to_have_value(re.compile("^Why do new teams"))

    field.fill(f"Safe{OVERRIDE}gnp.exe")
    ana.press(ana.button("Add").first)
    expect(ana.own_card("Safe")).to_contain_text("Saved", timeout=SOON)
    console.reveal()
    console.shows("Safe")
    assert OVERRIDE not in console.text
    assert OVERRIDE not in ana.text


def test_a_vote_over_budget_is_refused_in_words(people: People) -> None:
    """The last dot, tapped twice before the first answer is back: one counts, the other is told why not."""
    console, [ana], _ = gathered(people, "Ana")
    console.open_phase("North star")
    ana.propose("Weekly activated teams", "It grows only with value")
    console.adopt_now("Weekly activated teams")
    console.open_phase("KPI tree")
    for name in ("Week-1 checklist", "Day-30 retention"):
        ana.grow(name, "Weekly activated teams")
    console.open_phase("Levers")
    for name in ("Week-1 checklist", "Day-30 retention"):
        ana.declare(name, "ours")
    console.open_phase("Vote")
    ana.vote("Week-1 checklist", 3)
    ana.vote("Day-30 retention", 1)
    ana.vote_once_too_often("Day-30 retention")
    ana.shows("No dots left")
    console.reveal()
    expect(
        console.page.get_by_role("table").get_by_role("row").filter(has_text="Day-30 retention")
    ).to_contain_text("2 votes", timeout=SOON)
