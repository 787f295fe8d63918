"""The tree, the KPI dictionary and the ranking of levers as they are printed: the same layout and words as on screen."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from msgspec.structs import replace

from facilitation.activities.challenge import beliefs
from facilitation.formula import reading
from facilitation.kpi_tree import role, root, walk
from facilitation.okr import KeyResult
from facilitation.outcome import Box, Drawing, KpiSheet, LeverSheet, Line
from facilitation.standing import standing, vote_phases
from facilitation.state import Workshop, phase_state
from facilitation.targets import effect_words, spread_words
from facilitation.telling.okrs import owner_name
from facilitation.tree_known import known
from facilitation.tree_layout import fit, layout
from facilitation.units import show_number

PAPER = (760.0, 480.0)
ROOMY = 60


def chosen(workshop: Workshop) -> set[str]:
    """KPIs that a key result of role lever or an objective is about."""
    found = {objective.lever for objective in workshop.objectives.values()}
    rows: list[KeyResult] = list(workshop.key_results.values())
    return {kpi for kpi in found | {kr.kpi for kr in rows if kr.role == "lever"} if kpi}


def drawing_of(workshop: Workshop) -> Drawing:
    """The tree drawn by the one layout, with a text that says what it shows."""
    if not workshop.kpis:
        return Drawing()
    tree = known(workshop.kpis)
    # Paper can be as large as the drawing needs, so names stay whole as long as a page can hold them.
    roomy = len(workshop.kpis) <= ROOMY
    plan = (
        layout(workshop.kpis, values=tree.shown) if roomy else fit(workshop.kpis, *PAPER, values=tree.shown)
    )
    picked = chosen(workshop)
    boxes = []
    for box in plan.boxes:
        kpi = workshop.kpis[box.id]
        value = tree.evaluation.used.get(kpi.id)
        spread = f" ± {show_number(kpi.sigma, '')}" if kpi.sigma is not None and value is not None else ""
        note = "north star" if kpi.parent is None else kpi.indicator or ""
        boxes.append(
            Box(
                kpi=kpi.id,
                x=box.x,
                y=box.y,
                width=box.width,
                height=box.height,
                lines=box.lines,
                value=f"{show_number(value, kpi.unit)}{spread}" if value is not None else "",
                note=note,
                indicator=kpi.indicator or "",
                lever=kpi.control in ("ours", "shared"),
                chosen=kpi.id in picked,
                missing=value is None,
            )
        )
    joints = {joint.parent: joint.text for joint in plan.joints}
    seen: set[str] = set()
    lines = []
    for edge in plan.edges:
        label = "" if edge.parent in seen else joints.get(edge.parent, "")
        seen.add(edge.parent)
        lines.append(
            Line(
                parent=edge.parent,
                child=edge.child,
                points=edge.points,
                influence=edge.kind == "influence",
                label=label,
            )
        )
    top = root(workshop.kpis)
    alt = f"KPI tree of {len(boxes)} KPIs under {top.name if top else 'no north star'}; chosen levers: " + (
        ", ".join(workshop.kpis[kpi].name for kpi in workshop.kpis if kpi in picked) or "none yet"
    )
    return Drawing(
        width=plan.width, height=plan.height, boxes=tuple(boxes), lines=tuple(lines), alt=f"{alt}."
    )


def kpi_sheets(workshop: Workshop, names: Mapping[str, str]) -> tuple[KpiSheet, ...]:
    """The KPI dictionary in the order of the tree."""
    tree = known(workshop.kpis)
    found = []
    for kpi, _ in walk(workshop.kpis):
        value = tree.evaluation.used.get(kpi.id)
        checks = [c.sentence for c in tree.checks.get(kpi.id, []) if c.severity != "info"]
        found.append(
            KpiSheet(
                kpi=replace(kpi, by=""),
                role=role(workshop.kpis, kpi),
                formula_text=reading(kpi.formula, tree.names),
                value_text=show_number(value, kpi.unit) if value is not None else "",
                stated_text=show_number(kpi.baseline, kpi.unit) if kpi.baseline is not None else "",
                sigma_text=f"± {spread_words(kpi.sigma, kpi.unit)}" if kpi.sigma is not None else "",
                check=checks[0] if checks else "",
                missing=value is None,
                owner_name=owner_name(kpi.owner, names),
            )
        )
    return tuple(found)


def lever_sheets(workshop: Workshop) -> tuple[LeverSheet, ...]:
    """Every ranked lever: votes beside effect, belief where it was revealed."""
    top = root(workshop.kpis)
    picked = chosen(workshop)
    given: dict[str, list[int]] = {}
    for phase in vote_phases(workshop, "challenge"):
        if phase_state(workshop, phase).revealed:
            given.update(beliefs(workshop, phase))
    found = []
    for row in standing(workshop):
        kpi = workshop.kpis[row.kpi]
        numbers = given.get(row.kpi, [])
        found.append(
            LeverSheet(
                kpi=row.kpi,
                name=kpi.name,
                rank=row.rank,
                votes=row.votes,
                effect=row.impact,
                effect_text=effect_words(top, row.impact)
                if top is not None and row.impact is not None
                else "",
                control=row.control or "",
                score=row.score,
                badge=row.badge,
                chosen=row.kpi in picked,
                step=kpi.step,
                belief=float(median(numbers)) if numbers else None,
                belief_spread=(numbers[0], numbers[-1]) if numbers else None,
            )
        )
    return tuple(found)
