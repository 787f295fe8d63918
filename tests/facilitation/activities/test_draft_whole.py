"""Remarks about the draft as a whole: the wish, the sum of its targets, how many KPIs it holds."""

from __future__ import annotations

import msgspec
import pytest

from facilitation import adding
from facilitation.activities import activities
from facilitation.activities.draft import (
    RemoveFromDraft,
    SetKeyResult,
    SetWish,
)
from facilitation.add_up import AddsUp, CannotAddUp
from facilitation.adding import added_up, gain_of
from facilitation.review import findings, findings_about, open_notes
from facilitation.session.board import Undo
from facilitation.sheet import words_read
from facilitation.state import Workshop
from tests.facilitation.activities.drafted import DRAFT, SCREENS, draft_phase, on
from tests.facilitation.played import Played


@pytest.fixture
def played() -> Played:
    return Played().until("draft")


def test_M_TGT_2_the_wish_is_held_against_the_sum(played: Played) -> None:
    room = played.room
    assert room.say(SetWish(phase=DRAFT, wish="1500"), played.people[0]) is not None
    room.must(SetWish(phase=DRAFT, wish="1,500"))
    found = added_up(room.workshop)
    assert not isinstance(found, CannotAddUp)
    assert found.answer.wish == 1500.0
    assert "The wish is 1,500" in found.words.sentence
    room.must(SetWish(phase=DRAFT, wish=""))
    assert room.workshop.wish is None
    room.must(Undo())
    assert room.workshop.wish == 1500.0
    room.must(Undo())
    assert room.workshop.wish is None


def test_the_sum_is_kept_while_no_number_changes(played: Played) -> None:
    room = played.room
    before = added_up(room.workshop)
    kr = on(played, "activation")
    room.must(SetKeyResult(phase=DRAFT, id=kr.id, words="In our own words, from 36 to 44 %"))
    assert added_up(room.workshop) is before
    room.must(SetKeyResult(phase=DRAFT, id=kr.id, target="45"))
    after = added_up(room.workshop)
    assert after is not before
    assert not isinstance(after, CannotAddUp)
    assert isinstance(after.answer, AddsUp)


def _whole(workshop: Workshop) -> dict[str, str]:
    """The remarks about the whole draft: rule → message."""
    return {finding.rule: finding.message for finding in findings_about(workshop, "")}


def _console(played: Played) -> list[str]:
    """The rules of the remarks about the whole, as the console and every phone show them."""
    boards = [
        activities()[DRAFT].view(played.room.workshop, draft_phase(played), screen) for screen in SCREENS
    ]
    shown = [[one["rule"] for one in board.parts["beside-all"]["findings"]] for board in boards]
    assert shown[0] == shown[1]
    return shown[0]


def test_T_GAP_targets_that_hardly_move_the_north_star_are_said_in_the_workshop(played: Played) -> None:
    assert "T-GAP" not in _whole(played.room.workshop)
    top = next(kpi for kpi in played.room.workshop.kpis.values() if kpi.parent is None)
    for kr in list(played.room.workshop.key_results.values()):
        known = played.room.workshop.kpis[kr.kpi or ""]
        if kr.start is None:
            played.room.must(RemoveFromDraft(phase=DRAFT, id=kr.id))
        else:
            step = 0.002 * kr.start * (-1 if known.direction == "down" else 1)
            played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, target=f"{kr.start + step:.6f}"))
    said = _whole(played.room.workshop)["T-GAP"]
    assert said.startswith("If everything works, the north star gets 0.")
    assert "% better. Is that worth the quarter?" in said
    assert "T-GAP" in _console(played)
    answer = added_up(played.room.workshop)
    assert not isinstance(answer, CannotAddUp)
    told = (answer.answer.at_targets - answer.answer.today) / answer.answer.today
    assert gain_of(played.room.workshop) == pytest.approx(told)
    assert 0 < told < 0.01
    assert top.id == answer.answer.north_star


def test_T_GAP_says_nothing_while_a_target_or_a_link_is_open(played: Played) -> None:
    workshop = played.room.workshop
    kr = on(played, "activation")
    assert (gain_of(workshop) or 0) > 0.01
    open_target = {**workshop.key_results, kr.id: msgspec.structs.replace(kr, target=None)}
    assert gain_of(msgspec.structs.replace(workshop, key_results=open_target)) is None
    assert gain_of(msgspec.structs.replace(workshop, key_results={})) is None
    top = next(kpi for kpi in workshop.kpis.values() if kpi.parent is None)
    loose = {
        key: msgspec.structs.replace(
            kpi, formula="", influences=(), baseline=100.0 if key == top.id else kpi.baseline
        )
        for key, kpi in workshop.kpis.items()
    }
    assert gain_of(msgspec.structs.replace(workshop, kpis=loose)) is None


def test_T_GAP_costs_no_run_and_is_kept_while_only_words_change(played: Played) -> None:
    workshop = played.room.workshop
    gain_of(workshop)
    computed = adding._gain.cache_info().misses
    kr = on(played, "activation")
    played.room.must(SetKeyResult(phase=DRAFT, id=kr.id, words="More new teams find their first win"))
    words_read(played.room.workshop, "key_result", "Lift activation to 44 %", line=kr.id)
    findings(played.room.workshop)
    assert adding._gain.cache_info().misses == computed


def test_T_KPIS_more_than_seven_own_KPIs_are_said_in_the_workshop(played: Played) -> None:
    workshop = played.room.workshop
    assert "T-KPIS" not in _whole(workshop)
    below = [key for key, kpi in workshop.kpis.items() if kpi.parent is not None]
    defined = {
        key: msgspec.structs.replace(kpi, definition="Counted on Mondays.", control="ours")
        if key in below[:8]
        else msgspec.structs.replace(kpi, definition="Counted by others.", control="outside")
        for key, kpi in workshop.kpis.items()
    }
    many = msgspec.structs.replace(workshop, kpis=defined)
    many = msgspec.structs.replace(
        many, setup=msgspec.structs.replace(many.setup, team="Growth", scope="team")
    )
    assert _whole(many)["T-KPIS"] == "Growth defined 8 KPIs as its own; nobody watches more than 7."
    view = activities()[DRAFT].view(many, draft_phase(played), "console")
    assert "T-KPIS" in [one["rule"] for one in view.parts["beside-all"]["findings"]]
    seven = {**defined, below[0]: msgspec.structs.replace(defined[below[0]], control="shared")}
    assert "T-KPIS" not in _whole(msgspec.structs.replace(many, kpis=seven))
    company = msgspec.structs.replace(many, setup=msgspec.structs.replace(many.setup, scope="company"))
    assert "T-KPIS" not in _whole(company)


def test_a_note_goes_when_its_gap_is_closed(played: Played) -> None:
    room = played.room
    notes = open_notes(room.workshop)
    assert any("Who looks after" in note for note in notes)
    assert set(notes) <= set(room.workshop.draft_notes)
