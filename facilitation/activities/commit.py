"""Commit: a named owner, commitment or stretch, an evidence plan, and how likely each key result is by a show of fingers.

Fingers are 1 to 5 in secret until the reveal; they map to chances of 10, 30, 50, 70 and 90 % (three confidences). The
mode is one per objective, never mixed inside it (M-AMB-1).
"""

from __future__ import annotations

from statistics import median

from msgspec.structs import replace

from facilitation.activities.draft import (
    KeyResultSet,
    ObjectiveSet,
    draft_board,
    key_result_data,
    objective_data,
)
from facilitation.activity import Activity, Data, View
from facilitation.changes import put_mark
from facilitation.guide import Phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.review import key_results_of, objectives_in_order, open_errors, sentence_of
from facilitation.state import Workshop, agenda, marks_of, open_phase, participants, phase_state
from facilitation.text import optional_text

CHANCES = {1: 0.1, 2: 0.3, 3: 0.5, 4: 0.7, 5: 0.9}


class CommitmentGiven(Event, frozen=True, kw_only=True):
    """How many fingers somebody showed for a key result, in secret."""

    phase: str
    key_result: str
    fingers: int


class SetOwner(Command, frozen=True, kw_only=True):
    """Name the one accountable person of an objective or a key result: a name, or `@p3` for somebody in the room."""

    phase: str
    id: str
    owner: str


class SetMode(Command, frozen=True, kw_only=True):
    """Say whether an objective is a commitment or a stretch."""

    phase: str
    id: str
    mode: str


class SetEvidence(Command, frozen=True, kw_only=True):
    """Fill in the evidence plan of a key result (M-EVD-1)."""

    phase: str
    id: str
    signal: str = ""
    design: str = ""
    decision: str = ""
    record: str = ""


class GiveCommitment(Command, frozen=True, kw_only=True):
    """Show one to five fingers for a key result."""

    phase: str
    key_result: str
    fingers: int


def _open(workshop: Workshop, phase_id: str) -> Phase | Rejected:
    if workshop.final is not None:
        return Rejected("The outcome is final. The facilitator can make it a draft again.")
    return open_phase(workshop, phase_id, "commit", "draft")


def decide_owner(workshop: Workshop, wish: SetOwner, actor: Actor) -> Decision:
    """One person by name (M-KR-5)."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    owner = optional_text(wish.owner, 60, "The name")
    if isinstance(owner, Rejected):
        return owner
    if any(sign in owner for sign in (",", ";", "&", "/")):
        return Rejected(
            "One person is accountable, not several. Name one; the others can own supporting key results."
        )
    if owner.startswith("@") and owner[1:] not in workshop.people:
        return Rejected("This person is not in the room. Choose another one, or type a name.")
    objective, key_result = workshop.objectives.get(wish.id), workshop.key_results.get(wish.id)
    if objective is not None:
        return [] if objective.owner == owner else [ObjectiveSet(objective=replace(objective, owner=owner))]
    if key_result is not None:
        return (
            [] if key_result.owner == owner else [KeyResultSet(key_result=replace(key_result, owner=owner))]
        )
    return Rejected("This is not in the draft any more.")


def decide_mode(workshop: Workshop, wish: SetMode, actor: Actor) -> Decision:
    """One mode per objective."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    objective = workshop.objectives.get(wish.id)
    if objective is None:
        return Rejected("This objective is not in the draft any more.")
    if wish.mode not in ("commitment", "stretch"):
        return Rejected("Choose commitment or stretch.")
    if objective.mode == wish.mode:
        return []
    return [ObjectiveSet(objective=replace(objective, mode=wish.mode))]


def decide_evidence(workshop: Workshop, wish: SetEvidence, actor: Actor) -> Decision:
    """The four fields."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    key_result = workshop.key_results.get(wish.id)
    if key_result is None:
        return Rejected("This key result is not in the draft any more. Your words are kept on this device.")
    texts: dict[str, str] = {}
    for field in ("signal", "design", "decision", "record"):
        text = optional_text(getattr(wish, field), 400, "The text")
        if isinstance(text, Rejected):
            return text
        texts[field] = text
    changed = replace(key_result, evidence=replace(key_result.evidence, **texts))
    return [] if changed == key_result else [KeyResultSet(key_result=changed)]


def decide_commitment(workshop: Workshop, wish: GiveCommitment, actor: Actor) -> Decision:
    """Fingers, changeable until the reveal."""
    phase = open_phase(workshop, wish.phase, "commit")
    if isinstance(phase, Rejected):
        return phase
    if phase_state(workshop, phase.id).revealed:
        return Rejected("The fingers are shown already. The facilitator can start a new round.")
    if wish.key_result not in workshop.key_results:
        return Rejected("This key result is not in the draft any more.")
    if wish.fingers not in CHANCES:
        return Rejected("Show one to five fingers.")
    if marks_of(workshop, phase.id).get(actor.person, {}).get(wish.key_result) == wish.fingers:
        return []
    return [CommitmentGiven(phase=phase.id, key_result=wish.key_result, fingers=wish.fingers)]


def apply_commitment(workshop: Workshop, event: CommitmentGiven, meta: Meta) -> Workshop:
    """Kept in secret."""
    return put_mark(workshop, event.phase, meta.by, event.key_result, event.fingers)


def fingers(workshop: Workshop, phase_id: str) -> dict[str, list[int]]:
    """All fingers per key result, sorted, without persons."""
    found: dict[str, list[int]] = {}
    for given in marks_of(workshop, phase_id).values():
        for key_result, number in given.items():
            found.setdefault(key_result, []).append(number)
    return {key: sorted(numbers) for key, numbers in found.items()}


def chances(workshop: Workshop) -> dict[str, float]:
    """The chance per key result from the fingers of all revealed commit phases: the mean of the mapped chances."""
    found: dict[str, float] = {}
    for phase in agenda(workshop):
        if phase.activity == "commit" and phase_state(workshop, phase.id).revealed:
            for key, numbers in fingers(workshop, phase.id).items():
                known = [CHANCES[n] for n in numbers if n in CHANCES]
                if known:
                    found[key] = sum(known) / len(known)
    return found


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """The draft with owners, modes, evidence and, after the reveal, the fingers."""
    state = phase_state(workshop, phase.id)
    given = fingers(workshop, phase.id)
    base = draft_board(workshop, phase, screen)
    errors = open_errors(workshop)
    people = [person.id for person in participants(workshop)]
    parts: dict[str, Data] = {}
    for objective in objectives_in_order(workshop):
        parts[f"objective-{objective.id}"] = {
            **objective_data(workshop, objective),
            "people": people,
            "phase": phase.id,
            "screen": screen,
        }
        for kr in key_results_of(workshop, objective.id):
            numbers = given.get(kr.id, [])
            shown = state.revealed and numbers
            parts[f"kr-{kr.id}"] = {
                **key_result_data(workshop, kr),
                "people": people,
                "evidence": {
                    "signal": kr.evidence.signal,
                    "design": kr.evidence.design,
                    "decision": kr.evidence.decision,
                    "record": kr.evidence.record,
                },
                "given": len(numbers),
                "counts": [sum(n == step for n in numbers) for step in range(1, 6)] if shown else None,
                "median": median(numbers) if shown else None,
                "phase": phase.id,
                "screen": screen,
            }
    board = {
        **base.board,
        "revealed": state.revealed,
        "errors": errors,
        "can_finish": bool(workshop.objectives) and not errors,
    }
    return View(board=board, parts=parts)


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own fingers."""
    given = marks_of(workshop, phase.id).get(person, {})
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "revealed": phase_state(workshop, phase.id).revealed,
        "final": workshop.final is not None,
        "key_results": [
            {"id": kr.id, "sentence": sentence_of(workshop, kr), "fingers": given.get(kr.id, 0)}
            for objective in objectives_in_order(workshop)
            for kr in key_results_of(workshop, objective.id)
        ],
    }


ACTIVITY = Activity(
    name="commit",
    decide={
        SetOwner: decide_owner,
        SetMode: decide_mode,
        SetEvidence: decide_evidence,
        GiveCommitment: decide_commitment,
    },
    apply={CommitmentGiven: apply_commitment},
    view=view,
    mine=mine,
    reveals=True,
)
