"""The outcome as files. One format is one module with a `FORMAT`; a new one is added here and nowhere else.

The order is that of the download list. `tests/exports/test_every_format.py` tries each of them on full, empty and
hostile outcomes.
"""

from __future__ import annotations

from app.exports import markdown, okr_sheet, outcome_json, pdf
from app.exports.format import Format, Options

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT for module in (pdf, okr_sheet, markdown, outcome_json)
}

__all__ = ["FORMATS", "Format", "Options"]
