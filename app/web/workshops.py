"""Making a workshop, getting in, and sending a command by an ordinary form: what changes something, without a socket."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.rendering.templates import draw
from app.rooms.clock import now_ms
from app.rooms.items import Told
from app.rooms.protocol import command_of
from app.storage.api import CodeTaken, NewEvent
from app.web.context import App, Visit, caller, opened, running, seated, visit
from app.web.errors import error_page
from app.web.once import answer_once
from app.web.security import (
    COOKIE,
    device_of,
    fits,
    give_device,
    hashed,
    is_secure,
    new_code,
    new_token,
    same_origin,
)
from facilitation.guide import GuideError, load_all
from facilitation.messages import Command, Rejected
from facilitation.session.people import Join, Renamed
from facilitation.session.period import doubt, meant
from facilitation.session.setup import ChangeSetup, WorkshopCreated, checked_setup
from facilitation.state import Setup, participants
from facilitation.text import clean

router = APIRouter()

NAME_LIMIT = 40
WHO = 12
"""So many names of those who are in are listed on the join page."""


class Forbidden(Exception):  # noqa: N818 - an ordinary answer
    """The form came from another site."""


def check_origin(request: Request) -> bool:
    """Whether a form comes from our own pages."""
    return same_origin(request.headers, running(request).settings)


def new_page(
    request: Request, values: dict[str, str], problem: str = "", status: int = 200, doubted: str = ""
) -> HTMLResponse:
    """The form for a new workshop, with what was typed, what is wrong with it, and what may be a slip (sent once more as it
    is, it is taken).
    """
    app = running(request)
    guides = [
        {
            "id": g.id,
            "title": g.title,
            "summary": g.summary,
            "minutes": g.minutes,
            "phases": [p.title for p in g.phases],
        }
        for g in load_all().values()
    ]
    data = {
        "guides": guides,
        "values": {**defaults(datetime.now(UTC).date()), **values},
        "problem": problem,
        "doubted": doubted,
        "fresh": not values,
        "needs_key": app.settings.host_key is not None,
    }
    return HTMLResponse(draw("pages/new.html", data), status_code=status)


def defaults(today: date) -> dict[str, str]:
    """What the form for a new workshop starts with: the coming quarter, a team, the first guide."""
    year, quarter = today.year + (today.month > 9), (today.month + 2) // 3 % 4 + 1
    period = f"Q{quarter} {year}"
    start, end = meant(period) or ("", "")
    empty = {"title": "", "team": "", "strategy": "", "name": "", "scope": "team", "guide": "kpi-to-okr"}
    return {
        **empty,
        "period": period,
        "start": start,
        "end": end,
        "time_zone": "UTC",
        "currency": "USD",
        "language": "en",
    }


@router.get("/new")
async def new(request: Request) -> Response:
    """Ask once what a workshop needs."""
    return new_page(request, {})


@router.post("/new")
async def create(request: Request) -> Response:
    """Make a workshop and seat this browser as its facilitator."""
    app = running(request)
    if not check_origin(request):
        return error_page(403, "Sent from another site", "Open Levertree itself and make the workshop there.")
    form = {key: str(value) for key, value in (await request.form()).items()}
    key = app.settings.host_key
    if key is not None and not app.codes.left(caller(request)):
        return new_page(request, form, "Too many wrong keys. Wait a minute, then try again.", 429)
    if not fits(key, form.get("host_key", "")):
        app.codes.take(caller(request))
        return new_page(
            request, form, "This server needs its host's key to make a workshop. Check the key.", 403
        )
    fields = {name: form.get(name, "") for name in ChangeSetup.__struct_fields__ if form.get(name)}
    offered = defaults(datetime.now(UTC).date())
    dates = meant(form.get("period", ""))
    if dates and all(form.get(day, offered[day]) == offered[day] for day in ("start", "end")):
        # Nobody touched the dates that we had filled in: they are those of the period that was typed.
        fields["start"], fields["end"] = dates
    setup = checked_setup(ChangeSetup(**{"title": "", **fields}))
    if isinstance(setup, Rejected):
        return new_page(request, form, setup.reason, 422)
    try:
        guide = load_all()[form.get("guide", "kpi-to-okr")]
    except (KeyError, GuideError):
        return new_page(request, form, "Choose one of the guides.", 422)
    unsure = doubt(setup.period, setup.start, setup.end)
    if unsure and form.get("as_it_is") != unsure:
        return new_page(request, form, doubted=unsure)
    code = await create_workshop(app, setup, WorkshopCreated(code="", setup=setup, guide=guide))
    row = await app.store.workshop_by_code(code)
    assert row is not None
    found = await opened(app, row)
    response = RedirectResponse(f"/w/{code}/console", status_code=303)
    await seat_facilitator(request, found, response, form.get("name", ""))
    app.addresses.learn(request)
    found.room.place = app.addresses.place(code)
    return response


async def create_workshop(app: App, setup: Setup, created: WorkshopCreated) -> str:
    """Store a new workshop under a fresh code; gives the code."""
    while True:
        code = new_code()
        event = WorkshopCreated(code=code, setup=setup, guide=created.guide)
        data = app.rooms.codec.encode(event)
        try:
            await app.store.create_workshop(
                code=code, title=setup.title, events=[NewEvent(now_ms(), "", data)]
            )
        except CodeTaken:
            continue
        return code


async def seat_facilitator(request: Request, found: Visit, response: Response, name: str) -> None:
    """Give this browser a facilitator's seat."""
    device = device_of(request)
    if device is None:
        token = new_token()
        give_device(response, token, is_secure(request, found.app.settings))
        device = hashed(token)
    told = await found.room.say("", "facilitator", Join(role="facilitator"))
    await _seat(found, told, device, name or "Facilitator", "facilitator")


async def _seat(found: Visit, told: Told, device: str | None, name: str, role: str) -> str | None:
    if told.refusal is not None or told.later is not None:
        return None
    person: str = told.events[0].person  # type: ignore[attr-defined]
    await found.app.store.add_person(found.row.id, person, name)
    if device is not None:
        await found.app.store.bind_seat(found.row.id, device, person, role)
    await found.room.say(person, "facilitator", Renamed(person=person))
    return person


def tidy_name(name: str) -> str:
    """A display name: one line, at most forty characters."""
    return clean(name)[:NAME_LIMIT].strip()


@router.get("/f/{code}/{token}")
async def offer(request: Request, code: str, token: str) -> Response:
    """Say what a facilitator's link does; only the button redeems it, so that no preview of a chat takes the seat."""
    found = await visit(request, code)
    refused = await _not_redeemable(found, request, token)
    if refused is not None:
        return refused
    if await seated(request, found, "facilitator") is not None:
        return RedirectResponse(f"/w/{found.row.code}/console", status_code=303)
    return HTMLResponse(draw("pages/redeem.html", {"title_of": found.room.workshop.setup.title}))


@router.post("/f/{code}/{token}")
async def redeem(request: Request, code: str, token: str) -> Response:
    """Turn a facilitator's link into a seat on this browser."""
    found = await visit(request, code)
    if not check_origin(request):
        return error_page(403, "Sent from another site", "Open the facilitator's link itself.")
    refused = await _not_redeemable(found, request, token)
    if refused is not None:
        return refused
    response = RedirectResponse(f"/w/{found.row.code}/console", status_code=303)
    if await seated(request, found, "facilitator") is None:
        await seat_facilitator(request, found, response, "")
    return response


async def _not_redeemable(found: Visit, request: Request, token: str) -> Response | None:
    capability = await found.app.store.capability(hashed(token))
    if capability is not None and capability.kind == "facilitator" and capability.workshop_id == found.row.id:
        return None
    if not found.app.codes.take(caller(request)):
        return error_page(429, "Too many tries", "Wait a minute, then try again.")
    return error_page(403, "This link is no longer valid", "Ask a facilitator or the host for a new link.")


@router.post("/{code}/join")
async def join(request: Request, code: str, name: Annotated[str, Form()] = "") -> Response:
    """Take a seat on this phone, or change the name on the seat it has."""
    found = await visit(request, code)
    if not check_origin(request):
        return error_page(403, "Sent from another site", "Open the join link again and join from there.")
    wanted = tidy_name(name)
    taken = {known.casefold() for known in found.room.names.values()}
    person = await seated(request, found, "participant")
    response = RedirectResponse(f"/w/{found.row.code}", status_code=303)
    if person is not None:
        current = found.room.names.get(person.id, "")
        if wanted and wanted != current:
            await found.app.store.add_person(
                found.row.id, person.id, free_name(wanted, taken - {current.casefold()})
            )
            await found.room.say(person.id, "participant", Renamed(person=person.id))
        return response
    device = device_of(request)
    if device is None:
        token = new_token()
        give_device(response, token, is_secure(request, found.app.settings))
        device = hashed(token)
    told = await found.room.say("", "participant", Join(limit=found.app.settings.max_people))
    if told.refusal or told.later:
        return join_page(request, found, wanted, told.refusal or told.later or "", 409)
    guest = f"Guest {told.events[0].person[1:]}"  # type: ignore[attr-defined]
    await _seat(found, told, device, free_name(wanted or guest, taken), "participant")
    return response


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number when somebody in the room has it already: Ana, Ana 2."""
    if name.casefold() not in taken:
        return name
    number = 2
    while f"{name} {number}".casefold() in taken:
        number += 1
    return f"{name} {number}"


def join_page(
    request: Request, found: Visit, name: str, problem: str = "", status: int = 200
) -> HTMLResponse:
    """The one small page between a QR code and the room."""
    workshop = found.room.workshop
    inside = participants(workshop)
    data = {
        "code": found.row.code,
        "title": workshop.setup.title,
        "workshop_title": workshop.setup.title,
        "period": workshop.setup.period,
        "name": name,
        "problem": problem,
        "people": len(inside),
        "who": [found.room.names[p.id] for p in inside if p.id in found.room.names][:WHO],
        "locked": workshop.room_locked,
        "seated": bool(name),
    }
    return HTMLResponse(draw("pages/join.html", data), status_code=status)


@router.post("/w/{code}/seats")
async def add_seat(request: Request, code: str, name: Annotated[str, Form()] = "") -> Response:
    """A seat without a phone, for somebody the facilitator acts for."""
    found = await visit(request, code)
    facilitator = await seated(request, found, "facilitator")
    if facilitator is None or not check_origin(request):
        return error_page(403, "Not for this device", "Only the facilitator can add a seat.")
    told = await found.room.say(
        facilitator.id, "facilitator", Join(phone=False, limit=found.app.settings.max_people)
    )
    if told.refusal or told.later:
        return error_page(409, "No seat added", told.refusal or told.later or "")
    taken = {known.casefold() for known in found.room.names.values()}
    guest = f"Seat {told.events[0].person[1:]}"  # type: ignore[attr-defined]
    await _seat(found, told, None, free_name(tidy_name(name) or guest, taken), "participant")
    return RedirectResponse(f"/w/{found.row.code}/console", status_code=303)


@router.post("/w/{code}/links/{kind}")
async def new_link(request: Request, code: str, kind: str) -> Response:
    """A fresh link for a co-facilitator or for the wall."""
    found = await visit(request, code)
    if await seated(request, found, "facilitator") is None or not check_origin(request):
        return error_page(403, "Not for this device", "Only the facilitator can make links.")
    if kind not in ("facilitator", "wall"):
        return error_page(404, "Nothing here", "There is no such link.")
    token = new_token()
    await found.app.store.add_capability(
        found.row.id, "wall" if kind == "wall" else "facilitator", hashed(token)
    )
    base = found.app.addresses.base
    path = f"/w/{found.row.code}/wall?key={token}" if kind == "wall" else f"/f/{found.row.code}/{token}"
    data = {"kind": kind, "link": base + path, "code": found.row.code}
    return HTMLResponse(draw("pages/link.html", data))


@router.post("/w/{code}")
@router.post("/w/{code}/console")
@router.post("/w/{code}/seat/{seat}")
async def do(request: Request, code: str, seat: str = "") -> Response:
    """A command by an ordinary form, for browsers without script or socket (LIVE-13): a form posts to the page it is on.

    `type` names the command; `once` is the page's own id, by which a double tap is answered once (LIVE-2).
    """
    found = await visit(request, code)
    if not check_origin(request):
        return error_page(403, "Sent from another site", "Go back to the workshop and try again.")
    console = request.url.path.endswith("/console")
    person = await seated(request, found, "facilitator" if console or seat else "participant")
    if person is None:
        return RedirectResponse(f"/{found.row.code}", status_code=303)
    acting, role = person.id, person.role if console else "participant"
    if seat:
        other = found.room.workshop.people.get(seat)
        if other is None or other.phone:
            return error_page(403, "Not this seat", "You can only act for a seat without a phone.")
        acting, role = seat, "participant"
    form = await request.form()
    fields: dict[str, str | list[str]] = {}
    for name in form:
        values = [str(value) for value in form.getlist(name)]
        fields[name] = values[0] if len(values) == 1 else values
    kind, once = str(fields.pop("type", "")), str(fields.pop("once", ""))
    told = await answer_once(
        f"{found.row.id} {acting} {once} {kind} {fields}" if once else "",
        lambda: _say(found, acting, role, command_of(kind, fields)),
    )
    target = f"/w/{found.row.code}" + ("/console" if console else f"/seat/{seat}" if seat else "")
    problem = told.refusal or told.later
    if not problem:
        return RedirectResponse(target, status_code=303)
    # The form comes back empty after a redirect: words that were typed are shown here instead, to be copied.
    typed = max((str(value) for value in fields.values()), key=len, default="")
    if len(typed) > 20:
        data = {"title": "Not saved", "problem": problem, "typed": typed, "back": target}
        return HTMLResponse(draw("pages/refused.html", data), status_code=409)
    return RedirectResponse(f"{target}?said={quote(problem)}", status_code=303)


async def _say(found: Visit, person: str, role: str, command: Command | Rejected) -> Told:
    if isinstance(command, Rejected):
        return Told(refusal=command.reason)
    return await found.room.say(person, role, command)


__all__ = ["COOKIE", "create_workshop", "free_name", "join_page", "router", "tidy_name"]
