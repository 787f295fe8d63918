"""What the linter reads and what it says.

A `Document` is a list of sentences, each with what is known beyond its words (`Structure`). The words may come from a
workshop, a spreadsheet or a notes file, so knowledge is graded:

- `None` means *unknown*: rules that need it stay silent;
- an empty text or tuple means *known to be empty*: rules may object;
- `complete=True` (a workshop) means that whatever is still `None` is really missing.

Everything is a frozen struct, so documents compare, hash and serialise for free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Severity = Literal["error", "warning", "info"]
Kind = Literal["objective", "key_result", "guardrail", "initiative"]
Stage = Literal["early", "final"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
KINDS: tuple[Kind, ...] = ("objective", "key_result", "guardrail", "initiative")
WEEKLY_OR_BIWEEKLY = frozenset({"daily", "weekly", "biweekly"})


class KpiFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the KPI that a key result or guardrail moves. Numbers are display values (36 for 36 %).

    `effects` says where the KPI's increase moves its ancestors (+1 up, −1 down); `formula_of` names KPIs that are computed
    with this one (K-DUP); `on_path` whether a chain of parents leads to the north star.
    """

    id: str = ""
    name: str = ""
    unit: str | None = None
    direction: str | None = None
    mean: float | None = None
    sigma: float | None = None
    lower: float | None = None
    upper: float | None = None
    band: tuple[float, float] | None = None
    indicator: str | None = None
    cadence: str | None = None
    owner: str | None = None
    source: str | None = None
    family: str | None = None
    branch: str | None = None
    on_path: bool | None = None
    effects: Mapping[str, int] | None = None
    below: tuple[str, ...] | None = None
    formula_of: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """M-EVD-1 as far as known: the four fields and the KPI whose early move is the signal."""

    signal: str | None = None
    design: str | None = None
    decision: str | None = None
    record: str | None = None
    signal_kpi: str | None = None


class Structure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one line beyond its words; see the module's note on `None`, empty and `complete`.

    `declared` is the key result's kind (`metric`, `range`, `baseline`, `binary`, `qualitative`), `proof` its objective
    evidence, `mode` commitment or stretch, `weeks_needed` the weeks its test takes (domain c), `key_result` what an
    initiative serves, `covers` the KPI ids a guardrail protects (empty: all).
    """

    complete: bool = False
    kpi: KpiFacts | None = None
    start: float | None = None
    target: float | None = None
    band: tuple[float, float] | None = None
    unit: str | None = None
    due: str | None = None
    owner: str | None = None
    segment: str | None = None
    mode: str | None = None
    declared: str | None = None
    proof: str | None = None
    early_warning: bool | None = None
    tags: tuple[str, ...] = ()
    evidence: Evidence | None = None
    weeks_needed: float | None = None
    weeks_left: float | None = None
    cycle_start: str | None = None
    cycle_end: str | None = None
    why: str | None = None
    team: str | None = None
    litmus_unmet: bool | None = None
    branches: tuple[str, ...] = ()
    comparator: str | None = None
    threshold: float | None = None
    current: float | None = None
    covers: tuple[str, ...] = ()
    key_result: str | None = None

    def lacks(self, name: str) -> bool:
        """Whether the field `name` is known to be missing: empty, or `None` where nothing is left to be told."""
        value = getattr(self, name)
        if value is None:
            return self.complete
        return bool(value == "" or value == ())


NOTHING_KNOWN = Structure()


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sentence. `number` is its 1-based line in the file (0: no file), `under` the id of its objective if known.

    `guessed` says how the kind was inferred where the file did not name it.
    """

    id: str
    kind: Kind
    text: str
    number: int = 0
    under: str | None = None
    structure: Structure | None = None
    guessed: str = ""

    @property
    def known(self) -> Structure:
        """The structure, or one in which nothing is known."""
        return self.structure or NOTHING_KNOWN


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All lines of one unit's OKRs. `complete` means: these are all of them (a workshop), so counts may be judged.

    `north_star_gain` says by which share the north star gets better if all targets are met (0.01 is 1 %; negative: worse),
    `kpis_by_team` how many KPIs each team defined.
    """

    lines: tuple[Line, ...] = ()
    complete: bool = False
    north_star_gain: float | None = None
    kpis_by_team: Mapping[str, int] | None = None

    def of_kind(self, kind: Kind) -> tuple[Line, ...]:
        """The lines of one kind, in order."""
        return tuple(line for line in self.lines if line.kind == kind)

    def key_results_of(self, objective: str) -> tuple[Line, ...]:
        """The key results that are known to stand under an objective."""
        return tuple(line for line in self.lines if line.kind == "key_result" and line.under == objective)


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One remark: which rule, how bad, what is the matter, and a better version where one can be built.

    `line` is the id of the line ("" for the whole document), `field` the part it concerns ("text", "owner", ...).
    """

    rule: str
    severity: Severity
    message: str
    suggestion: str = ""
    line: str = ""
    field: str = "text"
