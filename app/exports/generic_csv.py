"""The OKRs as a plain CSV table: one row per objective, key result and initiative, joined by `parent_row_id`."""

from __future__ import annotations

from app.exports.format import Format, Options
from app.exports.rows import rows
from app.exports.table import csv_bytes
from facilitation.outcome import Outcome

COLUMNS = (
    "row_id",
    "parent_row_id",
    "type",
    "title",
    "description",
    "owner_name",
    "owner_email",
    "period",
    "start_date",
    "due_date",
    "metric_name",
    "unit",
    "direction",
    "start",
    "target",
    "mode",
    "kpi_id",
    "guardrails",
    "tags",
)


def write(outcome: Outcome, options: Options) -> bytes:
    """UTF-8 CSV with `COLUMNS`; several guardrails or tags in a cell are parted by "; "."""
    return csv_bytes(
        COLUMNS,
        (
            (
                row.row_id,
                row.parent,
                row.kind,
                row.title,
                row.description,
                row.owner,
                row.email,
                outcome.period,
                outcome.start,
                row.due,
                row.metric,
                row.unit,
                row.direction,
                row.start,
                row.target,
                row.mode,
                row.kpi,
                "; ".join(row.guardrails),
                "; ".join(row.tags),
            )
            for row in rows(outcome, options)
        ),
    )


FORMAT = Format(
    name="csv",
    title="OKR table (CSV)",
    note="One row per objective, key result and initiative.",
    extension="csv",
    media_type="text/csv; charset=utf-8",
    part="okrs",
    write=write,
)
