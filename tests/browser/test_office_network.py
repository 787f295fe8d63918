"""An office network: plain http under a name that is not localhost, so the browser gives no secure context.

Many things browsers offer are missing then (crypto.randomUUID, the clipboard, service workers); joining, writing, losing the
connection and voting must not need them.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.phone import join_by_code, join_by_link
from tests.browser.screens import SOON, Console
from tests.browser.server import PHONE, People, Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]


def test_an_office_joins_writes_and_votes_over_plain_http(people: People, server: Server) -> None:
    room = people.workshop(address=server.lan)
    console = Console(room.console, "console")
    ana = join_by_code(people.context(**PHONE).new_page(), server.lan, console.code(), "Ana")
    ben = join_by_link(people.context(**PHONE).new_page(), f"{server.lan}/{room.code}", "Ben")
    assert ana.page.evaluate("() => [isSecureContext, location.hostname]") == [False, "levertree.test"]
    for name in ("Ana", "Ben"):
        console.shows(name)

    console.next_phase("Frame")
    ana.write("Teams that invite a colleague stay")
    ben.write("Too many steps before the first useful thing")
    console.reveal()
    for phone in (ana, ben):
        phone.shows("Teams that invite a colleague stay")
        phone.shows("Too many steps before the first useful thing")

    console.next_phase("North star")
    ana.propose("Weekly activated teams", "It grows only when teams get value")
    ben.choose("Weekly activated teams")
    console.reveal()
    console.adopt("Weekly activated teams")
    console.open_phase("KPI tree")
    ana.grow("Week-1 checklist", "Weekly activated teams")
    expect(ben.row("Week-1 checklist")).to_be_visible(timeout=SOON)
    console.open_phase("Levers")
    ben.declare("Week-1 checklist", "ours")
    console.open_phase("Vote")
    ana.vote("Week-1 checklist", 2)
    ben.vote("Week-1 checklist", 1)
    console.reveal()
    for screen in (console, ana, ben):
        expect(
            screen.page.get_by_role("table").get_by_role("row").filter(has_text="Week-1 checklist")
        ).to_contain_text("3 votes", timeout=SOON)
