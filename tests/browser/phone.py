"""What a participant can see and press, said in their words; the same rules as for the other screens (screens.py)."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.screens import SOON, Screen


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
        return (
            self.outline.get_by_role("listitem")
            .filter(has=self.page.locator(".kpi-name", has_text=name))
            .first
        )

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
        expect(self.row(kpi).locator(".kpi-word")).to_contain_text(kind, ignore_case=True, timeout=SOON)
        self.shut(sheet)

    def combine(self, kpi: str, one: str, other: str, sign: str) -> None:
        """Say the sign between two neighbours, whichever of them came first."""
        sheet = self.change(kpi)
        there, back = (self.group(f"Between {a} and {b}", sheet) for a, b in ((one, other), (other, one)))
        self.press(self.button(sign, there.or_(back)))
        mark = {"times": "×", "plus": "+", "minus": "−", "divided by": "÷"}[sign]
        expect(self.row(kpi).locator(".kpi-op")).to_contain_text(mark, timeout=SOON)
        self.shut(sheet, stays=True)

    def drive(self, kpi: str) -> None:
        sheet = self.change(kpi)
        self.press(self.button("They drive it, no formula", sheet))
        expect(self.row(kpi).locator(".kpi-op")).to_contain_text("driven by", timeout=SOON)
        self.shut(sheet)

    # -- numbers ----------------------------------------------------------------------------------------------------
    def number_sheet(self, kpi: str) -> Locator:
        return self.fold(re.compile(rf"the number of {re.escape(kpi)}$"))

    def enter_number(self, kpi: str, shown: str, fields: dict[str, str], rhythm: str = "") -> None:
        """Fill the sheet of a KPI: `fields` from the beginning of a label to what is typed or chosen there."""
        sheet = self.number_sheet(kpi)
        for label, value in fields.items():
            field = sheet.get_by_label(re.compile(rf"^{re.escape(label)}")).first
            if label == "Good is":
                field.select_option(label=value)
            else:
                field.fill(value)
        if rhythm:
            more = self.fold(re.compile("^Rhythm"), sheet)
            more.get_by_role("combobox", name=re.compile("^Read")).select_option(label=rhythm)
        self.press(self.button("Save the number", sheet))
        expect(self.row(kpi).locator(".kpi-value")).to_contain_text(shown, timeout=SOON)
        self.shut(sheet)

    def paste_readings(self, kpi: str, readings: str, shown: str) -> None:
        sheet = self.number_sheet(kpi)
        fold = self.fold(re.compile("^Paste past readings"), sheet)
        fold.get_by_role("textbox", name=re.compile("^Past readings")).fill(readings)
        self.press(self.button("Use mean and spread", fold))
        expect(self.row(kpi).locator(".kpi-value")).to_contain_text(shown, timeout=SOON)
        self.shut(sheet)

    # -- levers -----------------------------------------------------------------------------------------------------
    def declare(self, kpi: str, hands: str) -> None:
        """Whose hands is it in: ours, shared, outside."""
        choice = self.button(hands.capitalize(), self.group(f"In whose hands is {kpi}?"))
        self.press(choice)
        expect(choice).to_have_attribute("aria-pressed", "true", timeout=SOON)

    def describe(self, kpi: str, notice: str, step: str, segment: str = "") -> None:
        sheet = self.fold(f"Describe the lever: {kpi}")
        sheet.get_by_role("textbox", name=re.compile("^If it got better")).fill(notice)
        sheet.get_by_role("textbox", name=re.compile("^One realistic step")).fill(step)
        if segment:
            sheet.get_by_role("textbox", name=re.compile("^For whom")).fill(segment)
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

    def vote_once_too_often(self, kpi: str) -> None:
        """Tap for one dot more than is left, in a moment without network: one is taken, the other refused in words."""
        before = int(self.votes_on(kpi).inner_text())
        self.page.context.set_offline(True)
        self.shows("No network", within=3 * SOON)
        self.press(self.more(kpi))
        self.press(self.more(kpi))
        self.page.context.set_offline(False)
        self.refused(re.compile("no dots left", re.IGNORECASE))
        self.live()
        expect(self.votes_on(kpi)).to_have_text(str(before + 1), timeout=SOON)

    # -- guardrails -------------------------------------------------------------------------------------------------
    def guard(self, name: str, side: str, limit: str, unit: str, now: str, watcher: str) -> None:
        sheet = self.fold("Add a guardrail")
        sheet.get_by_role("textbox", name="What must not get worse?").fill(name)
        sheet.get_by_role("combobox", name="It must stay").select_option(side)
        sheet.get_by_role("textbox", name=re.compile("^Limit")).fill(limit)
        sheet.get_by_role("textbox", name=re.compile("^Unit")).fill(unit)
        sheet.get_by_role("textbox", name=re.compile("^Today’s value")).fill(now)
        sheet.get_by_role("textbox", name=re.compile("^Who watches it")).fill(watcher)
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
        return self.group(re.compile("^How sure are you"))

    def give_return(self, points: int) -> None:
        self.mark(self.group("Was it worth your time?").last, points)

    def next_step(self, what: str, who: str) -> None:
        self.page.get_by_role("textbox", name="A next step", exact=True).fill(what)
        self.page.get_by_role("textbox", name="Who does it?").last.fill(who)
        self.press(self.button("Add").first)
        self.shows(what)

    # -- draft and commit ---------------------------------------------------------------------------------------------
    def objective(self, kpi: str) -> Locator:
        """The objective that has a key result on this KPI."""
        return (
            self.page.get_by_role("region", name=re.compile("^Objective")).filter(has=self._titled(kpi)).first
        )

    def key_result(self, kpi: str) -> Locator:
        return self.objective(kpi).get_by_role("listitem").filter(has=self._titled(kpi)).first

    def _titled(self, kpi: str) -> Locator:
        return self.page.locator(".kr-title").filter(has_text=kpi)

    def set_target(self, kpi: str, target: str) -> None:
        row = self.key_result(kpi)
        sheet = self.fold(re.compile("^Edit"), row)
        sheet.get_by_role("textbox", name=re.compile("^Target")).fill(target)
        self.press(self.button("Save the key result", sheet))
        expect(row.locator(".kr-move")).to_contain_text(target, timeout=SOON)
        self.shut(sheet)

    def word_objective(self, kpi: str, words: str) -> None:
        region = self.objective(kpi)
        sheet = self.fold(re.compile("^Word"), region)
        sheet.get_by_role("textbox", name=re.compile("^What will people notice")).fill(words)
        self.press(self.button("Save the objective", sheet))
        expect(region.get_by_role("heading", name=words)).to_be_visible(timeout=SOON)
        self.shut(sheet)

    def set_aside(self, kpi: str, reason: str) -> None:
        """Say why a remark of the checks is fine here."""
        row = self.key_result(kpi)
        fold = self.fold(re.compile("^Set aside"), row)
        fold.get_by_role("textbox", name=re.compile("^It is fine here")).fill(reason)
        self.press(self.button("Set aside", fold))
        expect(row).to_contain_text(reason, timeout=SOON)

    def objectives(self) -> list[str]:
        return [words.strip() for words in self.page.locator("h2.objective").all_inner_texts()]

    def key_results(self) -> list[tuple[str, str, str]]:
        """Every key result as it stands on the screen: its name, from, to."""
        found = []
        for row in self.page.get_by_role("listitem").filter(has=self.page.locator(".kr-title")).all():
            name = row.locator(".kr-title b").first.inner_text().strip()
            numbers = re.findall(r"[\d.,]*\d", row.locator(".kr-move .nowrap").first.inner_text())
            found.append((name, numbers[0], numbers[-1]))
        return found

    def own_objective(self, kpi: str, person: str) -> None:
        region = self.objective(kpi)
        self._name_owner(region, re.compile("owner.*objective", re.IGNORECASE), person)

    def own_key_result(self, kpi: str, person: str) -> None:
        self._name_owner(self.key_result(kpi), re.compile("owner.*key result", re.IGNORECASE), person)

    def _name_owner(self, where: Locator, handle: re.Pattern[str], person: str) -> None:
        sheet = self.fold(handle, where)
        sheet.get_by_role("combobox", name=re.compile("^Somebody in the room")).select_option(label=person)
        self.press(self.button("Save the owner", sheet))
        self.shut(sheet)
        expect(where.locator("summary").filter(has_text=person).first).to_be_visible(timeout=SOON)

    def set_mode(self, kpi: str, mode: str) -> None:
        choice = self.button(mode, self.group("Commitment or stretch", self.objective(kpi)))
        self.press(choice)
        expect(choice).to_have_attribute("aria-pressed", "true", timeout=SOON)

    def plan_evidence(self, kpi: str, signal: str, test: str, decides: str) -> None:
        sheet = self.fold(re.compile("evidence plan", re.IGNORECASE), self.key_result(kpi))
        sheet.get_by_role("textbox", name=re.compile("^What moves first")).fill(signal)
        sheet.get_by_role("textbox", name=re.compile("^What will we test")).fill(test)
        sheet.get_by_role("textbox", name=re.compile("^What decides")).fill(decides)
        self.press(self.button("Save the plan", sheet))
        self.shut(sheet)

    def fingers(self) -> Locator:
        return self.group(re.compile("."), self.page.get_by_role("region", name="Your fingers"))


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
