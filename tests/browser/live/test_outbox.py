"""What a person wrote: on this phone, saved, refused; through crashes, dead networks and closed tabs (LIVE-1, 2, 5, 8, 12)."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import ROOT, People, Server, Workshop

pytestmark = pytest.mark.timeout(120)
BACK = 20_000


def begin(people: People, name: str = "Noor", address: str = "") -> tuple[Workshop, Page]:
    room = people.workshop(address=address)
    phone = people.phone(room.code, name, address=address)
    room.start_next()
    expect(phone.locator("#card")).to_be_visible()
    return room, phone


def add(phone: Page, text: str) -> None:
    phone.fill("#card", text)
    phone.locator('form[data-command="AddCard"] button').click()


def own(phone: Page) -> list[str]:
    """The texts of the cards that the server shows as this person's own."""
    return [t.strip() for t in phone.locator("#mine .card:not([data-kept]) p[dir=auto]").all_inner_texts()]


def test_LIVE_1_5_8_killed_server_in_the_middle_of_typing(people: People, server: Server) -> None:
    _, phone = begin(people)
    add(phone, "Saved before the crash")
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1)
    phone.locator("#card").press_sequentially("half a thou")
    server.kill()
    expect(phone.locator("#banner")).to_contain_text("Reconnecting", timeout=BACK)
    phone.locator("#card").press_sequentially("ght")
    server.start()
    expect(phone.locator("#banner")).to_be_empty(timeout=BACK)
    expect(phone.locator("#card")).to_have_value("half a thought")
    assert own(phone) == ["Saved before the crash"]
    phone.locator('form[data-command="AddCard"] button').click()
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(2)
    phone.reload()
    assert own(phone) == ["Saved before the crash", "half a thought"]


def test_LIVE_5_three_cards_without_a_server_arrive_once_and_in_order(people: People, server: Server) -> None:
    _, phone = begin(people)
    server.kill()
    for text in ("one", "two", "three"):
        add(phone, text)
        expect(phone.locator("#card")).to_have_value("")
    expect(phone.locator(".outbox .card")).to_have_count(3)
    expect(phone.locator(".outbox [data-saved=local]").first).to_contain_text("On this phone")
    expect(phone.locator(".outbox [data-saved=saved]")).to_have_count(0)
    expect(phone.locator("#banner")).to_contain_text("3 entries wait on this phone", timeout=BACK)
    server.start()
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(3, timeout=BACK)
    assert own(phone) == ["one", "two", "three"]
    expect(phone.locator(".outbox .card")).to_have_count(0)


def test_LIVE_5_a_closed_tab_leaves_its_outbox_to_the_next(people: People, server: Server) -> None:
    room, phone = begin(people)
    server.kill()
    add(phone, "written in the tunnel")
    expect(phone.locator(".outbox .card")).to_have_count(1)
    context = phone.context
    phone.close()
    server.start()
    again = context.new_page()
    again.goto(f"{server.address}/w/{room.code}")
    expect(again.locator("#mine .card:not([data-kept])")).to_have_count(1, timeout=BACK)
    assert own(again) == ["written in the tunnel"]


def test_LIVE_2_a_lost_answer_does_not_count_twice(people: People, server: Server) -> None:
    """The socket dies after the server stored a card and before the phone heard of it."""
    room = people.workshop()
    context = people.context(viewport={"width": 390, "height": 844})
    # A socket that swallows answers for as long as `deaf` is set, then dies.
    context.add_init_script(
        """(() => {
          const Real = WebSocket;
          globalThis.deaf = false;
          globalThis.sockets = [];
          globalThis.WebSocket = class extends Real {
            constructor(...rest) { super(...rest); sockets.push(this); }
            set onmessage(hear) { super.onmessage = (event) => { if (!globalThis.deaf) hear(event); }; }
            get onmessage() { return super.onmessage; }
          };
        })()"""
    )
    phone = context.new_page()
    phone.goto(f"{server.address}/{room.code}")
    phone.get_by_role("button", name="Join").click()
    people.live(phone)
    room.start_next()
    expect(phone.locator("#card")).to_be_visible()
    phone.evaluate("() => { globalThis.deaf = true; }")
    add(phone, "only once")
    expect(room.console.locator("#board")).to_contain_text("1 card")
    phone.evaluate("() => { globalThis.deaf = false; sockets.at(-1).close(); }")
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1, timeout=BACK)
    add(phone, "and another")
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(2)
    assert own(phone) == ["only once", "and another"]


def test_LIVE_5_refused_words_return_to_their_field(people: People, server: Server) -> None:
    _, phone = begin(people)
    server.kill()
    add(phone, "too late for this phase")
    # The rules say no to what breaks them, however the page was made to send it.
    phone.locator("#card").evaluate("(field) => field.removeAttribute('maxlength')")
    server.start()
    people.live(phone)
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1, timeout=BACK)
    phone.locator("#card").evaluate("(field) => field.removeAttribute('maxlength')")
    long = "word " * 120
    add(phone, long)
    expect(phone.locator("#mine [data-saved=refused]")).to_contain_text("Refused")
    expect(phone.locator("#card")).to_have_value(re.compile("^word word"))
    phone.reload()
    people.live(phone)
    expect(phone.locator("#card")).to_have_value(re.compile("^word word"))
    assert own(phone) == ["too late for this phase"]


def test_LIVE_12_two_tabs_of_one_person(people: People, server: Server) -> None:
    room, phone = begin(people)
    second = phone.context.new_page()
    second.goto(f"{server.address}/w/{room.code}")
    people.live(second)
    add(phone, "from the first tab")
    add(second, "from the second tab")
    for tab in (phone, second):
        expect(tab.locator("#mine .card:not([data-kept])")).to_have_count(2)
        expect(tab.locator("#banner")).to_be_empty()
    # What one tab is writing does not appear in the other one's field.
    phone.fill("#card", "in the making")
    second.reload()
    people.live(second)
    expect(second.locator("#card")).to_have_value("")


def test_office_network_plain_http_under_a_name(people: People, server: Server) -> None:
    room, phone = begin(people, address=server.lan)
    assert phone.evaluate("() => window.isSecureContext") is False
    server.kill()
    add(phone, "kept without a secure context")
    expect(phone.locator(".outbox .card")).to_have_count(1)
    phone.wait_for_timeout(300)
    server.start()
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1, timeout=BACK)
    expect(room.console.locator("#board")).to_contain_text("1 card", timeout=BACK)


def test_storage_blocked_says_so_and_still_works(people: People, server: Server) -> None:
    room = people.workshop()
    context = people.context(viewport={"width": 390, "height": 844})
    context.add_init_script(
        """(() => {
          const no = () => { throw new DOMException("blocked", "SecurityError"); };
          IDBFactory.prototype.open = no;
          Storage.prototype.setItem = no;
        })()"""
    )
    phone = context.new_page()
    phone.goto(f"{server.address}/{room.code}")
    phone.get_by_role("button", name="Join").click()
    people.live(phone)
    room.start_next()
    expect(phone.locator("#card")).to_be_visible()
    add(phone, "from memory")
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1)
    expect(phone.locator("#alert")).to_contain_text("does not let us keep things")


def levertree(server: Server, *words: str) -> None:
    """A command of the host beside the stopped server."""
    env = {**os.environ, "LEVERTREE_DATA_DIR": str(server.folder)}
    env.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words], cwd=ROOT, env=env, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()


def test_LIVE_5_a_restored_server_gets_back_what_its_backup_lacks(people: People, server: Server) -> None:
    """Saved contributions stay on the phone for ten minutes: an older database is offered them again, once and in order."""
    room, phone = begin(people)
    add(phone, "in the backup")
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1)
    server.stop()
    backup = server.folder.parent / "backup"
    levertree(server, "backup", str(backup))
    server.start()
    people.live(phone)
    for n, text in enumerate(("after the backup", "and one more"), start=2):
        add(phone, text)
        expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(n, timeout=BACK)
    server.stop()
    levertree(server, "restore", str(backup))
    server.start()
    people.live(room.console)
    expect(room.console.locator("#board")).to_contain_text("3 cards", timeout=BACK)
    phone.reload()
    people.live(phone)
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(3, timeout=BACK)
    assert own(phone) == ["in the backup", "after the backup", "and one more"]


def test_a_seat_without_a_phone_is_acted_for_over_the_socket(people: People) -> None:
    room = people.workshop()
    answer = room.console.request.post(
        f"{room.address}/w/{room.code}/seats", form={"name": "Grandma"}, headers={"Origin": room.address}
    )
    assert answer.ok
    room.start_next()
    expect(room.console.locator("#board")).to_contain_text(re.compile("card", re.IGNORECASE))
    seat = room.context.new_page()
    seat.goto(f"{room.address}/w/{room.code}/seat/p2")
    people.live(seat)
    add(seat, "said aloud")
    expect(seat.locator("#mine .card:not([data-kept])")).to_have_count(1)
    expect(room.console.locator("#board")).to_contain_text("1 card")
