"""Vote: a budget kept on the server, tallies hidden until the reveal, and nobody ever named."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.activities import activities
from facilitation.activities.vote import CastVote, TakeVoteBack, ballot, budget, disagreement
from facilitation.session.agenda import ChangeSetting
from facilitation.session.flow import Hide, OpenPhase, Reveal, StartRound
from facilitation.state import marks_of, phase_of, totals
from facilitation.workshop import replay
from tests.facilitation.room import Room
from tests.facilitation.whole import fill, people, start

VOTE = activities()["vote"]


def voting(count: int = 3) -> tuple[Room, list[str], list[str]]:
    room = Room()
    who = people(room, count)
    start(room)
    fill(room, until="vote", amount="many")
    room.must(OpenPhase(phase="vote"))
    return room, who, ballot(room.workshop)


def shown(room: Room) -> bytes:
    phase = phase_of(room.workshop, "vote")
    assert phase is not None
    views = [VOTE.view(room.workshop, phase, screen) for screen in ("console", "phone", "wall")]
    return b"".join(msgspec.json.encode([view.board, dict(view.parts), list(view.say)]) for view in views)


def test_dots_go_where_they_are_put_and_come_back() -> None:
    room, (ana, *_), (first, second, *_) = voting()
    for kpi in (first, first, second):
        room.must(CastVote(phase="vote", kpi=kpi), ana)
    room.must(TakeVoteBack(phase="vote", kpi=first), ana)
    phase = phase_of(room.workshop, "vote")
    assert phase is not None
    mine = VOTE.mine(room.workshop, phase, ana)
    assert mine["used"] == 2
    assert {row["id"]: row["votes"] for row in mine["levers"] if row["votes"]} == {first: 1, second: 1}


def test_a_vote_over_the_budget_or_over_the_limit_on_one_lever_is_refused() -> None:
    room, (ana, *_), levers = voting()
    for _ in range(3):
        room.must(CastVote(phase="vote", kpi=levers[0]), ana)
    assert "At most 3" in room.say(CastVote(phase="vote", kpi=levers[0]), ana).reason  # type: ignore[union-attr]
    room.must(CastVote(phase="vote", kpi=levers[1]), ana)
    room.must(CastVote(phase="vote", kpi=levers[1]), ana)
    refused = room.say(CastVote(phase="vote", kpi=levers[2]), ana)
    assert refused is not None
    assert "no dots left" in refused.reason


def test_a_vote_after_the_reveal_for_an_unknown_lever_or_in_another_phase_is_refused() -> None:
    room, (ana, *_), levers = voting()
    assert "ballot" in room.say(CastVote(phase="vote", kpi="k999"), ana).reason  # type: ignore[union-attr]
    assert "no dot" in room.say(TakeVoteBack(phase="vote", kpi=levers[0]), ana).reason  # type: ignore[union-attr]
    room.must(Reveal(phase="vote"))
    assert "shown already" in room.say(CastVote(phase="vote", kpi=levers[0]), ana).reason  # type: ignore[union-attr]
    room.must(OpenPhase(phase="guardrails"))
    assert "not open" in room.say(CastVote(phase="vote", kpi=levers[0]), ana).reason  # type: ignore[union-attr]


def test_a_new_round_keeps_the_old_votes_in_the_archive() -> None:
    room, (ana, *_), levers = voting()
    room.must(CastVote(phase="vote", kpi=levers[0]), ana)
    room.must(Reveal(phase="vote"))
    room.must(StartRound(phase="vote"))
    assert not marks_of(room.workshop, "vote")
    assert room.workshop.archive[-1][2] == {ana: {levers[0]: 1}}
    room.must(CastVote(phase="vote", kpi=levers[1]), ana)


def test_live_9_a_tally_is_on_no_shared_screen_before_the_reveal() -> None:
    room, (ana, ben, *_), levers = voting()
    for _ in range(3):
        room.must(CastVote(phase="vote", kpi=levers[0]), ana)
    one_way = shown(room)
    other, (ana, ben, *_), levers = voting()
    for kpi in levers[:3]:
        other.must(CastVote(phase="vote", kpi=kpi), ben)
    assert shown(other) == one_way
    room.must(Reveal(phase="vote"))
    assert shown(room) != one_way
    assert not any(f'"{person}"'.encode() in shown(room) for person in room.workshop.people)
    room.must(Hide(phase="vote"))
    assert shown(room) == one_way


def test_an_open_vote_is_shown_from_the_start_and_can_still_be_changed() -> None:
    room, (ana, *_), levers = voting()
    room.must(OpenPhase(phase="levers"))
    room.must(ChangeSetting(phase="vote", name="hidden", value="false"))
    room.must(OpenPhase(phase="vote"))
    room.must(CastVote(phase="vote", kpi=levers[0]), ana)
    phase = phase_of(room.workshop, "vote")
    assert phase is not None
    board = VOTE.view(room.workshop, phase, "wall").board
    assert (board["revealed"], board["cast"]) == (True, 1)
    room.must(TakeVoteBack(phase="vote", kpi=levers[0]), ana)
    room.must(CastVote(phase="vote", kpi=levers[0]), ana)
    room.must(StartRound(phase="vote"))
    assert VOTE.view(room.workshop, phase, "wall").board["revealed"]


@pytest.mark.parametrize(
    ("badges", "words"),
    [
        ([], ""),
        (["", ""], "agree"),
        (["popular, small effect", ""], "speaks for"),
        (["", "overlooked"], "keeps us from"),
    ],
)
def test_the_disagreement_is_named(badges: list[str], words: str) -> None:
    rows = [{"name": f"Lever {n}", "badge": badge, "share": 0.5} for n, badge in enumerate(badges)]
    assert words in "".join(disagreement(rows))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8), st.booleans()), max_size=60))
def test_whatever_is_sent_nobody_has_more_than_the_budget(taps: list[tuple[int, int, bool]]) -> None:
    room = VOTING[0]
    state, log = room.workshop, list(room.log)
    try:
        for person, lever, more in taps:
            command = CastVote if more else TakeVoteBack
            room.say(
                command(phase="vote", kpi=VOTING[2][lever % len(VOTING[2])]),
                VOTING[1][person % len(VOTING[1])],
            )
        phase = phase_of(room.workshop, "vote")
        assert phase is not None
        dots, per_lever = budget(phase)
        marks = marks_of(room.workshop, "vote")
        for given_marks in marks.values():
            assert sum(given_marks.values()) <= dots
            assert all(0 < number <= per_lever for number in given_marks.values())
        assert sum(totals(marks).values()) <= dots * len(VOTING[1])
        assert replay(room.log) == room.workshop
    finally:
        room.workshop, room.log = state, log


VOTING = voting()
