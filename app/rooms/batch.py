"""Commands that a room takes together: what the rules say to each, on the state as it evolves, and what is to be stored."""

from __future__ import annotations

import structlog

from app.rooms import metrics
from app.rooms.access import role_now
from app.rooms.clock import now_ms
from app.rooms.items import Say, Told
from app.storage.api import Answer, NewEvent
from app.storage.codec import Codec
from app.storage.event_log import storable
from facilitation.messages import Actor, Event, Meta, Rejected
from facilitation.state import Workshop
from facilitation.workshop import apply, decide

log = structlog.get_logger()

MISTAKE = "This did not work: a mistake on our side. Nothing was changed."


class Batch:
    """Commands decided together, on the state as it evolves, and appended at once."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.events: list[tuple[Event, Meta]] = []
        self.stored: list[NewEvent] = []
        self.answers: list[Answer] = []
        self.told: list[tuple[Say, Told]] = []
        self.fresh: dict[tuple[str, int], Told] = {}
        self.last: dict[str, int] = {}

    def answer(self) -> None:
        """Tell everybody who asked; whoever has been told is not told again."""
        for say, told in self.told:
            say.tell(told)

    def decide(self, say: Say, codec: Codec[Event], workshop_id: str) -> Told:
        """What the rules say to one command; it changes the batch only if all of it worked."""
        if isinstance(say.command, Rejected):
            return Told(refusal=_storable(say.command.reason))
        workshop = self.workshop
        role = role_now(workshop, say)
        if isinstance(role, Rejected):
            return Told(refusal=role.reason)
        at = now_ms()
        if workshop.undo and workshop.undo[-1].at == at:
            # Events of one person and moment are one step of Undo: a flushed outbox must stay as many steps as it holds.
            at += 1
        fresh: list[tuple[Event, Meta]] = []
        stored: list[NewEvent] = []
        try:
            decided = decide(workshop, say.command, Actor(person=say.person, role=role, at=at))
            if isinstance(decided, Rejected):
                return Told(refusal=_storable(decided.reason))
            for event in decided:
                meta = Meta(seq=workshop.seq + 1, at=at, by=say.person)
                workshop = apply(workshop, event, meta)
                fresh.append((event, meta))
                stored.append(NewEvent(at, say.person, codec.encode(event)))
        except Exception:
            log.exception("a command failed", workshop=workshop_id, command=type(say.command).__name__)
            metrics.command_failures.inc()
            return Told(refusal=MISTAKE)
        self.workshop = workshop
        self.events += fresh
        self.stored += stored
        return Told(seq=workshop.seq, events=tuple(decided))


def _storable(reason: str) -> str:
    return reason if storable(reason) else "This text holds characters that cannot be saved. Type it again."
