"""The outcome as a page and in every registered format, for those with a seat and for those with a share link."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.exports import FORMATS, Format, Options
from app.rendering.templates import draw
from app.rooms.room import now_ms
from app.web.context import NoWorkshop, Visit, caller, running, seated, visit
from app.web.errors import error_page
from app.web.security import hashed, new_token, same_origin
from facilitation.outcome import Outcome
from facilitation.telling import outcome_of

router = APIRouter()

SHARED_FOR_DAYS = 30


async def outcome_for(found: Visit) -> Outcome:
    """The outcome as it stands now; computed in a thread, so that no room waits for it."""
    workshop = await found.room.look()
    names = dict(found.room.names)
    return await asyncio.to_thread(outcome_of, workshop, names)


async def _may_read(request: Request, found: Visit) -> bool:
    if await seated(request, found, "facilitator") is not None:
        return True
    return await seated(request, found, "participant") is not None


def _page(outcome: Outcome, base: str, extra: dict[str, object]) -> HTMLResponse:
    files = [
        {
            "name": form.title,
            "href": f"{base}/{name}",
            "format": form.extension.upper(),
            "text": form.note,
            "needs_emails": form.needs_emails,
        }
        for name, form in FORMATS.items()
    ]
    owners = sorted({kr.owner_name for o in outcome.objectives for kr in o.key_results if kr.owner_name})
    data = {"outcome": outcome, "files": files, "owners": owners, "base": base, **extra}
    return HTMLResponse(draw("pages/outcome.html", data))


@router.get("/w/{code}/outcome")
async def page(request: Request, code: str) -> Response:
    """The outcome on one page, for everybody with a seat."""
    found = await visit(request, code)
    if not await _may_read(request, found):
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    facilitates = await seated(request, found, "facilitator") is not None
    outcome = await outcome_for(found)
    return _page(
        outcome,
        f"/w/{found.row.code}/outcome",
        {"code": found.row.code, "facilitates": facilitates, "shared": False},
    )


@router.get("/w/{code}/outcome/{name}")
async def download(request: Request, code: str, name: str) -> Response:
    """One format. `?email.Ana Ruiz=ana@…` maps owners to addresses for tools that want them."""
    found = await visit(request, code)
    if not await _may_read(request, found):
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    return await _file(request, await outcome_for(found), name)


async def _file(request: Request, outcome: Outcome, name: str) -> Response:
    form = FORMATS.get(name)
    if form is None:
        return error_page(404, "No such format", "Choose one of the formats on the outcome page.")
    emails = {
        key.removeprefix("email."): value.strip()
        for key, value in request.query_params.items()
        if key.startswith("email.") and value.strip()
    }
    options = Options(at=datetime.now(UTC).replace(microsecond=0), emails=emails)
    data = await asyncio.to_thread(form.export, outcome, options)
    return _download(form, outcome, data)


def _download(form: Format, outcome: Outcome, data: bytes) -> Response:
    file_name = form.file_name(outcome)
    return Response(
        data,
        media_type=form.media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{file_name}\"; filename*=UTF-8''{quote(file_name)}"
        },
    )


@router.post("/w/{code}/share")
async def share(request: Request, code: str) -> Response:
    """A read-only link to the outcome that ends by itself."""
    found = await visit(request, code)
    if await seated(request, found, "facilitator") is None or not same_origin(
        request.headers, found.app.settings
    ):
        return error_page(403, "Not for this device", "Only the facilitator can share the outcome.")
    token = new_token()
    ends = datetime.now(UTC) + timedelta(days=SHARED_FOR_DAYS)
    await found.app.store.add_capability(found.row.id, "share", hashed(token), int(ends.timestamp() * 1000))
    data = {
        "kind": "share",
        "link": f"{found.app.addresses.base}/s/{token}",
        "code": found.row.code,
        "until": ends.date().isoformat(),
    }
    return HTMLResponse(draw("pages/link.html", data))


async def _shared(request: Request, token: str) -> Visit:
    app = running(request)
    capability = await app.store.capability(hashed(token))
    if capability is None or capability.kind != "share" or (capability.expires_at or 0) < now_ms():
        app.codes.take(caller(request))
        raise NoWorkshop
    row = await app.store.workshop(capability.workshop_id)
    if row is None:
        raise NoWorkshop
    return Visit(app=app, row=row, room=await app.rooms.room(row.id))


@router.get("/s/{token}")
async def shared_page(request: Request, token: str) -> Response:
    """The outcome for somebody with a share link."""
    found = await _shared(request, token)
    return _page(await outcome_for(found), f"/s/{token}", {"code": "", "facilitates": False, "shared": True})


@router.get("/s/{token}/{name}")
async def shared_download(request: Request, token: str, name: str) -> Response:
    """One format for somebody with a share link."""
    found = await _shared(request, token)
    return await _file(request, await outcome_for(found), name)
