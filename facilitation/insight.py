"""What the numbers say, beside the tree: what moves the north star, what changed since a moment kept, what is proposed, and the
form to ask "what if". Plain data for screens; everything heavy is calculated once per state of the board.
"""

from __future__ import annotations

from functools import lru_cache

from facilitation.activity import Data
from facilitation.change import Explanation, explain_change
from facilitation.sensitivity import Effect, tornado, what_if
from facilitation.state import Workshop
from facilitation.tree_known import BRIEF, ByIdentity, Known, known
from facilitation.units import show_change, show_number, split_number

MOST_BARS = 12
MOST_ON_WALL = 5


def short(value: float) -> float:
    """Three figures are what an effect deserves."""
    return float(f"{value:.3g}")


def _effect_text(value: float | None, unit: str) -> str:
    """A signed effect; a unit of words stands in the heading instead (`_unit_word`)."""
    if value is None:
        return "—"
    before, digits, after = split_number(short(value), unit, signed=True)
    return before + digits + after.removesuffix(said_once(unit))


def _unit_word(unit: str) -> str:
    """The unit where what follows its digits is too long to stand beside every number."""
    return unit if said_once(unit) else ""


def said_once(unit: str) -> str:
    """What ends each value of a long unit and can be said once: " teams/week", the "/week" of "$k/week"; "" if it is short."""
    after = split_number(2.0, unit)[2]
    if len(after.strip()) <= BRIEF:
        return ""
    return after[min((after.find(mark) for mark in " /" if mark in after), default=0) :]


def moves(tree: Known, most: int = MOST_BARS, *, levers: bool = False) -> Data:
    """The tornado with elasticities, σ of the north star, and what could not be sized, with the reason. With `levers` only the
    bars of what is ours or shared."""
    found = tree.effects
    top = tree.kpis.get(found.north_star or "")
    if top is None:
        return {
            "rows": [],
            "levers": levers,
            "more": 0,
            "slopes": [],
            "unsized": [],
            "sigma": "",
            "top": "",
            "in_unit": "",
            "value": "",
        }
    bars = [
        bar
        for bar in tornado(found, tree.kpis)
        if not levers or tree.kpis[bar.kpi].control in ("ours", "shared")
    ]
    leaves = [kpi for kpi, depth in tree.rows if depth and not tree.below(kpi.id)]
    unsized = [
        {"name": kpi.name, "reason": _why(found.effects[kpi.id])}
        for kpi in leaves
        if kpi.id in found.effects and _why(found.effects[kpi.id])
    ]
    slopes = [
        {
            "name": tree.names[effect.kpi],
            "elasticity": "—"
            if effect.elasticity is None
            else f"{short(effect.elasticity):+g}".replace("-", "−"),
            "one_percent": _effect_text(effect.one_percent, top.unit),
            "sigma": _effect_text(_larger(effect), top.unit),
            "partly": effect.partly,
        }
        for effect in sorted(
            (found.effects[kpi.id] for kpi in leaves if kpi.id in found.effects),
            key=lambda row: -(abs(row.one_percent) if row.one_percent is not None else -1.0),
        )
        if not effect.unsized
    ]
    return {
        "top": top.name,
        "levers": levers,
        "in_unit": _unit_word(top.unit),
        "value": show_number(found.value, top.unit) if found.value is not None else "",
        "rows": [_bar(effect, tree, top.unit) for effect in bars[:most]],
        "more": max(len(bars) - most, 0),
        "slopes": slopes[:40],
        "unsized": unsized[:20],
        "sigma": show_number(short(found.sigma), top.unit) if found.sigma is not None else "",
        "sigma_missing": [tree.names[key] for key in found.sigma_missing][:6],
        "assumption": found.assumption,
    }


def _why(effect: Effect) -> str:
    if effect.unsized:
        return effect.reason or "No number leads from it to the north star yet."
    return "Its spread is not known yet." if effect.high is None else ""


def _larger(effect: Effect) -> float | None:
    if effect.low is None or effect.high is None:
        return None
    return effect.high if abs(effect.high) >= abs(effect.low) else effect.low


def _bar(effect: Effect, tree: Known, unit: str) -> Data:
    kpi = tree.kpis[effect.kpi]
    spread = f" ± {show_number(kpi.sigma, '')}" if kpi.sigma is not None else ""
    return {
        "name": kpi.name,
        "low": effect.low or 0.0,
        "high": effect.high or 0.0,
        "low_text": _effect_text(effect.low, unit),
        "high_text": _effect_text(effect.high, unit),
        "swing": tree.shown[kpi.id] + spread,
    }


def ask_form(workshop: Workshop, phase: str) -> Data:
    """Every KPI at the end of a branch that has a number, to choose from for a what-if."""
    tree = known(workshop.kpis)
    return {
        "phase": phase,
        "code": workshop.code,
        "leaves": [
            {"value": kpi.id, "text": f"{kpi.name} · {tree.shown[kpi.id]}"}
            for kpi, depth in tree.rows
            if depth and not tree.below(kpi.id) and kpi.baseline is not None
        ],
    }


def answer(workshop: Workshop, kpi_id: str, value: float) -> Data:
    """What a value would do to every KPI above it: before, after and the change in words. Raises KeyError without the KPI."""
    tree = known(workshop.kpis)
    kpi = workshop.kpis[kpi_id]
    now = tree.evaluation.used
    after = what_if(workshop.kpis, {kpi_id: value}, tree.model)
    rows = []
    for key in after:
        other, old, new = workshop.kpis[key], now.get(key), after[key]
        if key == kpi_id:
            continue
        rows.append(
            {
                "name": other.name,
                "north_star": other.parent is None,
                "before": tree.shown[key],
                "after": show_number(_tidy(new), other.unit) if new is not None else "no number",
                "change": show_change(_tidy(old), _tidy(new), other.unit)
                if old is not None and new is not None
                else "",
                "up": new is not None and old is not None and new > old,
            }
        )
    return {
        "kpi": kpi_id,
        "name": kpi.name,
        "before": tree.shown[kpi_id],
        "after": show_number(value, kpi.unit),
        "typed": f"{value:.12g}",
        "rows": rows,
    }


def _tidy(value: float) -> float:
    """Enough figures to see a change, no binary dust."""
    return float(f"{value:.6g}")


def changed(workshop: Workshop) -> Data | None:
    """What moved the north star since each kept moment, the last one first; `None` where nothing moved or can be explained."""
    tree = known(workshop.kpis)
    top = next((kpi for kpi in workshop.kpis.values() if kpi.parent is None), None)
    if top is None or not workshop.snapshots:
        return None
    found = []
    for snapshot in reversed(workshop.snapshots):
        result = _explained(ByIdentity(snapshot.kpis), ByIdentity(workshop.kpis))
        if result.problem or result.before == result.after:
            continue
        found.append({"label": snapshot.label, **_told(result, tree, top.unit)})
    return {"name": top.name, "since": found[:3]} if found else None


def _told(result: Explanation, tree: Known, unit: str) -> Data:
    assert result.before is not None
    assert result.after is not None
    shares = sorted(result.contributions.items(), key=lambda item: -abs(item[1]))
    most = max((abs(share) for _, share in shares), default=0.0) or 1.0
    return {
        "before": show_number(_tidy(result.before), unit),
        "after": show_number(_tidy(result.after), unit),
        "change": show_number(short(result.after - result.before), unit, signed=True),
        "rows": [
            {
                "name": tree.names.get(key, key),
                "value": abs(share),
                "share": abs(share) / most,
                "text": _effect_text(share, unit),
                "tone": "accent" if share > 0 else "quiet",
            }
            for key, share in shares
            if share
        ][:8],
        "words": result.words,
    }


@lru_cache(maxsize=32)
def _explained(before: ByIdentity, after: ByIdentity) -> Explanation:
    return explain_change(before.kpis, after.kpis)


def proposals(workshop: Workshop) -> list[Data]:
    """The values on the table."""
    tree = known(workshop.kpis)
    return [
        {
            "id": one.id,
            "by": one.by,
            "name": workshop.kpis[one.kpi].name,
            "before": tree.shown[one.kpi],
            "after": show_number(one.value, workshop.kpis[one.kpi].unit),
            "note": one.note,
        }
        for one in workshop.suggestions.values()
        if one.kpi in workshop.kpis
    ]


def insight_parts(workshop: Workshop, phase: str, screen: str) -> dict[str, Data]:
    """The panels as parts of a board: `moves-panel` and `changed-panel` (console), `ask-panel` (console, phones), `table-panel`
    with the proposals, `leaf-…` the choices of the question.
    A template places them with `part(…)`; on the wall only what moves the north star.
    """
    if not workshop.kpis:
        return {}
    tree = known(workshop.kpis)
    if screen == "wall":
        return {
            "moves-panel": tree.once("moves wall", lambda: {**moves(tree, MOST_ON_WALL), "screen": "wall"})
        }
    form = tree.once(("ask", phase), lambda: ask_form(workshop, phase))
    parts: dict[str, Data] = {
        "ask-panel": {**form, "leaves": [{"value": leaf["value"]} for leaf in form["leaves"]]},
        "table-panel": {"proposals": proposals(workshop), "screen": screen},
    }
    parts.update({f"leaf-{leaf['value']}": {"text": leaf["text"]} for leaf in form["leaves"]})
    if screen == "console":
        parts["moves-panel"] = tree.once("moves", lambda: {**moves(tree), "screen": "console"})
        parts["changed-panel"] = {
            "changed": changed(workshop),
            "next": f"moment {len(workshop.snapshots) + 1}",
        }
    return parts
