"""The whole outcome as a PDF in eight parts, the OKR sheet first: tagged, with bookmarks, fit for archives."""

from __future__ import annotations

from pathlib import Path

from app.exports import document
from app.exports.format import EPOCH, Format, Options, moment
from app.exports.press import PRESS
from app.exports.sheet import sheet_of
from facilitation.outcome import Outcome

PARTS = ("style.typ", "sheet.typ", "tree.typ", "parts.typ", "outcome.typ")


def write(outcome: Outcome, options: Options) -> bytes:
    """A tagged PDF (PDF/UA-1 and PDF/A-2a together). Takes tenths of a second: wait for it in a thread."""
    data = document.head(outcome, options) | {"sheet": sheet_of(outcome)} | document.whole(outcome)
    return PRESS.pdf(PARTS, data, moment(outcome, options), options.font_folder)


def warm(font_folder: Path | None = None) -> None:
    """Start the press with its fonts and templates, so that the first download does not wait for them."""
    write(Outcome(title=""), Options(at=EPOCH, font_folder=font_folder))


FORMAT = Format(
    name="pdf",
    title="Everything (PDF)",
    note="The OKR sheet, the tree, why these levers, evidence, forecast, dictionary, next steps.",
    extension="pdf",
    media_type="application/pdf",
    part="outcome",
    write=write,
)
