"""The tree on real screens: two phones and the console build the revenue tree of M-TREE-7 with numbers, the percent/fraction
mix-up is named and mended with one tap, and everybody sees what moves the north star."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.server import People, Workshop

pytestmark = pytest.mark.timeout(150)


def open_phase(room: Workshop, name: str) -> None:
    room.console.locator('form[data-command="OpenPhase"] button', has_text=name).first.click()


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-kpi]").filter(
        has=page.locator(".kpi-name", has_text=re.compile(f"^{re.escape(name)}$"))
    )


def choose(phone: Page, name: str) -> None:
    """Tap a row: the next number goes under it."""
    link = row(phone, name).locator(".kpi-name a")
    if link.get_attribute("aria-current") != "true":
        link.tap()
    expect(phone.locator("[data-under]")).to_have_text(name)


def grow(phone: Page, under: str, *names: str) -> None:
    choose(phone, under)
    for name in names:
        phone.fill("#add-name", name)
        phone.locator("#tree-add button", has_text="Add").tap()
        expect(row(phone, name)).to_be_visible()


def sheet(phone: Page, name: str) -> Locator:
    """Open the sheet of a row."""
    item = row(phone, name)
    choose(phone, name)
    item.locator("details.sheet > summary").tap()
    panel = item.locator(".sheet-panel")
    expect(panel).to_be_visible()
    return panel


def shut(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("details.sheet[open]")).to_have_count(0)


def sign(phone: Page, parent: str, *names: str) -> None:
    """Tap the same sign between all children, one gap after the other."""
    panel = sheet(phone, parent)
    for gap, name in enumerate(names):
        button = panel.locator(".signs").nth(gap).get_by_role("button", name=name)
        button.tap()
        expect(button).to_have_attribute("aria-pressed", "true")
    shut(phone)


def number(phone: Page, name: str, baseline: str, unit: str = "", sigma: str = "") -> None:
    item = row(phone, name)
    item.locator("details.sheet > summary").tap()
    for field, text in (("baseline", baseline), ("unit", unit), ("sigma", sigma)):
        item.locator(f"[name={field}]").fill(text)
    item.get_by_role("button", name="Save the number").tap()
    expect(item.locator(".kpi-value")).to_contain_text(baseline.rstrip("%"))


def test_issue_3_two_phones_and_the_console_build_the_revenue_tree(people: People) -> None:
    room = people.workshop()
    noor = people.phone(room.code, "Noor")
    ben = people.phone(room.code, "Ben", viewport={"width": 320, "height": 640})
    open_phase(room, "KPI tree")
    room.console.fill("#root-name", "Revenue")
    room.console.get_by_role("button", name="Set the north star").click()
    expect(row(ben, "Revenue")).to_be_visible()

    grow(noor, "Revenue", "New revenue", "Expansion", "Retained revenue")
    expect(row(ben, "Retained revenue")).to_be_visible()
    grow(noor, "New revenue", "Leads", "Conversion", "ARPU")
    grow(ben, "Expansion", "Users", "Upsell rate")
    grow(ben, "Retained revenue", "Existing revenue", "Churn")
    sign(noor, "Revenue", "plus", "plus")
    sign(noor, "New revenue", "times", "times")
    panel = sheet(ben, "Expansion")
    panel.locator("summary", has_text="Write a formula").tap()
    panel.locator("[name=formula]").fill("Users × Upsell rate × ARP")
    expect(panel.locator(".asked")).to_contain_text("ARP")
    panel.locator("[name=formula]").fill("Users × Upsell rate × ARPU")
    expect(panel.locator(".asked")).to_contain_text("waits for")
    panel.get_by_role("button", name="Save the formula").tap()
    expect(row(ben, "Expansion").locator(".kpi-op")).to_contain_text("Users × Upsell rate × ARPU")

    # The console: a click on a box opens its sheet beside the drawing.
    console = room.console
    console.locator(".t-part a", has_text="Retained revenue").click()
    retained = row(console, "Retained revenue").locator(".sheet-panel")
    expect(retained).to_be_visible()
    retained.locator("summary", has_text="Write a formula").click()
    retained.locator("[name=formula]").fill("Existing revenue × (1 − Churn)")
    retained.get_by_role("button", name="Save the formula").click()
    expect(row(noor, "Retained revenue").locator(".kpi-op")).to_contain_text("1 − Churn")

    open_phase(room, "Numbers")
    number(noor, "Leads", "400", "leads", "60")
    number(noor, "Conversion", "5", "", "1")
    number(noor, "ARPU", "500", "", "25")
    number(ben, "Users", "1,000")
    number(ben, "Upsell rate", "2", "%", "0.3")
    number(ben, "Existing revenue", "100,000", "", "2,000")
    number(ben, "Churn", "4", "%", "0.5")
    number(noor, "Revenue", "116,000", "")

    # 5 was meant as 5 %: the board says so where it shows, and mends it with one tap.
    hint = row(ben, "Revenue").locator(".hint", has_text="was stated")
    expect(hint).to_contain_text("1,106,000")
    hint.get_by_role("button", name="Conversion: Enter it as percent: 5 %").tap()
    expect(hint).to_have_count(0)
    expect(row(noor, "Conversion").locator(".kpi-value")).to_contain_text("5%")

    tornado = console.locator("#moves-panel .tornado tbody th")
    expect(tornado.first).to_contain_text("Conversion")
    expect(console.locator("#moves-panel")).to_contain_text("itself swings by about")
    wall = room.context.new_page()
    wall.goto(f"{room.address}/w/{room.code}/wall")
    expect(wall.locator(".tornado tbody tr").first).to_contain_text("Conversion")

    for page in (noor, ben):
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], "no horizontal scroll"


def test_what_if_is_for_oneself_and_a_proposal_goes_to_the_console(people: People) -> None:
    room = people.workshop()
    noor = people.phone(room.code, "Noor")
    open_phase(room, "KPI tree")
    room.console.get_by_role("button", name="Plant Self-serve").click()
    expect(room.console.locator(".t-part")).to_have_count(12)
    open_phase(room, "Numbers")
    noor.locator("#what-if > summary").tap()
    noor.locator("#what-kpi").select_option(
        label=noor.locator("#what-kpi option", has_text="Week-1 checklist").text_content()
    )
    noor.fill("#what-value", "45")
    answer = noor.locator("#what-if-answer")
    expect(answer).to_contain_text("Weekly activated teams")
    expect(row(room.console, "Week-1 checklist").locator(".kpi-value")).to_contain_text("38")
    answer.get_by_role("button", name="Propose this").tap()
    expect(answer).to_contain_text("Proposed")
    table = room.console.locator("#table-panel")
    expect(table).to_contain_text("45 %")
    table.get_by_role("button", name="Take 45 %").click()
    expect(row(noor, "Week-1 checklist").locator(".kpi-value")).to_contain_text("45")


def test_the_drawing_zooms_moves_and_keeps_its_place_while_others_write(people: People) -> None:
    room = people.workshop()
    noor = people.phone(room.code, "Noor")
    open_phase(room, "KPI tree")
    room.console.get_by_role("button", name="Plant Self-serve").click()
    drawing = room.console.locator("#tree-drawing")
    expect(drawing).to_be_visible()
    whole = drawing.get_attribute("viewBox")
    room.console.get_by_role("button", name="Zoom in").click()
    near = drawing.get_attribute("viewBox")
    assert near != whole
    room.console.keyboard.press("ArrowRight")
    moved = drawing.get_attribute("viewBox")
    assert moved != near
    choose(noor, "New trial teams")
    row(noor, "New trial teams").locator("details.sheet > summary").tap()
    row(noor, "New trial teams").get_by_role("button", name="Lagging").tap()
    box = room.console.locator(".t-part", has_text="New trial teams")
    expect(box.locator(".kind-lagging")).to_be_attached()
    # What somebody else changed is marked for a moment, and nothing else is.
    expect(box).to_have_class(re.compile("just-changed"))
    assert 1 <= room.console.locator(".t-part.just-changed").count() <= 2
    expect(box).not_to_have_class(re.compile("just-changed"))
    assert drawing.get_attribute("viewBox") == moved
    # By mouse: the wheel with Ctrl zooms, dragging moves.
    frame = drawing.bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    room.console.mouse.move(x, y)
    room.console.keyboard.down("Control")
    room.console.mouse.wheel(0, -200)
    room.console.keyboard.up("Control")
    expect(drawing).not_to_have_attribute("viewBox", moved or "")
    nearer = drawing.get_attribute("viewBox")
    room.console.mouse.down()
    room.console.mouse.move(x - 120, y - 40, steps=4)
    room.console.mouse.up()
    dragged = [float(n) for n in (drawing.get_attribute("viewBox") or "").split()]
    before = [float(n) for n in (nearer or "").split()]
    assert dragged[0] > before[0]
    assert dragged[2:] == before[2:], "moved, not zoomed"
    drawing.locator(".t-part a").first.focus()
    room.console.keyboard.press("0")
    expect(drawing).to_have_attribute("viewBox", whole or "")


def test_a_node_that_somebody_edits_says_so_on_every_other_screen(people: People) -> None:
    room = people.workshop()
    noor = people.phone(room.code, "Noor")
    ben = people.phone(room.code, "Ben", viewport={"width": 320, "height": 640})
    open_phase(room, "KPI tree")
    room.console.get_by_role("button", name="Plant Self-serve").click()
    expect(room.console.locator(".t-part")).to_have_count(12)
    wall = room.context.new_page()
    wall.goto(f"{room.address}/w/{room.code}/wall")
    shown = wall.locator(".t-part", has_text="New trial teams")
    box = room.console.locator(".t-part", has_text="New trial teams")
    expect(shown).to_be_attached()
    quiet = {"row": row(ben, "New trial teams").bounding_box(), "box": box.locator(".t-box").bounding_box()}
    spoken = ben.locator("#say").text_content()
    boxes = room.console.locator("#tree-drawing .t-box").all()
    for one in boxes:
        one.evaluate("box => { box.dataset.same = 'yes' }")

    panel = sheet(noor, "New trial teams")
    panel.locator("[name=name]").press_sequentially(" a week", delay=40)
    for place in (row(ben, "New trial teams"), box, shown):
        expect(place.locator(".editing-tab")).to_contain_text("Noor\u2069 is editing")
    for page, marks in ((ben, 1), (wall, 1), (room.console, 2)):  # the console has the tree as a list, too
        expect(page.locator(".editing-tab")).to_have_count(marks)
    expect(noor.locator(".editing-tab")).to_have_count(0)
    # Nothing moves for it, nothing is spoken, no box is drawn again.
    assert row(ben, "New trial teams").bounding_box() == quiet["row"]
    assert box.locator(".t-box").bounding_box() == quiet["box"]
    assert ben.locator("#say").text_content() == spoken
    assert all(one.get_attribute("data-same") == "yes" for one in boxes)
    assert box.locator(".editing-tab rect").bounding_box()["width"] > 60  # type: ignore[index]

    # A second writer joins; new content for the node leaves the tab where it is.
    sheet(ben, "New trial teams").locator("[name=name]").press_sequentially("!", delay=40)
    expect(box.locator(".editing-tab")).to_contain_text("are editing")
    expect(row(noor, "New trial teams").locator(".editing-tab")).to_contain_text("Ben")
    panel.get_by_role("button", name="Lagging").tap()
    expect(box.locator(".kind-lagging")).to_be_attached()
    expect(box.locator(".editing-tab")).to_be_attached()
    # Who leaves the field stops; who says nothing more is forgotten.
    panel = sheet(noor, "New trial teams")
    shut(noor)
    expect(box.locator(".editing-tab")).to_contain_text("Ben\u2069 is editing")
    ben.close()
    for page in (noor, room.console, wall):
        expect(page.locator(".editing-tab")).to_have_count(0)


def test_move_to_offers_only_places_that_can_be(people: People) -> None:
    room = people.workshop()
    noor = people.phone(room.code, "Noor", viewport={"width": 320, "height": 640})
    open_phase(room, "KPI tree")
    room.console.get_by_role("button", name="Plant Self-serve").click()
    panel = sheet(noor, "Trial → activation")
    select = panel.locator("select[name=parent]")
    offered = [text.strip() for text in select.locator("option").all_text_contents()]
    assert "Trial → activation" not in offered
    assert "Week-1 checklist" not in offered
    assert "Newly activated teams" not in offered, "it stands there already"
    assert "Teams kept" in offered
    select.select_option(
        label=next(t for t in select.locator("option").all_text_contents() if t.strip() == "Teams kept")
    )
    panel.get_by_role("button", name="Move", exact=True).tap()
    expect(row(noor, "Newly activated teams").locator(".kpi-op")).not_to_contain_text("Trial → activation")
    panel = sheet(noor, "Week-1 checklist")
    panel.get_by_role("button", name="Remove").tap()
    expect(noor.locator(".undo-line")).to_contain_text("You removed “Week-1 checklist”")
    noor.locator(".undo-line").get_by_role("button", name="Undo").tap()
    expect(row(noor, "Week-1 checklist")).to_be_visible()


def test_a_list_comes_in_with_a_preview(people: People) -> None:
    room = people.workshop()
    open_phase(room, "KPI tree")
    page = room.console
    page.get_by_role("link", name="Import a list from a spreadsheet").click()
    page.set_input_files(
        "#file", {"name": "bomb.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04 no archive"}
    )
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.locator(".field-error")).to_contain_text("damaged")
    page.fill(
        "#text", "name\tunit\tbaseline\tparent\nRevenue\t€\t1.234\t\nVisitors\tvisitors\t5.000\tRevenue"
    )
    page.get_by_role("button", name="Show what will happen").click()
    page.get_by_role("button", name="The comma").click()
    expect(page.locator("tbody tr").nth(1)).to_contain_text("New with 5,000 visitors, under “Revenue”")
    page.get_by_role("button", name="Put them on the board").click()
    expect(page.locator(".t-part")).to_have_count(2)
    people.live(page)
    page.locator('form[data-command="Undo"] button').first.click()
    expect(page.locator("#root-name")).to_be_visible()
