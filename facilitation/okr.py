"""Objectives, key results, guardrails, initiatives: what a workshop decides (method section 6).

Every slot links to ids of the tree, so a sentence can show where it comes from; editing words never changes structure
(domain d.3). People are written either as plain names or as `@p3`, the id of somebody in the room.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Mode = Literal["commitment", "stretch"]
KeyResultKind = Literal["metric", "range", "baseline", "binary", "qualitative"]
KeyResultRole = Literal["lever", "leading", "proof", "extra"]
Comparator = Literal["<=", ">="]

MOST_OBJECTIVES = 3
"""For one period (M-OBJ-3)."""
MOST_KEY_RESULTS = 5
"""For one objective: three are best, above four there is a warning, above five none is added (M-KR-2)."""


class EvidencePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """M-EVD-1: what moves first, how it is tested, what decides, where it is written down."""

    signal: str = ""
    signal_kpi: str | None = None
    design: str = ""
    decision: str = ""
    record: str = ""


class KeyResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One key result. `suggestion` comes from the data (domain c), `target` is what the group enters.

    `words` replaces the generated sentence where the group wrote its own; numbers stay in `start` and `target`
    (display values of the KPI's unit). For kind `range` the band is `band`; for `binary`/`qualitative` the objective
    evidence is in `proof`.
    """

    id: str
    objective: str
    kind: KeyResultKind = "metric"
    role: KeyResultRole = "extra"
    kpi: str | None = None
    words: str = ""
    start: float | None = None
    suggestion: float | None = None
    target: float | None = None
    band: tuple[float, float] | None = None
    unit: str = ""
    segment: str = ""
    due: str = ""
    owner: str = ""
    guardrail: str | None = None
    proof: str = ""
    evidence: EvidencePlan = EvidencePlan()
    order: int = 0


class Objective(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One objective per branch of the tree (M-OBJ-1, M-OBJ-2); `lever` is the KPI it was drafted from. `unmet`: the group
    said that all its key results could be reached and the objective still missed (M-KR-6).
    """

    id: str
    words: str = ""
    lever: str | None = None
    branch: str | None = None
    owner: str = ""
    mode: Mode | None = None
    note: str = ""
    unmet: bool = False
    order: int = 0


class Guardrail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit that may not be breached; if it trips, the OKR pauses (method section 4).

    `current` is today's value in `unit`; `levers` are the KPI ids it protects (empty: all).
    """

    id: str
    name: str
    comparator: Comparator | None = None
    threshold: float | None = None
    unit: str = ""
    current: float | None = None
    sigma: float | None = None
    owner: str = ""
    source: str = ""
    action: str = "pause"
    kpi: str | None = None
    levers: tuple[str, ...] = ()
    by: str = ""


class Initiative(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Work, kept apart from key results; names the key result it should move and the assumption (M-INI-1)."""

    id: str
    text: str
    key_result: str | None = None
    assumption: str = ""
    by: str = ""


class Traffic(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a test of a KPI could use: units that come by each week, the share of them that may be in the test, and
    whether they can be split at random. `maturity` are weeks until a unit's result is known, `unit_sigma` is the spread
    between single units, not of weekly readings.
    """

    weekly: float
    share: float = 1.0
    randomisable: bool = True
    maturity: int = 0
    unit_sigma: float | None = None


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A lint error set aside with a reason that stays in the outcome."""

    target: str
    rule: str
    reason: str
    by: str


def breached(guardrail: Guardrail) -> bool | None:
    """Whether today's value already violates the limit; `None` while a number is missing (G-BREACHED)."""
    if guardrail.current is None or guardrail.threshold is None or guardrail.comparator is None:
        return None
    if guardrail.comparator == "<=":
        return guardrail.current > guardrail.threshold
    return guardrail.current < guardrail.threshold
