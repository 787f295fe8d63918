"""Vote: N dots, several per lever up to a limit, tallies hidden until the reveal; nobody ever learns whose dots they are.

After the reveal votes stand beside the computed effect, and a disagreement between the two is named (domain b).
"""

from __future__ import annotations

from facilitation.activity import Activity, Data, View
from facilitation.changes import put_mark
from facilitation.guide import Phase
from facilitation.insight import said_once
from facilitation.kpi_tree import root, walk
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.standing import lever_rows
from facilitation.state import (
    Workshop,
    is_over,
    marks_of,
    open_phase,
    participants,
    phase_state,
    totals,
)
from facilitation.units import show_number


class VoteCast(Event, frozen=True, kw_only=True):
    """One dot more from this person for a lever. In the log by person, on no screen ever (LIVE-9)."""

    phase: str
    kpi: str


class VoteTakenBack(Event, frozen=True, kw_only=True):
    """One dot less."""

    phase: str
    kpi: str


class CastVote(Command, frozen=True, kw_only=True):
    """Put a dot on a lever."""

    phase: str
    kpi: str


class TakeVoteBack(Command, frozen=True, kw_only=True):
    """Take a dot back."""

    phase: str
    kpi: str


def budget(phase: Phase) -> tuple[int, int]:
    """(dots per person, most on one lever)."""
    return int(str(phase.settings.get("dots", 5))), int(str(phase.settings.get("per_lever", 3)))


def ballot(workshop: Workshop) -> list[str]:
    """What is voted on: KPIs that are ours or shared; before any was declared, everything below the north star."""
    below = [kpi for kpi, _ in walk(workshop.kpis) if kpi.parent is not None]
    declared = [kpi.id for kpi in below if kpi.control in ("ours", "shared")]
    return declared or [kpi.id for kpi in below if kpi.control != "outside"]


def decide_cast(workshop: Workshop, wish: CastVote, actor: Actor) -> Decision:
    """One more dot, within the budget."""
    phase = open_phase(workshop, wish.phase, "vote")
    if isinstance(phase, Rejected):
        return phase
    if is_over(workshop, phase):
        return Rejected("The votes are shown already. The facilitator can start a new round.")
    if wish.kpi not in ballot(workshop):
        return Rejected("This lever is not on the ballot any more. Give your dot to another one.")
    mine = marks_of(workshop, phase.id).get(actor.person, {})
    dots, per_lever = budget(phase)
    if sum(mine.values()) >= dots:
        return Rejected(f"You have no dots left: all {dots} are given. Take one back to move it.")
    if mine.get(wish.kpi, 0) >= per_lever:
        return Rejected(f"At most {per_lever} dots go on one lever. Give this one to another lever.")
    return [VoteCast(phase=phase.id, kpi=wish.kpi)]


def decide_take_back(workshop: Workshop, wish: TakeVoteBack, actor: Actor) -> Decision:
    """One dot back into one's hand."""
    phase = open_phase(workshop, wish.phase, "vote")
    if isinstance(phase, Rejected):
        return phase
    if is_over(workshop, phase):
        return Rejected("The votes are shown already. The facilitator can start a new round.")
    if not marks_of(workshop, phase.id).get(actor.person, {}).get(wish.kpi, 0):
        return Rejected("You have no dot on this lever.")
    return [VoteTakenBack(phase=phase.id, kpi=wish.kpi)]


def _given(workshop: Workshop, phase: str, person: str, kpi: str) -> int:
    return marks_of(workshop, phase).get(person, {}).get(kpi, 0)


def apply_cast(workshop: Workshop, event: VoteCast, meta: Meta) -> Workshop:
    """One more."""
    return put_mark(
        workshop, event.phase, meta.by, event.kpi, _given(workshop, event.phase, meta.by, event.kpi) + 1
    )


def apply_taken_back(workshop: Workshop, event: VoteTakenBack, meta: Meta) -> Workshop:
    """One less."""
    return put_mark(
        workshop, event.phase, meta.by, event.kpi, _given(workshop, event.phase, meta.by, event.kpi) - 1
    )


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Before the reveal how many people have voted; after it every lever with votes beside effect."""
    state = phase_state(workshop, phase.id)
    given = marks_of(workshop, phase.id)
    dots, per_lever = budget(phase)
    board: Data = {
        "phase": phase.id,
        "revealed": state.revealed,
        "voters": sum(1 for marks in given.values() if any(marks.values())),
        "people": len(participants(workshop)),
        "round": state.round,
        "dots": dots,
        "per_lever": per_lever,
        "levers": [_lever(workshop, kpi_id) for kpi_id in ballot(workshop)],
        "rows": [],
        "cast": 0,
        "votes_head": "",
        "effect_head": "",
        "say": (),
        "screen": screen,
    }
    if state.revealed:
        asked = set(ballot(workshop))
        rows = [row for row in lever_rows(workshop) if row["id"] in asked or row["votes"]]
        north_star = root(workshop.kpis)
        unit = north_star.unit if north_star else ""
        board["rows"] = [_row(row, unit) for row in rows]
        board["cast"] = sum(totals(given).values())
        board["votes_head"] = _votes_head(board["cast"], board["voters"])
        board["effect_head"] = _effect_head(north_star.name if north_star else "", unit)
        board["say"] = disagreement(rows)
    return View(board=board, say=board["say"])


PLACES = {1: "first", 2: "second"}


def _row(row: Data, unit: str) -> Data:
    """A lever of the ranking as a row of the reveal: the disagreement is said before the place, the unit once in the head."""
    return {
        "name": row["name"],
        "votes": row["votes"],
        "effect": row["share"],
        "effect_text": row["effect"].removesuffix(said_once(unit)),
        "badge": row["badge"] or PLACES.get(row["rank"], ""),
        "badge_tone": "warn" if row["badge"] else "good",
    }


def _effect_head(name: str, unit: str) -> str:
    if not name:
        return "Computed effect"
    said = f", in {unit}" if said_once(unit) else ""
    return f"Effect of one usual swing on {name}{said}"


def _votes_head(cast: int, voters: int) -> str:
    dots = "1 dot" if cast == 1 else f"{cast} dots"
    return f"Votes, {dots} from {'1 person' if voters == 1 else f'{voters} people'}"


def disagreement(rows: list[Data]) -> tuple[str, ...]:
    """The sentence that names where votes and computed effect part ways; every second piece is set strong."""
    differing = [row for row in rows if row["badge"]]
    if not rows:
        return ()
    if not differing:
        if not any(row["share"] for row in rows):
            return ("No lever can be sized yet: numbers and spreads are missing, so only the votes speak.",)
        return ("Votes and effect agree. Who sees a reason to doubt both?",)
    count = "one lever" if len(differing) == 1 else f"{len(differing)} levers"
    opening = f"Votes and effect disagree on {count}. "
    popular = [row for row in differing if row["badge"].startswith("popular")]
    if popular:
        return (f"{opening}What speaks for ", popular[0]["name"], " that the numbers do not show?")
    return (f"{opening}What keeps us from ", differing[0]["name"], ", which could move a lot?")


def _lever(workshop: Workshop, kpi_id: str) -> Data:
    kpi = workshop.kpis[kpi_id]
    value = show_number(kpi.baseline, kpi.unit) if kpi.baseline is not None else ""
    return {
        "id": kpi.id,
        "name": kpi.name,
        "meta": " · ".join(piece for piece in (value, kpi.control or "", kpi.step) if piece),
    }


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """One's own dots, lever by lever; dots on a lever that has left the ballot are shown too, so that they can move."""
    given = marks_of(workshop, phase.id).get(person, {})
    dots, per_lever = budget(phase)
    used = sum(given.values())
    revealed = is_over(workshop, phase)
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "revealed": revealed,
        "dots": dots,
        "per_lever": per_lever,
        "used": used,
        "levers": [
            {
                **_lever(workshop, kpi_id),
                "votes": given.get(kpi_id, 0),
                "can_add": used < dots and given.get(kpi_id, 0) < per_lever and not revealed,
            }
            for kpi_id in ballot(workshop)
        ]
        + [
            {
                "id": kpi_id,
                "name": workshop.kpis[kpi_id].name if kpi_id in workshop.kpis else "A KPI that was removed",
                "meta": "Not on the ballot any more: take your dots back to give them elsewhere.",
                "votes": number,
                "can_add": False,
            }
            for kpi_id, number in given.items()
            if number and kpi_id not in ballot(workshop)
        ],
    }


ACTIVITY = Activity(
    name="vote",
    decide={CastVote: decide_cast, TakeVoteBack: decide_take_back},
    apply={VoteCast: apply_cast, VoteTakenBack: apply_taken_back},
    view=view,
    mine=mine,
    reveals=True,
)
