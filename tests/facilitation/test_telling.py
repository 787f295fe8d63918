"""The outcome of the played PLG workshop: the source's figures as the group's targets, the sum, and nobody's secrets."""

from __future__ import annotations

import time

import msgspec
import pytest

from facilitation.activities import activities
from facilitation.activities.close import SetNextStep
from facilitation.activities.draft import SetAside
from facilitation.add_up import CannotAddUp
from facilitation.adding import added_up
from facilitation.outcome import Outcome
from facilitation.review import findings
from facilitation.session.flow import OpenPhase
from facilitation.state import phase_of
from facilitation.telling import outcome_of
from tests.facilitation.played import Played

NAMES = {"p2": "Ana Ruiz", "p3": "Li Wen", "p4": "Sam Osei", "p5": "Kai"}


@pytest.fixture(scope="module")
def played() -> Played:
    return Played().until("commit")


@pytest.fixture(scope="module")
def told(played: Played) -> Outcome:
    return outcome_of(played.room.workshop, NAMES)


def test_golden_the_sources_figures_are_the_groups_targets_beside_suggestions(told: Outcome) -> None:
    rows = {kr.kpi_name: kr for objective in told.objectives for kr in objective.key_results}
    got = {
        name: (kr.start_text, kr.suggestion_text, kr.target_text)
        for name, kr in rows.items()
        if kr.key_result.role != "proof"
    }
    assert got == {
        "Trial → activation": ("36 %", "42 %", "44 %"),
        "Week-1 checklist": ("38 %", "43 %", "55 %"),
        "Day-30 retention": ("41 %", "47 %", "48 %"),
    }
    assert rows["Trial → activation"].change_text == "+8 pp, +22.2 %"
    assert all(kr.trail for kr in rows.values())


def test_owners_are_names_and_so_they_are_in_the_trail(told: Outcome) -> None:
    assert {objective.owner_name for objective in told.objectives} == {"Ana Ruiz"}
    assert {kr.owner_name for o in told.objectives for kr in o.key_results} <= set(NAMES.values())
    records = {kr.key_result.evidence.record for o in told.objectives for kr in o.key_results}
    assert any("written by Ana Ruiz" in record for record in records)
    assert not any("the owner" in record for record in records)
    nobody = outcome_of(Played().until("commit").room.workshop, {})
    assert nobody.objectives[0].owner_name == "Guest 2"


def test_the_sum_is_the_one_on_the_screens(played: Played, told: Outcome) -> None:
    found = added_up(played.room.workshop)
    assert not isinstance(found, CannotAddUp)
    assert told.add_up is not None
    assert told.add_up.p80 == found.answer.p80
    assert told.add_up.sentence == found.words.sentence
    assert {c.key_result for c in told.add_up.contributions} == {s.key_result for s in found.answer.shares}
    moves = told.objectives[0].moves
    assert moves.startswith("moves Weekly activated teams from 1,214")
    assert "8 chances in 10" in moves


def test_LIVE_9_no_ids_of_people_are_told(played: Played) -> None:
    room = played.room
    finding = next(f for f in findings(room.workshop) if f.severity == "error")
    room.must(
        SetAside(phase="commit", target=finding.line, rule=finding.rule, reason="Finance owns it"),
        played.people[1],
    )
    told = outcome_of(room.workshop, NAMES)
    assert [(one.reason, one.by) for one in told.overrides] == [("Finance owns it", "Li Wen")]
    assert {initiative.by for initiative in told.initiatives} == {""}
    assert {sheet.guardrail.by for sheet in told.guardrails} == {""}
    assert {sheet.kpi.by for sheet in told.kpis} == {""}
    notes = [note for o in told.objectives for kr in o.key_results for note in kr.findings if note.reason]
    assert [(note.reason, note.by) for note in notes] == [("Finance owns it", "Li Wen")]
    nameless = outcome_of(room.workshop, {})
    assert [one.by for one in nameless.overrides] == [f"Guest {played.people[1][1:]}"]


def test_a_set_aside_error_bears_the_facilitators_role_where_nobody_gave_a_name(played: Played) -> None:
    room = played.room
    finding = next(f for f in findings(room.workshop) if f.severity == "error")
    room.must(SetAside(phase="commit", target=finding.line, rule=finding.rule, reason="Finance owns it"))
    assert [one.by for one in outcome_of(room.workshop, {}).overrides] == ["the facilitator"]


def test_next_steps_say_their_day_as_the_rest_of_the_outcome_does(played: Played) -> None:
    room = played.room
    room.must(OpenPhase(phase="close"))
    room.must(SetNextStep(phase="close", text="Publish the sheet", owner="Ana", due="2027-07-09"))
    assert outcome_of(room.workshop, NAMES).next_steps == ("Publish the sheet (Ana, by 9 Jul 2027)",)


def test_telling_is_deterministic_and_survives_json(told: Outcome, played: Played) -> None:
    assert msgspec.json.decode(msgspec.json.encode(told), type=Outcome) == told


def test_an_empty_workshop_has_an_outcome_too() -> None:
    from tests.facilitation.room import Room

    told = outcome_of(Room().workshop, {})
    assert told.objectives == ()
    assert told.add_up is None


def test_every_view_takes_a_few_milliseconds(played: Played) -> None:
    workshop = played.room.workshop
    for name in ("draft", "commit"):
        phase = phase_of(workshop, name)
        assert phase is not None
        for screen in ("console", "phone", "wall"):
            view = activities()[name].view
            view(workshop, phase, screen)
            took = []
            for _ in range(7):
                began = time.process_time()
                view(workshop, phase, screen)
                took.append(time.process_time() - began)
            assert sorted(took)[3] < 0.01


def test_the_chance_names_the_groups_own_target_and_says_nothing_twice(told: Outcome) -> None:
    sheets = [kr for objective in told.objectives for kr in objective.key_results]
    own = next(kr for kr in sheets if kr.kpi_name == "Trial → activation")
    assert own.chance == (
        "The group chose 44 %: without any change one reading in 18 would reach it; the mean of four readings in one "
        "case in 1,500."
    )
    taken = [kr for kr in sheets if kr.key_result.target == kr.key_result.suggestion and kr.chance]
    assert all(kr.chance.startswith("Without any change the mean of four readings would ") for kr in taken)


def test_a_signal_moves_towards_the_target_that_stands_on_the_sheet(told: Outcome) -> None:
    sheets = {kr.kpi_name: kr for objective in told.objectives for kr in objective.key_results}
    first = sheets["Week-1 checklist"]
    assert (first.start_text, first.target_text) == ("38 %", "55 %")
    signal = sheets["Trial → activation"].key_result.evidence.signal
    assert "Week-1 checklist should move first, from 38 % towards 55 %" in signal
