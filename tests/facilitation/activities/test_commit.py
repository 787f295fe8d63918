"""The rules of commit: one owner by name, one mode, an evidence plan that knows its traffic, fingers in secret."""

from __future__ import annotations

import msgspec
import pytest

from facilitation.activities import activities
from facilitation.activities.commit import (
    GiveCommitment,
    SetEvidence,
    SetMode,
    SetOwner,
    SetTraffic,
    checklist,
)
from facilitation.activities.draft import SetAside
from facilitation.activities.final import MarkDraft, MarkFinal
from facilitation.adding import chances
from facilitation.kpi_tree import Reading
from facilitation.messages import ScreenKind
from facilitation.review import bold_commitments, findings, open_errors
from facilitation.session.board import Undo
from facilitation.session.flow import Hide, OpenPhase, Reveal
from facilitation.state import phase_of
from facilitation.telling import outcome_of
from tests.facilitation.played import Played

COMMIT = "commit"
SCREENS: tuple[ScreenKind, ...] = ("console", "phone")


@pytest.fixture
def played() -> Played:
    found = Played().until("draft")
    found.room.must(OpenPhase(phase=COMMIT))
    return found


def first(played: Played) -> tuple[str, str]:
    """An objective and one of its key results."""
    kr = next(iter(played.room.workshop.key_results.values()))
    return kr.objective, kr.id


@pytest.mark.parametrize("owner", ["Growth team", "Sales", "Ana and Ben", "Ana, Ben", "Everybody", "@p99"])
def test_M_KR_5_a_team_or_several_are_refused_kindly(played: Played, owner: str) -> None:
    objective, kr = first(played)
    for thing in (objective, kr):
        refused = played.room.say(SetOwner(phase=COMMIT, id=thing, owner=owner))
        assert refused is not None
        assert refused.reason.endswith(".")


@pytest.mark.parametrize("owner", ["Ana Ruiz", "@p2", "Jean-Luc", "Nguyễn Thị Hoa", ""])
def test_M_KR_5_one_person_is_fine(played: Played, owner: str) -> None:
    _, kr = first(played)
    played.room.must(SetOwner(phase=COMMIT, id=kr, owner=owner), played.people[0])
    assert played.room.workshop.key_results[kr].owner == owner


def test_a_typed_name_goes_before_the_list(played: Played) -> None:
    _, kr = first(played)
    played.room.must(SetOwner(phase=COMMIT, id=kr, owner="@p2", name="Dora"))
    assert played.room.workshop.key_results[kr].owner == "Dora"


def test_M_AMB_1_one_mode_per_objective(played: Played) -> None:
    objective, _ = first(played)
    played.room.must(SetMode(phase=COMMIT, id=objective, mode="stretch"))
    assert played.room.workshop.objectives[objective].mode == "stretch"
    assert played.room.say(SetMode(phase=COMMIT, id=objective, mode="mixed")) is not None


def test_a_commitment_beyond_its_own_drift_is_said_while_everybody_decides(played: Played) -> None:
    room = played.room
    kr = next(k for k in room.workshop.key_results.values() if k.kpi == played.ids["activation"])
    before, kpi = room.workshop, room.workshop.kpis[played.ids["activation"]]
    weeks = [f"2027-0{4 + n // 4}-{1 + 7 * (n % 4):02d}" for n in range(12)]
    dated = tuple(Reading(value=36 + (n % 3) * 0.4, on=day) for n, day in enumerate(weeks))
    read = msgspec.structs.replace(kpi, readings=dated)
    room.workshop = msgspec.structs.replace(before, kpis={**before.kpis, kpi.id: read})
    room.must(SetMode(phase=COMMIT, id=kr.objective, mode="stretch"))
    assert not bold_commitments(room.workshop)
    room.must(SetMode(phase=COMMIT, id=kr.objective, mode="commitment"))
    (said,) = bold_commitments(room.workshop)
    assert said.startswith("Trial → activation is declared a commitment, but going on as so far only 3")
    assert said.endswith("choose a smaller target, or call it a stretch.")
    phase = phase_of(room.workshop, COMMIT)
    assert phase is not None
    for screen in SCREENS:
        board = activities()[COMMIT].view(room.workshop, phase, screen)
        assert said in board.parts["beside-all"]["notes"]
    assert said in outcome_of(room.workshop, {}).notes


def test_fingers_are_secret_until_the_reveal(played: Played) -> None:
    room = played.room
    _, kr = first(played)
    for person, fingers in zip(played.people, (1, 2, 5, 5), strict=True):
        room.must(GiveCommitment(phase=COMMIT, key_result=kr, fingers=fingers), person)
    phase = phase_of(room.workshop, COMMIT)
    assert phase is not None
    for screen in ("console", "phone", "wall"):
        row = activities()[COMMIT].view(room.workshop, phase, screen).parts[f"kr-{kr}"]
        assert (row["given"], row["counts"], row["median"], row["chance_given"]) == (4, None, None, "")
    assert chances(room.workshop) == {}
    mine = activities()[COMMIT].mine(room.workshop, phase, played.people[1])
    assert {row["id"]: row["fingers"] for row in mine["key_results"]}[kr] == 2
    room.must(Reveal(phase=COMMIT))
    row = activities()[COMMIT].view(room.workshop, phase, "console").parts[f"kr-{kr}"]
    assert row["counts"] == [1, 1, 0, 0, 2]
    assert row["chance_given"] == "55 %"
    assert row["word"].startswith("Far apart")
    assert chances(room.workshop)[kr] == pytest.approx((0.1 + 0.3 + 0.9 + 0.9) / 4)
    assert room.say(GiveCommitment(phase=COMMIT, key_result=kr, fingers=3), played.people[0]) is not None
    room.must(Hide(phase=COMMIT))
    room.must(GiveCommitment(phase=COMMIT, key_result=kr, fingers=3), played.people[0])


def test_traffic_sizes_the_test_and_the_plan_follows(played: Played) -> None:
    room = played.room
    kr = next(k for k in room.workshop.key_results.values() if k.kpi == played.ids["activation"])
    assert "300 a week" not in kr.evidence.design
    room.must(SetTraffic(phase=COMMIT, kpi=kr.kpi or "", weekly="300", share="100"), played.people[0])
    after = room.workshop.key_results[kr.id]
    assert after.evidence.design == (
        "A/B test: 588 per group can tell 36 % and 44 % apart (two proportions, two-sided, pooled variance under no "
        "change, no continuity correction), 4 weeks at 300 a week."
    )
    room.must(SetTraffic(phase=COMMIT, kpi=kr.kpi or "", weekly="20", share="50"))
    assert "K-POWER" in {f.rule for f in findings(room.workshop) if f.line == kr.id}
    room.must(SetTraffic(phase=COMMIT, kpi=kr.kpi or "", weekly=""))
    assert room.workshop.traffic == {}
    assert room.workshop.key_results[kr.id].evidence == kr.evidence


def test_traffic_and_the_plan_that_follows_it_are_taken_back_together(played: Played) -> None:
    room = played.room
    kr = next(k for k in room.workshop.key_results.values() if k.kpi == played.ids["activation"])
    room.must(SetTraffic(phase=COMMIT, kpi=kr.kpi or "", weekly="300", share="100"), played.people[0])
    room.must(SetTraffic(phase=COMMIT, kpi=kr.kpi or "", weekly="20", share="50"), played.people[0])
    room.must(Undo(), played.people[0])
    assert room.workshop.traffic[kr.kpi or ""].weekly == 300
    assert "4 weeks at 300 a week" in room.workshop.key_results[kr.id].evidence.design
    room.must(Undo(), played.people[0])
    assert room.workshop.traffic == {}
    assert room.workshop.key_results[kr.id] == kr


@pytest.mark.parametrize(
    ("weekly", "share", "maturity"),
    [("0", "", ""), ("300", "120", ""), ("300", "0", ""), ("a", "", ""), ("3", "", "-1")],
)
def test_impossible_traffic_is_refused(played: Played, weekly: str, share: str, maturity: str) -> None:
    wish = SetTraffic(
        phase=COMMIT, kpi=played.ids["activation"], weekly=weekly, share=share, maturity=maturity
    )
    assert played.room.say(wish) is not None


def test_the_checklist_leads_to_the_final_word(played: Played) -> None:
    room = played.room
    missing = {item["text"]: item["missing"] for item in checklist(room.workshop)}
    assert missing["Every objective is a commitment or a stretch"]
    for objective in list(room.workshop.objectives):
        room.must(SetOwner(phase=COMMIT, id=objective, owner=f"@{played.people[0]}"))
        room.must(SetMode(phase=COMMIT, id=objective, mode="commitment"))
    for kr in list(room.workshop.key_results):
        room.must(SetOwner(phase=COMMIT, id=kr, owner="Ana"))
        room.must(GiveCommitment(phase=COMMIT, key_result=kr, fingers=4), played.people[0])
    room.must(Reveal(phase=COMMIT))
    assert [item["text"] for item in checklist(room.workshop) if item["missing"]] == []
    assert room.say(MarkFinal()) is not None
    for finding in findings(room.workshop):
        if finding.severity == "error":
            room.must(
                SetAside(phase=COMMIT, target=finding.line, rule=finding.rule, reason="Known, and watched")
            )
    assert open_errors(room.workshop) == []
    room.must(MarkFinal())
    assert room.say(SetMode(phase=COMMIT, id=first(played)[0], mode="stretch")) is not None
    room.must(MarkDraft())
    room.must(SetMode(phase=COMMIT, id=first(played)[0], mode="stretch"))


def test_an_emptied_plan_is_an_error_and_one_tap_fills_it_again(played: Played) -> None:
    from facilitation.activities.draft import TakeSuggestion

    room = played.room
    kr = next(k for k in room.workshop.key_results.values() if k.kpi == played.ids["activation"])
    room.must(SetEvidence(phase=COMMIT, id=kr.id))
    assert "V-PLAN" in {f.rule for f in findings(room.workshop) if f.line == kr.id}
    room.must(TakeSuggestion(phase=COMMIT, target=kr.id, rule="V-PLAN"))
    assert room.workshop.key_results[kr.id].evidence.design == kr.evidence.design
