"""The outcome as files. One format is one module with a `FORMAT`; a new one is added here and nowhere else.

The order is that of the download list. `tests/exports/test_every_format.py` tries each of them on full, empty and
hostile outcomes.
"""

from __future__ import annotations

from app.exports import (
    calendar,
    generic_csv,
    jira,
    markdown,
    metric_yaml,
    notion,
    okr_sheet,
    outcome_json,
    pdf,
    peoplebox,
    tree_svg,
    xlsx,
)
from app.exports.format import Format, Options

ORDER = (
    pdf,
    okr_sheet,
    markdown,
    xlsx,
    generic_csv,
    calendar,
    tree_svg,
    outcome_json,
    metric_yaml,
    peoplebox,
    jira,
    notion,
)
FORMATS: dict[str, Format] = {module.FORMAT.name: module.FORMAT for module in ORDER}

__all__ = ["FORMATS", "Format", "Options"]
