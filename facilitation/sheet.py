"""The drafted OKRs as screens show them: objectives, key results with their arithmetic, remarks with a way to mend them.

One part per objective and per key result, so that a change to one target sends one row. Shared by draft and commit; nothing
here is secret, and nothing here decides.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation import targets
from facilitation.activities.guardrails import guardrail_data
from facilitation.activity import Data, View
from facilitation.activity_to_outcome import way_out
from facilitation.adding import picture
from facilitation.dates import date_text
from facilitation.drafting.sentences import guardrail_limit, objective_sentence
from facilitation.guide import Phase
from facilitation.insight import insight_parts
from facilitation.kpi_tree import Kpi, root, walk
from facilitation.lint import Finding, lint, lint_text
from facilitation.lint.document import Kind
from facilitation.mending import WORK, Remedy, remedy
from facilitation.messages import ScreenKind
from facilitation.okr import MOST_KEY_RESULTS, MOST_OBJECTIVES, KeyResult, Objective
from facilitation.review import (
    document_of,
    findings_about,
    key_results_of,
    objectives_in_order,
    open_notes,
    sentence_of,
    set_aside,
)
from facilitation.state import Workshop
from facilitation.text import clean
from facilitation.units import parse_unit, show_change, show_number, split_number

MOST_NOTES = 6
STILL_TO_COME = "Still to come"
"""Remarks that only announce the commit phase are left to it, so that a draft shows what can be mended now."""
KINDS = {
    "metric": "from today to a target",
    "range": "stays within a range",
    "binary": "done or not done",
    "qualitative": "judged by evidence",
    "baseline": "a baseline to establish",
}
ROLES = {"lever": "lever", "leading": "moves first", "proof": "proof", "extra": ""}


def typed(value: float | None) -> str:
    """A number as somebody would type it into the form again."""
    return "" if value is None else f"{value:.12g}"


def remarks(workshop: Workshop, line: str) -> list[Data]:
    """The findings about one line with their remedies, set-aside ones last."""
    found = [
        _remark(workshop, finding)
        for finding in findings_about(workshop, line)
        if not finding.message.startswith(STILL_TO_COME)
    ]
    return sorted(found, key=lambda one: bool(one["reason"]))


def _remark(workshop: Workshop, finding: Finding) -> Data:
    reason = set_aside(workshop, finding)
    return {**_shown(finding, None if reason else remedy(workshop, finding)), "reason": reason}


def words_read(workshop: Workshop, kind: Kind, words: str, line: str = "", kpi: str = "") -> list[Data]:
    """What the checks say of words that are being typed, as if they stood on the sheet: for the objective or key result
    `line`, or for a new one (on `kpi`, where one is chosen). Remarks that do not come from the words are left out, and so
    is what is still to come.
    """
    words = clean(words)
    if not words:
        return []
    known = workshop.objectives.get(line) if kind == "objective" else workshop.key_results.get(line)
    if known is None and kind == "key_result" and kpi in workshop.kpis:
        card = workshop.kpis[kpi]
        first = next(iter(workshop.objectives), "")
        known = KeyResult(
            id="new", objective=first, kpi=kpi, start=card.baseline, unit=card.unit, segment=card.segment
        )
        workshop = replace(workshop, key_results={**workshop.key_results, "new": known})
    if known is None:
        return [_shown(finding, None) for finding in lint_text(words, kind)]
    collection = "objectives" if kind == "objective" else "key_results"
    changed = replace(known, words=words)
    typed_in = replace(workshop, **{collection: {**getattr(workshop, collection), known.id: changed}})
    document = document_of(workshop, {known.id: words})
    read = replace(
        document, lines=tuple(replace(one, text=words) for one in document.lines if one.id == known.id)
    )
    found = []
    for finding in lint(read, stage="early"):
        if (
            finding.line == known.id
            and finding.field == "text"
            and not finding.message.startswith(STILL_TO_COME)
        ):
            found.append(_shown(finding, remedy(typed_in, finding)))
    return found


def _shown(finding: Finding, mend: Remedy | None) -> Data:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "field": finding.field,
        "reason": "",
        "target": finding.line,
        "take": None if mend is None else {"label": mend.label, "text": mend.text, "person": mend.person},
    }


def key_result_data(workshop: Workshop, key_result: KeyResult, number: int = 0) -> Data:
    """A key result for screens: sentence, numbers in words, arithmetic, remarks, and a way out of an activity."""
    kpi = workshop.kpis.get(key_result.kpi or "")
    unit = key_result.unit
    start, target = key_result.start, key_result.target
    found = remarks(workshop, key_result.id)
    guardrail = workshop.guardrails.get(key_result.guardrail or "")
    banded = key_result.kind == "range" and key_result.band is not None
    low, high = key_result.band or (None, None)
    if banded:
        target_text = f"{show_number(low, '')}–{show_number(high, unit)}"
    else:
        target_text = show_number(target, unit) if target is not None else ""
    return {
        "id": key_result.id,
        "number": number,
        "move": _move(key_result, banded),
        "objective": key_result.objective,
        "kind": key_result.kind,
        "role": ROLES[key_result.role],
        "kpi": key_result.kpi or "",
        "kpi_name": kpi.name if kpi else "",
        "indicator": (kpi.indicator or "") if kpi else "",
        "sentence": sentence_of(workshop, key_result),
        "own_words": key_result.words,
        "start": typed(start),
        "target": typed(target),
        "band_low": typed(low),
        "band_high": typed(high),
        "start_text": show_number(start, unit) if start is not None else "",
        "target_text": target_text,
        "suggestion_text": show_number(key_result.suggestion, unit)
        if key_result.suggestion is not None
        else "",
        "by_hand": target is not None and target != key_result.suggestion,
        "change": show_change(start, target, unit)
        if start is not None and target is not None and not banded
        else "",
        **_arithmetic(kpi, key_result),
        "noise": kpi.noise if kpi is not None and key_result.kind == "metric" else "",
        "unit": unit,
        "segment": key_result.segment,
        "due": key_result.due,
        "due_text": date_text(key_result.due) if key_result.due else "",
        "proof": key_result.proof,
        "owner": key_result.owner,
        "guardrail": key_result.guardrail if guardrail else "",
        "guardrail_name": guardrail.name if guardrail else "",
        "guardrail_limit": guardrail_limit(guardrail) if guardrail else "",
        "findings": found,
        "way_out": _way_out(workshop, key_result, kpi)
        if any(one["rule"] in WORK and not one["reason"] for one in found)
        else None,
    }


def _move(key_result: KeyResult, banded: bool) -> Data:
    """From → to as it is set large: the unit once, behind the target."""
    unit = parse_unit(key_result.unit)

    def digits(value: float | None) -> str:
        return "" if value is None else "".join(split_number(value, unit)[:2])

    if banded and key_result.band is not None:
        aim = "–".join(digits(edge) for edge in key_result.band)
    else:
        aim = digits(key_result.target)
    return {"start": digits(key_result.start), "target": aim, "unit": split_number(2.0, unit)[2].strip()}


def _arithmetic(kpi: Kpi | None, key_result: KeyResult) -> Data:
    """What is usual, what the data suggest and what chance says of the group's own target; and the same as a picture."""
    nothing: Data = {"arithmetic": "", "chance": "", "whisker": None}
    if kpi is None or key_result.kind not in ("metric", "range"):
        return nothing
    found = targets.suggest(kpi)
    target = key_result.target
    if kpi.baseline is None and key_result.start is not None:
        return {**nothing, "arithmetic": computed_words(key_result)}
    judged = targets.judge(kpi, target) if target is not None else None
    own = isinstance(judged, targets.Judgement) and target != key_result.suggestion
    picture_of = None
    if kpi.baseline is not None and kpi.sigma and kpi.direction != "range":
        ends = [kpi.baseline - 2.2 * kpi.sigma, kpi.baseline + 2.2 * kpi.sigma]
        ends += [value for value in (target, key_result.suggestion) if value is not None]
        pad = (max(ends) - min(ends)) * 0.04
        picture_of = {
            "mean": kpi.baseline,
            "spread": kpi.sigma,
            "low": min(ends) - pad,
            "high": max(ends) + pad,
            "target": target,
        }
    return {
        "arithmetic": found.sentence if isinstance(found, targets.Suggestion) else found.reason,
        "chance": judged.verdict if own and isinstance(judged, targets.Judgement) else "",
        "whisker": picture_of,
    }


def computed_words(key_result: KeyResult) -> str:
    """Where the numbers of a key result on a computed KPI come from."""
    if key_result.suggestion is None:
        return "Today’s value is computed by the tree from the numbers below it."
    given = show_number(key_result.suggestion, key_result.unit)
    return f"Computed by the tree: where the targets furthest down are met, it comes to {given}."


def _way_out(workshop: Workshop, key_result: KeyResult, kpi: Kpi | None) -> Data:
    objective = workshop.objectives.get(key_result.objective)
    lever = objective.lever if objective else None
    found = way_out(sentence_of(workshop, key_result), workshop.kpis, lever=lever, kpi=kpi)
    return {
        "opening": found.opening,
        "questions": [{"text": question.text, "known": question.known} for question in found.questions],
        "choices": [{"id": choice, "name": workshop.kpis[choice].name} for choice in found.choices],
    }


def objective_data(workshop: Workshop, objective: Objective) -> Data:
    """An objective for screens, without its key results (they are parts of their own)."""
    lever = workshop.kpis.get(objective.lever or "")
    return {
        "id": objective.id,
        "words": objective.words,
        "sentence": objective_sentence(objective),
        "lever": lever.name if lever else "",
        "owner": objective.owner,
        "mode": objective.mode or "",
        "note": objective.note,
        "unmet": objective.unmet,
        "key_results": [kr.id for kr in key_results_of(workshop, objective.id)],
        "findings": remarks(workshop, objective.id),
    }


def choices(workshop: Workshop) -> Data:
    """What the forms offer to choose from."""
    return {
        "kpis": [
            {"value": kpi.id, "text": f"{'– ' * max(0, depth - 1)}{kpi.name}"}
            for kpi, depth in walk(workshop.kpis)
            if kpi.parent is not None
        ],
        "guardrail_options": [{"value": g.id, "text": g.name} for g in workshop.guardrails.values()],
    }


def draft_board(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """Objectives with their key results, one part each; guardrails, work, sum and what is missing beside them."""
    objectives = [objective_data(workshop, objective) for objective in objectives_in_order(workshop)]
    around = {"phase": phase.id, "screen": screen, "final": workshop.final is not None, "code": workshop.code}
    offered = choices(workshop) if screen != "wall" else {"kpis": [], "guardrail_options": []}
    parts: dict[str, Data] = {f"objective-{data['id']}": {**data, **around} for data in objectives}
    numbers: dict[str, str] = {}
    for data in objectives:
        for number, kr in enumerate(data["key_results"], start=1):
            row = key_result_data(workshop, workshop.key_results[kr], number)
            parts[f"kr-{kr}"] = {**row, **around, **offered}
            numbers[kr] = row["kpi_name"] or row["sentence"]
    top = root(workshop.kpis)
    board: Data = {
        **around,
        **offered,
        "objectives": [
            {
                "id": data["id"],
                "key_results": data["key_results"],
                "full": len(data["key_results"]) >= MOST_KEY_RESULTS,
            }
            for data in objectives
        ],
        "can_add": len(objectives) < MOST_OBJECTIVES,
        "any_sum": bool(numbers),
    }
    if numbers:
        parts["sum-all"] = {
            **around,
            "sum": picture(workshop),
            "wish": typed(workshop.wish),
            "wish_unit": top.unit if top else "",
            "north_star": top.name if top else "",
        }
    if screen != "wall":
        parts["beside-all"] = {**around, **_beside(workshop, numbers)}
    return View(board=board, parts=parts)


def _beside(workshop: Workshop, numbers: dict[str, str]) -> Data:
    """Guardrails, initiatives, and what is missing; `numbers` names the key results by id."""
    notes = open_notes(workshop)
    return {
        "guardrails": [
            {**guardrail_data(g), "findings": remarks(workshop, g.id)} for g in workshop.guardrails.values()
        ],
        "initiatives": [
            {
                "id": i.id,
                "text": i.text,
                "key_result": i.key_result or "",
                "moves": numbers.get(i.key_result or "", ""),
                "assumption": i.assumption,
            }
            for i in workshop.initiatives.values()
        ],
        "key_result_options": [{"value": key, "text": text[:80]} for key, text in numbers.items()],
        "findings": remarks(workshop, ""),
        "notes": notes[:MOST_NOTES],
        "more_notes": max(0, len(notes) - MOST_NOTES),
    }


def draft_view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """The draft, with one sentence for the wall's foot."""
    view = draft_board(workshop, phase, screen)
    if screen == "wall":
        return View(board={**view.board, "asks": []}, parts=view.parts, say=said(view))
    panels = insight_parts(workshop, phase.id, screen)
    asks = [key for key in ("table-panel", "ask-panel") if key in panels]
    told = {key: part for key, part in panels.items() if key in asks or key.startswith("leaf-")}
    return View(board={**view.board, "asks": asks}, parts={**view.parts, **told})


def said(view: View) -> tuple[str, ...]:
    """The sum in one sentence, for the foot of the wall."""
    found = view.parts["sum-all"]["sum"] if "sum-all" in view.parts else None
    if found is None:
        return ()
    if found["reason"]:
        return (found["reason"],)
    texts = {mark["kind"]: mark["text"] for mark in found["marks"]}
    return (
        f"If all targets are met, {found['north_star']} goes from {texts['today']} to ",
        texts["targets"],
        "; 8 chances in 10: ",
        f"{texts['p80']} {found['or_more']}",
        ".",
    )


def draft_mine(workshop: Workshop, phase: Phase, person: str) -> Data:
    """Nothing of one's own: everybody edits the same draft."""
    return {"phase": phase.id, "open": workshop.current == phase.id, "any": bool(workshop.objectives)}
