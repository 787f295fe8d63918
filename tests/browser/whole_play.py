"""A whole workshop as people play it: a console, a wall and three phones, phase by phase, with controls that people see.

In the middle one phone loses its network, the server is killed with SIGKILL and started again, and the phone comes back later.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import FloatRect, expect
from pypdf import PdfReader

from tests.browser import story
from tests.browser.album import Album
from tests.browser.phone import Phone, join_by_code, join_by_link
from tests.browser.screens import SOON, Console, Screen, Wall, new_workshop
from tests.browser.server import LAPTOP, PHONE, ROOT, People, Server


@dataclass
class Played:
    """What came of the play."""

    pdf: str = ""
    pages: int = 0
    objectives: list[str] = field(default_factory=list)
    key_results: list[tuple[str, str, str]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    clock_spread: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    votes: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass
class Play:
    """The workshop, phase by phase. Each method begins with its phase open and leaves it with everybody done."""

    people: People
    server: Server
    out: Played = field(default_factory=Played)
    console: Console = field(init=False)
    wall: Wall = field(init=False)
    phones: list[Phone] = field(default_factory=list)
    album: Album = field(init=False)

    def run(self) -> Played:
        """From the empty first page to the PDF."""
        for title, act in (
            ("", self.gather),
            ("Frame", self.frame),
            ("North star", self.north_star),
            ("KPI tree", self.tree),
            ("Numbers", self.numbers),
            ("Levers", self.levers),
            ("Vote", self.vote),
            ("Guardrails", self.guardrails),
            ("Challenge", self.challenge),
            ("Draft", self.draft),
            ("Commit", self.commit),
            ("Close", self.close),
            ("", self.outcome),
        ):
            begun = time.monotonic()
            if title:
                self.console.next_phase(title)
                for screen in self.screens:  # however far down people had scrolled
                    expect(screen.page.get_by_role("heading").first).to_be_in_viewport(timeout=SOON)
            try:
                act()
            except BaseException:
                self.show_where_it_stopped()
                raise
            self.out.seconds[act.__name__] = round(time.monotonic() - begun, 1)
        self.out.findings = self.album.findings
        self.out.seconds["pictures and axe"] = round(self.album.spent, 1)
        spent = {"seconds": self.out.seconds, "clock changes seen after": self.out.clock_spread}
        (ROOT / "artifacts" / "whole-workshop.json").write_text(json.dumps(spent, indent=1))
        return self.out

    def show_where_it_stopped(self) -> None:
        """What every screen showed when the play could not go on: pictures and words in artifacts/stopped."""
        folder = ROOT / "artifacts" / "stopped"
        folder.mkdir(parents=True, exist_ok=True)
        for screen in self.screens if self.phones else []:
            screen.page.screenshot(path=folder / f"{screen.name}.png")
            (folder / f"{screen.name}.txt").write_text(screen.page.locator("body").aria_snapshot())

    # -- before the first phase ---------------------------------------------------------------------------------------
    def gather(self) -> None:
        context = self.people.context(**LAPTOP)
        self.console = new_workshop(context.new_page(), self.server.address, story.SETUP)
        code = self.console.code()
        with context.expect_page() as opened:
            self.console.page.get_by_role("link", name="Wall").click()
        opened.value.set_viewport_size({"width": 1920, "height": 1080})
        self.wall = Wall(opened.value, "wall")
        self.wall.live()
        self.wall.shows(code)
        ana, li, sam = (self.people.context(**PHONE).new_page() for _ in range(3))
        self.phones.append(join_by_code(ana, self.server.address, code, "Ana Ruiz"))
        link = f"{self.server.address}/{code}"
        self.phones.append(join_by_link(li, link, "Li Wen"))
        self.phones.append(join_by_link(sam, link, "Sam Osei"))
        for name in story.OWNERS:
            self.wall.shows(name)
            self.console.shows(name)
        self.album = Album({"console": self.console, "wall": self.wall, "phone": self.phones[0]})
        self.album.take("lobby")

    @property
    def screens(self) -> list[Screen]:
        both: list[Screen] = [self.console, self.wall]
        return [*both, *self.phones]

    @property
    def cards(self) -> list[str]:
        return [card for cards in story.CARDS.values() for card in cards]

    def everybody_done(self) -> None:
        for phone in self.phones:
            phone.done()

    # -- the phases -----------------------------------------------------------------------------------------------
    def frame(self) -> None:
        for phone in self.phones:
            for card in story.CARDS[phone.name]:
                phone.write(card)
        cards = self.cards
        for still in (self.console, self.wall):
            for card in cards:
                still.hides(card)
        self.check_clock()
        self.album.take("frame", "writing")
        self.console.reveal()
        for screen in self.screens:
            for card in cards:
                screen.shows(card)
        self.phones[1].put(cards[2], under=cards[0])
        expect(
            self.wall.page.get_by_role("list", name="Cards")
            .get_by_role("listitem")
            .filter(has_text=cards[0])
            .first
        ).to_contain_text(cards[2], timeout=SOON)
        self.album.take("frame", "revealed")
        self.everybody_done()

    def check_clock(self) -> None:
        """Every screen shows the same time, and start, pause and one minute more within a second."""
        self.same_time()
        before = self.console.seconds_left()
        self.console.pause()
        self.within_a_second(lambda screen: "paused" in screen.clock.inner_text())
        self.console.one_minute_more()
        self.within_a_second(lambda screen: screen.seconds_left() > before + 45)
        self.console.resume()
        self.within_a_second(lambda screen: "paused" not in screen.clock.inner_text())
        self.same_time()

    def same_time(self) -> None:
        for _ in range(3):
            begun = time.monotonic()
            shown = [screen.seconds_left() for screen in self.screens]
            took = time.monotonic() - begun
            if took < 0.5:
                break
        assert max(shown) - min(shown) <= 1 + took, f"the clocks differ: {shown}"

    def within_a_second(self, seen: object) -> None:
        assert callable(seen)
        begun = time.monotonic()
        waiting = list(self.screens)
        while waiting and time.monotonic() - begun < 5:
            waiting = [screen for screen in waiting if not seen(screen)]
        self.out.clock_spread.append(round(time.monotonic() - begun, 2))
        assert not waiting, f"{[screen.name for screen in waiting]} did not follow the clock"

    def north_star(self) -> None:
        ana, li, sam = self.phones
        ana.propose(story.TOP, story.REASON)
        li.propose(*story.RIVAL)
        ana.choose(story.TOP)
        li.choose(story.TOP)
        sam.choose(story.RIVAL[0])
        self.console.shows("3 of 3")
        self.album.take("north-star", "choosing")
        self.console.reveal()
        self.console.adopt(story.TOP)
        for screen in self.screens:
            screen.shows("adopted")
        self.album.take("north-star", "adopted")
        self.everybody_done()

    def tree(self) -> None:
        """Half of the tree, then one phone loses its network and the server dies; the other half grows after that."""
        half = len(story.TREE) // 2
        for number, kpi in enumerate(story.TREE[:half]):
            phone = self.phones[number % 3]
            phone.grow(kpi.name, kpi.under)
        for phone in self.phones:
            expect(phone.row(story.TREE[half - 1].name)).to_be_visible(timeout=SOON)
        self.crash(story.TREE[half], story.TREE[half + 1])
        for number, kpi in enumerate(story.TREE[half + 2 :]):
            phone = self.phones[number % 3]
            expect(phone.row(kpi.under)).to_be_visible(timeout=SOON)
            phone.grow(kpi.name, kpi.under)
        for number, kpi in enumerate(story.TREE):
            self.phones[number % 3].say_kind(kpi.name, kpi.kind)
        ana, li, sam = self.phones
        ana.combine(story.TOP, story.NEW, story.KEPT, "plus")
        ana.combine(story.TOP, story.KEPT, story.BACK, "plus")
        li.combine(story.NEW, story.TRIALS, story.ACTIVATION, "times")
        sam.combine(story.KEPT, story.OLDER, story.RETENTION, "times")
        li.drive(story.ACTIVATION)
        sam.drive(story.RETENTION)
        ana.drive(story.TRIALS)
        names = {story.TOP, *(kpi.name for kpi in story.TREE)}
        for phone in self.phones:
            self.out.lost |= names - phone.kpis()
        self.album.take("tree", "grown")
        self.album.take_small_and_dark("tree", ("phone", "console"))
        self.everybody_done()

    def crash(self, offline: story.Kpi, down: story.Kpi) -> None:
        """Sam's network is gone, then the plug is pulled; both write on, and nothing that was acknowledged is missing."""
        ana, li, sam = self.phones
        before = sam.kpis()
        sam.page.context.set_offline(True)
        sam.grow(offline.name, offline.under, saved=False)
        sam.shows("On this phone")
        self.server.kill()
        li.grow(down.name, down.under, saved=False)
        li.shows("On this phone")
        li.shows("Reconnecting")
        self.album.take("tree", "server-gone", only=("phone", "console", "wall"))
        self.server.start()
        for screen in (self.console, self.wall, ana, li):
            screen.live()
        expect(ana.row(down.name)).to_be_visible(timeout=3 * SOON)
        sam.shows("No network")
        assert offline.name not in ana.kpis(), "Sam is cut off, so nobody can know this yet"
        sam.page.context.set_offline(False)
        sam.live()
        for phone in self.phones:
            expect(phone.row(offline.name)).to_be_visible(timeout=3 * SOON)
            self.out.lost |= before - phone.kpis()
        # What was saved in a phase that is over is still on its board: the facilitator opens it again and looks.
        self.console.open_phase("Frame")
        expect(self.console.page.get_by_role("list", name="Cards")).to_be_visible(timeout=SOON)
        self.out.lost |= {words for words in self.cards if words not in self.console.text}
        self.console.open_phase("KPI tree")
        expect(ana.row(offline.name)).to_be_visible(timeout=SOON)

    def numbers(self) -> None:
        for number, kpi in enumerate(kpi for kpi in story.TREE if kpi.baseline or kpi.owner):
            fields = {
                "Usual value today": kpi.baseline,
                "Unit": kpi.unit,
                "Spread": kpi.spread,
                "Good is": "up",
                "Who looks after it?": kpi.owner,
                "Where is it read?": kpi.source,
            }
            shown = f"{int(kpi.baseline):,}" if kpi.baseline.isdigit() else kpi.baseline
            typed = {label: value for label, value in fields.items() if value}
            self.phones[number % 3].enter_number(kpi.name, shown, typed, "weekly")
        ana, li, _ = self.phones
        li.paste_readings(story.CONTENT, story.READINGS, "230.5")
        li.enter_number(story.CONTENT, "sign-ups/week", {"Unit": "sign-ups/week"})
        ana.enter_number(story.TOP, "teams/week", {"Unit": "teams/week", "Good is": "up"})
        ana.page.mouse.wheel(0, -20_000)
        self.album.take("numbers", "entered")
        self.everybody_done()

    def levers(self) -> None:
        ana, li, sam = self.phones
        for phone, kpi in (
            (ana, story.ACTIVATION),
            (li, story.CHECKLIST),
            (sam, story.RETENTION),
            (ana, story.CORE),
        ):
            phone.declare(kpi, "ours")
        li.declare(story.INVITES, "shared")
        sam.declare(story.OLDER, "outside")
        ana.describe(
            story.ACTIVATION, story.NOTICE[story.ACTIVATION], "Tips after the first import", "new workspaces"
        )
        sam.describe(
            story.RETENTION, story.NOTICE[story.RETENTION], "Nudges tied to the missing step", "small teams"
        )
        self.album.take("levers", "said")
        self.everybody_done()

    def vote(self) -> None:
        sam = self.phones[2]
        for phone in self.phones:
            for kpi, dots in story.VOTES[phone.name].items():
                if phone is sam and kpi == story.LAST_DOT:
                    phone.vote_once_too_often(kpi)
                else:
                    phone.vote(kpi, dots)
                self.out.votes[kpi] = self.out.votes.get(kpi, 0) + dots
            phone.shows("No dots left")
            expect(phone.more(story.CHECKLIST)).to_be_disabled()
        self.console.shows("3 of 3")
        self.album.take("vote", "placed")
        self.album.take_small_and_dark("vote")
        self.console.reveal()
        for screen in self.screens:
            table = screen.page.get_by_role("table")
            for kpi, dots in self.out.votes.items():
                expect(table.get_by_role("row").filter(has_text=kpi)).to_contain_text(
                    f"{dots} votes", timeout=SOON
                )
        self.album.take("vote", "revealed")
        self.album.take_small_and_dark("vote-revealed", ("phone", "wall"))
        self.everybody_done()

    def guardrails(self) -> None:
        for phone, guard in zip(self.phones, story.GUARDRAILS, strict=False):
            phone.guard(guard.name, guard.side, guard.limit, guard.unit, guard.now, guard.watcher)
        for guard in story.GUARDRAILS:
            self.wall.shows(guard.name)
        self.album.take("guardrails", "set")
        self.everybody_done()

    def challenge(self) -> None:
        for index, phone in enumerate(self.phones):
            claims = phone.claims()
            expect(claims.first).to_be_visible(timeout=SOON)
            for place in range(claims.count()):
                phone.mark(claims.nth(place), 2 + (index + place) % 4)
        self.album.take("challenge", "marking")
        self.console.reveal()
        self.album.take("challenge", "revealed")
        self.everybody_done()

    def draft(self) -> None:
        """The draft stands by itself; the group enters the targets of the source and words one objective."""
        ana, li, _ = self.phones
        for phone in self.phones:
            expect(phone.objective(story.ACTIVATION)).to_be_visible(timeout=SOON)
        self.album.take("draft", "made")
        self.album.take_small_and_dark("draft")
        for phone, (kpi, (_, target)) in zip(self.phones, story.TARGETS.items(), strict=True):
            phone.set_target(kpi, target)
        ana.word_objective(story.ACTIVATION, story.OBJECTIVE)
        li.set_aside(story.CORE, story.ASIDE)
        for kpi, (start, target) in story.TARGETS.items():
            for phone in self.phones:
                expect(phone.key_result(kpi).locator(".kr-move")).to_contain_text(
                    re.compile(rf"{start}\D+{target}"), timeout=SOON
                )
        for shared in (self.console, self.wall):
            shared.shows(story.OBJECTIVE)
        self.album.take("draft", "agreed")
        self.everybody_done()

    def commit(self) -> None:
        ana, li, sam = self.phones
        for phone, kpi in (
            (ana, story.ACTIVATION),
            (li, story.CHECKLIST),
            (sam, story.RETENTION),
            (li, story.CORE),
        ):
            phone.own_key_result(kpi, phone.name)
        ana.own_objective(story.ACTIVATION, ana.name)
        ana.set_mode(story.ACTIVATION, "Commitment")
        sam.own_objective(story.RETENTION, sam.name)
        sam.set_mode(story.RETENTION, "Stretch")
        li.plan_evidence(story.CHECKLIST, *story.EVIDENCE)
        ana.own_key_result(story.NEW, ana.name)
        sam.own_key_result(story.KEPT, sam.name)
        for index, phone in enumerate(self.phones):
            scales = phone.fingers()
            for place in range(scales.count()):
                phone.mark(scales.nth(place), 3 + (index + place) % 3)
        self.album.take("commit", "owned")
        self.console.reveal()
        self.console.mark_final()
        for phone in self.phones:
            phone.shows("The outcome is final")
        self.out.objectives = ana.objectives()
        self.out.key_results = ana.key_results()
        self.album.take("commit", "final")
        self.everybody_done()

    def close(self) -> None:
        for index, phone in enumerate(self.phones):
            phone.give_return(4 + index % 2)
        self.phones[0].next_step(story.STEP, "Ana Ruiz")
        self.console.reveal()
        for screen in self.screens:
            screen.shows(story.STEP)
        self.album.take("close", "revealed")
        self.everybody_done()

    def outcome(self) -> None:
        """The outcome page, and the PDF by clicking it."""
        with self.console.page.context.expect_page() as opened:
            self.console.page.get_by_role("link", name="See the outcome").click()
        page = opened.value
        sheet = Screen(page, "outcome")
        page.wait_for_load_state()
        sheet.shows(story.OBJECTIVE)
        self.album.screens["outcome"] = sheet
        page.set_viewport_size({"width": 1366, "height": 768})
        self.album.take("outcome", only=("outcome",))
        box = page.get_by_role("article").first.bounding_box()
        assert box is not None
        clip: FloatRect = {
            "x": box["x"] - 32,
            "y": box["y"],
            "width": box["width"] + 64,
            "height": box["height"] + 16,
        }
        page.screenshot(path=ROOT / "artifacts" / "outcome-sheet.png", full_page=True, clip=clip)
        with page.expect_download() as given:
            page.locator("#files").get_by_role(
                "link", name=re.compile("PDF|print", re.IGNORECASE)
            ).first.click()
        target = ROOT / "artifacts" / "outcome.pdf"
        given.value.save_as(target)
        read = PdfReader(target)
        self.out.pages = len(read.pages)
        self.out.pdf = " ".join(" ".join(page.extract_text() for page in read.pages).split())
