"""What becomes of a workshop afterwards: saved as a file, continued from one, deleted, and names that are forgotten."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Form, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import archive
from app.exports.format import slug
from app.rendering.templates import draw
from app.rooms.clock import now_ms
from app.storage.api import CodeTaken, NotFound
from app.web.context import App, Visit, caller, opened, running, seated, visit
from app.web.errors import error_page
from app.web.security import fits, new_code, same_origin, tidy_code
from app.web.workshops import seat_facilitator
from facilitation.session.people import Renamed

router = APIRouter()
log = structlog.get_logger()


async def _facilitates(request: Request, found: Visit) -> bool:
    """Whether this is a facilitator's own browser, on one of our own pages."""
    return await seated(request, found, "facilitator") is not None and (
        request.method == "GET" or same_origin(request.headers, found.app.settings)
    )


@router.get("/w/{code}/archive")
async def save(request: Request, code: str) -> Response:
    """The whole workshop as one file, without its secrets."""
    found = await visit(request, code)
    if not await _facilitates(request, found):
        return error_page(403, "Not for this device", "Only the facilitator can save the whole workshop.")
    await found.room.look()
    recorded = await found.app.store.read(found.row.id, 0)
    names = await found.app.store.names(found.row.id)
    data = await asyncio.to_thread(archive.write, recorded, names, found.app.rooms.codec, now_ms())
    file = f"{slug(found.room.workshop.setup.title) or 'workshop'}-levertree.json"
    return Response(
        data,
        media_type="application/json",
        headers={"Content-Disposition": f"attachment; filename=\"{file}\"; filename*=UTF-8''{quote(file)}"},
    )


def _continue_page(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    data = {"problem": problem, "needs_key": running(request).settings.host_key is not None}
    return HTMLResponse(draw("pages/continue.html", data), status_code=status)


@router.get("/continue")
async def ask(request: Request) -> Response:
    """Where a saved workshop is handed in."""
    return _continue_page(request)


@router.post("/continue")
async def continue_(request: Request) -> Response:
    """A saved workshop goes on here, under a new code, with this browser as its facilitator."""
    app = running(request)
    if not same_origin(request.headers, app.settings):
        return error_page(403, "Sent from another site", "Open Levertree itself and continue from there.")
    async with request.form() as form:
        if not app.codes.left(caller(request)):
            return _continue_page(request, "Too many wrong keys. Wait a minute, then try again.", 429)
        if not fits(app.settings.host_key, str(form.get("host_key", ""))):
            app.codes.take(caller(request))
            return _continue_page(request, "This server needs its host’s key. Check the key.", 403)
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            return _continue_page(request, "Choose the file first.", 422)
        data = await upload.read(archive.LARGEST + 1)
    try:
        found = await asyncio.to_thread(archive.read, data, app.rooms.codec)
    except archive.UnreadableArchive as problem:
        log.info("file refused", why=str(problem), cause=repr(problem.__cause__))
        return _continue_page(request, str(problem), 422)
    code = await continue_from(app, found)
    row = await app.store.workshop_by_code(code)
    assert row is not None
    visited = await opened(app, row)
    app.addresses.learn(request)
    visited.room.place = app.addresses.place(code)
    response = RedirectResponse(f"/w/{code}/console", status_code=303)
    await seat_facilitator(request, visited, response, "")
    return response


async def continue_from(app: App, found: archive.Archive) -> str:
    """Store a read archive as a new workshop with its names; gives the new code."""
    while True:
        code = new_code()
        events = found.events_for(code, app.rooms.codec.encode)
        try:
            workshop_id = await app.store.create_workshop(code=code, title=found.title, events=events)
        except CodeTaken:
            continue
        for person, name in found.names.items():
            await app.store.add_person(workshop_id, person, name)
        return code


@router.post("/w/{code}/delete")
async def delete(request: Request, code: str, confirm: Annotated[str, Form()] = "") -> Response:
    """Delete a workshop with everything in it, once its code has been typed."""
    found = await visit(request, code)
    if not await _facilitates(request, found):
        return error_page(403, "Not for this device", "Only the facilitator can delete the workshop.")
    if tidy_code(confirm) != found.row.code:
        return error_page(
            422, "Nothing was deleted", "What you typed is not this workshop's code. Go back and type it."
        )
    await delete_workshop(found.app, found.row.id)
    return HTMLResponse(draw("pages/deleted.html", {"name": found.row.title}))


async def delete_workshop(app: App, workshop_id: str) -> None:
    """Send everybody out, delete, and send out whoever came back in between."""
    await app.rooms.drop(workshop_id)
    await app.store.delete_workshop(workshop_id)
    with suppress(NotFound):
        await app.rooms.drop(workshop_id)


@router.post("/w/{code}/people/{person}/forget")
async def forget(request: Request, code: str, person: str) -> Response:
    """Delete somebody's name for ever; what the group made stays, without it."""
    found = await visit(request, code)
    facilitator = await seated(request, found, "facilitator")
    if facilitator is None or not await _facilitates(request, found):
        return error_page(403, "Not for this device", "Only the facilitator can have a name forgotten.")
    try:
        await found.app.store.delete_name(found.row.id, person)
    except NotFound:
        return error_page(404, "Nobody here", "This person is not in the workshop any more.")
    await found.room.say(facilitator.id, "facilitator", Renamed(person=person))
    return RedirectResponse(f"/w/{found.row.code}/outcome#keep", status_code=303)
