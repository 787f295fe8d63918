"""Page objects: what a facilitator, a participant and a visitor can see and press, said in their words.

Tests talk to these classes; only here stands how a control is found: by its role, its label or its words, never by a class
name or an id. Every action waits until its effect is on the screen, so that what a test did is what the server acknowledged.
Nothing here sends anything by itself: no fetch, no socket, no script that acts for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

SOON = 10_000


@dataclass
class Screen:
    """One page of the workshop. `touch` taps instead of clicking, as on a phone."""

    page: Page
    name: str
    touch: bool = False

    # -- finding ----------------------------------------------------------------------------------------------------
    def button(self, words: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """A button by its accessible name."""
        exact = isinstance(words, str)
        return (within or self.page).get_by_role("button", name=words, exact=exact)

    def press(self, target: Locator | str | re.Pattern[str]) -> None:
        """Tap on a phone, click elsewhere."""
        found = self.button(target) if isinstance(target, (str, re.Pattern)) else target
        if self.touch:
            found.tap()
        else:
            found.click()

    def fold(self, label: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """A sheet or panel by the words or the label on its handle; opened if it was shut."""
        root = within or self.page
        handle = root.locator("summary").and_(
            root.get_by_label(label, exact=isinstance(label, str)).or_(
                root.get_by_text(label, exact=isinstance(label, str))
            )
        )
        if handle.count() == 0:
            handle = root.locator("summary").filter(has_text=label)
        handle = handle.first
        expect(handle).to_be_visible(timeout=SOON)
        fold = handle.locator("xpath=..")
        if fold.get_attribute("open") is None:
            self.press(handle)
            expect(fold).to_have_attribute("open", "", timeout=SOON)
        return fold

    def shut(self, fold: Locator) -> None:
        """Close a sheet with its own bar, which covers what lies under it."""
        if fold.get_attribute("open") is not None:
            fold.locator("> summary").press("Enter")

    # -- reading ----------------------------------------------------------------------------------------------------
    def shows(self, words: str | re.Pattern[str], within: float = SOON) -> None:
        """The words are somewhere on the screen, in sight or a scroll away."""
        expect(self.page.locator("body")).to_contain_text(words, timeout=within, use_inner_text=True)

    def hides(self, words: str) -> None:
        """The words are nowhere to be seen."""
        expect(self.page.locator("body")).not_to_contain_text(words, timeout=SOON, use_inner_text=True)

    @property
    def text(self) -> str:
        """Everything that can be read on the screen now."""
        return self.page.locator("body").inner_text()

    @property
    def clock(self) -> Locator:
        return self.page.get_by_role("timer").first

    def seconds_left(self) -> int:
        """What the clock shows, in seconds."""
        found = re.search(r"([−-]?)(\d+):(\d\d)", self.clock.inner_text())
        assert found is not None, f"{self.name}: the clock shows {self.clock.inner_text()!r}"
        seconds = int(found[2]) * 60 + int(found[3])
        return -seconds if found[1] else seconds

    def live(self) -> None:
        """Connected and greeted, nothing to worry about on top of the page."""
        expect(self.page.locator("html[data-live=on]")).to_be_attached(timeout=3 * SOON)
        expect(self.page.locator("#banner")).to_be_empty(timeout=3 * SOON)

    def refused(self, sentence: str | re.Pattern[str]) -> None:
        """A clear sentence says what was not taken and why."""
        expect(self.page.get_by_role("alert").first).to_contain_text(sentence, timeout=SOON)


class Wall(Screen):
    """The projector: shows, and has nothing to press."""


class Console(Screen):
    """The facilitator's laptop."""

    def next_phase(self, title: str) -> None:
        """Press the one button that leads on; it says where to."""
        self.press(re.compile(rf"^(Start|Next): {re.escape(title)}$"))
        expect(self.page.get_by_role("navigation", name="Agenda").get_by_text(title).first).to_be_visible()
        expect(self.page.locator("[aria-current=step]")).to_contain_text(title, timeout=SOON)

    def reveal(self) -> None:
        self.press("Reveal")
        expect(self.button(re.compile("^Hide"))).to_be_visible(timeout=SOON)

    def pause(self) -> None:
        self.press("Pause")

    def resume(self) -> None:
        self.press("Resume")

    def one_minute_more(self) -> None:
        self.press("One minute more")

    def join_address(self) -> str:
        """The address in the sheet with the QR code, as a person would type it."""
        sheet = self.fold(re.compile("^QR"))
        found = re.search(r"https?://\S+/[A-Z0-9-]+", sheet.inner_text())
        self.shut(sheet)
        assert found is not None, "the sheet with the QR code says no address"
        return found[0].rstrip(".")

    def code(self) -> str:
        """The code to join, as it stands on the console."""
        found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", self.text)
        assert found is not None, "the console shows no code to join"
        return found[0]

    def adopt(self, candidate: str) -> None:
        self.press(self.button(f"Adopt {candidate}"))
        self.shows("adopted")


class Phone(Screen):
    """A participant's phone."""

    def done(self) -> None:
        self.press("I’m done")
        expect(self.button("Not done yet")).to_be_visible(timeout=SOON)

    # -- frame ------------------------------------------------------------------------------------------------------
    def write(self, text: str, saved: bool = True) -> None:
        """Write a card; `saved` waits until the server has it."""
        self.page.get_by_role("textbox", name="Your card", exact=True).fill(text)
        self.press(self.button("Add").first)
        if saved:
            expect(self.own_card(text)).to_contain_text("Saved", timeout=SOON)

    def own_card(self, text: str) -> Locator:
        return self.page.get_by_role("list", name="Your cards").get_by_role("listitem").filter(has_text=text)

    def put(self, card: str, under: str) -> None:
        """Group by two taps: pick a card up, say where it belongs."""
        cards = self.page.get_by_role("list", name="Cards", exact=True)
        self.press(cards.get_by_text(card, exact=True))
        place = cards.get_by_role("listitem").filter(has_text=under).first
        self.press(self.button("Put it here", place).first)

    # -- north star -------------------------------------------------------------------------------------------------
    def propose(self, text: str, reason: str) -> None:
        field = self.page.get_by_role("textbox", name="Propose a number")
        field.fill(text)
        self.page.get_by_role("textbox", name="Why this one? (optional)").last.fill(reason)
        self.press("Propose")
        expect(self.candidate(text)).to_be_visible(timeout=SOON)

    def candidate(self, text: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(re.escape(text))).first

    def choose(self, text: str) -> None:
        self.press(self.candidate(text))
        expect(self.candidate(text)).to_have_attribute("aria-pressed", "true", timeout=SOON)

    # -- tree -------------------------------------------------------------------------------------------------------
    @property
    def outline(self) -> Locator:
        return self.page.get_by_role("list", name=re.compile("^KPI")).first

    def row(self, kpi: str) -> Locator:
        """The line of a KPI in the outline."""
        name = re.compile(rf"^\s*{re.escape(kpi)}\s*$")
        return self.outline.get_by_role("listitem").filter(has=self.page.get_by_text(name)).first

    def kpis(self) -> set[str]:
        """The names in the outline, as far as the server has shown them."""
        return {words.strip() for words in self.outline.locator(".kpi-name").all_inner_texts()}

    def grow(self, kpi: str, under: str, saved: bool = True) -> None:
        """Add a KPI below another one."""
        place = self.page.get_by_role("combobox", name="Under", exact=True)
        option = place.locator("option").filter(has_text=re.compile(rf"{re.escape(under)}\s*$")).first
        place.select_option(value=option.get_attribute("value"))
        self.page.get_by_role("textbox", name="A number that moves it").fill(kpi)
        self.press(self.button("Add").first)
        if saved:
            expect(self.row(kpi)).to_be_visible(timeout=SOON)

    def change(self, kpi: str) -> Locator:
        """Open the sheet of a KPI: tap its row, then Change."""
        handle = self.page.locator("summary").and_(self.page.get_by_label(f"Change {kpi}", exact=True))
        if not handle.is_visible():
            self.press(self.row(kpi).get_by_role("link", name=kpi, exact=True))
        return self.fold(f"Change {kpi}")

    def say_kind(self, kpi: str, kind: str) -> None:
        sheet = self.change(kpi)
        self.press(self.button(re.compile(rf"^{kind}", re.IGNORECASE), sheet).first)
        expect(self.row(kpi)).to_contain_text(kind, ignore_case=True, timeout=SOON)
        self.shut(sheet)

    def combine(self, kpi: str, left: str, right: str, sign: str) -> None:
        sheet = self.change(kpi)
        group = sheet.get_by_role("group", name=f"Between {left} and {right}")
        self.press(group.get_by_role("button", name=sign, exact=True))
        self.shut(sheet)
        mark = {"times": "×", "plus": "+", "minus": "−", "divided by": "÷"}[sign]
        expect(self.row(kpi)).to_contain_text(mark, timeout=SOON)

    def drive(self, kpi: str) -> None:
        sheet = self.change(kpi)
        self.press(self.button("They drive it, no formula", sheet))
        expect(self.row(kpi)).to_contain_text("driven by", timeout=SOON)
        self.shut(sheet)

    # -- numbers ----------------------------------------------------------------------------------------------------
    def number_sheet(self, kpi: str) -> Locator:
        return self.fold(f"Number of {kpi}")

    def enter_number(self, kpi: str, shown: str, **fields: str) -> None:
        """Fill the sheet of a KPI; keys are the first words of the labels: baseline, spread, unit, good_is, read, owner, source."""
        sheet = self.number_sheet(kpi)
        for key, value in fields.items():
            field = sheet.get_by_label(re.compile(rf"^{key.replace('_', ' ')}", re.IGNORECASE)).first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        self.press(self.button("Save the number", sheet))
        expect(self.row(kpi)).to_contain_text(shown, timeout=SOON)
        self.shut(sheet)

    def paste_readings(self, kpi: str, readings: str, shown: str) -> None:
        sheet = self.number_sheet(kpi)
        sheet.get_by_label(re.compile("paste", re.IGNORECASE)).first.fill(readings)
        self.press(self.button("Compute mean and spread", sheet))
        expect(self.row(kpi)).to_contain_text(shown, timeout=SOON)
        self.shut(sheet)

    # -- levers -----------------------------------------------------------------------------------------------------
    def declare(self, kpi: str, hands: str) -> None:
        """Whose hands is it in: ours, shared, outside."""
        choice = self.button(
            hands.capitalize(), self.page.get_by_role("group", name=f"In whose hands is {kpi}?")
        )
        self.press(choice)
        expect(choice).to_have_attribute("aria-pressed", "true", timeout=SOON)

    def describe(self, kpi: str, notice: str, step: str, segment: str = "") -> None:
        sheet = self.fold(f"Describe the lever: {kpi}")
        sheet.get_by_label(re.compile("^If it got better")).fill(notice)
        sheet.get_by_label(re.compile("^One realistic step")).fill(step)
        if segment:
            sheet.get_by_label(re.compile("^For whom")).fill(segment)
        self.press(self.button("Save", sheet))
        self.shows(notice)

    # -- vote -------------------------------------------------------------------------------------------------------
    def more(self, kpi: str) -> Locator:
        return self.button(f"One dot more: {kpi}")

    def votes_on(self, kpi: str) -> Locator:
        return self.page.get_by_role("status", name=kpi, exact=True)

    def vote(self, kpi: str, dots: int) -> None:
        """Place dots one by one, waiting each time until the number has moved."""
        for number in range(1, dots + 1):
            self.press(self.more(kpi))
            expect(self.votes_on(kpi)).to_have_text(str(number), timeout=SOON)

    # -- guardrails -------------------------------------------------------------------------------------------------
    def guard(self, name: str, side: str, limit: str, unit: str, now: str, watcher: str) -> None:
        sheet = self.fold("Add a guardrail")
        sheet.get_by_label("What must not get worse?").fill(name)
        sheet.get_by_label("It must stay").select_option(side)
        sheet.get_by_label(re.compile("^Limit")).fill(limit)
        sheet.get_by_label(re.compile("^Unit")).fill(unit)
        sheet.get_by_label(re.compile("^Today’s value")).fill(now)
        sheet.get_by_label(re.compile("^Who watches it")).fill(watcher)
        self.press(self.button("Add the guardrail", sheet))
        expect(
            self.page.get_by_role("list", name="Guardrails").get_by_role("listitem").filter(has_text=name)
        ).to_contain_text(watcher, timeout=SOON)

    # -- challenge and close ----------------------------------------------------------------------------------------
    def mark(self, group: Locator, points: int) -> None:
        """Give a mark on a scale of 1 to 5."""
        choice = group.get_by_role("button", name=re.compile(rf"^{points}\b"))
        self.press(choice)
        expect(choice).to_have_attribute("aria-pressed", "true", timeout=SOON)

    def claims(self) -> Locator:
        return self.page.get_by_role("group", name=re.compile("^How sure are you"))


def join_by_code(page: Page, home: str, code: str, name: str) -> Phone:
    """From the first page: type the code, say a name."""
    page.goto(home)
    page.get_by_label(re.compile("^Code")).fill(code)
    page.get_by_role("button", name="Join").tap()
    return _say_name(page, name)


def join_by_link(page: Page, link: str, name: str) -> Phone:
    """As from the QR code: the link leads straight to the name."""
    page.goto(link)
    return _say_name(page, name)


def _say_name(page: Page, name: str) -> Phone:
    page.get_by_label(re.compile("^Your name")).fill(name)
    page.get_by_role("button", name="Join").tap()
    phone = Phone(page, name, touch=True)
    phone.live()
    return phone
