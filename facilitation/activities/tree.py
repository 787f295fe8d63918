"""Tree: grow the KPI tree together: add under a node, rename, move, remove, say which kind it is and how children combine.

Every number is checked while it grows (domain a). A facilitator may prepare the tree before anybody is in the room.
"""

from __future__ import annotations

from typing import get_args

from msgspec.structs import replace

from facilitation.activity import Activity
from facilitation.changes import count_id, drop, new_id, put
from facilitation.fields import number_field, style_of, unit_field
from facilitation.formula import from_text
from facilitation.formula_nodes import FormulaProblem
from facilitation.guide import Phase
from facilitation.kpi_tree import Indicator, Influence, Kpi, children
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import Workshop, open_phase
from facilitation.text import text_of
from facilitation.tree_edit import combined, linked, moved, next_order, removed, room_for_one, with_formula
from facilitation.tree_view import mine, view

NAME = 80
OPEN_IN = ("tree", "numbers", "levers")


class KpiAdded(Event, frozen=True, kw_only=True):
    """A KPI was added."""

    kpi: Kpi


class KpisChanged(Event, frozen=True, kw_only=True):
    """KPIs look like this now; `what` names the change (name, parent, indicator, formula, numbers …)."""

    kpis: tuple[Kpi, ...]
    what: str


class KpisRemoved(Event, frozen=True, kw_only=True):
    """KPIs were removed with everything below; `changed` are KPIs whose formulas let go of them."""

    ids: tuple[str, ...]
    changed: tuple[Kpi, ...] = ()


class AddKpi(Command, frozen=True, kw_only=True):
    """Add a KPI under `parent` (empty: the north star). A number and its unit may come along."""

    phase: str
    name: str
    parent: str = ""
    indicator: str = ""
    unit: str = ""
    baseline: str = ""


class RenameKpi(Command, frozen=True, kw_only=True):
    """Give a KPI another name. `was` is the name the writer saw, so that nobody overwrites somebody else's."""

    phase: str
    kpi: str
    name: str
    was: str = ""


class MoveKpi(Command, frozen=True, kw_only=True):
    """Put a KPI with everything below it under another one."""

    phase: str
    kpi: str
    parent: str


class ReorderKpi(Command, frozen=True, kw_only=True):
    """Move a KPI one place up (−1) or down (+1) among its siblings."""

    phase: str
    kpi: str
    by: int


class RemoveKpi(Command, frozen=True, kw_only=True):
    """Remove a KPI with everything below it; Undo brings it back."""

    phase: str
    kpi: str


class SetIndicator(Command, frozen=True, kw_only=True):
    """Say whether a KPI is lagging, intermediate or leading."""

    phase: str
    kpi: str
    indicator: str


class CombineChildren(Command, frozen=True, kw_only=True):
    """Say how a KPI's children combine: one sign between each two, separated by blanks, or "drives"."""

    phase: str
    kpi: str
    operators: str


class SetFormula(Command, frozen=True, kw_only=True):
    """Write the formula by hand, with the names of KPIs; empty for none."""

    phase: str
    kpi: str
    formula: str


class SetInfluence(Command, frozen=True, kw_only=True):
    """Say how strongly a child drives its parent: elasticity, lag, and how sure we are."""

    phase: str
    kpi: str
    child: str
    elasticity: str = ""
    lag_weeks: str = ""
    evidence: str = "guess"


def may_edit(workshop: Workshop, phase_id: str, actor: Actor, *activities: str) -> Phase | Rejected | None:
    """Whether the tree may be changed now. A facilitator may always, also before the first phase."""
    if actor.role == "facilitator":
        return None
    return open_phase(workshop, phase_id, *(activities or OPEN_IN))


def known_kpi(
    workshop: Workshop, phase_id: str, kpi_id: str, actor: Actor, *activities: str
) -> Kpi | Rejected:
    """The KPI if it is there and may be changed now."""
    no = may_edit(workshop, phase_id, actor, *activities)
    if isinstance(no, Rejected):
        return no
    kpi = workshop.kpis.get(kpi_id)
    return kpi if kpi else Rejected("This KPI is not in the tree any more.")


def decide_add(workshop: Workshop, wish: AddKpi, actor: Actor) -> Decision:
    """One more KPI; the same name twice under one parent is one KPI."""
    no = may_edit(workshop, wish.phase, actor)
    if isinstance(no, Rejected):
        return no
    name = text_of(wish.name, NAME, "The KPI's name")
    if isinstance(name, Rejected):
        return name
    parent = wish.parent or None
    full = room_for_one(workshop.kpis, parent)
    if full is not None:
        return full
    if any(child.name.casefold() == name.casefold() for child in children(workshop.kpis, parent)):
        return Rejected(f"“{name}” is here already. Tap it to change it.")
    unit = unit_field(wish.unit)
    if isinstance(unit, Rejected):
        return unit
    baseline = number_field(wish.baseline, unit, "The number", style_of(workshop))
    if isinstance(baseline, Rejected):
        return baseline
    indicator = _indicator(wish.indicator)
    if isinstance(indicator, Rejected):
        return indicator
    kpi = Kpi(
        id=new_id(workshop, "k"),
        name=name,
        parent=parent,
        order=next_order(workshop.kpis, parent),
        indicator=indicator or (None if parent else "lagging"),
        unit=unit,
        baseline=baseline,
        direction=None if parent else "up",
        by=actor.person,
    )
    return [KpiAdded(kpi=kpi)]


def _indicator(text: str) -> Indicator | Rejected | None:
    for known in get_args(Indicator):
        if text == known:
            return known  # type: ignore[no-any-return]
    return Rejected("Choose lagging, intermediate or leading.") if text else None


def decide_rename(workshop: Workshop, wish: RenameKpi, actor: Actor) -> Decision:
    """Another name; formulas follow, since they are kept over ids."""
    kpi = known_kpi(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    name = text_of(wish.name, NAME, "The KPI's name")
    if isinstance(name, Rejected):
        return name
    if wish.was and wish.was != kpi.name and name != kpi.name:
        return Rejected(
            f"Somebody has renamed it to “{kpi.name}” meanwhile. Rename it again if yours is better."
        )
    return [] if name == kpi.name else [KpisChanged(kpis=(replace(kpi, name=name),), what="name")]


def decide_move(workshop: Workshop, wish: MoveKpi, actor: Actor) -> Decision:
    """To another place."""
    no = may_edit(workshop, wish.phase, actor)
    if isinstance(no, Rejected):
        return no
    changed = moved(workshop.kpis, wish.kpi, wish.parent)
    if isinstance(changed, Rejected):
        return changed
    return [KpisChanged(kpis=tuple(changed.values()), what="parent")] if changed else []


def decide_reorder(workshop: Workshop, wish: ReorderKpi, actor: Actor) -> Decision:
    """One place among its siblings."""
    kpi = known_kpi(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    siblings = children(workshop.kpis, kpi.parent)
    place = [s.id for s in siblings].index(kpi.id)
    if wish.by not in (-1, 1) or not 0 <= place + wish.by < len(siblings):
        return []
    siblings[place], siblings[place + wish.by] = siblings[place + wish.by], siblings[place]
    changed = [replace(s, order=i) for i, s in enumerate(siblings) if s.order != i]
    return [KpisChanged(kpis=tuple(changed), what="order")]


def decide_remove(workshop: Workshop, wish: RemoveKpi, actor: Actor) -> Decision:
    """Gone with everything below."""
    no = may_edit(workshop, wish.phase, actor)
    if isinstance(no, Rejected):
        return no
    gone = removed(workshop.kpis, wish.kpi)
    if isinstance(gone, Rejected):
        return gone
    ids, changed = gone
    return [KpisRemoved(ids=tuple(ids), changed=tuple(changed.values()))]


def decide_indicator(workshop: Workshop, wish: SetIndicator, actor: Actor) -> Decision:
    """Which kind (M-TREE-4)."""
    kpi = known_kpi(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    indicator = _indicator(wish.indicator)
    if isinstance(indicator, Rejected):
        return indicator
    return (
        []
        if kpi.indicator == indicator
        else [KpisChanged(kpis=(replace(kpi, indicator=indicator),), what="kind")]
    )


def decide_combine(workshop: Workshop, wish: CombineChildren, actor: Actor) -> Decision:
    """How children combine, by tap."""
    no = may_edit(workshop, wish.phase, actor)
    if isinstance(no, Rejected):
        return no
    return _formula(workshop, wish.kpi, combined(workshop.kpis, wish.kpi, wish.operators.split()))


def decide_formula(workshop: Workshop, wish: SetFormula, actor: Actor) -> Decision:
    """How they combine, by hand."""
    kpi = known_kpi(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    names = {key: other.name for key, other in workshop.kpis.items() if key != kpi.id}
    formula = from_text(wish.formula, names)
    if isinstance(formula, FormulaProblem):
        return Rejected(formula.sentence)
    return _formula(workshop, kpi.id, with_formula(workshop.kpis, kpi, formula))


def _formula(workshop: Workshop, kpi_id: str, kpi: Kpi | Rejected) -> Decision:
    if isinstance(kpi, Rejected):
        return kpi
    return [] if workshop.kpis[kpi_id] == kpi else [KpisChanged(kpis=(kpi,), what="formula")]


def decide_influence(workshop: Workshop, wish: SetInfluence, actor: Actor) -> Decision:
    """The strength of a link, or that nobody knows it (unsized, never 0)."""
    kpi = known_kpi(workshop, wish.phase, wish.kpi, actor)
    if isinstance(kpi, Rejected):
        return kpi
    if wish.child not in workshop.kpis or wish.child == kpi.id:
        return Rejected("The KPI that drives it is not in the tree any more.")
    elasticity = number_field(wish.elasticity, "", "The strength", style_of(workshop))
    lag = number_field(wish.lag_weeks, "", "The delay in weeks", style_of(workshop))
    if isinstance(elasticity, Rejected):
        return elasticity
    if isinstance(lag, Rejected):
        return lag
    if elasticity is not None and abs(elasticity) > 100:
        return Rejected(
            "A strength beyond 100 is no usual link: 0.5 means that 1 % more moves it by half a percent."
        )
    if lag is not None and not 0 <= lag <= 520:
        return Rejected("The delay is between 0 and 520 weeks.")
    if wish.evidence not in ("guess", "correlated", "tested"):
        return Rejected("Say whether this is a guess, correlated or tested.")
    link = Influence(child=wish.child, elasticity=elasticity, lag_weeks=lag, evidence=wish.evidence)  # type: ignore[arg-type]
    changed = linked(workshop.kpis, kpi.id, link)
    if isinstance(changed, Rejected):
        return changed
    return [] if changed == kpi else [KpisChanged(kpis=(changed,), what="influence")]


def apply_added(workshop: Workshop, event: KpiAdded, meta: Meta) -> Workshop:
    """On the board."""
    return put(count_id(workshop, event.kpi.id), "kpis", event.kpi.id, event.kpi)


def apply_changed(workshop: Workshop, event: KpisChanged, meta: Meta) -> Workshop:
    """As they are now; new ones among them (an import, a planted tree) take their ids."""
    for kpi in event.kpis:
        workshop = count_id(workshop, kpi.id)
    return replace(workshop, kpis={**workshop.kpis, **{kpi.id: kpi for kpi in event.kpis}})


def apply_removed(workshop: Workshop, event: KpisRemoved, meta: Meta) -> Workshop:
    """Off the board."""
    workshop = replace(workshop, kpis={**workshop.kpis, **{kpi.id: kpi for kpi in event.changed}})
    return drop(workshop, "kpis", event.ids)


ACTIVITY = Activity(
    name="tree",
    decide={
        AddKpi: decide_add,
        RenameKpi: decide_rename,
        MoveKpi: decide_move,
        ReorderKpi: decide_reorder,
        RemoveKpi: decide_remove,
        SetIndicator: decide_indicator,
        CombineChildren: decide_combine,
        SetFormula: decide_formula,
        SetInfluence: decide_influence,
    },
    apply={KpiAdded: apply_added, KpisChanged: apply_changed, KpisRemoved: apply_removed},
    view=view,
    mine=mine,
    mine_reads=frozenset({"undo"}),
)
