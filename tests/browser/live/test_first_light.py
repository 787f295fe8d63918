"""One console, one phone: what one does appears on the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.server import People

pytestmark = pytest.mark.timeout(60)


def test_a_card_reaches_the_console(people: People) -> None:
    room = people.workshop()
    phone = people.phone(room.code, "Noor")
    room.start_next()
    phone.fill("#card", "New teams never come back")
    phone.locator('form[data-command="AddCard"] button').click()
    expect(phone.locator("#mine .card:not([data-kept]) .card-text")).to_contain_text(
        "New teams never come back"
    )
    expect(room.console.locator("#board")).to_contain_text("1 card")
