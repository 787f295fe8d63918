"""One finding about a tree, in words: what is wrong or missing, on which KPI, and what to do about it."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning", "info"]
CheckCode = Literal[
    "FORMULA",
    "CYCLE",
    "UNKNOWN_REF",
    "UNIT_MISMATCH",
    "PERIOD_MISMATCH",
    "DIV_ZERO",
    "TOO_LARGE",
    "MULTI_ROOT",
    "ORPHAN",
    "UNUSED_CHILD",
    "TOO_MANY",
    "TOO_DEEP",
    "ENTITY_MISMATCH",
    "NOT_COMBINED",
    "INCONSISTENT",
    "OUT_OF_BOUNDS",
    "BAD_NUMBER",
    "DIRECTION",
    "NO_UNIT",
    "NO_NUMBER",
    "NO_LEADING",
    "LAGGING_ONLY",
]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A finding. `kpi` is `None` when it is about the whole tree; `hint` says what to do; `path` lists the ids involved.

    `start`/`end` is the place in the KPI's stored formula, both 0 where there is none.
    """

    kpi: str | None
    code: CheckCode
    severity: Severity
    sentence: str
    hint: str = ""
    path: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def quoted(name: str) -> str:
    """A KPI's name in a sentence, shortened so that the sentence stays one."""
    short = " ".join(name.split())
    return f"“{short[:60].rstrip()}…”" if len(short) > 61 else f"“{short or 'a KPI without a name'}”"


def listed(names: list[str], *, limit: int = 3) -> str:
    """“A”, “B” and “C”; more than `limit` become “and 4 more”."""
    shown = [quoted(name) for name in names[:limit]]
    if len(names) > limit:
        return f"{', '.join(shown)} and {len(names) - limit} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
