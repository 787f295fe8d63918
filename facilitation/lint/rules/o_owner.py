"""O-OWNER: nobody, or several people, answer for the objective."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.people import looks_like_team, several_people
from facilitation.lint.rule import Remark, rule


@rule("O-OWNER", "error", "objective", later=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: a team, nobody, or several names own it. Better: one accountable person by name. Source: S4;
    M-KR-5.
    """
    owner = line.known.owner
    if line.known.lacks("owner"):
        yield Remark(
            message="Nobody answers for this objective yet.",
            suggestion="Ask: who will bring it up every week?",
            field="owner",
        )
    elif owner and several_people(owner):
        yield Remark(
            message=f"“{owner}” are several; when two answer for something, each waits for the other.",
            suggestion="Choose one; the others support.",
            field="owner",
        )
    elif owner and looks_like_team(owner):
        yield Remark(
            message=f"“{owner}” is a group, not a person.",
            suggestion=f"Name one person of “{owner}” who answers for it.",
            field="owner",
        )
