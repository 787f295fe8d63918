"""Contrast of the design tokens, light and dark, by the formula of WCAG 2.2 (relative luminance, success criteria 1.4.3, 1.4.11).

The list of pairs is the contract of the stylesheets: text needs 4.5:1, marks that carry meaning need 3:1. A second test reads
the rules themselves, so that a new combination of colours cannot slip in without being listed here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "app" / "static" / "css"
LAYOUTS = Path(__file__).parents[2] / "app" / "templates" / "layouts"

TEXT = 4.5
MARK = 3.0

# (foreground, background): every text colour on every ground it stands on.
TEXT_PAIRS = [
    (text, ground) for text in ("ink", "muted", "accent", "warn", "danger") for ground in ("paper", "surface")
] + [
    ("on-accent", "accent"),
    ("paper", "ink"),
    ("ink", "accent-soft"),
    ("muted", "accent-soft"),
    ("accent", "accent-soft"),
    ("warn", "accent-soft"),
    ("ink", "warn-soft"),
    ("warn", "warn-soft"),
    ("ink", "danger-soft"),
    ("danger", "danger-soft"),
]

# Rules, bars, dots, borders of inputs, the focus ring. `line` is absent: it only separates.
MARK_PAIRS = [
    (mark, ground)
    for mark in ("ink", "muted", "accent", "warn", "danger")
    for ground in ("paper", "surface", "accent-soft")
]


def blocks(css: str) -> list[tuple[str, str]]:
    """Selector and body of every innermost rule, comments removed."""
    return re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.S))


def custom_properties(body: str) -> dict[str, str]:
    return {name: value.strip() for name, value in re.findall(r"--([\w-]+)\s*:\s*([^;]+);", body)}


def colours(body: str) -> dict[str, str]:
    return {name: value for name, value in custom_properties(body).items() if value.startswith("#")}


def themes() -> dict[str, dict[str, str]]:
    found = {selector.strip(): body for selector, body in blocks((CSS / "tokens.css").read_text())}
    light = colours(found[":root"])
    return {
        "light": light,
        "dark by system": light | colours(found[':root:not([data-theme="light"])']),
        "dark by hand": light | colours(found['[data-theme="dark"]']),
    }


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_published_extremes() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by hand"])
def test_text_reaches_four_and_a_half_to_one(theme: str) -> None:
    tokens = themes()[theme]
    low = {
        pair: round(ratio(tokens[pair[0]], tokens[pair[1]]), 2)
        for pair in TEXT_PAIRS
        if ratio(tokens[pair[0]], tokens[pair[1]]) < TEXT
    }
    assert not low


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by hand"])
def test_marks_reach_three_to_one(theme: str) -> None:
    tokens = themes()[theme]
    low = {
        pair: round(ratio(tokens[pair[0]], tokens[pair[1]]), 2)
        for pair in MARK_PAIRS
        if ratio(tokens[pair[0]], tokens[pair[1]]) < MARK
    }
    assert not low


def test_both_dark_themes_are_the_same() -> None:
    assert themes()["dark by system"] == themes()["dark by hand"]
    assert themes()["light"] != themes()["dark by hand"]


def test_every_combination_in_one_rule_is_listed() -> None:
    for sheet in sorted(CSS.glob("*.css")):
        for selector, body in blocks(sheet.read_text()):
            text = re.search(r"(?:^|[;\s])color:\s*var\(--([\w-]+)\)", body)
            ground = re.search(r"background(?:-color)?:\s*var\(--([\w-]+)\)", body)
            if text and ground:
                assert (text[1], ground[1]) in TEXT_PAIRS, f"{sheet.name}: {selector.strip()}"


def test_line_only_separates() -> None:
    """`line` is too faint to carry meaning: never a text colour, never the border of something to type in."""
    for sheet in sorted(CSS.glob("*.css")):
        for selector, body in blocks(sheet.read_text()):
            assert not re.search(r"(?:^|[;\s])color:\s*var\(--line\)", body), f"{sheet.name}: {selector}"
            if ".input" in selector and "disabled" not in selector:
                assert "var(--line)" not in body, f"{sheet.name}: {selector}"


def test_colours_are_written_down_once() -> None:
    """Outside tokens.css a colour is a token, except the QR code's white ground and paper in print."""
    for sheet in sorted(CSS.glob("*.css")):
        if sheet.name == "tokens.css":
            continue
        for selector, body in blocks(sheet.read_text()):
            written = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", body))
            allowed = {"#fff"} if selector.strip() == ".qr" else written if "--paper" in body else set()
            assert written <= allowed, f"{sheet.name}: {selector.strip()}"


def test_every_custom_property_used_is_defined() -> None:
    sheets = {sheet.name: sheet.read_text() for sheet in CSS.glob("*.css")}
    defined = {
        name for css in sheets.values() for _, body in blocks(css) for name in custom_properties(body + ";")
    }
    for name, css in sheets.items():
        used = {prop for prop, fallback in re.findall(r"var\(--([\w-]+)\s*(,)?", css) if not fallback}
        assert used <= defined, name


def test_the_browser_bar_has_the_colour_of_the_paper() -> None:
    base = (LAYOUTS / "base.html").read_text()
    assert themes()["light"]["paper"] in base
    assert themes()["dark by system"]["paper"] in base
