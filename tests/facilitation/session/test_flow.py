"""From phase to phase: next, reopen, reveal, hide, lock, rounds, the final word. Nothing is destroyed on the way."""

from __future__ import annotations

from facilitation.activities.collect import AddCard
from facilitation.activities.draft import RemoveFromDraft, SetAside, SetObjective
from facilitation.activities.final import MarkDraft, MarkFinal
from facilitation.activities.guardrails import SetGuardrail
from facilitation.activities.tree import RenameKpi
from facilitation.activities.vote import CastVote, ballot
from facilitation.messages import Command, Rejected
from facilitation.review import findings
from facilitation.session.agenda import ChangeSetting, DropPhase
from facilitation.session.board import MarkDone, ParkThought, Undo
from facilitation.session.clock import MINUTE, PauseClock
from facilitation.session.flow import (
    Hide,
    LockBoard,
    NextPhase,
    OpenPhase,
    PhaseOpened,
    Reveal,
    StartRound,
    UnlockBoard,
)
from facilitation.session.people import LockRoom
from facilitation.state import marks_of, phase_state
from tests.facilitation.played import Played
from tests.facilitation.room import Room
from tests.facilitation.whole import fill


def refusal(room: Room, wish: Command, by: str | None = None) -> str:
    """The refusal that must come."""
    answer = room.say(wish, by)
    assert answer is not None, f"{wish} was taken"
    return answer.reason


def voting() -> Room:
    """Three people in the vote, one dot each."""
    room = Room()
    people = [room.join() for _ in range(3)]
    fill(room, until="vote")
    room.must(OpenPhase(phase="vote"))
    for person in people:
        room.must(CastVote(phase="vote", kpi=ballot(room.workshop)[0]), person)
    return room


# -- next ----------------------------------------------------------------------------------------------------------------


def test_next_from_the_lobby_opens_the_first_phase() -> None:
    room = Room()
    room.must(NextPhase())
    assert room.workshop.current == "frame"
    assert room.workshop.clock.running


def test_next_pressed_twice_counts_once() -> None:
    room = Room()
    room.must(NextPhase())
    room.must(NextPhase(after="frame"))
    assert "moved on already" in refusal(room, NextPhase(after="frame"))
    assert room.workshop.current == "north-star"


def test_next_leaves_out_what_was_dropped() -> None:
    room = Room()
    room.must(DropPhase(phase="challenge"))
    room.must(OpenPhase(phase="guardrails"))
    room.must(NextPhase(after="guardrails"))
    assert room.workshop.current == "draft"


def test_after_the_last_phase_there_is_none_and_it_says_what_to_do() -> None:
    room = Room()
    room.must(OpenPhase(phase="close"))
    assert "last phase" in refusal(room, NextPhase(after="close"))
    assert room.workshop.current == "close"


def test_opening_the_open_phase_again_changes_nothing() -> None:
    room = Room()
    room.must(NextPhase())
    seen = room.workshop
    room.must(OpenPhase(phase="frame"))
    assert room.workshop == seen


def test_a_phase_that_was_dropped_or_never_was_cannot_be_opened() -> None:
    room = Room()
    room.must(DropPhase(phase="challenge"))
    for phase in ("challenge", "lunch", ""):
        assert "not on the agenda" in refusal(room, OpenPhase(phase=phase))


def test_only_facilitators_move_the_room() -> None:
    room = Room()
    ana = room.join()
    for wish in (NextPhase(), OpenPhase(phase="frame"), Reveal(phase="frame"), MarkFinal()):
        assert "Only the facilitator" in refusal(room, wish, ana)


# -- reopen --------------------------------------------------------------------------------------------------------------


def test_reopening_keeps_cards_votes_and_the_reveal() -> None:
    room = voting()
    room.must(Reveal(phase="vote"))
    marks, cards = room.workshop.marks, room.workshop.cards
    room.must(OpenPhase(phase="frame"))
    room.must(OpenPhase(phase="vote"))
    assert (room.workshop.marks, room.workshop.cards) == (marks, cards)
    assert phase_state(room.workshop, "vote").revealed


def test_a_reopened_phase_goes_on_with_the_time_it_had_left_but_at_least_two_minutes() -> None:
    room = Room()
    room.must(OpenPhase(phase="frame"))
    room.now += 3 * MINUTE - 1_000
    room.must(OpenPhase(phase="tree"))
    room.must(OpenPhase(phase="frame"))
    assert room.workshop.clock.deadline - room.now == 5 * MINUTE
    room.now += 20 * MINUTE
    room.must(OpenPhase(phase="tree"))
    room.must(OpenPhase(phase="frame"))
    assert room.workshop.clock.deadline - room.now == 2 * MINUTE


def test_a_reopened_phase_asks_everybody_again_whether_they_are_done() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(MarkDone(phase="frame"), ana)
    room.must(OpenPhase(phase="tree"))
    assert phase_state(room.workshop, "frame").done == {ana}
    room.must(OpenPhase(phase="frame"))
    assert phase_state(room.workshop, "frame").done == frozenset()


def test_a_phase_skipped_while_somebody_writes_takes_the_card_as_a_late_one() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(OpenPhase(phase="tree"))
    assert "not open now" in refusal(room, AddCard(phase="frame", text="Nearly there"), ana)
    room.must(AddCard(phase="frame", text="Nearly there", late=True), ana)
    assert next(iter(room.workshop.cards.values())).late


def test_who_contributed_belongs_to_the_phase_of_the_contribution() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(OpenPhase(phase="tree"))
    room.must(AddCard(phase="frame", text="Late", late=True), ana)
    assert phase_state(room.workshop, "frame").contributed == {ana}
    assert phase_state(room.workshop, "tree").contributed == frozenset()


# -- reveal, hide, lock, rounds --------------------------------------------------------------------------------------------


def test_votes_cannot_change_once_they_are_shown_and_can_again_when_hidden() -> None:
    room = voting()
    ana = next(p.id for p in room.workshop.people.values() if p.role == "participant")
    room.must(Reveal(phase="vote"))
    assert "shown already" in refusal(room, CastVote(phase="vote", kpi=ballot(room.workshop)[0]), ana)
    room.must(Hide(phase="vote"))
    room.must(CastVote(phase="vote", kpi=ballot(room.workshop)[0]), ana)


def test_only_the_open_phase_is_revealed_hidden_locked_or_asked_again() -> None:
    room = voting()
    for kind in (Reveal, Hide, LockBoard, UnlockBoard, StartRound):
        assert "Open this phase first" in refusal(room, kind(phase="tree"))


def test_a_new_round_archives_the_votes_and_is_secret_again() -> None:
    room = voting()
    given = marks_of(room.workshop, "vote")
    room.must(Reveal(phase="vote"))
    room.must(StartRound(phase="vote"))
    assert room.workshop.archive == (("vote", 0, given),)
    assert marks_of(room.workshop, "vote") == {}
    state = phase_state(room.workshop, "vote")
    assert (state.round, state.revealed, state.done) == (1, False, frozenset())


def test_a_round_in_which_nobody_answered_is_no_round() -> None:
    room = voting()
    room.must(StartRound(phase="vote"))
    seen = room.workshop
    room.must(StartRound(phase="vote"))
    assert room.workshop == seen


def test_a_locked_board_keeps_participants_out_and_opens_with_the_phase() -> None:
    room = Room()
    ana = room.join()
    room.must(OpenPhase(phase="frame"))
    room.must(AddCard(phase="frame", text="Before"), ana)
    room.must(LockBoard(phase="frame"))
    assert "locked" in refusal(room, AddCard(phase="frame", text="Hello"), ana)
    assert "nothing to take back" in refusal(room, Undo(), ana)
    room.must(UnlockBoard(phase="frame"))
    room.must(Undo(), ana)
    assert not room.workshop.cards


def test_a_phase_without_secrets_shows_its_answers_from_the_start() -> None:
    room = Room()
    room.must(ChangeSetting(phase="vote", name="hidden", value="no"))
    room.must(OpenPhase(phase="vote"))
    assert phase_state(room.workshop, "vote").revealed


# -- the final word --------------------------------------------------------------------------------------------------------


def final() -> Room:
    """The worked example with a final outcome."""
    room = Played().until("commit").room
    for finding in findings(room.workshop):
        if finding.severity == "error":
            room.must(SetAside(phase="commit", target=finding.line, rule=finding.rule, reason="We know."))
    room.must(MarkFinal())
    return room


def test_nothing_is_final_without_an_objective() -> None:
    assert "no objective yet" in refusal(Room(), MarkFinal())


def test_errors_stand_in_the_way_of_the_final_word_and_are_named_in_sentences() -> None:
    room = Room()
    room.must(OpenPhase(phase="commit"))
    room.must(SetObjective(phase="commit", words="Ship the new onboarding"))
    said = refusal(room, MarkFinal())
    assert said.startswith("Not final yet.")
    assert ".." not in said
    assert " . " not in said


def test_a_final_outcome_refuses_every_edit_also_undo_and_the_tree() -> None:
    room = final()
    workshop = room.workshop
    objective, kpi = next(iter(workshop.objectives)), next(iter(workshop.kpis))
    for wish in (
        SetObjective(phase="commit", id=objective, words="Something else"),
        RemoveFromDraft(phase="commit", id=objective),
        SetGuardrail(phase="commit", name="One more"),
        RenameKpi(phase="tree", kpi=kpi, name="Another number"),
        Undo(),
    ):
        assert "final" in refusal(room, wish), wish
    assert room.workshop.objectives == workshop.objectives


def test_after_the_final_word_the_room_goes_on() -> None:
    room = final()
    for wish in (OpenPhase(phase="close"), ParkThought(text="Next time"), PauseClock(), LockRoom()):
        room.must(wish)
    assert room.workshop.final is not None


def test_a_final_outcome_can_be_a_draft_again() -> None:
    room = final()
    room.must(MarkDraft())
    room.must(SetObjective(phase="commit", id=next(iter(room.workshop.objectives)), words="Better words"))


def test_opening_a_phase_says_so_once_with_its_time() -> None:
    room = Room()
    room.must(OpenPhase(phase="tree"))
    opened = [event for event, _ in room.log if isinstance(event, PhaseOpened)]
    assert opened == [PhaseOpened(phase="tree", left=20 * MINUTE)]
    assert not isinstance(room.say(OpenPhase(phase="tree")), Rejected)
