"""O-COMPOUND: two objectives in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, read

_JOINT = re.compile(r"(?:,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|;\s*|\s+while\s+)(?:(?:also|we)\s+)?([A-Za-z-]+)")


def _second_verb(sentence: Sentence) -> int | None:
    """Where a second verb of change begins ("grow hiring and cut churn"), or None."""
    if (
        sentence.first not in w.CHANGE_FORMS
        and sentence.first not in w.OUTPUT_FORMS
        and sentence.first not in w.GENERIC_FORMS
    ):
        return None
    lead_at = sentence.spans[sentence.lead]
    for match in _JOINT.finditer(sentence.text, lead_at + 1):
        word = match.group(1).lower()
        after = sentence.text[match.end() : match.end() + 1]
        base = w.CHANGE_FORMS.get(word) or w.GENERIC_FORMS.get(word)
        if (
            base == word
            and after == " "
            and word not in {"lead", "better", "top", "limit", "drive", "speed", "cap", "drop", "cost"}
        ):
            return match.start()
    return None


@rule("O-COMPOUND", "info", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "and" ties two changes from different branches together ("Grow hiring and cut churn"); half of it
    can fail unseen. Better: one objective per branch of the tree. Source: Y.
    """
    sentence = read(line.text)
    if not sentence.tokens:
        return
    branches = line.known.branches
    if len(set(branches)) > 1:
        yield Remark(
            message=(
                "The key results of this objective belong to different branches of the tree: these are two "
                "objectives."
            ),
            suggestion="Make one objective per branch.",
        )
        return
    cut = _second_verb(sentence)
    if cut is not None:
        first = sentence.text[:cut].strip(" ,;&")
        yield Remark(
            message=(
                "Two changes are tied together here; one of them can fail and the sentence still sounds half "
                "done."
            ),
            suggestion=f"Keep “{first}” and give the other change an objective of its own, or drop it this quarter.",
        )
