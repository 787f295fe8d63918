"""What the OKR sheet says, as plain data: one page, the same on screen, at the front of the document and by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.exports.words import (
    INDICATORS,
    MODES,
    STATES,
    from_to,
    kr_name,
    kr_numbers,
    numbered,
    sheet_guardrails,
)
from facilitation.dates import date_text
from facilitation.okr import EvidencePlan
from facilitation.outcome import (
    GuardrailSheet,
    KeyResultSheet,
    ObjectiveSheet,
    Outcome,
)

Data = dict[str, object]
MOST_INITIATIVES = 9


def sheet_of(outcome: Outcome) -> Data:
    """Part 1, the OKR sheet: objectives with their rows, guardrails and initiatives."""
    numbers = kr_numbers(outcome)
    objectives = [
        _sheet_objective(outcome, objective, rows, numbers) for objective, rows in numbered(outcome)
    ]
    return {
        "objectives": objectives,
        "guardrails": [_guardrail(item) for item in outcome.guardrails],
        "initiatives": _initiatives(outcome, set(numbers), numbers),
        "strategy": outcome.strategy,
        "empty": ""
        if objectives
        else "No objectives yet: they are drafted from the chosen levers in the draft phase.",
    }


def _sheet_objective(
    outcome: Outcome,
    objective: ObjectiveSheet,
    rows: Sequence[tuple[int, KeyResultSheet]],
    numbers: Mapping[str, int],
) -> Data:
    votes = {lever.kpi: lever.votes for lever in outcome.levers}
    cadence = {item.kpi.id: item.kpi.cadence for item in outcome.kpis}
    names = {item.kpi.id: item.kpi.name for item in outcome.kpis}
    ids = {kr.key_result.id for _, kr in rows}
    return {
        "sentence": objective.sentence or "Objective without words yet",
        "mode": MODES.get(objective.objective.mode or "", ""),
        "owner": objective.owner_name,
        "moves": objective.moves,
        "rows": [_sheet_row(number, kr, votes, outcome.votes_cast, cadence, names) for number, kr in rows],
        "guardrails": [_guardrail(item) for item in sheet_guardrails(outcome, objective)],
        "initiatives": _initiatives(outcome, ids, numbers),
    }


def _initiatives(outcome: Outcome, ids: set[str], numbers: Mapping[str, int]) -> list[str]:
    """The work that moves the key results `ids` or none, as far as a wall has room; part 7 has all of it."""
    texts = [
        _tagged(item.text, item.key_result, numbers)
        for item in sorted(outcome.initiatives, key=lambda item: numbers.get(item.key_result or "", 1000))
        if item.key_result in ids or item.key_result not in numbers
    ]
    rest = len(texts) - MOST_INITIATIVES
    return [*texts[:MOST_INITIATIVES], f"and {rest} more"] if rest > 0 else texts


def _sheet_row(
    number: int,
    kr: KeyResultSheet,
    votes: Mapping[str, int],
    cast: int,
    cadence: Mapping[str, str],
    names: Mapping[str, str],
) -> Data:
    kpi = kr.key_result.kpi or ""
    signs = [INDICATORS.get(kr.indicator, "").capitalize(), cadence.get(kpi, "")]
    notes = [
        ", ".join(filter(None, signs)),
        f"{votes[kpi]} of {cast} votes" if votes.get(kpi) and cast else "",
    ]
    plan = kr.key_result.evidence
    change = from_to(kr)
    named = bool(kr.kpi_name)
    return {
        "number": str(number),
        "name": kr_name(kr),
        "segment": kr.key_result.segment if named else "",
        "why": ". ".join(filter(None, notes)) + ("." if any(notes) else ""),
        "chance": kr.chance,
        "start": change.start,
        "target": change.target,
        "unit": change.unit,
        "change": change.words,
        "due": date_text(kr.key_result.due, year=False),
        "owner": kr.owner_name,
        "sign": plan.signal,
        "first": _moves_first(plan, kpi, names, cadence),
        "decision": plan.decision or kr.key_result.proof,
    }


def _moves_first(plan: EvidencePlan, kpi: str, names: Mapping[str, str], cadence: Mapping[str, str]) -> str:
    """The leading signal in a few words, for a sheet that holds many key results: "Week-1 checklist, weekly"."""
    signal = plan.signal_kpi or ""
    if signal not in names:
        return plan.signal
    return ", ".join(
        filter(None, ["This number itself" if signal == kpi else names[signal], cadence[signal]])
    )


def _guardrail(item: GuardrailSheet) -> Data:
    state = STATES.get(item.state, "")
    return {
        "name": item.guardrail.name,
        "limit": item.limit_text or "no limit yet",
        "now": ", ".join(
            filter(None, [f"now {item.current_text}" if item.current_text else "not measured yet", state])
        ),
        "state": item.state,
        "note": item.note,
        "owner": item.owner_name,
        "action": item.guardrail.action,
        "source": item.guardrail.source,
    }


def _tagged(text: str, key_result: str | None, numbers: Mapping[str, int]) -> str:
    number = numbers.get(key_result or "")
    return f"{text} (KR {number})" if number else text
