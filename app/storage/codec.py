"""Events to JSON and back, old ones included.

An event is stored as a JSON object with its tag under "type". A log lives longer than the code that wrote it: a field may
be added with a default at any time; any other change of shape gets a new tag (`tag="VoteCast/2"`), and an upcaster under the
old tag turns the stored object into one of the next shape. Upcasters are chained, so each is written once and never again.
The log itself is not rewritten.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

E = TypeVar("E", bound=msgspec.Struct)
Json = dict[str, Any]
Upcaster = Callable[[Json], Json]
"""An object of an old shape → the object of the next shape, with its new "type". Must not change its argument."""


class UnreadableEvent(ValueError):  # noqa: N818 - the name says what was met
    """A stored event that this version cannot read: written by a newer one, or damaged."""


class Codec(Generic[E]):
    """Reads and writes the events of a union of structs that are tagged under "type".

    Raises `ValueError` when an upcaster stands under a tag that is still in use, where it would never be called.
    """

    def __init__(self, union: Any, upcasters: Mapping[str, Upcaster] | None = None) -> None:
        self._union = union
        self._upcasters = dict(upcasters or {})
        self._encoder = msgspec.json.Encoder()
        self._decoder: msgspec.json.Decoder[E] = msgspec.json.Decoder(union)
        self.tags = _tags_of(union)
        still_used = self.tags & self._upcasters.keys()
        if still_used:
            raise ValueError(
                f"an upcaster stands under a tag that is still in use: {', '.join(sorted(still_used))}"
            )

    def encode(self, event: E) -> bytes:
        """The event as it is stored."""
        return self._encoder.encode(event)

    def decode(self, data: bytes) -> E:
        """The event, brought to its present shape. Raises `UnreadableEvent`."""
        try:
            return self._decoder.decode(data)
        except msgspec.ValidationError as problem:
            return self._decode_old(data, problem)
        except msgspec.DecodeError as problem:
            raise UnreadableEvent(f"a stored event is no JSON: {problem}") from problem

    def _decode_old(self, data: bytes, problem: msgspec.ValidationError) -> E:
        stored = msgspec.json.decode(data)
        tag = stored.get("type") if isinstance(stored, dict) else None
        if not isinstance(tag, str) or tag not in self._upcasters:
            raise UnreadableEvent(f"a stored event of type {tag!r} cannot be read: {problem}") from problem
        seen: list[str] = []
        while tag in self._upcasters:
            if tag in seen:
                raise UnreadableEvent(f"the upcasters of {' → '.join(seen)} lead back to {tag}")
            seen.append(tag)
            stored = self._upcasters[tag](stored)
            tag = stored.get("type")
        try:
            event: E = msgspec.convert(stored, self._union)
        except msgspec.ValidationError as still:
            raise UnreadableEvent(
                f"a stored event of type {seen[0]!r}, brought to {tag!r}: {still}"
            ) from still
        return event


def _tags_of(union: Any) -> frozenset[str]:
    info = msgspec.inspect.type_info(union)
    members = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    tags = set()
    for member in members:
        if not isinstance(member, msgspec.inspect.StructType) or member.tag_field != "type":
            raise ValueError(f'every event is a struct tagged under "type"; this one is not: {member}')
        tags.add(str(member.tag))
    return frozenset(tags)
