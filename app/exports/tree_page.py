"""What the page with the KPI tree says, as plain data: the same drawing as on the screen, and its words for those who hear it."""

from __future__ import annotations

from app.exports.words import (
    box_note,
)
from facilitation.outcome import (
    Drawing,
    Outcome,
)

Data = dict[str, object]
# Beyond this many boxes, or letters in one, a page stops being readable: the rest is named, not drawn.
MOST_BOXES = 256
LONGEST_LABEL = 44


def tree_of(outcome: Outcome) -> Data | None:
    """Part 2, the KPI tree as the template draws it; `None` while there is none."""
    drawing = outcome.tree
    if not drawing.boxes:
        return None
    boxes = drawing.boxes[:MOST_BOXES]
    drawn = {box.kpi for box in boxes}
    return {
        **_extent(drawing),
        "alt": _words(outcome),
        "boxes": [
            {
                "x": box.x,
                "y": box.y,
                "width": box.width,
                "height": box.height,
                "lines": [_short(line) for line in box.lines],
                "value": _short(box.value or "—"),
                "note": _short(box_note(box)),
                "indicator": box.indicator,
                "lever": box.lever,
                "chosen": box.chosen,
                "missing": box.missing,
            }
            for box in boxes
        ],
        "lines": [
            {
                "points": [list(point) for point in line.points],
                "influence": line.influence,
                "label": line.label,
            }
            for line in drawing.lines
            if len(line.points) >= 2 and line.parent in drawn and line.child in drawn
        ],
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def _extent(drawing: Drawing) -> Data:
    """The drawing's size as its boxes need it, never nothing."""
    right = max((box.x + box.width + 6 for box in drawing.boxes), default=0.0)
    bottom = max((box.y + box.height for box in drawing.boxes), default=0.0)
    return {"width": max(drawing.width, right, 1.0), "height": max(drawing.height, bottom, 1.0)}


def _words(outcome: Outcome) -> str:
    """The drawing as text: its own alternative, then the outline with values, for those who cannot see it."""
    names = {item.kpi.id: item.kpi.name for item in outcome.kpis}
    lines = [outcome.tree.alt or f"KPI tree with {len(outcome.tree.boxes)} KPIs."]
    for item in outcome.kpis[:MOST_BOXES]:
        under = names.get(item.kpi.parent or "", "")
        lines.append(
            f"{item.kpi.name}: {item.value_text or 'no number yet'}"
            + (f", feeds {under}" if under else "")
            + "."
        )
    return " ".join(lines)[:3900]
