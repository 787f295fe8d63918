"""O-COUNT: too many objectives."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document
from facilitation.lint.rule import Remark, document_rule

MOST = 3


@document_rule("O-COUNT", "warning", later=True)
def check(document: Document) -> Iterator[Remark]:
    """Anti-pattern: more than three objectives for one unit; people who own nine own none. Better: one or two, three
    for a whole company. Source: S4; M-OBJ-3.
    """
    units: dict[str, list[str]] = {}
    for line in document.of_kind("objective"):
        team = line.known.team
        if document.complete or team:
            units.setdefault(team or "", []).append(line.id)
    for team, ids in units.items():
        if len(ids) > MOST:
            yield Remark(
                message=f"{len(ids)} objectives{f' for {team}' if team else ''} at once; attention is enough for {MOST}.",
                suggestion="Which of them would you regret most if nothing changed? Keep those, park the others.",
                field="count",
                line=ids[MOST],
            )
