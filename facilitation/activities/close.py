"""Close: was it worth the time (1 to 5, in secret until the reveal), who does what next, what is left in the parking lot."""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.activity import Activity, Data, View
from facilitation.changes import count_id, drop, new_id, put, put_mark
from facilitation.fields import date_field
from facilitation.guide import Phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.state import NextStep, Workshop, is_over, marks_of, open_phase, participants, phase_state
from facilitation.text import optional_text, text_of

RETURN = "return"
MAX_STEPS = 60


class ReturnGiven(Event, frozen=True, kw_only=True):
    """How far the time was worth it for somebody, 1 to 5."""

    phase: str
    value: int


class NextStepSet(Event, frozen=True, kw_only=True):
    """A next step was added or changed."""

    step: NextStep


class NextStepRemoved(Event, frozen=True, kw_only=True):
    """A next step was taken away."""

    id: str


class GiveReturn(Command, frozen=True, kw_only=True):
    """Say whether the time was worth it."""

    phase: str
    value: int


class SetNextStep(Command, frozen=True, kw_only=True):
    """Add a next step (empty `id`) or change one."""

    phase: str
    text: str
    id: str = ""
    owner: str = ""
    due: str = ""


class RemoveNextStep(Command, frozen=True, kw_only=True):
    """Take a next step away."""

    phase: str
    id: str


def highest(phase: Phase) -> int:
    """The top of the scale."""
    return int(str(phase.settings.get("scale", 5)))


def decide_return(workshop: Workshop, wish: GiveReturn, actor: Actor) -> Decision:
    """One number per person."""
    phase = open_phase(workshop, wish.phase, "close")
    if isinstance(phase, Rejected):
        return phase
    if is_over(workshop, phase):
        # One more mark beside a shown mean would tell whose it is.
        return Rejected("The marks are shown already. The facilitator can start a new round.")
    if not 1 <= wish.value <= highest(phase):
        return Rejected(f"Choose a number from 1 to {highest(phase)}.")
    if marks_of(workshop, phase.id).get(actor.person, {}).get(RETURN) == wish.value:
        return []
    return [ReturnGiven(phase=phase.id, value=wish.value)]


def decide_set(workshop: Workshop, wish: SetNextStep, actor: Actor) -> Decision:
    """Who does what by when."""
    phase = open_phase(workshop, wish.phase, "close", "commit")
    if isinstance(phase, Rejected):
        return phase
    text = text_of(wish.text, 200, "The next step")
    owner = optional_text(wish.owner, 60, "The owner")
    due = date_field(wish.due, "By when")
    for value in (text, owner, due):
        if isinstance(value, Rejected):
            return value
    known = workshop.next_steps.get(wish.id) if wish.id else None
    if wish.id and known is None:
        return Rejected("This step is not on the list any more. Add it anew.")
    if known is None and len(workshop.next_steps) >= MAX_STEPS:
        return Rejected("The list of next steps is full.")
    base = known or NextStep(id=new_id(workshop, "n"), text="", by=actor.person)
    step = replace(base, text=str(text), owner=str(owner), due=str(due))
    return [] if step == known else [NextStepSet(step=step)]


def decide_remove(workshop: Workshop, wish: RemoveNextStep, actor: Actor) -> Decision:
    """Away with it."""
    phase = open_phase(workshop, wish.phase, "close", "commit")
    if isinstance(phase, Rejected):
        return phase
    return [NextStepRemoved(id=wish.id)] if wish.id in workshop.next_steps else []


def apply_return(workshop: Workshop, event: ReturnGiven, meta: Meta) -> Workshop:
    """Kept."""
    return put_mark(workshop, event.phase, meta.by, RETURN, event.value)


def apply_set(workshop: Workshop, event: NextStepSet, meta: Meta) -> Workshop:
    """On the list."""
    return put(count_id(workshop, event.step.id), "next_steps", event.step.id, event.step)


def apply_removed(workshop: Workshop, event: NextStepRemoved, meta: Meta) -> Workshop:
    """Off the list."""
    return drop(workshop, "next_steps", [event.id])


def returns(workshop: Workshop, phase_id: str) -> list[int]:
    """The numbers given, without persons."""
    return sorted(given[RETURN] for given in marks_of(workshop, phase_id).values() if RETURN in given)


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Next steps and parking lot; the numbers after the reveal."""
    state = phase_state(workshop, phase.id)
    numbers = returns(workshop, phase.id)
    scale = highest(phase)
    return View(
        board={
            "phase": phase.id,
            "revealed": state.revealed,
            "given": len(numbers),
            "people": len(participants(workshop)),
            "code": workshop.code,
            "counts": [sum(n == step for n in numbers) for step in range(1, scale + 1)]
            if state.revealed
            else None,
            "mean": round(sum(numbers) / len(numbers), 1) if state.revealed and numbers else None,
            "scale": scale,
            "steps": [
                {"id": s.id, "text": s.text, "owner": s.owner, "due": s.due}
                for s in workshop.next_steps.values()
            ],
            "parking": [
                {"id": p.id, "text": p.text, "settled": p.settled} for p in workshop.parking.values()
            ],
            "objectives": len(workshop.objectives),
            "screen": screen,
        }
    )


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own number."""
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "over": is_over(workshop, phase),
        "scale": highest(phase),
        "value": marks_of(workshop, phase.id).get(person, {}).get(RETURN, 0),
        "code": workshop.code,
    }


ACTIVITY = Activity(
    name="close",
    decide={GiveReturn: decide_return, SetNextStep: decide_set, RemoveNextStep: decide_remove},
    apply={ReturnGiven: apply_return, NextStepSet: apply_set, NextStepRemoved: apply_removed},
    view=view,
    mine=mine,
    reveals=True,
)
