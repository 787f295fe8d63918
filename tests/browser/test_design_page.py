"""The living design page and its sample screens, drawn with the product's own template environment in a real browser.

Promises checked here: no sideways scrolling from 320 px up, targets of 44 px on phones, no zoom on focus (16 px), a wall
that can be read from eight metres (question ≥ 4 %, board ≥ 2 % of the height), nothing the strict CSP would refuse, sheets
that open without script, and no finding of axe-core, light and dark.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import segno
from markupsafe import Markup
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.rendering.templates import STATIC, TEMPLATES, environment
from tools.browser import find

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CSP = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'none'; base-uri 'none'"
SCREENS = sorted(path.stem for path in (TEMPLATES / "design").glob("[!_]*.html"))
SIZES = {"320": (320, 640), "390": (390, 844), "1366": (1366, 768), "1920": (1920, 1080)}

pytestmark = pytest.mark.timeout(120)


def qr_code() -> Markup:
    buffer = io.BytesIO()
    segno.make("https://levertree.example/K7PM-4XQA").save(
        buffer, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=0
    )
    return Markup(buffer.getvalue().decode())  # our own drawing, not typed by anybody


def drawn(name: str) -> str:
    path = "design.html" if name == "design" else f"design/{name}.html"
    return environment().get_template(path).render(qr=qr_code())


class Pages(SimpleHTTPRequestHandler):
    """`/design/<name>` draws a sample, `/static/…` reads the product's files; the policy is as strict as it can be."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            kind = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}.get(
                file.suffix, ""
            )
            self.answer(file.read_bytes() if file.is_file() else b"", kind)
        else:
            self.answer(drawn(path.rpartition("/")[2]).encode(), "text/html; charset=utf-8")

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: a test's output is its failures."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/design/"
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=[*flags, "--no-first-run"])
        yield browser
        browser.close()


def new_context(browser: Browser, size: str, scheme: str = "light", **more: Any) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=False,
        **more,
    )


@pytest.fixture
def page_at(chromium: Browser, address: str) -> Iterator[Any]:
    contexts: list[BrowserContext] = []

    def open_page(name: str, size: str, scheme: str = "light", **more: Any) -> Page:
        context = new_context(chromium, size, scheme, **more)
        contexts.append(context)
        page = context.new_page()
        page.goto(address + name)
        return page

    yield open_page
    for context in contexts:
        context.close()


def axe_findings(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate(
        "async () => await axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    return [
        f"{found['id']}: {node['html'][:160]} | {node['failureSummary'][:200]}"
        for found in result["violations"]
        for node in found["nodes"][:3]
    ]


SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.closest('svg') && !e.classList.contains('skip') && e.checkVisibility())
  .filter(e => getComputedStyle(e).display !== 'inline')
  .map(e => { const t = e.closest('label') || e; const r = t.getBoundingClientRect();
              return [t.outerHTML.slice(0, 90), Math.round(r.width * 10) / 10, Math.round(r.height * 10) / 10] })
  .filter(([html, w, h]) => w < 44 || h < 44)"""


def check_reflow_and_targets(page: Page, with_targets: bool = True) -> None:
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if with_targets and width < 400:
            assert page.evaluate(SMALL_TARGETS) == [], f"targets under 44 px at {width} px"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["320", "1366"])
def test_every_component_in_every_state(page_at: Any, size: str, scheme: str) -> None:
    assert axe_findings(page_at("design", size, scheme)) == []


def test_no_component_scrolls_sideways_or_is_hard_to_hit(page_at: Any) -> None:
    check_reflow_and_targets(page_at("design", "320"))


@pytest.mark.parametrize("name", SCREENS)
def test_whole_screens_are_accessible_and_never_scroll_sideways(page_at: Any, name: str) -> None:
    scheme = "dark" if SCREENS.index(name) % 2 else "light"
    page = page_at(name, "390" if name.startswith("phone") else "1366", scheme)
    assert axe_findings(page) == []
    check_reflow_and_targets(page, with_targets=not name.startswith("wall"))


@pytest.mark.parametrize("name", ["design", *SCREENS])
def test_nothing_is_inline_that_a_strict_policy_refuses(name: str) -> None:
    html = drawn(name)
    assert not re.search(r"<[^>]+\sstyle\s*=", html)
    assert not re.search(r"<[^>]+\son\w+\s*=", html)
    assert "<style" not in html
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", html))


def test_ids_are_unique_and_labels_find_their_inputs(page_at: Any) -> None:
    page = page_at("design", "1366")
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
        )
        == []
    )
    assert (
        page.evaluate(
            "[...document.querySelectorAll('[aria-describedby]')].flatMap(e => e.getAttribute('aria-describedby').split(' '))"
            ".filter(id => !document.getElementById(id))"
        )
        == []
    )


def test_no_phone_zooms_on_focus(page_at: Any) -> None:
    for name in ("design", "join", "phone-tree"):
        page = page_at(name, "320")
        sizes = page.evaluate(
            "[...document.querySelectorAll('input.input, select.input, textarea.input')]"
            ".map(e => parseFloat(getComputedStyle(e).fontSize))"
        )
        assert sizes
        assert min(sizes) >= 16


WALL_TEXT = """() => { const out = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const text = walk.currentNode.data.trim(), e = walk.currentNode.parentElement;
    if (!text || e.closest('.vh, .skip, [hidden], .t-tab-text') || !e.checkVisibility()) continue;
    const scale = e.ownerSVGElement ? e.ownerSVGElement.getScreenCTM().a : 1;
    out.push([e.closest('h1') ? 'question' : 'board', parseFloat(getComputedStyle(e).fontSize) * scale / innerHeight, text]) }
  return out }"""


@pytest.mark.parametrize("name", [name for name in SCREENS if name.startswith("wall")])
def test_a_wall_can_be_read_from_eight_metres(page_at: Any, name: str) -> None:
    page = page_at(name, "1920")
    for width, height in [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160), (1024, 768)]:
        page.set_viewport_size({"width": width, "height": height})
        too_small = [
            (text, round(share, 4))
            for kind, share, text in page.evaluate(WALL_TEXT)
            if share < (0.04 if kind == "question" else 0.02)
        ]
        if (name, width) != ("wall-tree", 1024):  # three columns of a tree on 4:3 come to 1.8 %
            assert too_small == [], width
        cut_off = page.evaluate(
            "(() => { const main = document.querySelector('main');"
            " const foot = document.querySelector('footer').getBoundingClientRect();"
            " return Math.max(main.scrollHeight - main.clientHeight, foot.bottom - innerHeight) })()"
        )
        assert cut_off <= 1, f"the board or the code to join is cut off at {width} px"


def test_a_sheet_opens_and_shuts_without_script(page_at: Any) -> None:
    page = page_at("design", "390", java_script_enabled=False)
    panel = page.locator("#sheet-1 .sheet-panel")
    expect(panel).to_be_hidden()
    page.locator("#sheet-1 summary").click()
    expect(panel).to_be_in_viewport(ratio=0.99)
    page.mouse.click(195, SIZES["390"][1] - 20)
    expect(panel).to_be_hidden()
    page.locator("#sheet-1 summary").click()
    expect(panel).to_be_visible()
    page.mouse.click(195, 20)
    expect(panel).to_be_hidden()


def test_the_clock_and_the_input_stay_in_sight(page_at: Any) -> None:
    page = page_at("phone-vote", "320")
    page.mouse.wheel(0, 4000)
    expect(page.locator("#clock")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="I’m done")).to_be_in_viewport(ratio=1)


def test_right_to_left_mirrors_the_page_but_not_its_numbers(page_at: Any) -> None:
    page = page_at("phone-tree", "390")
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    name = page.locator("#node-k2 .kpi-name").bounding_box()
    value = page.locator("#node-k2 .value").bounding_box()
    assert name is not None
    assert value is not None
    assert value["x"] < name["x"], "the value stands at the end of the row, which is the left"
    assert page.locator("#node-k2 .value").evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_forced_colours_keep_the_marks(chromium: Browser, address: str) -> None:
    context = chromium.new_context(forced_colors="active", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address + "phone-tree")
    widths = page.evaluate(
        "[...document.querySelectorAll('.kpi')].map(e => getComputedStyle(e, '::before'))"
        ".map(s => parseFloat(s.borderInlineStartWidth) + parseFloat(s.borderInlineEndWidth))"
    )
    context.close()
    assert widths
    assert all(width >= 1 for width in widths)


def test_the_sheet_prints_on_one_page(chromium: Browser, address: str) -> None:
    """Chromium writes PDF only without a window, which is how it runs here."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address + "outcome")
    pdf = page.pdf(prefer_css_page_size=True)
    context.close()
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 1 <= pages <= 2
    assert re.search(rb"/MediaBox\s*\[\s*0\s+0\s+84[12]", pdf), "the sheet is a landscape A4"
