"""K-DIR: the verb, the numbers and the KPI point in different directions."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read
from facilitation.lint.suggest import shown, turned, unit_of


@rule("K-DIR", "error", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "Reduce 5 → 8", or a target on the bad side of today. Better: "Reduce 8 → 5". Source: A."""
    known = line.known
    sentence = read(line.text)
    start, target = known.start, known.target
    told = False
    if start is None and target is None and sentence.has_pair:
        pair = sentence.numbers.pairs[0]
        start, target = pair.start.size, pair.target.size
        told = True
        if pair.start.dimension != pair.target.dimension and pair.start.dimension != "count":
            return
    if start is None and known.kpi is not None and not told:
        start = known.kpi.mean
    if start is None or target is None or start == target:
        return
    rises = target > start
    wanted = known.kpi.direction if known.kpi is not None else None
    says_up, says_down = sentence.first in w.UP_FORMS, sentence.first in w.DOWN_FORMS
    against_verb = (says_up and not rises) or (says_down and rises)
    against_kpi = (wanted == "up" and not rises) or (wanted == "down" and rises)
    if not against_verb and not against_kpi:
        return
    unit = unit_of(known)
    if told:
        pair = sentence.numbers.pairs[0]
        ends = (sentence.text[end.start : end.end].strip() for end in (pair.start, pair.target))
        numbers = " → ".join(ends)
    else:
        numbers = f"{shown(start, unit)} → {shown(target, unit)}"
    way = "up" if rises else "down"
    if against_verb:
        message = (
            f"“{sentence.first.capitalize()}” and “{numbers}” contradict each other: the numbers go {way}."
        )
    else:
        name = known.kpi.name if known.kpi is not None else "The KPI"
        message = f"{numbers} goes {way}, but for “{name}” {'up' if wanted == 'up' else 'down'} is good."
    other_way = "Check which of the two is meant, and turn the other around."
    yield Remark(
        message=message,
        suggestion=(turned(line) if against_verb else "") or other_way,
        field="text" if told else "target",
        severity="warning" if told else None,
    )
