"""What a phase activity is: its rules and its plain views, gathered in one value that its file exports as `ACTIVITY`.

An activity lives in one file under `facilitation/activities/` and one folder under `app/templates/activities/` with
`console.html`, `phone.html`, `wall.html` (the shared board of each kind of screen) and `mine.html` (what belongs to one
person alone). Views are plain dicts and lists computed here; templates arrange, they do not decide. A shared view holds
nothing that is secret (LIVE-9): what only one person may see comes from `mine`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from facilitation.guide import Phase
from facilitation.messages import Actor, Command, Event, ScreenKind
from facilitation.state import Appliers, Deciders, Workshop

Data = dict[str, Any]


@dataclass(frozen=True)
class View:
    """The shared board of one kind of screen. `parts` are pieces with ids of their own inside the board.

    A part `kpi-k12` is drawn by `activities/<name>/kpi.html` with its own data; when only it changed, only it is sent.
    `board` must then not repeat what a part shows. In the board's template `part("kpi-k12")` puts a part in its place.
    `say` is one sentence for the foot of the wall, in pieces: every second one is set strong.
    """

    board: Data
    parts: Mapping[str, Data] = field(default_factory=dict)
    say: tuple[str, ...] = ()


def no_events(workshop: Workshop, phase: Phase, actor: Actor) -> Sequence[Event]:
    """For activities that need nothing prepared when their phase opens."""
    return []


def nothing(workshop: Workshop, phase: Phase, person: str) -> Data:
    """For activities without a personal part."""
    return {}


@dataclass(frozen=True)
class Activity:
    """One kind of phase. `decide` and `apply` are tables from class to function."""

    name: str
    decide: Deciders
    apply: Appliers
    view: Callable[[Workshop, Phase, ScreenKind], View]
    mine: Callable[[Workshop, Phase, str], Data] = nothing
    opening: Callable[[Workshop, Phase, Actor], Sequence[Event]] = no_events
    facilitator_only: frozenset[type[Command]] = frozenset()
    reveals: bool = False
    mine_reads: frozenset[str] | None = None


"""`reveals`: the console offers Reveal and Hide. `opening`: events that follow when the phase opens. `mine_reads`: the fields of
the workshop that `mine` looks at, besides the phase and its state; `None`: any. Of `cards` and `undo`, whose entries belong to
somebody, it may look at the person's own only. What is not named does not draw everybody's own part again."""
