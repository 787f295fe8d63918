"""What holds of a draft whatever people do to it."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.activities import activities
from facilitation.activities.commit import SetEvidence, SetMode, SetOwner, SetTraffic
from facilitation.activities.draft import (
    AddKeyResult,
    KeepAsInitiative,
    MakeDraft,
    MeasureInstead,
    RemoveFromDraft,
    SetAside,
    SetInitiative,
    SetKeyResult,
    SetObjective,
    SetWish,
    TakeSuggestion,
    TakeUp,
)
from facilitation.activities.guardrails import SetGuardrail
from facilitation.mending import remedy
from facilitation.messages import Command
from facilitation.review import findings
from facilitation.state import Workshop, phase_of
from facilitation.workshop import EMPTY, apply
from tests.facilitation.activities.drafted import DRAFT
from tests.facilitation.played import Played

WORDS = st.sampled_from(
    ["Publish 30 articles", "Lift it from 3 to 9 %", "", "Customers trust us", "Launch by 2027-09-01", "12"]
)
NUMBERS = st.sampled_from(["", "44", "37", "1000000", "-3", "abc", "101"])


def _commands(workshop: Workshop) -> st.SearchStrategy[Command]:
    """Any command of draft and commit, on things that are there or were there."""
    rows = st.sampled_from([*workshop.key_results, "r9999"])
    goals = st.sampled_from([*workshop.objectives, "o9999"])
    kpis = st.sampled_from([*workshop.kpis, ""])
    rules = st.sampled_from(["K-OUTPUT", "K-NOISE", "K-KPI", "O-METRIC", "K-DRIFT", "V-PLAN", "K-OWNER"])
    owners = st.sampled_from(["Ana", "@p2", "@p99", "Sales team", "Ana and Ben", ""])
    made: list[st.SearchStrategy[Command]] = [
        st.builds(SetObjective, phase=st.just(DRAFT), id=st.one_of(goals, st.just("")), words=WORDS),
        st.builds(SetKeyResult, phase=st.just(DRAFT), id=rows, words=WORDS),
        st.builds(SetKeyResult, phase=st.just(DRAFT), id=rows, target=NUMBERS, start=NUMBERS),
        st.builds(
            SetKeyResult,
            phase=st.just(DRAFT),
            id=rows,
            kpi=kpis,
            kind=st.sampled_from(["metric", "binary", "x"]),
        ),
        st.builds(AddKeyResult, phase=st.just(DRAFT), objective=goals, kpi=kpis, words=WORDS),
        st.builds(RemoveFromDraft, phase=st.just(DRAFT), id=st.one_of(rows, goals)),
        st.builds(SetInitiative, phase=st.just(DRAFT), text=WORDS, key_result=rows),
        st.builds(TakeSuggestion, phase=st.just(DRAFT), target=st.one_of(rows, goals), rule=rules),
        st.builds(SetAside, phase=st.just(DRAFT), target=rows, rule=rules, reason=WORDS),
        st.builds(TakeUp, phase=st.just(DRAFT), target=rows, rule=rules),
        st.builds(MeasureInstead, phase=st.just(DRAFT), id=rows, kpi=kpis),
        st.builds(KeepAsInitiative, phase=st.just(DRAFT), id=rows),
        st.builds(SetOwner, phase=st.just(DRAFT), id=st.one_of(rows, goals), owner=owners),
        st.builds(
            SetMode, phase=st.just(DRAFT), id=goals, mode=st.sampled_from(["stretch", "commitment", "both"])
        ),
        st.builds(SetEvidence, phase=st.just(DRAFT), id=rows, signal=WORDS, decision=WORDS),
        st.builds(SetTraffic, phase=st.just(DRAFT), kpi=kpis, weekly=NUMBERS, share=NUMBERS),
        st.builds(SetWish, phase=st.just(DRAFT), wish=NUMBERS),
        st.builds(
            SetGuardrail, phase=st.just(DRAFT), name=WORDS, comparator=st.just("<="), threshold=NUMBERS
        ),
        st.builds(MakeDraft, phase=st.just(DRAFT)),
    ]
    return st.one_of(made)


BASE = Played().until("draft")
SLOTS = (
    "kpi",
    "start",
    "suggestion",
    "target",
    "band",
    "unit",
    "kind",
    "due",
    "owner",
    "segment",
    "guardrail",
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_law_any_commands_keep_a_draft_whole(data: st.DataObject) -> None:
    """At most 3 objectives and 5 key results each, words change no structure, all views draw, replay gives the same."""
    room = BASE.room
    start, log = room.workshop, list(room.log)
    try:
        for _ in range(8):
            wish = data.draw(_commands(room.workshop))
            before = room.workshop
            room.say(wish, data.draw(st.sampled_from([room.facilitator, BASE.people[0]])))
            after = room.workshop
            assert len(after.objectives) <= 3
            for objective in after.objectives:
                assert sum(kr.objective == objective for kr in after.key_results.values()) <= 5
            assert all(kr.objective in after.objectives for kr in after.key_results.values())
            assert all(
                i.key_result is None or i.key_result in after.key_results for i in after.initiatives.values()
            )
            if isinstance(wish, SetKeyResult) and wish.words is not None and wish.id in before.key_results:
                was, now = before.key_results[wish.id], after.key_results[wish.id]
                assert [getattr(was, slot) for slot in SLOTS] == [getattr(now, slot) for slot in SLOTS]
        for finding in findings(room.workshop):
            if remedy(room.workshop, finding) is not None:
                now = room.workshop
                room.must(TakeSuggestion(phase=DRAFT, target=finding.line, rule=finding.rule))
                assert finding not in findings(room.workshop)
                room.workshop, room.log = now, room.log[: now.seq]
        for screen in ("console", "phone", "wall"):
            for name in ("draft", "commit"):
                phase = phase_of(room.workshop, name)
                assert phase is not None
                activities()[name].view(room.workshop, phase, screen)
        again = EMPTY
        for event, meta in room.log:
            again = apply(again, event, meta)
        assert msgspec.json.encode(again) == msgspec.json.encode(room.workshop)
    finally:
        room.workshop, room.log = start, log
