"""The outcome of a workshop: what was decided and why, as plain data that page, PDF and every other format share.

It is complete in itself: an export needs nothing but an `Outcome`. Sentences are made here once, so that screen and
paper never disagree. Authorship of anonymous cards and who voted for what are not in it (LIVE-9).
"""

from __future__ import annotations

import msgspec

from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail, Initiative, KeyResult, Objective, Override


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the outcome's parts."""


class Fact(Part, frozen=True, kw_only=True):
    """One line of a key result's trail: what it says and where it comes from (rule id or place in the workshop)."""

    label: str
    text: str
    source: str = ""


class FindingNote(Part, frozen=True, kw_only=True):
    """A lint finding that stands at the time of the outcome, with the reason if somebody set it aside, and who did."""

    rule: str
    severity: str
    message: str
    reason: str = ""
    by: str = ""


class KeyResultSheet(Part, frozen=True, kw_only=True):
    """A key result ready to print. `start_text`/`target_text` carry units ("36 %"); `chance` and `arithmetic` are words."""

    key_result: KeyResult
    sentence: str
    kpi_name: str = ""
    start_text: str = ""
    target_text: str = ""
    change_text: str = ""
    suggestion_text: str = ""
    arithmetic: str = ""
    chance: str = ""
    owner_name: str = ""
    indicator: str = ""
    confidence: float | None = None
    trail: tuple[Fact, ...] = ()
    findings: tuple[FindingNote, ...] = ()


class ObjectiveSheet(Part, frozen=True, kw_only=True):
    """An objective with its key results, guardrails and work."""

    objective: Objective
    sentence: str
    owner_name: str = ""
    mode_text: str = ""
    moves: str = ""
    key_results: tuple[KeyResultSheet, ...] = ()
    guardrail_ids: tuple[str, ...] = ()
    findings: tuple[FindingNote, ...] = ()


class GuardrailSheet(Part, frozen=True, kw_only=True):
    """A guardrail ready to print; `state` is ok, close, tripped or unknown and `note` says it in words."""

    guardrail: Guardrail
    limit_text: str = ""
    current_text: str = ""
    state: str = "unknown"
    note: str = ""
    owner_name: str = ""


class LeverSheet(Part, frozen=True, kw_only=True):
    """One row of "why these": votes beside computed effect; `badge` names a disagreement."""

    kpi: str
    name: str
    rank: int
    votes: int
    effect: float | None = None
    effect_text: str = ""
    control: str = ""
    score: float = 0.0
    badge: str = ""
    chosen: bool = False
    step: str = ""
    belief: float | None = None
    belief_spread: tuple[int, int] | None = None


class KpiSheet(Part, frozen=True, kw_only=True):
    """A KPI of the dictionary with its value as the tree computes it."""

    kpi: Kpi
    role: str = "input"
    formula_text: str = ""
    value_text: str = ""
    stated_text: str = ""
    sigma_text: str = ""
    check: str = ""
    missing: bool = False
    owner_name: str = ""


class Box(Part, frozen=True, kw_only=True):
    """A node of the drawn tree: place and size in points, label already broken into lines."""

    kpi: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...] = ()
    value: str = ""
    note: str = ""
    indicator: str = ""
    lever: bool = False
    chosen: bool = False
    missing: bool = False


class Line(Part, frozen=True, kw_only=True):
    """An edge from parent to child; `influence` is drawn dashed, `label` is the operator or nothing."""

    parent: str
    child: str
    points: tuple[tuple[float, float], ...]
    influence: bool = False
    label: str = ""


class Drawing(Part, frozen=True, kw_only=True):
    """The KPI tree as drawn on screen and paper, with a text alternative."""

    width: float = 0.0
    height: float = 0.0
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    alt: str = ""


class Contribution(Part, frozen=True, kw_only=True):
    """What one key result adds to the north star when the others are met too (Shapley), in words and number."""

    key_result: str
    name: str
    amount: float
    text: str


class AddUp(Part, frozen=True, kw_only=True):
    """Does it add up? North star today, at all targets, and what is reached with five and eight chances in ten."""

    name: str
    today_text: str = ""
    at_targets_text: str = ""
    p50_text: str = ""
    p80_text: str = ""
    today: float | None = None
    at_targets: float | None = None
    p50: float | None = None
    p80: float | None = None
    low: float | None = None
    high: float | None = None
    wish: float | None = None
    sentence: str = ""
    contributions: tuple[Contribution, ...] = ()
    guardrails: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    runs: int = 0
    seed: int = 0


class CalendarItem(Part, frozen=True, kw_only=True):
    """A session to hold: ISO local start, minutes, and an optional iCalendar recurrence rule."""

    title: str
    start: str
    minutes: int
    rule: str = ""
    agenda: tuple[str, ...] = ()


class PhaseLog(Part, frozen=True, kw_only=True):
    """How one phase went: planned and real minutes, and how many of those present contributed."""

    title: str
    planned: float
    real: float
    contributed: int = 0
    present: int = 0


class Outcome(Part, frozen=True, kw_only=True):
    """Everything that leaves the workshop. `version` rises when a field changes its meaning."""

    format: str = "levertree-outcome"
    version: int = 1
    title: str
    code: str = ""
    team: str = ""
    scope: str = "team"
    period: str = ""
    start: str = ""
    end: str = ""
    time_zone: str = "UTC"
    currency: str = ""
    language: str = "en"
    guide: str = ""
    held_on: str = ""
    final: bool = False
    strategy: str = ""
    frame: tuple[str, ...] = ()
    north_star: str | None = None
    objectives: tuple[ObjectiveSheet, ...] = ()
    guardrails: tuple[GuardrailSheet, ...] = ()
    levers: tuple[LeverSheet, ...] = ()
    votes_cast: int = 0
    voters: int = 0
    dissent: tuple[str, ...] = ()
    kpis: tuple[KpiSheet, ...] = ()
    tree: Drawing = Drawing()
    add_up: AddUp | None = None
    initiatives: tuple[Initiative, ...] = ()
    parking: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    calendar: tuple[CalendarItem, ...] = ()
    plan_30_60_90: tuple[Fact, ...] = ()
    phases: tuple[PhaseLog, ...] = ()
    people: tuple[str, ...] = ()
    return_on_time: float | None = None
    return_votes: int = 0
    overrides: tuple[Override, ...] = ()
    notes: tuple[str, ...] = ()
