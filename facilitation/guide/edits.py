"""Changing an agenda before and during a workshop: each edit gives a new, still valid guide or a clear refusal.

The same rules hold as for a file (lengths, limits, order), so that a workshop never gets into an agenda that a
guide could not have. A refusal is a GuideError whose `sentence` can be shown to the person who tried. The edits
change one thing only: whatever they do not name stays as it was, ids above all.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from facilitation.guide.limits import LIMITS, MAX_PHASE_MINUTES, minutes_problem
from facilitation.guide.order import check_order
from facilitation.guide.settings import SettingValue, setting_problem, settings_conflict
from facilitation.guide.types import Guide, GuideError, Phase, Prompt
from facilitation.text import clean

Words = Literal["title", "question", "task", "purpose", "opening", "done_when"]

STEP = 0.5
"""Minutes are given out in half minutes: nobody plans in seconds."""
LEAST = 1.0
"""A phase that is shortened keeps at least this many minutes."""


def with_minutes(guide: Guide, phase_id: str, minutes: float) -> Guide:
    """The phase gets this length: 0 < minutes ≤ 240."""
    _phase(guide, phase_id)
    problem = minutes_problem(minutes)
    if problem is not None:
        raise GuideError(reason=problem, advice=f"Choose more than 0 and up to {MAX_PHASE_MINUTES} minutes.")
    return _with_phase(guide, phase_id, minutes=float(minutes))


def reword(guide: Guide, phase_id: str, field: Words, text: str) -> Guide:
    """Other words for one text of a phase."""
    phase = _phase(guide, phase_id)
    return _with_phase(
        guide, phase_id, **{field: _text(text, LIMITS[field], f"The new text for “{phase.title}”")}
    )


def rename(guide: Guide, phase_id: str, title: str) -> Guide:
    """Another title for a phase. Its id stays, so nothing that was done in it is lost."""
    return reword(guide, phase_id, "title", title)


def edit_prompt(guide: Guide, phase_id: str, prompt_id: str, text: str) -> Guide:
    """Other words for one prompt or probe; it keeps its id and the rule it serves."""
    phase = _phase(guide, phase_id)
    if prompt_id not in {prompt.id for prompt in (*phase.prompts, *phase.probes)}:
        raise GuideError(
            reason=f"“{phase.title}” has no such question any more.", advice="Look at the list again."
        )
    words = _text(text, LIMITS["text"], "The question")

    def changed(prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        return tuple(replace(prompt, text=words) if prompt.id == prompt_id else prompt for prompt in prompts)

    return _with_phase(guide, phase_id, prompts=changed(phase.prompts), probes=changed(phase.probes))


def with_setting(guide: Guide, phase_id: str, name: str, value: SettingValue) -> Guide:
    """One setting of a phase, within the range of its activity."""
    phase = _phase(guide, phase_id)
    problem = setting_problem(phase.activity, name, value)
    if problem is not None:
        raise GuideError(reason=problem, advice="The setting stays as it was.")
    settings = {**phase.settings, name: value}
    conflict = settings_conflict(phase.activity, settings)
    if conflict is not None:
        raise GuideError(reason=conflict[1], advice="Change the other one first.")
    return _with_phase(guide, phase_id, settings=settings)


def reorder(
    guide: Guide, ids: Sequence[str], *, dropped: Collection[str] = (), prepared: Collection[str] = ()
) -> Guide:
    """The phases in the order of `ids`, which must name each phase exactly once.

    Phases in `dropped` keep a place but are not asked for or relied on; `prepared` names activities whose work is
    already on the board.
    """
    if sorted(ids) != sorted(phase.id for phase in guide.phases):
        raise GuideError(
            reason="The agenda has changed while you were moving phases.",
            advice="Look at it again and move them once more.",
        )
    phases = tuple(_phase(guide, phase_id) for phase_id in ids)
    check_order([phase for phase in phases if phase.id not in dropped], prepared=prepared)
    return replace(guide, phases=phases)


def keep_places(guide: Guide, ids: Sequence[str]) -> list[str]:
    """The order of all phases when only some of them, `ids`, were moved: each other phase (one that was left out)
    stays behind the phase it stood behind, so that it comes back to a sensible place.
    """
    order = list(ids)
    for index, phase in enumerate(guide.phases):
        if phase.id in ids:
            continue
        before = guide.phases[index - 1].id if index else None
        order.insert(order.index(before) + 1 if before is not None else 0, phase.id)
    return order


def drop(guide: Guide, phase_id: str, *, prepared: Collection[str] = ()) -> Guide:
    """The agenda without this phase."""
    phase = _phase(guide, phase_id)
    rest = tuple(other for other in guide.phases if other.id != phase_id)
    if not rest:
        raise GuideError(
            reason=f"“{phase.title}” is the only phase left, and a workshop needs one.",
            advice="Put another phase back first.",
        )
    check_order(rest, prepared=prepared)
    return replace(guide, phases=rest)


def restore(guide: Guide, original: Guide, phase_id: str, *, prepared: Collection[str] = ()) -> Guide:
    """A dropped phase back on the agenda, as it was in `original` and as near to its old place as possible."""
    if guide.phase(phase_id) is not None:
        raise GuideError(reason="This phase is on the agenda already.", advice="Nothing needs to be done.")
    phase = _phase(original, phase_id)
    order = [other.id for other in original.phases]
    earlier = set(order[: order.index(phase_id)])
    places = [index for index, other in enumerate(guide.phases) if other.id in earlier]
    place = max(places) + 1 if places else 0
    phases = (*guide.phases[:place], phase, *guide.phases[place:])
    check_order(phases, prepared=prepared)
    return replace(guide, phases=phases)


def rest_of(guide: Guide, done_ids: Collection[str], current_id: str | None) -> list[Phase]:
    """The phases still to come: neither done nor running. Give dropped phases as done."""
    return [phase for phase in guide.phases if phase.id not in done_ids and phase.id != current_id]


def shorten_rest(
    guide: Guide, done_ids: Collection[str], current_id: str | None, minutes_available: float
) -> Guide:
    """The phases still to come, shortened in proportion so that together they last at most `minutes_available`.

    Lengths are half minutes; a phase keeps at least one minute (or its planned length if that was less). Phases
    that fit already stay as they are: nothing is ever made longer.
    """
    rest = rest_of(guide, done_ids, current_id)
    if not math.isfinite(minutes_available) or sum(phase.minutes for phase in rest) <= minutes_available:
        return guide
    least = sum(min(LEAST, phase.minutes) for phase in rest)
    if minutes_available < least:
        raise GuideError(
            reason=f"{_phases(len(rest))} to come, but only {_minutes(minutes_available)} left: too short for all.",
            advice="Drop a phase, or add time.",
        )
    lengths = _proportional([phase.minutes for phase in rest], minutes_available)
    shorter = dict(zip((phase.id for phase in rest), lengths, strict=True))
    phases = tuple(
        replace(phase, minutes=shorter[phase.id]) if phase.id in shorter else phase for phase in guide.phases
    )
    return replace(guide, phases=phases)


def _proportional(planned: Sequence[float], available: float) -> list[float]:
    """Lengths in half minutes, in proportion to `planned`, none below its minimum, together at most `available`."""
    lengths = [min(LEAST, minutes) for minutes in planned]
    free = {index for index, minutes in enumerate(planned) if minutes > LEAST}
    while free:
        budget = available - sum(length for index, length in enumerate(lengths) if index not in free)
        scale = budget / sum(planned[index] for index in free)
        short = {index for index in free if planned[index] * scale < LEAST}
        if not short:
            break
        free -= short  # these keep the minimum, and the others share what is left
    wished = {index: planned[index] * scale for index in free}
    for index, minutes in wished.items():
        lengths[index] = max(LEAST, math.floor(minutes / STEP) * STEP)
    # The half minutes lost by rounding down go to the phases that lost most of one.
    for index in sorted(wished, key=lambda index: (lengths[index] - wished[index], index)):
        if sum(lengths) + STEP <= available and lengths[index] + STEP <= planned[index]:
            lengths[index] += STEP
    return lengths


def _phase(guide: Guide, phase_id: str) -> Phase:
    phase = guide.phase(phase_id)
    if phase is None:
        raise GuideError(reason="This phase is not on the agenda.", advice="Look at the agenda again.")
    return phase


def _with_phase(guide: Guide, phase_id: str, **changes: object) -> Guide:
    phases = tuple(
        msgspec.structs.replace(phase, **changes) if phase.id == phase_id else phase for phase in guide.phases
    )
    return replace(guide, phases=phases)


def _text(text: str, limit: int, what: str) -> str:
    words = clean(text)
    if not words:
        raise GuideError(reason=f"{what} is empty.", advice="Write a few words.")
    if len(words) > limit:
        raise GuideError(
            reason=f"{what} has {len(words):,} characters; {limit} is the most.", advice="Shorten it."
        )
    return words


def _phases(count: int) -> str:
    return "One phase is" if count == 1 else f"{count} phases are"


def _minutes(minutes: float) -> str:
    if minutes <= 0:
        return "no time is"
    return "one minute is" if minutes == 1 else f"{minutes:g} minutes are"
