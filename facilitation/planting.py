"""Many KPIs at once: a list from a spreadsheet, or a ready tree. One command, one event, one step to undo.

The server plans the import again from the rows it is sent, so that what was previewed a minute ago cannot overwrite what somebody
changed meanwhile without the plan saying so.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.activities.tree import KpisChanged
from facilitation.changes import new_id
from facilitation.examples import NAMES, example, planted
from facilitation.kpi_import import MAX_ROWS, ImportPlan, plan_import, with_ids_of
from facilitation.messages import Actor, Command, Decision, Rejected
from facilitation.number_text import DecimalStyle
from facilitation.state import Deciders, Workshop

MAX_CELLS = 40


class ImportKpis(Command, frozen=True, kw_only=True):
    """Take a KPI list, the first row naming the columns; `style` is "point" or "comma" where numbers could mean both."""

    rows: tuple[tuple[str, ...], ...]
    style: str = ""


class PlantTree(Command, frozen=True, kw_only=True):
    """Plant a ready tree on an empty board."""

    name: str


def style_named(style: str) -> DecimalStyle | None:
    """The style a form answers with."""
    return "point" if style == "point" else "comma" if style == "comma" else None


def plan(workshop: Workshop, rows: tuple[tuple[str, ...], ...], style: str) -> ImportPlan:
    """What an import would do now."""
    return plan_import(rows, workshop.kpis, style_named(style))


def decide_import(workshop: Workshop, wish: ImportKpis, actor: Actor) -> Decision:
    """All rows that fit; the others stay out, as the preview said."""
    if len(wish.rows) > MAX_ROWS + 1 or any(len(row) > MAX_CELLS for row in wish.rows):
        return Rejected("This list is too large. Split it and import the parts.")
    planned = plan(workshop, wish.rows, wish.style)
    if planned.problem or planned.ask:
        return Rejected(planned.problem or planned.ask)
    ids = {key: new_id(workshop, "k", offset) for offset, key in enumerate(planned.new)}
    kpis = tuple(
        replace(kpi, by=actor.person) if kpi.id in ids.values() else kpi for kpi in with_ids_of(planned, ids)
    )
    if not kpis:
        return Rejected("Nothing in this list would change the tree.")
    return [KpisChanged(kpis=kpis, what="import")]


def decide_plant(workshop: Workshop, wish: PlantTree, actor: Actor) -> Decision:
    """Only on an empty board, so that nothing anybody wrote is covered."""
    if wish.name not in NAMES:
        return Rejected("There is no ready tree of this name. Choose one from the list.")
    if workshop.kpis:
        return Rejected("The tree has begun already. Undo or remove it first, then plant a ready one.")
    chosen = example(wish.name)
    ids = {kpi.id: new_id(workshop, "k", offset) for offset, kpi in enumerate(chosen.kpis)}
    return [KpisChanged(kpis=planted(chosen, ids, actor.person), what="planted")]


DECIDE: Deciders = {ImportKpis: decide_import, PlantTree: decide_plant}
FACILITATOR_ONLY: frozenset[type[Command]] = frozenset(DECIDE)
