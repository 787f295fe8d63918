"""A draft as a page a person can read: what was known, what was drafted, where it comes from, what a linter says."""

from __future__ import annotations

from facilitation.add_up import AddsUp, CannotAddUp, add_up, gain, tell
from facilitation.cadence import Decided, plan_30_60_90
from facilitation.drafting import (
    Draft,
    draft,
    guardrail_limit,
    key_result_sentence,
    objective_sentence,
    weeks_needed,
)
from facilitation.evaluate import evaluate
from facilitation.kpi_tree import Kpi, walk
from facilitation.lint import document_from, lint
from facilitation.okr import KeyResult
from facilitation.targets import Suggestion, plan_figures, spread_words, suggest
from facilitation.units import show_number

from .material import Case

SEED = 20_260_401


def sheet(case: Case) -> str:
    """The whole page, as Markdown."""
    found = draft(case.material)
    parts = [f"# {case.title}", _origin(case), _known(case)]
    for number, objective in enumerate(found.objectives, start=1):
        parts.append(f"## Objective {number}: {objective_sentence(objective)}")
        parts += [_key_result(kr, found, case) for kr in found.key_results if kr.objective == objective.id]
    parts += [
        _guardrails(found),
        _work(found),
        _adds_up(found, case),
        _plan(found, case),
        _notes(found),
        _findings(found, case),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _origin(case: Case) -> str:
    lines = [
        f"Source {case.source}: today's values, the group's targets and the limits. "
        "(invented): every spread, owner, vote, reading rhythm and size of a link"
    ]
    return lines[0] + (f"; also {', '.join(case.invented)}." if case.invented else ".")


def _known(case: Case) -> str:
    rows = [
        "| KPI | Today | Readings vary by | Owner | The group's target | The data suggest |",
        "|---|---|---|---|---|---|",
    ]
    rows += [_row(kpi, "  " * depth, case) for kpi, depth in walk(case.material.kpis)]
    return "\n".join(rows)


def _row(kpi: Kpi, indent: str, case: Case) -> str:
    mark = " (invented)" if f"{kpi.id} baseline" in case.invented else ""
    today = show_number(kpi.baseline, kpi.unit) + mark
    computed = evaluate(case.material.kpis).calculated[kpi.id]
    if kpi.baseline is None:
        today = (
            "pending" if computed is None else f"{show_number(plan_figures(computed), kpi.unit)} (computed)"
        )
    spread = f"{spread_words(kpi.sigma, kpi.unit)} (invented)" if kpi.sigma is not None else "–"
    wished = case.material.targets.get(kpi.id)
    target = show_number(wished, kpi.unit) if wished is not None else "–"
    found = suggest(kpi) if kpi.control in ("ours", "shared") else None
    suggestion = show_number(found.target, kpi.unit) if isinstance(found, Suggestion) else "–"
    if kpi.band is not None:
        target = " to ".join(show_number(edge, kpi.unit) for edge in kpi.band)
    name = indent.replace("  ", "– ") + kpi.name
    return f"| {name} | {today} | {spread} | {kpi.owner} (invented) | {target} | {suggestion} |"


def _sentence(kr: KeyResult, found: Draft, case: Case) -> str:
    guard = next((g for g in found.guardrails if g.id == kr.guardrail), None)
    return key_result_sentence(kr, case.material.kpis.get(kr.kpi or ""), guard)


def _key_result(kr: KeyResult, found: Draft, case: Case) -> str:
    lines = [f"### {_sentence(kr, found, case)}", "", f"Owner {kr.owner or 'open'}; part: {kr.role}.", ""]
    lines += [f"- {step.label}: {step.text}" for step in found.trails[kr.id]]
    plan = kr.evidence
    lines += [
        "",
        f"- Signal: {plan.signal}",
        f"- Test: {plan.design}",
        f"- Decision: {plan.decision}",
        f"- Record: {plan.record}",
    ]
    return "\n".join(lines)


def _guardrails(found: Draft) -> str:
    lines = ["## Guardrails", ""]
    for guard in found.guardrails:
        now = (
            "not known today" if guard.current is None else f"today {show_number(guard.current, guard.unit)}"
        )
        lines.append(f"- {guard.name} {guardrail_limit(guard)} ({now}); if it trips: {guard.action}.")
    return "\n".join(lines)


def _work(found: Draft) -> str:
    if not found.initiatives:
        return ""
    rows = [f"- {work.text} → {work.key_result}: {work.assumption}" for work in found.initiatives]
    return "\n".join(["## Work", "", *rows])


def _adds_up(found: Draft, case: Case) -> str:
    answer = _sum(found, case)
    if isinstance(answer, CannotAddUp):
        return f"## Does it add up?\n\n{answer.reason}"
    words = tell(answer, case.material.kpis, found.key_results, found.guardrails)
    lines = ["## Does it add up?", "", words.sentence, ""]
    lines += [f"- {text}" for _, text in words.contributions]
    lines += [f"- {text}" for text in (*words.compared, *words.guardrails)]
    lines += [f"- What could change: {text}" for text in words.advice]
    return "\n".join(lines)


def _sum(found: Draft, case: Case) -> AddsUp | CannotAddUp:
    return add_up(
        case.material.kpis,
        found.key_results,
        seed=SEED,
        guardrails=found.guardrails,
        commitments=case.commitments,
        beliefs=case.material.beliefs,
        wish=case.wish,
    )


def _plan(found: Draft, case: Case) -> str:
    decided = Decided(
        kpis=case.material.kpis,
        objectives=found.objectives,
        key_results=found.key_results,
        guardrails=found.guardrails,
        initiatives=found.initiatives,
    )
    lines = ["## The first ninety days", ""]
    label = ""
    for item in plan_30_60_90(case.material.period, decided):
        if item.label != label:
            lines += ["", f"{item.label}:", ""] if label else [f"{item.label}:", ""]
            label = item.label
        lines.append(f"- {item.text}")
    return "\n".join(lines)


def _notes(found: Draft) -> str:
    return (
        "\n".join(["## Still open", "", *(f"- {note.text}" for note in found.notes)]) if found.notes else ""
    )


def _findings(found: Draft, case: Case) -> str:
    said = {o.id: objective_sentence(o) for o in found.objectives} | {
        kr.id: _sentence(kr, found, case) for kr in found.key_results
    }
    period = case.material.period
    document = document_from(
        found.objectives,
        found.key_results,
        found.guardrails,
        found.initiatives,
        case.material.kpis,
        cycle=(period.start, period.end),
        weeks_left=period.weeks(),
        weeks_needed=weeks_needed(found.key_results, case.material),
        sentences=said,
        north_star_gain=gain(case.material.kpis, found.key_results),
    )
    lines = ["## Findings", ""]
    lines += [f"- `{f.rule}` {f.severity} on {f.line or 'the whole'}: {f.message}" for f in lint(document)]
    return "\n".join(lines if len(lines) > 2 else [*lines, "None."])
