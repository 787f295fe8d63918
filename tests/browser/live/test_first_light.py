"""One console, one phone: what one does appears on the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.server import People

pytestmark = pytest.mark.timeout(60)


def test_a_card_reaches_the_console(people: People) -> None:
    room = people.workshop(timezone_id="America/Sao_Paulo")
    phone = people.phone(room.code, "Noor")
    room.start_next()
    phone.fill("#card", "New teams never come back")
    phone.locator('form[data-command="AddCard"] button').click()
    expect(phone.locator("#mine .card:not([data-kept]) .card-text")).to_contain_text(
        "New teams never come back"
    )
    expect(room.console.locator("#board")).to_contain_text("1 card")
    # The set-up knows where the facilitator sits, and what "Q3 2027" means.
    room.console.locator("summary", has_text="Set-up").click()
    expect(room.console.locator("[data-zone]")).to_have_text("America/Sao_Paulo")
    expect(room.console.get_by_label("First day")).to_have_value("2027-07-01")
