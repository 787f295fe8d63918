"""Observations about baselines, spreads, units, owners and how often a number is read."""

from __future__ import annotations

from collections.abc import Sequence

from facilitation.coach.advice import Advice, number, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.kpi_tree import Kpi

_OFTEN = ("daily", "weekly", "biweekly")


def leaves_without_baseline(facts: Facts) -> Advice | None:
    """S4: no baseline, no target; if nobody knows, measuring it is the first task."""
    unknown = [kpi for kpi in facts.leaves if kpi.baseline is None]
    if not unknown:
        return None
    return Advice(
        id="leaves-without-baseline",
        question=f"Where does {quoted(unknown[0].name)} stand today? Who can look it up, now or within two weeks?",
        reason=f"{_share(unknown, facts.leaves)} no baseline: {_names(unknown)}.",
        rule="S4",
        about=_ids(unknown),
    )


def baseline_without_spread(facts: Facts) -> Advice | None:
    """M-TGT-1: targets come from µ and σ; without σ nobody knows what is noise."""
    unknown = [kpi for kpi in facts.leaves if kpi.baseline is not None and kpi.sigma is None]
    if not unknown:
        return None
    return Advice(
        id="baseline-without-spread",
        question=f"In ordinary weeks, between which two values does {quoted(unknown[0].name)} move?",
        reason=f"{_share(unknown, facts.leaves)} a baseline but no spread: {_names(unknown)}.",
        rule="M-TGT-1",
        about=_ids(unknown),
    )


def baseline_without_unit(facts: Facts) -> Advice | None:
    """S1: a figure without a unit cannot be combined with another one."""
    unknown = [kpi for kpi in facts.kpis.values() if kpi.baseline is not None and not kpi.unit.strip()]
    if not unknown:
        return None
    return Advice(
        id="baseline-without-unit",
        question=f"{quoted(unknown[0].name)}: how many of what, and in which span of time?",
        reason=f"{_share(unknown, list(facts.kpis.values()))} a value but no unit: {_names(unknown)}.",
        rule="S1",
        about=_ids(unknown),
    )


def no_direction(facts: Facts) -> Advice | None:
    """M-KR-1, K-DIR: without a direction no target can be suggested."""
    unknown = [kpi for kpi in facts.leaves if kpi.baseline is not None and kpi.direction is None]
    if not unknown:
        return None
    return Advice(
        id="no-direction",
        question=f"{quoted(unknown[0].name)}: is more better, is less better, or is there a healthy range?",
        reason=f"{_share(unknown, facts.leaves)} no direction: {_names(unknown)}.",
        rule="M-KR-1",
        about=_ids(unknown),
    )


def nobody_looks_after(facts: Facts) -> Advice | None:
    """S1: a metric that nobody owns is not looked at."""
    unowned = [kpi for kpi in facts.leaves if not kpi.owner.strip()]
    if not unowned:
        return None
    return Advice(
        id="nobody-looks-after",
        question=f"Who would notice first if {quoted(unowned[0].name)} were wrong?",
        reason=f"{_share(unowned, facts.leaves)} no owner: {_names(unowned)}.",
        rule="S1",
        about=_ids(unowned),
    )


def read_too_seldom(facts: Facts) -> Advice | None:
    """M-KR-3: most key results should be readable weekly or every two weeks."""
    known = [kpi for kpi in facts.leaves if kpi.cadence]
    if len(known) < 2 or any(kpi.cadence in _OFTEN for kpi in known):
        return None
    return Advice(
        id="read-too-seldom",
        question="Which of these could we read every week if we wanted to, even roughly?",
        reason=start(
            f"none of the {number(len(known))} numbers with a rhythm is read more often than monthly."
        ),
        rule="M-KR-3",
        about=_ids(known),
    )


def no_source(facts: Facts) -> Advice | None:
    """S1: name, definition, source: two people must arrive at the same figure."""
    vague = [
        kpi
        for kpi in facts.leaves
        if kpi.baseline is not None and not kpi.source.strip() and not kpi.query.strip()
    ]
    if not vague:
        return None
    return Advice(
        id="no-source",
        question=f"Where exactly do we read {quoted(vague[0].name)}? Would two of us find the same figure?",
        reason=f"{_share(vague, facts.leaves)} a value but no source: {_names(vague)}.",
        rule="S1",
        about=_ids(vague),
    )


def _share(some: Sequence[Kpi], of: Sequence[Kpi]) -> str:
    """ "3 of 7 numbers have", "1 of 7 numbers has": figures, since they are compared."""
    return f"{len(some)} of {len(of)} numbers {'has' if len(some) == 1 else 'have'}"


def _names(kpis: Sequence[Kpi]) -> str:
    return listed([kpi.name for kpi in kpis])


def _ids(kpis: Sequence[Kpi]) -> tuple[str, ...]:
    return tuple(kpi.id for kpi in kpis)
