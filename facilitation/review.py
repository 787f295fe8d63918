"""The workshop's OKRs seen by the rules: what a draft is made of, and what the linter says of what was drafted.

Findings about owners, evidence and counts are "still to come" until the commit phase was opened (domain, lint and time);
an error that somebody set aside with a reason does not stand in the way any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from facilitation.adding import beliefs_shown, gain_of, seed_of
from facilitation.drafting import Material, Note, Period, draft, ranks, weeks_needed
from facilitation.drafting.outlook import outlook, too_bold
from facilitation.drafting.sentences import key_result_sentence, objective_sentence
from facilitation.kpi_tree import Kpi
from facilitation.lint import Finding, document_from, lint
from facilitation.lint.document import Document
from facilitation.okr import KeyResult, Objective
from facilitation.standing import standing
from facilitation.state import Workshop, agenda, phase_state


def period_of(workshop: Workshop) -> Period:
    """The quarter or half the OKRs are for."""
    setup = workshop.setup
    return Period(name=setup.period, start=setup.start, end=setup.end, time_zone=setup.time_zone)


def material_of(workshop: Workshop, names: Mapping[str, str] | None = None) -> Material:
    """Everything a draft may use, from the workshop as it stands. `names` are people by id: known where something is told,
    never where it is decided, for names live outside the log.
    """
    return Material(
        kpis=dict(workshop.kpis),
        ranking=ranks(standing(workshop)),
        guardrails=tuple(workshop.guardrails.values()),
        initiatives=tuple(workshop.initiatives.values()),
        beliefs=beliefs_shown(workshop),
        traffic=workshop.traffic,
        people=dict(names or {}),
        period=period_of(workshop),
        seed=seed_of(workshop),
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
            workshop.traffic,
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
    document = document_of(workshop, sentences)
    return lint(document, stage="final" if key.stage else "early")


def document_of(workshop: Workshop, sentences: Mapping[str, str]) -> Document:
    """What the linter reads: everything the workshop knows about its OKRs, with the sentence of every line."""
    period = period_of(workshop)
    material = Material(kpis=dict(workshop.kpis), traffic=workshop.traffic, period=period)
    return document_from(
        objectives_in_order(workshop),
        sorted(workshop.key_results.values(), key=lambda kr: (kr.objective, kr.order, kr.id)),
        workshop.guardrails.values(),
        workshop.initiatives.values(),
        workshop.kpis,
        cycle=(workshop.setup.start, workshop.setup.end),
        weeks_left=period.weeks(),
        weeks_needed=weeks_needed(workshop.key_results.values(), material),
        sentences=sentences,
        litmus_unmet=[objective.id for objective in workshop.objectives.values() if objective.unmet],
        north_star_gain=gain_of(workshop),
        kpis_by_team=kpis_by_team(workshop),
    )


def kpis_by_team(workshop: Workshop) -> dict[str, int] | None:
    """How many KPIs the team has defined as its own (T-KPIS): with a written definition, and not said to be shared or out
    of its hands. `None` for a whole company, where nobody said whose a KPI is.
    """
    if workshop.setup.scope == "company":
        return None
    own = [kpi for kpi in workshop.kpis.values() if kpi.definition and kpi.control in (None, "ours")]
    return {workshop.setup.team: len(own)}


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


def findings_about(workshop: Workshop, line: str) -> list[Finding]:
    """The findings about one objective, key result, guardrail or initiative ("" for the whole)."""
    return [f for f in findings(workshop) if f.line == line]


def findings_for(workshop: Workshop, line: str) -> list[dict[str, str]]:
    """The same as plain data for screens."""
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
        for f in findings_about(workshop, line)
    ]


def open_notes(workshop: Workshop) -> list[str]:
    """Commitments that are no safe ones, and what the draft found missing and is missing still: a note goes when its gap is
    closed or its thing is gone.
    """
    bold = bold_commitments(workshop)
    if not workshop.draft_notes:
        return bold
    there = {note.text for note in _notes_now(_Key(workshop), tuple(sorted(beliefs_shown(workshop).items())))}
    return [*bold, *(note for note in workshop.draft_notes if note in there and note not in bold)]


def bold_commitments(workshop: Workshop) -> list[str]:
    """Committed key results whose target lies beyond what their own drift reaches in eight cases of ten (d.4), as sentences;
    silent where there are too few dated readings for a forecast.
    """
    found = []
    period, seed = period_of(workshop), seed_of(workshop)
    for objective in objectives_in_order(workshop):
        for kr in key_results_of(workshop, objective.id) if objective.mode == "commitment" else ():
            kpi = workshop.kpis.get(kr.kpi or "")
            if kpi is not None and kr.kind == "metric" and kr.target is not None:
                found.append(_too_bold(kpi, kr.target, period, seed))
    return [text for text in dict.fromkeys(found) if text]


@lru_cache(maxsize=128)
def _too_bold(kpi: Kpi, target: float, period: Period, seed: int) -> str:
    """Kept, for a forecast costs some milliseconds and every screen asks."""
    aim = KeyResult(id="", objective="", kpi=kpi.id, target=target)
    forecast = outlook(aim, kpi, Material(period=period, seed=seed))
    return too_bold(forecast, aim, kpi) if forecast is not None else ""


@lru_cache(maxsize=32)
def _notes_now(key: _Key, beliefs: tuple[tuple[str, tuple[int, ...]], ...]) -> tuple[Note, ...]:
    return draft(material_of(key.workshop)).notes


__all__ = [
    "bold_commitments",
    "committing",
    "document_of",
    "findings",
    "findings_about",
    "findings_for",
    "key_results_of",
    "kpis_by_team",
    "material_of",
    "objectives_in_order",
    "open_errors",
    "open_notes",
    "period_of",
    "sentence_of",
    "set_aside",
]
