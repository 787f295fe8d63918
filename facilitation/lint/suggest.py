"""Better versions of a sentence, built from its KPI where one is known, and cautiously from its words where not.

No number is ever invented: what is not known stays an open place ("…") for the group to fill.
"""

from __future__ import annotations

import re

from facilitation.dates import date_text
from facilitation.lint import words as w
from facilitation.lint.document import Line, Structure
from facilitation.lint.sentence import Sentence, help_verb, output_verb, read, study_verb
from facilitation.units import show_number

OPEN = "…"
FRAME = f"[measure] from {OPEN} to {OPEN} by {OPEN}"
_ARTICLE = re.compile(r"^(?:the|a|an|our|all|new|first|up|out|off)\s+", re.IGNORECASE)


def shown(value: float | None, unit: str | None) -> str:
    """A number as the product shows it, or the open place."""
    return OPEN if value is None else show_number(value, unit or "")


def unit_of(known: Structure) -> str:
    """The unit of the key result: its own, else its KPI's."""
    return known.unit or (known.kpi.unit if known.kpi and known.kpi.unit else "") or ""


def from_kpi(line: Line, *, target: float | None = None) -> str:
    """The sentence this key result would have if it were written from its KPI; "" where no KPI is known."""
    known = line.known
    kpi = known.kpi
    if kpi is None or not kpi.name:
        return ""
    unit = unit_of(known)
    segment = f" in {known.segment}" if known.segment else ""
    due = f" by {date_text(known.due)}" if known.due else ""
    band = known.band or kpi.band
    if kpi.direction == "range" and band is not None:
        through = f" through {date_text(known.due)}" if known.due else ""
        return f"Keep {kpi.name}{segment} within {shown(band[0], unit)}–{shown(band[1], unit)}{through}"
    start = known.start if known.start is not None else kpi.mean
    aim = target if target is not None else known.target
    if start is not None and aim is not None and _wrong_way(kpi.direction, start, aim):
        aim = None  # K-DIR asks which of the two is meant; no other remark takes a side
    if kpi.direction is None and start is not None and aim is not None:
        verb = "Increase" if aim >= start else "Reduce"
    else:
        verb = "Reduce" if kpi.direction == "down" else "Increase"
    return f"{verb} {kpi.name}{segment} from {shown(start, unit)} to {shown(aim, unit)}{due}"


def _wrong_way(direction: str | None, start: float, aim: float) -> bool:
    return (direction == "up" and aim < start) or (direction == "down" and aim > start)


def measured(line: Line) -> str:
    """The KPI's sentence, or a frame that keeps this sentence's own measure and leaves the numbers open.

    Work has no measure of its own, so for a sentence about work only the KPI can help.
    """
    built = from_kpi(line)
    if built:
        return built
    sentence = read(line.text)
    if sentence.first not in w.CHANGE_FORMS and sentence.first not in w.GENERIC_FORMS:
        works = output_verb(sentence) or study_verb(sentence) or help_verb(sentence)
        return "" if works else FRAME  # the rule on work asks the better question
    thing = without_adverbs(subject(sentence))
    return f"{_capital(thing)} from {OPEN} to {OPEN} by {OPEN}" if thing else FRAME


def after_work(line: Line) -> str:
    """For a piece of work: what should be different once it is done, as a measured sentence."""
    built = from_kpi(line)
    if built:
        return built
    sentence = read(line.text)
    thing = subject(sentence)
    if help_verb(sentence) or study_verb(sentence):
        what = "What should be different afterwards for those you work with?"
    elif sentence.first in w.CONTACT_FORMS and not thing[:1].isdigit():
        what = "What should be different afterwards, and for whom?"
    elif thing and (thing[0].islower() or thing[0].isdigit()):
        what = f"What should the {thing} change, and for whom?"
    else:
        what = "What should this change, and for whom?"
    return f"{what} Write that: {FRAME}. The work itself becomes an initiative."


def turned(line: Line) -> str:
    """The same sentence with start and target exchanged; "" where it has no movement to turn."""
    pairs = read(line.text).numbers.pairs
    text = read(line.text).text
    if not pairs:
        return ""
    one, other = sorted((pairs[0].start, pairs[0].target), key=lambda each: each.start)
    first, second = text[one.start : one.end].strip(), text[other.start : other.end].strip()
    between, behind = text[one.start + len(first) : other.start], text[other.start + len(second) :]
    return f"{text[: one.start]}{second}{between}{first}{behind}".strip()


def without_adverbs(text: str) -> str:
    return re.sub(
        r"\s*\b(?:significantly|substantially|dramatically|greatly|considerably|a lot|as much as possible|well)\b\s*",
        " ",
        text,
    ).strip()


def subject(sentence: Sentence) -> str:
    """The words after the leading verb, without article and tail: "Launch the new portal by May" → "new portal"."""
    if sentence.lead >= len(sentence.tokens):
        return ""
    start = sentence.spans[sentence.lead] + len(sentence.tokens[sentence.lead])
    rest = sentence.text[start:]
    rest = re.split(
        r"\s+(?:by|from|to|in order|so that|until|before|within|through|via|at least)\b|[.;:(]",
        rest,
        maxsplit=1,
    )[0]
    rest = " ".join(rest.split()).strip(" ,–-")
    for _ in range(2):
        rest = _ARTICLE.sub("", rest)
    return rest if 2 < len(rest) <= 70 else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
