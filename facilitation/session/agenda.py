"""Re-planning on the workshop's own copy of the guide: minutes, order, names, prompts, settings, phases left out.

The rules of what makes sense are the guide's (`facilitation.guide.edits`); here a wish becomes an event that says what
changed, so that an old log never depends on rules that came later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Literal

from msgspec.structs import replace

from facilitation.guide import Guide, GuideError, Phase, check_guide, edits
from facilitation.guide.settings import SettingValue
from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.state import Appliers, Deciders, Workshop, agenda, phase_of, phase_state
from facilitation.text import clean

Words = Literal["title", "question", "task", "purpose", "opening", "done_when"]


class MinutesPlanned(Event, frozen=True, kw_only=True):
    """Phases got other lengths, in minutes."""

    minutes: dict[str, float]


class PhasesReordered(Event, frozen=True, kw_only=True):
    """The phases stand in this order now."""

    ids: tuple[str, ...]


class PhaseDropped(Event, frozen=True, kw_only=True):
    """A phase was left out; it keeps its place and what it held."""

    phase: str


class PhaseRestored(Event, frozen=True, kw_only=True):
    """A phase that was left out is back."""

    phase: str


class PhaseReworded(Event, frozen=True, kw_only=True):
    """A text of a phase was changed."""

    phase: str
    field: Words
    text: str


class PromptReworded(Event, frozen=True, kw_only=True):
    """A question was worded anew."""

    phase: str
    prompt: str
    text: str


class SettingChanged(Event, frozen=True, kw_only=True):
    """A setting of a phase was changed."""

    phase: str
    name: str
    value: SettingValue


class PlanMinutes(Command, frozen=True, kw_only=True):
    """Give a phase another length."""

    phase: str
    minutes: float


class ShortenRest(Command, frozen=True, kw_only=True):
    """Shorten the phases still to come so that they fit into so many minutes."""

    minutes: float


class MovePhase(Command, frozen=True, kw_only=True):
    """Move a phase up (−1) or down (+1) the agenda."""

    phase: str
    by: int


class DropPhase(Command, frozen=True, kw_only=True):
    """Leave a phase out."""

    phase: str


class RestorePhase(Command, frozen=True, kw_only=True):
    """Take a phase back in."""

    phase: str


class RewordPhase(Command, frozen=True, kw_only=True):
    """Change a text of a phase."""

    phase: str
    field: Words
    text: str


class RewordPrompt(Command, frozen=True, kw_only=True):
    """Word a question anew."""

    phase: str
    prompt: str
    text: str


class ChangeSetting(Command, frozen=True, kw_only=True):
    """Change a setting: a number, yes/no, or a list with commas."""

    phase: str
    name: str
    value: str


def _checked(edit: Callable[[], object]) -> Rejected | None:
    try:
        edit()
    except GuideError as error:
        return Rejected(str(error))
    return None


def _prepared(workshop: Workshop) -> set[str]:
    """Activities whose work is on the board already, so that later phases may do without their phase."""
    ready = {phase.activity for phase in workshop.guide.phases if phase_state(workshop, phase.id).opened}
    if workshop.kpis:
        ready |= {"choose", "tree"}
    return ready


def _active(workshop: Workshop) -> Guide:
    return replace(workshop.guide, phases=tuple(agenda(workshop)))


NO_LENGTH = Rejected("This is no length. Write the minutes as a number, such as 8.")


def decide_minutes(workshop: Workshop, wish: PlanMinutes, actor: Actor) -> Decision:
    """Another length for one phase."""
    if not isfinite(wish.minutes):
        return NO_LENGTH
    if no := _checked(lambda: edits.with_minutes(workshop.guide, wish.phase, wish.minutes)):
        return no
    return [MinutesPlanned(minutes={wish.phase: float(wish.minutes)})]


def decide_shorten(workshop: Workshop, wish: ShortenRest, actor: Actor) -> Decision:
    """Less time for everything still to come."""
    if not isfinite(wish.minutes):
        return NO_LENGTH
    behind = {p.id for p in agenda(workshop) if phase_state(workshop, p.id).opened}
    guide = _active(workshop)
    try:
        shorter = edits.shorten_rest(guide, behind, workshop.current, wish.minutes)
    except GuideError as error:
        return Rejected(str(error))
    changed = {
        new.id: new.minutes
        for old, new in zip(guide.phases, shorter.phases, strict=True)
        if old.minutes != new.minutes
    }
    if not changed:
        return Rejected("The phases still to come already fit into that time.")
    return [MinutesPlanned(minutes=changed)]


def decide_move(workshop: Workshop, wish: MovePhase, actor: Actor) -> Decision:
    """One place up or down, past phases that were left out."""
    ids = [phase.id for phase in agenda(workshop)]
    if wish.phase not in ids or wish.by not in (-1, 1):
        return Rejected("This phase is not on the agenda. Look at the list again.")
    place = ids.index(wish.phase)
    if not 0 <= place + wish.by < len(ids):
        return Rejected("It is at the end of the agenda already.")
    ids[place], ids[place + wish.by] = ids[place + wish.by], ids[place]
    if no := _checked(lambda: edits.reorder(_active(workshop), ids, prepared=_prepared(workshop))):
        return no
    return [PhasesReordered(ids=tuple(edits.keep_places(workshop.guide, ids)))]


def decide_drop(workshop: Workshop, wish: DropPhase, actor: Actor) -> Decision:
    """Leave a phase out, unless it is open or another one needs it."""
    if workshop.current == wish.phase:
        return Rejected("This phase is open now. Open another one first, then leave it out.")
    if no := _checked(lambda: edits.drop(_active(workshop), wish.phase, prepared=_prepared(workshop))):
        return no
    return [PhaseDropped(phase=wish.phase)]


def decide_restore(workshop: Workshop, wish: RestorePhase, actor: Actor) -> Decision:
    """Take a phase back in, where what it builds on comes before it."""
    if wish.phase not in workshop.dropped:
        return []
    left_out = workshop.dropped - {wish.phase}
    phases = tuple(phase for phase in workshop.guide.phases if phase.id not in left_out)
    whole = replace(workshop.guide, phases=phases)
    if no := _checked(lambda: check_guide(whole, prepared=_prepared(workshop))):
        return no
    return [PhaseRestored(phase=wish.phase)]


def decide_reword(workshop: Workshop, wish: RewordPhase, actor: Actor) -> Decision:
    """Other words for a phase."""
    try:
        guide = edits.reword(workshop.guide, wish.phase, wish.field, wish.text)
    except GuideError as error:
        return Rejected(str(error))
    phase = guide.phase(wish.phase)
    assert phase is not None
    return [PhaseReworded(phase=wish.phase, field=wish.field, text=getattr(phase, wish.field))]


def decide_prompt(workshop: Workshop, wish: RewordPrompt, actor: Actor) -> Decision:
    """Other words for a question."""
    try:
        guide = edits.edit_prompt(workshop.guide, wish.phase, wish.prompt, wish.text)
    except GuideError as error:
        return Rejected(str(error))
    phase = guide.phase(wish.phase)
    assert phase is not None
    text = next(p.text for p in (*phase.prompts, *phase.probes) if p.id == wish.prompt)
    return [PromptReworded(phase=wish.phase, prompt=wish.prompt, text=text)]


def decide_setting(workshop: Workshop, wish: ChangeSetting, actor: Actor) -> Decision:
    """Another value for a setting."""
    phase = phase_of(workshop, wish.phase)
    if phase is None or wish.name not in phase.settings:
        return Rejected("This phase has no such setting. Reload the page.")
    value = _value(wish.value, phase.settings[wish.name])
    if isinstance(value, Rejected):
        return value
    if no := _checked(lambda: edits.with_setting(workshop.guide, wish.phase, wish.name, value)):
        return no
    if no := _promised(workshop, phase, wish.name, value):
        return no
    return [SettingChanged(phase=wish.phase, name=wish.name, value=value)]


def _promised(workshop: Workshop, phase: Phase, name: str, value: SettingValue) -> Rejected | None:
    """What people gave under the old setting must stay true under the new one: no name appears on a card that was
    written without one (LIVE-9), no vote is suddenly over budget.
    """
    if name == "anonymous" and value is False:
        written = any(card.phase == phase.id for card in workshop.cards.values())
        if written or phase_state(workshop, phase.id).contributed:
            return Rejected("People have written here without their names, so it stays like that.")
    old = phase.settings[name]
    lower = isinstance(old, int) and isinstance(value, int) and value < old
    if lower and name in ("dots", "per_lever", "scale") and any(workshop.marks.get(phase.id, {}).values()):
        return Rejected("Answers are in already. Start a new round, then make this smaller.")
    return None


def _value(text: str, like: SettingValue) -> SettingValue | Rejected:
    if isinstance(like, bool):
        return text.strip().lower() in ("true", "yes", "on", "1")
    if isinstance(like, int):
        # Not str.isdigit: it takes “²”, which is no number, and “--5” would slip past a stripped sign.
        number = re.fullmatch(r"[+-]?[0-9]{1,6}", text.strip())
        return int(number[0]) if number else Rejected("Write a whole number, such as 5.")
    if isinstance(like, list):
        return [item for item in map(clean, text.split(",")) if item]
    return text


def _with_phase(workshop: Workshop, phase_id: str, change: Callable[[Phase], Phase]) -> Workshop:
    phases = tuple(change(p) if p.id == phase_id else p for p in workshop.guide.phases)
    return replace(workshop, guide=replace(workshop.guide, phases=phases))


def apply_minutes(workshop: Workshop, event: MinutesPlanned, meta: Meta) -> Workshop:
    """Other lengths."""
    phases = tuple(replace(p, minutes=event.minutes.get(p.id, p.minutes)) for p in workshop.guide.phases)
    return replace(workshop, guide=replace(workshop.guide, phases=phases))


def apply_order(workshop: Workshop, event: PhasesReordered, meta: Meta) -> Workshop:
    """Another order."""
    by_id = {phase.id: phase for phase in workshop.guide.phases}
    phases = tuple(by_id[phase_id] for phase_id in event.ids if phase_id in by_id)
    return replace(workshop, guide=replace(workshop.guide, phases=phases))


def apply_dropped(workshop: Workshop, event: PhaseDropped, meta: Meta) -> Workshop:
    """Left out."""
    return replace(workshop, dropped=workshop.dropped | {event.phase})


def apply_restored(workshop: Workshop, event: PhaseRestored, meta: Meta) -> Workshop:
    """Back in."""
    return replace(workshop, dropped=workshop.dropped - {event.phase})


def apply_reworded(workshop: Workshop, event: PhaseReworded, meta: Meta) -> Workshop:
    """Other words."""
    return _with_phase(workshop, event.phase, lambda phase: replace(phase, **{event.field: event.text}))


def apply_prompt(workshop: Workshop, event: PromptReworded, meta: Meta) -> Workshop:
    """Other words for a question."""

    def change(phase: Phase) -> Phase:
        prompts = tuple(replace(p, text=event.text) if p.id == event.prompt else p for p in phase.prompts)
        probes = tuple(replace(p, text=event.text) if p.id == event.prompt else p for p in phase.probes)
        return replace(phase, prompts=prompts, probes=probes)

    return _with_phase(workshop, event.phase, change)


def apply_setting(workshop: Workshop, event: SettingChanged, meta: Meta) -> Workshop:
    """Another value."""
    return _with_phase(
        workshop,
        event.phase,
        lambda phase: replace(phase, settings={**phase.settings, event.name: event.value}),
    )


DECIDE: Deciders = {
    PlanMinutes: decide_minutes,
    ShortenRest: decide_shorten,
    MovePhase: decide_move,
    DropPhase: decide_drop,
    RestorePhase: decide_restore,
    RewordPhase: decide_reword,
    RewordPrompt: decide_prompt,
    ChangeSetting: decide_setting,
}
APPLY: Appliers = {
    MinutesPlanned: apply_minutes,
    PhasesReordered: apply_order,
    PhaseDropped: apply_dropped,
    PhaseRestored: apply_restored,
    PhaseReworded: apply_reworded,
    PromptReworded: apply_prompt,
    SettingChanged: apply_setting,
}
FACILITATOR_ONLY: set[type[Command]] = set(DECIDE)
