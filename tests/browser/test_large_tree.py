"""Forty KPIs on the console of a laptop: all in sight, each with name, number, unit, kind and checks, in letters to read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.album import OVER_THE_EDGE, axe_findings
from tests.browser.server import People
from tests.browser.test_tree import open_phase, sheet
from tests.facilitation.tree.trees import grown

pytestmark = pytest.mark.timeout(120)

BOXES = """() => { const drawn = document.querySelector('.tree-svg').getScreenCTM().a
  const size = t => parseFloat(getComputedStyle(t).fontSize) * drawn
  return [...document.querySelectorAll('.t-node')].map(n => { const at = n.querySelector('.t-box').getBoundingClientRect()
    return { left: at.left, right: at.right, top: at.top, bottom: at.bottom,
      name: [...n.querySelectorAll('.t-name')].map(t => t.textContent).join(' '),
      letters: Math.min(...[...n.querySelectorAll('.t-name')].map(size)),
      number: n.querySelector('.t-value').firstChild.textContent.trim(),
      unit: n.querySelector('.t-unit')?.textContent.trim() ?? '',
      small: Math.min(...[...n.querySelectorAll('.t-value, .t-unit')].map(size)),
      kind: n.querySelectorAll('.t-rule, .t-fill').length,
      flag: n.querySelector('.t-flag') !== null,
      low: [...n.querySelectorAll('text:not(.t-flag)')].some(t => t.getBoundingClientRect().bottom > at.bottom + 2) }}) }"""


def brought_in(console: Page, levels: tuple[int, ...]) -> int:
    """A list as it comes out of a spreadsheet; gives how many KPIs it holds."""
    kpis = grown(*levels)
    rows = ["name\tunit\tbaseline\tparent"] + [
        f"{kpi.name}\t{kpi.unit}\t{kpi.baseline}\t{kpis[kpi.parent].name if kpi.parent else ''}"
        for kpi in kpis.values()
    ]
    console.get_by_role("link", name="Import a list from a spreadsheet").click()
    console.fill("#text", "\n".join(rows))
    console.get_by_role("button", name="Show what will happen").click()
    console.get_by_role("button", name="Put them on the board").click()
    expect(console.locator(".t-node")).to_have_count(len(kpis))
    return len(kpis)


@pytest.mark.parametrize("levels", [(1, 3, 9, 27), (1, 4, 12, 23)])
def test_forty_kpis_are_read_on_a_laptop(people: People, levels: tuple[int, ...]) -> None:
    room = people.workshop()
    console = room.console
    console.set_viewport_size({"width": 1366, "height": 768})
    open_phase(room, "KPI tree")
    assert brought_in(console, levels) == 40
    boxes: list[dict[str, Any]] = console.evaluate(BOXES)
    assert all(
        box["left"] >= 0 and box["right"] <= 1366 and box["top"] >= 0 and box["bottom"] <= 768
        for box in boxes
    )
    assert min(box["letters"] for box in boxes) >= 11
    assert min(box["small"] for box in boxes) >= 10
    assert [box["name"] for box in boxes if not (box["number"] and box["unit"] and box["kind"] == 1)] == []
    assert [box["name"] for box in boxes if box["low"]] == []
    assert console.evaluate(OVER_THE_EDGE) == []
    assert any(box["flag"] for box in boxes), "12,500 % is out of bounds and says so on its box"
    for scheme in ("light", "dark"):
        console.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe_findings(console) == []


def test_a_hint_of_who_edits_covers_no_neighbour(people: People) -> None:
    room = people.workshop()
    noor = people.phone(room.code, "Noor")
    open_phase(room, "KPI tree")
    brought_in(room.console, (1, 3, 9, 27))
    for name in ("Support tickets per team", "Load time of the board 35"):  # wrapped, and on one line
        sheet(noor, name).locator("input[type=text]:visible").first.press_sequentially("7")
        part = room.console.locator(
            ".t-part", has=room.console.locator(".t-node", has_text=name.split()[0])
        ).filter(has=room.console.locator(".editing-tab"))
        expect(part.locator(".editing-tab")).to_contain_text("is editing")
        tab, box = part.locator(".editing-tab").bounding_box(), part.locator(".t-box").bounding_box()
        assert tab is not None
        assert box is not None
        assert tab["y"] >= box["y"] - 1
        assert tab["y"] + tab["height"] <= box["y"] + box["height"] + 1
        assert tab["x"] + tab["width"] <= box["x"] + box["width"] + 1
        noor.keyboard.press("Escape")
