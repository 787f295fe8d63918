"""Collect: private writing, reveal, grouping; nobody learns who wrote what."""

from __future__ import annotations

import msgspec

from facilitation.activities import activities
from facilitation.activities.collect import AddCard, GroupCard, WithdrawCard
from facilitation.session.board import Undo
from facilitation.session.flow import OpenPhase, Reveal
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room


def started() -> tuple[Room, str, str]:
    room = Room()
    ana, ben = room.join(), room.join()
    room.must(OpenPhase(phase="frame"))
    return room, ana, ben


def test_cards_stay_private_until_the_reveal() -> None:
    room, ana, ben = started()
    room.must(AddCard(phase="frame", text="New teams do not come back"), ana)
    collect = activities()["collect"]
    phase = phase_of(room.workshop, "frame")
    assert phase is not None
    for screen in ("console", "phone", "wall"):
        hidden = collect.view(room.workshop, phase, screen)
        assert b"come back" not in msgspec.json.encode([hidden.board, hidden.parts])
    assert collect.mine(room.workshop, phase, ana)["cards"][0]["text"] == "New teams do not come back"
    assert collect.mine(room.workshop, phase, ben)["cards"] == []
    room.must(Reveal(phase="frame"))
    revealed = collect.view(room.workshop, phase, "phone")
    shown = msgspec.json.encode([revealed.board, revealed.parts])
    assert b"come back" in shown and ana.encode() not in shown


def test_one_card_more_changes_one_part_of_the_board() -> None:
    room, ana, ben = started()
    for number in range(40):
        room.must(AddCard(phase="frame", text=f"Thought {number}"), ana)
    room.must(Reveal(phase="frame"))
    collect = activities()["collect"]
    phase = phase_of(room.workshop, "frame")
    assert phase is not None
    before = collect.view(room.workshop, phase, "phone").parts
    room.must(AddCard(phase="frame", text="One more"), ben)
    after = collect.view(room.workshop, phase, "phone").parts
    assert len(after) == 41
    assert {part: data for part, data in after.items() if before.get(part) != data} == {
        part: data for part, data in after.items() if data["group"]["text"] == "One more"
    }


def test_an_empty_or_endless_card_is_refused_with_a_sentence() -> None:
    room, ana, _ = started()
    assert "empty" in room.say(AddCard(phase="frame", text=" \u202e\x00 "), ana).reason  # type: ignore[union-attr]
    assert "10,000" in room.say(AddCard(phase="frame", text="x" * 10_000), ana).reason  # type: ignore[union-attr]


def test_cards_are_grouped_one_level_deep_and_fall_apart_when_the_head_goes() -> None:
    room, ana, ben = started()
    for text, who in (("a", ana), ("b", ben), ("c", ben)):
        room.must(AddCard(phase="frame", text=text), who)
    a, b, c = list(room.workshop.cards)
    assert room.say(GroupCard(id=b, under=a), ana) is not None
    room.must(Reveal(phase="frame"))
    room.must(GroupCard(id=b, under=a), ana)
    room.must(GroupCard(id=c, under=b), ana)
    assert {room.workshop.cards[x].group for x in (b, c)} == {a}
    room.must(WithdrawCard(id=a), ana)
    assert {x.group for x in room.workshop.cards.values()} == {None}


def test_undo_takes_back_ones_own_step_and_the_log_replays_to_the_same_state() -> None:
    room, ana, ben = started()
    room.must(AddCard(phase="frame", text="a"), ana)
    room.must(AddCard(phase="frame", text="b"), ben)
    room.must(Undo(), ana)
    assert [card.text for card in room.workshop.cards.values()] == ["b"]
    room.must(Undo())
    assert not room.workshop.cards
    assert replay(room.log) == room.workshop


def test_a_late_card_reaches_its_closed_phase_and_says_so() -> None:
    room, ana, _ = started()
    room.must(OpenPhase(phase="north-star"))
    assert "not open" in room.say(AddCard(phase="frame", text="late"), ana).reason  # type: ignore[union-attr]
    room.must(AddCard(phase="frame", text="late", late=True), ana)
    assert next(iter(room.workshop.cards.values())).late
