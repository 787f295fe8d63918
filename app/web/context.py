"""What every endpoint needs: the parts of the running application, and who is asking in which workshop."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.rooms.registry import Rooms
from app.rooms.room import Room
from app.settings import Settings
from app.storage.api import Store, WorkshopRow
from app.web.address import Addresses
from app.web.readiness import Readiness
from app.web.security import CODE_LENGTH, Allowance, device_of, hashed, tidy_code
from facilitation.state import Person


@dataclass
class App:
    """The running application's parts."""

    settings: Settings
    store: Store
    rooms: Rooms
    addresses: Addresses
    codes: Allowance
    speech: Allowance
    chatter: Allowance
    readiness: Readiness


@dataclass(frozen=True)
class Visit:
    """A workshop that somebody asks for, with its open room."""

    app: App
    row: WorkshopRow
    room: Room


class NoWorkshop(Exception):  # noqa: N818 - an ordinary answer: a page says so
    """No workshop has this code."""


class TooManyTries(Exception):  # noqa: N818 - an ordinary answer: a page says so
    """Too many wrong codes from one address."""


def running(connection: HTTPConnection) -> App:
    """The application's parts from a request or a socket."""
    app: App = connection.app.state.levertree
    return app


def caller(connection: HTTPConnection) -> str:
    """The address that asks, for rate limits only."""
    return connection.client.host if connection.client else "unknown"


async def visit(connection: HTTPConnection, code: str) -> Visit:
    """The workshop with this code. Raises NoWorkshop, or TooManyTries for somebody who guesses codes: then the right code
    is not answered either, except to those who have a seat, so that one who guesses sends nobody out of the room."""
    app = running(connection)
    row = await app.store.workshop_by_code(tidy_code(code))
    if row is None:
        # Only what could have been a code is a guess: browsers ask for icons and the like by themselves.
        if len(tidy_code(code)) == CODE_LENGTH and not app.codes.take(caller(connection)):
            raise TooManyTries
        raise NoWorkshop
    if not app.codes.left(caller(connection)) and not await _known(connection, app, row):
        raise TooManyTries
    return await opened(app, row)


async def opened(app: App, row: WorkshopRow) -> Visit:
    """A workshop whose row is at hand, with its room."""
    return Visit(app=app, row=row, room=await app.rooms.room(row.id))


async def _known(connection: HTTPConnection, app: App, row: WorkshopRow) -> bool:
    """Whether this browser has a seat in the workshop."""
    device = device_of(connection)
    if device is None:
        return False
    return any([await app.store.seat(row.id, device, role) for role in ("participant", "facilitator")])


async def seated(connection: HTTPConnection, found: Visit, role: str) -> Person | None:
    """The person this browser acts as: `facilitator` for the console, `participant` for a phone."""
    device = device_of(connection)
    if device is None:
        return None
    people = found.room.workshop.people
    for seat_role in ("facilitator", "participant") if role == "facilitator" else ("participant",):
        seat = await found.app.store.seat(found.row.id, device, seat_role)
        person = people.get(seat.person_id) if seat else None
        if (
            person is not None
            and not person.removed
            and (role == "participant" or person.role == "facilitator")
        ):
            return person
    return None


async def may_watch(connection: HTTPConnection, found: Visit, key: str) -> bool:
    """Whether this browser may look at the wall: with the wall's key, or as facilitator."""
    if key:
        capability = await found.app.store.capability(hashed(key))
        if capability is not None and capability.kind == "wall" and capability.workshop_id == found.row.id:
            return True
    return await seated(connection, found, "facilitator") is not None
