"""The server's clock on every screen, the end said by sound and text, the link's health, and the keyboard (LIVE-8, 10)."""

from __future__ import annotations

import json
import os
import re
import signal
import time

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.server import People, Server

pytestmark = pytest.mark.timeout(120)
BACK = 20_000

# A phone whose own clock is seven minutes ahead, and which counts the tones it plays.
SHIFTED = """(() => {
  const Real = Date, ahead = 7 * 60000;
  globalThis.Date = class extends Real {
    constructor(...rest) { rest.length ? super(...rest) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...rest) { globalThis.tones += 1; return start.apply(this, rest); };
})()"""


def seconds(page: Page) -> float:
    """What the page's clock shows, to the millisecond, by its own reckoning."""
    left: float = page.evaluate(
        "() => Number(document.querySelector('[data-clock]').dataset.deadline) - levertree.clock.now()"
    )
    return left / 1000


def test_LIVE_10_all_screens_agree_whatever_their_own_clock_says(people: People) -> None:
    room = people.workshop()
    context = people.context(viewport={"width": 390, "height": 844})
    context.add_init_script(SHIFTED)
    phone = context.new_page()
    phone.goto(f"{room.address}/{room.code}")
    phone.get_by_role("button", name="Join").click()
    people.live(phone)
    room.start_next()
    expect(phone.locator("[data-clock-text]")).to_have_text(re.compile(r"^[78]:\d\d$"))
    phone.wait_for_timeout(2000)  # the quick samples after the welcome
    deadline = int(phone.locator("[data-clock]").get_attribute("data-deadline") or 0)
    for page in (phone, room.console):
        # Our own process shares the server's clock: the true answer.
        truth = deadline / 1000 - time.time()
        assert abs(seconds(page) - truth) < 0.25
    room.console.locator('form[data-command="PauseClock"] button').click()
    expect(phone.locator("[data-clock]")).to_have_attribute("data-state", "paused")
    shown = phone.locator("[data-clock-text]").inner_text()
    expect(room.console.locator("[data-clock-text]")).to_have_text(shown)
    phone.wait_for_timeout(1200)
    expect(phone.locator("[data-clock-text]")).to_have_text(shown)


def test_LIVE_10_one_minute_and_the_end_are_said_and_sounded(people: People) -> None:
    room = people.workshop(title="Sound")
    console = room.console
    console.context.add_init_script(SHIFTED)
    console.reload()
    people.live(console)
    room.start_next()
    expect(console.locator("[data-clock-text]")).to_have_text(re.compile(r"^[78]:\d\d$"))
    # Time passes faster for this page: its measured clock jumps to shortly before the two moments.
    jump = """(left) => {
      const clock = document.querySelector('[data-clock]');
      const now = levertree.clock.now();
      const skip = Number(clock.dataset.deadline) - now - left;
      for (let n = 0; n < 12; n += 1) levertree.clock.sample(performance.now(), performance.now(), now + skip);
    }"""
    console.evaluate(jump, 60_600)
    expect(console.locator("#say")).to_contain_text("One minute left", timeout=5000)
    assert console.evaluate("() => globalThis.tones") == 1
    console.evaluate(jump, 600)
    expect(console.locator("#say")).to_contain_text("Time is up", timeout=5000)
    assert console.evaluate("() => globalThis.tones") == 3
    expect(console.locator("[data-clock-text]")).to_have_text(re.compile(r"^\+0:0\d$"))
    expect(console.locator("[data-clock]")).to_have_attribute("data-state", "over")


def test_LIVE_8_a_silent_link_is_noticed_after_waking_up(people: People, server: Server) -> None:
    """The server is frozen, so the socket stays open and says nothing: only the probe can find out."""
    room = people.workshop()
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGSTOP)
    try:
        # What the server had sent before is on its way still: arriving behind the question, it would count as the answer.
        room.console.wait_for_timeout(700)
        room.console.evaluate("() => dispatchEvent(new Event('online'))")
        began = time.monotonic()
        expect(room.console.locator("html")).to_have_attribute("data-live", "off", timeout=5000)
        assert time.monotonic() - began < 3.5
        expect(room.console.locator("#banner")).to_contain_text("Reconnecting", timeout=5000)
    finally:
        os.killpg(server.process.pid, signal.SIGCONT)
    expect(room.console.locator("#banner")).to_be_empty(timeout=BACK)
    people.live(room.console)


def test_LIVE_8_a_silent_link_is_noticed_by_the_heartbeat(people: People, server: Server) -> None:
    room = people.workshop()
    assert server.process is not None
    room.console.wait_for_timeout(2000)  # the quick samples are over, the calm rhythm has begun
    os.killpg(server.process.pid, signal.SIGSTOP)
    try:
        expect(room.console.locator("html")).to_have_attribute("data-live", "off", timeout=21_000)
    finally:
        os.killpg(server.process.pid, signal.SIGCONT)
    people.live(room.console)


def test_LIVE_8_a_tab_whose_timers_rest_keeps_its_link_and_answers_the_server(people: People) -> None:
    """Browsers hold back the timers of a tab that is hidden for minutes. Here the page's clock stands still, then jumps by a
    minute as such a timer does; the line between is ours, to watch it, to ask over it and, as the control, to let it go dead."""
    room = people.workshop()
    sockets: list[WebSocketRoute] = []
    said: list[str] = []
    dead = False

    def between(page_side: WebSocketRoute) -> None:
        sockets.append(page_side)
        server_side = page_side.connect_to_server()

        def up(message: str | bytes) -> None:
            said.append(str(message))
            if not dead:
                server_side.send(message)

        page_side.on_message(up)

    console = room.context.new_page()
    console.route_web_socket(re.compile(r"/ws/"), between)
    console.clock.install()
    console.goto(room.console.url)
    people.live(console)
    console.clock.run_for(2000)  # the quick samples are over
    console.clock.pause_at(console.evaluate("() => Date.now() + 2000"))
    for _ in range(3):
        console.clock.fast_forward(60_000)
        expect(console.locator("html")).to_have_attribute("data-live", "on")
        console.wait_for_timeout(300)
    assert len(sockets) == 1
    # No timer runs now, and still the server's question is answered.
    known = len(said)
    sockets[0].send('{"t":"probe"}')
    console.wait_for_timeout(300)
    assert [json.loads(text)["t"] for text in said[known:]] == ["ping"]
    # The control: when nothing comes back, the same timers, late as they are, give the line up.
    dead = True
    console.clock.fast_forward(60_000)
    for _ in range(2):
        console.clock.fast_forward(60_000)
    expect(console.locator("html")).to_have_attribute("data-live", "off")


def test_a_seat_that_is_gone_is_said_and_nothing_is_lost(people: People, server: Server) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Noor")
    room.start_next()
    expect(phone.locator("#card")).to_be_visible()
    phone.locator("#card").press_sequentially("still here")
    phone.context.clear_cookies()
    server.kill()
    server.start()
    expect(phone.locator("#banner")).to_contain_text("no longer have a seat", timeout=BACK)
    expect(phone.locator("#banner a")).to_have_attribute("href", f"/{room.code}")
    expect(phone.locator("#card")).to_have_value("still here")


def test_shortcuts_are_listed_work_and_can_be_switched_off(people: People) -> None:
    console = people.workshop().console
    console.keyboard.press("?")
    dialog = console.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Start:")
    console.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    console.keyboard.press("n")
    expect(console.locator('form[data-command="PauseClock"]')).to_be_visible()
    console.keyboard.press("?")
    dialog.get_by_label("Single keys work").uncheck()
    dialog.get_by_role("button", name="Close").click()
    console.keyboard.press("p")
    console.wait_for_timeout(500)
    expect(console.locator('form[data-command="PauseClock"]')).to_be_visible()


def test_enter_escape_and_the_growing_field(people: People) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Noor")
    room.start_next()
    card = phone.locator("#card")
    low = card.bounding_box()
    card.fill("one\ntwo\nthree\nfour\nfive")
    high = card.bounding_box()
    assert low and high and high["height"] > low["height"]
    expect(phone.locator("#card-count")).to_have_text(re.compile(r"^23 of"))
    card.press("Control+Enter")
    expect(phone.locator("#mine .card:not([data-kept])")).to_have_count(1)
    expect(card).to_be_focused()
    phone.locator("#parking > summary").click()
    phone.fill("#park", "For later")
    phone.press("#park", "Enter")
    expect(phone.locator("#parking")).to_contain_text("For later")
    phone.keyboard.press("Escape")
    expect(phone.locator("#parking")).not_to_have_attribute("open", "")
    expect(phone.locator("#parking > summary")).to_be_focused()


def test_new_things_are_marked_and_spoken_once_for_all(people: People) -> None:
    room = people.workshop()
    one, two = people.phone(room.code, "Noor"), people.phone(room.code, "Ana")
    room.start_next()
    for page, text in ((one, "first"), (two, "second")):
        page.fill("#card", text)
        page.locator('form[data-command="AddCard"] button').click()
        expect(page.locator("#mine .card:not([data-kept])")).to_have_count(1)
    room.console.locator('form[data-command="Reveal"] button').click()
    expect(one.locator("#shared .card")).to_have_count(2)
    two.fill("#card", "third")
    two.locator('form[data-command="AddCard"] button').click()
    expect(one.locator("#shared .is-new")).to_have_count(1)
    expect(one.locator("#shared .is-new")).to_contain_text("third")
    expect(one.locator("#say")).to_contain_text("New: third", timeout=8000)
    expect(one.locator("#shared .is-new")).to_have_count(0, timeout=8000)
