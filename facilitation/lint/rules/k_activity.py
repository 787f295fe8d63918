"""K-ACTIVITY: counting work instead of its effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import lookup, words_in
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

_HELD = words_in("held published written sent posted conducted organised organized attended")
_WITH = re.compile(r"\b(?:with|for|at|to|of)\s+(?:at least |over |more than |about )?$", re.IGNORECASE)
_MEETINGS = words_in(
    """
    interviews interview meetings calls demos workshops visits conversations talks webinars training trainings sessions
    discussions outreach
    """
)
_NUMBER_OF = re.compile(r"\bnumber of ((?:[\w-]+ ){0,2}[\w-]+)", re.IGNORECASE)
_OWN_WORK = words_in(
    """
    posts articles blogs newsletters calls emails meetings interviews webinars videos workshops trainings presentations
    podcasts campaigns experiments demos
    """
)
_HANDLING = lookup(["close", "resolve", "process", "handle", "answer", "fix"])
_SPENDING = lookup(["spend", "dedicate", "devote", "allocate", "invest", "reserve", "block"])
_OF_OUR_TIME = re.compile(r"^\s*of (?:\w+ ){0,2}(?:time|capacity|hours|working day)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"^\s*(?:faster|more|less|higher|lower|better|as|the|cheaper|quicker)\b", re.IGNORECASE
)


def _counted_work(sentence: Sentence) -> str:
    """The counted work ("20 customer interviews"), or ""."""
    if not sentence.has_number:
        return _held(sentence)
    leads_number = starts_with_number(sentence)
    if sentence.first in w.BENEFICIARIES and not leads_number:
        return ""  # what users do is behaviour, not our effort
    if sentence.first in w.DOWN_FORMS:
        return ""
    number_of = _NUMBER_OF.search(sentence.text)
    if number_of and any(word in _OWN_WORK for word in number_of.group(1).lower().split()):
        return number_of.group()
    if sentence.first in w.UP_FORMS and not leads_number:
        return ""
    verb = w.CONTACT_FORMS.get(sentence.first) or output_verb(sentence) or _HANDLING.get(sentence.first)
    for quantity in sentence.numbers.values:
        if quantity.value is None or quantity.bound == "<=":
            continue
        noun = counted(sentence, quantity)
        amount = sentence.text[quantity.start : quantity.end].strip()
        if quantity.dimension == "time" and sentence.first in _SPENDING:
            return f"{sentence.first} {amount}"
        if sentence.first in _SPENDING and _OF_OUR_TIME.match(sentence.text[quantity.end :]):
            return f"{sentence.first} {amount} of our time"
        if quantity.dimension == "factor" and quantity.unit == "x" and amount.endswith("times"):
            if verb and not _COMPARED.match(sentence.text[quantity.end :]):
                return f"{sentence.first} {amount}"
            continue
        if quantity.dimension != "count" or not noun:
            continue
        called = verb in w.CONTACT_VERBS and w.OUTPUT_FORMS.get(sentence.first) == verb and not leads_number
        done = leads_number and _is_done(sentence, noun)
        met = sentence.first in _MEETINGS and _WITH.search(sentence.text[: quantity.start]) is not None
        if is_activity(noun, verb) or met or done or (called and quantity is sentence.numbers.values[0]):
            return f"{amount} {' '.join(noun)}"
    return ""


def _is_done(sentence: Sentence, noun: tuple[str, ...]) -> bool:
    """ "3 pilots launched": a count of things we made, not of what anybody does with them."""
    finished = next((at for at, word in enumerate(noun) if at and word in w.DONE_FORMS), None)
    return finished is not None and not any(word in w.METRIC_NOUNS for word in noun[:finished])


def _held(sentence: Sentence) -> str:
    """ "Articles published", "number of meetings held": the measure itself is work, though no number is given."""
    ends_held = bool(sentence.tokens) and sentence.tokens[-1] in _HELD and len(sentence.tokens) <= 5
    return sentence.said() if ends_held else ""


@rule("K-ACTIVITY", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the number counts calls, posts, demos or interviews ("Run 20 demos"): effort, not effect. Better:
    what the activity should move ("Demo→deal rate 18 → 23 %"). A count that the group tagged as a leading indicator
    passes. Source: OO, S4.
    """
    known = line.known
    if "leading" in known.tags or (known.kpi is not None and known.kpi.indicator == "leading"):
        return
    sentence = read(line.text)
    work = _counted_work(sentence)
    if not work or (change_after_link(sentence) and not work.startswith("number of")):
        return
    yield Remark(
        message=f"“{work}” counts effort. What would be different afterwards, and how early would you see it?",
        suggestion=after_work(line),
    )
