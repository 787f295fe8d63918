"""Every observation by example: a board on which it speaks, what it says, and a board on which it keeps quiet."""

from __future__ import annotations

import pytest

from facilitation.coach import (
    close,
)
from facilitation.coach.advice import Observation
from tests.facilitation.coach.boards import (
    EVERY,
    ask,
    room,
    silent,
)
from tests.facilitation.coach.examples import Case
from tests.facilitation.coach.examples_board import AIM, FLOW, NUMBERS, TREE
from tests.facilitation.coach.examples_choice import CHALLENGE, GUARDRAILS, LEVERS_CASES, VOTES
from tests.facilitation.coach.examples_outcome import CLOSE, COMMIT, DRAFT

CASES = [
    *FLOW,
    *AIM,
    *TREE,
    *NUMBERS,
    *LEVERS_CASES,
    *VOTES,
    *GUARDRAILS,
    *CHALLENGE,
    *DRAFT,
    *COMMIT,
    *CLOSE,
]
every_case = pytest.mark.parametrize("case", CASES, ids=[case.look.__name__ for case in CASES])


@every_case
def test_an_observation_speaks_where_it_should(case: Case) -> None:
    advice = ask(case.look, case.speaks, **case.with_)
    assert case.says in f"{advice.reason} {advice.question}"
    assert advice.rule == case.rule
    assert case.about is None or advice.about == case.about


@every_case
def test_an_observation_keeps_quiet_where_all_is_well(case: Case) -> None:
    assert silent(case.look, case.quiet, **case.with_)


@pytest.mark.parametrize("look", [close.ask_weekly, close.ask_review])
def test_what_no_program_can_see_is_always_asked_at_the_end(look: Observation) -> None:
    assert ask(look, room("close")).question.endswith("?")


def test_every_observation_has_its_example() -> None:
    shown = {case.look.__name__ for case in CASES} | {"ask_weekly", "ask_review"}
    assert {name for name, _ in EVERY} - shown == set()
