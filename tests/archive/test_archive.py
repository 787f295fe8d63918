"""A workshop saved as a file and continued: the same outcome, and none of its secrets (LIVE-9)."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from app import archive
from app.storage.api import Recorded
from app.storage.codec import Codec
from facilitation.activities.collect import AddCard
from facilitation.activities.vote import CastVote, TakeVoteBack, ballot
from facilitation.messages import Event, Meta
from facilitation.outcome import Outcome
from facilitation.session.clock import ClockPaused, PauseClock
from facilitation.session.flow import OpenPhase, Reveal, RoundStarted, StartRound
from facilitation.state import Workshop, agenda, marks_of, totals
from facilitation.telling import outcome_of
from facilitation.workshop import EMPTY, apply, event_type
from tests.facilitation.room import Room
from tests.facilitation.simulation import played as simulated
from tests.facilitation.whole import fill, people

CODEC: Codec[Event] = Codec(event_type())
NAMES = {f"p{n}": f"Person {n}" for n in range(1, 60)}
NEW_CODE = "NEWCODE2"


def recorded(room: Room) -> list[Recorded]:
    """The room's log as storage hands it out."""
    found = []
    for event, meta in room.log:
        data = CODEC.encode(event)
        found.append(Recorded(meta.seq, meta.at, meta.by, str(msgspec.json.decode(data)["type"]), data))
    return found


def saved(room: Room, seed: int = 1) -> bytes:
    return archive.write(recorded(room), NAMES, CODEC, room.now, random.Random(seed))


def continued(data: bytes) -> Workshop:
    """The workshop that another server makes of the file."""
    events = archive.read(data, CODEC).events_for(NEW_CODE, CODEC.encode)
    workshop = EMPTY
    for seq, event in enumerate(events, 1):
        workshop = apply(workshop, CODEC.decode(event.data), Meta(seq=seq, at=event.at, by=event.by))
    return workshop


def played() -> Room:
    room = Room()
    people(room, 5)
    fill(room)
    for phase in agenda(room.workshop):
        room.say(OpenPhase(phase=phase.id))
        room.say(Reveal(phase=phase.id))
    room.say(PauseClock())
    return room


def plain(outcome: Outcome) -> Any:
    return msgspec.to_builtins(replace(outcome, code=""))


def test_a_continued_workshop_has_the_same_outcome_under_a_new_code() -> None:
    room = played()
    workshop = continued(saved(room))
    assert json.loads(saved(room)).get("left_out", []) == []
    assert workshop.code == NEW_CODE
    assert plain(outcome_of(workshop, NAMES)) == plain(outcome_of(room.workshop, NAMES))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happened_the_outcome_survives(seed: int) -> None:
    room = simulated(seed)
    if room.workshop.clock.running:  # its time is booked when it is stopped, so stop it on both sides
        room._record([ClockPaused(left=0)], "")
    data = saved(room, seed)
    before, after = plain(outcome_of(room.workshop, NAMES)), plain(outcome_of(continued(data), NAMES))
    if json.loads(data).get("left_out"):
        # Who gave an answer that is left out cannot be counted as having given one.
        for outcome in (before, after):
            for phase in outcome["phases"]:
                phase.pop("contributed", None)
                phase.pop("present", None)
    assert after == before


def test_every_event_that_sets_a_secret_number_is_kept_apart_LIVE_9() -> None:
    seen: set[type[Event]] = set()
    for seed in range(12):
        room = simulated(seed, 120)
        workshop = EMPTY
        for event, meta in room.log:
            after = apply(workshop, event, meta)
            if after.marks is not workshop.marks and not isinstance(event, RoundStarted):
                seen.add(type(event))
            workshop = after
    assert seen, "the simulation gave no secret answer at all"
    assert seen <= set(archive.SECRET)


def lines(data: bytes) -> list[tuple[int, str, dict[str, Any]]]:
    return [tuple(line) for line in json.loads(data)["log"]]


def test_cards_have_no_author_and_no_time_of_their_own_LIVE_9() -> None:
    data = saved(played())
    cards = [(at, event["card"]) for at, _, event in lines(data) if event["type"] == "CardAdded"]
    sittings = [at for at, _, event in lines(data) if event["type"] == "PhaseOpened"]
    assert cards
    for at, card in cards:
        assert card.get("by", "") == ""
        begun = max(sitting for sitting in sittings if sitting < at)
        assert at - begun < 500, "one millisecond a step, not when it was written"


def test_who_voted_what_cannot_be_told_LIVE_9() -> None:
    """One person votes for one lever only; over many files the vote stands under every voter's id about equally often."""
    room = Room()
    crowd = people(room, 4)
    fill(room, until="vote")
    room.must(OpenPhase(phase="vote"))
    levers = ballot(room.workshop)
    for person in crowd:
        room.must(CastVote(phase="vote", kpi=levers[0] if person == crowd[0] else levers[1]), person)
    room.must(Reveal(phase="vote"))
    holders = []
    for seed in range(60):
        data = saved(room, seed)
        votes = [(by, event["kpi"]) for _, by, event in lines(data) if event["type"] == "VoteCast"]
        holders += [by for by, kpi in votes if kpi == levers[0]]
        assert {by for by, _ in votes} == set(crowd)
    assert set(holders) == set(crowd)
    assert max(holders.count(person) for person in crowd) < 30


def test_votes_stand_at_the_end_of_their_sitting_in_no_telling_order_LIVE_9() -> None:
    room = Room()
    crowd = people(room, 4)
    fill(room, until="vote")
    room.must(OpenPhase(phase="vote"))
    levers = ballot(room.workshop)
    for person in crowd:
        room.must(CastVote(phase="vote", kpi=levers[0]), person)
        room.must(CastVote(phase="vote", kpi=levers[1]), person)
    room.must(TakeVoteBack(phase="vote", kpi=levers[1]), crowd[0])
    room.must(Reveal(phase="vote"))
    room.must(OpenPhase(phase="guardrails"))
    told = lines(saved(room))
    votes = [(place, at) for place, (at, _, event) in enumerate(told) if event["type"].startswith("Vote")]
    after = next(place for place, (_, _, event) in enumerate(told) if event.get("phase") == "guardrails")
    assert [place for place, _ in votes] == list(range(after - len(votes), after))
    assert {at for _, at in votes} == {told[after][0]}
    assert totals(marks_of(continued(saved(room)), "vote")) == totals(marks_of(room.workshop, "vote"))


def test_what_is_not_revealed_is_left_out_and_named_LIVE_9() -> None:
    room = Room()
    crowd = people(room, 4)
    fill(room, until="vote")
    room.must(OpenPhase(phase="vote"))
    for person in crowd:
        room.must(CastVote(phase="vote", kpi=ballot(room.workshop)[0]), person)
    data = saved(room)
    assert b"VoteCast" not in data
    assert json.loads(data)["left_out"][-1] == "Vote"
    room.must(Reveal(phase="vote"))
    room.must(StartRound(phase="vote"))
    room.must(CastVote(phase="vote", kpi=ballot(room.workshop)[0]), crowd[0])
    again = [event for _, _, event in lines(saved(room)) if event["type"] == "VoteCast"]
    assert len(again) == len(crowd), "the revealed round is told, the one that runs is not"


def test_private_cards_are_left_out_until_they_are_revealed_LIVE_9() -> None:
    room = Room()
    person = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(AddCard(phase="frame", text="My private thought"), person)
    assert b"My private thought" not in saved(room)
    room.must(Reveal(phase="frame"))
    assert b"My private thought" in saved(room)


def test_a_running_clock_stands_still_in_the_continued_workshop() -> None:
    room = Room()
    room.must(OpenPhase(phase="frame"))
    assert room.workshop.clock.running
    clock = continued(saved(room)).clock
    assert not clock.running
    assert clock.left > 0


def test_seats_wait_for_the_facilitator_because_no_phone_here_holds_them() -> None:
    workshop = continued(saved(played()))
    assert all(not p.phone for p in workshop.people.values() if p.role == "participant")


HOSTILE = {
    "nothing": b"",
    "text": b"hello",
    "binary": b"\x00\xff\xfe" * 50,
    "an outcome": b'{"format":"levertree-outcome","version":1,"title":"x"}',
    "deep": b"[" * 100_000,
    "another list": b'{"format":"other","version":1,"title":"x","saved_at":1,"log":[]}',
    "empty log": b'{"format":"levertree-workshop","version":1,"title":"x","saved_at":1,"log":[]}',
    "newer": b'{"format":"levertree-workshop","version":9,"title":"x","saved_at":1,"log":[]}',
    "no beginning": b'{"format":"levertree-workshop","version":1,"title":"x","saved_at":1,'
    b'"log":[[1,"",{"type":"RoomLocked"}]]}',
    "unknown event": b'{"format":"levertree-workshop","version":1,"title":"x","saved_at":1,'
    b'"log":[[1,"",{"type":"Nonsense"}]]}',
    "huge": b" " * (archive.LARGEST + 1),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_no_workshop_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(archive.UnreadableArchive) as refused:
        archive.read(data, CODEC)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_log_is_refused_or_makes_a_whole_workshop(seed: int) -> None:
    chance = random.Random(seed)
    file = json.loads(saved(played()))
    for _ in range(3):
        del file["log"][chance.randrange(1, len(file["log"]))]
    chance.shuffle(file["log"][1:])
    try:
        workshop = continued(json.dumps(file).encode())
    except archive.UnreadableArchive as refused:
        print(refused)
    else:
        outcome_of(workshop, NAMES)
