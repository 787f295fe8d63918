"""The files fetched at set-up are there, whole, and their licences travel with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tools import SetupError, browser, vendor

ROOT = Path(__file__).resolve().parents[2]


def test_every_fetched_file_is_there() -> None:
    assert vendor.missing() == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    assert vendor.missing(tmp_path) == list(vendor.FILES)


@pytest.mark.parametrize("name", [*vendor.FIRAGO.values(), "NotoEmoji-Regular.ttf"])
def test_a_font_opens_and_has_glyphs(name: str) -> None:
    with TTFont(ROOT / vendor.FONTS / name) as font:
        assert len(font.getBestCmap()) > 1000


def test_the_bundle_holds_htmx_before_its_websocket_extension() -> None:
    folder = ROOT / vendor.VENDOR
    bundle = (folder / "htmx-ws.bundle.js").read_text()
    assert bundle.index((folder / "htmx.min.js").read_text()) < bundle.index(
        (folder / "hx-ws.min.js").read_text()
    )


def test_the_notices_hold_every_licence() -> None:
    notices = (ROOT / vendor.NOTICES).read_text()
    for phrase in ("htmx", "Zero-Clause BSD", "FiraGO", "Noto Emoji", "SIL OPEN FONT LICENSE", "MIT License"):
        assert phrase in notices


def test_a_half_installed_npm_gives_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")  # no lock: npm ci refuses
    with pytest.raises(SetupError, match="could not be fetched") as refused:
        vendor.install_node_modules(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_browser_stand_in_that_only_gives_advice_does_not_count(tmp_path: Path) -> None:
    stand_in = tmp_path / "chromium"
    stand_in.write_text("#!/bin/sh\necho 'please install the snap'\nexit 1\n")
    stand_in.chmod(0o755)
    assert not browser.works(str(stand_in))
    assert not browser.works(str(tmp_path / "nothing-here"))


def test_a_named_browser_is_the_only_candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVERTREE_BROWSER", str(tmp_path / "nothing-here"))
    assert browser.find() is None
    chrome = tmp_path / "chrome"
    chrome.write_text("#!/bin/sh\necho Chromium 140.0\n")
    chrome.chmod(0o755)
    monkeypatch.setenv("LEVERTREE_BROWSER", str(chrome))
    assert browser.find() == str(chrome)


def test_no_browser_and_no_way_to_install_one_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEVERTREE_BROWSER", str(tmp_path / "nothing-here"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    with pytest.raises(SetupError, match="apt install chromium"):
        browser.ensure()
