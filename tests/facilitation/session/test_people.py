"""Who is in the room: seats, doors, facilitators. One rule per test."""

from __future__ import annotations

from facilitation.activities.collect import AddCard
from facilitation.messages import Actor, Rejected
from facilitation.session.flow import NextPhase, OpenPhase
from facilitation.session.people import (
    ChangeRole,
    HandOver,
    Join,
    LockRoom,
    PersonJoined,
    RemovePerson,
    Renamed,
    ReturnPerson,
    UnlockRoom,
)
from facilitation.state import MAX_PEOPLE, participants
from facilitation.workshop import decide
from tests.facilitation.room import Room


def refusal(room: Room, wish: object, by: str | None = None) -> str:
    """The refusal that must come."""
    answer = room.say(wish, by)  # type: ignore[arg-type]
    assert answer is not None, f"{wish} was taken"
    return answer.reason


def enter(room: Room, **wish: object) -> str:
    """The refusal of somebody who comes in, or nothing."""
    decided = decide(room.workshop, Join(**wish), Actor(person="", role="participant", at=room.now))  # type: ignore[arg-type]
    return decided.reason if isinstance(decided, Rejected) else ""


def role(room: Room, person: str) -> str:
    return room.workshop.people[person].role


def test_a_seat_gets_the_next_id_and_keeps_when_it_was_taken() -> None:
    room = Room()
    ana = room.join()
    assert room.workshop.people[ana].joined == room.now
    assert room.join() != ana


def test_a_locked_room_lets_nobody_new_in_but_facilitators_and_seats_without_a_phone() -> None:
    room = Room()
    room.must(LockRoom())
    assert "closed the room" in enter(room)
    assert not enter(room, role="facilitator")
    assert not enter(room, phone=False)
    room.must(UnlockRoom())
    assert not enter(room)


def test_those_who_are_in_a_locked_room_go_on_working() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(LockRoom())
    room.must(AddCard(phase="frame", text="Still here"), ana)


def test_locking_twice_is_one_event() -> None:
    room = Room()
    room.must(LockRoom())
    seen = len(room.log)
    room.must(LockRoom())
    assert len(room.log) == seen


def test_a_full_room_says_how_many_are_in_and_a_removed_person_frees_a_seat() -> None:
    room = Room()
    last = [room.join() for _ in range(MAX_PEOPLE - 1)][-1]
    assert str(MAX_PEOPLE) in enter(room)
    assert not enter(room, role="facilitator")
    room.must(RemovePerson(person=last))
    assert not enter(room)


def test_a_removed_person_returns_only_while_there_is_room() -> None:
    room = Room()
    ana, *_ = [room.join() for _ in range(MAX_PEOPLE - 1)]
    room.must(RemovePerson(person=ana))
    room.join()
    assert "full" in refusal(room, ReturnPerson(person=ana))


def test_a_removed_person_keeps_what_they_gave_and_may_give_no_more() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(AddCard(phase="frame", text="Mine"), ana)
    room.must(RemovePerson(person=ana))
    assert [card.by for card in room.workshop.cards.values()] == [ana]
    assert "no seat" in refusal(room, AddCard(phase="frame", text="More"), ana)
    assert participants(room.workshop) == []


def test_a_removed_person_comes_back_to_the_same_seat() -> None:
    room = Room()
    ana = room.join()
    room.must(RemovePerson(person=ana))
    room.must(ReturnPerson(person=ana))
    assert [p.id for p in participants(room.workshop)] == [ana]


def test_removing_somebody_twice_is_one_event_and_nobody_is_a_sentence() -> None:
    room = Room()
    ana = room.join()
    room.must(RemovePerson(person=ana))
    seen = len(room.log)
    room.must(RemovePerson(person=ana))
    assert len(room.log) == seen
    assert refusal(room, RemovePerson(person="p99"))


def test_the_last_facilitator_stays() -> None:
    room = Room()
    assert "only facilitator" in refusal(room, RemovePerson(person=room.facilitator))
    assert "needs a facilitator" in refusal(room, ChangeRole(person=room.facilitator, role="participant"))


def test_a_removed_facilitator_is_not_counted_as_the_one_who_stays() -> None:
    room = Room()
    other = room.join("facilitator")
    room.must(RemovePerson(person=other))
    seen = len(room.log)
    room.must(RemovePerson(person=other))
    assert len(room.log) == seen
    assert "only facilitator" in refusal(room, RemovePerson(person=room.facilitator))


def test_a_co_facilitator_may_do_everything_and_step_back() -> None:
    room = Room()
    ben = room.join()
    room.must(ChangeRole(person=ben, role="facilitator"))
    room.must(NextPhase(), ben)
    room.must(ChangeRole(person=ben, role="participant"), ben)
    assert "Only the facilitator" in refusal(room, NextPhase(after="frame"), ben)


def test_handing_over_makes_one_facilitator_and_one_participant() -> None:
    room = Room()
    ben = room.join()
    first = room.facilitator
    room.must(HandOver(person=ben))
    assert (role(room, ben), role(room, first)) == ("facilitator", "participant")
    assert "Only the facilitator" in refusal(room, NextPhase(), first)
    room.must(NextPhase(), ben)


def test_an_open_console_has_no_rights_after_a_hand_over() -> None:
    room = Room()
    ben = room.join()
    first = room.facilitator
    room.must(HandOver(person=ben))
    stale = decide(room.workshop, NextPhase(), Actor(person=first, role="facilitator", at=room.now))
    assert isinstance(stale, Rejected)


def test_handing_over_to_oneself_to_nobody_or_to_a_seat_without_a_device_is_refused() -> None:
    room = Room()
    seat = room.join(phone=False)
    gone = room.join()
    room.must(RemovePerson(person=gone))
    assert "already" in refusal(room, HandOver(person=room.facilitator))
    for person in (seat, gone, "p99", ""):
        assert refusal(room, HandOver(person=person))
    assert role(room, room.facilitator) == "facilitator"


def test_handing_over_to_a_co_facilitator_steps_back() -> None:
    room = Room()
    ben = room.join("facilitator")
    room.must(HandOver(person=ben))
    assert role(room, room.facilitator) == "participant"


def test_a_participant_may_not_touch_people_or_doors() -> None:
    room = Room()
    ana, ben = room.join(), room.join()
    for wish in (
        RemovePerson(person=ben),
        ReturnPerson(person=ben),
        ChangeRole(person=ana, role="facilitator"),
        HandOver(person=ana),
        LockRoom(),
        UnlockRoom(),
    ):
        assert "Only the facilitator" in refusal(room, wish, ana)


def test_a_facilitator_acts_for_a_seat_without_a_phone_with_that_seats_rights() -> None:
    room = Room()
    seat = room.join(phone=False)
    room.must(OpenPhase(phase="frame"))
    room.must(AddCard(phase="frame", text="Spoken aloud"), seat)
    assert next(iter(room.workshop.cards.values())).by == seat
    assert "Only the facilitator" in refusal(room, LockRoom(), seat)


def test_somebody_without_a_seat_is_told_to_join_again() -> None:
    assert "Join again" in refusal(Room(), AddCard(phase="frame", text="Hello"), "p77")


def test_a_new_name_is_an_event_without_the_name() -> None:
    room = Room()
    ana = room.join()
    room.must(Renamed(person=ana))
    assert type(room.log[-1][0]).__struct_fields__ == ("person",)
    assert refusal(room, Renamed(person="p99"))


def test_who_joins_late_counts_from_then_on() -> None:
    room = Room()
    room.join()
    room.must(OpenPhase(phase="frame"))
    assert room.workshop.phases["frame"].present == 1
    room.join()
    assert room.workshop.phases["frame"].present == 2
    assert sum(isinstance(event, PersonJoined) for event, _ in room.log) == 3
