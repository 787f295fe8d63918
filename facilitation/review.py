"""The workshop's OKRs seen by the rules: what a draft is made of, and what the linter says of what was drafted.

Findings about owners, evidence and counts are "still to come" until the commit phase was opened (domain, lint and time);
an error that somebody set aside with a reason does not stand in the way any more.
"""

from __future__ import annotations

from functools import lru_cache

from facilitation.activities.challenge import beliefs
from facilitation.drafting import Material, Period, ranks
from facilitation.drafting.sentences import key_result_sentence, objective_sentence
from facilitation.lint import Finding, document_from, lint
from facilitation.okr import KeyResult, Objective
from facilitation.standing import standing, vote_phases
from facilitation.state import Workshop, agenda, phase_state


def material_of(workshop: Workshop) -> Material:
    """Everything a draft may use, from the workshop as it stands."""
    found: dict[str, tuple[int, ...]] = {}
    for phase_id in vote_phases(workshop, "challenge"):
        if phase_state(workshop, phase_id).revealed:
            found.update({kpi: tuple(numbers) for kpi, numbers in beliefs(workshop, phase_id).items()})
    setup = workshop.setup
    return Material(
        kpis=dict(workshop.kpis),
        ranking=ranks(standing(workshop)),
        guardrails=tuple(workshop.guardrails.values()),
        initiatives=tuple(workshop.initiatives.values()),
        beliefs=found,
        period=Period(name=setup.period, start=setup.start, end=setup.end, time_zone=setup.time_zone),
    )


def objectives_in_order(workshop: Workshop) -> list[Objective]:
    """The objectives as they stand on the sheet."""
    return sorted(workshop.objectives.values(), key=lambda item: (item.order, item.id))


def key_results_of(workshop: Workshop, objective: str) -> list[KeyResult]:
    """The key results of an objective as they stand on the sheet."""
    found = [kr for kr in workshop.key_results.values() if kr.objective == objective]
    return sorted(found, key=lambda item: (item.order, item.id))


def sentence_of(workshop: Workshop, key_result: KeyResult) -> str:
    """A key result's sentence from its slots, or in the group's own words."""
    guardrail = workshop.guardrails.get(key_result.guardrail or "")
    return key_result_sentence(key_result, workshop.kpis.get(key_result.kpi or ""), guardrail)


def committing(workshop: Workshop) -> bool:
    """Whether the commit phase was opened, or is not on the agenda: from then on everything must be there."""
    phases = [phase for phase in agenda(workshop) if phase.activity == "commit"]
    return not phases or any(phase_state(workshop, phase.id).opened for phase in phases)


class _Key:
    """What findings depend on, compared by identity: a cache of the last few states of a board."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.parts = (
            workshop.objectives,
            workshop.key_results,
            workshop.guardrails,
            workshop.initiatives,
            workshop.kpis,
            workshop.setup,
        )
        self.stage = committing(workshop)

    def __hash__(self) -> int:
        return hash((*map(id, self.parts), self.stage))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Key)
            and self.stage == other.stage
            and all(a is b for a, b in zip(self.parts, other.parts, strict=True))
        )


@lru_cache(maxsize=64)
def _findings(key: _Key) -> tuple[Finding, ...]:
    workshop = key.workshop
    if not workshop.objectives and not workshop.key_results:
        return ()
    sentences = {o.id: objective_sentence(o) for o in workshop.objectives.values()}
    sentences |= {kr.id: sentence_of(workshop, kr) for kr in workshop.key_results.values()}
    period = material_of(workshop).period
    document = document_from(
        objectives_in_order(workshop),
        sorted(workshop.key_results.values(), key=lambda kr: (kr.objective, kr.order, kr.id)),
        workshop.guardrails.values(),
        workshop.initiatives.values(),
        workshop.kpis,
        cycle=(workshop.setup.start, workshop.setup.end),
        weeks_left=period.weeks(),
        sentences=sentences,
    )
    return lint(document, stage="final" if key.stage else "early")


def findings(workshop: Workshop) -> tuple[Finding, ...]:
    """What the linter says now, overrides included."""
    return _findings(_Key(workshop))


def set_aside(workshop: Workshop, finding: Finding) -> str:
    """The reason with which a finding was set aside, or nothing."""
    known = workshop.overrides.get(f"{finding.line}:{finding.rule}")
    return known.reason if known else ""


def open_errors(workshop: Workshop) -> list[str]:
    """Errors that are neither mended nor set aside, as sentences."""
    return [f.message for f in findings(workshop) if f.severity == "error" and not set_aside(workshop, f)]


def findings_for(workshop: Workshop, line: str) -> list[dict[str, str]]:
    """The findings about one objective, key result or guardrail as plain data for screens ("" for the whole)."""
    return [
        {
            "rule": f.rule,
            "severity": f.severity,
            "message": f.message,
            "suggestion": f.suggestion,
            "field": f.field,
            "reason": set_aside(workshop, f),
            "target": f.line,
        }
        for f in findings(workshop)
        if f.line == line
    ]


__all__ = [
    "committing",
    "findings",
    "findings_for",
    "key_results_of",
    "material_of",
    "objectives_in_order",
    "open_errors",
    "sentence_of",
    "set_aside",
]
