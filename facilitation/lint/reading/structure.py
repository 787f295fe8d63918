"""Reads what a file says beyond the words of a line into a `Structure`; whatever is not there stays unknown.

Field names are those of this product, of the catalogue (from, target, µ, σ) and of the import formats of OKR tools. Values of the
wrong shape are taken as unknown, never as a reason to refuse the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from facilitation.lint.document import Evidence, KpiFacts, Structure
from facilitation.number_text import Number, parse_number

_MODES = {
    "commitment": "commitment", "committed": "commitment", "commit": "commitment", "roofshot": "commitment",
    "stretch": "stretch", "aspirational": "stretch", "moonshot": "stretch",
}  # fmt: skip
_DIRECTIONS = {
    "up": "up", "increase": "up", "higher": "up", "increasing": "up", "maximize": "up",
    "down": "down", "decrease": "down", "lower": "down", "decreasing": "down", "minimize": "down", "range": "range",
}  # fmt: skip
_COMPARATORS = {"<=": "<=", "≤": "<=", "<": "<=", "max": "<=", "at most": "<=", ">=": ">=", "≥": ">=", ">": ">=", "min": ">=",
                "at least": ">=", "": ""}  # fmt: skip
_KPI_ONLY = (
    "mu", "µ", "mean", "sigma", "σ", "spread", "direction", "lower", "upper", "bounds", "indicator", "cadence", "source",
    "query", "data_source", "family", "on_path", "kpi_unit", "kpi_owner",
)  # fmt: skip


def structure_in(fields: Mapping[str, Any]) -> Structure | None:
    """The structure of one entry: nested under `structure`, flat beside the text, or both (nested wins)."""
    merged: dict[str, Any] = dict(fields)
    nested = fields.get("structure")
    if isinstance(nested, Mapping):
        from facilitation.lint.reading.entries import normal

        merged |= {normal(name): value for name, value in nested.items()}
    cycle = merged.get("cycle") if isinstance(merged.get("cycle"), Mapping) else {}
    found = Structure(
        kpi=_kpi(merged),
        start=_number(
            merged,
            "from",
            "start",
            "start_value",
            "starting_value",
            "initial_value",
            "metric_start_value",
            "from_value",
        ),
        target=_number(
            merged, "target", "to", "target_value", "metric_target_value", "goal_value", "to_value"
        ),
        band=_band(merged, "band", "range"),
        unit=_text(merged, "unit", "metric_unit", "metric_type"),
        due=_text(merged, "due", "due_date", "deadline", "due_at", "end_date", "by"),
        owner=_text(
            merged,
            "owner",
            "owner_name",
            "accountable",
            "assignee",
            "owner_email",
            "owner_emails",
            "owner_email_id",
            "dri",
        ),
        segment=_text(merged, "segment"),
        mode=_choice(merged, _MODES, "mode", "ambition", "commitment_type"),
        declared=_choice(
            merged,
            {name: name for name in ("metric", "range", "baseline", "binary", "qualitative")},
            "declared",
            "result_kind",
            "measured_as",
        ),
        proof=_text(merged, "proof", "evidence_text"),
        early_warning=_flag(merged, "early_warning"),
        tags=tuple(_texts(merged, "tags", "labels")),
        evidence=_evidence(merged),
        weeks_needed=_number(merged, "weeks_needed"),
        weeks_left=_number(merged, "weeks_left"),
        cycle_start=_text(merged, "cycle_start") or _text(cycle or {}, "start"),
        cycle_end=_text(merged, "cycle_end", "period", "time_period", "goal_cycle", "quarter")
        or _text(cycle or {}, "end"),
        why=_text(merged, "why", "strategy", "strategy_note"),
        team=_text(merged, "team", "department", "departments", "entity", "unit_name"),
        comparator=_choice(merged, _COMPARATORS, "comparator", "operator"),
        threshold=_number(merged, "threshold", "limit", "max", "min"),
        current=_number(merged, "current", "current_value"),
        key_result=_text(merged, "key_result_id", "serves"),
    )
    return None if found == Structure() else found


def _kpi(fields: Mapping[str, Any]) -> KpiFacts | None:
    from facilitation.lint.reading.entries import normal

    given = fields.get("kpi")
    inner: dict[str, Any] = {name: fields[name] for name in _KPI_ONLY if name in fields}
    if "kpi_unit" in inner:
        inner["unit"] = inner["kpi_unit"]
    if "kpi_owner" in inner:
        inner["owner"] = inner["kpi_owner"]
    if isinstance(given, Mapping):
        inner |= {normal(name): value for name, value in given.items()}
    elif isinstance(given, str) and given.strip():
        inner["name"] = given.strip()
    if not inner:
        return None
    lower, upper = _number(inner, "lower", "min"), _number(inner, "upper", "max")
    bounds = _band(inner, "bounds")
    if bounds is not None:
        lower, upper = bounds
    effects = inner.get("effects")
    return KpiFacts(
        id=_text(inner, "id") or _text(inner, "name") or "",
        name=_text(inner, "name", "id") or "",
        unit=_text(inner, "unit"),
        direction=_choice(inner, _DIRECTIONS, "direction", "better"),
        mean=_number(inner, "mu", "µ", "mean", "baseline", "current"),
        sigma=_number(inner, "sigma", "σ", "spread", "sd"),
        lower=lower,
        upper=upper,
        band=_band(inner, "band", "range"),
        indicator=_text(inner, "indicator"),
        cadence=_text(inner, "cadence"),
        owner=_text(inner, "owner"),
        source=_text(inner, "source", "query", "data_source"),
        family=_text(inner, "family"),
        branch=_text(inner, "branch"),
        on_path=_flag(inner, "on_path", "path"),
        effects={str(name): int(sign) for name, sign in effects.items() if isinstance(sign, int)}
        if isinstance(effects, Mapping)
        else None,
        below=tuple(_texts(inner, "below", "descendants")) or None,
        formula_of=tuple(_texts(inner, "formula_of", "computed_from")),
    )


def _evidence(fields: Mapping[str, Any]) -> Evidence | None:
    given = fields.get("evidence")
    if not isinstance(given, Mapping):
        return None
    return Evidence(
        signal=_text(given, "signal"),
        design=_text(given, "design", "test"),
        decision=_text(given, "decision", "rule"),
        record=_text(given, "record", "documentation"),
        signal_kpi=_text(given, "signal_kpi"),
    )


def _number(fields: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, str) and value.strip():
            read = parse_number(value)
            if isinstance(read, Number):
                return read.value
    return None


def _text(fields: Mapping[str, Any], *names: str) -> str | None:
    """Text of the first field that is there; an empty one is known to be empty only in nested structure, so it counts
    as unknown.
    """
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return (
        ""
        if any(fields.get(name) == "" and isinstance(fields.get("structure"), Mapping) for name in names)
        else None
    )


def _texts(fields: Mapping[str, Any], *names: str) -> Iterable[str]:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            return [part.strip().lower() for part in value.replace(";", ",").split(",") if part.strip()]
        if isinstance(value, list):
            return [str(part) for part in value]
    return []


def _flag(fields: Mapping[str, Any], *names: str) -> bool | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in {"true", "yes", "1", "false", "no", "0"}:
            return value.strip().lower() in {"true", "yes", "1"}
    return None


def _band(fields: Mapping[str, Any], *names: str) -> tuple[float, float] | None:
    for name in names:
        value = fields.get(name)
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(isinstance(one, (int, float)) for one in value)
        ):
            low, high = sorted((float(value[0]), float(value[1])))
            return (low, high)
    return None


def _choice(fields: Mapping[str, Any], choices: Mapping[str, str], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value.strip().lower() in choices:
            return choices[value.strip().lower()]
    return None
