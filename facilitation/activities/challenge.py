"""Challenge: each chosen lever's cause and effect as a sentence, a secret belief from 1 to 5, then both ends are heard.

The sentence has the shape of M-TREE-6. A low belief asks for a test in the evidence plan (domain, three confidences).
"""

from __future__ import annotations

from statistics import median

from facilitation.activity import Activity, Data, View
from facilitation.changes import put_mark
from facilitation.guide import Phase
from facilitation.kpi_tree import Kpi, ancestors, root
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.standing import chosen_levers
from facilitation.state import Workshop, is_over, marks_of, open_phase, participants, phase_state


class BeliefGiven(Event, frozen=True, kw_only=True):
    """How far somebody believes a sentence, in secret; 0 takes it back."""

    phase: str
    kpi: str
    belief: int


class GiveBelief(Command, frozen=True, kw_only=True):
    """Say how far you believe that this lever moves the north star."""

    phase: str
    kpi: str
    belief: int


def claims(workshop: Workshop) -> list[Data]:
    """One cause-and-effect sentence per chosen lever."""
    top = root(workshop.kpis)
    found = []
    for kpi_id in chosen_levers(workshop):
        kpi = workshop.kpis[kpi_id]
        path = [workshop.kpis[a] for a in ancestors(workshop.kpis, kpi_id)]
        between = [a for a in path if a.parent is not None]
        change = "falls" if kpi.direction == "down" else "improves"
        sentence = f"If {kpi.name} {change}, "
        if between:
            sentence += (
                f"{between[0].name} should move, which in turn moves {top.name if top else 'the north star'}."
            )
        else:
            sentence += f"{top.name if top else 'the north star'} should move."
        links = [_link(f"If this {change}", kpi)]
        if between:
            links.append(_link("this should move", between[0]))
        if top is not None:
            links.append(_link("which in turn moves" if between else "this should move", top))
        found.append({"kpi": kpi_id, "name": kpi.name, "sentence": sentence, "links": links})
    return found


def _link(word: str, kpi: Kpi) -> Data:
    return {"word": word, "name": kpi.name, "kind": kpi.indicator or "intermediate"}


def highest(phase: Phase) -> int:
    """The top of the scale."""
    return int(str(phase.settings.get("scale", 5)))


def decide_belief(workshop: Workshop, wish: GiveBelief, actor: Actor) -> Decision:
    """A number on the scale, changeable until the reveal."""
    phase = open_phase(workshop, wish.phase, "challenge")
    if isinstance(phase, Rejected):
        return phase
    if is_over(workshop, phase):
        return Rejected("The beliefs are shown already. The facilitator can start a new round.")
    if wish.kpi not in chosen_levers(workshop):
        return Rejected("This lever is not among the chosen ones any more.")
    if not 0 <= wish.belief <= highest(phase):
        return Rejected(f"Choose a number from 1 to {highest(phase)}.")
    if marks_of(workshop, phase.id).get(actor.person, {}).get(wish.kpi, 0) == wish.belief:
        return []
    return [BeliefGiven(phase=phase.id, kpi=wish.kpi, belief=wish.belief)]


def apply_belief(workshop: Workshop, event: BeliefGiven, meta: Meta) -> Workshop:
    """Kept in secret."""
    return put_mark(workshop, event.phase, meta.by, event.kpi, event.belief)


def beliefs(workshop: Workshop, phase_id: str) -> dict[str, list[int]]:
    """All beliefs per lever, sorted, without persons."""
    found: dict[str, list[int]] = {}
    for given in marks_of(workshop, phase_id).values():
        for kpi, belief in given.items():
            found.setdefault(kpi, []).append(belief)
    return {kpi: sorted(numbers) for kpi, numbers in found.items()}


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """The sentences; after the reveal how the beliefs spread."""
    state = phase_state(workshop, phase.id)
    given = beliefs(workshop, phase.id)
    scale = highest(phase)
    rows = []
    for claim in claims(workshop):
        numbers = given.get(claim["kpi"], [])
        row: Data = {**claim, "given": len(numbers), "counts": None, "median": None, "word": ""}
        if state.revealed and numbers:
            row["counts"] = [sum(n == step for n in numbers) for step in range(1, scale + 1)]
            row["median"] = median(numbers)
            wide = numbers[-1] - numbers[0] >= 3
            low = row["median"] <= 2
            row["word"] = (
                "Far apart: hear the lowest and the highest."
                if wide
                else "Few believe it: plan a small test first."
                if low
                else "Close together."
            )
        rows.append(row)
    return View(
        board={
            "phase": phase.id,
            "revealed": state.revealed,
            "scale": scale,
            "claims": rows,
            "people": len(participants(workshop)),
            "screen": screen,
        }
    )


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own numbers."""
    given = marks_of(workshop, phase.id).get(person, {})
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "revealed": is_over(workshop, phase),
        "scale": highest(phase),
        "claims": [{**claim, "belief": given.get(claim["kpi"], 0)} for claim in claims(workshop)],
    }


ACTIVITY = Activity(
    name="challenge",
    decide={GiveBelief: decide_belief},
    apply={BeliefGiven: apply_belief},
    view=view,
    mine=mine,
    reveals=True,
)
