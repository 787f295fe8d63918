"""Events survive being stored, and old shapes are still read."""

import functools
import operator
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.storage.codec import Codec, Json, UnreadableEvent
from facilitation.workshop import appliers


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type", omit_defaults=True):
    pass


class CardWritten(Event):
    text: str
    colour: str = "white"


class VoteCast(Event, tag="VoteCast/3"):
    lever: str
    dots: int


Union = CardWritten | VoteCast


def vote_1_to_2(old: Json) -> Json:
    return {**old, "type": "VoteCast/2", "dots": 1}


def vote_2_to_3(old: Json) -> Json:
    return {"type": "VoteCast/3", "lever": old["node"], "dots": old["dots"]}


CODEC: Codec[Any] = Codec(Union, {"VoteCast": vote_1_to_2, "VoteCast/2": vote_2_to_3})


def test_an_event_comes_back_as_it_was() -> None:
    for event in (
        CardWritten(text="Ärger 👍"),
        CardWritten(text="", colour="red"),
        VoteCast(lever="k1", dots=2),
    ):
        assert CODEC.decode(CODEC.encode(event)) == event
    assert CODEC.tags == {"CardWritten", "VoteCast/3"}


def test_a_field_added_later_has_its_default_in_old_events() -> None:
    assert CODEC.decode(b'{"type":"CardWritten","text":"a"}') == CardWritten(text="a", colour="white")


def test_old_shapes_are_brought_up_step_by_step() -> None:
    assert CODEC.decode(b'{"type":"VoteCast","node":"k1"}') == VoteCast(lever="k1", dots=1)
    assert CODEC.decode(b'{"type":"VoteCast/2","node":"k1","dots":4}') == VoteCast(lever="k1", dots=4)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"nonsense", "no JSON"),
        (b"[]", "type None"),
        (b'{"type":"Unheard"}', "type 'Unheard'"),
        (b'{"type":"CardWritten"}', "text"),
        (b'{"type":"VoteCast/2","node":3,"dots":1}', "brought to 'VoteCast/3'"),
        (b'{"type":["VoteCast"]}', "type"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableEvent, match=why):
        CODEC.decode(data)


def test_an_upcaster_that_would_never_be_called_is_refused() -> None:
    with pytest.raises(ValueError, match="still in use: CardWritten"):
        Codec(Union, {"CardWritten": vote_1_to_2})


def test_upcasters_that_go_round_in_circles_are_noticed() -> None:
    codec: Codec[Any] = Codec(
        Union, {"A": lambda old: {**old, "type": "B"}, "B": lambda old: {**old, "type": "A"}}
    )
    with pytest.raises(UnreadableEvent, match="lead back to A"):
        codec.decode(b'{"type":"A"}')


def test_a_union_without_tags_is_refused() -> None:
    class Plain(msgspec.Struct):
        x: int

    with pytest.raises(ValueError, match="tagged"):
        Codec(Plain)


def any_of(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Instances with every field drawn from its type: fields with a default are sometimes left to it."""
    hints = get_type_hints(struct)
    needed, optional = {}, {}
    for field in msgspec.structs.fields(struct):
        (needed if field.required else optional)[field.name] = st.deferred(
            lambda hint=hints[field.name]: st.from_type(hint)
        )
    return st.fixed_dictionaries(needed, optional=optional).map(lambda given: struct(**given))


def subclasses(struct: type) -> set[type]:
    return {struct}.union(*(subclasses(child) for child in struct.__subclasses__()))


EVERY_EVENT = sorted(appliers(), key=lambda event: event.__name__)
EVERY_CODEC: Codec[Any] = Codec(functools.reduce(operator.or_, EVERY_EVENT))
st.register_type_strategy(
    float, st.floats(allow_nan=False, allow_infinity=False)
)  # JSON has no word for others
for known in subclasses(msgspec.Struct):
    if known.__module__.startswith("facilitation"):
        st.register_type_strategy(known, any_of)


def test_every_event_has_a_tag_of_its_own() -> None:
    assert len(EVERY_CODEC.tags) == len(EVERY_EVENT) > 0


@pytest.mark.parametrize("event_type", EVERY_EVENT, ids=lambda event: event.__name__)
def test_every_event_type_round_trips(event_type: type[msgspec.Struct]) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(any_of(event_type))
    def law(event: msgspec.Struct) -> None:
        assert EVERY_CODEC.decode(EVERY_CODEC.encode(event)) == event

    law()
