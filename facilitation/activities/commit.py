"""Commit: a named owner, commitment or stretch, an evidence plan, and how likely each key result is by a show of fingers.

Fingers are 1 to 5 in secret until the reveal; they map to chances of 10, 30, 50, 70 and 90 % (three confidences). The
mode is one per objective, never mixed inside it (M-AMB-1). What still keeps the outcome from being final stands on a list.
"""

from __future__ import annotations

from statistics import median

from msgspec.structs import replace

from facilitation.activities import final
from facilitation.activities.draft import KeyResultSet, ObjectiveSet
from facilitation.activity import Activity, Data, View
from facilitation.add_up.simulate import CHANCE_OF_LEVEL
from facilitation.adding import chances, fingers
from facilitation.changes import put, put_mark
from facilitation.drafting import MODE_TEXT
from facilitation.fields import number_field, style_of
from facilitation.guide import Phase
from facilitation.lint.people import looks_like_team, several_people
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.okr import KeyResult, Traffic
from facilitation.planning import following
from facilitation.review import key_results_of, objectives_in_order, open_errors, sentence_of
from facilitation.sheet import draft_board, said, typed
from facilitation.state import Workshop, is_over, marks_of, open_phase, participants, phase_state
from facilitation.text import optional_text

CHANCES = CHANCE_OF_LEVEL
MOST_OFFERED = 40
"""In a larger room owners are typed: a list of names on every row would be longer than the row."""
FAR_APART = 3
"""Fingers this far from each other are worth a word before the group decides."""


class CommitmentGiven(Event, frozen=True, kw_only=True):
    """How many fingers somebody showed for a key result, in secret."""

    phase: str
    key_result: str
    fingers: int


class TrafficSet(Event, frozen=True, kw_only=True):
    """What a test of a KPI could use; `None` takes it back."""

    kpi: str
    traffic: Traffic | None = None


class SetOwner(Command, frozen=True, kw_only=True):
    """Name the one accountable person of an objective or a key result: `owner` is somebody in the room (`@p3`) or a name,
    `name`, where it is not empty, a name typed beside the list.
    """

    phase: str
    id: str
    owner: str = ""
    name: str = ""


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


class SetTraffic(Command, frozen=True, kw_only=True):
    """Say how many come by in a week, which share of them may be in a test, and whether they can be split at random.

    Numbers come as typed, the share in percent; an empty week takes it back.
    """

    phase: str
    kpi: str
    weekly: str = ""
    share: str = ""
    split: str = ""
    maturity: str = ""
    unit_sigma: str = ""


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
    owner = optional_text(wish.name.strip() or wish.owner, 60, "The name")
    if isinstance(owner, Rejected):
        return owner
    no = _no_person(workshop, owner)
    if no is not None:
        return no
    objective, key_result = workshop.objectives.get(wish.id), workshop.key_results.get(wish.id)
    if objective is not None:
        return [] if objective.owner == owner else [ObjectiveSet(objective=replace(objective, owner=owner))]
    if key_result is not None:
        if key_result.owner == owner:
            return []
        return [KeyResultSet(key_result=following(workshop, key_result, replace(key_result, owner=owner)))]
    return Rejected("This is not in the draft any more.")


def _no_person(workshop: Workshop, owner: str) -> Rejected | None:
    """Why this is not one person, kindly; `None` when it is one, or nobody yet."""
    if owner.startswith("@"):
        person = workshop.people.get(owner[1:])
        if person is None or person.removed:
            return Rejected("This person is not in the room. Choose another one, or type a name.")
        return None
    if several_people(owner):
        return Rejected(
            "One person is accountable, not several: when two answer for something, each waits for the other. "
            "Name one; the others can own supporting key results."
        )
    if owner and looks_like_team(owner):
        return Rejected(
            f"“{owner}” sounds like a team. Who of them will bring it up every week? Name that person."
        )
    return None


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


def decide_traffic(workshop: Workshop, wish: SetTraffic, actor: Actor) -> Decision:
    """Numbers for the size of a test; plans that nobody has worded follow them."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    if wish.kpi not in workshop.kpis:
        return Rejected("This KPI is not in the tree any more.")
    numbers: dict[str, float | None] = {}
    unit = workshop.kpis[wish.kpi].unit
    for field, in_unit, what in (
        ("weekly", "", "How many a week"),
        ("share", "%", "The share"),
        ("maturity", "", "The weeks until a result is known"),
        ("unit_sigma", unit, "The spread between single units"),
    ):
        number = number_field(getattr(wish, field), in_unit, what, style_of(workshop))
        if isinstance(number, Rejected):
            return number
        numbers[field] = number
    weekly, share, maturity, sigma = (numbers[key] for key in ("weekly", "share", "maturity", "unit_sigma"))
    traffic = None
    if weekly is not None:
        if not 1 <= weekly <= 1e12:
            return Rejected("How many a week: write a number of at least 1.")
        if share is not None and not 0 < share <= 100:
            return Rejected("The share lies between 0 and 100 %.")
        if maturity is not None and not 0 <= maturity <= 104:
            return Rejected("The weeks until a result is known lie between 0 and 104.")
        if sigma is not None and sigma <= 0:
            return Rejected("The spread between single units is larger than 0, or stays empty.")
        traffic = Traffic(
            weekly=weekly,
            share=1.0 if share is None else share / 100,
            randomisable=wish.split.strip().lower() not in ("no", "false"),
            maturity=0 if maturity is None else round(maturity),
            unit_sigma=sigma,
        )
    if workshop.traffic.get(wish.kpi) == traffic:
        return []
    event = TrafficSet(kpi=wish.kpi, traffic=traffic)
    then = _with_traffic(workshop, event)
    follow = []
    for kr in workshop.key_results.values():
        if kr.kpi == wish.kpi:
            changed = following(workshop, kr, kr, then=then)
            if changed != kr:
                follow.append(KeyResultSet(key_result=changed))
    return [event, *follow]


def decide_commitment(workshop: Workshop, wish: GiveCommitment, actor: Actor) -> Decision:
    """Fingers, changeable until the reveal."""
    phase = open_phase(workshop, wish.phase, "commit")
    if isinstance(phase, Rejected):
        return phase
    if is_over(workshop, phase):
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


def apply_traffic(workshop: Workshop, event: TrafficSet, meta: Meta) -> Workshop:
    """Known."""
    return _with_traffic(workshop, event)


def _with_traffic(workshop: Workshop, event: TrafficSet) -> Workshop:
    if event.traffic is None:
        rest = {key: value for key, value in workshop.traffic.items() if key != event.kpi}
        return replace(workshop, traffic=rest)
    return put(workshop, "traffic", event.kpi, event.traffic)


def checklist(workshop: Workshop) -> list[Data]:
    """What it takes to be final, each with what is missing; an error set aside with a reason does not count."""
    objectives, rows = list(workshop.objectives.values()), list(workshop.key_results.values())
    plans = [kr for kr in rows if not all(_plan(kr).values())]
    limits = [g.name for g in workshop.guardrails.values() if g.threshold is None]
    ownerless = sum(not one.owner for one in objectives) + sum(not kr.owner for kr in rows)
    items = [
        ("Every objective and key result has one owner", f"{ownerless} without a name" if ownerless else ""),
        (
            "Every objective is a commitment or a stretch",
            f"{count} undecided" if (count := sum(one.mode is None for one in objectives)) else "",
        ),
        ("Every key result has an evidence plan", f"{len(plans)} incomplete" if plans else ""),
        ("Every guardrail has a limit", ", ".join(limits[:3]) if limits else ""),
        (
            "Every key result has its fingers",
            f"{count} without" if (count := sum(kr.id not in chances(workshop) for kr in rows)) else "",
        ),
    ]
    return [{"text": text, "missing": missing} for text, missing in items] if objectives else []


def _plan(kr: KeyResult) -> dict[str, str]:
    return {field: getattr(kr.evidence, field) for field in ("signal", "design", "decision", "record")}


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """The draft with owners, modes, evidence and, after the reveal, the fingers."""
    state = phase_state(workshop, phase.id)
    given = fingers(workshop, phase.id)
    base = draft_board(workshop, phase, screen)
    errors = open_errors(workshop)
    people = [person.id for person in workshop.people.values() if not person.removed]
    if screen == "wall" or len(people) > MOST_OFFERED:
        people = []
    known = chances(workshop)
    parts: dict[str, Data] = {}
    for objective in objectives_in_order(workshop):
        parts[f"objective-{objective.id}"] = {
            **base.parts[f"objective-{objective.id}"],
            "people": people,
            "mode_text": MODE_TEXT.get(objective.mode, "") if objective.mode else "",
        }
        for kr in key_results_of(workshop, objective.id):
            numbers = given.get(kr.id, [])
            shown = state.revealed and bool(numbers)
            parts[f"kr-{kr.id}"] = {
                **base.parts[f"kr-{kr.id}"],
                "people": people,
                "evidence": _plan(kr),
                "planned": all(_plan(kr).values()),
                "traffic": _traffic(workshop, kr),
                "given": len(numbers),
                "counts": [sum(n == step for n in numbers) for step in range(1, 6)] if shown else None,
                "median": median(numbers) if shown else None,
                "chance_given": f"{known[kr.id]:.0%}".replace("%", " %") if shown and kr.id in known else "",
                "word": _word(numbers) if shown else "",
                "far": shown and numbers[-1] - numbers[0] >= FAR_APART,
            }
    if screen != "wall":
        parts["beside-all"] = base.parts["beside-all"]
        parts["final-all"] = {
            "phase": phase.id,
            "screen": screen,
            "final": workshop.final is not None,
            "errors": errors,
            "objectives": len(workshop.objectives),
            "checklist": checklist(workshop),
            "can_finish": bool(workshop.objectives) and not errors,
        }
    if "sum-all" in base.parts:
        parts["sum-all"] = base.parts["sum-all"]
    board = {**base.board, "revealed": state.revealed, "here": len(participants(workshop))}
    return View(board=board, parts=parts, say=said(base) if screen == "wall" else ())


def _word(numbers: list[int]) -> str:
    """What the spread of fingers asks for."""
    if numbers[-1] - numbers[0] >= FAR_APART:
        return "Far apart: hear the lowest and the highest."
    if median(numbers) <= 2:
        return "Few believe it: more people and time, or a smaller target."
    return "Close together."


def _traffic(workshop: Workshop, kr: KeyResult) -> Data:
    known = workshop.traffic.get(kr.kpi or "")
    if known is None:
        return {"weekly": "", "share": "", "split": "yes", "maturity": "", "unit_sigma": ""}
    return {
        "weekly": typed(known.weekly),
        "share": typed(known.share * 100),
        "split": "yes" if known.randomisable else "no",
        "maturity": typed(known.maturity) if known.maturity else "",
        "unit_sigma": typed(known.unit_sigma),
    }


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own fingers."""
    given = marks_of(workshop, phase.id).get(person, {})
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "revealed": is_over(workshop, phase),
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
        SetTraffic: decide_traffic,
        GiveCommitment: decide_commitment,
        **final.DECIDE,
    },
    apply={CommitmentGiven: apply_commitment, TrafficSet: apply_traffic, **final.APPLY},
    view=view,
    mine=mine,
    facilitator_only=final.FACILITATOR_ONLY,
    reveals=True,
)
