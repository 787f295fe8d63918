"""How a rule is written: one function in one file, registered under its id.

A check gets one line (or, for rules on the whole, the document) and yields findings; severity and id are filled in here, so
that a check says only what is the matter. Text heuristics never exceed a warning: a check that reads words alone asks for
`severity="warning"` or less where the rule itself is an error.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import msgspec

from facilitation.lint.document import Document, Finding, Kind, Line, Severity

LineCheck = Callable[[Line, Document], Iterator["Remark"]]
DocumentCheck = Callable[[Document], Iterator["Remark"]]


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What a check yields. `severity=None` takes the rule's own; `line` is needed only from document checks."""

    message: str
    suggestion: str = ""
    field: str = "text"
    severity: Severity | None = None
    line: str = ""
    later: bool | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the catalogue (domain e). `about` says the anti-pattern and the better practice.

    `later`: owners, evidence, cycle and final count come in the commit phase; before it the rule is only announced.
    `texts`: the rule can object to words alone, so it has failing and passing sentences as data.
    """

    id: str
    severity: Severity
    about: str
    kinds: tuple[Kind, ...]
    later: bool
    texts: bool
    line_check: LineCheck | None = None
    document_check: DocumentCheck | None = None


RULES: dict[str, Rule] = {}


def _register(found: Rule) -> None:
    if found.id in RULES:
        raise ValueError(f"the lint rule {found.id} is written twice")
    RULES[found.id] = found


def rule(
    id: str, severity: Severity, *kinds: Kind, later: bool = False, texts: bool = False
) -> Callable[[LineCheck], LineCheck]:
    """Register a check of one line; its docstring is the rule's explanation. Raises ValueError for an id used twice."""

    def add(check: LineCheck) -> LineCheck:
        about = inspect.cleandoc(check.__doc__ or "")
        _register(
            Rule(
                id=id, severity=severity, about=about, kinds=kinds, later=later, texts=texts, line_check=check
            )
        )
        return check

    return add


def document_rule(
    id: str, severity: Severity, *, later: bool = False, texts: bool = False
) -> Callable[[DocumentCheck], DocumentCheck]:
    """Register a check of the whole document. Raises ValueError for an id used twice."""

    def add(check: DocumentCheck) -> DocumentCheck:
        about = inspect.cleandoc(check.__doc__ or "")
        _register(
            Rule(
                id=id,
                severity=severity,
                about=about,
                kinds=(),
                later=later,
                texts=texts,
                document_check=check,
            )
        )
        return check

    return add


def finding(found: Rule, remark: Remark, line: str, *, early: bool) -> Finding:
    """The finding for a remark; what belongs to the commit phase is only announced while it is early."""
    severity = remark.severity or found.severity
    message = remark.message
    waits = found.later if remark.later is None else remark.later
    if early and waits:
        severity, message = "info", f"Still to come: {message}"
    return Finding(
        rule=found.id,
        severity=severity,
        message=message,
        suggestion=remark.suggestion,
        line=remark.line or line,
        field=remark.field,
    )
