"""Who is here, who is writing and what about: best effort, never in the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.rendering.screens import Presence
from app.rooms.clock import now_ms
from app.rooms.protocol import Editing, Node
from facilitation.state import Workshop, current_phase

TYPING_FOR = 6.0
HALF_A_MINUTE = 30_000
OPEN_TO_ALL = frozenset({"tree", "numbers"})
"""Activities on whose board everybody works in the open: only there the screens say who edits what. Wherever somebody answers
in secret, not even that they are at a certain KPI is told (LIVE-9)."""
MOST_NODES = 24
LONGEST_NAME = 24


@dataclass(frozen=True)
class Writing:
    """Somebody writes: until when that counts, and which KPI it is about (empty: none in particular)."""

    until: float
    kpi: str = ""


class Company:
    """Who says that they are writing, here or at another worker's screens, and what of it the screens show."""

    def __init__(self) -> None:
        self._typing: dict[str, Writing] = {}

    def typing(self, person: str, on: bool, kpi: str = "") -> bool:
        """Somebody writes or stops; whether that is news."""
        clock = time.monotonic()
        known = self._typing.get(person)
        if known is not None and known.until <= clock:
            known = None
        if on:
            self._typing[person] = Writing(clock + TYPING_FOR, kpi)
            return known is None or known.kpi != kpi
        self._typing.pop(person, None)
        return known is not None

    def writing(self) -> dict[str, str]:
        """Everybody who writes, and about which KPI."""
        self._forget_the_silent()
        return {person: writing.kpi for person, writing in self._typing.items()}

    def writes(self, person: str) -> bool:
        """Whether this person said that they write."""
        return person in self._typing

    def now(self, online: Iterable[str]) -> Presence:
        """Presence as the screens show it."""
        self._forget_the_silent()
        return Presence(
            online=frozenset(online),
            typing=frozenset(self._typing),
            now=now_ms() // HALF_A_MINUTE * HALF_A_MINUTE,
        )

    def editing(self, workshop: Workshop) -> dict[str, tuple[str, ...]]:
        """Who edits which KPI, where everybody may know it: people by KPI, those who began first in front."""
        self._forget_the_silent()
        phase = current_phase(workshop)
        if phase is None or phase.activity not in OPEN_TO_ALL:
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for person, writing in self._typing.items():
            if writing.kpi in workshop.kpis and (writing.kpi in found or len(found) < MOST_NODES):
                found[writing.kpi] = (*found.get(writing.kpi, ()), person)
        return found

    def stops_in(self) -> float | None:
        """Seconds until the next of those who write counts as having stopped."""
        if not self._typing:
            return None
        return max(0.0, min(writing.until for writing in self._typing.values()) - time.monotonic())

    def _forget_the_silent(self) -> None:
        clock = time.monotonic()
        self._typing = {person: writing for person, writing in self._typing.items() if writing.until > clock}


def told(editing: dict[str, tuple[str, ...]], name: Callable[[str], str], reader: str = "") -> Editing:
    """What one reader is told of who edits what: everything but what they do themselves."""
    nodes = []
    for kpi, people in editing.items():
        others = [person for person in people if person != reader]
        if others:
            nodes.append(Node(kpi=kpi, words=_words([name(person) for person in others])))
    return Editing(nodes=nodes)


def _words(names: list[str]) -> str:
    """“Noor is editing”. Names are set apart, so that one in another script turns nothing around."""
    apart = [
        f"\u2068{name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + '…'}\u2069"
        for name in names
    ]
    if len(apart) == 1:
        return f"{apart[0]} is editing"
    if len(apart) == 2:
        return f"{apart[0]} and {apart[1]} are editing"
    return f"{apart[0]} and {len(apart) - 1} others are editing"
