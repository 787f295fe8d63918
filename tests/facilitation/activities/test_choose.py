"""Choose: candidates with a reason, one secret choice each, a tie said in words, and the facilitator's last word."""

from __future__ import annotations

import msgspec

from facilitation.activities import activities
from facilitation.activities.choose import (
    AdoptCandidate,
    ChangeCandidate,
    Choose,
    ProposeCandidate,
    WithdrawCandidate,
    choice_of,
)
from facilitation.kpi_tree import root
from facilitation.session.flow import LockBoard, OpenPhase, Reveal
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room

CHOOSE = activities()["choose"]
PHASE = "north-star"


def choosing() -> tuple[Room, str, str, str, str]:
    room = Room()
    ana, ben = room.join(), room.join()
    room.must(OpenPhase(phase=PHASE))
    room.must(ProposeCandidate(phase=PHASE, text="Weekly activated teams", reason="grows with value"), ana)
    room.must(ProposeCandidate(phase=PHASE, text="Orders a week"), ben)
    first, second = room.workshop.cards
    return room, ana, ben, first, second


def board(room: Room) -> dict[str, object]:
    phase = phase_of(room.workshop, PHASE)
    assert phase is not None
    return CHOOSE.view(room.workshop, phase, "wall").board


def test_one_choice_each_and_choosing_again_takes_it_back() -> None:
    room, ana, _, first, second = choosing()
    room.must(Choose(phase=PHASE, card=first), ana)
    room.must(Choose(phase=PHASE, card=second), ana)
    assert choice_of(room.workshop, PHASE, ana) == second
    room.must(Choose(phase=PHASE, card=second), ana)
    assert choice_of(room.workshop, PHASE, ana) == ""


def test_live_9_counts_are_hidden_until_the_reveal_and_choosers_always() -> None:
    room, ana, ben, first, _ = choosing()
    room.must(Choose(phase=PHASE, card=first), ana)
    before = msgspec.json.encode(board(room))
    assert b'"count":1' not in before
    assert board(room)["verdict"] == ""
    room.must(Reveal(phase=PHASE))
    after = msgspec.json.encode(board(room))
    assert b'"count":1' in after
    assert not any(f'"{person}"'.encode() in after for person in (ana, ben))


def test_a_tie_is_said_in_words_and_decided_by_the_facilitator() -> None:
    room, ana, ben, first, second = choosing()
    room.must(Choose(phase=PHASE, card=first), ana)
    room.must(Choose(phase=PHASE, card=second), ben)
    room.must(Reveal(phase=PHASE))
    assert board(room)["tied"]
    assert "tie" in str(board(room)["verdict"])
    assert room.say(AdoptCandidate(phase=PHASE, card=second), ana) is not None
    room.must(AdoptCandidate(phase=PHASE, card=second))
    assert "Orders a week" in str(board(room)["verdict"])
    north_star = root(room.workshop.kpis)
    assert north_star is not None
    assert (north_star.name, north_star.indicator) == ("Orders a week", "lagging")
    assert replay(room.log) == room.workshop


def test_adopting_another_one_later_renames_the_root_and_keeps_the_tree() -> None:
    room, _, _, first, second = choosing()
    room.must(AdoptCandidate(phase=PHASE, card=first))
    room.must(AdoptCandidate(phase=PHASE, card=second))
    assert [kpi.name for kpi in room.workshop.kpis.values()] == ["Orders a week"]


def test_bad_wishes_are_refused_with_a_sentence() -> None:
    room, ana, ben, first, _ = choosing()
    wishes = [
        (ProposeCandidate(phase=PHASE, text="weekly ACTIVATED teams"), "already"),
        (ProposeCandidate(phase=PHASE, text="  "), "empty"),
        (ProposeCandidate(phase=PHASE, text="x" * 121), "121"),
        (ProposeCandidate(phase="frame", text="x"), "does not belong"),
        (Choose(phase=PHASE, card="c999"), "not on the list"),
        (ChangeCandidate(id=first, text="Mine now"), "Only the person"),
        (WithdrawCandidate(id=first), "Only the person"),
    ]
    for wish, words in wishes:
        refused = room.say(wish, ben)
        assert refused is not None
        assert words in refused.reason
    room.must(Reveal(phase=PHASE))
    assert "shown already" in room.say(Choose(phase=PHASE, card=first), ana).reason  # type: ignore[union-attr]


def test_ones_own_candidate_can_be_changed_and_withdrawn() -> None:
    room, ana, _, first, _ = choosing()
    room.must(ChangeCandidate(id=first, text="Weekly active teams", reason="clearer"), ana)
    assert room.workshop.cards[first].text == "Weekly active teams"
    room.must(WithdrawCandidate(id=first), ana)
    assert first not in room.workshop.cards


def test_a_locked_board_is_locked_for_participants_and_not_for_the_facilitator() -> None:
    room, ana, _, first, _ = choosing()
    room.must(LockBoard(phase=PHASE))
    assert "locked" in room.say(Choose(phase=PHASE, card=first), ana).reason  # type: ignore[union-attr]
    room.must(AdoptCandidate(phase=PHASE, card=first))
    assert room.workshop.phases[PHASE].locked
