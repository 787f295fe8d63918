"""The coach as a whole: order of importance, secrecy, and that it has something sensible to say about any board."""

from __future__ import annotations

import inspect
import random
import re
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from facilitation.coach import (
    BY_ACTIVITY,
    advise,
    aim,
    challenge,
    close,
    commit,
    draft,
    flow,
    guardrails,
    levers,
    numbers,
    tree,
    votes,
)
from facilitation.coach.advice import Advice, counted
from facilitation.guide.settings import ACTIVITIES
from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail, KeyResult, Objective
from facilitation.state import Card, Clock, NextStep, Parked, PhaseState, Setup, Workshop
from facilitation.workshop import EMPTY
from tests.facilitation.coach.boards import EVERY, PHASE_OF, kpi, room
from tests.facilitation.coach.boards import tree as tree_of
from tests.facilitation.room import Room

TOPICS: tuple[ModuleType, ...] = (
    aim, challenge, close, commit, draft, flow, guardrails, levers, numbers, tree, votes,
)  # fmt: skip


def test_the_lobby_needs_no_advice() -> None:
    assert advise(Room().workshop) == []
    assert advise(EMPTY) == []


def test_every_activity_has_questions_of_its_own() -> None:
    assert set(BY_ACTIVITY) == set(ACTIVITIES)


def test_no_observation_is_forgotten() -> None:
    written = {
        name
        for topic in TOPICS
        for name, look in inspect.getmembers(topic, inspect.isfunction)
        if look.__module__ == topic.__name__
        and "Advice | None" in str(inspect.signature(look).return_annotation)
        if not name.startswith("_")
    }
    assert len(written) >= 60
    assert written == {name for name, _ in EVERY}


@pytest.mark.parametrize(("name", "look"), EVERY)
def test_an_observation_names_the_rule_it_serves(name: str, look: object) -> None:
    assert re.match(r"(S[0-4]|[A-Z]-[A-Z]+)", inspect.getdoc(look) or "")


def test_the_first_two_are_one_about_the_content_and_one_about_the_people() -> None:
    state = PhaseState(opened=1, contributed=frozenset({"p1"}))
    asked = [advice.id for advice in advise(room("tree", state=state))]
    assert asked[:2] == ["no-north-star", "silent-people"]


def test_time_comes_first() -> None:
    assert advise(room("tree", clock=Clock(left=-600_000)))[0].id == "running-over"


def test_a_breached_guardrail_comes_before_a_missing_limit() -> None:
    found = advise(
        room(
            "guardrails",
            guardrails={
                "g1": Guardrail(id="g1", name="Refund rate"),
                "g2": Guardrail(id="g2", name="CAC payback", comparator="<=", threshold=12, current=14),
            },
        )
    )
    ids = [advice.id for advice in found]
    assert ids.index("guardrail-breached") < ids.index("guardrail-without-limit")


@pytest.mark.parametrize("activity", ["choose", "vote", "challenge", "commit", "close"])
@given(seed=st.integers(0, 1_000_000))
@settings(max_examples=30, deadline=None)
def test_law_LIVE_9_before_the_reveal_the_coach_does_not_know_the_marks(activity: str, seed: int) -> None:
    dice = random.Random(seed)
    board = random_board(dice, activity)
    hidden = replace(
        board, phases={phase: replace(state, revealed=False) for phase, state in board.phases.items()}
    )
    other = replace(hidden, marks={phase: random_marks(dice, hidden) for phase in PHASE_OF.values()})
    assert advise(hidden) == advise(other)


@given(seed=st.integers(0, 1_000_000), activity=st.sampled_from(ACTIVITIES))
@settings(max_examples=300, deadline=None)
def test_law_on_any_board_the_coach_speaks_in_sentences(seed: int, activity: str) -> None:
    dice = random.Random(seed)
    board = random_board(dice, activity)
    found = advise(board, now=dice.randint(0, 2_000_000))
    assert len({advice.id for advice in found}) == len(found)
    known = {
        *board.people,
        *board.kpis,
        *board.cards,
        *board.guardrails,
        *board.objectives,
        *board.key_results,
    }
    known |= {*board.parking, *board.next_steps}
    for advice in found:
        assert re.fullmatch(r"\S.*[.?]", advice.question)
        assert re.fullmatch(r"[^a-z\s].*\.", advice.reason)
        assert "  " not in advice.question + advice.reason
        assert not re.search(r"None(?! of the)", advice.question + advice.reason)
        assert set(advice.about) <= known


@given(seed=st.integers(0, 1_000_000), activity=st.sampled_from(ACTIVITIES))
@settings(max_examples=60, deadline=None)
def test_law_no_word_says_who_marked_what(seed: int, activity: str) -> None:
    """Swapping the marks of two people changes nothing the coach says."""
    board = random_board(random.Random(seed), activity)
    people = [person for person in board.people if person != "p0"]
    swapped = {
        phase: {people[(people.index(person) + 1) % len(people)]: given for person, given in marks.items()}
        for phase, marks in board.marks.items()
    }
    assert advise(replace(board, marks=swapped)) == advise(board)


def test_words_for_counts() -> None:
    assert [counted(n, "dot", "dots") for n in (0, 1, 2, 13)] == ["no dots", "one dot", "two dots", "13 dots"]


def random_marks(dice: random.Random, board: Workshop) -> dict[str, dict[str, int]]:
    things = [*board.kpis, *board.cards, *board.key_results, "return"]
    return {
        person: {thing: dice.randint(1, 5) for thing in dice.sample(things, dice.randint(0, len(things)))}
        for person in board.people
        if person != "p0"
    }


def random_board(dice: random.Random, activity: str) -> Workshop:
    """Anything a group might have put on the board by now, sensible or not."""
    some = dice.choice
    found: dict[str, Kpi] = {}
    for n in range(dice.randint(0, 9)):
        parent = some(list(found)) if found else None
        made = kpi(f"k{n}", parent, family=some(["", "cost"]), indicator=some([None, "leading", "lagging"]))
        found[made.id] = replace(
            made,
            control=some([None, "ours", "shared", "outside"]),
            baseline=some([None, 0, 36.0]),
            sigma=some([None, 5.0]),
            cadence=some(["", "weekly", "monthly"]),
        )
    objectives = {
        f"o{n}": Objective(id=f"o{n}", mode=some([None, "stretch"])) for n in range(dice.randint(0, 4))
    }
    key_results = {
        f"r{n}": KeyResult(
            id=f"r{n}",
            objective=some(list(objectives)),
            kpi=some([None, "gone", *found]),
            start=some([None, 1.0]),
            owner=some(["", "Ana"]),
        )
        for n in range(dice.randint(0, 8) if objectives else 0)
    }
    guardrail = Guardrail(
        id="g1", name="Refunds", comparator="<=", threshold=some([None, 1]), current=some([None, 2])
    )
    board = room(
        activity,
        dice.randint(1, 5),
        setup=Setup(title="T", strategy=some(["", "Win clinics."])),
        state=PhaseState(
            opened=1,
            revealed=some([True, False]),
            contributed=frozenset(dice.sample(["p1", "p2", "p3"], dice.randint(0, 3))),
            done=frozenset(dice.sample(["p1", "p2", "p3"], dice.randint(0, 3))),
        ),
        phases={phase: PhaseState(opened=1, revealed=some([True, False])) for phase in PHASE_OF.values()},
        clock=some([Clock(), Clock(left=-90_000), Clock(running=True, deadline=1_000_000)]),
        kpis=found,
        cards={
            f"c{n}": Card(id=f"c{n}", phase=PHASE_OF[activity], text="Card", by="p1")
            for n in range(dice.randint(0, 7))
        },
        objectives=objectives,
        key_results=key_results,
        guardrails={"g1": guardrail} if dice.random() < 0.5 else {},
        parking={"x1": Parked(id="x1", text="Later")} if dice.random() < 0.5 else {},
        next_steps={"n1": NextStep(id="n1", text="Call")} if dice.random() < 0.5 else {},
    )
    return replace(board, marks={phase: random_marks(dice, board) for phase in PHASE_OF.values()})


def test_an_advice_is_plain_data() -> None:
    advice = advise(room("tree", kpis=tree_of(kpi("a"))))[0]
    assert isinstance(advice, Advice)
    assert all(isinstance(item, str) for item in advice.about)
