"""Everything known about a workshop now: one frozen value, folded from its events.

Collections are dictionaries that nobody changes in place: `apply` copies the one it touches, so an untouched collection
stays the very same object, which is how the screens find out cheaply what did not change. The whole value is JSON
(snapshots). People are ids here; their names live outside the log, so that a name can be deleted without touching history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from facilitation.guide import Guide, Phase
from facilitation.kpi_tree import Kpi
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.okr import Guardrail, Initiative, KeyResult, Objective, Override, Traffic

PersonRole = Literal["facilitator", "participant"]
Scope = Literal["team", "company"]

MAX_PEOPLE = 200
MAX_CARD = 500
UNDO_DEPTH = 60


class Setup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked once when a workshop is prepared. Dates are ISO (2027-07-01)."""

    title: str
    team: str = ""
    scope: Scope = "team"
    period: str = ""
    start: str = ""
    end: str = ""
    time_zone: str = "UTC"
    currency: str = "USD"
    language: str = "en"
    strategy: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A seat in the room. `phone` is false for a seat the facilitator acts for; removed seats keep their id."""

    id: str
    role: PersonRole = "participant"
    phone: bool = True
    removed: bool = False
    joined: int = 0


class Clock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The server's clock for the open phase (LIVE-10). Running: `deadline` in ms since the epoch. Paused: `left` ms.

    `left` may be negative: a phase that runs over is shown as over, never cut off.
    """

    running: bool = False
    deadline: int = 0
    left: int = 0
    since: int = 0


class PhaseState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to one phase of the agenda. `spent` are ms the clock ran in it before `Clock.since`."""

    opened: int = 0
    spent: int = 0
    closed: bool = False
    revealed: bool = False
    locked: bool = False
    round: int = 0
    done: frozenset[str] = frozenset()
    contributed: frozenset[str] = frozenset()
    present: int = 0


class Card(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something written by one person in a collecting or choosing phase. `group` is the card it was merged under."""

    id: str
    phase: str
    text: str
    by: str
    reason: str = ""
    group: str | None = None
    late: bool = False
    at: int = 0


class Parked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A thought put in the parking lot; `settled` ones stay for the record."""

    id: str
    text: str
    by: str = ""
    settled: bool = False


class NextStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something somebody does after the workshop."""

    id: str
    text: str
    owner: str = ""
    due: str = ""
    by: str = ""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value somebody proposes for a KPI out of a what-if; it changes nothing until it is taken."""

    id: str
    kpi: str
    value: float
    note: str = ""
    by: str = ""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The numbers of the board at a moment (`at` in ms), to explain later what changed."""

    label: str
    at: int = 0
    kpis: dict[str, Kpi] = {}


Marks = dict[str, dict[str, int]]
"""Secret numbers per person: person → thing → number."""


class Slice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts of the board by id, `None` where there was nothing: what undo puts back."""

    cards: dict[str, Card | None] = {}
    kpis: dict[str, Kpi | None] = {}
    guardrails: dict[str, Guardrail | None] = {}
    objectives: dict[str, Objective | None] = {}
    key_results: dict[str, KeyResult | None] = {}
    initiatives: dict[str, Initiative | None] = {}
    parking: dict[str, Parked | None] = {}
    next_steps: dict[str, NextStep | None] = {}
    traffic: dict[str, Traffic | None] = {}
    wish: dict[str, float | None] = {}


UNDOABLE: tuple[str, ...] = Slice.__struct_fields__


class UndoStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that can be taken back: what it touched, before and after."""

    seq: int
    at: int
    by: str
    phase: str
    before: Slice
    after: Slice


class Workshop(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of a workshop after `seq` events."""

    seq: int = 0
    created: int = 0
    code: str = ""
    setup: Setup = Setup(title="")
    guide: Guide
    dropped: frozenset[str] = frozenset()
    current: str | None = None
    phases: dict[str, PhaseState] = {}
    clock: Clock = Clock()
    room_locked: bool = False
    people: dict[str, Person] = {}
    counter: int = 0

    cards: dict[str, Card] = {}
    parking: dict[str, Parked] = {}
    next_steps: dict[str, NextStep] = {}
    kpis: dict[str, Kpi] = {}
    suggestions: dict[str, Suggestion] = {}
    snapshots: tuple[Snapshot, ...] = ()
    guardrails: dict[str, Guardrail] = {}
    objectives: dict[str, Objective] = {}
    key_results: dict[str, KeyResult] = {}
    initiatives: dict[str, Initiative] = {}
    overrides: dict[str, Override] = {}
    draft_notes: tuple[str, ...] = ()
    wish: float | None = None
    traffic: dict[str, Traffic] = {}

    # secret until revealed, per phase: person → thing → number (choose: card → 1, vote: kpi → dots,
    # challenge: kpi → belief 1–5, commit: key result → fingers 1–5, close: "return" → 1–5)
    marks: dict[str, Marks] = {}
    archive: tuple[tuple[str, int, Marks], ...] = ()
    decided: dict[str, str] = {}

    final: int | None = None
    undo: tuple[UndoStep, ...] = ()


def entries_of(workshop: Workshop, field: str) -> dict[str, Any]:
    """What stands in an undoable field, by id; the wish is one entry without a name, and none while nobody wishes."""
    value = getattr(workshop, field)
    if isinstance(value, dict):
        return value
    return {} if value is None else {"": value}


Deciders = Mapping[type[Command], Callable[[Workshop, Any, Actor], Decision]]
"""Who decides which command."""
Appliers = Mapping[type[Event], Callable[[Workshop, Any, Meta], Workshop]]
"""Who applies which event."""


def agenda(workshop: Workshop) -> list[Phase]:
    """The phases that are still on the agenda, in order."""
    return [phase for phase in workshop.guide.phases if phase.id not in workshop.dropped]


def phase_of(workshop: Workshop, phase_id: str) -> Phase | None:
    """A phase of the workshop's own guide by id, dropped ones included."""
    # Asked for many times with every action: a generator would cost thrice as much.
    for phase in workshop.guide.phases:
        if phase.id == phase_id:
            return phase
    return None


def current_phase(workshop: Workshop) -> Phase | None:
    """The open phase, or `None` in the lobby."""
    return phase_of(workshop, workshop.current) if workshop.current else None


_UNTOUCHED = PhaseState()


def phase_state(workshop: Workshop, phase_id: str) -> PhaseState:
    """What happened to a phase so far."""
    return workshop.phases.get(phase_id) or _UNTOUCHED


def is_secret(phase: Phase) -> bool:
    """Whether answers of this phase are kept from each other until the reveal (setting `hidden`, on by default)."""
    return bool(phase.settings.get("hidden", True))


def is_over(workshop: Workshop, phase: Phase) -> bool:
    """Whether a secret round has ended because its result is shown: nobody changes an answer after seeing the others'."""
    return is_secret(phase) and phase_state(workshop, phase.id).revealed


def participants(workshop: Workshop) -> list[Person]:
    """People who take part (not the facilitators), removed ones left out."""
    return [p for p in workshop.people.values() if p.role == "participant" and not p.removed]


def marks_of(workshop: Workshop, phase_id: str) -> Marks:
    """The secret numbers given in a phase: person → thing → number."""
    return workshop.marks.get(phase_id, {})


def totals(marks: Marks) -> dict[str, int]:
    """Sums per thing over all people: what a reveal may show."""
    sums: dict[str, int] = {}
    for given in marks.values():
        for thing, number in given.items():
            sums[thing] = sums.get(thing, 0) + number
    return sums


def open_phase(workshop: Workshop, phase_id: str, *activities: str) -> Phase | Rejected:
    """The phase if it is the open one and belongs to one of `activities`; otherwise the refusal to send."""
    phase = phase_of(workshop, phase_id)
    if phase is None:
        return Rejected("This phase is not on the agenda any more. Your text is kept on this device.")
    if phase.activity not in activities:
        return Rejected(f"This does not belong to the phase “{phase.title}”.")
    if workshop.current != phase_id:
        return Rejected(f"The phase “{phase.title}” is not open now. Ask the facilitator to reopen it.")
    if phase_state(workshop, phase_id).locked:
        return Rejected(
            "The facilitator has locked the board for the moment. Your text is kept on this device."
        )
    return phase
