"""Laws: what holds in every workshop, whatever people do, in any order, with any undo (see simulation.py).

A seed that once broke a law is pinned in `PINNED` and played for ever.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from app.exports import FORMATS
from app.storage.codec import Codec
from facilitation.activities import activities
from facilitation.activities.tree import AddKpi
from facilitation.activities.vote import budget
from facilitation.coach import advise
from facilitation.formula import refs
from facilitation.graph import would_cycle
from facilitation.kpi_tree import ancestors
from facilitation.messages import Actor, Command, Event, Meta, Rejected
from facilitation.session.board import BoardRestored, Undo
from facilitation.state import UNDOABLE, Workshop, agenda, marks_of, phase_of, phase_state
from facilitation.telling.outcome_of import outcome_of
from facilitation.text import clean
from facilitation.workshop import appliers, apply, decide, deciders, event_type, replay
from tests.facilitation.room import Room
from tests.facilitation.simulation import commands, played

SEEDS = range(21)
PINNED: tuple[int, ...] = ()
NAMES = {f"p{n}": f"Person {n}" for n in range(1, 60)}

every_seed = pytest.mark.parametrize("seed", [*SEEDS, *PINNED])


# -- the registry --------------------------------------------------------------------------------------------------------


def test_every_command_and_every_event_has_a_name_of_its_own() -> None:
    for classes in (deciders(), appliers()):
        doubled = [name for name, count in Counter(one.__name__ for one in classes).items() if count > 1]
        assert not doubled, f"two classes of one name shadow each other on the wire: {doubled}"


def test_the_simulation_plays_every_command_and_most_are_taken() -> None:
    story = [step for seed in SEEDS for step in played(seed).story]
    sent = {type(step.command) for step in story}
    taken = {type(step.command) for step in story if step.refused is None}
    assert set(commands()) <= sent
    never = {command.__name__ for command in set(commands()) - taken}
    assert len(never) <= 6, f"sent, but never taken: {never}"


# -- decide ------------------------------------------------------------------------------------------------------------


@every_seed
def test_decide_answers_whatever_arrives_and_says_no_in_a_sentence(seed: int) -> None:
    for step in played(seed).story:
        if step.refused is not None:
            reason, theirs = step.refused.reason, words_of(step.command)
            assert not unclear(reason, theirs), f"{step.told}: {reason!r}: {unclear(reason, theirs)}"


TECHNICAL = re.compile(
    r"\b(None(?! of)|nan|inf|null|True|False|\w*Error|Exception|Traceback|struct|msgspec|int|float|str|dict"
    r"|\w+_\w+|[pckotrigwn]\d+|d\d+[a-z]\d+)\b"
)


def words_of(command: Command) -> list[str]:
    """What the sender typed, longest first: a refusal may quote it."""
    values = [getattr(command, name) for name in command.__struct_fields__]
    return sorted((clean(v) for v in values if isinstance(v, str) and clean(v)), key=len, reverse=True)


def unclear(reason: str, theirs: Sequence[str] = ()) -> str:
    """What makes a refusal no sentence for a participant; empty when it is one. Quoted words are the sender's own."""
    if not reason.strip() or not reason.rstrip().endswith((".", "!", "?", "”", "…")):
        return "no sentence"
    ours = re.sub(r"“[^”]*”", "“…”", reason)
    for word in theirs:
        ours = ours.replace(word, "…")
    if any(unicodedata.category(char) in ("Cc", "Cs", "Co") for char in ours):
        return "unprintable"
    found = TECHNICAL.search(ours)
    return f"technical: {found[0]}" if found else ""


def test_a_technical_refusal_would_be_noticed() -> None:
    for reason in (
        "",
        "No",
        "kpi_id is unknown.",
        "KeyError: 'k7'.",
        "The KPI k7 is gone.",
        "Value is None.",
    ):
        assert unclear(reason), reason
    assert not unclear("“k7” is no KPI of this tree. Choose another one.")


# -- log and state -----------------------------------------------------------------------------------------------------


@every_seed
def test_replaying_the_log_gives_the_live_state_also_through_codec_and_snapshot(seed: int) -> None:
    room = played(seed)
    codec: Codec[Event] = Codec(event_type())
    stored = [(codec.encode(event), meta) for event, meta in room.log]
    assert [codec.decode(data) for data, _ in stored] == [event for event, _ in room.log]
    assert replay((codec.decode(data), meta) for data, meta in stored) == room.workshop
    snapshot = msgspec.json.decode(msgspec.json.encode(room.workshop), type=Workshop)
    assert snapshot == room.workshop
    assert [meta.seq for _, meta in room.log] == list(range(1, len(room.log) + 1))


@every_seed
def test_a_snapshot_in_the_middle_goes_on_to_the_same_state(seed: int) -> None:
    room = played(seed)
    cut = random.Random(seed).randrange(1, len(room.log))
    half = msgspec.json.decode(msgspec.json.encode(replay(room.log[:cut])), type=Workshop)
    assert replay(room.log[cut:], half) == room.workshop


@every_seed
def test_apply_takes_any_event_after_any_other(seed: int) -> None:
    room = played(seed)
    chance = random.Random(seed)
    thinned = [pair for pair in room.log[1:] if chance.random() < 0.7]
    chance.shuffle(thinned)
    workshop = replay(room.log[:1])
    for event, meta in thinned:
        workshop = apply(workshop, event, Meta(seq=workshop.seq + 1, at=meta.at, by=meta.by))
    assert workshop.seq == len(thinned) + 1


# -- the board -----------------------------------------------------------------------------------------------------------


@every_seed
def test_the_board_stays_whole_after_every_step(seed: int) -> None:
    for step in played(seed).story:
        if step.after is not step.before:
            assert not broken(step.after), f"{step.told}: {broken(step.after)}"


def broken(workshop: Workshop) -> str:
    """What is wrong with the shape of the board; empty when nothing is."""
    kpis = workshop.kpis
    for key, kpi in kpis.items():
        if kpi.parent is not None and kpi.parent not in kpis:
            return f"{key} hangs under {kpi.parent}, which is gone"
        if key in ancestors(kpis, key):
            return f"{key} is above itself"
        used = [*refs(kpi.formula), *(link.child for link in kpi.influences)]
        if lost := [ref for ref in used if ref not in kpis]:
            return f"{key} is calculated from {lost}, which is gone"
        if would_cycle(kpis, key, used):
            return f"{key} feeds itself"
    if kpis and sum(kpi.parent is None for kpi in kpis.values()) != 1:
        return "not one north star"
    for kr in workshop.key_results.values():
        if kr.objective not in workshop.objectives:
            return f"{kr.id} has lost its objective"
    for work in workshop.initiatives.values():
        if work.key_result is not None and work.key_result not in workshop.key_results:
            return f"{work.id} names a key result that is gone"
    if workshop.people and not any(
        p.role == "facilitator" and not p.removed for p in workshop.people.values()
    ):
        return "nobody facilitates"
    for phase_id, state in workshop.phases.items():
        if phase_of(workshop, phase_id) is None or not state.contributed | state.done <= set(workshop.people):
            return f"{phase_id} counts somebody who has no seat"
    for phase in workshop.guide.phases:
        if phase.activity == "vote":
            dots, each = budget(phase)
            for person, given in marks_of(workshop, phase.id).items():
                if sum(given.values()) > dots or max(given.values(), default=0) > each:
                    return f"{person} has given {given} of {dots}, at most {each}"
                if min(given.values(), default=1) < 1:
                    return f"{person} has given less than nothing"
        for person, given in marks_of(workshop, phase.id).items():
            top = int(str(phase.settings.get("scale", 5)))
            if phase.activity in ("challenge", "commit", "close") and max(given.values(), default=0) > top:
                return f"{person} believes beyond the scale of {phase.id}"
    return ""


def test_a_broken_board_would_be_noticed() -> None:
    room = Room()
    for number in range(3):
        above = next(iter(room.workshop.kpis), "")
        room.must(AddKpi(phase="tree", name=f"Driver {number}", parent=above))
    kpis = room.workshop.kpis
    last = list(kpis)[-1]
    assert not broken(room.workshop)
    for change in (
        {"parent": "k999"},
        {"parent": None},
        {"parent": last},
        {"formula": "k999 + 1"},
        {"formula": last},
    ):
        assert broken(replace(room.workshop, kpis={**kpis, last: replace(kpis[last], **change)})), change


@every_seed
def test_every_dot_can_be_seen_and_taken_back_by_the_one_who_gave_it(seed: int) -> None:
    for step in played(seed).story[::10]:
        for phase in step.after.guide.phases:
            if phase.activity != "vote":
                continue
            for person, given in marks_of(step.after, phase.id).items():
                levers = activities()["vote"].mine(step.after, phase, person)["levers"]
                assert {lever["id"]: lever["votes"] for lever in levers if lever["votes"]} == given


@every_seed
def test_ids_are_never_used_twice(seed: int) -> None:
    room = played(seed)
    named = [
        field for field in UNDOABLE if field not in ("traffic", "wish")
    ]  # these hang on ids of other things
    ever: dict[str, set[str]] = {field: set() for field in (*named, "suggestions", "people")}
    before = replay([])
    for event, meta in room.log:
        after = apply(before, event, meta)
        for field, known in ever.items():
            new = set(getattr(after, field)) - set(getattr(before, field))
            if not isinstance(event, BoardRestored):
                assert not new & known, f"{event} gives {new & known} a second life"
            known |= new
        before = after


@every_seed
def test_undo_puts_the_board_back_as_it_was_before_the_step(seed: int) -> None:
    tried = 0
    for step in played(seed).story:
        before, after = step.before, step.after
        if after.undo == before.undo or isinstance(step.command, Undo) or not before.people:
            continue
        lead = next(p.id for p in after.people.values() if p.role == "facilitator" and not p.removed)
        again = decide(after, Undo(), Actor(person=lead, role="facilitator", at=step.at))
        if isinstance(again, Rejected):
            assert after.final is not None, f"{step.told} cannot be taken back: {again.reason}"
            continue
        back = after
        for event in again:
            back = apply(back, event, Meta(seq=back.seq + 1, at=step.at, by=lead))
        for field in UNDOABLE:
            assert getattr(back, field) == getattr(before, field), f"{field} after taking back {step.told}"
        tried += 1
    assert tried


# -- what is final -----------------------------------------------------------------------------------------------------------


def okrs(workshop: Workshop) -> tuple[Any, ...]:
    """What a final outcome promises to keep."""
    return (
        workshop.objectives,
        workshop.key_results,
        workshop.guardrails,
        workshop.initiatives,
        workshop.wish,
    )


@every_seed
def test_a_final_outcome_stays_as_it_is_until_it_is_a_draft_again(seed: int) -> None:
    for step in played(seed).story:
        if step.before.final is not None and step.after.final is not None:
            assert okrs(step.after) == okrs(step.before), f"{step.told} changed a final outcome"


def test_most_of_the_played_workshops_come_to_a_final_outcome_and_go_on() -> None:
    ends = [any(step.before.final is not None for step in played(seed).story) for seed in SEEDS]
    assert sum(ends) >= len(ends) // 2


# -- what is told --------------------------------------------------------------------------------------------------------


@every_seed
def test_views_outcome_coach_and_exports_answer_in_every_state(seed: int) -> None:
    told = (FORMATS["markdown"], FORMATS["json"])
    for step in played(seed).story[::40]:
        workshop = step.after
        advise(workshop, now=step.at)
        for phase in workshop.guide.phases:
            activity = activities()[phase.activity]
            for screen in ("console", "phone", "wall"):
                activity.view(workshop, phase, screen)
            for person in workshop.people:
                activity.mine(workshop, phase, person)
        shown = outcome_of(workshop, NAMES)
        for form in told:
            assert form.export(shown)


def test_the_phase_that_is_open_is_on_the_agenda_and_its_clock_is_booked() -> None:
    for seed in SEEDS:
        room = played(seed)
        if room.workshop.current:
            assert room.workshop.current in [p.id for p in agenda(room.workshop)]
            assert phase_state(room.workshop, room.workshop.current).opened
        spent = sum(state.spent for state in room.workshop.phases.values())
        assert 0 <= spent <= room.now - room.workshop.created
