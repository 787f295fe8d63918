"""A whole workshop as one file, to keep it, to move it and to continue it elsewhere: its log, without its secrets.

Replaying the file gives the same board and the same outcome under a new code (docs/decisions/0040-archive.md). What nobody
may know stays unknown (LIVE-9): in every phase with secret answers or unsigned cards the people who gave some are shuffled
among each other, cards lose their author, answers and "I'm done" move to the end of the sitting in which they were given and
lose their times, and whatever is not revealed yet is left out.

A file that comes in is untrusted: it is read as data, replayed once for trial, and refused with one sentence.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from app.storage.api import NewEvent, Recorded
from app.storage.codec import Codec, UnreadableEvent
from facilitation.activities.challenge import BeliefGiven
from facilitation.activities.choose import CandidateAdopted, ChoiceMade
from facilitation.activities.close import ReturnGiven
from facilitation.activities.collect import CardAdded, CardChanged, CardGrouped, CardWithdrawn
from facilitation.activities.commit import CommitmentGiven
from facilitation.activities.vote import VoteCast, VoteTakenBack
from facilitation.messages import Event, Meta
from facilitation.session.board import BoardRestored, MarkedDone, UnmarkedDone
from facilitation.session.clock import ClockPaused
from facilitation.session.flow import PhaseOpened, Revealed, RoundStarted
from facilitation.session.people import PersonJoined
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Card, Slice, Workshop, is_secret, phase_of
from facilitation.telling import outcome_of
from facilitation.text import clean
from facilitation.workshop import EMPTY, apply

FORMAT = "levertree-workshop"
VERSION = 1
LARGEST = 5 * 1024 * 1024
"""Bytes of the largest file that is read."""
MOST_EVENTS = 100_000
MOST_NAMES = 1_000
NAME_LIMIT = 40

SECRET = (VoteCast, VoteTakenBack, BeliefGiven, ChoiceMade, ReturnGiven, CommitmentGiven)
DONE = (MarkedDone, UnmarkedDone)
Logged = tuple[Event, Meta]
Shuffle = Mapping[str, str]
"""Person → the person under whose id the answer is written."""


class UnreadableArchive(ValueError):  # noqa: N818 - an ordinary finding
    """The file cannot be continued; the message is a sentence to show."""


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One event of the log: when (ms since 1970, UTC), from whom, and what happened."""

    at: int
    by: str
    event: msgspec.Raw


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written: JSON in UTF-8."""

    format: str
    version: int
    title: str
    code: str = ""
    saved_at: int
    left_out: tuple[str, ...] = ()
    names: dict[str, str] = {}
    log: list[Line]


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read and tried: `events_for(code)` starts a workshop from it."""

    title: str
    names: dict[str, str]
    log: tuple[Logged, ...]
    left_out: tuple[str, ...]

    def events_for(self, code: str, encode: Callable[[Event], bytes]) -> list[NewEvent]:
        """The events of the new workshop, under its own code."""
        events = []
        for event, meta in self.log:
            mine = replace(event, code=code) if isinstance(event, WorkshopCreated) else event
            events.append(NewEvent(meta.at, meta.by, encode(mine)))
        return events


def write(
    recorded: Sequence[Recorded],
    names: Mapping[str, str],
    codec: Codec[Event],
    saved_at: int,
    chance: random.Random | None = None,
) -> bytes:
    """The file of a workshop: its log without secrets, the names of its people, what was left out. Never twice the same
    unless `chance` is given: who stands for whom is drawn afresh."""
    log = [(codec.decode(one.data), Meta(seq=one.seq, at=one.at, by=one.by)) for one in recorded]
    workshop = EMPTY
    for event, meta in log:
        workshop = apply(workshop, event, meta)
    kept, left_out = without_secrets(log, workshop, chance or random.SystemRandom())
    created = kept[0][0]
    return msgspec.json.encode(
        File(
            format=FORMAT,
            version=VERSION,
            title=workshop.setup.title,
            code=created.code if isinstance(created, WorkshopCreated) else "",
            saved_at=saved_at,
            left_out=left_out,
            names=dict(names),
            log=[Line(meta.at, meta.by, msgspec.Raw(codec.encode(event))) for event, meta in kept],
        )
    )


# -- taking the secrets out -------------------------------------------------------------------------------------------


def without_secrets(
    log: Sequence[Logged], workshop: Workshop, chance: random.Random
) -> tuple[list[Logged], tuple[str, ...]]:
    """The log in its new order with fresh numbers, and the titles of phases whose answers were left out."""
    open_answers, closed_cards, left_out = _not_revealed(log, workshop)
    cards = _cards(log)
    unsigned = {card for card, phase in cards.items() if _unsigned(workshop, phase)}
    shuffles = _shuffles(log, cards, unsigned, chance)
    kept: list[tuple[int, Logged]] = []
    late: list[tuple[int, Logged]] = []
    opened = 0

    def close_sitting(at: int) -> None:
        # People in random order, each one's own steps in their own: neither order nor time tells who was who.
        order = {person: chance.random() for person in {meta.by for _, (_, meta) in late}}
        late.sort(key=lambda one: order[one[1][1].by])
        kept.extend((seq, (event, replace(meta, at=at))) for seq, (event, meta) in late)
        late.clear()

    for event, meta in log:
        if isinstance(event, SECRET):
            if meta.seq not in open_answers:
                by = shuffles[event.phase].get(meta.by, meta.by)
                late.append((meta.seq, (event, replace(meta, by=by))))
            continue
        if isinstance(event, DONE):
            late.append((meta.seq, (event, meta)))
            continue
        if isinstance(event, PhaseOpened | RoundStarted):
            close_sitting(meta.at)
            opened = meta.at
        told = _told(event, meta, cards, unsigned, closed_cards, shuffles, opened)
        if told is not None:
            kept.append((meta.seq, told))
    close_sitting(log[-1][1].at if log else 0)
    return _numbered(kept), left_out


def _numbered(kept: Sequence[tuple[int, Logged]]) -> list[Logged]:
    """Fresh numbers without gaps; what was taken back is named by its new number."""
    fresh = {old: new for new, (old, _) in enumerate(kept, 1)}
    result: list[Logged] = []
    for new, (_, (event, meta)) in enumerate(kept, 1):
        if isinstance(event, BoardRestored):
            event = replace(event, undone=fresh.get(event.undone, 0))
        result.append((event, replace(meta, seq=new)))
    return result


def _not_revealed(log: Sequence[Logged], workshop: Workshop) -> tuple[set[int], set[str], tuple[str, ...]]:
    """(numbers of answers in rounds that were never shown, cards that were never shown, titles of their phases)."""
    shown: set[tuple[str, int]] = set()
    rounds: dict[str, int] = {}
    answers: dict[int, tuple[str, int]] = {}
    for event, meta in log:
        if isinstance(event, RoundStarted):
            rounds[event.phase] = rounds.get(event.phase, 0) + 1
        elif isinstance(event, Revealed | CandidateAdopted):
            shown.add((event.phase, rounds.get(event.phase, 0)))
        elif isinstance(event, SECRET):
            answers[meta.seq] = (event.phase, rounds.get(event.phase, 0))
    seen = {phase for phase, _ in shown}
    hidden = {seq for seq, asked in answers.items() if asked not in shown and _secret(workshop, asked[0])}
    cards = {
        card
        for card, phase in _cards(log).items()
        if phase not in seen and _activity(workshop, phase) == "collect" and _secret(workshop, phase)
    }
    phases = {answers[seq][0] for seq in hidden} | {_cards(log)[card] for card in cards}
    titles = tuple(phase.title for phase in workshop.guide.phases if phase.id in phases)
    return hidden, cards, titles


def _cards(log: Sequence[Logged]) -> dict[str, str]:
    """Card → the phase it was written in."""
    return {event.card.id: event.card.phase for event, _ in log if isinstance(event, CardAdded)}


def _secret(workshop: Workshop, phase_id: str) -> bool:
    phase = phase_of(workshop, phase_id)
    return phase is None or is_secret(phase)


def _activity(workshop: Workshop, phase_id: str) -> str:
    phase = phase_of(workshop, phase_id)
    return phase.activity if phase else ""


def _unsigned(workshop: Workshop, phase_id: str) -> bool:
    """Whether cards of this phase stand without a name on every screen."""
    phase = phase_of(workshop, phase_id)
    return phase is None or phase.activity != "collect" or bool(phase.settings.get("anonymous", True))


def _card_ids(event: Event) -> list[str]:
    if isinstance(event, CardAdded):
        return [event.card.id]
    if isinstance(event, CardChanged | CardWithdrawn | CardGrouped):
        return [event.id]
    return list(event.entries.cards) if isinstance(event, BoardRestored) else []


def _shuffles(
    log: Sequence[Logged], cards: Mapping[str, str], unsigned: set[str], chance: random.Random
) -> dict[str, Shuffle]:
    """Per phase: those who gave something secret, dealt out among themselves at random."""
    given: dict[str, dict[str, None]] = {}
    for event, meta in log:
        phases = [event.phase] if isinstance(event, SECRET) else []
        if not isinstance(event, CardGrouped):
            phases += [cards[card] for card in _card_ids(event) if card in unsigned]
        for phase in phases:
            given.setdefault(phase, {})[meta.by] = None
    dealt: dict[str, Shuffle] = {}
    for phase, people in given.items():
        drawn = list(people)
        chance.shuffle(drawn)
        dealt[phase] = dict(zip(people, drawn, strict=True))
    return dealt


def _told(
    event: Event,
    meta: Meta,
    cards: Mapping[str, str],
    unsigned: set[str],
    closed: set[str],
    shuffles: Mapping[str, Shuffle],
    opened: int,
) -> Logged | None:
    """An event as the file tells it; `None` for what belongs to a card nobody has seen."""
    about = _card_ids(event)
    if not about:
        return event, meta
    if not isinstance(event, BoardRestored) and about[0] in closed:
        return None
    mine = [card for card in about if card in unsigned]
    if not mine:
        return event, meta
    if isinstance(event, CardGrouped):
        return event, meta
    # One millisecond more for each, so that two cards never become one step to take back.
    quiet = replace(meta, at=opened + meta.seq, by=shuffles.get(cards[mine[0]], {}).get(meta.by, meta.by))
    if isinstance(event, CardAdded):
        return replace(event, card=_nameless(event.card, opened + meta.seq)), quiet
    if isinstance(event, BoardRestored):
        back: dict[str, Card | None] = {}
        for card_id, card in event.entries.cards.items():
            if card_id not in closed:
                back[card_id] = _nameless(card, card.at) if card and card_id in unsigned else card
        return replace(event, entries=_with_cards(event.entries, back)), quiet
    return event, quiet


def _nameless(card: Card, at: int) -> Card:
    return replace(card, by="", at=at)


def _with_cards(entries: Slice, cards: dict[str, Card | None]) -> Slice:
    return replace(entries, cards=cards)


# -- reading one ------------------------------------------------------------------------------------------------------


def read(data: bytes, codec: Codec[Event]) -> Archive:
    """A file as a workshop to continue. Raises `UnreadableArchive` with a sentence; replays everything once, so call it in
    a thread."""
    if len(data) > LARGEST:
        raise UnreadableArchive("The file is larger than 5 MB, more than any workshop needs.")
    try:
        file = msgspec.json.decode(data, type=File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UnreadableArchive(
            "This is not a workshop saved by Levertree: choose the JSON file of “The whole workshop”."
        ) from None
    if file.format != FORMAT:
        raise UnreadableArchive(
            "This file holds something else than a whole workshop: choose the one of “The whole workshop”."
        )
    if file.version != VERSION:
        raise UnreadableArchive(
            "A newer version of Levertree wrote this file: update this server to read it."
        )
    if not 0 < len(file.log) <= MOST_EVENTS or len(file.names) > MOST_NAMES:
        raise UnreadableArchive("This file is damaged: its log is empty or far too long.")
    log = _decoded(file, codec)
    names = {person: _name(name) for person, name in file.names.items() if _name(name)}
    workshop = _tried(log, names)
    return Archive(
        title=workshop.setup.title,
        names={person: name for person, name in names.items() if person in workshop.people},
        log=tuple(log + _paused(workshop, log[-1][1].at)),
        left_out=file.left_out,
    )


def _decoded(file: File, codec: Codec[Event]) -> list[Logged]:
    log: list[Logged] = []
    for seq, line in enumerate(file.log, 1):
        try:
            event = codec.decode(bytes(line.event))
        except (UnreadableEvent, RecursionError):
            raise UnreadableArchive(
                f"Line {seq} of the log cannot be read: the file is damaged, or of another version."
            ) from None
        if isinstance(event, WorkshopCreated) != (seq == 1):
            raise UnreadableArchive("This file is damaged: its log does not begin at the beginning.")
        if isinstance(event, PersonJoined) and event.role == "participant":
            # Nobody holds this seat here: the facilitator may act for it until it is taken away.
            event = replace(event, phone=False)
        if not 0 <= line.at < 2**53 or len(line.by) > 40:
            raise UnreadableArchive(f"Line {seq} of the log has no sensible time or person.")
        log.append((event, Meta(seq=seq, at=line.at, by=line.by)))
    return log


def _tried(log: Sequence[Logged], names: Mapping[str, str]) -> Workshop:
    """The workshop that the log tells of, if it tells of one that can be shown."""
    workshop: Any = EMPTY
    try:
        for event, meta in log:
            workshop = apply(workshop, event, meta)
        outcome_of(workshop, names)
    except Exception as error:
        raise UnreadableArchive(
            "The file can be read, but its log makes no sense: it was changed or damaged."
        ) from error
    tried: Workshop = workshop
    if clean(tried.setup.title) != tried.setup.title or not tried.setup.title:
        raise UnreadableArchive("The workshop in this file has no usable title.")
    return tried


def _paused(workshop: Workshop, last: int) -> list[Logged]:
    """A clock that ran when the file was saved stands still at the last thing that happened, until it is started again."""
    if not workshop.clock.running:
        return []
    at = max(last, workshop.clock.since)
    return [(ClockPaused(left=workshop.clock.deadline - at), Meta(seq=workshop.seq + 1, at=at, by=""))]


def _name(text: str) -> str:
    return clean(text)[:NAME_LIMIT].strip()
