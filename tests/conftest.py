"""The order of the tests: the longest files first, so that no worker is left alone with one at the end.

Files go to whichever worker is free (`--dist loadfile`); a file that plays for minutes has to begin early. The order says
nothing else: every test runs by itself, and in any order.
"""

from __future__ import annotations

import pytest

LONGEST_FIRST = (
    "tests/browser/test_whole_workshop.py",
    "tests/browser/live/test_clock_and_keys.py",
    "tests/browser/live/test_outbox.py",
    "tests/browser/live/test_drafts.py",
    "tests/faults/test_faults.py",
    "tests/browser/test_tree.py",
    "tests/browser/test_finalizer.py",
    "tests/browser/test_bad_input.py",
    "tests/packaging/test_installed.py",
    "tests/browser/",
    "tests/rooms/test_laws.py",
    "tests/rooms/test_sockets.py",
    "tests/storage/test_postgres.py",
    "tests/web/",
    "tests/exports/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by file; within a file the order stays."""

    def place(item: pytest.Item) -> int:
        return next(
            (place for place, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)),
            len(LONGEST_FIRST),
        )

    items.sort(key=place)
