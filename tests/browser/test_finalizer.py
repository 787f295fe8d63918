"""Three phones and a console make the drafted OKRs their own, together and live (issue: the finalizer, last point)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.exports import FORMATS
from app.storage import open_store
from app.storage.api import NewEvent
from app.storage.codec import Codec
from app.web.security import hashed, new_token
from facilitation.workshop import event_type
from tests.browser.server import LAPTOP, PHONE, People, Server
from tests.facilitation.played import Played

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).parents[2]
NAMES = ("Noor", "Ana Ruiz", "Li Wen", "Sam Osei")


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Four browsers on a busy machine: wait longer before something counts as missing."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


class Prepared:
    """A workshop that has got as far as the draft phase, with a console and three phones to open it."""

    def __init__(self, folder: Path) -> None:
        self.played = Played(people=3).until("draft")
        self.code = self.played.room.workshop.code
        self.link = new_token()
        self.devices = [new_token() for _ in self.played.people]
        with ThreadPoolExecutor(1) as beside:  # the browser has a loop of its own in this thread
            beside.submit(lambda: asyncio.run(self._store(folder))).result()

    async def _store(self, folder: Path) -> None:
        store = await open_store(None, folder)
        codec = Codec(event_type())
        log = [NewEvent(meta.at, meta.by, codec.encode(event)) for event, meta in self.played.room.log]
        workshop = await store.create_workshop(code=self.code, title="Growth team", events=log)
        for person, name in zip(self.played.room.workshop.people, NAMES, strict=True):
            await store.add_person(workshop, person, name)
        await store.add_capability(workshop, "facilitator", hashed(self.link))
        for person, device in zip(self.played.people, self.devices, strict=True):
            await store.bind_seat(workshop, hashed(device), person)
        await store.close()

    def key_result(self, kpi: str) -> str:
        """The id of the key result on a KPI of the example."""
        rows = self.played.room.workshop.key_results.values()
        return next(kr.id for kr in rows if kr.kpi == self.played.ids[kpi])


@pytest.fixture
def prepared(tmp_path: Path) -> Iterator[tuple[Prepared, Server]]:
    folder = tmp_path / "data"
    folder.mkdir()
    made = Prepared(folder)
    running = Server(folder)
    running.start()
    yield made, running
    running.stop()


@pytest.fixture
def room(
    chromium: Browser, prepared: tuple[Prepared, Server]
) -> Iterator[tuple[Prepared, People, Page, list[Page]]]:
    """The workshop, everybody in it, the console and the phones."""
    made, server = prepared
    people = People(chromium, server)
    console = people.context(**LAPTOP).new_page()
    console.goto(f"{server.address}/f/{made.code}/{made.link}")
    console.get_by_role("button", name="Open the console").click()
    console.wait_for_url("**/console")
    people.live(console)
    phones = []
    for device in made.devices:
        context = people.context(**PHONE)
        context.add_cookies([{"name": "levertree", "value": device, "url": server.address}])
        phone = context.new_page()
        phone.goto(f"{server.address}/w/{made.code}")
        people.live(phone)
        phones.append(phone)
    yield made, people, console, phones
    people.close()


def edit(page: Page, key_result: str) -> None:
    """Open the sheet of a key result."""
    page.locator(f"#edit-{key_result} > summary").click()
    expect(page.locator(f"#kt-{key_result}")).to_be_visible()


def test_three_phones_and_a_console_edit_drafted_okrs_together(
    room: tuple[Prepared, People, Page, list[Page]], prepared: tuple[Prepared, Server]
) -> None:
    made, _, console, (ana, li, sam) = room
    server = prepared[1]
    lever, retention = made.key_result("activation"), made.key_result("retention")

    # One changes a target below what luck alone reaches; everybody sees number and remark.
    edit(ana, lever)
    ana.fill(f"#kt-{lever}", "37")
    ana.locator(f"#edit-{lever}").get_by_role("button", name="Save the key result").click()
    for page in (ana, li, sam, console):
        expect(page.locator(f"#kr-{lever} .kr-move")).to_contain_text("37 %")
        expect(page.locator(f"#kr-{lever} [data-rule=K-NOISE]")).to_contain_text(
            "without anything having changed"
        )

    # Another takes the suggestion with one tap.
    li.locator(f"#kr-{lever} [data-rule=K-NOISE]").get_by_role("button", name="Take 42 %").click()
    for page in (ana, li, sam, console):
        expect(page.locator(f"#kr-{lever} .kr-move")).to_contain_text("42 %")
        expect(page.locator(f"#kr-{lever} [data-rule=K-NOISE]")).to_have_count(0)

    # A third writes work as a key result: the checks answer while it is typed, and again after saving.
    edit(sam, retention)
    words = sam.locator(f"#kw-{retention}")
    words.press_sequentially("Launch the loyalty programme", delay=10)
    live = sam.locator(f"#kw-{retention}-live")
    expect(live.locator("[data-rule=K-OUTPUT]")).to_contain_text("is work")
    expect(words).to_be_focused()
    expect(words).to_have_value("Launch the loyalty programme")
    sam.locator(f"#edit-{retention}").get_by_role("button", name="Save the key result").click()
    warning = console.locator(f"#kr-{retention} [data-rule=K-OUTPUT]")
    expect(warning).to_be_visible()
    expect(console.locator(f"#kr-{retention} .way-out")).to_contain_text("What would it change?")
    warning.get_by_role("button", name="Take the suggestion").click()
    expect(sam.locator(f"#kr-{retention} .kr-title")).to_contain_text("Day-30 retention")
    expect(sam.locator("#beside-all")).to_contain_text("Launch the loyalty programme")

    # An error is set aside with a reason that everybody sees.
    error = ana.locator(".remark.error").first
    rule = error.get_attribute("data-rule")
    before = console.locator(".remark.error").count()
    error.get_by_text("Set aside, because …").click()
    error.get_by_label("It is fine here, because").fill("Finance looks after this one")
    error.get_by_role("button", name="Set aside", exact=True).click()
    expect(li.locator(f".remark.aside[data-rule={rule}]").first).to_contain_text(
        "Finance looks after this one"
    )
    expect(console.locator(".remark.error")).to_have_count(before - 1)

    # The console words the objective; nobody who types elsewhere is disturbed.
    edit(ana, lever)
    ana.fill(f"#kw-{lever}", "half a thought")
    console.locator(".okr .kr-do summary", has_text="Word it").first.click()
    console.locator("textarea[id^=ow-]").first.fill(
        "New teams get their first win in week one, so that they stay"
    )
    console.get_by_role("button", name="Save the objective").first.click()
    expect(ana.locator("h2.objective").first).to_contain_text("first win in week one")
    expect(ana.locator(f"#kw-{lever}")).to_have_value("half a thought")

    # A key result that arrived live is read while it is typed, too.
    li.locator("summary", has_text="Add a key result").last.click()
    li.locator("textarea[id^=aw-]").last.fill("Publish 30 articles")
    li.get_by_role("button", name="Add the key result").last.click()
    added = console.locator(".krs-list > li", has_text="Publish 30 articles")
    expect(added.locator("[data-rule=K-ACTIVITY], [data-rule=K-OUTPUT]").first).to_be_visible()
    expect(added.locator(".way-questions > li")).to_have_count(3)
    new = str(added.get_attribute("id")).removeprefix("kr-")
    edit(sam, new)
    sam.fill(f"#kw-{new}", "")
    sam.locator(f"#kw-{new}").press_sequentially("Launch it", delay=10)
    expect(sam.locator(f"#kw-{new}-live [data-rule=K-OUTPUT]")).to_be_visible()
    sam.keyboard.press("Escape")
    added.get_by_role("button", name="Keep it as an initiative").click()
    expect(added).to_have_count(0)
    expect(ana.locator("#beside-all")).to_contain_text("Publish 30 articles")

    # Every format downloads; the outcome carries the reason and the words.
    for name, form in FORMATS.items():
        answer = ana.context.request.get(f"{server.address}/w/{made.code}/outcome/{name}")
        assert answer.status == 200, name
        assert (
            answer.headers["content-disposition"]
            .split('filename="')[1]
            .split('"')[0]
            .endswith(form.extension)
        )
        assert answer.body(), name
    told = ana.context.request.get(f"{server.address}/w/{made.code}/outcome/json").json()
    assert [one["reason"] for one in told["overrides"]] == ["Finance looks after this one"]
    assert told["add_up"]["p80"] > told["add_up"]["today"]


def test_commit_owners_fingers_and_the_final_word(room: tuple[Prepared, People, Page, list[Page]]) -> None:
    made, _, console, (ana, li, sam) = room
    lever = made.key_result("activation")
    console.locator('form[data-command="NextPhase"] button').click()
    expect(ana.locator(f"#mine-{lever}")).to_be_visible()

    # A team is refused kindly, a person is taken.
    li.locator(f"#owner-{lever} > summary").click()
    li.fill(f"#ow-name-{lever}", "Growth team")
    li.locator(f"#owner-{lever}").get_by_role("button", name="Save the owner").click()
    expect(li.locator("body")).to_contain_text("sounds like a team")
    console.locator(f"#owner-{lever} > summary").click()
    console.select_option(f"#ow-sel-{lever}", label="Ana Ruiz")
    console.locator(f"#owner-{lever}").get_by_role("button", name="Save the owner").click()
    expect(sam.locator(f"#owner-{lever} > summary")).to_contain_text("Ana Ruiz")

    # Fingers are hidden until the reveal.
    for phone, number in ((ana, "2"), (li, "4"), (sam, "5")):
        phone.locator(f"#mine-{lever} button[value='{number}']").click()
        expect(phone.locator(f"#mine-{lever} button[value='{number}']")).to_have_attribute(
            "aria-pressed", "true"
        )
    expect(console.locator(f"#kr-{lever}")).to_contain_text("3 showed their fingers")
    expect(ana.locator(f"#kr-{lever} .fingers")).to_have_count(0)
    console.get_by_role("button", name="Reveal").click()
    expect(sam.locator(f"#kr-{lever} .fingers")).to_contain_text("63 % likely")
    expect(console.get_by_role("button", name="Mark it final")).to_be_disabled()
    expect(console.locator("#final-all")).to_contain_text("without a name")


def test_without_script_the_forms_work_and_remarks_come_after_saving(
    chromium: Browser, prepared: tuple[Prepared, Server]
) -> None:
    made, server = prepared
    people = People(chromium, server)
    context = people.context(**{**PHONE, "java_script_enabled": False})
    context.add_cookies([{"name": "levertree", "value": made.devices[0], "url": server.address}])
    page = context.new_page()
    page.goto(f"{server.address}/w/{made.code}")
    lever = made.key_result("activation")
    page.locator(f"#edit-{lever} > summary").click()
    page.fill(f"#kw-{lever}", "Launch the new portal")
    page.locator(f"#edit-{lever}").get_by_role("button", name="Save the key result").click()
    expect(page.locator(f"#kr-{lever} [data-rule=K-OUTPUT]")).to_be_visible()
    people.close()


@pytest.mark.parametrize("width", [320, 390])
def test_the_draft_fits_a_narrow_phone_and_axe_finds_nothing(
    chromium: Browser, prepared: tuple[Prepared, Server], width: int
) -> None:
    axe = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    made, server = prepared
    people = People(chromium, server)
    context = people.context(viewport={"width": width, "height": 700}, has_touch=True, bypass_csp=True)
    context.add_cookies([{"name": "levertree", "value": made.devices[0], "url": server.address}])
    page = context.new_page()
    page.goto(f"{server.address}/w/{made.code}")
    people.live(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.add_script_tag(path=str(axe))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map((one) => [one.id, one.nodes[0].html])"
    )
    assert found == []
    small = page.evaluate(
        """() => [...document.querySelectorAll('#shared button, #shared summary.btn')]
             .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
             .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
    people.close()
