"""The outcome as an Excel workbook: one sheet per thing people filter and sort.

Numbers are numbers, dates are ISO texts, and no text can run: a text cell is stored as text, and one that looks like a
formula carries an apostrophe besides, so that it stays harmless when it is copied on.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.exports.clean import one_line
from app.exports.format import Format, Options, moment
from app.exports.rows import email_of
from app.exports.table import Cell, harmless
from app.exports.words import MODES, ROLES, document_title, kr_name, kr_numbers, numbered
from facilitation.outcome import Outcome

LONGEST = 32_000
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
INK, MUTED, GREEN = "1B1F23", "57606A", "0B6E4F"
OKR_COLUMNS = (
    "KR",
    "Objective",
    "Mode",
    "Objective owner",
    "Key result",
    "KPI",
    "From",
    "To",
    "Unit",
    "Suggested",
    "Due",
    "Owner",
    "Owner email",
    "Indicator",
    "Confidence",
    "First sign",
    "Test",
    "Decision",
    "Record",
    "Arithmetic",
)
KPI_COLUMNS = (
    "Id",
    "KPI",
    "Feeds",
    "Role",
    "Indicator",
    "Control",
    "Baseline",
    "Spread",
    "Unit",
    "Direction",
    "Value",
    "Formula",
    "Definition",
    "Source",
    "Query",
    "Owner",
    "Cadence",
    "Segments",
    "Caveats",
    "Check",
)
Table = tuple[str, Sequence[str], list[Sequence[Cell]]]


def write(outcome: Outcome, options: Options) -> bytes:
    """An .xlsx with the sheets OKRs, Guardrails, Levers, KPIs, Work, Session; the same bytes for the same outcome."""
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for title, head, rows in _tables(outcome, options):
        _fill(book.create_sheet(title), head, rows)
    at = moment(outcome, options).astimezone(dt.UTC).replace(tzinfo=None)
    book.properties.creator = "Levertree"
    book.properties.title = one_line(document_title(outcome))[:250]
    book.properties.created = book.properties.modified = at
    out = io.BytesIO()
    book.save(out)
    return _dated(out.getvalue(), at)


def _tables(outcome: Outcome, options: Options) -> Iterable[Table]:
    numbers = kr_numbers(outcome)
    names = {item.kpi.id: item.kpi.name for item in outcome.kpis}
    yield (
        "OKRs",
        OKR_COLUMNS,
        [
            (
                number,
                objective.sentence,
                MODES.get(objective.objective.mode or "", ""),
                objective.owner_name,
                kr.sentence or kr_name(kr),
                kr.kpi_name,
                kr.key_result.start,
                kr.key_result.band[1] if kr.key_result.band else kr.key_result.target,
                kr.key_result.unit,
                kr.key_result.suggestion,
                kr.key_result.due,
                kr.owner_name,
                email_of(kr.owner_name, options.emails),
                kr.indicator,
                kr.confidence,
                kr.key_result.evidence.signal,
                kr.key_result.evidence.design,
                kr.key_result.evidence.decision or kr.key_result.proof,
                kr.key_result.evidence.record,
                " ".join(filter(None, [kr.arithmetic, kr.chance])),
            )
            for objective, rows in numbered(outcome)
            for number, kr in rows
        ],
    )
    yield (
        "Guardrails",
        ("Guardrail", "Comparator", "Limit", "Unit", "Now", "State", "Note", "Owner", "If it trips"),
        [
            (
                item.guardrail.name,
                {"<=": "at most", ">=": "at least"}.get(item.guardrail.comparator or "", ""),
                item.guardrail.threshold,
                item.guardrail.unit,
                item.guardrail.current,
                item.state,
                item.note,
                item.owner_name,
                item.guardrail.action,
            )
            for item in outcome.guardrails
        ],
    )
    yield (
        "Levers",
        ("Rank", "Lever", "Votes", "Effect", "Effect in words", "Control", "Score", "Remark", "Chosen"),
        [
            (
                lever.rank,
                lever.name,
                lever.votes,
                lever.effect,
                lever.effect_text,
                lever.control,
                lever.score,
                lever.badge,
                "yes" if lever.chosen else "",
            )
            for lever in outcome.levers
        ],
    )
    yield (
        "KPIs",
        KPI_COLUMNS,
        [
            (
                item.kpi.id,
                item.kpi.name,
                names.get(item.kpi.parent or "", ""),
                ROLES.get(item.role, ""),
                item.kpi.indicator,
                item.kpi.control,
                item.kpi.baseline,
                item.kpi.sigma,
                item.kpi.unit,
                item.kpi.direction,
                item.value_text,
                item.formula_text,
                item.kpi.definition,
                item.kpi.source,
                item.kpi.query,
                item.owner_name,
                item.kpi.cadence,
                item.kpi.segments or item.kpi.segment,
                item.kpi.caveats,
                item.check,
            )
            for item in outcome.kpis
        ],
    )
    work: list[Sequence[Cell]] = [
        ("Initiative", item.text, numbers.get(item.key_result or ""), item.assumption)
        for item in outcome.initiatives
    ]
    work += [("Next step", text, None, "") for text in outcome.next_steps]
    work += [("Parked", text, None, "") for text in outcome.parking]
    work += [
        ("Session to hold", item.title, None, f"{item.start}, {item.minutes} minutes")
        for item in outcome.calendar
    ]
    work += [(fact.label, fact.text, None, fact.source) for fact in outcome.plan_30_60_90]
    yield ("Work", ("Kind", "What", "KR", "Note"), work)
    yield (
        "Session",
        ("Phase", "Planned minutes", "Real minutes", "Contributed", "Present"),
        [
            (phase.title, phase.planned, phase.real, phase.contributed, phase.present)
            for phase in outcome.phases
        ],
    )


def _fill(sheet: Worksheet, head: Sequence[str], rows: list[Sequence[Cell]]) -> None:
    for column, title in enumerate(head, 1):
        cell = sheet.cell(row=1, column=column, value=title)
        cell.font = Font(bold=True, color=GREEN)
        cell.border = Border(bottom=Side(style="medium", color=INK))
        cell.alignment = Alignment(vertical="bottom", wrap_text=True)
    for line, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            if value is not None and value != "":
                _set(sheet.cell(row=line, column=column), value)
    for column, title in enumerate(head, 1):
        longest = max([len(title), *(len(str(row[column - 1] or "")) for row in rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), 48)
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(rows) + 1}"


def _set(cell: SheetCell | MergedCell, value: str | float | int) -> None:
    if isinstance(value, str):
        cell.value = harmless(value)[:LONGEST]
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    else:
        cell.value = value
        cell.alignment = Alignment(vertical="top")


def _dated(data: bytes, at: dt.datetime) -> bytes:
    """The same workbook with the download's time on its parts instead of the clock's: repeatable byte for byte."""
    out = io.BytesIO()
    stamp = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, date_time=stamp)
            part.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(name)
            if name == "docProps/core.xml":  # the library writes the clock's time on saving
                content = MODIFIED.sub(rb"\g<1>" + at.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            new.writestr(part, content)
    return out.getvalue()


FORMAT = Format(
    name="xlsx",
    title="Workbook (Excel)",
    note="OKRs, guardrails, levers, KPIs, work and session, each on its sheet.",
    extension="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    part="outcome",
    write=write,
)
