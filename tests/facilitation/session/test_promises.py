"""Re-planning keeps the promises under which people gave something: no names on nameless cards, no vote over budget."""

from __future__ import annotations

import pytest

from facilitation.activities.collect import AddCard, WithdrawCard
from facilitation.activities.vote import CastVote, ballot
from facilitation.messages import Command
from facilitation.session.agenda import ChangeSetting, PlanMinutes, ShortenRest
from facilitation.session.flow import OpenPhase, StartRound
from tests.facilitation.room import Room
from tests.facilitation.whole import fill


def refusal(room: Room, wish: Command) -> str:
    answer = room.say(wish)
    assert answer is not None, f"{wish} was taken"
    return answer.reason


def setting(room: Room, phase: str, name: str) -> object:
    found = room.workshop.guide.phase(phase)
    assert found is not None
    return found.settings[name]


def test_LIVE_9_cards_written_without_names_never_get_them() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(AddCard(phase="frame", text="I doubt it"), ana)
    signed = ChangeSetting(phase="frame", name="anonymous", value="no")
    assert "without their names" in refusal(room, signed)
    room.must(WithdrawCard(id=next(iter(room.workshop.cards))), ana)
    assert "without their names" in refusal(room, signed), "an undo could bring the card back"
    assert setting(room, "frame", "anonymous") is True


def test_cards_can_be_signed_while_nobody_has_written_and_be_nameless_at_any_time() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(ChangeSetting(phase="frame", name="anonymous", value="no"))
    room.must(AddCard(phase="frame", text="Signed"), ana)
    room.must(ChangeSetting(phase="frame", name="anonymous", value="yes"))
    assert setting(room, "frame", "anonymous") is True


def test_dots_are_not_made_fewer_while_votes_are_in_but_more_or_in_a_new_round() -> None:
    room = Room()
    ana = room.join()
    fill(room, until="vote")
    room.must(OpenPhase(phase="vote"))
    room.must(CastVote(phase="vote", kpi=ballot(room.workshop)[0]), ana)
    fewer = ChangeSetting(phase="vote", name="dots", value="3")
    assert "Start a new round" in refusal(room, fewer)
    assert "Start a new round" in refusal(room, ChangeSetting(phase="vote", name="per_lever", value="1"))
    room.must(ChangeSetting(phase="vote", name="dots", value="7"))
    room.must(StartRound(phase="vote"))
    room.must(fewer)
    assert setting(room, "vote", "dots") == 3


@pytest.mark.parametrize("minutes", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_length_gets_a_sentence_without_computer_words(minutes: float) -> None:
    for wish in (PlanMinutes(phase="tree", minutes=minutes), ShortenRest(minutes=minutes)):
        assert refusal(Room(), wish) == "This is no length. Write the minutes as a number, such as 8."
