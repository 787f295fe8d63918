"""Numbers: who knows this number? Baseline, spread or pasted readings, unit, direction, cadence, owner and source.

No number is ever invented: what nobody knows stays missing and says so (M-TREE-4, method section 3). The fields of the
KPI's one-pager are asked here too.
"""

from __future__ import annotations

from typing import get_args

from msgspec.structs import replace

from facilitation import planting
from facilitation.activities.tree import KpisChanged, known_kpi
from facilitation.activity import Activity, Data, View
from facilitation.bounds import hard_bounds
from facilitation.fields import number_field, style_of, unit_field
from facilitation.guide import Phase
from facilitation.insight import insight_parts
from facilitation.kpi_tree import Cadence, Kpi
from facilitation.messages import Actor, Command, Decision, Rejected, ScreenKind
from facilitation.percent_fix import as_percent
from facilitation.readings import AskStyle, NoReadings, read_readings
from facilitation.snapshots import kept_at_opening
from facilitation.state import Workshop
from facilitation.text import optional_text
from facilitation.tree_known import known
from facilitation.tree_view import ROW, rows_of
from facilitation.tree_view import mine as undo_view
from facilitation.tree_view import view as tree_view

WORDS = {
    "definition": 500,
    "source": 200,
    "query": 2_000,
    "owner": 60,
    "segments": 200,
    "targets": 300,
    "related": 300,
    "caveats": 500,
    "freshness": 120,
    "completeness": 120,
    "validity": 120,
}


class SetNumbers(Command, frozen=True, kw_only=True):
    """What somebody knows of a KPI. Numbers come as typed; an empty field takes the value away."""

    phase: str
    kpi: str
    baseline: str = ""
    sigma: str = ""
    unit: str = ""
    direction: str = ""
    band_low: str = ""
    band_high: str = ""
    lower: str = ""
    upper: str = ""
    cadence: str = ""
    reviewed: str = ""
    owner: str = ""
    source: str = ""


class PasteReadings(Command, frozen=True, kw_only=True):
    """Past readings as pasted: µ and σ are computed from them. `style` answers "is 1.234 a thousand?"."""

    phase: str
    kpi: str
    text: str
    style: str = ""


class ReadAsPercent(Command, frozen=True, kw_only=True):
    """The number was meant as a percentage: 2.4 becomes 2.4 %."""

    phase: str
    kpi: str


class DescribeKpi(Command, frozen=True, kw_only=True):
    """One field of the KPI's one-pager."""

    phase: str
    kpi: str
    field: str
    text: str


def _needed(workshop: Workshop, phase: str, kpi: str, actor: Actor) -> Kpi | Rejected:
    return known_kpi(workshop, phase, kpi, actor, "numbers", "tree", "levers", "draft")


def decide_numbers(workshop: Workshop, wish: SetNumbers, actor: Actor) -> Decision:
    """All of it must make sense together: a spread is not negative, bounds hold the value, a band has two edges."""
    kpi = _needed(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    unit = unit_field(wish.unit)
    owner = optional_text(wish.owner, WORDS["owner"], "The owner")
    source = optional_text(wish.source, WORDS["source"], "The source")
    for text in (unit, owner, source):
        if isinstance(text, Rejected):
            return text
    assert isinstance(unit, str)
    style = style_of(workshop)
    numbers: dict[str, float | None] = {}
    for name, text, what in (
        ("baseline", wish.baseline, "The baseline"),
        ("sigma", wish.sigma, "The spread"),
        ("low", wish.band_low, "The lower edge"),
        ("high", wish.band_high, "The upper edge"),
        ("lower", wish.lower, "The lower bound"),
        ("upper", wish.upper, "The upper bound"),
    ):
        number = number_field(text, unit, what, style)
        if isinstance(number, Rejected):
            return number
        numbers[name] = number
    if wish.direction not in ("", "up", "down", "range"):
        return Rejected("Say whether up is good, down is good, or a range.")
    if wish.cadence not in get_args(Cadence) or wish.reviewed not in get_args(Cadence):
        return Rejected("Choose how often it is read: daily, weekly, biweekly, monthly, quarterly or yearly.")
    changed = replace(
        kpi,
        unit=unit,
        baseline=numbers["baseline"],
        sigma=numbers["sigma"],
        direction=wish.direction or None,
        band=None,
        lower=numbers["lower"],
        upper=numbers["upper"],
        cadence=wish.cadence,
        reviewed=wish.reviewed,
        owner=owner,
        source=source,
    )
    if wish.direction == "range":
        low, high = numbers["low"], numbers["high"]
        if low is None or high is None or low >= high:
            return Rejected("A range needs two edges, the lower one first, such as 72 and 78.")
        changed = replace(changed, band=(low, high))
    no = _sense(changed)
    if no is not None:
        return no
    return [] if changed == kpi else [KpisChanged(kpis=(changed,), what="numbers")]


def _sense(kpi: Kpi) -> Rejected | None:
    if kpi.sigma is not None and kpi.sigma < 0:
        return Rejected("The spread says how far readings vary, so it is not negative.")
    low, high = hard_bounds(kpi)
    if low is not None and high is not None and low >= high:
        return Rejected("The lower bound must be below the upper one.")
    if kpi.baseline is not None and (
        (low is not None and kpi.baseline < low) or (high is not None and kpi.baseline > high)
    ):
        return Rejected(
            f"The baseline lies outside its bounds ({_typed(low) or '…'} to {_typed(high) or '…'})."
        )
    return None


def decide_readings(workshop: Workshop, wish: PasteReadings, actor: Actor) -> Decision:
    """Mean and spread from what was pasted."""
    kpi = _needed(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    style = {"point": "point", "comma": "comma"}.get(wish.style)
    read = read_readings(wish.text, kpi.unit, style)  # type: ignore[arg-type]
    if isinstance(read, AskStyle | NoReadings):
        return Rejected(read.sentence)
    changed = replace(kpi, readings=read.readings, baseline=read.mean, sigma=read.sigma, unit=kpi.unit)
    no = _sense(changed)
    if no is not None:
        return no
    return [KpisChanged(kpis=(changed,), what="readings")]


def decide_percent(workshop: Workshop, wish: ReadAsPercent, actor: Actor) -> Decision:
    """The same digits, read as a percentage; a number that is one already stays."""
    kpi = _needed(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    changed = as_percent(kpi)
    if changed is None:
        return Rejected(f"“{kpi.name}” is entered as a percentage already. Open it and check its number.")
    no = _sense(changed)
    return no if no is not None else [KpisChanged(kpis=(changed,), what="numbers")]


def decide_describe(workshop: Workshop, wish: DescribeKpi, actor: Actor) -> Decision:
    """A field of the one-pager."""
    kpi = _needed(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    if wish.field not in WORDS:
        return Rejected("This page asks for a field the server does not know. Reload the page.")
    text = optional_text(
        wish.text, WORDS[wish.field], "The text", lines=wish.field in ("query", "definition", "caveats")
    )
    if isinstance(text, Rejected):
        return text
    changed = replace(kpi, **{wish.field: text})
    return [] if changed == kpi else [KpisChanged(kpis=(changed,), what=wish.field)]


LABELS = {
    "definition": "What exactly is counted?",
    "query": "Query or report",
    "segments": "For whom (tier, region, cohort)",
    "targets": "Targets per period, and stretch",
    "related": "What it predicts, what predicts it",
    "caveats": "What to be careful about",
    "freshness": "How fresh is it?",
    "completeness": "How complete is it?",
    "validity": "How far can it be trusted?",
}
LONG = ("query", "definition", "caveats")


def sheet(kpi: Kpi) -> Data:
    """What the form of a KPI needs."""
    low, high = kpi.band or (None, None)
    return {
        "id": kpi.id,
        "kpi_name": kpi.name,
        "form": {
            "baseline": _typed(kpi.baseline),
            "sigma": _typed(kpi.sigma),
            "unit": kpi.unit,
            "direction": kpi.direction or "",
            "band_low": _typed(low),
            "band_high": _typed(high),
            "lower": _typed(kpi.lower),
            "upper": _typed(kpi.upper),
            "cadence": kpi.cadence,
            "reviewed": kpi.reviewed,
            "owner": kpi.owner,
            "source": kpi.source,
        },
        "described": sum(bool(getattr(kpi, name)) for name in LABELS),
        "fields": len(LABELS),
    }


def page_of(kpi: Kpi) -> list[Data]:
    """The fields of the KPI's own page, as a form asks for them."""
    return [
        {
            "field": name,
            "label": label,
            "text": getattr(kpi, name),
            "max": WORDS[name],
            "long": name in LONG,
        }
        for name, label in LABELS.items()
    ]


def _typed(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _wall(workshop: Workshop, phase: Phase, base: View, complete: bool) -> View:
    """Once every number is there the wall turns from the tree to what the numbers say."""
    told = insight_parts(workshop, phase.id, "wall")
    moves = told.get("moves-panel", {})
    if not complete or len(moves.get("rows", ())) < 2:
        return View(board={**base.board, "ready": False}, parts=base.parts)
    swing = f" itself swings by about ± {moves['sigma']}." if moves["sigma"] else " has no spread yet."
    return View(
        board={**base.board, "ready": True}, parts={**base.parts, **told}, say=("", moves["top"], swing)
    )


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Phones: one row per KPI that opens into its form. Console and wall: the tree as it fills with numbers."""
    base = tree_view(workshop, phase, screen)
    tree = known(workshop.kpis)
    leaves = [kpi for kpi, _ in tree.rows if not tree.below(kpi.id)]
    if screen == "wall":
        return _wall(workshop, phase, base, all(kpi.baseline is not None for kpi in leaves))
    parts = dict(base.parts)
    parts.update(insight_parts(workshop, phase.id, screen))
    parts["missing-numbers"] = {
        "missing": [kpi.name for kpi in leaves if kpi.baseline is None],
        "leaves": len(leaves),
    }
    parts.update(
        tree.once(
            ("numbers", phase.id),
            lambda: {
                f"number-{key}": {
                    **{name: row[name] for name in ROW},
                    "readings": row["readings"],
                    "has_readings": len(row["readings"]),
                    "phase": phase.id,
                }
                for key, row in rows_of(tree, growing=False).items()
            },
        )
    )
    parts.update(
        tree.once(
            ("forms", phase.id, workshop.code),
            lambda: {
                f"form-{kpi.id}": {**sheet(kpi), "phase": phase.id, "code": workshop.code}
                for kpi, _ in tree.rows
            },
        )
    )
    return View(board=base.board, parts=parts)


ACTIVITY = Activity(
    name="numbers",
    decide={
        SetNumbers: decide_numbers,
        PasteReadings: decide_readings,
        DescribeKpi: decide_describe,
        ReadAsPercent: decide_percent,
        **planting.DECIDE,
    },
    apply={},
    facilitator_only=planting.FACILITATOR_ONLY,
    view=view,
    mine=undo_view,
    mine_reads=frozenset({"undo"}),
    opening=lambda workshop, phase, actor: kept_at_opening(workshop, phase.title),
)
