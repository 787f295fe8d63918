"""The outcome as Markdown, for wikis and repositories: the same eight parts in the same order as the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.exports.clean import one_line
from app.exports.format import Format, Options
from app.exports.words import (
    INDICATORS,
    MODES,
    ROLES,
    change_line,
    document_title,
    kr_name,
    kr_numbers,
    limit_line,
    minutes,
    numbered,
    span,
)
from facilitation.dates import date_text
from facilitation.outcome import FindingNote, KeyResultSheet, KpiSheet, Outcome

MEANT = re.compile(r"([\\`*_\[\]<>|~&$])")
AT_START = re.compile(r"^([-+=#>]|\d{1,9}(?=[.)]))")


def inline(typed: str) -> str:
    """What somebody typed as Markdown that shows exactly that, inside a line or a table cell."""
    return MEANT.sub(r"\\\1", one_line(typed))


def text(typed: str) -> str:
    """The same at the beginning of a line or a list item, where a dash or a number means something."""
    plain = inline(typed)
    found = AT_START.match(plain)
    if not found:
        return plain
    if found[1].isdigit():
        return f"{found[1]}\\{plain[found.end() :]}"
    return f"\\{plain}"


def write(outcome: Outcome, options: Options) -> bytes:
    """UTF-8 CommonMark with GitHub's tables."""
    lines = [f"# {text(document_title(outcome))}", ""]
    status = "Final" if outcome.final else "Draft"
    facts = [
        span(outcome),
        status + (f", {date_text(outcome.held_on)}" if outcome.held_on else ""),
        options.link,
    ]
    lines += [" · ".join(text(fact) for fact in facts if fact), ""]
    if outcome.strategy:
        lines += [f"Strategy: {text(outcome.strategy)}", ""]
    for part in (_sheet, _tree, _why, _details, _add_up, _dictionary, _work, _session):
        lines += part(outcome)
    return ("\n".join(lines).rstrip() + "\n").encode()


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    titles = list(head)
    yield "| " + " | ".join(titles) + " |"
    yield "| " + " | ".join("---" for _ in titles) + " |"
    for row in rows:
        yield "| " + " | ".join(inline(cell) or "–" for cell in row) + " |"
    yield ""


def _bullets(items: Iterable[str]) -> Iterator[str]:
    for item in items:
        yield f"- {text(item) or '–'}"
    yield ""


def _sheet(outcome: Outcome) -> Iterator[str]:
    yield "## OKR sheet"
    yield ""
    if not outcome.objectives:
        yield "No objectives yet."
        yield ""
    for objective, rows in numbered(outcome):
        yield f"### {text(objective.sentence) or 'Objective without words yet'}"
        yield ""
        owner = f"owner {objective.owner_name}" if objective.owner_name else "no owner yet"
        yield " · ".join(
            text(item)
            for item in (MODES.get(objective.objective.mode or "", ""), owner, objective.moves)
            if item
        )
        yield ""
        if rows:
            yield from _table(
                ("KR", "Key result", "From → to", "By", "Owner"),
                (
                    (
                        str(number),
                        ", ".join(filter(None, [kr_name(kr), kr.key_result.segment if kr.kpi_name else ""])),
                        change_line(kr),
                        date_text(kr.key_result.due),
                        kr.owner_name or "no owner yet",
                    )
                    for number, kr in rows
                ),
            )
    if outcome.guardrails:
        yield "### Guardrails: if one trips, we pause"
        yield ""
        yield from _bullets(
            limit_line(item) + (f", owner {item.owner_name}" if item.owner_name else "")
            for item in outcome.guardrails
        )


def _tree(outcome: Outcome) -> Iterator[str]:
    if not outcome.kpis:
        return
    yield "## KPI tree"
    yield ""
    below: dict[str | None, list[KpiSheet]] = {}
    known = {item.kpi.id for item in outcome.kpis}
    for item in outcome.kpis:
        below.setdefault(item.kpi.parent if item.kpi.parent in known else None, []).append(item)
    chosen = {lever.kpi for lever in outcome.levers if lever.chosen}
    stack = [(item, 0) for item in reversed(below.get(None, []))]
    seen: set[str] = set()
    while stack:
        item, depth = stack.pop()
        if item.kpi.id in seen:
            continue
        seen.add(item.kpi.id)
        name = (
            f"**{text(item.kpi.name)}**"
            if item.kpi.id in chosen and item.kpi.name.strip()
            else text(item.kpi.name)
        )
        facts = [
            item.value_text or "no number yet",
            item.sigma_text,
            INDICATORS.get(item.kpi.indicator or "", ""),
        ]
        facts.append("chosen lever" if item.kpi.id in chosen else "")
        yield f"{'  ' * depth}- {name or '–'}: {', '.join(inline(fact) for fact in facts if fact)}"
        stack.extend((child, depth + 1) for child in reversed(below.get(item.kpi.id, [])))
    yield ""


def _why(outcome: Outcome) -> Iterator[str]:
    if not outcome.levers:
        return
    yield "## Why these levers"
    yield ""
    yield from _table(
        ("Lever", "Votes", "Effect", ""),
        (
            (
                lever.name,
                str(lever.votes),
                lever.effect_text or "not sized",
                ", ".join(filter(None, ["chosen" if lever.chosen else "", lever.badge])) or " ",
            )
            for lever in outcome.levers
        ),
    )
    if outcome.votes_cast:
        yield f"{outcome.votes_cast} dots from {outcome.voters} people."
        yield ""
    if outcome.dissent:
        yield "### Where we did not agree"
        yield ""
        yield from _bullets(outcome.dissent)


def _details(outcome: Outcome) -> Iterator[str]:
    if not any(rows for _, rows in numbered(outcome)):
        return
    yield "## Each key result"
    yield ""
    for objective, rows in numbered(outcome):
        yield from _findings(objective.findings)
        for number, kr in rows:
            yield f"### KR {number}: {inline(kr_name(kr))}"
            yield ""
            if kr.sentence and kr.sentence != kr_name(kr):
                yield text(kr.sentence)
                yield ""
            yield from _facts(kr)
            yield from _findings(kr.findings)


def _facts(kr: KeyResultSheet) -> Iterator[str]:
    plan = kr.key_result.evidence
    facts = [
        ("Owner", kr.owner_name),
        ("Change", kr.change_text),
        ("Suggested by the data", kr.suggestion_text),
        ("Arithmetic", " ".join(filter(None, [kr.arithmetic, kr.chance]))),
        ("Proof", kr.key_result.proof),
        ("What moves first", plan.signal),
        ("How it is tested", plan.design),
        ("What decides", plan.decision),
        ("Where it is written", plan.record),
        ("Trail", " → ".join(f"{fact.label}: {fact.text}" for fact in kr.trail)),
    ]
    given = [(label, value) for label, value in facts if value]
    yield from (f"- {label}: {inline(value)}" for label, value in given)
    if given:
        yield ""


def _findings(notes: Iterable[FindingNote]) -> Iterator[str]:
    lines = []
    for note in notes:
        who = f" by {inline(note.by)}" if note.by else ""
        reason = f" Set aside{who} because: {inline(note.reason)}" if note.reason else ""
        lines.append(f"- {text(note.severity)} {text(note.rule)}: {inline(note.message)}{reason}")
    yield from lines
    if lines:
        yield ""


def _add_up(outcome: Outcome) -> Iterator[str]:
    add_up = outcome.add_up
    if add_up is None:
        return
    yield "## Does it add up?"
    yield ""
    if add_up.sentence:
        yield text(add_up.sentence)
        yield ""
    rows = [
        ("Today", add_up.today_text),
        ("8 chances in 10", add_up.p80_text),
        ("5 chances in 10", add_up.p50_text),
        ("At all targets", add_up.at_targets_text),
    ]
    yield from _table((text(add_up.name) or "North star", "Value"), [row for row in rows if row[1]])
    yield from _bullets(f"{item.name}: {item.text}" for item in add_up.contributions)
    yield from _bullets((*add_up.guardrails, *add_up.advice))


def _dictionary(outcome: Outcome) -> Iterator[str]:
    if not outcome.kpis:
        return
    yield "## KPI dictionary"
    yield ""
    yield from _table(
        ("KPI", "Kind", "Usual", "Spread", "Owner", "Definition", "Formula", "Source", "Cadence"),
        (
            (
                item.kpi.name,
                ", ".join(filter(None, [ROLES.get(item.role, ""), item.kpi.indicator or ""])),
                item.value_text or "no number yet",
                item.sigma_text,
                item.owner_name,
                item.kpi.definition,
                item.formula_text,
                item.kpi.source,
                item.kpi.cadence,
            )
            for item in outcome.kpis
        ),
    )


def _work(outcome: Outcome) -> Iterator[str]:
    numbers = kr_numbers(outcome)
    lists = [
        (
            "Initiatives",
            [
                item.text + (f" (KR {numbers[item.key_result]})" if item.key_result in numbers else "")
                for item in outcome.initiatives
            ],
        ),
        ("Next steps", list(outcome.next_steps)),
        ("Parking lot", list(outcome.parking)),
        (
            "Rhythm",
            [
                f"{item.title}: first on {item.start.replace('T', ' ')} ({outcome.time_zone}), {item.minutes} minutes. "
                + "; ".join(item.agenda)
                for item in outcome.calendar
            ],
        ),
        ("30-60-90 days", [f"{fact.label}: {fact.text}" for fact in outcome.plan_30_60_90]),
    ]
    for title, items in lists:
        if items:
            yield f"## {title}"
            yield ""
            yield from _bullets(items)


def _session(outcome: Outcome) -> Iterator[str]:
    if outcome.phases:
        yield "## How the session went"
        yield ""
        yield from _table(
            ("Phase", "Planned", "Took", "Contributed"),
            (
                (
                    phase.title,
                    minutes(phase.planned),
                    minutes(phase.real),
                    f"{phase.contributed} of {phase.present}",
                )
                for phase in outcome.phases
            ),
        )
    if outcome.people:
        yield "Who took part: " + ", ".join(text(name) for name in outcome.people)
        yield ""
    if outcome.overrides:
        yield "## Rules set aside"
        yield ""
        yield from _bullets(
            f"{item.rule}: {item.reason}{f' ({item.by})' if item.by else ''}" for item in outcome.overrides
        )
    if outcome.notes:
        yield "## Notes"
        yield ""
        yield from _bullets(outcome.notes)


FORMAT = Format(
    name="markdown",
    title="Text for a wiki (Markdown)",
    note="The same content as the PDF, as plain text with headings and tables.",
    extension="md",
    media_type="text/markdown; charset=utf-8",
    part="outcome",
    write=write,
)
