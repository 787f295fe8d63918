"""Reading what comes over the wire: identity is never in it, nonsense gets a sentence, empty fields mean what they say."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.fragments import Part
from app.rooms.protocol import (
    MAX_FRAME,
    Ack,
    Cmd,
    Hello,
    Parts,
    Ping,
    Refused,
    Typing,
    command_of,
    read,
    write,
)
from facilitation.activities.collect import AddCard
from facilitation.activities.draft import SetKeyResult
from facilitation.activities.draft_remarks import TakeSuggestion
from facilitation.activities.vote import CastVote
from facilitation.messages import Command, Rejected
from facilitation.session.agenda import MovePhase, PlanMinutes
from facilitation.session.board import SettleThought
from facilitation.session.clock import MoveClock, StartClock
from facilitation.session.people import SERVER_ONLY
from facilitation.workshop import deciders
from tests.facilitation.simulation import played

ALL = sorted((c for c in deciders() if c not in SERVER_ONLY), key=lambda c: c.__name__)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def form(command: Command) -> dict[str, Any]:
    """What a form would send for a command: its fields as text, as far as a form can say them."""
    fields = {name: getattr(command, name) for name in command.__struct_fields__}
    return {
        name: value
        if isinstance(value, list | tuple)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
        for name, value in fields.items()
        if value is not None
    }


# -- messages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"t":"hello"}', Hello()),
        ('{"t":"hello","seq":7,"epoch":"e","client_id":"c","next_cid":3}', Hello(seq=7, epoch="e", client_id="c", next_cid=3)),
        ('{"t":"cmd","cid":1,"type":"StartClock"}', Cmd(cid=1, type="StartClock")),
        ('{"t":"cmd","cid":2,"type":"AddCard","data":{"text":"é"}}', Cmd(cid=2, type="AddCard", data={"text": "é"})),
        ('{"t":"ping","seq":4,"at":12.5}', Ping(seq=4, at=12.5)),
        ('{"t":"typing","on":false}', Typing(on=False)),
    ],
)  # fmt: skip
def test_each_message_is_read(text: str, message: object) -> None:
    assert read(text) == message
    assert read(text.encode()) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "hello",
        '{"t":"hello"',
        '{"t":"welcome","epoch":"e"}',
        '{"t":"nothing"}',
        '{"t":"cmd"}',
        '{"t":"cmd","cid":"1","type":"AddCard"}',
        '{"t":"cmd","cid":1.5,"type":"AddCard"}',
        '{"t":"cmd","cid":1,"type":"AddCard","data":[]}',
        '{"t":"ping","at":"soon"}',
        '{"t":"cmd","cid":1,"type":"A","data":{"text":"\\ud800"}}',
        b"\xff\xfe{}",
        b'{"t":"typing","on":\xff}',
        "[" * 10_000,
        '{"t":"cmd","cid":1,"type":"A","data":' + '{"a":' * 5_000 + "1" + "}" * 5_001,
    ],
)
def test_what_makes_no_sense_gets_a_sentence(text: str | bytes) -> None:
    refused = read(text)
    assert isinstance(refused, Rejected)
    assert refused.reason.endswith(".")


def test_a_frame_over_64_kib_gets_a_sentence_unless_it_can_be_answered_by_its_number() -> None:
    long = "x" * (MAX_FRAME + 1)
    assert isinstance(read(json.dumps({"t": "hello", "build": long})), Rejected)
    assert isinstance(read(long), Rejected)
    known = read(json.dumps({"t": "cmd", "cid": 9, "type": "AddCard", "data": {"text": long}}))
    assert isinstance(known, Cmd)
    assert known.cid == 9


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode()))
def test_reading_never_raises(data: bytes) -> None:
    read(data)


def test_a_message_cannot_say_who_speaks() -> None:
    said = read('{"t":"cmd","cid":1,"type":"CastVote","person":"p2","role":"facilitator","data":{}}')
    assert said == Cmd(cid=1, type="CastVote")
    for field in ("person", "by", "role", "at", "actor"):
        assert isinstance(command_of("CastVote", {"phase": "vote", "kpi": "k1", field: "p2"}), Rejected)


def test_what_is_written_is_json_with_its_kind() -> None:
    for message, kind in ((Ack(cid=1, seq=2), "ack"), (Refused(cid=1, why="No."), "refused")):
        assert json.loads(write(message))["t"] == kind
    page = json.loads(write(Parts(seq=3, parts=[Part("board", 3, "<p>é & “ü”</p>")])))
    assert page["parts"] == [{"region": "board", "v": 3, "html": "<p>é & “ü”</p>"}]


# -- commands ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_command_comes_through_under_its_own_name(kind: type[Command]) -> None:
    sent = [step.command for seed in range(6) for step in played(seed).story if type(step.command) is kind]
    for command in sent[:12]:
        if any(
            isinstance(v, float) and v != v for v in (getattr(command, n) for n in command.__struct_fields__)
        ):
            continue
        data = form(command)
        if not all(is_text(value) for value in data.values()):
            continue
        assert command_of(kind.__name__, data) == command


def is_text(value: object) -> bool:
    """No half characters: JSON cannot carry them, and `read` refuses them."""
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("kind", sorted(kind.__name__ for kind in SERVER_ONLY))
def test_what_only_the_server_says_cannot_be_sent(kind: str) -> None:
    assert isinstance(command_of(kind, {"person": "p1"}), Rejected)


@pytest.mark.parametrize("kind", ["", "Nothing", "VoteCast", "Command", "__class__", "castvote", "CastVote "])
def test_an_unknown_command_gets_a_sentence(kind: str) -> None:
    refused = command_of(kind, {})
    assert isinstance(refused, Rejected)
    assert refused.reason.endswith(".")


@pytest.mark.parametrize(
    ("kind", "data", "command"),
    [
        ("MoveClock", {"minutes": "-1"}, MoveClock(minutes=-1)),
        ("PlanMinutes", {"phase": "tree", "minutes": "7.5"}, PlanMinutes(phase="tree", minutes=7.5)),
        ("MovePhase", {"phase": "tree", "by": "1"}, MovePhase(phase="tree", by=1)),
        ("SettleThought", {"id": "t1", "settled": "false"}, SettleThought(id="t1", settled=False)),
        ("SettleThought", {"id": "t1", "settled": ""}, SettleThought(id="t1")),
        ("AddCard", {"phase": "frame", "text": ""}, AddCard(phase="frame", text="")),
        ("AddCard", {"phase": "frame", "text": "007"}, AddCard(phase="frame", text="007")),
        ("StartClock", {}, StartClock()),
        ("CastVote", {"phase": "vote", "kpi": "k1"}, CastVote(phase="vote", kpi="k1")),
        ("TakeSuggestion", {"phase": "draft", "target": "r1", "rule": "K-OWNER"},
         TakeSuggestion(phase="draft", target="r1", rule="K-OWNER")),
    ],
)  # fmt: skip
def test_fields_come_as_text_and_become_what_the_command_wants(
    kind: str, data: dict[str, Any], command: Command
) -> None:
    assert command_of(kind, data) == command


def test_an_emptied_field_is_taken_away_and_a_missing_one_stays_as_it_is() -> None:
    emptied = command_of("SetKeyResult", {"phase": "draft", "id": "r1", "target": "", "words": ""})
    assert emptied == SetKeyResult(phase="draft", id="r1", target="", words="")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("MoveClock", {}),
        ("MoveClock", {"minutes": ""}),
        ("MoveClock", {"minutes": "soon"}),
        ("MoveClock", {"minutes": "1.5"}),
        ("MoveClock", {"minutes": [1]}),
        ("AddCard", {"phase": "frame"}),
        ("AddCard", {"phase": "frame", "text": {"a": 1}}),
        ("AddCard", {"phase": "frame", "text": "a", "colour": "red"}),
        ("AddCard", {"phase": None, "text": "a"}),
        ("SettleThought", {"id": "t1", "settled": "perhaps"}),
        ("RewordPhase", {"phase": "tree", "field": "id", "text": "x"}),
    ],
)
def test_a_form_that_does_not_fit_gets_a_sentence(kind: str, data: dict[str, Any]) -> None:
    refused = command_of(kind, data)
    assert isinstance(refused, Rejected)
    assert refused.reason.endswith(".")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ALL), st.data())
def test_parsing_a_command_never_raises(kind: type[Command], data: st.DataObject) -> None:
    names = st.sampled_from([*kind.__struct_fields__, "type", "extra"])
    parsed = command_of(kind.__name__, data.draw(st.dictionaries(names, JSON, max_size=6)))
    assert isinstance(parsed, kind | Rejected)
