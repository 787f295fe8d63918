"""K-OUTPUT: a piece of work posing as a key result."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.quantity import Quantity
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, change_after_link, counted, is_activity, output_verb, read
from facilitation.lint.suggest import after_work

_PLANNED = words_in(
    "planned roadmap backlog milestones features epics stories deliverables projects initiatives tasks actions measures"
)
_TO_MEASURE = frozenset(["baseline", "baselines", "instrumentation"])


_CARRIES_SHARE = w.ACQUIRE_VERBS | w.SERVICE_VERBS | {"move"}
_SCHEDULED = words_in("complete conduct hold attend schedule run deliver produce")
_DIRECTLY = words_in("at least more than over about around some another additional up to all of an a")
_MAY_BE_MEASURE = words_in("move reach hold run complete call")


def _is_result(sentence: Sentence, verb: str) -> bool:
    """ "Add $500k ARR", "Deliver 95 % of orders on time": the verb only carries a measured result."""
    if not sentence.numbers.values:
        return False
    quantity = sentence.numbers.values[0]
    start = sentence.spans[sentence.lead] + len(sentence.first)
    before = [word.strip(",.").lower() for word in sentence.text[start : quantity.start].split()]
    noun = counted(sentence, quantity)
    if len(before) > 5 or is_activity(noun, verb) or any(word in w.ACTIVITY_NOUNS for word in before):
        return False
    share = quantity.dimension in {"percent", "points"}
    if share and verb in _SCHEDULED and is_activity(_of_what(sentence, quantity), verb):
        return False
    if share and any(word in _PLANNED for word in _of_what(sentence, quantity)):
        return False  # how much of the plan was worked off says nothing about its effect
    direct = verb in w.ACQUIRE_VERBS - w.SERVICE_VERBS or all(word in _DIRECTLY for word in before)
    if verb in _CARRIES_SHARE and direct and (share or quantity.dimension == "currency"):
        return True
    if verb in w.ACQUIRE_VERBS and len(before) <= 2 and any(word in w.OUTCOME_COUNT_NOUNS for word in noun):
        return True
    if (
        quantity.dimension in {"currency", "factor"}
        and len(before) <= 1
        and not sentence.text[: quantity.end].endswith("times")
    ):
        return True
    return verb in _MAY_BE_MEASURE and share and any(word in w.METRIC_NOUNS for word in before)


def _of_what(sentence: Sentence, share: Quantity) -> list[str]:
    """The words after "80 % of": "customer onboarding calls"."""
    tail = sentence.text[share.end :].lower().split()
    if tail[:1] != ["of"]:
        return []
    return [word.strip(",.") for word in tail[1:6]]


@rule("K-OUTPUT", "warning", "key_result", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: the sentence begins with work ("Launch the quiz"): it is done when it is done, whatever happens
    to anybody. Better: what changes because of it ("Quiz completion 20 → 35 %"); the work is an initiative. A
    sentence that carries its measured effect along ("Launch X to lift activation from 36 to 44 %") passes. Source:
    S1, C; M-KR-1, M-KR-9.
    """
    sentence = read(line.text)
    verb = output_verb(sentence)
    if verb is None or change_after_link(sentence) or _is_result(sentence, verb):
        return
    if line.known.declared == "baseline" or any(token in _TO_MEASURE for token in sentence.tokens):
        return
    yield Remark(
        message=(
            f"“{sentence.first.capitalize()} …” is work. If it is done and nothing changes for anybody, was it "
            "a success?"
        ),
        suggestion=after_work(line),
    )
