"""Bringing a KPI list onto the board: a file or pasted cells, a preview that says per row what will happen, then one step.

Files are untrusted: their size is checked before they are read, and decoding and planning happen in a thread, so that a large
or wicked file slows nobody down. Nothing is stored before the facilitator confirms.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.imports import MAX_BYTES, read_table
from app.rendering.templates import draw
from app.web.context import Visit, seated, visit
from app.web.errors import error_page
from app.web.security import same_origin
from facilitation.kpi_import import ImportPlan
from facilitation.messages import Rejected
from facilitation.planting import ImportKpis, plan
from facilitation.state import Person, Workshop
from facilitation.units import show_number

router = APIRouter()
MOST_SENT = MAX_BYTES + 200_000
ROWS_SHOWN = 300

Rows = tuple[tuple[str, ...], ...]


async def _facilitator(request: Request, code: str) -> tuple[Visit, Person | None]:
    found = await visit(request, code)
    return found, await seated(request, found, "facilitator")


def _not_here() -> HTMLResponse:
    return error_page(403, "Not for this device", "Only the facilitator can import a list of KPIs.")


def _page(found: Visit, problem: str = "", status: int = 200, **extra: Any) -> HTMLResponse:
    data = {"code": found.row.code, "problem": problem, "text": "", "plan": None, "ask": "", **extra}
    return HTMLResponse(draw("pages/import.html", {**data, "wide": True}), status_code=status)


@router.get("/w/{code}/import")
async def import_page(request: Request, code: str) -> Response:
    """Choose a file or paste cells."""
    found, person = await _facilitator(request, code)
    return _not_here() if person is None else _page(found)


@router.post("/w/{code}/import")
async def preview(request: Request, code: str) -> Response:
    """What will happen with each row; nothing has happened yet."""
    found, person = await _facilitator(request, code)
    if person is None or not same_origin(request.headers, found.app.settings):
        return _not_here()
    form = await _form(request)
    if form is None:
        return _page(found, "The file is larger than 5 MB. Keep the KPI list only and try again.", 413)
    rows = await _rows(form)
    style = form.texts.get("style", "")
    if isinstance(rows, Rejected):
        return _page(found, rows.reason, 422, text=form.texts.get("text", "")[:50_000])
    planned = await asyncio.to_thread(plan, found.room.workshop, rows, style)
    table = msgspec.json.encode(rows).decode()
    if planned.problem:
        return _page(found, planned.problem, 422, text=form.texts.get("text", "")[:50_000])
    if planned.ask:
        return _page(found, ask=planned.ask, table=table)
    return _page(found, plan=_told(planned, found.room.workshop), table=table, style=style)


@router.post("/w/{code}/import/confirm")
async def confirm(request: Request, code: str) -> Response:
    """Do what the preview said."""
    found, person = await _facilitator(request, code)
    if person is None or not same_origin(request.headers, found.app.settings):
        return _not_here()
    form = await _form(request)
    rows = None if form is None else _sent(form.texts.get("table", ""))
    if form is None or rows is None:
        return _page(found, "The preview was lost on the way. Choose the file again.", 422)
    command = ImportKpis(rows=rows, style=form.texts.get("style", ""))
    told = await found.room.say(person.id, "facilitator", command)
    problem = told.refusal or told.later
    if problem:
        return _page(found, problem, 409)
    return RedirectResponse(f"/w/{found.row.code}/console", status_code=303)


class Sent(msgspec.Struct, frozen=True):
    """What came with a form: its texts, and the file with its name."""

    texts: dict[str, str]
    name: str = ""
    data: bytes = b""


async def _form(request: Request) -> Sent | None:
    """The form, its file closed again; `None` if it says or turns out to be too large."""
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > MOST_SENT:
        return None
    try:
        async with request.form(max_files=1, max_fields=6, max_part_size=MOST_SENT) as form:
            texts = {key: value for key, value in form.items() if isinstance(value, str)}
            file = form.get("file")
            if isinstance(file, UploadFile) and file.filename:
                return Sent(texts, file.filename, await file.read(MAX_BYTES + 1))
            return Sent(texts)
    except HTTPException:
        return None


async def _rows(form: Sent) -> Rows | Rejected:
    """The rows of the file, else of the pasted cells, else those of an earlier preview."""
    sent = _sent(form.texts.get("table", ""))
    if sent is not None:
        return sent
    name, data = (form.name, form.data) if form.name else ("pasted", form.texts.get("text", "").encode())
    if not data.strip():
        return Rejected("Choose a file, or paste the cells of your list with their header.")
    table = await asyncio.to_thread(read_table, name, data)
    return table if isinstance(table, Rejected) else tuple(tuple(row) for row in table)


def _sent(table: str) -> Rows | None:
    """The rows carried from the preview; `None` if there are none or they are no rows."""
    try:
        return msgspec.json.decode(table.encode(), type=Rows) if table else None
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _told(planned: ImportPlan, workshop: Workshop) -> dict[str, Any]:
    known = {kpi.id: kpi for kpi in planned.changes}
    rows = []
    for row in planned.rows[:ROWS_SHOWN]:
        kpi = known.get(row.kpi or "")
        rows.append(
            {
                "line": row.line,
                "name": row.name,
                "action": row.action,
                "sentence": row.sentence,
                "warnings": list(row.warnings),
                "value": show_number(kpi.baseline, kpi.unit) if kpi and kpi.baseline is not None else "",
                "under": _name(kpi.parent, known, workshop) if kpi and kpi.parent else "",
            }
        )
    return {
        "rows": rows,
        "more": max(len(planned.rows) - ROWS_SHOWN, 0),
        "add": planned.count("add"),
        "update": planned.count("update"),
        "same": planned.count("same"),
        "refuse": planned.count("refuse"),
        "ignored": list(planned.ignored_columns),
        "any": bool(planned.changes),
    }


def _name(key: str, known: dict[str, Any], workshop: Workshop) -> str:
    kpi = known.get(key) or workshop.kpis.get(key)
    return kpi.name if kpi is not None else ""
