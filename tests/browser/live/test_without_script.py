"""LIVE-13: with JavaScript switched off the same forms work, and a reload shows what others did."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.phone import Phone
from tests.browser.screens import Console
from tests.browser.server import People, Server

pytestmark = pytest.mark.timeout(90)


def test_LIVE_13_join_card_and_done(people: People, server: Server) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Ana", java_script_enabled=False)
    expect(phone.locator("#shared")).to_contain_text("Ana")
    room.start_next()
    expect(room.console.locator("#board")).to_contain_text(re.compile("card", re.IGNORECASE))
    phone.reload()
    phone.fill("#card", "By post")
    phone.locator('form[data-command="AddCard"] button').click()
    expect(phone.locator("#mine .card")).to_contain_text("By post")
    expect(room.console.locator("#board")).to_contain_text("1 card")
    phone.locator('form[data-command="MarkDone"] button').click()
    expect(phone.locator('form[data-command="UnmarkDone"] button')).to_be_visible()
    expect(room.console.locator("#aside")).to_contain_text("done")


def test_LIVE_13_a_vote_by_post_counts_and_can_be_taken_back(people: People) -> None:
    room = people.workshop()
    console = Console(room.console, "console")
    li = Phone(people.phone(room.code, "Li"), "Li", touch=True)
    phone = people.phone(room.code, "Ana", java_script_enabled=False)
    console.open_phase("North star")
    li.propose("Weekly activated teams", "It grows only with value")
    console.adopt_now("Weekly activated teams")
    console.open_phase("KPI tree")
    li.grow("Week-1 checklist", "Weekly activated teams")
    console.open_phase("Levers")
    li.declare("Week-1 checklist", "ours")
    console.open_phase("Vote")
    phone.reload()
    for _ in range(3):
        phone.locator('form[data-command="CastVote"] button').click()
    phone.locator('form[data-command="TakeVoteBack"] button').click()
    expect(phone.get_by_role("main")).to_contain_text("3 dots left")
    console.reveal()
    expect(console.page.get_by_role("table")).to_contain_text("2 votes")
    phone.reload()
    expect(phone.get_by_role("table")).to_contain_text("2 votes")


def test_LIVE_13_the_console_works_too(people: People, server: Server) -> None:
    context = people.context(java_script_enabled=False)
    console = context.new_page()
    console.goto(f"{server.address}/new")
    console.fill("[name=title]", "Without script")
    console.get_by_role("button", name="Make the workshop").click()
    console.locator('form[data-command="NextPhase"] button').click()
    expect(console).to_have_url(re.compile("/console$"))
    expect(console.locator('form[data-command="PauseClock"] button')).to_be_visible()


def test_LIVE_2_13_a_form_sent_twice_counts_once(people: People, server: Server) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Ana", java_script_enabled=False)
    room.start_next()
    expect(room.console.locator('form[data-command="PauseClock"]')).to_be_visible()
    phone.reload()
    fields = {
        field.get_attribute("name") or "": field.get_attribute("value") or ""
        for field in phone.locator('form[data-command="AddCard"] input[type=hidden]').all()
    }
    sent = {**fields, "text": "tapped twice"}
    for _ in range(2):
        answer = phone.request.post(phone.url, form=sent, headers={"Origin": server.address})
        assert answer.ok
    phone.reload()
    expect(phone.locator("#mine .card")).to_have_count(1)


def test_LIVE_13_refused_words_are_shown_to_copy(people: People, server: Server) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Ana", java_script_enabled=False)
    room.start_next()
    expect(room.console.locator('form[data-command="PauseClock"]')).to_be_visible()
    phone.reload()
    phone.fill("#card", "A thought that comes too late to be a card")
    room.start_next()
    expect(room.console.locator("#agenda [aria-current]")).to_contain_text(
        re.compile("north star", re.IGNORECASE)
    )
    phone.locator('form[data-command="AddCard"] button').click()
    expect(phone.locator("#typed")).to_have_value("A thought that comes too late to be a card")
    expect(phone.get_by_role("alert").first).to_contain_text("not open")
    phone.get_by_role("link", name="Back to the workshop").click()
    expect(phone).to_have_url(re.compile(f"/w/{room.code}$"))
