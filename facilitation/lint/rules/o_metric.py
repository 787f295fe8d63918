"""O-METRIC: a number posing as an objective."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import read

_DOUBLE = re.compile(
    r"^\W*(?:double|triple|quadruple|halve|10x)\b.*\b(?:revenue|sales|mrr|arr|users|customers|profit|leads"
    r"|subscribers|gmv|orders|churn"
    r"|signups|sign-ups|traffic|retention|conversions?)\b",
    re.IGNORECASE,
)


@rule("O-METRIC", "warning", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: a KPI target stands where the intent should ("Hit 40 % activation"). Nobody is moved by it, and
    the key results can only repeat it. Better: say what becomes different and for whom; numbers belong into key
    results. Years, quarters and ranks do not count as numbers. Source: S2, S3, W; M-OBJ-2.
    """
    sentence = read(line.text)
    measures = [one for one in sentence.numbers.values if one.value is not None and one.dimension != "factor"]
    if not measures and not _DOUBLE.search(sentence.text):
        return
    yield Remark(
        message=(
            "This objective is a number. A number says how much, not what for: people remember a change they "
            "want to see."
        ),
        suggestion=f"Keep “{sentence.said()}” as a key result and say here what becomes different, and for whom.",
    )
