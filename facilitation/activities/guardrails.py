"""Guardrails: what must not get worse while the levers are pushed; a limit that is already breached says so at once.

Suggestions come from the families of the chosen levers (method section 4, domain d.8); a suggestion is words only,
never a number.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.activity import Activity, Data, View
from facilitation.changes import count_id, drop, new_id, put
from facilitation.drafting.pairing import pairs
from facilitation.fields import number_field, style_of, unit_field
from facilitation.guide import Phase
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected, ScreenKind
from facilitation.okr import Guardrail, breached
from facilitation.standing import chosen_levers
from facilitation.state import Workshop, open_phase
from facilitation.text import optional_text, text_of
from facilitation.units import show_number

MAX_GUARDRAILS = 30
OPEN_IN = ("guardrails", "draft", "commit")


class GuardrailSet(Event, frozen=True, kw_only=True):
    """A guardrail was added or changed."""

    guardrail: Guardrail


class GuardrailRemoved(Event, frozen=True, kw_only=True):
    """A guardrail was taken away."""

    id: str


class SetGuardrail(Command, frozen=True, kw_only=True):
    """Add a guardrail (empty `id`) or change one. Numbers come as typed: "≤ 12 months" is three fields."""

    phase: str
    id: str = ""
    name: str = ""
    comparator: str = ""
    threshold: str = ""
    unit: str = ""
    current: str = ""
    owner: str = ""
    source: str = ""
    levers: str = ""


class RemoveGuardrail(Command, frozen=True, kw_only=True):
    """Take a guardrail away."""

    phase: str
    id: str


def _open(workshop: Workshop, phase_id: str) -> Phase | Rejected:
    if workshop.final is not None:
        return Rejected("The outcome is final. The facilitator can make it a draft again.")
    return open_phase(workshop, phase_id, *OPEN_IN)


def decide_set(workshop: Workshop, wish: SetGuardrail, actor: Actor) -> Decision:
    """A name is enough to begin with; every number that is there must be one."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = workshop.guardrails.get(wish.id) if wish.id else None
    if wish.id and known is None:
        return Rejected("This guardrail is not on the board any more. Add it anew.")
    if known is None and len(workshop.guardrails) >= MAX_GUARDRAILS:
        return Rejected("There are enough guardrails. Change one instead of adding another.")
    name = text_of(wish.name, 120, "The guardrail")
    unit = unit_field(wish.unit)
    owner = optional_text(wish.owner, 60, "The owner")
    source = optional_text(wish.source, 200, "The source")
    for text in (name, unit, owner, source):
        if isinstance(text, Rejected):
            return text
    assert isinstance(unit, str)
    threshold = number_field(wish.threshold, unit, "The limit", style_of(workshop))
    current = number_field(wish.current, unit, "Today's value", style_of(workshop))
    for number in (threshold, current):
        if isinstance(number, Rejected):
            return number
    comparator = {"<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}.get(wish.comparator.strip())
    if threshold is not None and comparator is None:
        return Rejected("Say whether the limit is an upper one (≤) or a lower one (≥).")
    same = next((g for g in workshop.guardrails.values() if g.name.casefold() == str(name).casefold()), None)
    if same is not None and same.id != wish.id:
        return Rejected("There is a guardrail with this name already. Change that one.")
    levers = tuple(kpi for kpi in wish.levers.split(",") if kpi in workshop.kpis)
    guardrail = replace(
        known or Guardrail(id=new_id(workshop, "g"), name=str(name), by=actor.person),
        name=str(name),
        comparator=comparator,
        threshold=threshold,
        unit=unit,
        current=current,
        owner=str(owner),
        source=str(source),
        levers=levers or (known.levers if known else ()),
    )
    return [] if guardrail == known else [GuardrailSet(guardrail=guardrail)]


def decide_remove(workshop: Workshop, wish: RemoveGuardrail, actor: Actor) -> Decision:
    """Away with it."""
    phase = _open(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    if wish.id not in workshop.guardrails:
        return []
    return [GuardrailRemoved(id=wish.id)]


def apply_set(workshop: Workshop, event: GuardrailSet, meta: Meta) -> Workshop:
    """On the board."""
    return put(count_id(workshop, event.guardrail.id), "guardrails", event.guardrail.id, event.guardrail)


def apply_removed(workshop: Workshop, event: GuardrailRemoved, meta: Meta) -> Workshop:
    """Off the board."""
    return drop(workshop, "guardrails", [event.id])


def guardrail_data(guardrail: Guardrail) -> Data:
    """A guardrail with its limit, today's value and what they say together, in words."""
    state = breached(guardrail)
    sign = {"<=": "≤", ">=": "≥"}.get(guardrail.comparator or "", "")
    limit = (
        f"{sign} {show_number(guardrail.threshold, guardrail.unit)}"
        if guardrail.threshold is not None
        else ""
    )
    if state:
        word = "tripped from the start: change the limit, or repair this first"
    elif state is None:
        word = "no limit yet" if guardrail.threshold is None else "today's value is missing"
    else:
        word = "within its limit"
    return {
        "id": guardrail.id,
        "name": guardrail.name,
        "name_of_guardrail": guardrail.name,
        "limit": limit,
        "now": show_number(guardrail.current, guardrail.unit) if guardrail.current is not None else "",
        "state": "breached" if state else "unknown" if state is None else "ok",
        "word": word,
        "owner": guardrail.owner,
        "source": guardrail.source,
        "unit": guardrail.unit,
        "comparator": guardrail.comparator or "",
        "threshold": guardrail.threshold,
        "current": guardrail.current,
        "threshold_text": _typed(guardrail.threshold),
        "current_text": _typed(guardrail.current),
        "levers": list(guardrail.levers),
        "by": guardrail.by,
    }


def _typed(value: float | None) -> str:
    """A number as somebody would type it into the form again."""
    return "" if value is None else f"{value:.12g}"


def view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """All guardrails, the chosen levers, and what usually belongs to levers like these."""
    there = {guardrail.name.casefold() for guardrail in workshop.guardrails.values()}
    levers = [workshop.kpis[kpi] for kpi in chosen_levers(workshop) if kpi in workshop.kpis]
    ideas: dict[str, Data] = {}
    for kpi in levers:
        for pair in pairs(kpi.family):
            if pair.name.casefold() not in there:
                idea = {"name": pair.name, "comparator": pair.comparator}
                ideas.setdefault(pair.name, {**idea, "lever": kpi.id, "lever_name": kpi.name})
    rows = [guardrail_data(guardrail) for guardrail in workshop.guardrails.values()]
    for row in rows:
        row["protects"] = [workshop.kpis[kpi].name for kpi in row["levers"] if kpi in workshop.kpis]
        row["phase"] = phase.id
        row["screen"] = screen
    tripped = [row["name"] for row in rows if row["state"] == "breached"]
    return View(
        board={
            "phase": phase.id,
            "ids": [row["id"] for row in rows],
            "levers": [{"id": kpi.id, "name": kpi.name, "family": kpi.family} for kpi in levers],
            "ideas": list(ideas.values())[:8],
            "screen": screen,
        },
        parts={f"guardrail-{row['id']}": row for row in rows},
        say=_tripped(tripped),
    )


def _tripped(names: list[str]) -> tuple[str, ...]:
    """The sentence for limits that are broken before the work begins."""
    if not names:
        return ()
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return ("Tripped from the start: ", names[0], f"{more}. Change the limit, or repair this first.")


def mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """The form to add one, and those one has added."""
    return {
        "phase": phase.id,
        "open": workshop.current == phase.id,
        "own": [g.id for g in workshop.guardrails.values() if g.by == person],
        "levers": [
            {"id": kpi, "name": workshop.kpis[kpi].name}
            for kpi in chosen_levers(workshop)
            if kpi in workshop.kpis
        ],
    }


ACTIVITY = Activity(
    name="guardrails",
    decide={SetGuardrail: decide_set, RemoveGuardrail: decide_remove},
    apply={GuardrailSet: apply_set, GuardrailRemoved: apply_removed},
    view=view,
    mine=mine,
)
