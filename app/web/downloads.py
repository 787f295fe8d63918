"""The outcome as a page and in every registered format, for those with a seat and for those with a share link."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.exports import FORMATS, Format, Options
from app.exports.errors import PrintingError
from app.exports.rows import email_of
from app.rendering.templates import draw
from app.rooms.clock import now_ms
from app.web.context import NoWorkshop, TooManyTries, Visit, caller, running, seated, visit
from app.web.errors import error_page
from app.web.outcome_page import SHARED_FOR, Share, page_data
from app.web.security import hashed, new_token, same_origin
from facilitation.outcome import Outcome
from facilitation.telling import outcome_of

router = APIRouter()

MARK = 16
"""So many digits of a link's hash tell the links of one workshop apart."""


async def outcome_for(found: Visit) -> Outcome:
    """The outcome as it stands now; computed in a thread, so that no room waits for it."""
    workshop = await found.room.look()
    names = dict(found.room.names)
    return await asyncio.to_thread(outcome_of, workshop, names)


async def _may_read(request: Request, found: Visit) -> bool:
    if await seated(request, found, "facilitator") is not None:
        return True
    return await seated(request, found, "participant") is not None


async def _page(outcome: Outcome, base: str, extra: dict[str, object]) -> HTMLResponse:
    def drawn() -> str:
        return draw("pages/outcome.html", {**page_data(outcome, base), **extra})

    return HTMLResponse(await asyncio.to_thread(drawn))


@router.get("/w/{code}/outcome")
async def page(request: Request, code: str) -> Response:
    """The outcome on one page, for everybody with a seat."""
    found = await visit(request, code)
    if not await _may_read(request, found):
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    facilitates = await seated(request, found, "facilitator") is not None
    extra = {
        "code": found.row.code,
        "spoken": f"{found.row.code[:4]}-{found.row.code[4:]}",
        "facilitates": facilitates,
        "shared": False,
        "share_days": SHARED_FOR,
        "shares": await _shares(found) if facilitates else [],
        "people": [{"id": person, "name": name} for person, name in found.room.names.items()],
    }
    return await _page(await outcome_for(found), f"/w/{found.row.code}/outcome", extra)


@router.get("/w/{code}/outcome/{name}")
async def download(request: Request, code: str, name: str, paper: str = "a4") -> Response:
    """One format; `?paper=us-letter` for the ones that are printed."""
    found = await visit(request, code)
    if not await _may_read(request, found):
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    return await _file(found, name, paper, {})


@router.post("/w/{code}/outcome/{name}")
async def download_with_owners(request: Request, code: str, name: str) -> Response:
    """One format with the e-mail addresses of owners, for tools that insist on them. They are not kept."""
    found = await visit(request, code)
    if not same_origin(request.headers, found.app.settings):
        return error_page(403, "Sent from another site", "Open the outcome again and download it from there.")
    if not await _may_read(request, found):
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    return await _with_owners(request, found, name)


async def _with_owners(request: Request, found: Visit, name: str) -> Response:
    form = await request.form()
    pairs = zip(form.getlist("owner"), form.getlist("email"), strict=False)
    emails = {str(owner): str(email).strip() for owner, email in pairs if str(email).strip()}
    wrong = [email for owner, email in emails.items() if not email_of(owner, emails)]
    if wrong:
        return error_page(
            422, "This is no e-mail address", f"Go back and look at “{wrong[0]}” again, or leave it out."
        )
    return await _file(found, name, "a4", emails)


async def _file(found: Visit, name: str, paper: str, emails: dict[str, str], shared: str = "") -> Response:
    form = FORMATS.get(name)
    if form is None:
        return error_page(404, "No such format", "Choose one of the formats on the outcome page.")
    base = found.app.addresses.base
    options = Options(
        at=datetime.now(UTC).replace(microsecond=0),
        emails=emails,
        paper="us-letter" if paper == "us-letter" else "a4",
        font_folder=found.app.settings.font_folder,
        # Only a share link opens for whoever gets the file; without one the file carries no address.
        link=f"{base}/s/{shared}" if shared and base.startswith("https://") else "",
    )
    outcome = await outcome_for(found)
    try:
        data = await asyncio.to_thread(form.export, outcome, options)
    except PrintingError as error:
        return error_page(503, "This file could not be made", f"{error} The other formats work as ever.")
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


async def _shares(found: Visit) -> list[Share]:
    def day(at: int) -> str:
        return datetime.fromtimestamp(at / 1000, tz=UTC).date().isoformat()

    return [
        Share(
            mark=one.token_hash[:MARK], since=day(one.created_at), until=day(one.expires_at or one.created_at)
        )
        for one in await found.app.store.capabilities(found.row.id, "share")
    ]


@router.post("/w/{code}/share")
async def share(request: Request, code: str, days: Annotated[int, Form()] = 30) -> Response:
    """A read-only link to the outcome that ends by itself."""
    found = await visit(request, code)
    if await seated(request, found, "facilitator") is None or not same_origin(
        request.headers, found.app.settings
    ):
        return error_page(403, "Not for this device", "Only the facilitator can share the outcome.")
    if days not in SHARED_FOR:
        return error_page(422, "How long?", "Choose 7, 30 or 90 days.")
    token = new_token()
    ends = datetime.now(UTC) + timedelta(days=days)
    await found.app.store.add_capability(found.row.id, "share", hashed(token), int(ends.timestamp() * 1000))
    data = {
        "link": f"{found.app.addresses.base}/s/{token}",
        "code": found.row.code,
        "until": ends.date().isoformat(),
    }
    return HTMLResponse(draw("pages/shared.html", data))


@router.post("/w/{code}/share/end")
async def end_share(request: Request, code: str, mark: Annotated[str, Form()] = "") -> Response:
    """Take a share link back at once."""
    found = await visit(request, code)
    if await seated(request, found, "facilitator") is None or not same_origin(
        request.headers, found.app.settings
    ):
        return error_page(403, "Not for this device", "Only the facilitator can end a link.")
    for one in await found.app.store.capabilities(found.row.id, "share"):
        if one.token_hash[:MARK] == mark:
            await found.app.store.revoke(one.token_hash)
    return RedirectResponse(f"/w/{found.row.code}/outcome#share", status_code=303)


async def _shared(request: Request, token: str) -> Visit:
    app = running(request)
    capability = await app.store.capability(hashed(token))
    if capability is None or capability.kind != "share" or (capability.expires_at or 0) < now_ms():
        if not app.codes.take(caller(request)):
            raise TooManyTries
        raise NoWorkshop
    row = await app.store.workshop(capability.workshop_id)
    if row is None:
        raise NoWorkshop
    return Visit(app=app, row=row, room=await app.rooms.room(row.id))


@router.get("/s/{token}")
async def shared_page(request: Request, token: str) -> Response:
    """The outcome for somebody with a share link."""
    found = await _shared(request, token)
    extra: dict[str, object] = {"code": "", "facilitates": False, "shared": True}
    return await _page(await outcome_for(found), f"/s/{token}", extra)


@router.get("/s/{token}/{name}")
async def shared_download(request: Request, token: str, name: str, paper: str = "a4") -> Response:
    """One format for somebody with a share link."""
    return await _file(await _shared(request, token), name, paper, {}, shared=token)


@router.post("/s/{token}/{name}")
async def shared_with_owners(request: Request, token: str, name: str) -> Response:
    """As `download_with_owners`, for somebody with a share link."""
    found = await _shared(request, token)
    if not same_origin(request.headers, found.app.settings):
        return error_page(403, "Sent from another site", "Open the link again and download it from there.")
    return await _with_owners(request, found, name)
