"""K-ACTIVITY: counting work instead of its effect."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import (
    Sentence,
    change_after_link,
    counted,
    is_activity,
    output_verb,
    read,
    starts_with_number,
)
from facilitation.lint.suggest import after_work

_COUNT_OF_WORK = words_in(
    "held published written sent posted conducted organised organized made attended shipped released done"
)


def _counted_work(sentence: Sentence) -> str:
    """The counted work ("20 customer interviews"), or ""."""
    if sentence.first in w.DOWN_FORMS or (sentence.has_pair and sentence.first in w.CHANGE_FORMS):
        return ""
    verb = w.CONTACT_FORMS.get(sentence.first) or output_verb(sentence)
    for quantity in sentence.numbers.values:
        if quantity.dimension != "count" or quantity.value is None or quantity.bound == "<=":
            continue
        noun = counted(sentence, quantity)
        if not noun:
            continue
        if sentence.first in w.UP_FORMS and not starts_with_number(sentence):
            continue
        contact = (
            verb in w.CONTACT_VERBS
            and w.OUTPUT_FORMS.get(sentence.first) == verb
            and not starts_with_number(sentence)
        )
        if is_activity(noun, verb) or (contact and quantity is sentence.numbers.values[0]):
            return f"{sentence.text[quantity.start : quantity.end].strip()} {' '.join(noun)}"
    if (
        not sentence.has_number
        and sentence.tokens
        and sentence.tokens[-1] in _COUNT_OF_WORK
        and len(sentence.tokens) <= 5
    ):
        return sentence.said()
    return ""


@rule("K-ACTIVITY", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the number counts calls, posts, demos or interviews ("Run 20 demos"): effort, not effect. Better: what the
    activity should move ("Demo→deal rate 18 → 23 %"). A count that the group tagged as a leading indicator passes.
    Source: OO, S4.
    """
    known = line.known
    if "leading" in known.tags or (known.kpi is not None and known.kpi.indicator == "leading"):
        return
    sentence = read(line.text)
    work = _counted_work(sentence)
    if not work or change_after_link(sentence):
        return
    yield Remark(
        message=f"“{work}” counts effort. What would be different afterwards, and how early would you see it?",
        suggestion=after_work(line),
    )
