"""Memory is looked after without stopping those who wait."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.rooms.tidy import ALL_EVERY, ASIDE_EVERY, GROWN, Tidy, memory


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


class Knot:
    """Only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


def test_everything_is_looked_at_when_nobody_is_here() -> None:
    now, size = [0.0], [1000]
    tidy = Tidy(lambda: now[0], lambda: size[0])
    assert tidy(True) == ""
    knot = Knot()
    gone = weakref.ref(knot)
    now[0] = ASIDE_EVERY
    assert tidy(True) == "aside"
    assert gc.get_freeze_count() > 0
    del knot
    gc.collect()
    assert gone() is not None, "set aside: even a full collection does not look there"
    now[0] = ALL_EVERY + 1
    assert tidy(True) == "aside", "not while people wait"
    assert tidy(False) == "all"
    assert gone() is None
    now[0] += ALL_EVERY + 1
    assert tidy(False) == "", "nobody has been here since"


def test_everything_is_looked_at_when_memory_has_grown_by_much() -> None:
    now, size = [0.0], [1000]
    tidy = Tidy(lambda: now[0], lambda: size[0])
    size[0] += GROWN + 1
    now[0] = ALL_EVERY - 1
    assert tidy(True) == "aside"
    now[0] = ALL_EVERY
    assert tidy(True) == "all"
    now[0] += ALL_EVERY
    assert tidy(True) == "aside", "it has not grown since"


def test_memory_is_known() -> None:
    assert memory() > 10_000_000
