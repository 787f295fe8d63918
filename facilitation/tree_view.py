"""The KPI tree as screens get it: rows of an outline for phones, boxes and lines of a drawing for console and wall.

Every KPI is a part of its own in both, so that a changed number is sent alone and nothing else is drawn again. The drawing uses
the one layout that paper uses too. A wall shows the drawing while its text stays readable from afar, else the outline.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from facilitation.activity import Data, View
from facilitation.examples import all_examples
from facilitation.formula import split, to_text
from facilitation.guide import Phase
from facilitation.kpi_tree import Kpi
from facilitation.messages import ScreenKind
from facilitation.percent_fix import percent_fix
from facilitation.state import UndoStep, Workshop
from facilitation.tree_known import Known, known
from facilitation.tree_picture import console_plan, picture, wall_plan
from facilitation.units import show_number, split_number

SIGNS = ("×", "+", "−", "÷")
ROW = (
    *("id", "kpi_name", "depth", "role", "indicator", "control", "by", "below"),
    *("value", "unit", "spread", "state", "missing"),
    *("formula", "formula_note", "formula_state", "drives", "fix", "checks"),
)
"""What a row of the outline shows."""
SHEET = (
    *("id", "kpi_name", "indicator", "children", "gaps", "formula", "free", "drives", "links"),
    *("depth", "first", "last"),
)
"""What the sheet of a KPI works with: no number, so that a changed one sends rows and no sheets."""


def number_parts(kpi: Kpi, tree: Known) -> Data:
    """The number of a KPI in pieces: digits, unit, spread, and whether it is stated, computed or missing."""
    stated, calculated = kpi.baseline, tree.evaluation.calculated.get(kpi.id)
    value = stated if stated is not None else calculated
    waits = _waits(kpi, tree)
    if value is None:
        missing = (
            f"waits for {waits[0]}" + (f" and {len(waits) - 1} more" if len(waits) > 1 else "")
            if waits
            else "no number yet"
        )
        return {
            "value": "",
            "unit": "",
            "spread": "",
            "state": "missing",
            "missing": missing,
            "calculated": "",
        }
    before, digits, after = split_number(value, kpi.unit)
    return {
        "value": before + digits,
        "unit": after.strip(),
        "spread": "" if kpi.sigma is None else "".join(split_number(kpi.sigma, "")),
        "state": "stated" if stated is not None else "computed",
        "missing": "",
        "calculated": show_number(calculated, kpi.unit)
        if stated is not None and calculated is not None
        else "",
    }


def _waits(kpi: Kpi, tree: Known) -> list[str]:
    """Names of the KPIs without a number that this one waits for."""
    return [tree.names[m] for m in tree.evaluation.missing.get(kpi.id, ()) if m in tree.names and m != kpi.id]


def taps(kpi: Kpi, tree: Known) -> Data:
    """How the children combine, as buttons: per gap between two of them every sign with the whole answer it stands for.

    Nothing tapped yet: the first sign goes into all gaps. A formula that is more than children and signs is `free`.
    """
    below = tree.below(kpi.id)
    found = split(kpi.formula) if kpi.formula else None
    ids = [child.id for child in below]
    signs = found[1] if found is not None and found[0] == ids else []
    gaps = []
    for place in range(len(below) - 1):
        answers = []
        for sign in SIGNS:
            whole = [sign] * (len(below) - 1) if not signs else [*signs[:place], sign, *signs[place + 1 :]]
            answers.append(
                {"sign": sign, "operators": " ".join(whole), "on": bool(signs) and signs[place] == sign}
            )
        gaps.append({"left": below[place].name, "right": below[place + 1].name, "signs": answers})
    return {
        "gaps": gaps,
        "children": [{"id": child.id, "name": child.name} for child in below],
        "free": bool(kpi.formula) and (found is None or found[0] != ids),
        "drives": bool(kpi.influences) and not kpi.formula,
        "links": [
            {
                "child": link.child,
                "name": tree.names.get(link.child, ""),
                "elasticity": "" if link.elasticity is None else f"{link.elasticity:g}",
                "lag_weeks": "" if link.lag_weeks is None else f"{link.lag_weeks:g}",
                "evidence": link.evidence,
            }
            for link in kpi.influences
        ],
    }


def kpi_data(kpi: Kpi, depth: int, tree: Known) -> Data:
    """Everything a screen shows about one KPI."""
    siblings = tree.below(kpi.parent)
    below = bool(tree.below(kpi.id))
    return {
        "id": kpi.id,
        "kpi_name": kpi.name,
        "depth": depth,
        "parent": kpi.parent or "",
        "role": "north_star" if kpi.parent is None else "driver" if below else "input",
        "indicator": kpi.indicator or "",
        "control": kpi.control or "",
        "direction": kpi.direction or "",
        "by": kpi.by,
        **taps(kpi, tree),
        "below": below,
        "formula": to_text(kpi.formula, tree.reader),
        "first": bool(siblings) and siblings[0].id == kpi.id,
        "last": bool(siblings) and siblings[-1].id == kpi.id,
        **worth(kpi, tree),
    }


def worth(kpi: Kpi, tree: Known) -> Data:
    """What a screen shows of a KPI that can change with a number: all else follows from the shape (tree_before.py)."""
    consistency = tree.evaluation.consistency.get(kpi.id)
    waits = _waits(kpi, tree)
    note, state = "", "driven" if kpi.influences and not kpi.formula else "ok"
    if waits:
        note = f"cannot be checked yet: {waits[0]} is missing"
    elif consistency is not None and consistency.level != "ok":
        state = "wrong" if consistency.level == "error" else "close"
        note = f"gives {show_number(tree.evaluation.calculated.get(kpi.id), kpi.unit)}"
    fix = percent_fix(kpi, tree) if consistency is not None and consistency.level == "error" else None
    return {
        **number_parts(kpi, tree),
        "formula_note": note,
        "formula_state": state,
        "fix": fix,
        "checks": [
            {"code": c.code, "severity": c.severity, "sentence": c.sentence, "hint": c.hint}
            for c in tree.checks.get(kpi.id, [])
            if c.severity != "info"
        ],
        "readings": [reading.value for reading in kpi.readings],
    }


LATER = frozenset({"NO_UNIT"})
"""Findings that wait for the numbers phase: while the tree grows, numbers are a bonus."""


def tree_checks(tree: Known) -> list[Data]:
    """Findings about the tree as a whole."""
    return [
        {"code": c.code, "severity": c.severity, "sentence": c.sentence, "hint": c.hint}
        for c in tree.checks.get(None, [])
        if c.severity != "info"
    ]


@cache
def ready_trees() -> list[Data]:
    """What can be planted on an empty board."""
    return [
        {"name": one.name, "title": one.title, "about": one.about, "count": len(one.kpis)}
        for one in all_examples().values()
    ]


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Phones: an outline. Console: the drawing, and the outline as its list to edit. Wall: whichever can be read."""
    tree = known(workshop.kpis)
    key = ("view", phase.id, phase.activity, screen, workshop.code)
    return tree.once(key, lambda: _view(workshop, tree, phase, screen))


def rows_of(tree: Known, *, growing: bool) -> dict[str, Data]:
    """Every KPI as screens show it; while the tree grows, findings about numbers wait. Worked out once."""
    return tree.once(("rows", growing), lambda: _rows(tree, growing))


def _rows(tree: Known, growing: bool) -> dict[str, Data]:
    seen = ("rows", growing)
    known: dict[str, Data] | None = tree.earlier(seen)
    depths = tree.of_shape("depths", lambda: {kpi.id: depth for kpi, depth in tree.rows})
    if known is None or tree.news is None:
        data = {key: kpi_data(tree.kpis[key], depth, tree) for key, depth in depths.items()}
        anew: Iterable[str] = data
    else:
        anew = tree.news
        data = {**known, **{key: {**known[key], **worth(tree.kpis[key], tree)} for key in anew}}
    for key in anew:
        row = data[key]
        if growing:
            row["checks"] = [check for check in row["checks"] if check["code"] not in LATER]
    tree.made[seen] = data
    return data


def _view(workshop: Workshop, tree: Known, phase: Phase, screen: ScreenKind) -> View:
    data = rows_of(tree, growing=phase.activity == "tree")
    board: Data = tree.of_shape(
        ("board", workshop.code, phase.id, phase.activity, screen),
        lambda: {
            "phase": phase.id,
            "code": workshop.code,
            "activity": phase.activity,
            "screen": screen,
            "rows": [{"id": kpi.id, "depth": min(depth, 31)} for kpi, depth in tree.rows],
            "count": len(data),
            "drawing": None,
            "examples": ready_trees() if screen == "console" and not data else [],
        },
    )
    parts: dict[str, Data] = {}
    say: tuple[str, ...] = ()
    if screen != "phone" and data:
        plan = console_plan(tree) if screen == "console" else wall_plan(tree)
        if plan is not None:
            rows = "number" if phase.activity == "numbers" else "kpi"
            drawing, boxes = picture(tree, data, plan, screen, rows)
            board = {**board, "drawing": drawing}
            parts.update(boxes)
            if len(plan.boxes) < len(data):
                say = ("The top of the tree. All ", f"{len(data)} KPIs", " are on the phones.")
    if (screen == "wall" and board["drawing"] is None) or (screen != "wall" and phase.activity == "tree"):
        parts.update(_outline(tree, data, phase, screen))
    if screen != "wall" and data and phase.activity == "tree":
        parts.update(
            tree.of_shape(
                "choices",
                lambda: {f"place-{kpi.id}": {"text": place_text(kpi, depth)} for kpi, depth in tree.rows},
            )
        )
        parts["finding-all"] = {"checks": tree_checks(tree)}
    return View(board=board, parts=parts, say=say)


def _outline(tree: Known, data: dict[str, Data], phase: Phase, screen: ScreenKind) -> dict[str, Data]:
    """A row per KPI, and while the tree grows its sheet. What was made of the very same row before is taken over."""
    seen = ("outline", phase.id, screen)
    known: tuple[dict[str, Data], dict[str, Data]] = tree.earlier(seen) or ({}, {})
    rows, made = known
    parts = dict(made)
    for key, row in data.items():
        if rows.get(key) is not row:
            parts[f"kpi-{key}"] = {**{name: row[name] for name in ROW}, "phase": phase.id, "screen": screen}
            if screen != "wall":
                parts[f"sheet-{key}"] = {**{name: row[name] for name in SHEET}, "phase": phase.id}
    tree.made[seen] = (data, parts)
    return parts


def place_text(kpi: Kpi, depth: int) -> str:
    """A KPI as a place to choose, set in by its depth."""
    return "\u2003" * min(depth, 6) + kpi.name


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """What this person did last to the tree, in words, as long as it can be taken back."""
    step = next((s for s in reversed(workshop.undo) if s.by == person), None)
    return {
        "phase": phase.id,
        "undo": _undo_words(step) if step is not None and step.phase == phase.id else "",
    }


def _undo_words(step: UndoStep) -> str:
    """The last step as a sentence; empty for one that touched no KPI."""
    before, after = step.before.kpis, step.after.kpis
    gone = [kpi.name for key, kpi in before.items() if kpi is not None and after.get(key) is None]
    new = [kpi.name for key, kpi in after.items() if kpi is not None and before.get(key) is None]
    changed = [kpi.name for kpi in after.values() if kpi is not None]
    if gone:
        return f"You removed “{gone[0]}”" + (f" and {len(gone) - 1} below it." if len(gone) > 1 else ".")
    if new:
        return f"You added “{new[0]}”" + (f" and {len(new) - 1} more." if len(new) > 1 else ".")
    return f"You changed “{changed[0]}”." if changed else ""
