"""O-OUTPUT: a deliverable posing as an objective."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, output_verb, read
from facilitation.lint.suggest import OPEN, subject


def _is_deliverable(sentence: Sentence, verb: str) -> bool:
    """Building a culture or delivering an experience is no deliverable; building a portal is."""
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
    if verb is None or not _is_deliverable(sentence, verb):
        return
    thing = subject(sentence)
    what = f"the {thing}" if thing else "the work"
    yield Remark(
        message=(
            f"“{sentence.tokens[sentence.lead].capitalize()} …” names work to be done, not the change it should "
            "bring."
        ),
        suggestion=f"[Who] can {OPEN} because of {what}: put that change here and the work among the initiatives.",
    )
