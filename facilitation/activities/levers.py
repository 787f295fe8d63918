"""Levers: for each KPI, is it ours, shared or outside; and for those we can move: family, for whom, what people notice.

A lever is what the team can influence directly now (M-TREE-5). What people would notice in plain words is asked here,
because no template can invent it (domain d.2).
"""

from __future__ import annotations

from typing import Literal, get_args

from facilitation.activity import Activity, Data, View
from facilitation.changes import alter
from facilitation.guide import Phase
from facilitation.insight import MOST_ON_WALL, insight_parts, moves
from facilitation.kpi_tree import Family, Kpi, walk
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.state import Workshop, open_phase
from facilitation.text import optional_text
from facilitation.tree_known import known
from facilitation.units import show_number

FAMILIES: tuple[str, ...] = tuple(name for name in get_args(Family) if name)


class ControlDeclared(Event, frozen=True, kw_only=True):
    """The group says how far a KPI is in its hands."""

    kpi: str
    control: Literal["ours", "shared", "outside"]


class LeverDescribed(Event, frozen=True, kw_only=True):
    """Family, segment, plain outcome and one realistic step of a lever."""

    kpi: str
    family: Family
    segment: str
    plain_outcome: str
    step: str


class DeclareControl(Command, frozen=True, kw_only=True):
    """Say that a KPI is ours, shared or outside."""

    phase: str
    kpi: str
    control: str


class DescribeLever(Command, frozen=True, kw_only=True):
    """Say what kind of lever it is, for whom, what people would notice, and one step."""

    phase: str
    kpi: str
    family: str = ""
    segment: str = ""
    plain_outcome: str = ""
    step: str = ""


def _kpi(workshop: Workshop, phase_id: str, kpi_id: str) -> Kpi | Rejected:
    phase = open_phase(workshop, phase_id, "levers")
    if isinstance(phase, Rejected):
        return phase
    kpi = workshop.kpis.get(kpi_id)
    if kpi is None:
        return Rejected("This KPI is not in the tree any more. Choose another one.")
    if kpi.parent is None:
        return Rejected("The north star is what we want to move, so it is no lever. Choose a KPI below it.")
    return kpi


def decide_control(workshop: Workshop, wish: DeclareControl, actor: Actor) -> Decision:
    """Ours, shared or outside."""
    kpi = _kpi(workshop, wish.phase, wish.kpi)
    if isinstance(kpi, Rejected):
        return kpi
    if wish.control not in ("ours", "shared", "outside"):
        return Rejected("Choose ours, shared or outside.")
    if kpi.control == wish.control:
        return []
    return [ControlDeclared(kpi=kpi.id, control=wish.control)]  # type: ignore[arg-type]


def decide_describe(workshop: Workshop, wish: DescribeLever, actor: Actor) -> Decision:
    """The words and the family of a lever."""
    kpi = _kpi(workshop, wish.phase, wish.kpi)
    if isinstance(kpi, Rejected):
        return kpi
    if wish.family and wish.family not in FAMILIES:
        return Rejected("Choose one of the families from the list.")
    texts: list[str] = []
    for text, limit, what in (
        (wish.segment, 80, "The segment"),
        (wish.plain_outcome, 120, "What people would notice"),
        (wish.step, 200, "The step"),
    ):
        cleaned = optional_text(text, limit, what)
        if isinstance(cleaned, Rejected):
            return cleaned
        texts.append(cleaned)
    segment, outcome, step = texts
    if (kpi.family, kpi.segment, kpi.plain_outcome, kpi.step) == (wish.family, segment, outcome, step):
        return []
    return [
        LeverDescribed(kpi=kpi.id, family=wish.family, segment=segment, plain_outcome=outcome, step=step)  # type: ignore[arg-type]
    ]


def apply_control(workshop: Workshop, event: ControlDeclared, meta: Meta) -> Workshop:
    """Declared."""
    return alter(workshop, "kpis", event.kpi, control=event.control)


def apply_described(workshop: Workshop, event: LeverDescribed, meta: Meta) -> Workshop:
    """Described."""
    return alter(
        workshop,
        "kpis",
        event.kpi,
        family=event.family,
        segment=event.segment,
        plain_outcome=event.plain_outcome,
        step=event.step,
    )


def rows(workshop: Workshop) -> list[Data]:
    """Every KPI below the north star with what was declared, in the order of the tree."""
    return [
        {
            "id": kpi.id,
            "name": kpi.name,
            "depth": depth,
            "value": show_number(kpi.baseline, kpi.unit),
            "indicator": kpi.indicator or "",
            "control": kpi.control or "",
            "family": kpi.family,
            "segment": kpi.segment,
            "plain_outcome": kpi.plain_outcome,
            "step": kpi.step,
        }
        for kpi, depth in walk(workshop.kpis)
        if kpi.parent is not None
    ]


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """All KPIs below the north star, each with its declaration: one part per KPI."""
    kpis = rows(workshop)
    for row in kpis:
        row["name_of_kpi"] = row.pop("name")
        row["phase"] = phase.id
        row["screen"] = screen
    counts = {name: sum(row["control"] == name for row in kpis) for name in ("ours", "shared", "outside", "")}
    told = insight_parts(workshop, phase.id, screen)
    ready = screen == "wall" and not counts[""] and _chart(workshop, told)
    return View(
        board={
            "ready": ready,
            "phase": phase.id,
            "ids": [row["id"] for row in kpis],
            "ours": counts["ours"],
            "shared": counts["shared"],
            "outside": counts["outside"],
            "open": counts[""],
            "screen": screen,
            "insight": [key for key in told if not key.startswith("leaf-")]
            if kpis and screen != "wall"
            else [],
        },
        parts=told
        if ready
        else {f"lever-{row['id']}": {**row, "family_options": _family_options()} for row in kpis}
        | ({} if not kpis or screen == "wall" else told),
    )


def _chart(workshop: Workshop, told: dict[str, Data]) -> bool:
    """Once everything is said the wall turns from the list to what one swing of each lever does; whether there is enough to
    compare."""
    tree = known(workshop.kpis)
    chart = tree.once("moves of levers", lambda: moves(tree, MOST_ON_WALL, levers=True))
    if len(chart["rows"]) < 2:
        return False
    told["moves-panel"] = {**chart, "screen": "wall"}
    return True


def _family_options() -> list[Data]:
    """The families for a list to choose from; choosing none is fine."""
    return [{"value": "", "text": "not sure"}, *({"value": name, "text": name} for name in FAMILIES)]


ACTIVITY = Activity(
    name="levers",
    decide={DeclareControl: decide_control, DescribeLever: decide_describe},
    apply={ControlDeclared: apply_control, LeverDescribed: apply_described},
    view=view,
    mine=lambda workshop, phase, person: {"phase": phase.id, "open": workshop.current == phase.id},
    mine_reads=frozenset(),
)
