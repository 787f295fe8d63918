"""Small words that several formats share: days, periods, from → to, the number of a key result, what a state is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from facilitation.dates import date_text
from facilitation.outcome import Box, GuardrailSheet, KeyResultSheet, ObjectiveSheet, Outcome

MODES = {"commitment": "Commitment", "stretch": "Stretch"}
INDICATORS = {"lagging": "lagging", "intermediate": "intermediate", "leading": "leading"}
ROLES = {"north_star": "north star", "driver": "driver", "input": "input"}
DIRECTIONS = {"up": "up is good", "down": "down is good", "range": "within a range is good"}
CONTROLS = {"ours": "ours", "shared": "shared", "outside": "outside our control"}
STATES = {"ok": "", "close": "close", "tripped": "tripped", "unknown": ""}
AMOUNT = re.compile(
    r"^(?P<before>[^\d−-]{0,4})(?P<number>[−-]?\d[\d.,’'\u00a0\u202f]*)(?P<after>.{0,40})$", re.DOTALL
)


class FromTo(msgspec.Struct, frozen=True, kw_only=True):
    """A change ready to set large: `36` `44` `%`. `unit` is empty where both sides carry their own."""

    start: str = ""
    target: str = ""
    unit: str = ""
    words: str = ""


def span(outcome: Outcome) -> str:
    """The period's days: `1 Jul – 30 Sep 2027`, as far as they are known."""
    if outcome.start and outcome.end:
        return f"{date_text(outcome.start, year=outcome.start[:4] != outcome.end[:4])} – {date_text(outcome.end)}"
    if outcome.end:
        return f"until {date_text(outcome.end)}"
    return f"from {date_text(outcome.start)}" if outcome.start else ""


def heading(outcome: Outcome) -> str:
    """Whose outcome it is, never empty."""
    return outcome.team or outcome.title or "Workshop"


def document_title(outcome: Outcome) -> str:
    """The title of a file: team and period, else the workshop's title."""
    return " · ".join(filter(None, [heading(outcome), outcome.period]))


def from_to(kr: KeyResultSheet) -> FromTo:
    """The key result's change. `words` says instead what there is when no pair of numbers is (M-KR-7, M-KR-8, S4)."""
    kind = kr.key_result.kind
    if kind == "baseline":
        return FromTo(words="baseline pending")
    if kind in ("binary", "qualitative"):
        return FromTo(words="yes or no" if kind == "binary" else "by evidence")
    if kind == "range":
        now = f"now {kr.start_text}" if kr.start_text else ""
        return FromTo(
            target=kr.target_text,
            words=", ".join(filter(None, ["stay within" if kr.target_text else "no range yet", now])),
        )
    if not kr.target_text:
        return FromTo(start=kr.start_text, words="no target yet")
    if not kr.start_text:
        return FromTo(target=kr.target_text, words="no baseline yet")
    start, target = AMOUNT.match(kr.start_text), AMOUNT.match(kr.target_text)
    if (
        start
        and target
        and not start["before"]
        and not target["before"]
        and start["after"] == target["after"]
    ):
        return FromTo(start=start["number"], target=target["number"], unit=target["after"].strip())
    if start and target and start["before"] == target["before"] and start["after"] == target["after"]:
        # "$1,089k/quarter → $1,931k/quarter" says the quarter once: "$1,089k → $1,931k", per quarter.
        scale, _, per = target["after"].partition("/")
        if per and len(scale) <= 2:
            ends = (f"{end['before']}{end['number']}{scale}" for end in (start, target))
            return FromTo(start=next(ends), target=next(ends), unit=f"per {per}")
    return FromTo(start=kr.start_text, target=kr.target_text)


def change_line(kr: KeyResultSheet) -> str:
    """The change as one line of text: `36 % → 44 %`, or what stands in its place."""
    change = from_to(kr)
    if kr.start_text and kr.target_text:
        return f"{kr.start_text} → {kr.target_text}"
    return change.words if not kr.target_text else f"{change.words} → {kr.target_text}"


def numbered(outcome: Outcome) -> Iterator[tuple[ObjectiveSheet, list[tuple[int, KeyResultSheet]]]]:
    """Objectives with their key results, numbered through the whole outcome so that "KR 4" names one thing."""
    number = 0
    for objective in outcome.objectives:
        rows = []
        for kr in objective.key_results:
            number += 1
            rows.append((number, kr))
        yield objective, rows


def kr_numbers(outcome: Outcome) -> dict[str, int]:
    """Key result id → its number on the sheet."""
    return {kr.key_result.id: number for _, rows in numbered(outcome) for number, kr in rows}


def kr_name(kr: KeyResultSheet) -> str:
    """The short name of a key result: its KPI, else its sentence."""
    return kr.kpi_name or kr.sentence or "Key result without words"


def limit_line(guardrail: GuardrailSheet) -> str:
    """Name, limit and today's value in one line: `INP ≤ 200 ms, now 190 ms (close)`."""
    text = " ".join(filter(None, [guardrail.guardrail.name, guardrail.limit_text or "no limit yet"]))
    if guardrail.current_text:
        text += f", now {guardrail.current_text}"
    state = STATES.get(guardrail.state, "")
    return f"{text} ({state})" if state else text


def minutes(value: float) -> str:
    """Minutes without a needless decimal."""
    return f"{value:.1f}".removesuffix(".0")


def sheet_guardrails(outcome: Outcome, objective: ObjectiveSheet) -> tuple[GuardrailSheet, ...]:
    """The guardrails of one objective; all of them where none are named."""
    if not objective.guardrail_ids:
        return outcome.guardrails
    return tuple(item for item in outcome.guardrails if item.guardrail.id in objective.guardrail_ids)


def box_note(box: Box) -> str:
    """The small print of a drawn KPI beside its kind: never the kind again, and that a number is missing."""
    note = "" if box.note.strip().lower() in (box.indicator, "no number yet") else box.note
    return ", ".join(filter(None, [note, "no number yet" if box.missing else ""]))
