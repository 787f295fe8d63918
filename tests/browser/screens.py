"""Page objects: what a facilitator, a participant and a visitor can see and press, said in their words.

Tests talk to these classes; only here stands how a control is found: by its role, its label or its words. (A few class names
remain where a part of a row is read, as the kind of a KPI; nothing is pressed by one.) Every action waits until its effect is
on the screen, so that what a test did is what the server acknowledged. Nothing here sends anything by itself: no fetch, no
socket, no script that acts for a person.
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

    def group(self, name: str | re.Pattern[str], within: Locator | None = None) -> Locator:
        """A set of controls by its name, however it is marked up."""
        root = within or self.page
        exact = isinstance(name, str)
        return root.get_by_role("group", name=name, exact=exact).or_(
            root.get_by_role("form", name=name, exact=exact)
        )

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
        handles = root.locator("summary")
        words = re.compile(rf"^\s*{re.escape(label)}\s*$") if isinstance(label, str) else label
        labelled = handles.and_(root.get_by_label(label, exact=isinstance(label, str)))
        handle = labelled.or_(handles.filter(has_text=words)).first
        expect(handle).to_be_visible(timeout=SOON)
        fold = handle.locator("xpath=..")
        if fold.get_attribute("open") is None:
            self.press(handle)
            expect(fold).to_have_attribute("open", "", timeout=SOON)
        return fold

    def shut(self, fold: Locator, stays: bool = False) -> None:
        """A sheet closes by itself when something in it was sent; one that `stays` for more is closed with its own bar."""
        if stays and self.touch and self.page.viewport_size:  # the bar at the foot of the screen
            size = self.page.viewport_size
            self.page.touchscreen.tap(size["width"] / 2, size["height"] - 24)
        elif stays:
            fold.locator("> summary").press("Enter")
        expect(fold).not_to_have_attribute("open", re.compile(""), timeout=SOON)

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

    def open_phase(self, title: str) -> None:
        """Open any phase from the agenda."""
        self.press(f"Open {title}")
        expect(self.page.locator("[aria-current=step]")).to_contain_text(title, timeout=SOON)

    def reveal(self) -> None:
        self.press("Reveal")
        expect(self.button(re.compile("^Hide"))).to_be_visible(timeout=SOON)

    def pause(self) -> None:
        self.press("Pause")

    def resume(self) -> None:
        self.press("Resume")

    def one_minute_more(self) -> None:
        self.press(re.compile(r"^(\+1 min|One minute more)"))

    def join_address(self) -> str:
        """The address in the sheet with the QR code, as a person would type it."""
        sheet = self.fold(re.compile("^QR"))
        found = re.search(r"https?://\S+/[A-Z0-9-]+", sheet.inner_text())
        self.shut(sheet, stays=True)
        assert found is not None, "the sheet with the QR code says no address"
        return found[0].rstrip(".")

    def code(self) -> str:
        """The code to join, as it stands on the console."""
        found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", self.text)
        assert found is not None, "the console shows no code to join"
        return found[0]

    def mark_final(self) -> None:
        self.press("Mark it final")
        expect(self.button("Make it a draft again")).to_be_visible(timeout=SOON)

    def adopt_now(self, candidate: str) -> None:
        """Adopt without waiting for everybody's choice."""
        self.press(re.compile(rf"^Adopt now.*{re.escape(candidate)}"))
        self.shows("adopted")

    def adopt(self, candidate: str) -> None:
        self.press(self.button(f"Adopt {candidate}"))
        self.shows("adopted")


def new_workshop(page: Page, home: str, setup: dict[str, str]) -> Console:
    """From the first page: fill the form for a new workshop; keys are the beginnings of its labels."""
    page.goto(home)
    page.get_by_role("link", name="New workshop").click()
    for label, value in setup.items():
        page.get_by_label(re.compile(rf"^{re.escape(label)}")).first.fill(value)
    page.get_by_role("button", name="Make the workshop").click()
    console = Console(page, "console")
    console.live()
    return console
