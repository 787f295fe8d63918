"""What the printed document says, part by part, as plain data: the template arranges and decides nothing.

The eight parts are those of the outcome page. A part the workshop did not get to is left out, and the last part names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.exports.format import Options
from app.exports.tree_page import tree_of
from app.exports.words import (
    CONTROLS,
    DIRECTIONS,
    MODES,
    ROLES,
    document_title,
    from_to,
    heading,
    kr_name,
    kr_numbers,
    minutes,
    numbered,
    span,
)
from facilitation.dates import date_text
from facilitation.outcome import (
    AddUp,
    FindingNote,
    KeyResultSheet,
    KpiSheet,
    LeverSheet,
    Outcome,
)

Data = dict[str, object]
# Beyond this many rows a page stops being readable: the rest is named, not drawn.
MOST_ROWS = 300


def head(outcome: Outcome, options: Options) -> Data:
    """What every printed document carries: title, language, paper, and the line at the top of the sheet."""
    # A draft says so with a mark of its own.
    status = ", ".join(filter(None, ["final" if outcome.final else "", date_text(outcome.held_on)]))
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


def whole(outcome: Outcome) -> Data:
    """Parts 2 to 8, each `None` when the workshop did not get to it; `missing` names those."""
    parts: dict[str, tuple[str, Data | None]] = {
        "tree": ("the KPI tree", tree_of(outcome)),
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
        ("Due", date_text(kr.key_result.due)),
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
    return f"{date_text(date)}, {time[:5]}" if time else date_text(date)


def _session(outcome: Outcome) -> Data | None:
    if not (outcome.phases or outcome.people or outcome.notes or outcome.return_votes):
        return None
    longest = max((max(phase.planned, phase.real) for phase in outcome.phases), default=0.0)
    return {
        "guide": outcome.guide,
        "held": date_text(outcome.held_on),
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
