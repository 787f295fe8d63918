"""What waits in a room's queue, and what comes of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec

from app.rooms import metrics
from app.rooms.connections import Connection
from app.rooms.protocol import Ack, Busy, Gap, Message, Refused
from facilitation.messages import Command, Event, Rejected
from facilitation.state import Workshop


class Told(msgspec.Struct, frozen=True):
    """What came of a command: accepted at `seq`, or refused with a reason, or to be sent again later, or a gap before it
    (`expected`), or nothing that the sender hears of because it has to start anew (`void`)."""

    seq: int | None = None
    refusal: str | None = None
    later: str | None = None
    expected: int | None = None
    void: bool = False
    events: tuple[Event, ...] = ()


@dataclass
class Say:
    """A command on its way through the queue. `holder` is the facilitator who acts for a seat without a phone."""

    person: str
    role: str
    command: Command | Rejected
    client_id: str = ""
    cid: int = 0
    connection: Connection | None = None
    answer: asyncio.Future[Told] | None = None
    holder: str = ""
    told: bool = False

    def tell(self, told: Told) -> None:
        """Give the answer to the one who asked, once, and to nobody else."""
        if self.told:
            return
        self.told = True
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(told)
        message: Message
        if told.void:
            return
        if told.expected is not None:
            kind, message = "gap", Gap(expected=told.expected)
        elif told.later is not None:
            kind, message = "later", Busy(cid=self.cid, why=told.later, after=2.0)
        elif told.refusal is not None:
            kind, message = "refused", Refused(cid=self.cid, why=told.refusal)
        else:
            kind, message = "accepted", Ack(cid=self.cid, seq=told.seq or 0)
        metrics.answered[kind].inc()
        if self.connection is not None:
            self.connection.say(message)


@dataclass
class Arrive:
    """A screen that wants to see everything from `seq` on."""

    connection: Connection
    epoch: str
    seq: int
    build: str


@dataclass
class Leave:
    """A screen is gone."""

    connection: Connection


@dataclass
class Look:
    """Somebody wants to read the state in the queue's order."""

    answer: asyncio.Future[Workshop]


@dataclass
class CatchUp:
    """Another worker says that the log moved on."""

    head: int


Item = Say | Arrive | Leave | Look | CatchUp
