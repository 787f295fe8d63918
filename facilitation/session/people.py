"""Who is in the room: seats, facilitators, a locked door. Names are kept outside the log; here are ids only."""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.changes import alter, count_id, new_id, put, put_phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import (
    MAX_PEOPLE,
    Appliers,
    Deciders,
    Person,
    PersonRole,
    Workshop,
    participants,
    phase_state,
)


class PersonJoined(Event, frozen=True, kw_only=True):
    """Somebody took a seat; `phone` is false for a seat the facilitator acts for."""

    person: str
    role: PersonRole = "participant"
    phone: bool = True


class PersonRenamed(Event, frozen=True, kw_only=True):
    """A name changed (the name itself is not in the log): screens read the names again."""

    person: str


class PersonRemoved(Event, frozen=True, kw_only=True):
    """A facilitator took somebody's seat away. What that person gave stays on the board."""

    person: str


class PersonReturned(Event, frozen=True, kw_only=True):
    """A removed seat was given back."""

    person: str


class RoleChanged(Event, frozen=True, kw_only=True):
    """Somebody became facilitator or participant."""

    person: str
    role: PersonRole


class RoomLocked(Event, frozen=True, kw_only=True):
    """Nobody new may join."""


class RoomUnlocked(Event, frozen=True, kw_only=True):
    """New people may join again."""


class Join(Command, frozen=True, kw_only=True):
    """Take a new seat. Sent by the server for a browser that has none yet; `limit` is how many people a room holds."""

    role: PersonRole = "participant"
    phone: bool = True
    limit: int = MAX_PEOPLE


class Renamed(Command, frozen=True, kw_only=True):
    """Sent by the server after a name was changed in the table of people."""

    person: str


class RemovePerson(Command, frozen=True, kw_only=True):
    """Take a seat away."""

    person: str


class ReturnPerson(Command, frozen=True, kw_only=True):
    """Give a removed seat back."""

    person: str


class ChangeRole(Command, frozen=True, kw_only=True):
    """Make somebody a co-facilitator, or a participant again."""

    person: str
    role: PersonRole


class HandOver(Command, frozen=True, kw_only=True):
    """Make somebody else facilitator and step back into the group."""

    person: str


class LockRoom(Command, frozen=True, kw_only=True):
    """Close the door for new people."""


class UnlockRoom(Command, frozen=True, kw_only=True):
    """Open the door again."""


def decide_join(workshop: Workshop, wish: Join, actor: Actor) -> Decision:
    """A seat, unless the door is locked or the room is full (facilitators always get in)."""
    if wish.role == "participant":
        if workshop.room_locked and wish.phone:
            return Rejected("The facilitator has closed the room. Ask to be let in, then try again.")
        if no := _full(workshop, wish.limit):
            return no
    return [PersonJoined(person=new_id(workshop, "p"), role=wish.role, phone=wish.phone)]


def _full(workshop: Workshop, limit: int = MAX_PEOPLE) -> Rejected | None:
    if sum(not p.removed for p in workshop.people.values()) < limit:
        return None
    return Rejected(f"This room is full: {limit} people are in. Ask the facilitator to free a seat.")


def _known(workshop: Workshop, person: str) -> Person | Rejected:
    found = workshop.people.get(person)
    return found if found else Rejected("This person is not in the room any more.")


def _facilitators(workshop: Workshop) -> int:
    return sum(p.role == "facilitator" and not p.removed for p in workshop.people.values())


def decide_renamed(workshop: Workshop, wish: Renamed, actor: Actor) -> Decision:
    """Tell every screen that a name is new."""
    found = _known(workshop, wish.person)
    return found if isinstance(found, Rejected) else [PersonRenamed(person=wish.person)]


def decide_remove(workshop: Workshop, wish: RemovePerson, actor: Actor) -> Decision:
    """A seat goes; the last facilitator stays."""
    found = _known(workshop, wish.person)
    if isinstance(found, Rejected):
        return found
    if found.removed:
        return []
    if found.role == "facilitator" and _facilitators(workshop) == 1:
        return Rejected("You are the only facilitator. Hand over to somebody first, then leave.")
    return [PersonRemoved(person=wish.person)]


def decide_return(workshop: Workshop, wish: ReturnPerson, actor: Actor) -> Decision:
    """A removed seat comes back."""
    found = _known(workshop, wish.person)
    if isinstance(found, Rejected):
        return found
    if not found.removed:
        return []
    return _full(workshop) or [PersonReturned(person=wish.person)]


def decide_role(workshop: Workshop, wish: ChangeRole, actor: Actor) -> Decision:
    """Co-facilitators come and go; one always stays."""
    found = _known(workshop, wish.person)
    if isinstance(found, Rejected):
        return found
    if found.removed or not found.phone:
        return Rejected("Only somebody with a device in the room can facilitate.")
    if found.role == wish.role:
        return []
    if wish.role == "participant" and _facilitators(workshop) == 1:
        return Rejected("A workshop needs a facilitator. Make somebody else facilitator first.")
    return [RoleChanged(person=wish.person, role=wish.role)]


def decide_hand_over(workshop: Workshop, wish: HandOver, actor: Actor) -> Decision:
    """The other becomes facilitator, the one who hands over a participant."""
    given = decide_role(workshop, ChangeRole(person=wish.person, role="facilitator"), actor)
    if isinstance(given, Rejected):
        return given
    if wish.person == actor.person:
        return Rejected("You are facilitating already. Choose somebody else.")
    return [*given, RoleChanged(person=actor.person, role="participant")]


def decide_lock(workshop: Workshop, wish: LockRoom, actor: Actor) -> Decision:
    """Close the door."""
    return [] if workshop.room_locked else [RoomLocked()]


def decide_unlock(workshop: Workshop, wish: UnlockRoom, actor: Actor) -> Decision:
    """Open the door."""
    return [RoomUnlocked()] if workshop.room_locked else []


def _counted(workshop: Workshop) -> Workshop:
    """Who comes while a phase is open was present in it; who leaves was, too."""
    if workshop.current is None:
        return workshop
    known = phase_state(workshop, workshop.current).present
    return put_phase(workshop, workshop.current, present=max(known, len(participants(workshop))))


def apply_joined(workshop: Workshop, event: PersonJoined, meta: Meta) -> Workshop:
    """One more seat."""
    person = Person(id=event.person, role=event.role, phone=event.phone, joined=meta.at)
    return _counted(put(count_id(workshop, event.person), "people", person.id, person))


def apply_renamed(workshop: Workshop, event: PersonRenamed, meta: Meta) -> Workshop:
    """Nothing changes here; screens read the names again because of the event."""
    return workshop


def _change(workshop: Workshop, person: str, **changes: object) -> Workshop:
    return alter(workshop, "people", person, **changes)


def apply_removed(workshop: Workshop, event: PersonRemoved, meta: Meta) -> Workshop:
    """The seat is marked, not forgotten."""
    return _change(workshop, event.person, removed=True)


def apply_returned(workshop: Workshop, event: PersonReturned, meta: Meta) -> Workshop:
    """The seat counts again."""
    return _counted(_change(workshop, event.person, removed=False))


def apply_role(workshop: Workshop, event: RoleChanged, meta: Meta) -> Workshop:
    """Another role."""
    return _counted(_change(workshop, event.person, role=event.role))


def apply_locked(workshop: Workshop, event: RoomLocked, meta: Meta) -> Workshop:
    """The door is closed."""
    return replace(workshop, room_locked=True)


def apply_unlocked(workshop: Workshop, event: RoomUnlocked, meta: Meta) -> Workshop:
    """The door is open."""
    return replace(workshop, room_locked=False)


DECIDE: Deciders = {
    Join: decide_join,
    Renamed: decide_renamed,
    RemovePerson: decide_remove,
    ReturnPerson: decide_return,
    ChangeRole: decide_role,
    HandOver: decide_hand_over,
    LockRoom: decide_lock,
    UnlockRoom: decide_unlock,
}
APPLY: Appliers = {
    PersonJoined: apply_joined,
    PersonRenamed: apply_renamed,
    PersonRemoved: apply_removed,
    PersonReturned: apply_returned,
    RoleChanged: apply_role,
    RoomLocked: apply_locked,
    RoomUnlocked: apply_unlocked,
}
SERVER_ONLY: set[type[Command]] = {Join, Renamed}
FACILITATOR_ONLY: set[type[Command]] = {
    RemovePerson,
    ReturnPerson,
    ChangeRole,
    HandOver,
    LockRoom,
    UnlockRoom,
}
