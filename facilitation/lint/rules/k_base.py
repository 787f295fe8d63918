"""K-BASE: a target without a start."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read, start_of
from facilitation.lint.suggest import OPEN, from_kpi

_EMPTY = words_in(
    """
    to at of the a an by more than least over above below under about around q1 q2 q3 q4 end we will this quarter
    year
    """
)


@rule("K-BASE", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: "Reach 48 %": from where? Nobody can tell ambition from sandbagging. Better: "41 → 48 %"; no
    baseline yet: the first two weeks go into measuring it. From words alone only a number that names no measure is
    objected to: the start may be written down elsewhere. Source: S3, S4.
    """
    known = line.known
    sentence = read(line.text)
    if known.declared in ("binary", "qualitative", "baseline", "range") or known.band is not None:
        return
    ceiling = known.kpi is not None and known.kpi.direction == "range"
    if (
        known.complete
        and known.target is not None
        and known.start is None
        and start_of(sentence) is None
        and not ceiling
    ):
        if known.kpi is not None and known.kpi.mean is not None:
            return
        yield Remark(
            message="Where do we stand today? Without a start the target cannot be judged.",
            suggestion=from_kpi(line) or "Add a key result: the baseline is measured by the end of week 2.",
            field="start",
        )
        return
    if known.kpi is not None or known.target is not None or not sentence.has_number or sentence.has_pair:
        return
    verb = sentence.first in w.CHANGE_FORMS
    measure = [token for token in sentence.tokens if token not in _EMPTY and token not in w.CHANGE_FORMS]
    if verb and not measure and len(sentence.numbers.values) == 1:
        yield Remark(
            message=f"“{sentence.said()}”: of what, and from where?",
            suggestion=(
                f"[KPI] from {OPEN} to "
                f"{sentence.text[sentence.numbers.values[0].start : sentence.numbers.values[0].end].strip()}"
            ),
        )
