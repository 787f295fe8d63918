"""Who may still do what: looked at again for every command and every hello, because roles change in mid-workshop."""

from __future__ import annotations

from app.rooms.connections import Connection
from app.rooms.items import Say
from facilitation.messages import Rejected, Role
from facilitation.session.people import SERVER_ONLY
from facilitation.state import Workshop

NOT_YOURS, NO_SEAT, UNKNOWN, OUTDATED = 4401, 4403, 4404, 4426
"""Close codes after which a screen does not come back by itself (docs/protocol.md)."""


def facilitates(workshop: Workshop, person: str) -> bool:
    """Whether somebody is a facilitator now."""
    seat = workshop.people.get(person)
    return seat is not None and not seat.removed and seat.role == "facilitator"


def role_now(workshop: Workshop, say: Say) -> Role | Rejected:
    """The rights a command has at the moment it is decided, whatever they were when it was sent."""
    if say.holder and not facilitates(workshop, say.holder):
        return Rejected("Only the facilitator can act for somebody without a phone.")
    if say.role != "facilitator":
        return "participant"
    if type(say.command) in SERVER_ONLY or facilitates(workshop, say.person):
        return "facilitator"
    return "participant"


def why_out(workshop: Workshop, connection: Connection) -> str:
    """Why a screen may not look any more; empty while it may."""
    if connection.holder and not facilitates(workshop, connection.holder):
        return "no facilitator any more"
    if not connection.person:
        return ""
    seat = workshop.people.get(connection.person)
    if seat is None or seat.removed:
        return "no seat here"
    if connection.screen == "console" and seat.role != "facilitator":
        return "no facilitator any more"
    return ""
