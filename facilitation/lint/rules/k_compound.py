"""K-COMPOUND: two measures in one key result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, read
from facilitation.lint.suggest import from_kpi

_PROTECTS = re.compile(
    r"\b(?:without|while|whilst|provided|at (?:a )?(?:constant|stable)|with no|keeping|maintaining|holding"
    r"|and (?:keep|maintain|hold)|not exceeding|as long as)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s(?:and|&|plus|as well as)\s|[;,]\s*(?:and\s)?", re.IGNORECASE)


def _two_measures(sentence: Sentence) -> int | None:
    """Where the second measure begins, or None."""
    guarded = _PROTECTS.search(sentence.text)
    limit = guarded.start() if guarded else len(sentence.text)
    pairs = [one for one in sentence.numbers.pairs if min(one.start.start, one.target.start) < limit]
    if len(pairs) > 1 and (pairs[0].start.value is not None):
        between = sentence.text[
            max(pairs[0].start.end, pairs[0].target.end) : min(pairs[1].start.start, pairs[1].target.start)
        ]
        if re.search(r"[A-Za-z]{3}", between):
            return max(pairs[0].start.end, pairs[0].target.end)
    for match in _AND.finditer(sentence.text, 0, limit):
        following = re.match(r"(?:then |also |to )?([A-Za-z-]+)", sentence.text[match.end() :])
        word = following.group(1).lower() if following else ""
        if (
            w.CHANGE_FORMS.get(word) == word
            and sentence.first in w.CHANGE_FORMS
            and word not in {"lower", "top", "drop", "cost", "cap"}
        ):
            return match.start()
        later = [one for one in sentence.numbers.values if match.end() <= one.start < limit]
        earlier = [one for one in sentence.numbers.values if one.start < match.start()]
        if sentence.has_pair or not later or not earlier or match.group().strip() in {",", ";"}:
            continue
        if (
            earlier[-1].dimension in {"time", "count"}
            and later[0].dimension == earlier[-1].dimension
            and not later[0].bound
        ):
            continue
        name = sentence.text[match.end() : later[0].start]
        if any(token in w.METRIC_NOUNS for token in re.findall(r"[a-z-]+", name.lower())):
            return match.start()
    return None


@rule("K-COMPOUND", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: two measures in one sentence ("NPS 30 → 40 and CSAT 4 → 4.5"); if one is reached and one is not,
    what is the grade? Better: one measure each. A limit joined by "without" or "while" is a guardrail and passes.
    Source: K.
    """
    sentence = read(line.text)
    if not sentence.tokens:
        return
    cut = _two_measures(sentence)
    if cut is None:
        return
    first = sentence.text[:cut].strip(" ,;&")
    yield Remark(
        message="Two measures share this sentence; when only one of them moves, nobody knows how to grade it.",
        suggestion=from_kpi(line) or f"Keep “{first}” here and give the other measure its own key result.",
    )
