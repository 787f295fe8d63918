"""Whose own part of a phone can have changed: never too few, and not everybody's for somebody's number (LIVE-4)."""

from __future__ import annotations

from app.rooms.whose import whose_parts
from benchmarks.furnish import FACILITATOR, Log
from facilitation.activities import activities
from facilitation.activities.collect import AddCard, ChangeCard, GroupCard
from facilitation.activities.numbers import SetNumbers
from facilitation.activities.tree import AddKpi
from facilitation.session.board import ParkThought
from facilitation.session.flow import LockBoard, OpenPhase, Reveal
from facilitation.session.people import Join

NUMBERS = {"cadence": "weekly", "reviewed": "monthly"}


def test_a_number_in_the_tree_concerns_who_wrote_it() -> None:
    log = Log("AAAABBBB")
    one, two = log.people(2)
    log.do(OpenPhase(phase="tree"))
    log.do(
        AddKpi(phase="tree", name="Active teams", parent="", unit="teams", baseline="3", indicator=""), one
    )
    kpi = next(iter(log.workshop.kpis))
    log.do(SetNumbers(phase="tree", kpi=kpi, baseline="4", **NUMBERS), two)
    before = log.workshop
    log.do(SetNumbers(phase="tree", kpi=kpi, baseline="5", **NUMBERS), two)
    assert whose_parts(before, log.workshop) == {two}


def test_a_card_concerns_its_author_and_a_group_the_authors_of_its_cards() -> None:
    log = Log("AAAABBBB")
    one, two, three = log.people(3)
    log.do(OpenPhase(phase="frame"))
    for person in (one, two, three):
        log.do(AddCard(phase="frame", text=f"A thought of {person}"), person)
    log.do(Reveal(phase="frame"))
    cards = {card.by: card.id for card in log.workshop.cards.values()}
    before = log.workshop
    log.do(ChangeCard(id=cards[one], text="Another thought"), one)
    assert whose_parts(before, log.workshop) == {one}
    before = log.workshop
    log.do(GroupCard(id=cards[two], under=cards[one]), FACILITATOR)
    assert {two} <= (whose_parts(before, log.workshop) or set()) <= {one, two, FACILITATOR}


def test_what_all_phones_show_concerns_everybody() -> None:
    log = Log("AAAABBBB")
    (one,) = log.people(1)
    log.do(OpenPhase(phase="tree"))
    for command, person in (
        (ParkThought(text="Later"), one),
        (LockBoard(phase="tree"), FACILITATOR),
        (Join(), FACILITATOR),
        (OpenPhase(phase="numbers"), FACILITATOR),
    ):
        before = log.workshop
        log.do(command, person)
        assert whose_parts(before, log.workshop) is None, command


def test_where_an_activity_does_not_say_what_it_reads_every_step_concerns_everybody() -> None:
    log = Log("AAAABBBB")
    log.people(1)
    log.do(OpenPhase(phase="vote"))
    before = log.workshop
    log.do(AddKpi(phase="tree", name="Active teams", parent="", unit="", baseline="", indicator=""))
    assert activities()["vote"].mine_reads is None
    assert whose_parts(before, log.workshop) is None
