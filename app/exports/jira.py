"""A CSV for Jira Cloud's importer: objectives as epics, key results as tasks, initiatives as sub-tasks.

Parents stand above their children and are named by `Issue ID`, as the importer asks.
"""

from __future__ import annotations

from app.exports.format import Format, Options
from app.exports.rows import Row, rows
from app.exports.table import csv_bytes
from app.exports.words import DIRECTIONS
from facilitation.outcome import Outcome

COLUMNS = (
    "Issue type",
    "Issue ID",
    "Parent",
    "Summary",
    "Description",
    "Assignee",
    "Start date",
    "Due date",
    "Labels",
)
LONGEST_SUMMARY = 254


def write(outcome: Outcome, options: Options) -> bytes:
    """UTF-8 CSV; dates as yyyy-MM-dd (say so in the importer's settings), assignees by e-mail address."""
    made = list(rows(outcome, options))
    ids = {row.row_id: place for place, row in enumerate(made, 1)}
    return csv_bytes(
        COLUMNS,
        (
            (
                _type(row),
                ids[row.row_id],
                ids.get(row.parent),
                row.title if len(row.title) <= LONGEST_SUMMARY else row.title[: LONGEST_SUMMARY - 1] + "…",
                _description(row),
                row.email,
                outcome.start,
                row.due,
                row.kind.replace("_", "-"),
            )
            for row in made
        ),
    )


def _type(row: Row) -> str:
    if row.kind == "objective":
        return "Epic"
    return "Sub-task" if row.kind == "initiative" and row.parent else "Task"


def _description(row: Row) -> str:
    parts = [row.title if len(row.title) > LONGEST_SUMMARY else "", row.description]
    if row.metric:
        parts.append(" ".join(filter(None, [f"Measured by {row.metric}.", _good(row.direction)])))
    if row.owner and not row.email:
        parts.append(f"Owner: {row.owner}.")
    if row.guardrails:
        parts.append(f"Guardrails: {'; '.join(row.guardrails)}.")
    return " ".join(filter(None, parts))


def _good(direction: str) -> str:
    words = DIRECTIONS.get(direction, "")
    return f"{words.capitalize()}." if words else ""


FORMAT = Format(
    name="jira",
    title="For Jira (CSV)",
    note="Epics, tasks and sub-tasks; owners by e-mail address.",
    extension="csv",
    media_type="text/csv; charset=utf-8",
    part="jira",
    write=write,
    needs_emails=True,
)
