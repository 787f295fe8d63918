"""K-OUTPUT: a piece of work posing as a key result."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, change_after_link, counted, is_activity, output_verb, read
from facilitation.lint.suggest import after_work

_TO_MEASURE = frozenset(["baseline", "baselines", "instrumentation"])


def _is_result(sentence: Sentence, verb: str) -> bool:
    """ "Add $500k ARR", "Deliver 95 % of orders on time", "Build a pipeline of $5M": the verb only carries a measured result."""
    for quantity in sentence.numbers.values[:1]:
        before = sentence.text[sentence.spans[sentence.lead] + len(sentence.first) : quantity.start].split()
        noun = counted(sentence, quantity)
        if len(before) > 5 or is_activity(noun, verb):
            return False
        if verb in w.ACQUIRE_VERBS | w.SERVICE_VERBS and quantity.dimension in {
            "currency",
            "percent",
            "points",
        }:
            return True
        if (
            verb in w.ACQUIRE_VERBS
            and len(before) <= 2
            and any(token in w.OUTCOME_COUNT_NOUNS for token in noun)
        ):
            return True
        if quantity.dimension == "currency" and len(before) <= 1:
            return True
        if (
            verb in {"move", "reach", "hold", "run", "complete", "call"}
            and quantity.dimension in {"percent", "points"}
            and len(before) > 1
        ):
            return any(token in w.METRIC_NOUNS for token in before)
    return False


@rule("K-OUTPUT", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the sentence begins with work ("Launch the quiz"): it is done when it is done, whatever happens to anybody.
    Better: what changes because of it ("Quiz completion 20 → 35 %"); the work is an initiative. A sentence that carries its
    measured effect along ("Launch X to lift activation from 36 to 44 %") passes. Source: S1, C; M-KR-1, M-KR-9.
    """
    sentence = read(line.text)
    verb = output_verb(sentence)
    if verb is None or change_after_link(sentence) or _is_result(sentence, verb):
        return
    if line.known.declared == "baseline" or any(token in _TO_MEASURE for token in sentence.tokens):
        return
    yield Remark(
        message=f"“{sentence.first.capitalize()} …” is work. If it is done and nothing changes for anybody, was it a success?",
        suggestion=after_work(line),
    )
