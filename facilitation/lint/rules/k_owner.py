"""K-OWNER: nobody by name answers for the key result."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.people import looks_like_team, several_people
from facilitation.lint.rule import Remark, rule


@rule("K-OWNER", "error", "key_result", later=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: no owner, or a team as owner ("Sales"). Better: one person by name; shared results still have one
    owner, and supporting key results in the other teams. Source: S4; M-KR-5.
    """
    owner = line.known.owner
    if line.known.lacks("owner"):
        yield Remark(
            message="Nobody answers for this key result yet.",
            suggestion="Who will report on it every week?",
            field="owner",
        )
    elif owner and looks_like_team(owner):
        yield Remark(
            message=f"“{owner}” sounds like a team; teams do not answer mails about missed numbers.",
            suggestion=f"Name one person of “{owner}”.",
            field="owner",
            severity="warning",
        )
    elif owner and several_people(owner):
        yield Remark(
            message=f"“{owner}” are several; one of them should answer for it.",
            suggestion="One owner, and a supporting key result for each of the others.",
            field="owner",
            severity="warning",
        )
