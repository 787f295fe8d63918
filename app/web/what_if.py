"""Answers for oneself, while one types: what a value would do to the tree, whether a formula can be read, what pasted readings
say. Nothing is stored and nobody else sees it. A browser without script gets the same answer as a page.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.rendering.templates import draw
from app.web.context import Visit, seated, visit
from app.web.errors import error_page
from facilitation.activities.numbers import page_of
from facilitation.fields import number_field, style_of
from facilitation.formula import from_text
from facilitation.formula_nodes import FormulaProblem
from facilitation.insight import answer, ask_form
from facilitation.messages import Rejected
from facilitation.number_text import DecimalStyle
from facilitation.readings import AskStyle, NoReadings, read_readings
from facilitation.state import Person, Workshop
from facilitation.tree_edit import with_formula
from facilitation.tree_known import known
from facilitation.tree_view import place_text
from facilitation.units import show_number

router = APIRouter()
MOST_TEXT = 2_000


async def _person(request: Request, found: Visit) -> Person | None:
    return await seated(request, found, "facilitator") or await seated(request, found, "participant")


def _screen(found: Visit, person: Person) -> str:
    """The screen of this person: where a form without script posts to, and where it comes back to."""
    return f"/w/{found.row.code}" + ("/console" if person.role == "facilitator" else "")


def _value(workshop: Workshop, kpi_id: str, value: str, percent: str) -> float | str | None:
    """The value asked about: typed, or today's changed by so many percent; a sentence if it cannot be read."""
    kpi = workshop.kpis[kpi_id]
    if value.strip():
        typed = number_field(value[:MOST_TEXT], kpi.unit, "The value", style_of(workshop))
        return typed.reason if isinstance(typed, Rejected) else typed
    try:
        share = min(max(float(percent), -100.0), 1_000.0)
    except ValueError:
        share = 0.0
    return None if share == 0.0 or kpi.baseline is None else float(f"{kpi.baseline * (1 + share / 100):.6g}")


@router.get("/w/{code}/what-if")
async def what_if(
    request: Request, code: str, kpi: str = "", value: str = "", percent: str = "0"
) -> Response:
    """What every KPI above would be if this one had another value."""
    found = await visit(request, code)
    person = await _person(request, found)
    if person is None:
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    workshop = found.room.workshop
    data: dict[str, object] = {"problem": "", "a": {"kpi": "", "rows": []}, "can_propose": True, "action": ""}
    if kpi not in workshop.kpis:
        data["problem"] = "This KPI is not in the tree any more. Choose another one." if kpi else ""
    else:
        wanted = _value(workshop, kpi, value, percent)
        if isinstance(wanted, str):
            data["problem"] = wanted
        elif wanted is not None:
            data["a"] = answer(workshop, kpi, wanted)
    if request.headers.get("x-levertree") == "part":
        return HTMLResponse(draw("activities/tree/answer.html", data))
    data["action"] = _screen(found, person)
    page = {
        **data,
        "form": ask_form(workshop, workshop.current or ""),
        "code": found.row.code,
        "title": "What if?",
    }
    return HTMLResponse(draw("pages/what_if.html", page))


@router.get("/w/{code}/formula")
async def formula(request: Request, code: str, kpi: str = "", formula: str = "") -> Response:
    """Whether a formula can be read, and what it gives."""
    found = await visit(request, code)
    if await _person(request, found) is None:
        return HTMLResponse("")
    workshop = found.room.workshop
    here = workshop.kpis.get(kpi)
    if here is None or not formula.strip():
        return HTMLResponse("")
    names = {key: other.name for key, other in workshop.kpis.items() if key != kpi}
    text = from_text(formula[:20_000], names)
    data: dict[str, object] = {"problem": "", "gives": "", "waits": []}
    if isinstance(text, FormulaProblem):
        data["problem"] = text.sentence
    else:
        changed = with_formula(workshop.kpis, here, text)
        if isinstance(changed, Rejected):
            data["problem"] = changed.reason
        else:
            tree = known({**workshop.kpis, kpi: changed})
            data["gives"] = show_number(tree.evaluation.calculated.get(kpi), here.unit)
            data["waits"] = [
                tree.names[key] for key in tree.evaluation.missing.get(kpi, ()) if key in tree.names
            ]
            checks = [c for c in tree.checks.get(kpi, []) if c.severity != "info"]
            data["check"] = f"{checks[0].sentence} {checks[0].hint}" if checks else ""
    return HTMLResponse(draw("activities/tree/formula_answer.html", {"check": "", **data}))


@router.post("/w/{code}/readings")
async def readings(
    request: Request,
    code: str,
    kpi: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    style: Annotated[str, Form()] = "",
) -> Response:
    """What pasted readings say: mean, spread, count, spark line, and the one question about the decimal sign."""
    found = await visit(request, code)
    if await _person(request, found) is None:
        return HTMLResponse("")
    here = found.room.workshop.kpis.get(kpi)
    if here is None or not text.strip():
        return HTMLResponse("")
    chosen: DecimalStyle | None = "point" if style == "point" else "comma" if style == "comma" else None
    read = read_readings(text, here.unit, chosen)
    data: dict[str, object] = {"problem": "", "ask": None, "read": None}
    if isinstance(read, NoReadings):
        data["problem"] = read.sentence
    elif isinstance(read, AskStyle):
        data["ask"] = {"sentence": read.sentence, "point": f"{read.point:g}", "comma": f"{read.comma:g}"}
    else:
        data["read"] = {
            "mean": show_number(read.mean, here.unit),
            "sigma": show_number(read.sigma, here.unit) if read.sigma is not None else "",
            "count": read.count,
            "values": [reading.value for reading in read.readings],
            "skipped": list(read.skipped[:3]),
            "notes": list(read.notes),
        }
    return HTMLResponse(draw("activities/numbers/readings_answer.html", data))


@router.get("/w/{code}/move")
async def move_page(request: Request, code: str) -> Response:
    """Move a KPI with two lists, for browsers without script."""
    found = await visit(request, code)
    person = await _person(request, found)
    if person is None:
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    workshop = found.room.workshop
    choices = [{"value": kpi.id, "text": place_text(kpi, depth)} for kpi, depth in known(workshop.kpis).rows]
    data = {
        "code": found.row.code,
        "phase": workshop.current or "",
        "choices": choices,
        "title": "Move a KPI",
    }
    return HTMLResponse(draw("pages/move.html", {**data, "action": _screen(found, person)}))


@router.get("/w/{code}/kpi/{kpi}")
async def kpi_page(request: Request, code: str, kpi: str) -> Response:
    """The KPI's own page: definition, query, segments … each field with its form."""
    found = await visit(request, code)
    person = await _person(request, found)
    if person is None:
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    workshop = found.room.workshop
    here = workshop.kpis.get(kpi)
    if here is None:
        return error_page(404, "This KPI is gone", "It is not in the tree any more. Go back to the workshop.")
    data = {"code": found.row.code, "id": kpi, "phase": workshop.current or "", "pages": page_of(here)}
    data["action"] = _screen(found, person)
    if request.headers.get("x-levertree") == "part":
        return HTMLResponse(draw("activities/numbers/kpi_fields.html", data))
    return HTMLResponse(draw("pages/kpi.html", {**data, "kpi_name": here.name, "title": here.name}))
