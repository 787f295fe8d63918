"""Key results of a draft: their slots and words, new ones, and the way from an activity to an outcome (M-KR-9).

Words and slots are kept apart: wording a sentence never changes a number, and a new KPI brings its own numbers along.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import get_args

from msgspec.structs import replace

from facilitation import targets
from facilitation.activities.draft_facts import (
    DraftRemoved,
    InitiativeSet,
    KeyResultSet,
    NoiseSet,
    open_draft,
)
from facilitation.activity_to_outcome import turn
from facilitation.changes import new_id
from facilitation.drafting.pairing import paired
from facilitation.fields import date_field, number_field, style_of, unit_field
from facilitation.kpi_tree import Kpi, Noise
from facilitation.mending import WORK, today_of
from facilitation.messages import Actor, Command, Decision, Event, Rejected
from facilitation.okr import MOST_KEY_RESULTS, Initiative, KeyResult, KeyResultKind
from facilitation.planning import following, proposed_plan
from facilitation.review import findings_about, key_results_of, sentence_of
from facilitation.sensitivity import at_targets
from facilitation.state import Deciders, Workshop
from facilitation.targets import plan_figures
from facilitation.text import optional_text
from facilitation.tree_known import known as computed_tree


class SetKeyResult(Command, frozen=True, kw_only=True):
    """Change a key result; `None` leaves a field as it is. Numbers come as typed."""

    phase: str
    id: str
    words: str | None = None
    target: str | None = None
    start: str | None = None
    segment: str | None = None
    due: str | None = None
    kind: str | None = None
    proof: str | None = None
    kpi: str | None = None
    guardrail: str | None = None
    unit: str | None = None
    band_low: str | None = None
    band_high: str | None = None


class AddKeyResult(Command, frozen=True, kw_only=True):
    """Add a key result on a KPI of the tree, or in words only."""

    phase: str
    objective: str
    kpi: str = ""
    words: str = ""


class MeasureInstead(Command, frozen=True, kw_only=True):
    """Say which KPI shows what a piece of work changes: it becomes the key result, the work an initiative (M-KR-9)."""

    phase: str
    id: str
    kpi: str


class KeepAsInitiative(Command, frozen=True, kw_only=True):
    """Keep a key result that is work as an initiative."""

    phase: str
    id: str


class SetNoise(Command, frozen=True, kw_only=True):
    """Say whether a KPI's readings vary a lot ("noisy") or are "steady", where the rule of thumb errs; empty takes it back.
    Facilitators only.
    """

    phase: str
    kpi: str
    noise: str = ""


def decide_key_result(workshop: Workshop, wish: SetKeyResult, actor: Actor) -> Decision:
    """Slots and words of a key result. A new KPI brings its own numbers; words never touch a slot."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = workshop.key_results.get(wish.id)
    if known is None:
        return Rejected("This key result is not in the draft any more. Your words are kept on this device.")
    changed = known
    for step in (_with_kpi, _with_texts, _with_numbers, _with_choices):
        stepped = step(workshop, changed, wish)
        if isinstance(stepped, Rejected):
            return stepped
        changed = stepped
    if changed.words and changed.words == sentence_of(workshop, replace(changed, words="")):
        # Somebody typed back what the slots say anyway: let the sentence follow its numbers again.
        changed = replace(changed, words="")
    if changed == known:
        return []
    now = following(workshop, known, changed)
    events: list[Event] = [KeyResultSet(key_result=now)]
    if (now.target, now.kpi, now.kind, now.band) != (known.target, known.kpi, known.kind, known.band):
        events += with_computed(workshop, {**workshop.key_results, now.id: now}, but=now.id)
    return events


def _with_kpi(workshop: Workshop, kr: KeyResult, wish: SetKeyResult) -> KeyResult | Rejected:
    if wish.kpi is None or wish.kpi == (kr.kpi or ""):
        return kr
    kpi = workshop.kpis.get(wish.kpi)
    if kpi is None:
        return Rejected("Choose a KPI of the tree.") if wish.kpi else replace(kr, kpi=None, suggestion=None)
    return measured(workshop, kr, kpi)


def _with_texts(workshop: Workshop, kr: KeyResult, wish: SetKeyResult) -> KeyResult | Rejected:
    for field, text, limit, what in (
        ("words", wish.words, 300, "The key result"),
        ("segment", wish.segment, 80, "The segment"),
        ("proof", wish.proof, 300, "The evidence"),
    ):
        if text is not None:
            cleaned = optional_text(text, limit, what)
            if isinstance(cleaned, Rejected):
                return cleaned
            kr = replace(kr, **{field: cleaned})
    return kr


def _with_numbers(workshop: Workshop, kr: KeyResult, wish: SetKeyResult) -> KeyResult | Rejected:
    """Numbers as typed, in the key result's unit; those typed for the KPI before do not count for a new one."""
    before = workshop.key_results[kr.id]
    if kr.kpi != before.kpi:
        return kr
    style = style_of(workshop)
    if wish.unit is not None and kr.kpi is None:
        unit = unit_field(wish.unit)
        if isinstance(unit, Rejected):
            return unit
        kr = replace(kr, unit=unit)
    for field, text, what in (("target", wish.target, "The target"), ("start", wish.start, "Today's value")):
        if text is not None:
            number = number_field(text, kr.unit, what, style)
            if isinstance(number, Rejected):
                return number
            kr = replace(kr, **{field: number})
    if wish.band_low is not None and wish.band_high is not None:
        low = number_field(wish.band_low, kr.unit, "From", style)
        high = number_field(wish.band_high, kr.unit, "To", style)
        for number in (low, high):
            if isinstance(number, Rejected):
                return number
        assert not isinstance(low, Rejected)
        assert not isinstance(high, Rejected)
        if (low is None) != (high is None):
            return Rejected("A range needs both ends: from and to.")
        if low is not None and high is not None and low > high:
            return Rejected("The range begins above its end. Exchange the two numbers.")
        kr = replace(kr, band=(low, high) if low is not None and high is not None else None)
    return kr


def _with_choices(workshop: Workshop, kr: KeyResult, wish: SetKeyResult) -> KeyResult | Rejected:
    if wish.due is not None:
        due = date_field(wish.due, "By when")
        if isinstance(due, Rejected):
            return due
        kr = replace(kr, due=due)
    if wish.kind is not None and kr.kpi == workshop.key_results[kr.id].kpi:
        if wish.kind not in get_args(KeyResultKind):
            return Rejected("Choose one of the kinds from the list.")
        kr = replace(kr, kind=wish.kind)
    if wish.guardrail is not None:
        if wish.guardrail and wish.guardrail not in workshop.guardrails:
            return Rejected("This guardrail is not on the board any more. Choose another one.")
        kr = replace(kr, guardrail=wish.guardrail or None)
    return kr


def with_computed(workshop: Workshop, rows: Mapping[str, KeyResult], but: str = "") -> list[Event]:
    """What follows once the draft has these `rows`: a key result on a computed KPI aims at what the targets below give, as
    long as nobody entered a target of their own, and the plans that nobody worded speak of the new targets. `but` names
    the one that somebody has just set.
    """
    now = dict(rows)
    computed = {id_ for id_, kr in rows.items() if _is_computed(workshop, kr)}
    if computed - {but}:
        reached = _reached(workshop, rows, computed)
        for kr in (rows[id_] for id_ in sorted(computed - {but})):
            value = reached.get(kr.kpi or "", kr.start)
            given = None if value is None else plan_figures(value)
            if given is None or given == kr.suggestion:
                continue
            now[kr.id] = replace(
                kr, suggestion=given, target=given if kr.target == kr.suggestion else kr.target
            )
    after = replace(workshop, key_results=now)
    for id_ in sorted(now):
        was = workshop.key_results.get(id_)
        if was is not None and id_ != but:
            now[id_] = following(workshop, was, now[id_], then=after)
    return [KeyResultSet(key_result=now[id_]) for id_ in sorted(now) if id_ != but and now[id_] != rows[id_]]


def _reached(
    workshop: Workshop, rows: Mapping[str, KeyResult], computed: Collection[str]
) -> dict[str, float | None]:
    """What the tree gives at the targets of all key results but the computed ones."""
    aimed = {
        kr.kpi: kr.target
        for id_, kr in rows.items()
        if id_ not in computed and kr.kpi and kr.target is not None and kr.kind in ("metric", "range")
    }
    return at_targets(workshop.kpis, aimed, computed_tree(workshop.kpis).model)


def _is_computed(workshop: Workshop, kr: KeyResult) -> bool:
    kpi = workshop.kpis.get(kr.kpi or "")
    if kpi is None or kr.kind != "metric" or kr.suggestion is None:
        return False
    return isinstance(targets.suggest(kpi), targets.NoTarget)


def measured(workshop: Workshop, kr: KeyResult, kpi: Kpi) -> KeyResult:
    """The key result on `kpi`, with numbers from its card; a sentence in own words gives way to the one from the slots."""
    found = targets.suggest(kpi)
    suggestion = found.target if isinstance(found, targets.Suggestion) else None
    banded = kpi.direction == "range" and kpi.band is not None
    guardrail = paired(kpi, tuple(workshop.guardrails.values()))
    return replace(
        kr,
        kind="range" if banded else "metric",
        role="leading" if kpi.indicator == "leading" else "extra" if kr.kpi is None else kr.role,
        kpi=kpi.id,
        words="",
        start=today_of(workshop, kpi),
        suggestion=suggestion,
        target=suggestion,
        band=kpi.band if banded else None,
        unit=kpi.unit,
        segment=kpi.segment or kr.segment,
        due=kr.due or workshop.setup.end,
        owner=kr.owner or kpi.owner,
        guardrail=kr.guardrail or (guardrail.id if guardrail else None),
    )


def decide_noise(workshop: Workshop, wish: SetNoise, actor: Actor) -> Decision:
    """Another factor, another suggestion; a target that stood at the suggestion follows it."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    kpi = workshop.kpis.get(wish.kpi)
    if kpi is None:
        return Rejected("This KPI is not in the tree any more.")
    noise = next((one for one in get_args(Noise) if one == wish.noise), None)
    if noise is None:
        return Rejected("Choose one of the three: as measured, they vary a lot, they are steady.")
    if noise == kpi.noise:
        return []
    events: list[Event] = [NoiseSet(kpi=kpi.id, noise=noise)]
    now = replace(kpi, noise=noise)
    found = targets.suggest(now)
    if not isinstance(found, targets.Suggestion):
        return events
    rows = dict(workshop.key_results)
    for kr in workshop.key_results.values():
        if kr.kpi == kpi.id and kr.kind == "metric" and kr.suggestion is not None:
            follows = kr.target == kr.suggestion
            changed = replace(kr, suggestion=found.target, target=found.target if follows else kr.target)
            rows[kr.id] = following(workshop, kr, changed)
    events += [KeyResultSet(key_result=row) for id_, row in rows.items() if row != workshop.key_results[id_]]
    return [*events, *with_computed(workshop, rows)]


def decide_add(workshop: Workshop, wish: AddKeyResult, actor: Actor) -> Decision:
    """One more key result; its numbers come from the KPI."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    if wish.objective not in workshop.objectives:
        return Rejected("This objective is not in the draft any more.")
    there = key_results_of(workshop, wish.objective)
    if len(there) >= MOST_KEY_RESULTS:
        return Rejected(
            f"{MOST_KEY_RESULTS} key results are the most for one objective; three are best. Change one instead."
        )
    words = optional_text(wish.words, 300, "The key result")
    if isinstance(words, Rejected):
        return words
    kpi = workshop.kpis.get(wish.kpi)
    if kpi is None and not words:
        return Rejected("Choose a KPI of the tree, or write the key result in words.")
    order = max((kr.order for kr in there), default=0) + 1
    base = KeyResult(id=new_id(workshop, "r"), objective=wish.objective, order=order)
    if kpi is not None:
        base = replace(_aiming(workshop, measured(workshop, base, kpi)), words=words)
        base = replace(base, evidence=proposed_plan(workshop, base))
    else:
        base = replace(base, words=words, due=workshop.setup.end)
    rows = {**workshop.key_results, base.id: base}
    return [KeyResultSet(key_result=base), *with_computed(workshop, rows, but=base.id)]


def _aiming(workshop: Workshop, kr: KeyResult) -> KeyResult:
    """A new key result on a computed KPI begins at what the targets below give, as a drafted one does."""
    if kr.kind != "metric" or kr.target is not None or kr.start is None:
        return kr
    rows = {**workshop.key_results, kr.id: kr}
    computed = {id_ for id_, row in rows.items() if _is_computed(workshop, row)}
    value = _reached(workshop, rows, computed).get(kr.kpi or "")
    given = None if value is None else plan_figures(value)
    return kr if given is None or given == kr.start else replace(kr, suggestion=given, target=given)


def decide_measure(workshop: Workshop, wish: MeasureInstead, actor: Actor) -> Decision:
    """From activity to outcome."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known, kpi = workshop.key_results.get(wish.id), workshop.kpis.get(wish.kpi)
    if known is None:
        return Rejected("This key result is not in the draft any more.")
    if kpi is None:
        return Rejected("Choose a KPI of the tree.")
    activity = sentence_of(workshop, known)
    work = turn(activity[:200], known, kpi, initiative_id=new_id(workshop, "i"))[1]
    base = _aiming(workshop, measured(workshop, known, kpi))
    base = replace(base, evidence=proposed_plan(workshop, base))
    events: list[Event] = [KeyResultSet(key_result=base)]
    events += with_computed(workshop, {**workshop.key_results, base.id: base}, but=base.id)
    if any(f.rule in WORK for f in findings_about(workshop, known.id)):
        events.append(InitiativeSet(initiative=replace(work, by=actor.person)))
    return events


def decide_keep(workshop: Workshop, wish: KeepAsInitiative, actor: Actor) -> Decision:
    """Good work, in its right place."""
    phase = open_draft(workshop, wish.phase)
    if isinstance(phase, Rejected):
        return phase
    known = workshop.key_results.get(wish.id)
    if known is None:
        return Rejected("This key result is not in the draft any more.")
    others = [kr for kr in key_results_of(workshop, known.objective) if kr.id != known.id]
    first = next((kr.id for kr in others if kr.role == "lever"), None)
    work = Initiative(
        id=new_id(workshop, "i"), text=sentence_of(workshop, known)[:200], key_result=first, by=actor.person
    )
    left = {id_: kr for id_, kr in workshop.key_results.items() if id_ != known.id}
    return [
        DraftRemoved(key_results=(known.id,)),
        InitiativeSet(initiative=work),
        *with_computed(workshop, left),
    ]


DECIDE: Deciders = {
    SetKeyResult: decide_key_result,
    SetNoise: decide_noise,
    AddKeyResult: decide_add,
    MeasureInstead: decide_measure,
    KeepAsInitiative: decide_keep,
}
