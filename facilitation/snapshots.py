"""The numbers of the board kept at a moment, so that a later change of the north star can be explained.

Kept by themselves when numbers and levers begin, and whenever the facilitator asks; at most ten, the first one always. Only what
an explanation needs is kept: shape, formulas, units and stated numbers, not the readings or the pages of the KPIs.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.kpi_tree import Kpi
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import Appliers, Deciders, Snapshot, Workshop
from facilitation.text import text_of

MOST = 10


class BoardKept(Event, frozen=True, kw_only=True):
    """The numbers as they are now are kept under this label."""

    label: str


class KeepSnapshot(Command, frozen=True, kw_only=True):
    """Remember the numbers as they are now."""

    label: str


def decide_keep(workshop: Workshop, wish: KeepSnapshot, actor: Actor) -> Decision:
    """Only where there is a tree, and not twice the same."""
    label = text_of(wish.label, 60, "The label")
    if isinstance(label, Rejected):
        return label
    if not workshop.kpis:
        return Rejected("There is no tree yet whose numbers could be remembered.")
    return [BoardKept(label=label)]


def kept_at_opening(workshop: Workshop, title: str) -> list[Event]:
    """What a phase lets happen when it opens for the first time with a tree on the board."""
    known = any(snapshot.label == title for snapshot in workshop.snapshots)
    return [] if known or not workshop.kpis else [BoardKept(label=title)]


def compact(kpi: Kpi) -> Kpi:
    """A KPI with what an explanation needs."""
    return Kpi(
        id=kpi.id,
        name=kpi.name,
        parent=kpi.parent,
        order=kpi.order,
        formula=kpi.formula,
        influences=kpi.influences,
        unit=kpi.unit,
        baseline=kpi.baseline,
    )


def apply_kept(workshop: Workshop, event: BoardKept, meta: Meta) -> Workshop:
    """Kept; the eleventh takes the place of the second, so that the start stays."""
    new = Snapshot(
        label=event.label, at=meta.at, kpis={key: compact(kpi) for key, kpi in workshop.kpis.items()}
    )
    old = workshop.snapshots
    if len(old) >= MOST:
        old = (old[0], *old[2:])
    return replace(workshop, snapshots=(*old, new))


DECIDE: Deciders = {KeepSnapshot: decide_keep}
APPLY: Appliers = {BoardKept: apply_kept}
FACILITATOR_ONLY: set[type[Command]] = {KeepSnapshot}
