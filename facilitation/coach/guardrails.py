"""Observations about guardrails: one for each chosen lever, with a limit, a side and a value today."""

from __future__ import annotations

from facilitation.coach.advice import Advice, counted, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.drafting.pairing import paired, pairs
from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail, breached

_GROWTH = ("acquisition", "activation", "engagement", "monetization", "speed", "cost")


def lever_without_guardrail(facts: Facts) -> Advice | None:
    """G-MISSING, S4: a push for growth, speed or savings is paired with what it could harm."""
    guardrails = tuple(facts.workshop.guardrails.values())
    bare = [kpi for kpi in facts.chosen if paired(kpi, guardrails) is None]
    if not bare:
        return None
    bare.sort(key=lambda kpi: kpi.family not in _GROWTH)
    lever = bare[0]
    hints = " or ".join(pair.name for pair in pairs(lever.family)[:2])
    return Advice(
        id="lever-without-guardrail",
        question=f"If we pushed {quoted(lever.name)} far too hard, what would break first? Perhaps {hints}?",
        reason=start(
            f"{counted(len(bare), 'chosen lever has', 'chosen levers have')} no guardrail: {_levers(bare)}."
        ),
        rule="G-MISSING",
        about=tuple(kpi.id for kpi in bare),
    )


def guardrail_breached(facts: Facts) -> Advice | None:
    """G-BREACHED, S1: a limit that is crossed from the start would pause the OKR on its first day."""
    over = [item for item in _guardrails(facts) if breached(item)]
    if not over:
        return None
    return Advice(
        id="guardrail-breached",
        question=f"{quoted(over[0].name)} is over the line today. Do we repair that first, or is the line wrong?",
        reason=start(
            f"{counted(len(over), 'guardrail is', 'guardrails are')} breached already by today's value: {_names(over)}."
        ),
        rule="G-BREACHED",
        about=tuple(item.id for item in over),
    )


def guardrail_without_limit(facts: Facts) -> Advice | None:
    """G-THRESH, S1: “we watch it” is not a guardrail."""
    open_ended = [item for item in _guardrails(facts) if item.threshold is None or item.comparator is None]
    if not open_ended:
        return None
    return Advice(
        id="guardrail-without-limit",
        question=f"At which value of {quoted(open_ended[0].name)} would we stop and talk?",
        reason=start(
            f"{counted(len(open_ended), 'guardrail has', 'guardrails have')} no limit: {_names(open_ended)}."
        ),
        rule="G-THRESH",
        about=tuple(item.id for item in open_ended),
    )


def guardrail_value_unknown(facts: Facts) -> Advice | None:
    """S1: without today's value nobody knows whether the limit is already crossed."""
    unknown = [item for item in _guardrails(facts) if item.current is None]
    if not unknown:
        return None
    return Advice(
        id="guardrail-value-unknown",
        question=f"Where does {quoted(unknown[0].name)} stand today, compared with the limit?",
        reason=start(
            f"for {counted(len(unknown), 'guardrail', 'guardrails')} today's value is missing: {_names(unknown)}."
        ),
        rule="S1",
        about=tuple(item.id for item in unknown),
    )


def guardrail_unwatched(facts: Facts) -> Advice | None:
    """S1: somebody must look at it, or it will be crossed unseen."""
    unwatched = [item for item in _guardrails(facts) if not item.owner.strip()]
    if not unwatched:
        return None
    return Advice(
        id="guardrail-unwatched",
        question=f"Who looks at {quoted(unwatched[0].name)} every week, and may call a pause?",
        reason=start(
            f"{counted(len(unwatched), 'guardrail has', 'guardrails have')} no owner: {_names(unwatched)}."
        ),
        rule="S1",
        about=tuple(item.id for item in unwatched),
    )


def _guardrails(facts: Facts) -> list[Guardrail]:
    return list(facts.workshop.guardrails.values())


def _names(guardrails: list[Guardrail]) -> str:
    return listed([item.name for item in guardrails])


def _levers(kpis: list[Kpi]) -> str:
    return listed([kpi.name for kpi in kpis])
