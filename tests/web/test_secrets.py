"""LIVE-9: secrets are absent from what leaves the server, before they may be seen, and authorship for good.

Looking for words in pages finds only the leaks one thought of. So the law is put the other way round: take any state of
any workshop, change what is secret (who wrote a hidden card, what it says, who gave which numbers), and everything that
is shared must stay the same to the last character. Whatever differs has told a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace as replace_activity
from typing import Any

import pytest
from msgspec.structs import replace

from app.exports import FORMATS
from app.rendering.screens import personal, shared
from facilitation.activities import activities
from facilitation.activities.collect import AddCard
from facilitation.activities.vote import CastVote
from facilitation.activity import Activity, View
from facilitation.guide import Phase
from facilitation.messages import ScreenKind
from facilitation.session.flow import OpenPhase, Reveal
from facilitation.state import Card, Marks, Workshop, agenda, phase_of, phase_state, totals
from facilitation.telling.outcome_of import outcome_of
from tests.facilitation.room import Room
from tests.facilitation.simulation import played
from tests.facilitation.whole import fill
from tests.web.drawing import KINDS, PLACE, own, presence, screens

SEEDS = range(4)
NAMES = {f"p{n}": f"Name-of-{n}." for n in range(1, 60)}
COUNTED = ("challenge", "commit", "close")
"""Here a shared screen may say for which things how many have answered, but not what."""

every_seed = pytest.mark.parametrize("seed", SEEDS)


# -- what is secret, changed ---------------------------------------------------------------------------------------------


def other_people(workshop: Workshop) -> Workshop:
    """The same workshop in which everything anonymous came from somebody else."""
    people = list(workshop.people)
    turned = dict(zip(people, [*people[1:], *people[:1]], strict=True))

    def given(marks: Marks) -> Marks:
        return {turned.get(person, person): numbers for person, numbers in marks.items()}

    return replace(
        workshop,
        marks={phase: given(marks) for phase, marks in workshop.marks.items()},
        archive=tuple((phase, number, given(marks)) for phase, number, marks in workshop.archive),
        cards={
            key: replace(card, by=turned.get(card.by, card.by)) if anonymous(workshop, card) else card
            for key, card in workshop.cards.items()
        },
    )


def anonymous(workshop: Workshop, card: Card) -> bool:
    phase = phase_of(workshop, card.phase)
    return phase is None or bool(phase.settings.get("anonymous", True))


def other_answers(workshop: Workshop) -> Workshop:
    """The same workshop in which everything that is still hidden says something else."""
    hidden = [p for p in workshop.guide.phases if not phase_state(workshop, p.id).revealed]
    marks = dict(workshop.marks)
    for phase in hidden:
        if phase.id in marks:
            marks[phase.id] = {
                person: turned(numbers, phase, workshop) for person, numbers in marks[phase.id].items()
            }
    closed = {p.id for p in hidden if p.activity == "collect"}
    cards = {
        key: replace(card, text=f"Other words {key}", reason="Other") if card.phase in closed else card
        for key, card in workshop.cards.items()
    }
    return replace(workshop, marks=marks, cards=cards)


def turned(numbers: dict[str, int], phase: Phase, workshop: Workshop) -> dict[str, int]:
    if not numbers or phase.activity in COUNTED:
        return {thing: 6 - number if 0 < number < 6 else number for thing, number in numbers.items()}
    things = list(workshop.kpis) if phase.activity == "vote" else list(workshop.cards)
    return {things[-1]: max(numbers.values()) + 1} if things else numbers


def unlike(changed: Workshop, workshop: Workshop) -> bool:
    return (changed.marks, changed.cards, changed.archive) != (
        workshop.marks,
        workshop.cards,
        workshop.archive,
    )


# -- what is shared --------------------------------------------------------------------------------------------------------


def moments(seed: int) -> Iterator[Workshop]:
    """States of a played workshop, each seen from every phase of its agenda."""
    for step in played(seed).story[30::50]:
        for phase in agenda(step.after):
            yield replace(step.after, current=phase.id)


def regions(workshop: Workshop) -> dict[str, Any]:
    """Everything that all screens of a kind share, as data."""
    return {kind: shared(workshop, kind, presence(workshop), PLACE) for kind in KINDS}


def told(workshop: Workshop) -> dict[str, Any]:
    """What is exported."""
    outcome = outcome_of(workshop, NAMES)
    return {name: FORMATS[name].export(outcome) for name in ("markdown", "json")}


def check(
    workshop: Workshop, change: Callable[[Workshop], Workshop], look: Callable[[Workshop], Any]
) -> None:
    """Nothing that `look` sees may differ when what is secret is changed."""
    changed = change(workshop)
    here, there = look(workshop), look(changed)
    for place in here:
        assert here[place] == there[place], f"{place} of {workshop.current} tells a secret"


@pytest.mark.parametrize("change", [other_people, other_answers])
@every_seed
def test_LIVE_9_what_is_secret_changes_nothing_that_is_shared(
    seed: int, change: Callable[[Workshop], Workshop]
) -> None:
    for workshop in moments(seed):
        check(workshop, change, regions)


def test_most_of_the_looked_at_workshops_have_something_to_hide() -> None:
    for change in (other_people, other_answers):
        had = [any(unlike(change(workshop), workshop) for workshop in moments(seed)) for seed in SEEDS]
        assert sum(had) > len(SEEDS) // 2


@pytest.mark.parametrize("change", [other_people, other_answers])
@every_seed
def test_LIVE_9_what_is_secret_changes_nothing_in_the_outcome(
    seed: int, change: Callable[[Workshop], Workshop]
) -> None:
    for step in played(seed).story[-120::40]:
        check(step.after, change, told)


@every_seed
def test_LIVE_9_nobody_sees_the_numbers_and_hidden_cards_of_others(seed: int) -> None:
    for workshop in moments(seed):
        other = other_answers(workshop)
        for person in workshop.people:
            mine = {phase: marks.get(person) for phase, marks in workshop.marks.items()}
            marks = {
                phase: {**given, **({person: mine[phase]} if mine[phase] is not None else {})}
                for phase, given in other.marks.items()
            }
            cards = {
                key: workshop.cards[key] if card.by == person else card for key, card in other.cards.items()
            }
            changed = replace(other, marks=marks, cards=cards)
            assert personal(changed, person) == personal(workshop, person), f"{person} in {workshop.current}"


# -- and in the very pages ---------------------------------------------------------------------------------------------------


@every_seed
def test_LIVE_9_pages_hold_no_hidden_card_and_no_author(seed: int) -> None:
    for step in played(seed).story[40::120]:
        workshop = step.after
        for phase in agenda(workshop):
            moment = replace(workshop, current=phase.id)
            hidden = {
                key: replace(card, text=f"SECRET-{key}.")
                for key, card in workshop.cards.items()
                if not phase_state(workshop, card.phase).revealed and in_collect(workshop, card)
            }
            moment = replace(moment, cards={**workshop.cards, **hidden})
            pages = screens(moment, NAMES)
            for kind, page in pages.items():
                assert "SECRET-" not in page, f"a hidden card on the {kind} of {phase.id}"
                nameless = phase.activity in ("collect", "choose", "vote", "challenge")
                if kind != "console" and nameless and phase.settings.get("anonymous", True):
                    assert "Name-of-" not in page, f"a name on the {kind} of {phase.id}"
            for person in list(workshop.people)[:3]:
                page = own(moment, person, NAMES)
                for key, card in hidden.items():
                    assert card.by == person or f"SECRET-{key}." not in page, f"{person} reads {key}"


def in_collect(workshop: Workshop, card: Card) -> bool:
    phase = phase_of(workshop, card.phase)
    return phase is not None and phase.activity == "collect"


# -- the checkers notice -------------------------------------------------------------------------------------------------------


def voted() -> Room:
    """A workshop in the middle of its vote, with a card that is not revealed."""
    room = Room()
    people = [room.join() for _ in range(3)]
    room.must(OpenPhase(phase="frame"))
    room.must(AddCard(phase="frame", text="I doubt the whole plan"), people[0])
    fill(room, until="vote")
    room.must(OpenPhase(phase="vote"))
    levers = [kpi.id for kpi in room.workshop.kpis.values() if kpi.control == "ours"]
    for number, person in enumerate(people):
        room.must(CastVote(phase="vote", kpi=levers[number % len(levers)]), person)
    return room


def leaking(view: Callable[[Workshop, Phase], dict[str, Any]]) -> Activity:
    """The vote with a shared view that says too much."""

    def leak(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
        return View(board={"leak": view(workshop, phase)})

    return replace_activity(activities()["vote"], view=leak)


def test_a_view_with_hidden_tallies_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    room = voted()
    check(room.workshop, other_answers, regions)
    leak = leaking(lambda workshop, phase: totals(workshop.marks.get(phase.id, {})))
    monkeypatch.setitem(activities(), "vote", leak)
    with pytest.raises(AssertionError, match="tells a secret"):
        check(room.workshop, other_answers, regions)


def test_a_view_with_voters_is_caught_even_after_the_reveal(monkeypatch: pytest.MonkeyPatch) -> None:
    room = voted()
    room.must(Reveal(phase="vote"))
    check(room.workshop, other_people, regions)
    leak = leaking(
        lambda workshop, phase: {person: 1 for person, given in workshop.marks[phase.id].items() if given}
    )
    monkeypatch.setitem(activities(), "vote", leak)
    with pytest.raises(AssertionError, match="tells a secret"):
        check(replace(room.workshop, people={**room.workshop.people}), other_people, regions)


def test_a_view_with_a_hidden_card_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    room = voted()
    leak = leaking(lambda workshop, phase: {key: card.text for key, card in workshop.cards.items()})
    monkeypatch.setitem(activities(), "vote", leak)
    with pytest.raises(AssertionError, match="tells a secret"):
        check(room.workshop, other_answers, regions)


def test_a_personal_part_with_somebody_elses_dots_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    room = voted()
    leak = replace_activity(
        activities()["vote"],
        mine=lambda workshop, phase, person: {"all": totals(workshop.marks.get(phase.id, {}))},
    )
    before = personal(other_answers(room.workshop), room.facilitator) == personal(
        room.workshop, room.facilitator
    )
    monkeypatch.setitem(activities(), "vote", leak)
    after = personal(other_answers(room.workshop), room.facilitator) == personal(
        room.workshop, room.facilitator
    )
    assert before
    assert not after
