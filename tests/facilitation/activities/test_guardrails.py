"""Guardrails: a name is enough to begin with, every number must be one, and a limit that is broken already says so."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from facilitation.activities import activities
from facilitation.activities.guardrails import RemoveGuardrail, SetGuardrail, guardrail_data
from facilitation.session.flow import OpenPhase
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room
from tests.facilitation.whole import fill, people, start

RAILS = activities()["guardrails"]
PHASE = "guardrails"


def guarding() -> tuple[Room, str]:
    room = Room()
    ana, *_ = people(room, 2)
    start(room)
    fill(room, until=PHASE, amount="many")
    room.must(OpenPhase(phase=PHASE))
    return room, ana


def test_cac_payback_of_14_months_against_12_is_tripped_from_the_start() -> None:
    room, ana = guarding()
    wish = SetGuardrail(
        phase=PHASE, name="CAC payback", comparator="<=", threshold="12", unit="months", current="14"
    )
    room.must(wish, ana)
    (rail,) = room.workshop.guardrails.values()
    data = guardrail_data(rail)
    assert data["state"] == "breached"
    assert "tripped" in data["word"]
    phase = phase_of(room.workshop, PHASE)
    assert phase is not None
    assert "CAC payback" in RAILS.view(room.workshop, phase, "wall").say
    room.must(
        SetGuardrail(
            phase=PHASE,
            id=rail.id,
            name="CAC payback",
            comparator="≤",
            threshold="15",
            unit="months",
            current="14",
        )
    )
    assert guardrail_data(room.workshop.guardrails[rail.id])["state"] == "ok"
    assert replay(room.log) == room.workshop


def test_a_name_is_enough_and_says_what_is_missing() -> None:
    room, ana = guarding()
    room.must(SetGuardrail(phase=PHASE, name="Support tickets", comparator="<="), ana)
    (rail,) = room.workshop.guardrails.values()
    assert guardrail_data(rail)["word"] == "no limit yet"
    room.must(
        SetGuardrail(phase=PHASE, id=rail.id, name="Support tickets", comparator="<=", threshold="9.9"), ana
    )
    assert "missing" in guardrail_data(room.workshop.guardrails[rail.id])["word"]
    room.must(RemoveGuardrail(phase=PHASE, id=rail.id), ana)
    assert not room.workshop.guardrails


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"name": ""}, "empty"),
        ({"name": "Churn", "threshold": "three", "comparator": "<="}, "limit"),
        ({"name": "Churn", "threshold": "3"}, "upper"),
        ({"name": "Churn", "threshold": "3", "comparator": "!="}, "upper"),
        ({"name": "Churn", "current": "soon"}, "Today"),
        ({"name": "REFUND rate"}, "already"),
        ({"id": "g999", "name": "Churn"}, "not on the board"),
        ({"name": "x" * 121}, "121"),
    ],
)
def test_what_makes_no_sense_is_refused(wish: dict[str, str], words: str) -> None:
    room, ana = guarding()
    room.must(SetGuardrail(phase=PHASE, name="Refund rate"))
    refused = room.say(SetGuardrail(phase=PHASE, **wish), ana)
    assert refused is not None
    assert words in refused.reason


def test_suggestions_fit_the_levers_and_go_once_they_are_taken() -> None:
    room, ana = guarding()
    phase = phase_of(room.workshop, PHASE)
    assert phase is not None
    ideas = RAILS.view(room.workshop, phase, "phone").board["ideas"]
    names = [idea["name"] for idea in ideas]
    assert names
    assert len(names) == len(set(names))
    room.must(
        SetGuardrail(phase=PHASE, name=names[0], comparator=ideas[0]["comparator"], levers=ideas[0]["lever"]),
        ana,
    )
    left = RAILS.view(room.workshop, phase, "phone").board["ideas"]
    assert names[0] not in [idea["name"] for idea in left]


def test_a_final_outcome_keeps_its_guardrails() -> None:
    room = Room()
    room.must(OpenPhase(phase="guardrails"))
    room.must(SetGuardrail(phase="guardrails", name="Churn"))
    room.workshop = replace(room.workshop, final=1)
    for wish in (
        SetGuardrail(phase="guardrails", name="Refund rate"),
        RemoveGuardrail(phase="guardrails", id=next(iter(room.workshop.guardrails))),
    ):
        refused = room.say(wish)
        assert refused is not None and "final" in refused.reason
