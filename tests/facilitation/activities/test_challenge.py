"""Challenge: a sentence per chosen lever (M-TREE-6), secret marks, and what their spread says in words."""

from __future__ import annotations

import msgspec
import pytest

from facilitation.activities import activities
from facilitation.activities.challenge import GiveBelief, claims
from facilitation.session.flow import OpenPhase, Reveal
from facilitation.state import phase_of
from facilitation.workshop import replay
from tests.facilitation.room import Room
from tests.facilitation.whole import fill, people, start

CHALLENGE = activities()["challenge"]
PHASE = "challenge"


def challenging() -> tuple[Room, list[str], list[str]]:
    room = Room()
    who = people(room, 3)
    start(room)
    fill(room, until=PHASE, amount="many")
    room.must(OpenPhase(phase=PHASE))
    return room, who, [claim["kpi"] for claim in claims(room.workshop)]


def rows(room: Room) -> list[dict[str, object]]:
    phase = phase_of(room.workshop, PHASE)
    assert phase is not None
    found: list[dict[str, object]] = CHALLENGE.view(room.workshop, phase, "wall").board["claims"]
    return found


def test_m_tree_6_the_sentence_says_if_this_then_that() -> None:
    room, _, _ = challenging()
    claim = claims(room.workshop)[0]
    assert claim["sentence"].startswith("If ")
    assert claim["links"][0]["word"].startswith("If this")
    assert claim["links"][-1]["name"] == "Number 0"


@pytest.mark.parametrize(
    ("marks", "words"), [((1, 3, 5), "Far apart"), ((1, 2, 2), "Few believe"), ((4, 4, 5), "Close together")]
)
def test_the_spread_is_said_in_words(marks: tuple[int, ...], words: str) -> None:
    room, who, (kpi, *_) = challenging()
    for person, mark in zip(who, marks, strict=False):
        room.must(GiveBelief(phase=PHASE, kpi=kpi, belief=mark), person)
    room.must(Reveal(phase=PHASE))
    row = rows(room)[0]
    assert words in str(row["word"])
    assert sum(row["counts"]) == 3  # type: ignore[arg-type]
    assert replay(room.log) == room.workshop


def test_live_9_marks_are_hidden_until_the_reveal() -> None:
    room, who, (kpi, *_) = challenging()
    room.must(GiveBelief(phase=PHASE, kpi=kpi, belief=1), who[0])
    low = msgspec.json.encode(rows(room))
    room.must(GiveBelief(phase=PHASE, kpi=kpi, belief=5), who[0])
    assert msgspec.json.encode(rows(room)) == low
    assert rows(room)[0]["counts"] is None


@pytest.mark.parametrize("belief", [-1, 6, 10**9])
def test_a_mark_off_the_scale_is_refused(belief: int) -> None:
    room, who, (kpi, *_) = challenging()
    assert "1 to 5" in room.say(GiveBelief(phase=PHASE, kpi=kpi, belief=belief), who[0]).reason  # type: ignore[union-attr]


def test_a_mark_after_the_reveal_or_for_another_lever_is_refused() -> None:
    room, who, (kpi, *_) = challenging()
    assert "chosen" in room.say(GiveBelief(phase=PHASE, kpi="k999", belief=3), who[0]).reason  # type: ignore[union-attr]
    room.must(Reveal(phase=PHASE))
    assert "shown already" in room.say(GiveBelief(phase=PHASE, kpi=kpi, belief=3), who[0]).reason  # type: ignore[union-attr]
