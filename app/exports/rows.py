"""Objectives, key results and initiatives as flat rows: what every table format and preset starts from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from app.exports.clean import one_line
from app.exports.format import Options
from app.exports.words import kr_name, limit_line, numbered, sheet_guardrails
from facilitation.outcome import KeyResultSheet, Outcome


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. `kind` is objective, key_result or initiative; `parent` the row id above, or empty.

    `start` and `target` are display values of `unit` (36 for 36 %); for a range `target` is its upper edge.
    """

    row_id: str
    parent: str = ""
    kind: str
    title: str
    description: str = ""
    owner: str = ""
    email: str = ""
    due: str = ""
    metric: str = ""
    unit: str = ""
    direction: str = ""
    start: float | None = None
    target: float | None = None
    result_kind: str = ""
    mode: str = ""
    kpi: str = ""
    guardrails: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def rows(outcome: Outcome, options: Options) -> Iterator[Row]:
    """Parents before children: each objective, its key results, their initiatives; then work without a key result."""
    directions = {item.kpi.id: item.kpi.direction or "" for item in outcome.kpis}
    work: dict[str | None, list[tuple[int, str, str]]] = {}
    known = {kr.key_result.id for objective in outcome.objectives for kr in objective.key_results}
    for place, initiative in enumerate(outcome.initiatives, 1):
        key = initiative.key_result if initiative.key_result in known else None
        work.setdefault(key, []).append((place, initiative.text, initiative.assumption))
    for place, (objective, krs) in enumerate(numbered(outcome), 1):
        mode = objective.objective.mode or ""
        guardrails = tuple(limit_line(item) for item in sheet_guardrails(outcome, objective))
        yield Row(
            row_id=f"O{place}",
            kind="objective",
            title=objective.sentence or "Objective without words yet",
            description=objective.moves,
            owner=objective.owner_name,
            email=email_of(objective.owner_name, options.emails),
            due=outcome.end,
            mode=mode,
            kpi=objective.objective.lever or "",
            guardrails=guardrails,
            tags=("okr",),
        )
        for number, kr in krs:
            result = kr.key_result
            yield Row(
                row_id=f"KR{number}",
                parent=f"O{place}",
                kind="key_result",
                title=kr.sentence or kr_name(kr),
                description=evidence_line(kr),
                owner=kr.owner_name,
                email=email_of(kr.owner_name, options.emails),
                due=result.due or outcome.end,
                metric=kr.kpi_name,
                unit=result.unit,
                direction=directions.get(result.kpi or "", ""),
                start=result.start,
                target=result.band[1] if result.kind == "range" and result.band else result.target,
                result_kind=result.kind,
                mode=mode,
                kpi=result.kpi or "",
                guardrails=guardrails,
                tags=tuple(filter(None, ("key result", kr.indicator))),
            )
            for item in work.get(result.id, []):
                yield _initiative(*item, parent=f"KR{number}", outcome=outcome)
    for item in work.get(None, []):
        yield _initiative(*item, parent="", outcome=outcome)


def _initiative(number: int, text: str, assumption: str, *, parent: str, outcome: Outcome) -> Row:
    return Row(
        row_id=f"I{number}",
        parent=parent,
        kind="initiative",
        title=text,
        description=f"We assume: {assumption}" if assumption else "",
        due=outcome.end,
        tags=("initiative",),
    )


def evidence_line(kr: KeyResultSheet) -> str:
    """The evidence plan in one paragraph (M-EVD-1); empty when there is none."""
    plan = kr.key_result.evidence
    parts = [
        ("Proof", kr.key_result.proof),
        ("What moves first", plan.signal),
        ("How it is tested", plan.design),
        ("What decides", plan.decision),
        ("Where it is written", plan.record),
    ]
    return " ".join(f"{label}: {text.rstrip('.')}." for label, text in parts if text)


def email_of(name: str, emails: Mapping[str, str]) -> str:
    """The address given for `name`, or empty when none was or it cannot be one."""
    address = one_line(emails.get(name, ""))
    local, at, domain = address.partition("@")
    return address if at and local and "." in domain and " " not in address and "@" not in domain else ""


def owners(outcome: Outcome) -> list[str]:
    """Everybody who owns an objective or a key result, once, in the sheet's order: the rows of the owner-email step."""
    names = [
        name
        for objective in outcome.objectives
        for name in (objective.owner_name, *(kr.owner_name for kr in objective.key_results))
    ]
    return list(dict.fromkeys(filter(None, names)))


def missing_emails(outcome: Outcome, options: Options) -> list[str]:
    """Owners without a usable address: a tool that needs one would leave their rows without an owner."""
    return [name for name in owners(outcome) if not email_of(name, options.emails)]
