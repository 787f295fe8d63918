"""O-OUTPUT: a deliverable posing as an objective."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, output_verb, read
from facilitation.lint.suggest import OPEN, subject

_WORK = words_in(
    "campaign project programme program rollout roll-out migration relaunch redesign implementation initiative reorganisation "
    "reorganization restructuring refactoring"
)


def _is_deliverable(sentence: Sentence, verb: str) -> bool:
    """Building a culture or delivering an experience is no deliverable; building a portal is, and so is finishing one."""
    if verb == "finish" and sentence.second in {"the", "our", "a", "an"}:
        return not any(token in w.BENEFICIARIES for token in sentence.rest)
    if verb not in w.OUTPUT_WITH_OTHERS | {
        "open",
        "name",
        "finish",
        "begin",
        "start",
        "move",
        "put",
        "stand",
    }:
        return not any(
            token in {"awesome", "amazing", "love", "beloved", "without"} for token in sentence.rest
        )
    if "most" in sentence.rest or any(token in w.EVALUATIVE for token in sentence.rest):
        return False
    return any(token in w.DELIVERABLES for token in sentence.rest)


def _is_named_work(sentence: Sentence) -> bool:
    """A few words that only name the work: "Q3 marketing campaign", "CRM migration"."""
    known = (w.CHANGE_FORMS, w.GENERIC_FORMS, w.OUTPUT_FORMS, w.STATUS_QUO_FORMS)
    return (
        2 <= len(sentence.tokens) <= 4
        and sentence.tokens[-1] in _WORK
        and not any(token in forms for forms in known for token in sentence.tokens[:1])
    )


@rule("O-OUTPUT", "info", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the objective names the thing to be made ("Ship portal v2"), so the solution is chosen before the
    problem is named. Better: name the change the thing is meant to bring ("Customers solve billing questions alone").
    Source: OO, RB.
    """
    sentence = read(line.text)
    verb = output_verb(sentence)
    if verb is None and sentence.first in {"rollout", "roll-out", "go-live", "implementation", "rebuild"}:
        verb = sentence.first
    named = verb is None and _is_named_work(sentence)
    if not named and (verb is None or not _is_deliverable(sentence, verb)):
        return
    thing = subject(sentence)
    what = f"the {thing}" if thing else "the work"
    told = sentence.said() if named else f"{sentence.tokens[sentence.lead].capitalize()} …"
    yield Remark(
        message=f"“{told}” names work to be done, not the change it should bring.",
        suggestion=f"[Who] can {OPEN} because of {what}: put that change here and the work among the initiatives.",
    )
