"""A CSV that Notion turns into a database: one row per key result, with its objective, evidence and work in columns.

Notion's import knows no relations, so everything that belongs to a key result stands in its row.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.exports.format import Format, Options
from app.exports.rows import email_of
from app.exports.table import Cell, csv_bytes
from app.exports.words import MODES, document_title, kr_name, limit_line, numbered, sheet_guardrails
from facilitation.outcome import Outcome

COLUMNS = (
    "Key result",
    "Number",
    "Objective",
    "Objective owner",
    "Mode",
    "Owner",
    "Owner email",
    "KPI",
    "From",
    "To",
    "Unit",
    "Due",
    "Indicator",
    "Guardrails",
    "What moves first",
    "How it is tested",
    "What decides",
    "Where it is written",
    "Initiatives",
    "Workshop",
    "Status",
)


def write(outcome: Outcome, options: Options) -> bytes:
    """UTF-8 CSV with `COLUMNS`; an objective without key results gets one row of its own."""
    return csv_bytes(COLUMNS, _rows(outcome, options))


def _rows(outcome: Outcome, options: Options) -> Iterator[tuple[Cell, ...]]:
    status = "final" if outcome.final else "draft"
    for objective, krs in numbered(outcome):
        mode = MODES.get(objective.objective.mode or "", "")
        guardrails = "; ".join(limit_line(item) for item in sheet_guardrails(outcome, objective))
        common = (objective.sentence, objective.owner_name, mode)
        end = (document_title(outcome), status)
        if not krs:
            yield ("", None, *common, *[""] * 8, guardrails, *[""] * 5, *end)
        for number, kr in krs:
            result, plan = kr.key_result, kr.key_result.evidence
            work = [item.text for item in outcome.initiatives if item.key_result == result.id]
            yield (
                kr.sentence or kr_name(kr),
                number,
                *common,
                kr.owner_name,
                email_of(kr.owner_name, options.emails),
                kr.kpi_name,
                result.start,
                result.band[1] if result.kind == "range" and result.band else result.target,
                result.unit,
                result.due or outcome.end,
                kr.indicator,
                guardrails,
                plan.signal,
                plan.design,
                plan.decision or result.proof,
                plan.record,
                "; ".join(work),
                *end,
            )


FORMAT = Format(
    name="notion",
    title="For Notion (CSV)",
    note="One row per key result, ready for a database.",
    extension="csv",
    media_type="text/csv; charset=utf-8",
    part="notion",
    write=write,
)
