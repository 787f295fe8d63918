"""What one append writes, worked out before any engine touches it.

Both engines do the same three things in one transaction: move the workshop's head from `expected` by the number of
events, move each client's `last_cid` from the one before its first answer to its last one, and insert the rows. If a
head or a `last_cid` is not where it was expected, nothing is written and the answer is `Behind`.
"""

import re
from collections.abc import Sequence

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder

from app.storage.api import Answer, NewEvent

ANSWERS_KEPT = 500
"""Answers kept for each client whatever their age."""
ANSWERS_KEPT_MS = 10 * 60 * 1000
"""Answers younger than this are kept whatever their number: as long as phones keep acknowledged items."""
PRUNE_EVERY = 100
"""Old answers of a client are looked for once in so many of its contributions."""

EventRow = tuple[str, int, int, str, str, bytes]
AnswerRow = tuple[str, int, int | None, str | None, int]


class _Tagged(Struct):
    type: str


_tag = Decoder(_Tagged)
_unstorable = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> bool:
    """Whether every engine can keep the text: PostgreSQL keeps no NUL, and half a surrogate pair is no character."""
    return _unstorable.search(text) is None


def require_storable(*texts: str | None) -> None:
    """Raise `ValueError` for a text that cannot be stored."""
    for text in texts:
        if text is not None and not storable(text):
            raise ValueError(f"a text with NUL or half a character cannot be stored: {text[:80]!r}")


class Advance(Struct, frozen=True):
    """A client's `last_cid` moves from `before` to `last`."""

    client_id: str
    before: int
    last: int


class Plan(Struct, frozen=True):
    """One append as rows."""

    workshop_id: str
    expected: int
    head: int
    events: list[EventRow]
    answers: list[AnswerRow]
    advances: list[Advance]
    prunes: list[tuple[str, int]]
    """(client id, cid): that client's answers up to this cid may go, if they are old."""


def event_rows(workshop_id: str, after: int, events: Sequence[NewEvent]) -> list[EventRow]:
    """The events as rows, numbered from `after + 1`. Raises `ValueError` when one has no tag."""
    rows = []
    for seq, event in enumerate(events, start=after + 1):
        try:
            tag = _tag.decode(event.data).type
        except (DecodeError, ValidationError) as problem:
            raise ValueError(
                f'an event must be a JSON object with its tag under "type": {problem}'
            ) from problem
        require_storable(event.by, tag)
        rows.append((workshop_id, seq, event.at, event.by, tag, event.data))
    return rows


def plan_append(
    workshop_id: str, expected: int, events: Sequence[NewEvent], answers: Sequence[Answer], now: int
) -> Plan:
    """Work one append out. Raises `ValueError` when an event has no tag, when an answer is neither accepted nor
    refused or is both, or when one client's cids do not follow each other."""
    require_storable(workshop_id)
    head = expected + len(events)
    rows: list[AnswerRow] = []
    moves: dict[str, tuple[int, int]] = {}
    for answer in answers:
        if (answer.seq is None) == (answer.refusal is None):
            raise ValueError("an answer is either accepted at a seq or refused with a sentence")
        if answer.seq is not None and answer.seq > head:
            raise ValueError(f"an answer says seq {answer.seq}, and the log will end at {head}")
        require_storable(answer.client_id, answer.refusal)
        before, last = moves.get(answer.client_id, (answer.cid - 1, answer.cid - 1))
        if answer.cid != last + 1:
            raise ValueError(f"the cids of client {answer.client_id} jump from {last} to {answer.cid}")
        moves[answer.client_id] = (before, answer.cid)
        rows.append((answer.client_id, answer.cid, answer.seq, answer.refusal, now))
    return Plan(
        workshop_id=workshop_id,
        expected=expected,
        head=head,
        events=event_rows(workshop_id, expected, events),
        answers=rows,
        advances=[Advance(client, before, last) for client, (before, last) in moves.items()],
        prunes=[
            (client, last - ANSWERS_KEPT)
            for client, (before, last) in moves.items()
            if last // PRUNE_EVERY > before // PRUNE_EVERY and last > ANSWERS_KEPT
        ],
    )
