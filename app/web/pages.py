"""The pages people open: home, join, phone, console, wall. Each is drawn from the room's own regions, so a reload shows
exactly what the live screen shows (LIVE-4)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.rendering.plain_forms import with_once
from app.rendering.templates import build, draw
from app.rooms.clock import now_ms
from app.rooms.protocol import PROTOCOL
from app.web.context import Visit, may_watch, running, seated, visit
from app.web.errors import error_page
from app.web.security import device_of, new_token
from app.web.workshops import join_page
from facilitation.messages import ScreenKind
from facilitation.text import clean

router = APIRouter()


@router.get("/")
async def home(request: Request, code: str = "") -> Response:
    """Type a code, make a workshop, or go on with one of yours."""
    app = running(request)
    if code:
        found = await visit(request, code)
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    device = device_of(request)
    rows = await app.store.workshops_of(device) if device else []
    mine = []
    for row in rows[:20]:
        seat = await app.store.seat(row.id, device or "", "facilitator")
        mine.append({"code": row.code, "title": row.title, "facilitates": seat is not None})
    return HTMLResponse(draw("pages/home.html", {"mine": mine}))


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers."""
    return JSONResponse({"ok": True, "build": build()})


def _screen(
    found: Visit, screen: ScreenKind, template: str, person: str, extra: dict[str, Any]
) -> HTMLResponse:
    room = found.room
    canvas = room.canvas(screen)
    own = room.own(person) if screen == "phone" else None

    once = new_token()

    def region(region_id: str) -> object:
        drawn = own if own is not None and region_id in own.drawn else canvas
        return with_once(drawn.html(region_id), once)

    data = {
        "region": region,
        "screen": screen,
        "code": found.row.code,
        "spoken": f"{found.row.code[:4]}-{found.row.code[4:]}",
        "title": room.workshop.setup.title,
        "lang": room.workshop.setup.language,
        "data": {
            "epoch": found.app.store.epoch,
            "seq": room.workshop.seq,
            "build": build(),
            "proto": PROTOCOL,
            "now": now_ms(),
            "person": person,
        },
        "said": "",
        "seat": "",
        "name": room.names.get(person, ""),
        **extra,
    }
    return HTMLResponse(draw(template, data))


@router.get("/w/{code}")
async def phone(request: Request, code: str, said: str = "") -> Response:
    """A participant's screen."""
    found = await visit(request, code)
    person = await seated(request, found, "participant")
    if person is None:
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    extra = {"said": clean(said)[:300], "facilitates": person.role == "facilitator"}
    return _screen(found, "phone", "pages/phone.html", person.id, extra)


@router.get("/w/{code}/seat/{seat}")
async def seat_without_phone(request: Request, code: str, seat: str, said: str = "") -> Response:
    """A phone screen on which the facilitator acts for somebody who has none."""
    found = await visit(request, code)
    if await seated(request, found, "facilitator") is None:
        return error_page(403, "Not for this device", "Only the facilitator can act for somebody.")
    person = found.room.workshop.people.get(seat)
    if person is None or person.phone or person.removed:
        return error_page(404, "No such seat", "Choose a seat without a phone from the list of people.")
    extra = {"said": clean(said)[:300], "seat": seat, "facilitates": False}
    return _screen(found, "phone", "pages/phone.html", seat, extra)


@router.get("/w/{code}/console")
async def console(request: Request, code: str, said: str = "") -> Response:
    """The facilitator's screen."""
    found = await visit(request, code)
    person = await seated(request, found, "facilitator")
    if person is None:
        return error_page(
            403,
            "Not for this device",
            "Open the console with the facilitator's link, or ask the host for a new one.",
        )
    base = found.app.addresses.base
    found.app.addresses.learn(request)
    if base != found.app.addresses.base or found.room.place.url == "":
        found.room.place = found.app.addresses.place(found.row.code)
    return _screen(found, "console", "pages/console.html", person.id, {"said": clean(said)[:300]})


@router.get("/w/{code}/wall")
async def wall(request: Request, code: str, key: str = "") -> Response:
    """The wall: read only."""
    found = await visit(request, code)
    if not await may_watch(request, found, key):
        return error_page(
            403,
            "This wall needs its link",
            "Open it from the console, or ask the facilitator for the wall's link.",
        )
    return _screen(found, "wall", "pages/wall.html", "", {"key": key})


@router.get("/{code}")
async def join(request: Request, code: str, again: bool = False) -> Response:
    """The join page; a phone that has a seat goes straight in."""
    found = await visit(request, code)
    person = await seated(request, found, "participant")
    if person is not None and not again:
        return RedirectResponse(f"/w/{found.row.code}", status_code=303)
    name = found.room.names.get(person.id, "") if person else ""
    return join_page(request, found, name)
