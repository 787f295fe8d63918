"""The rules of the draft: words and slots, remarks and their remedies, the way out of an activity."""

from __future__ import annotations

import msgspec
import pytest

from facilitation.activities import activities
from facilitation.activities.commit import SetEvidence
from facilitation.activities.draft import (
    AddKeyResult,
    AnswerLitmus,
    KeepAsInitiative,
    MakeDraft,
    MeasureInstead,
    RemoveFromDraft,
    SetAside,
    SetKeyResult,
    SetNoise,
    SetObjective,
    TakeSuggestion,
    TakeUp,
)
from facilitation.activities.final import MarkFinal
from facilitation.add_up import CannotAddUp
from facilitation.adding import added_up
from facilitation.review import findings_about, open_errors, sentence_of
from facilitation.session.board import Undo
from facilitation.sheet import words_read
from tests.facilitation.activities.drafted import DRAFT, SCREENS, draft_phase, on, rules_of
from tests.facilitation.played import Played


@pytest.fixture
def played() -> Played:
    return Played().until("draft")


def test_a_draft_stands_there_when_the_phase_opens(played: Played) -> None:
    workshop = played.room.workshop
    assert 1 <= len(workshop.objectives) <= 3
    assert all(kr.objective in workshop.objectives for kr in workshop.key_results.values())


def test_M_TGT_1_the_target_is_the_groups_beside_the_suggestion(played: Played) -> None:
    kr = on(played, "activation")
    assert (kr.start, kr.suggestion, kr.target) == (36.0, 42.0, 44.0)
    view = activities()[DRAFT].view(played.room.workshop, draft_phase(played), "phone")
    row = view.parts[f"kr-{kr.id}"]
    assert row["suggestion_text"] == "42 %"
    assert row["arithmetic"].startswith("36 % is usual, readings vary by about 5 points")
    assert "of four readings" in row["chance"]
    assert row["move"] == {"start": "36", "target": "44", "unit": "%"}


def test_M_TGT_1_the_facilitator_may_say_how_readings_vary_and_the_suggestion_follows(played: Played) -> None:
    room = played.room
    kr, untouched = on(played, "activation"), on(played, "checklist")
    assert (kr.suggestion, kr.target) == (42.0, 44.0)
    wish = SetNoise(phase=DRAFT, kpi=kr.kpi or "", noise="steady")
    assert room.say(wish, played.people[0]) is not None
    room.must(wish)
    after = room.workshop.key_results[kr.id]
    assert (after.suggestion, after.target) == (46.0, 44.0)
    assert room.workshop.key_results[untouched.id] == untouched
    room.must(SetKeyResult(phase=DRAFT, id=kr.id, target="46"))
    room.must(SetNoise(phase=DRAFT, kpi=kr.kpi or "", noise=""))
    again = room.workshop.key_results[kr.id]
    assert (again.suggestion, again.target) == (42.0, 42.0)
    assert "36 % and 42 %" in again.evidence.design
    room.must(Undo())
    assert room.workshop.kpis[kr.kpi or ""].noise == "steady"
    assert room.workshop.key_results[kr.id].target == 46.0
    assert room.say(SetNoise(phase=DRAFT, kpi=kr.kpi or "", noise="loud")) is not None
    assert room.say(SetNoise(phase=DRAFT, kpi="nowhere", noise="steady")) is not None
    boards = {
        screen: activities()[DRAFT].view(room.workshop, draft_phase(played), screen).parts[f"kr-{kr.id}"]
        for screen in SCREENS
    }
    assert {screen: row["noise"] for screen, row in boards.items()} == {
        "console": "steady",
        "phone": "steady",
    }


def test_T_LITMUS_a_yes_of_the_group_is_kept_until_what_was_missing_is_there(played: Played) -> None:
    room = played.room
    objective = next(iter(room.workshop.objectives))
    assert "T-LITMUS" not in rules_of(room.workshop, objective)
    room.must(AnswerLitmus(phase=DRAFT, id=objective), played.people[0])
    assert "T-LITMUS" in rules_of(room.workshop, objective)
    board = activities()[DRAFT].view(room.workshop, draft_phase(played), "phone")
    assert "T-LITMUS" in [one["rule"] for one in board.parts[f"objective-{objective}"]["findings"]]
    room.must(AnswerLitmus(phase=DRAFT, id=objective, unmet="no"))
    assert "T-LITMUS" not in rules_of(room.workshop, objective)
    room.must(Undo())
    assert room.workshop.objectives[objective].unmet
    assert room.say(AnswerLitmus(phase=DRAFT, id="o999")) is not None


def test_words_never_change_a_slot(played: Played) -> None:
    kr = on(played, "activation")
    words = "Lift activation from 10 to 99 % by next Tuesday"
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, words=words), played.people[0])
    after = played.room.workshop.key_results[kr.id]
    assert after == msgspec.structs.replace(kr, words=words)


def test_typing_back_the_drafted_sentence_lets_it_follow_its_numbers(played: Played) -> None:
    kr = on(played, "activation")
    drafted = sentence_of(played.room.workshop, kr)
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, words="Something else"))
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, words=drafted))
    assert played.room.workshop.key_results[kr.id].words == ""


def test_another_KPI_brings_its_own_numbers(played: Played) -> None:
    kr = on(played, "activation")
    other = played.ids["retention"]
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, kpi=other, target="99"))
    after = played.room.workshop.key_results[kr.id]
    assert (after.kpi, after.start, after.target) == (other, 41.0, after.suggestion)
    assert after.evidence != kr.evidence


def test_the_evidence_follows_the_target_until_somebody_words_it(played: Played) -> None:
    kr = on(played, "activation")
    assert "36 % and 44 %" in kr.evidence.design
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, target="46"))
    after = played.room.workshop.key_results[kr.id]
    assert "36 % and 46 %" in after.evidence.design
    plan = after.evidence
    played.room.must(
        SetEvidence(
            phase=DRAFT,
            id=kr.id,
            signal=plan.signal,
            design="We ask ten teams.",
            decision=plan.decision,
            record=plan.record,
        )
    )
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, target="45"))
    last = played.room.workshop.key_results[kr.id].evidence
    assert last.design == "We ask ten teams."
    assert "9" in last.decision


def test_a_computed_key_result_follows_the_targets_below(played: Played) -> None:
    proof = next(
        kr for kr in played.room.workshop.key_results.values() if kr.role == "proof" and kr.suggestion
    )
    lever = on(played, "checklist")
    played.room.must(SetKeyResult(phase=DRAFT, id=lever.id, target="50"))
    assert played.room.workshop.key_results[proof.id].target != proof.target
    played.room.must(SetKeyResult(phase=DRAFT, id=proof.id, target="200"))
    played.room.must(SetKeyResult(phase=DRAFT, id=lever.id, target="40"))
    assert played.room.workshop.key_results[proof.id].target == 200.0


def test_the_sheet_and_the_sum_say_the_same_of_a_computed_key_result(played: Played) -> None:
    """Whatever is typed, added or taken away, a key result that the tree computes shows what the sum computes for it."""
    room = played.room
    kept = on(played, "activation")

    def agrees() -> None:
        found = added_up(room.workshop)
        assert not isinstance(found, CannotAddUp)
        computed = {row.key_result: row.computed for row in found.answer.compared}
        followed = 0
        for kr in room.workshop.key_results.values():
            if (
                kr.target == kr.suggestion
                and kr.id in computed
                and room.workshop.kpis[kr.kpi].baseline is None
            ):
                assert kr.target == pytest.approx(computed[kr.id], rel=0.001), kr.id
                followed += 1
        assert followed

    agrees()
    room.must(SetKeyResult(phase=DRAFT, id=on(played, "checklist").id, target="60"))
    agrees()
    room.must(RemoveFromDraft(phase=DRAFT, id=on(played, "checklist").id))
    agrees()
    room.must(SetKeyResult(phase=DRAFT, id=kept.id, target="50"))
    agrees()
    room.must(AddKeyResult(phase=DRAFT, objective=kept.objective, kpi=played.ids["checklist"]))
    agrees()
    room.must(KeepAsInitiative(phase=DRAFT, id=on(played, "checklist").id))
    agrees()


def test_K_NOISE_take_the_suggestion_sets_the_target_from_the_data(played: Played) -> None:
    kr = on(played, "activation")
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, target="37"))
    assert "K-NOISE" in rules_of(played.room.workshop, kr.id)
    played.room.must(TakeSuggestion(phase=DRAFT, target=kr.id, rule="K-NOISE"), played.people[0])
    assert played.room.workshop.key_results[kr.id].target == 42.0
    assert "K-NOISE" not in rules_of(played.room.workshop, kr.id)
    refused = played.room.say(TakeSuggestion(phase=DRAFT, target=kr.id, rule="K-NOISE"))
    assert refused is not None
    assert "mended" in refused.reason


def test_K_OUTPUT_take_the_suggestion_keeps_the_work_as_an_initiative(played: Played) -> None:
    kr = on(played, "activation")
    before = len(played.room.workshop.initiatives)
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, words="Launch the new onboarding wizard"))
    assert "K-OUTPUT" in rules_of(played.room.workshop, kr.id)
    played.room.must(TakeSuggestion(phase=DRAFT, target=kr.id, rule="K-OUTPUT"), played.people[1])
    after = played.room.workshop
    assert after.key_results[kr.id].words == ""
    assert len(after.initiatives) == before + 1
    kept = list(after.initiatives.values())[-1]
    assert (kept.text, kept.key_result) == ("Launch the new onboarding wizard", kr.id)
    played.room.must(Undo(), played.people[1])
    assert played.room.workshop.key_results[kr.id].words == "Launch the new onboarding wizard"
    assert len(played.room.workshop.initiatives) == before


def test_O_METRIC_take_the_suggestion_words_the_objective_from_its_lever(played: Played) -> None:
    objective = next(iter(played.room.workshop.objectives.values()))
    played.room.must(SetObjective(phase=DRAFT, id=objective.id, words="Hit 44 % activation"))
    assert "O-METRIC" in rules_of(played.room.workshop, objective.id)
    played.room.must(TakeSuggestion(phase=DRAFT, target=objective.id, rule="O-METRIC"))
    assert played.room.workshop.objectives[objective.id].words == objective.words
    assert "O-METRIC" not in rules_of(played.room.workshop, objective.id)


def test_M_KR_9_an_activity_gets_three_questions_and_a_KPI(played: Played) -> None:
    room = played.room
    objective = next(iter(room.workshop.objectives))
    room.must(AddKeyResult(phase=DRAFT, objective=objective, words="Publish 30 articles"), played.people[0])
    added = list(room.workshop.key_results.values())[-1]
    row = activities()[DRAFT].view(room.workshop, draft_phase(played), "phone").parts[f"kr-{added.id}"]
    assert len(row["way_out"]["questions"]) == 3
    choice = row["way_out"]["choices"][0]["id"]
    room.must(MeasureInstead(phase=DRAFT, id=added.id, kpi=choice), played.people[0])
    after = room.workshop.key_results[added.id]
    assert (after.kpi, after.words) == (choice, "")
    work = list(room.workshop.initiatives.values())[-1]
    assert (work.text, work.key_result, work.by) == ("Publish 30 articles", added.id, played.people[0])


def test_M_KR_9_keep_the_work_as_work(played: Played) -> None:
    room = played.room
    objective = next(iter(room.workshop.objectives))
    room.must(AddKeyResult(phase=DRAFT, objective=objective, words="Publish 30 articles"))
    added = list(room.workshop.key_results.values())[-1]
    room.must(KeepAsInitiative(phase=DRAFT, id=added.id))
    assert added.id not in room.workshop.key_results
    work = list(room.workshop.initiatives.values())[-1]
    assert work.text == "Publish 30 articles"
    assert work.key_result in room.workshop.key_results


def test_an_error_is_set_aside_with_a_reason_or_not_at_all(played: Played) -> None:
    room = played.room
    line = next(
        f
        for kr in room.workshop.key_results
        for f in findings_about(room.workshop, kr)
        if f.severity == "error"
    )
    errors = len(open_errors(room.workshop))
    no = room.say(SetAside(phase=DRAFT, target=line.line, rule=line.rule, reason="  "))
    assert no is not None
    room.must(
        SetAside(phase=DRAFT, target=line.line, rule=line.rule, reason="Finance owns it"), played.people[0]
    )
    assert len(open_errors(room.workshop)) == errors - 1
    room.must(TakeUp(phase=DRAFT, target=line.line, rule=line.rule))
    assert len(open_errors(room.workshop)) == errors


def test_draft_again_is_one_undo_away(played: Played) -> None:
    room = played.room
    kr = on(played, "activation")
    before = (room.workshop.objectives, room.workshop.key_results)
    room.must(MakeDraft(phase=DRAFT))
    assert kr.id not in room.workshop.key_results
    room.must(Undo())
    assert (room.workshop.objectives, room.workshop.key_results) == before
    assert room.say(MakeDraft(phase=DRAFT), played.people[0]) is not None


def test_G_MISSING_take_the_suggestion_names_what_to_watch(played: Played) -> None:
    room = played.room
    for guardrail in list(room.workshop.guardrails):
        from facilitation.activities.guardrails import RemoveGuardrail

        room.must(RemoveGuardrail(phase=DRAFT, id=guardrail))
    objective = next(o for o in room.workshop.objectives if "G-MISSING" in rules_of(room.workshop, o))
    room.must(TakeSuggestion(phase=DRAFT, target=objective, rule="G-MISSING"))
    (added,) = room.workshop.guardrails.values()
    assert added.threshold is None
    assert "G-MISSING" not in rules_of(room.workshop, objective)


def test_nothing_changes_once_it_is_final(played: Played) -> None:
    room = played.room
    for kr in room.workshop.key_results:
        for finding in findings_about(room.workshop, kr):
            if finding.severity == "error":
                room.must(SetAside(phase=DRAFT, target=kr, rule=finding.rule, reason="Known"))
    room.must(MarkFinal())
    kr = on(played, "activation")
    refused = room.say(SetKeyResult(phase=DRAFT, id=kr.id, target="50"))
    assert refused is not None
    assert "final" in refused.reason


def test_words_are_read_while_they_are_typed(played: Played) -> None:
    workshop = played.room.workshop
    kr = on(played, "activation")
    remarks = words_read(workshop, "key_result", "Launch the new portal", kr.id)
    assert [one["rule"] for one in remarks] == ["K-OUTPUT"]
    assert remarks[0]["take"]["text"] == sentence_of(workshop, kr)
    assert words_read(workshop, "key_result", sentence_of(workshop, kr), kr.id) == []
    assert [one["rule"] for one in words_read(workshop, "objective", "Hit 40 % activation")] == ["O-METRIC"]
    assert words_read(workshop, "key_result", "", kr.id) == []
    assert words_read(workshop, "key_result", "Publish 30 articles", "", played.ids["activation"])


def test_ranges_and_qualitative_key_results(played: Played) -> None:
    room = played.room
    kr = on(played, "activation")
    room.must(SetKeyResult(phase=DRAFT, id=kr.id, kind="range", band_low="72", band_high="78"))
    assert room.workshop.key_results[kr.id].band == (72.0, 78.0)
    assert room.say(SetKeyResult(phase=DRAFT, id=kr.id, band_low="80", band_high="78")) is not None
    room.must(
        SetKeyResult(phase=DRAFT, id=kr.id, kind="qualitative", proof="Signed by three named customers")
    )
    assert "K-NUMBER" not in rules_of(room.workshop, kr.id)
