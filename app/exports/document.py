"""What the printed document says, part by part, as plain data: the template arranges and decides nothing.

The eight parts are those of the outcome page. A part the workshop did not get to is left out, and the last part names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.exports.format import Options
from app.exports.words import (
    CONTROLS,
    DIRECTIONS,
    INDICATORS,
    MODES,
    ROLES,
    STATES,
    box_note,
    day,
    document_title,
    from_to,
    heading,
    kr_name,
    kr_numbers,
    minutes,
    numbered,
    sheet_guardrails,
    span,
)
from facilitation.okr import EvidencePlan
from facilitation.outcome import (
    AddUp,
    Drawing,
    FindingNote,
    GuardrailSheet,
    KeyResultSheet,
    KpiSheet,
    LeverSheet,
    ObjectiveSheet,
    Outcome,
)

Data = dict[str, object]
# Beyond this many nodes, rows or dots a page stops being readable: the rest is named, not drawn.
MOST_BOXES = 256
MOST_ROWS = 300
MOST_INITIATIVES = 9
LONGEST_LABEL = 44


def head(outcome: Outcome, options: Options) -> Data:
    """What every printed document carries: title, language, paper, and the line at the top of the sheet."""
    # A draft says so with a mark of its own.
    status = ", ".join(filter(None, ["final" if outcome.final else "", day(outcome.held_on)]))
    return {
        "title": document_title(outcome),
        "lang": outcome.language
        if outcome.language.isascii() and outcome.language.isalpha() and 2 <= len(outcome.language) <= 3
        else "en",
        "paper": options.paper,
        "team": heading(outcome),
        "when": " · ".join(filter(None, [outcome.period, span(outcome)])),
        "status": status,
        "final": outcome.final,
        "link": _link(options.link),
    }


def sheet(outcome: Outcome) -> Data:
    """Part 1, the OKR sheet: objectives with their rows, guardrails and initiatives."""
    numbers = kr_numbers(outcome)
    objectives = [
        _sheet_objective(outcome, objective, rows, numbers) for objective, rows in numbered(outcome)
    ]
    return {
        "objectives": objectives,
        "guardrails": [_guardrail(item) for item in outcome.guardrails],
        "initiatives": _initiatives(outcome, set(numbers), numbers),
        "strategy": outcome.strategy,
        "empty": ""
        if objectives
        else "No objectives yet: they are drafted from the chosen levers in the draft phase.",
    }


def _sheet_objective(
    outcome: Outcome,
    objective: ObjectiveSheet,
    rows: Sequence[tuple[int, KeyResultSheet]],
    numbers: Mapping[str, int],
) -> Data:
    votes = {lever.kpi: lever.votes for lever in outcome.levers}
    cadence = {item.kpi.id: item.kpi.cadence for item in outcome.kpis}
    names = {item.kpi.id: item.kpi.name for item in outcome.kpis}
    ids = {kr.key_result.id for _, kr in rows}
    return {
        "sentence": objective.sentence or "Objective without words yet",
        "mode": MODES.get(objective.objective.mode or "", ""),
        "owner": objective.owner_name,
        "moves": objective.moves,
        "rows": [_sheet_row(number, kr, votes, outcome.votes_cast, cadence, names) for number, kr in rows],
        "guardrails": [_guardrail(item) for item in sheet_guardrails(outcome, objective)],
        "initiatives": _initiatives(outcome, ids, numbers),
    }


def _initiatives(outcome: Outcome, ids: set[str], numbers: Mapping[str, int]) -> list[str]:
    """The work that moves the key results `ids` or none, as far as a wall has room; part 7 has all of it."""
    texts = [
        _tagged(item.text, item.key_result, numbers)
        for item in sorted(outcome.initiatives, key=lambda item: numbers.get(item.key_result or "", 1000))
        if item.key_result in ids or item.key_result not in numbers
    ]
    rest = len(texts) - MOST_INITIATIVES
    return [*texts[:MOST_INITIATIVES], f"and {rest} more"] if rest > 0 else texts


def _sheet_row(
    number: int,
    kr: KeyResultSheet,
    votes: Mapping[str, int],
    cast: int,
    cadence: Mapping[str, str],
    names: Mapping[str, str],
) -> Data:
    kpi = kr.key_result.kpi or ""
    signs = [INDICATORS.get(kr.indicator, "").capitalize(), cadence.get(kpi, "")]
    notes = [
        ", ".join(filter(None, signs)),
        f"{votes[kpi]} of {cast} votes" if votes.get(kpi) and cast else "",
    ]
    plan = kr.key_result.evidence
    change = from_to(kr)
    named = bool(kr.kpi_name)
    return {
        "number": str(number),
        "name": kr_name(kr),
        "segment": kr.key_result.segment if named else "",
        "why": ". ".join(filter(None, notes)) + ("." if any(notes) else ""),
        "chance": kr.chance,
        "start": change.start,
        "target": change.target,
        "unit": change.unit,
        "change": change.words,
        "due": day(kr.key_result.due, year=False),
        "owner": kr.owner_name,
        "sign": plan.signal,
        "first": _moves_first(plan, kpi, names, cadence),
        "decision": plan.decision or kr.key_result.proof,
    }


def _moves_first(plan: EvidencePlan, kpi: str, names: Mapping[str, str], cadence: Mapping[str, str]) -> str:
    """The leading signal in a few words, for a sheet that holds many key results: "Week-1 checklist, weekly"."""
    signal = plan.signal_kpi or ""
    if signal not in names:
        return plan.signal
    return ", ".join(
        filter(None, ["This number itself" if signal == kpi else names[signal], cadence[signal]])
    )


def _guardrail(item: GuardrailSheet) -> Data:
    state = STATES.get(item.state, "")
    return {
        "name": item.guardrail.name,
        "limit": item.limit_text or "no limit yet",
        "now": ", ".join(
            filter(None, [f"now {item.current_text}" if item.current_text else "not measured yet", state])
        ),
        "state": item.state,
        "note": item.note,
        "owner": item.owner_name,
        "action": item.guardrail.action,
        "source": item.guardrail.source,
    }


def _tagged(text: str, key_result: str | None, numbers: Mapping[str, int]) -> str:
    number = numbers.get(key_result or "")
    return f"{text} (KR {number})" if number else text


def whole(outcome: Outcome) -> Data:
    """Parts 2 to 8, each `None` when the workshop did not get to it; `missing` names those."""
    parts: dict[str, tuple[str, Data | None]] = {
        "tree": ("the KPI tree", _tree(outcome)),
        "why": ("votes on levers", _why(outcome)),
        "details": ("key results", _details(outcome)),
        "add_up": ("whether it adds up", _add_up(outcome.add_up, kr_numbers(outcome), outcome)),
        "dictionary": ("the KPI dictionary", _dictionary(outcome)),
        "work": ("initiatives and next steps", _work(outcome)),
        "session": ("the log of the session", _session(outcome)),
    }
    return {name: part for name, (_, part) in parts.items()} | {
        "missing": [title for title, part in parts.values() if part is None]
    }


def _tree(outcome: Outcome) -> Data | None:
    drawing = outcome.tree
    if not drawing.boxes:
        return None
    boxes = drawing.boxes[:MOST_BOXES]
    drawn = {box.kpi for box in boxes}
    return {
        **_extent(drawing),
        "alt": _tree_words(outcome),
        "boxes": [
            {
                "x": box.x,
                "y": box.y,
                "width": box.width,
                "height": box.height,
                "lines": [_short(line) for line in box.lines],
                "value": _short(box.value or "—"),
                "note": _short(box_note(box)),
                "indicator": box.indicator,
                "lever": box.lever,
                "chosen": box.chosen,
                "missing": box.missing,
            }
            for box in boxes
        ],
        "lines": [
            {
                "points": [list(point) for point in line.points],
                "influence": line.influence,
                "label": line.label,
            }
            for line in drawing.lines
            if len(line.points) >= 2 and line.parent in drawn and line.child in drawn
        ],
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


def _extent(drawing: Drawing) -> Data:
    """The drawing's size as its boxes need it, never nothing."""
    right = max((box.x + box.width + 6 for box in drawing.boxes), default=0.0)
    bottom = max((box.y + box.height for box in drawing.boxes), default=0.0)
    return {"width": max(drawing.width, right, 1.0), "height": max(drawing.height, bottom, 1.0)}


def _tree_words(outcome: Outcome) -> str:
    """The drawing as text: its own alternative, then the outline with values, for those who cannot see it."""
    names = {item.kpi.id: item.kpi.name for item in outcome.kpis}
    lines = [outcome.tree.alt or f"KPI tree with {len(outcome.tree.boxes)} KPIs."]
    for item in outcome.kpis[:MOST_BOXES]:
        under = names.get(item.kpi.parent or "", "")
        lines.append(
            f"{item.kpi.name}: {item.value_text or 'no number yet'}"
            + (f", feeds {under}" if under else "")
            + "."
        )
    return " ".join(lines)[:3900]


def _why(outcome: Outcome) -> Data | None:
    if not outcome.levers:
        return None
    largest = max((abs(lever.effect) for lever in outcome.levers if lever.effect is not None), default=0.0)
    most = max((lever.votes for lever in outcome.levers), default=0)
    north = next((item.kpi.name for item in outcome.kpis if item.kpi.id == outcome.north_star), "")
    return {
        "levers": [_lever(lever, largest) for lever in outcome.levers[:MOST_ROWS]],
        "votes": f"Votes, {outcome.votes_cast} dots from {outcome.voters} people"
        if outcome.votes_cast
        else "Votes",
        "effect": f"Effect of one usual swing on {north}" if north else "Effect of one usual swing",
        "most": most,
        "dissent": list(outcome.dissent),
    }


def _lever(lever: LeverSheet, largest: float) -> Data:
    belief = "" if lever.belief is None else f"Belief {lever.belief:g} of 5"
    if belief and lever.belief_spread:
        low, high = lever.belief_spread
        belief += f", all say {low}" if low == high else f", from {low} to {high}"
    return {
        "name": lever.name,
        "votes": lever.votes,
        "bar": 0.0 if lever.effect is None or not largest else lever.effect / largest,
        "effect": lever.effect_text or ("not sized" if lever.effect is None else f"{lever.effect:g}"),
        "badge": lever.badge,
        "agreed": lever.badge in ("first", "second", "third"),
        "chosen": lever.chosen,
        "notes": ". ".join(
            filter(
                None,
                [
                    CONTROLS.get(lever.control, "").capitalize(),
                    belief,
                    f"Next step: {lever.step}" if lever.step else "",
                ],
            )
        ),
    }


def _details(outcome: Outcome) -> Data | None:
    if not any(rows for _, rows in numbered(outcome)):
        return None
    return {
        "objectives": [
            {
                "sentence": objective.sentence or "Objective without words yet",
                "mode": objective.mode_text or MODES.get(objective.objective.mode or "", ""),
                "owner": objective.owner_name,
                "moves": objective.moves,
                "note": objective.objective.note,
                "findings": _findings(objective.findings),
                "rows": [_detail(number, kr) for number, kr in rows],
            }
            for objective, rows in numbered(outcome)
        ]
    }


def _detail(number: int, kr: KeyResultSheet) -> Data:
    plan, change = kr.key_result.evidence, from_to(kr)
    confidence = (
        "" if kr.confidence is None else f"{round(kr.confidence * 10)} chances in 10, as the group sees it"
    )
    facts = [
        ("Owner", kr.owner_name or "nobody yet"),
        ("Due", day(kr.key_result.due)),
        ("Change", kr.change_text),
        ("Suggested by the data", kr.suggestion_text),
        ("Confidence", confidence),
        ("Proof", kr.key_result.proof),
    ]
    evidence = [
        ("What moves first", plan.signal),
        ("How it is tested", plan.design),
        ("What decides", plan.decision),
        ("Where it is written", plan.record),
    ]
    return {
        "number": str(number),
        "name": kr_name(kr),
        "sentence": kr.sentence,
        "start": change.start,
        "target": change.target,
        "unit": change.unit,
        "change": change.words,
        "facts": [[label, text] for label, text in facts if text],
        "evidence": [[label, text, _link(text)] for label, text in evidence if text],
        "no_evidence": ""
        if any(text for _, text in evidence)
        else "No evidence plan yet: say what moves first, how it is tested, what decides, and where it is written.",
        "arithmetic": " ".join(filter(None, [kr.arithmetic, kr.chance])),
        "trail": [[fact.label, fact.text, fact.source] for fact in kr.trail],
        "findings": _findings(kr.findings),
    }


def _findings(notes: Sequence[FindingNote]) -> list[Data]:
    return [
        {
            "rule": note.rule,
            "severity": note.severity,
            "message": note.message,
            "reason": note.reason,
            "by": note.by,
        }
        for note in notes
    ]


def _link(text: str) -> str:
    """`text` as an address to link to, or empty: https only, nothing but the address."""
    fits = text.startswith("https://") and text.isascii() and text.isprintable() and " " not in text
    return text if fits and len(text) <= 500 else ""


def _add_up(add_up: AddUp | None, numbers: Mapping[str, int], outcome: Outcome) -> Data | None:
    if add_up is None:
        return None
    marks = [
        ("Today", add_up.today_text, add_up.today, "today"),
        ("8 chances in 10", add_up.p80_text, add_up.p80, "p80"),
        ("5 chances in 10", add_up.p50_text, add_up.p50, "p50"),
        ("At all targets", add_up.at_targets_text, add_up.at_targets, "targets"),
        ("The wish", "" if add_up.wish is None else f"{add_up.wish:,.10g}", add_up.wish, "wish"),
    ]
    known = [mark for mark in marks if mark[2] is not None]
    ends = [value for value in (add_up.low, add_up.high) if value is not None]
    values = [float(value) for _, _, value, _ in known if value is not None] + ends
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    reach = (high - low) or 1.0

    def place(value: float) -> float:
        return (value - low) / reach

    largest = max((abs(item.amount) for item in add_up.contributions), default=0.0)
    spoken = ", ".join(f"{label.lower()} {text or format(value, ',.10g')}" for label, text, value, _ in known)
    return {
        "name": add_up.name,
        "sentence": add_up.sentence,
        "alt": f"{add_up.name} on one axis: {spoken}."
        if spoken
        else f"{add_up.name}: nothing could be computed yet.",
        "marks": [
            {"label": label, "text": text or f"{value:,.10g}", "at": place(value), "kind": kind}
            for label, text, value, kind in known
            if value is not None
        ],
        "range": [place(add_up.low), place(add_up.high)]
        if add_up.low is not None and add_up.high is not None
        else [],
        "contributions": [
            {
                "name": (f"KR {numbers[item.key_result]}, " if item.key_result in numbers else "")
                + item.name,
                "bar": item.amount / largest if largest else 0.0,
                "text": item.text or f"{item.amount:+g}",
            }
            for item in add_up.contributions
        ],
        "guardrails": list(add_up.guardrails)
        or [item.note for item in outcome.guardrails if item.state in ("close", "tripped") and item.note],
        "advice": list(add_up.advice),
        "method": f"{add_up.runs:,} runs, seed {add_up.seed}; readings are taken to vary independently."
        if add_up.runs
        else "",
    }


def _dictionary(outcome: Outcome) -> Data | None:
    if not outcome.kpis:
        return None
    return {"kpis": [_kpi(item) for item in outcome.kpis[:MOST_ROWS]]}


def _kpi(item: KpiSheet) -> Data:
    kpi = item.kpi
    levels = ", ".join(
        f"{label} {text}"
        for label, text in (
            ("freshness", kpi.freshness),
            ("completeness", kpi.completeness),
            ("validity", kpi.validity),
        )
        if text
    )
    facts = [
        ("Formula", item.formula_text),
        ("Source", kpi.source),
        ("Query", kpi.query),
        ("Cadence", ", reviewed ".join(filter(None, [kpi.cadence, kpi.reviewed]))),
        ("Segments", kpi.segments or kpi.segment),
        ("Targets", kpi.targets),
        ("Related", kpi.related),
        ("Data", levels),
        ("Caveats", kpi.caveats),
        ("Check", item.check),
    ]
    kinds = [ROLES.get(item.role, ""), kpi.indicator or "", CONTROLS.get(kpi.control or "", "")]
    return {
        "name": kpi.name,
        "kind": " · ".join(filter(None, kinds)),
        "indicator": kpi.indicator or "",
        "lever": kpi.parent is not None and kpi.control in ("ours", "shared"),
        "value": item.value_text,
        "stated": f"stated {item.stated_text}"
        if item.stated_text and item.stated_text != item.value_text
        else "",
        "sigma": item.sigma_text,
        "direction": DIRECTIONS.get(kpi.direction or "", ""),
        "missing": item.missing or not item.value_text,
        "definition": kpi.definition,
        "owner": item.owner_name,
        "facts": [[label, text, _link(text)] for label, text in facts if text],
    }


def _work(outcome: Outcome) -> Data | None:
    numbers = kr_numbers(outcome)
    given = [
        outcome.initiatives,
        outcome.parking,
        outcome.next_steps,
        outcome.calendar,
        outcome.plan_30_60_90,
    ]
    if not any(given):
        return None
    return {
        "initiatives": [
            {
                "text": item.text,
                "key_result": f"KR {numbers[item.key_result]}"
                if item.key_result in numbers
                else "no key result",
                "assumption": item.assumption,
            }
            for item in outcome.initiatives
        ],
        "parking": list(outcome.parking),
        "next_steps": list(outcome.next_steps),
        "calendar": [
            {
                "title": item.title,
                "when": _when(item.start),
                "minutes": f"{item.minutes} minutes",
                "agenda": list(item.agenda),
            }
            for item in outcome.calendar
        ],
        "plan": [[fact.label, fact.text] for fact in outcome.plan_30_60_90],
        "time_zone": outcome.time_zone,
    }


def _when(start: str) -> str:
    date, _, time = start.partition("T")
    return f"{day(date)}, {time[:5]}" if time else day(date)


def _session(outcome: Outcome) -> Data | None:
    if not (outcome.phases or outcome.people or outcome.notes or outcome.return_votes):
        return None
    longest = max((max(phase.planned, phase.real) for phase in outcome.phases), default=0.0)
    return {
        "guide": outcome.guide,
        "held": day(outcome.held_on),
        "frame": list(outcome.frame),
        "strategy": outcome.strategy,
        "phases": [
            {
                "title": phase.title,
                "planned": minutes(phase.planned),
                "real": minutes(phase.real),
                "share": [phase.planned / longest, phase.real / longest] if longest > 0 else [0.0, 0.0],
                "over": phase.real > phase.planned * 1.1,
                "people": f"{phase.contributed} of {phase.present}" if phase.present else "—",
            }
            for phase in outcome.phases
        ],
        "total": [
            minutes(sum(phase.planned for phase in outcome.phases)),
            minutes(sum(phase.real for phase in outcome.phases)),
        ],
        "people": list(outcome.people),
        "return": ""
        if outcome.return_on_time is None or not outcome.return_votes
        else f"{outcome.return_on_time:.1f} of 5 for the time invested, {outcome.return_votes} answers",
        "overrides": [
            {"rule": item.rule, "reason": item.reason, "by": item.by} for item in outcome.overrides
        ],
        "notes": list(outcome.notes),
    }
