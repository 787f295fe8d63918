"""The KPI dictionary as metric definitions in the style of dbt and Lightdash, for whoever maintains the warehouse.

Each KPI is one metric: a formula makes it `derived` from other metrics, everything else is `simple` over a measure of the
same name that the data team fills in. What the workshop knows besides (owner, usual value, spread, target) is `meta`.
"""

from __future__ import annotations

import re

import yaml

from app.exports.clean import one_line
from app.exports.format import Format, Options, slug
from app.exports.words import document_title
from facilitation.outcome import KpiSheet, Outcome

REFERENCE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def write(outcome: Outcome, options: Options) -> bytes:
    """UTF-8 YAML: `version: 2` and a list `metrics`, readable by any YAML parser (plain types only)."""
    names = metric_names(outcome)
    metrics = [_metric(item, names, outcome) for item in outcome.kpis]
    head = f"# KPIs of {one_line(document_title(outcome))}. Fill in the measures; the rest comes from the workshop.\n"
    body = yaml.safe_dump({"version": 2, "metrics": metrics}, sort_keys=False, allow_unicode=True, width=110)
    return (head + body).encode()


def metric_names(outcome: Outcome) -> dict[str, str]:
    """KPI id → a metric name that is lower-case ASCII, begins with a letter and is used once."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for item in outcome.kpis:
        name = slug(item.kpi.name).replace("-", "_")
        if not name or not name[0].isalpha():
            name = f"kpi_{name or slug(item.kpi.id).replace('-', '_') or 'unnamed'}"
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique)
        names[item.kpi.id] = unique
    return names


def _metric(item: KpiSheet, names: dict[str, str], outcome: Outcome) -> dict[str, object]:
    kpi, name = item.kpi, names[item.kpi.id]
    used = [found for found in dict.fromkeys(REFERENCE.findall(kpi.formula)) if found in names]
    metric: dict[str, object] = {
        "name": name,
        "label": one_line(kpi.name),
        "description": one_line(kpi.definition) or "No definition yet.",
    }
    if used:
        metric["type"] = "derived"
        expression = REFERENCE.sub(lambda found: names.get(found[0], found[0]), kpi.formula)
        metric["type_params"] = {"expr": expression, "metrics": [{"name": names[found]} for found in used]}
    else:
        metric["type"] = "simple"
        metric["type_params"] = {"measure": {"name": name}}
    metric["config"] = {"meta": _meta(item, names, outcome)}
    return metric


def _meta(item: KpiSheet, names: dict[str, str], outcome: Outcome) -> dict[str, object]:
    kpi = item.kpi
    targets = [
        {"from": kr.key_result.start, "to": kr.key_result.target, "due": kr.key_result.due or outcome.end}
        for objective in outcome.objectives
        for kr in objective.key_results
        if kr.key_result.kpi == kpi.id and kr.key_result.target is not None
    ]
    known: dict[str, object] = {
        "role": item.role,
        "parent": names.get(kpi.parent or ""),
        "influenced_by": [names[link.child] for link in kpi.influences if link.child in names],
        "indicator": kpi.indicator,
        "control": kpi.control,
        "unit": one_line(kpi.unit),
        "direction": kpi.direction,
        "baseline": kpi.baseline,
        "sigma": kpi.sigma,
        "lower": kpi.lower,
        "upper": kpi.upper,
        "targets": targets,
        "owner": one_line(item.owner_name),
        "source": one_line(kpi.source),
        "query": one_line(kpi.query),
        "cadence": kpi.cadence,
        "segments": one_line(kpi.segments or kpi.segment),
        "caveats": one_line(kpi.caveats),
    }
    return {key: value for key, value in known.items() if value not in (None, "", [])}


FORMAT = Format(
    name="metric-yaml",
    title="Metric definitions (YAML)",
    note="The KPI dictionary in the style of dbt and Lightdash.",
    extension="yml",
    media_type="application/yaml",
    part="metrics",
    write=write,
)
