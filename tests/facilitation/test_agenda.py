"""Re-planning during a workshop: minutes, order, phases left out, words."""

from __future__ import annotations

from facilitation.session.agenda import (
    ChangeSetting,
    DropPhase,
    MovePhase,
    PlanMinutes,
    RestorePhase,
    RewordPrompt,
    ShortenRest,
)
from facilitation.session.flow import OpenPhase
from facilitation.state import agenda
from facilitation.workshop import replay
from tests.facilitation.room import Room


def test_the_agenda_changes_and_the_log_replays_to_the_same_agenda() -> None:
    room = Room()
    prompt = room.workshop.guide.phases[0].prompts[0]
    room.must(PlanMinutes(phase="tree", minutes=25))
    room.must(RewordPrompt(phase="frame", prompt=prompt.id, text="What would make this quarter a good one?"))
    room.must(DropPhase(phase="challenge"))
    assert "challenge" not in [p.id for p in agenda(room.workshop)]
    room.must(RestorePhase(phase="challenge"))
    room.must(MovePhase(phase="challenge", by=-1))
    assert room.workshop.guide.phase("tree").minutes == 25  # type: ignore[union-attr]
    assert replay(room.log) == room.workshop


def test_a_phase_that_another_one_needs_stays() -> None:
    room = Room()
    refused = room.say(DropPhase(phase="tree"))
    assert refused is not None and refused.reason
    assert len(agenda(room.workshop)) == 11


def test_the_rest_is_shortened_and_what_is_behind_stays() -> None:
    room = Room()
    room.must(OpenPhase(phase="frame"))
    room.must(ShortenRest(minutes=60))
    rest = [p for p in agenda(room.workshop) if p.id != "frame"]
    assert sum(p.minutes for p in rest) <= 60
    assert room.workshop.guide.phase("frame").minutes == 8  # type: ignore[union-attr]


def test_a_participant_may_not_re_plan() -> None:
    room = Room()
    ana = room.join()
    assert "facilitator" in room.say(PlanMinutes(phase="tree", minutes=5), ana).reason  # type: ignore[union-attr]


def test_odd_digits_are_no_numbers() -> None:
    room = Room()
    for value in ("²", "--5", "5.5", "", "٣", "1e3", "9" * 40):
        refused = room.say(ChangeSetting(phase="vote", name="dots", value=value))
        assert refused is not None, value
        assert refused.reason
    room.must(ChangeSetting(phase="vote", name="dots", value=" 7 "))
    assert room.workshop.guide.phase("vote").settings["dots"] == 7  # type: ignore[union-attr]


def test_a_phase_that_was_left_out_keeps_its_place_while_others_move() -> None:
    room = Room()
    room.must(DropPhase(phase="numbers"))
    room.must(MovePhase(phase="challenge", by=-1))
    ids = [phase.id for phase in room.workshop.guide.phases]
    assert ids.index("numbers") == ids.index("tree") + 1
    room.must(RestorePhase(phase="numbers"))
    assert replay(room.log) == room.workshop


def test_a_phase_comes_back_only_where_it_makes_sense() -> None:
    room = Room()
    for phase in ("commit", "draft"):
        room.must(DropPhase(phase=phase))
    refused = room.say(RestorePhase(phase="commit"))
    assert refused is not None
    assert "needs" in refused.reason
    room.must(RestorePhase(phase="draft"))
    room.must(RestorePhase(phase="commit"))


def test_what_is_not_secret_is_shown_from_the_start() -> None:
    room = Room()
    room.must(ChangeSetting(phase="frame", name="hidden", value="false"))
    room.must(OpenPhase(phase="frame"))
    assert room.workshop.phases["frame"].revealed
    room.must(OpenPhase(phase="north-star"))
    assert not room.workshop.phases["north-star"].revealed
