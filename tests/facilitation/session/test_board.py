"""In every phase: "I'm done", the parking lot, and taking back the last step."""

from __future__ import annotations

from facilitation.activities.collect import AddCard, ChangeCard
from facilitation.activities.draft import AddKeyResult, RemoveFromDraft, SetObjective
from facilitation.activities.tree import AddKpi, MoveKpi, RemoveKpi, RenameKpi, SetFormula
from facilitation.messages import Command
from facilitation.session.board import MAX_PARKED, MarkDone, ParkThought, SettleThought, Undo, UnmarkDone
from facilitation.session.flow import OpenPhase
from facilitation.state import UNDO_DEPTH, phase_state
from facilitation.workshop import replay
from tests.facilitation.room import Room


def refusal(room: Room, wish: Command, by: str | None = None) -> str:
    answer = room.say(wish, by)
    assert answer is not None, f"{wish} was taken"
    return answer.reason


def two(phase: str = "frame") -> tuple[Room, str, str]:
    """Two people in an open phase."""
    room = Room()
    people = room.join(), room.join()
    room.must(OpenPhase(phase=phase))
    return room, *people


def named(room: Room, name: str) -> str:
    """The id of the KPI with this name."""
    return next(kpi.id for kpi in room.workshop.kpis.values() if kpi.name == name)


def grown() -> tuple[Room, str, str]:
    """A north star with two KPIs under it, made by the facilitator, and two people in the tree phase."""
    room, ana, ben = two("tree")
    room.must(AddKpi(phase="tree", name="Top"))
    for name in ("Left", "Right"):
        room.must(AddKpi(phase="tree", name=name, parent=named(room, "Top")))
    return room, ana, ben


# -- done ----------------------------------------------------------------------------------------------------------------


def test_done_twice_counts_once() -> None:
    room, ana, _ = two()
    room.must(MarkDone(phase="frame"), ana)
    seen = len(room.log)
    room.must(MarkDone(phase="frame"), ana)
    assert len(room.log) == seen
    assert phase_state(room.workshop, "frame").done == {ana}


def test_somebody_who_goes_on_after_all_is_not_done() -> None:
    room, ana, ben = two()
    room.must(MarkDone(phase="frame"), ana)
    room.must(MarkDone(phase="frame"), ben)
    room.must(UnmarkDone(phase="frame"), ana)
    assert phase_state(room.workshop, "frame").done == {ben}


def test_done_with_a_phase_that_is_not_open_is_nothing_and_no_scolding() -> None:
    room, ana, _ = two()
    room.must(MarkDone(phase="frame"), ana)
    room.must(OpenPhase(phase="tree"))
    seen = room.workshop
    for wish in (
        MarkDone(phase="frame"),
        UnmarkDone(phase="frame"),
        MarkDone(phase="lunch"),
        UnmarkDone(phase=""),
    ):
        room.must(wish, ana)
    assert room.workshop == seen


def test_done_is_no_contribution() -> None:
    room, ana, _ = two()
    room.must(MarkDone(phase="frame"), ana)
    assert phase_state(room.workshop, "frame").contributed == frozenset()


# -- parking lot -----------------------------------------------------------------------------------------------------------


def test_a_thought_is_parked_from_any_phase_and_from_the_lobby() -> None:
    room = Room()
    ana = room.join()
    room.must(ParkThought(text="  What about   pricing? "), ana)
    room.must(OpenPhase(phase="vote"))
    room.must(ParkThought(text="And support?"), ana)
    assert [thought.text for thought in room.workshop.parking.values()] == [
        "What about pricing?",
        "And support?",
    ]


def test_a_thought_is_settled_and_taken_up_again_by_the_facilitator_only() -> None:
    room, ana, _ = two()
    room.must(ParkThought(text="Pricing"), ana)
    (key,) = room.workshop.parking
    assert "Only the facilitator" in refusal(room, SettleThought(id=key), ana)
    room.must(SettleThought(id=key))
    assert room.workshop.parking[key].settled
    room.must(SettleThought(id=key, settled=False))
    assert not room.workshop.parking[key].settled
    assert "not in the parking lot" in refusal(room, SettleThought(id="t99"))


def test_an_empty_and_an_endless_thought_get_a_sentence() -> None:
    room, ana, _ = two()
    assert "empty" in refusal(room, ParkThought(text=" \u202e\u0000 "), ana)
    assert "300 fit" in refusal(room, ParkThought(text="a" * 10_000), ana)


def test_the_parking_lot_is_full_at_some_point() -> None:
    room, ana, _ = two()
    for number in range(MAX_PARKED):
        room.must(ParkThought(text=f"Thought {number}"), ana)
    assert "full" in refusal(room, ParkThought(text="One more"), ana)


# -- undo ------------------------------------------------------------------------------------------------------------------


def test_nothing_done_is_nothing_to_take_back() -> None:
    room, ana, _ = two()
    assert "nothing to take back" in refusal(room, Undo(), ana)
    assert "nothing to take back" in refusal(room, Undo())


def test_a_participant_takes_back_the_last_step_of_their_own() -> None:
    room, ana, ben = two()
    room.must(AddCard(phase="frame", text="Ana one"), ana)
    room.must(AddCard(phase="frame", text="Ben"), ben)
    room.must(AddCard(phase="frame", text="Ana two"), ana)
    room.must(Undo(), ben)
    room.must(Undo(), ana)
    assert [card.text for card in room.workshop.cards.values()] == ["Ana one"]


def test_a_facilitator_takes_back_the_last_step_of_anybody() -> None:
    room, ana, _ = two()
    room.must(AddCard(phase="frame", text="Ana one"), ana)
    room.must(Undo())
    assert not room.workshop.cards


def test_a_step_of_an_earlier_phase_is_the_facilitators_to_take_back() -> None:
    room, ana, _ = two()
    room.must(AddCard(phase="frame", text="Ana"), ana)
    room.must(OpenPhase(phase="tree"))
    assert "nothing to take back" in refusal(room, Undo(), ana)
    room.must(Undo())
    assert not room.workshop.cards


def test_undo_refuses_when_somebody_has_changed_it_since() -> None:
    room, ana, ben = grown()
    room.must(RenameKpi(phase="tree", kpi=named(room, "Left"), name="Left side"), ana)
    room.must(RenameKpi(phase="tree", kpi=named(room, "Left side"), name="Links"), ben)
    assert "changed this since" in refusal(room, Undo(), ana)
    room.must(Undo(), ben)
    room.must(Undo(), ana)
    assert named(room, "Left")


def test_one_command_is_one_step_also_when_it_touches_many_things() -> None:
    room, ana, _ = grown()
    room.must(SetFormula(phase="tree", kpi=named(room, "Top"), formula="Left × Right"))
    before = room.workshop.kpis
    room.must(AddKpi(phase="tree", name="Below", parent=named(room, "Left")), ana)
    room.must(RemoveKpi(phase="tree", kpi=named(room, "Left")))
    assert "Left" not in [kpi.name for kpi in room.workshop.kpis.values()]
    room.must(Undo())
    room.must(Undo(), ana)
    assert room.workshop.kpis == before


def test_what_others_have_built_on_is_not_pulled_away_from_under_them() -> None:
    room, ana, ben = grown()
    room.must(AddKpi(phase="tree", name="Mine", parent=named(room, "Top")), ana)
    room.must(AddKpi(phase="tree", name="Yours", parent=named(room, "Mine")), ben)
    assert "“Yours” would lose the KPI above it" in refusal(room, Undo(), ana)
    room.must(Undo(), ben)
    room.must(Undo(), ana)


def test_a_removed_kpi_does_not_come_back_under_one_that_is_gone() -> None:
    room, ana, ben = grown()
    room.must(AddKpi(phase="tree", name="Below", parent=named(room, "Left")))
    room.must(RemoveKpi(phase="tree", kpi=named(room, "Below")), ana)
    room.must(RemoveKpi(phase="tree", kpi=named(room, "Left")), ben)
    assert "would lose the KPI above it" in refusal(room, Undo(), ana)


def test_taking_back_a_move_never_closes_a_circle() -> None:
    room, ana, ben = grown()
    room.must(AddKpi(phase="tree", name="Under right", parent=named(room, "Right")))
    room.must(MoveKpi(phase="tree", kpi=named(room, "Under right"), parent=named(room, "Left")), ana)
    room.must(MoveKpi(phase="tree", kpi=named(room, "Right"), parent=named(room, "Under right")), ben)
    assert "above itself" in refusal(room, Undo(), ana)


def test_taking_back_a_formulas_part_never_breaks_the_formula() -> None:
    room, ana, ben = grown()
    room.must(AddKpi(phase="tree", name="Third", parent=named(room, "Top")), ana)
    room.must(SetFormula(phase="tree", kpi=named(room, "Top"), formula="Left × Third"), ben)
    assert "calculation of “Top”" in refusal(room, Undo(), ana)


def test_a_key_result_does_not_come_back_without_its_objective() -> None:
    room, ana, ben = two("draft")
    room.must(SetObjective(phase="draft", words="Teams see value on day one"))
    (objective,) = room.workshop.objectives
    room.must(AddKeyResult(phase="draft", objective=objective, words="Ten teams say so"))
    (key_result,) = room.workshop.key_results
    room.must(RemoveFromDraft(phase="draft", id=key_result), ana)
    room.must(RemoveFromDraft(phase="draft", id=objective), ben)
    assert "lose its objective" in refusal(room, Undo(), ana)
    room.must(Undo(), ben)
    room.must(Undo(), ana)
    assert set(room.workshop.key_results) == {key_result}


def test_M_OBJ_3_undo_never_brings_back_a_fourth_objective() -> None:
    room, ana, ben = two("draft")
    for words in ("Teams see value on day one", "Clinics trust every claim", "Shoppers come back"):
        room.must(SetObjective(phase="draft", words=words))
    first = next(iter(room.workshop.objectives))
    room.must(RemoveFromDraft(phase="draft", id=first), ana)
    room.must(SetObjective(phase="draft", words="Hosts fill their quiet nights"), ben)
    assert "Its place is taken: 3 objectives are the most" in refusal(room, Undo(), ana)
    assert len(room.workshop.objectives) == 3
    room.must(Undo(), ben)
    room.must(Undo(), ana)
    assert first in room.workshop.objectives
    assert len(room.workshop.objectives) == 3


def test_M_KR_2_undo_never_brings_back_a_sixth_key_result() -> None:
    room, ana, ben = two("draft")
    room.must(SetObjective(phase="draft", words="Teams see value on day one"))
    (objective,) = room.workshop.objectives
    for number in range(5):
        room.must(AddKeyResult(phase="draft", objective=objective, words=f"Group {number} says so"))
    first = next(iter(room.workshop.key_results))
    room.must(RemoveFromDraft(phase="draft", id=first), ana)
    room.must(AddKeyResult(phase="draft", objective=objective, words="Another group says so"), ben)
    assert "Its place is taken: 5 key results are the most" in refusal(room, Undo(), ana)
    room.must(Undo(), ben)
    room.must(Undo(), ana)
    assert first in room.workshop.key_results
    assert len(room.workshop.key_results) == 5


def test_a_step_that_changed_nothing_is_no_step() -> None:
    room, ana, _ = two()
    room.must(AddCard(phase="frame", text="Ana"), ana)
    (key,) = room.workshop.cards
    room.must(ChangeCard(id=key, text="Ana"), ana)
    assert len(room.workshop.undo) == 1


def test_the_last_steps_are_remembered_and_no_more() -> None:
    room, ana, _ = two()
    for number in range(UNDO_DEPTH + 5):
        room.must(AddCard(phase="frame", text=f"Card {number}"), ana)
    assert len(room.workshop.undo) == UNDO_DEPTH
    for _ in range(UNDO_DEPTH):
        room.must(Undo())
    assert len(room.workshop.cards) == 5
    assert "nothing to take back" in refusal(room, Undo())


def test_taking_back_is_in_the_log_like_everything_else() -> None:
    room, ana, _ = two()
    room.must(AddCard(phase="frame", text="Ana"), ana)
    room.must(Undo(), ana)
    assert replay(room.log) == room.workshop
