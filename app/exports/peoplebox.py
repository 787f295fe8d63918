"""A CSV that Peoplebox imports as goals (its "Goals Import via CSV", version 2). Owners go by e-mail address."""

from __future__ import annotations

from app.exports.format import Format, Options
from app.exports.rows import Row, rows
from app.exports.table import csv_bytes
from facilitation.outcome import Outcome

COLUMNS = (
    "Row ID",
    "Parent Row IDs",
    "Parent Goal IDs",
    "Goal ID",
    "Action",
    "Goal Title",
    "Owner Emails",
    "Goal Cycle",
    "Goal Type",
    "Scope",
    "Departments",
    "Start Date",
    "End Date",
    "Description",
    "Starting Value",
    "Target Value",
    "Current Value",
    "Progress Status",
    "Check-in Type",
    "Tags",
)
CURRENCIES = {"$": "Dollar", "USD": "Dollar", "US$": "Dollar", "€": "Euro", "EUR": "Euro"}


def write(outcome: Outcome, options: Options) -> bytes:
    """UTF-8 CSV with Peoplebox's columns; objectives roll up from their key results. Initiatives are not goals there."""
    company = outcome.scope == "company"
    return csv_bytes(
        COLUMNS,
        (
            (
                row.row_id,
                row.parent,
                "",
                "",
                "",
                row.title,
                row.email,
                outcome.period,
                goal_type(row),
                "Company" if company else "Department",
                "" if company else outcome.team,
                outcome.start,
                row.due,
                row.description,
                row.start,
                row.target,
                row.start,
                "",
                "Auto Rollup" if row.kind == "objective" else "Manual",
                ", ".join(tag.replace(",", " ") for tag in row.tags),
            )
            for row in rows(outcome, options)
            if row.kind != "initiative"
        ),
    )


def goal_type(row: Row) -> str:
    """How Peoplebox measures the row: by progress, yes or no, or a number with its kind of unit."""
    if row.kind == "objective":
        return "Default Progress"
    if row.result_kind in ("binary", "qualitative"):
        return "Binary"
    if row.target is None:
        return "Default Progress"
    unit = row.unit.strip()
    return "Custom Percent" if unit.startswith("%") else CURRENCIES.get(unit, "Number")


FORMAT = Format(
    name="peoplebox",
    title="For Peoplebox (CSV)",
    note="Goals with parents; owners by e-mail address.",
    extension="csv",
    media_type="text/csv; charset=utf-8",
    part="peoplebox",
    write=write,
    needs_emails=True,
)
