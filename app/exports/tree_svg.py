"""The KPI tree as a picture (SVG) that needs nothing else: same coordinates and marks as on screen and paper.

No script, no style sheet, no font file, no link: it can be opened, mailed and embedded anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from app.exports.clean import one_line
from app.exports.format import Format, Options
from app.exports.words import box_note, document_title
from facilitation.outcome import Box, Line, Outcome

INK, MUTED, ACCENT, SOFT, WARN = "#1b1f23", "#57606a", "#0b6e4f", "#e2f0ea", "#8a5200"
FACE = "font-family=\"FiraGO, 'Fira Sans', system-ui, sans-serif\""
MARGIN = 24.0
# The kind of KPI by its rules: (x, width, colour) of each.
BARS: dict[str, tuple[tuple[float, float, str], ...]] = {
    "lagging": ((7.0, 1.3, INK), (11.0, 1.3, INK)),
    "intermediate": ((8.5, 1.5, INK),),
    "leading": ((7.0, 4.4, ACCENT),),
}


def write(outcome: Outcome, options: Options) -> bytes:
    """A UTF-8 SVG 1.1 with title and description; a sentence instead of boxes while the tree is empty."""
    drawing = outcome.tree
    width = max([drawing.width, 280.0, *(box.x + box.width + 6 for box in drawing.boxes)]) + 2 * MARGIN
    height = max([drawing.height, 40.0, *(box.y + box.height for box in drawing.boxes)]) + 2 * MARGIN
    title = f"KPI tree, {one_line(document_title(outcome))}"
    described = one_line(drawing.alt) or "KPI tree."
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="{_n(-MARGIN)} {_n(-MARGIN)} {_n(width)} {_n(height)}" role="img" '
        f'aria-labelledby="title desc" lang={quoteattr(outcome.language or "en")}>',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(described)}</desc>',
        f'<rect x="{_n(-MARGIN)}" y="{_n(-MARGIN)}" width="100%" height="100%" fill="#ffffff"/>',
    ]
    if not drawing.boxes:
        lines.append(
            f'<text x="0" y="20" {FACE} font-size="14" fill="{MUTED}">The tree is still empty.</text>'
        )
    drawn = {box.kpi for box in drawing.boxes}
    for line in drawing.lines:
        if len(line.points) >= 2 and line.parent in drawn and line.child in drawn:
            lines += _edge(line)
    for box in drawing.boxes:
        lines += _node(box)
    lines.append("</svg>")
    return ("\n".join(lines) + "\n").encode()


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _edge(line: Line) -> Iterator[str]:
    (x1, y1), (x2, y2) = line.points[0], line.points[-1]
    if len(line.points) == 4:
        start, *bend = (f"{_n(x)} {_n(y)}" for x, y in line.points)
        path = f"M{start}C{' '.join(bend)}"
    elif len(line.points) == 2:
        if abs(x2 - x1) >= abs(y2 - y1) * 0.25:
            middle = (x1 + x2) / 2
            path = f"M{_n(x1)} {_n(y1)}C{_n(middle)} {_n(y1)} {_n(middle)} {_n(y2)} {_n(x2)} {_n(y2)}"
        else:
            middle = (y1 + y2) / 2
            path = f"M{_n(x1)} {_n(y1)}C{_n(x1)} {_n(middle)} {_n(x2)} {_n(middle)} {_n(x2)} {_n(y2)}"
    else:
        path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in line.points)
    dash = ' stroke-dasharray="4 3"' if line.influence else ""
    yield f'<path d="{path}" fill="none" stroke="{MUTED}" stroke-width="1"{dash}/>'
    if line.label:
        yield _text(x1 + 7, y1 - 6, line.label, size=13, width=60, fill=MUTED)


def _node(box: Box) -> Iterator[str]:
    border = f'stroke="{ACCENT}" stroke-width="1.6"' if box.chosen else f'stroke="{MUTED}" stroke-width="0.8"'
    if box.missing and not box.chosen:
        border += ' stroke-dasharray="4 3"'
    yield (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="5" '
        f'fill="{SOFT if box.chosen else "#ffffff"}" {border}/>'
    )
    inset = min(10.0, box.height * 0.14)
    for x, width, fill in BARS.get(box.indicator, ()):
        yield (
            f'<rect x="{_n(box.x + x)}" y="{_n(box.y + inset)}" width="{_n(width)}" '
            f'height="{_n(max(box.height - 2 * inset, 1))}" fill="{fill}"/>'
        )
    if box.lever:
        yield (
            f'<rect x="{_n(box.x + box.width)}" y="{_n(box.y + min(11, box.height * 0.16))}" width="5.5" '
            f'height="{_n(min(20, box.height * 0.6))}" rx="2" fill="{ACCENT}">'
            "<title>lever</title></rect>"
        )
    yield from _words(box)


def _words(box: Box) -> Iterator[str]:
    """Name, value and note; a low box keeps name and value, the lowest both on one line."""
    value = (box.value or "—", 17.0, True, WARN if box.missing else INK)
    if box.height < 36:
        y = box.y + box.height / 2 + 4.5
        yield _text(
            box.x + 18, y, " ".join(box.lines), size=12.5, width=(box.width - 30) * 0.66, fill=INK, bold=True
        )
        edge = box.x + box.width - 9
        yield _text(
            edge, y, value[0], size=12.5, width=(box.width - 30) * 0.34, fill=value[3], bold=True, end=True
        )
        return
    rows = [*((line, 13.5, True, INK) for line in box.lines), value]
    if box.height >= 60:
        notes = " · ".join(
            filter(None, [{"leading": "↗ leading"}.get(box.indicator, box.indicator), box_note(box)])
        )
        rows.append((notes, 11.0, False, WARN if box.missing else MUTED))
    total = sum(size * 1.24 for _, size, _, _ in rows)
    shrink = min(1.0, max(box.height - 6, 1) / total)
    y = box.y + (box.height - total * shrink) / 2
    for typed, size, bold, fill in rows:
        y += size * 1.24 * shrink
        yield _text(
            box.x + 20, y - size * 0.3, typed, size=size * shrink, width=box.width - 30, fill=fill, bold=bold
        )


def _text(
    x: float,
    y: float,
    typed: str,
    *,
    size: float,
    width: float,
    fill: str,
    bold: bool = False,
    end: bool = False,
) -> str:
    shown = one_line(typed)
    # About the width of a bold sans-serif: what would run over its box is drawn narrower instead.
    squeeze = (
        f' textLength="{_n(width)}" lengthAdjust="spacingAndGlyphs"'
        if len(shown) * size * 0.56 > width
        else ""
    )
    weight = (' font-weight="600"' if bold else "") + (' text-anchor="end"' if end else "")
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" {FACE} font-size="{_n(size)}" fill="{fill}"{weight}{squeeze}>'
        f"{escape(shown)}</text>"
    )


FORMAT = Format(
    name="tree-svg",
    title="KPI tree (SVG)",
    note="The tree as a picture that stays sharp at any size.",
    extension="svg",
    media_type="image/svg+xml",
    part="tree",
    write=write,
)
