"""The checks while somebody types: the words of one objective or key result, read as if they were saved.

The answer is a fragment for the page (htmx asks 400 ms after the last key); nothing is stored and nobody else sees it. Without
script the same remarks appear beside the sentence after saving.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.rendering.fragments import name_of
from app.rendering.templates import draw
from app.web.context import running, seated, visit
from app.web.security import Allowance, device_of, same_origin
from facilitation.lint.document import Kind
from facilitation.sheet import words_read

router = APIRouter()

MOST = 400
ASKED = Allowance(per_second=6, burst=30)
KINDS: dict[str, Kind] = {"objective": "objective", "key-result": "key_result"}


@router.post("/w/{code}/lint/{kind}")
async def read_words(request: Request, code: str, kind: str) -> Response:
    """Remarks on what stands in a field now, as a fragment; empty while there is nothing to say."""
    found = await visit(request, code)
    if kind not in KINDS or not same_origin(request.headers, running(request).settings):
        return HTMLResponse("", status_code=403)
    person = await seated(request, found, "facilitator") or await seated(request, found, "participant")
    if person is None:
        return HTMLResponse("", status_code=403)
    if not ASKED.take(device_of(request) or ""):
        return Response(status_code=204)
    form = await request.form()
    given = {field: str(form.get(field, "")) for field in ("words", "id", "kpi")}
    remarks = words_read(found.room.workshop, KINDS[kind], given["words"][:MOST], given["id"], given["kpi"])
    data = {"findings": remarks, "name": name_of(found.room.names)}
    return HTMLResponse(draw("activities/draft/live_remarks.html", data))
