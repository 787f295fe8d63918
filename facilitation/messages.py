"""What is said to a workshop and what it answers: commands, events, refusals.

A command is a wish in the imperative (`CastVote`); an event is a fact in the past tense (`VoteCast`). Both are frozen
structs whose JSON carries their class name as `type`, so that the log and the wire stay readable. A refusal is an ordinary
answer: one sentence that a participant understands, with what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

Role = Literal["facilitator", "participant", "wall"]
ScreenKind = Literal["console", "phone", "wall"]


class Command(
    msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type", forbid_unknown_fields=True
):
    """A wish of somebody in the room. Never carries who or when: the server stamps that (see `Actor`)."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type", omit_defaults=True):
    """A fact that happened in a workshop. Fields may be added with defaults, never renamed (see storage's upcasting)."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, and when: stamped by the server.

    `person` is the seat acted for (a facilitator may act for a seat without a phone), `role` the rights of the one who
    acts, `at` milliseconds since the epoch (UTC) by the server's clock.
    """

    person: str
    role: Role
    at: int


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """An event's place in the log: contiguous `seq` (LIVE-3), server time in ms, and the person it came from."""

    seq: int
    at: int
    by: str


class Rejected(msgspec.Struct, frozen=True):
    """The answer no: what happened and what to do, in one sentence for the person who asked."""

    reason: str


Decision = Sequence[Event] | Rejected
