"""All pictures of a run on one sheet, to be looked at in one go. The browser itself is the layout engine.

python -m tests.browser.contact_sheet [folder [sheet.png]]
"""

from __future__ import annotations

import html
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import FLAGS, ROOT
from tools.browser import find

FOLDER = ROOT / "artifacts" / "screens"
SHEET = ROOT / "artifacts" / "contact-sheet.png"
STYLE = """body{margin:24px;font:16px system-ui;background:#ddd;width:2400px}
section{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}
figure{margin:0}img{display:block;height:420px;width:auto;background:#fff}figcaption{padding:4px 0;font-weight:600}"""


def contact_sheet(browser: Browser, pictures: list[Path], sheet: Path = SHEET) -> Path:
    """Write one PNG with all pictures in their order, each under its name."""
    figures = "".join(
        f'<figure><figcaption>{html.escape(path.stem)}</figcaption><img src="{path.resolve().as_uri()}"></figure>'
        for path in pictures
    )
    page_file = sheet.with_suffix(".html")
    page_file.parent.mkdir(parents=True, exist_ok=True)
    page_file.write_text(
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><section>{figures}</section>"
    )
    context = browser.new_context(viewport={"width": 2448, "height": 1000})
    page = context.new_page()
    page.goto(page_file.resolve().as_uri())
    page.screenshot(path=sheet, full_page=True)
    context.close()
    page_file.unlink()
    return sheet


def main(folder: str = "", sheet: str = "") -> None:
    """Build the sheet again from pictures that are there."""
    pictures = sorted(Path(folder or FOLDER).glob("*.png"))
    if not pictures:
        raise SystemExit("There are no pictures yet: run the test of the whole workshop first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        print(contact_sheet(browser, pictures, Path(sheet) if sheet else SHEET))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
