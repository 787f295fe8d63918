"""Whom a change concerns: whose own part of a phone can show something else after it, and whether everybody's is urgent."""

from __future__ import annotations

from facilitation.activities import activities
from facilitation.state import Workshop, current_phase, phase_state

# What a change in these does to somebody's own part is known more closely (`whose_parts`): other people's secret numbers do
# nothing at all (LIVE-9: `mine` reads nobody else's), and cards and steps that can be taken back belong to somebody.
_CLOSER = {"seq", "counter", "marks", "cards", "undo"}
_OTHER = tuple(name for name in Workshop.__struct_fields__ if name not in _CLOSER)
_ALWAYS = frozenset({"code", "setup", "guide", "dropped", "current", "phases", "people", "parking"})
"""What every phone's own part shows something of, whatever the activity."""


def whose_parts(before: Workshop, after: Workshop) -> frozenset[str] | None:
    """Whose own part can have changed between two states; `None`: everybody's."""
    phase = current_phase(after)
    reads = activities()[phase.activity].mine_reads if phase is not None else None
    changed = [name for name in _OTHER if getattr(before, name) is not getattr(after, name)]
    theirs = [name for name in ("cards", "undo") if getattr(before, name) is not getattr(after, name)]
    if (changed or theirs) if reads is None else any(name in _ALWAYS or name in reads for name in changed):
        return None
    whose: set[str] = set()
    if "undo" in theirs:
        steps = ({id(step): step.by for step in state.undo} for state in (before, after))
        whose.update(by for _, by in set.symmetric_difference(*(set(each.items()) for each in steps)))
    if "cards" in theirs:
        for one, other in ((before.cards, after.cards), (after.cards, before.cards)):
            whose.update(card.by for key, card in one.items() if other.get(key) is not card)
    return frozenset(whose)


def another_scene(before: Workshop, after: Workshop) -> bool:
    """Whether everybody's own part has to follow at once: another phase, a reveal, a new round, a lock."""
    if before.phases is after.phases and before.current == after.current:
        return False
    if before.current != after.current or not after.current:
        return True
    one, two = phase_state(before, after.current), phase_state(after, after.current)
    return (one.revealed, one.locked, one.round, one.closed) != (
        two.revealed,
        two.locked,
        two.round,
        two.closed,
    )
