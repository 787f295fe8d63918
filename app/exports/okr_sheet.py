"""The OKR sheet alone: one landscape page to hang on a wall."""

from __future__ import annotations

from app.exports import document
from app.exports.format import Format, Options, moment
from app.exports.press import PRESS
from app.exports.sheet import sheet_of
from facilitation.outcome import Outcome

PARTS = ("style.typ", "sheet.typ", "okr-sheet.typ")


def write(outcome: Outcome, options: Options) -> bytes:
    """A tagged PDF (PDF/UA-1, PDF/A-2a) of part 1; a page for each objective when they do not fit on one."""
    data = document.head(outcome, options) | {"sheet": sheet_of(outcome)}
    return PRESS.pdf(PARTS, data, moment(outcome, options), options.font_folder)


FORMAT = Format(
    name="okr-sheet",
    title="OKR sheet for the wall (PDF)",
    note="One landscape page: objectives, key results, owners, guardrails.",
    extension="pdf",
    media_type="application/pdf",
    part="okr-sheet",
    write=write,
)
