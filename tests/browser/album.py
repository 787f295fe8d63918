"""Pictures of every screen in every phase, and what a machine can see wrong in them: axe, sideways scrolling, small targets.

`Album.take("vote", "open")` photographs all screens it was given and keeps the findings; a test asserts at its end that there
were none, so that one run names them all. Pictures land in artifacts/screens (git-ignored), numbered in the order taken.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.screens import Screen, Wall
from tests.browser.server import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FOLDER = ROOT / "artifacts" / "screens"

SMALL_TARGETS = """() =>
  [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => !e.closest('svg') && !e.classList.contains('skip') && e.checkVisibility() && !e.closest('.vh'))
  .filter(e => getComputedStyle(e).display !== 'inline')
  .map(e => { const t = e.closest('label') || e; const r = t.getBoundingClientRect();
              return [t.outerHTML.slice(0, 110), Math.round(r.width), Math.round(r.height)] })
  .filter(([html, w, h]) => w > 1 && h > 1 && (w < 44 || h < 44))"""

CUT_WORDS = """() =>
  [...document.querySelectorAll('h1, h2, h3, p, b, button, summary, label, th, td, .kpi-name')]
  .filter(e => e.checkVisibility() && !e.closest('.vh, .skip, svg, [hidden]') && e.innerText.trim())
  .filter(e => { const s = getComputedStyle(e);
    return s.overflowX !== 'visible' && s.overflowX !== 'auto' && s.overflowX !== 'scroll' && e.scrollWidth > e.clientWidth + 1 })
  .map(e => e.outerHTML.slice(0, 110))"""

OVER_THE_EDGE = """() => [...document.querySelectorAll('.t-box')].flatMap(box => {
  const edge = box.getBoundingClientRect().right + 1;
  return [...box.closest('.t-node').querySelectorAll('text:not(.t-tab-text):not(.t-flag)')]
    .filter(t => t.getBoundingClientRect().right > edge).map(t => t.textContent.trim()) })"""


def axe_findings(page: Page) -> list[str]:
    """What axe-core finds with its own defaults: every rule that is on stays on."""
    if not page.evaluate("() => Boolean(globalThis.axe)"):
        page.evaluate(AXE.read_text())
    result: dict[str, Any] = page.evaluate(
        "async () => await axe.run(document, {resultTypes: ['violations']})"
    )
    return [
        f"{found['id']}: {node['html'][:180]} | {node['failureSummary'][:220]}"
        for found in result["violations"]
        for node in found["nodes"][:3]
    ]


@dataclass
class Album:
    """Photographs `screens` (name → page object) and collects findings. `axe` off takes pictures only."""

    screens: dict[str, Screen]
    folder: Path = FOLDER
    axe: bool = True
    findings: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    spent: float = 0.0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.png"):
            old.unlink()

    def take(self, phase: str, state: str = "", only: tuple[str, ...] = ()) -> None:
        """One picture of every screen (or of `only` some), and what is wrong with it."""
        begun = time.monotonic()
        for kind in only or self.screens:
            self._shoot(self.screens[kind], f"{phase}{f'-{state}' if state else ''}-{kind}")
        self.spent += time.monotonic() - begun

    def take_small_and_dark(self, phase: str, only: tuple[str, ...] = ("phone",)) -> None:
        """The same again in the dark, the phone at 320 px: the narrowest screen we promise."""
        begun = time.monotonic()
        for kind in only:
            screen = self.screens[kind]
            usual = screen.page.viewport_size
            screen.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            if screen.touch:
                screen.page.set_viewport_size({"width": 320, "height": 640})
            self._shoot(screen, f"{phase}-dark-{kind}{'-320' if screen.touch else ''}")
            screen.page.emulate_media(color_scheme="light", reduced_motion="reduce")
            if usual is not None:
                screen.page.set_viewport_size(usual)
        self.spent += time.monotonic() - begun

    def picture(self, name: str) -> Path:
        """The picture taken as `name`, such as vote-placed-phone."""
        return next(path for path in self.pictures if path.stem.partition("-")[2] == name)

    def _shoot(self, screen: Screen, name: str) -> None:
        path = self.folder / f"{len(self.pictures) + 1:02d}-{name}.png"
        screen.page.screenshot(path=path, animations="disabled", caret="hide")
        self.pictures.append(path)
        self._look(screen, name)

    def _look(self, screen: Screen, where: str) -> None:
        page = screen.page
        size = page.viewport_size or {"width": 0}
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        if wide > size["width"]:
            self.findings.append(f"{where}: scrolls sideways, {wide} px in {size['width']}")
        if screen.touch:
            self.findings += [f"{where}: small target {found}" for found in page.evaluate(SMALL_TARGETS)]
        self.findings += [f"{where}: cut words {found}" for found in page.evaluate(CUT_WORDS)]
        self.findings += [f"{where}: over its box’s edge {found}" for found in page.evaluate(OVER_THE_EDGE)]
        if isinstance(screen, Wall):
            over = page.evaluate(
                "() => { const m = document.querySelector('main'); return m.scrollHeight - m.clientHeight }"
            )
            if over > 1:
                self.findings.append(f"{where}: the board is cut off, {over} px")
        if self.axe:
            self.findings += [f"{where}: {found}" for found in axe_findings(page)]
