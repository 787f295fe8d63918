"""Small steps that every `apply` is made of: copy one collection, change one entry, leave the rest untouched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from facilitation.state import PhaseState, Slice, Workshop, entries_of, phase_state


def put(workshop: Workshop, field: str, key: str, value: object) -> Workshop:
    """The workshop with `value` under `key` in the dictionary `field`."""
    collection: dict[str, Any] = getattr(workshop, field)
    return replace(workshop, **{field: {**collection, key: value}})


def alter(workshop: Workshop, field: str, key: str, **changes: object) -> Workshop:
    """The workshop with the entry under `key` changed; as it was when the entry is gone (an undo may have taken it)."""
    known = getattr(workshop, field).get(key)
    return workshop if known is None else put(workshop, field, key, replace(known, **changes))


def drop(workshop: Workshop, field: str, keys: Iterable[str]) -> Workshop:
    """The workshop without `keys` in the dictionary `field`."""
    gone = set(keys)
    collection: dict[str, Any] = getattr(workshop, field)
    return replace(workshop, **{field: {key: value for key, value in collection.items() if key not in gone}})


def put_slice(workshop: Workshop, piece: Slice) -> Workshop:
    """The workshop with every entry of `piece` as it stands there; `None` takes the entry away."""
    for field in piece.__struct_fields__:
        entries: dict[str, Any] = getattr(piece, field)
        if entries:
            merged = {**entries_of(workshop, field), **entries}
            kept = {key: value for key, value in merged.items() if value is not None}
            whole: Any = kept.get("") if field == "wish" else kept
            workshop = replace(workshop, **{field: whole})
    return workshop


def put_phase(workshop: Workshop, phase_id: str, **changes: object) -> Workshop:
    """The workshop with changed facts about one phase."""
    state: PhaseState = replace(phase_state(workshop, phase_id), **changes)
    return replace(workshop, phases={**workshop.phases, phase_id: state})


def put_mark(workshop: Workshop, phase_id: str, person: str, thing: str, number: int) -> Workshop:
    """The workshop with a secret number of one person for one thing; 0 takes it back."""
    of_phase = workshop.marks.get(phase_id, {})
    mine = {key: value for key, value in of_phase.get(person, {}).items() if key != thing}
    if number:
        mine[thing] = number
    return replace(workshop, marks={**workshop.marks, phase_id: {**of_phase, person: mine}})


def new_id(workshop: Workshop, letter: str, offset: int = 0) -> str:
    """The next free id: a letter and a number that is never used twice in a workshop."""
    return f"{letter}{workshop.counter + 1 + offset}"


def count_id(workshop: Workshop, new: str) -> Workshop:
    """The workshop that remembers that the id `new` is taken."""
    number = int(new[1:]) if new[1:].isdigit() else 0
    return replace(workshop, counter=max(workshop.counter, number))
