"""What is typed stays typed: others' changes, reloads, a phase that ends, a newer server (LIVE-5, 6, 10, 11)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import People, Server, Workshop

pytestmark = pytest.mark.timeout(120)
BACK = 20_000


def begin(people: People) -> tuple[Workshop, Page]:
    room = people.workshop()
    phone = people.phone(room.code, "Noor")
    room.start_next()
    expect(phone.locator("#card")).to_be_visible()
    return room, phone


def field_state(phone: Page) -> dict[str, Any]:
    state: dict[str, Any] = phone.evaluate(
        """() => { const f = document.activeElement;
        return { id: f.id, value: f.value, start: f.selectionStart, end: f.selectionEnd, scroll: scrollY,
                 open: document.querySelector("#parking").open, same: f === globalThis.field }; }"""
    )
    return state


# Somebody with very quick fingers: types a remark, sends it, waits until the field is empty again, and goes on.
WRITE = """async ([from, to]) => {
  const card = document.querySelector("#card");
  for (let n = from; n < to; n += 1) {
    card.value = `Remark ${n}`;
    card.form.requestSubmit();
    while (card.value) await new Promise((go) => setTimeout(go, 5));
    await new Promise((go) => setTimeout(go, 50));  // no faster than the room's limit for one person
  }
}"""


def test_LIVE_6_a_hundred_changes_disturb_nobody(people: People) -> None:
    room, phone = begin(people)
    other = people.phone(room.code, "Ana")
    room.console.locator('form[data-command="Reveal"] button').click()
    phone.locator("#card").press_sequentially("What I am writ")
    # Select a part of it, and open the parking lot's sheet.
    phone.evaluate(
        """() => { globalThis.field = document.querySelector("#card"); field.setSelectionRange(2, 6);
        document.querySelector("#parking").open = true; globalThis.blurs = 0;
        field.addEventListener("blur", () => { globalThis.blurs += 1; }); }"""
    )
    before = field_state(phone)
    other.evaluate(WRITE, [0, 20])
    phone.keyboard.press("End")
    phone.keyboard.type("ing")
    phone.evaluate("() => field.setSelectionRange(2, 6)")
    room.console.evaluate(WRITE, [20, 100])
    expect(phone.locator("#shared")).to_contain_text("Remark 99", timeout=BACK)
    after = field_state(phone)
    assert after == {**before, "value": "What I am writing", "scroll": after["scroll"]}
    assert phone.evaluate("() => globalThis.blurs") == 0
    phone.keyboard.press("End")
    phone.keyboard.type(" now")
    expect(phone.locator("#card")).to_have_value("What I am writing now")


def test_LIVE_6_a_word_being_composed_is_left_alone(people: People) -> None:
    room, phone = begin(people)
    other = people.phone(room.code, "Ana")
    phone.locator("#card").click()
    keys = phone.context.new_cdp_session(phone)
    keys.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    other.fill("#card", "meanwhile")
    other.locator('form[data-command="AddCard"] button').click()
    expect(room.console.locator("#board")).to_contain_text("1 card")
    room.console.locator('form[data-command="Reveal"] button').click()
    expect(phone.locator("#shared")).to_contain_text("meanwhile")
    keys.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    keys.send("Input.insertText", {"text": "日本"})
    expect(phone.locator("#card")).to_have_value("日本")


def test_LIVE_5_a_draft_survives_reload_and_crash(people: People, server: Server) -> None:
    room, phone = begin(people)
    phone.locator("#card").press_sequentially("not sent yet")
    phone.reload()
    people.live(phone)
    expect(phone.locator("#card")).to_have_value("not sent yet")
    expect(phone.locator("#card-count")).to_contain_text("12 of")
    # A closed tab leaves its draft to the next one.
    context = phone.context
    phone.close()
    again = context.new_page()
    again.goto(f"{server.address}/w/{room.code}")
    expect(again.locator("#card")).to_have_value("not sent yet", timeout=BACK)


def test_LIVE_10_a_phase_that_ends_offers_the_draft_as_late_entry(people: People) -> None:
    room, phone = begin(people)
    phone.locator("#card").press_sequentially("almost done wri")
    room.start_next()
    kept = phone.locator("#kept")
    expect(kept).to_contain_text("You were still writing")
    # Writing goes on where it was.
    phone.keyboard.type("ting")
    expect(kept.locator("textarea")).to_have_value("almost done writing")
    phone.reload()
    people.live(phone)
    expect(kept.locator("textarea")).to_have_value("almost done writing")
    kept.get_by_role("button", name="Send as late entry").click()
    expect(kept).to_have_count(0)
    room.console.locator('form[data-command="OpenPhase"] button').first.click()
    expect(phone.locator("#mine .card:not([data-kept])")).to_contain_text("almost done writing")


def test_LIVE_10_a_kept_draft_can_be_discarded(people: People) -> None:
    room, phone = begin(people)
    phone.locator("#card").press_sequentially("never mind")
    room.start_next()
    phone.locator("#kept").get_by_role("button", name="Discard").click()
    expect(phone.locator("#kept")).to_have_count(0)
    phone.reload()
    people.live(phone)
    expect(phone.locator("#kept")).to_have_count(0)


def test_LIVE_11_a_page_older_than_the_server_reloads_once_with_its_draft(
    people: People, server: Server
) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Noor")
    room.start_next()
    expect(phone.locator("#card")).to_be_visible()
    loads: list[str] = []
    phone.on("framenavigated", lambda frame: loads.append(frame.url))
    # The page believes to be of another build, as after a deploy.
    phone.locator("#card").press_sequentially("half a sen")
    phone.evaluate("() => { levertree.page.build = 'older'; }")
    server.stop()
    expect(phone.locator("#banner")).to_contain_text("Reconnecting", timeout=BACK)
    server.start()
    expect(phone.locator("#banner")).to_be_empty(timeout=BACK)
    phone.wait_for_function(
        "() => typeof levertree === 'object' && levertree.page.build !== 'older'", timeout=BACK
    )
    people.live(phone)
    expect(phone.locator("#card")).to_have_value("half a sen")
    expect(phone.locator("#card")).to_be_focused()
    phone.keyboard.type("tence")
    expect(phone.locator("#card")).to_have_value("half a sentence")
    phone.wait_for_timeout(1000)
    assert len(loads) == 1


def test_LIVE_4_a_reload_shows_what_the_live_screen_shows(people: People, server: Server) -> None:
    room, phone = begin(people)
    other = people.phone(room.code, "Ana")
    phone.fill("#card", "before")
    phone.locator('form[data-command="AddCard"] button').click()
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1)
    server.kill()
    server.start()
    people.live(phone)
    people.live(other)
    other.fill("#card", "after")
    other.locator('form[data-command="AddCard"] button').click()
    room.console.locator('form[data-command="Reveal"] button').click()
    expect(phone.locator("#shared")).to_contain_text("after", timeout=BACK)
    live = re.sub(r"\s+", " ", phone.locator("#shared").inner_text())
    phone.reload()
    assert re.sub(r"\s+", " ", phone.locator("#shared").inner_text()) == live
