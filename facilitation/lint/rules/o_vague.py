"""O-VAGUE: an objective so general that it fits any team in any quarter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from facilitation.lint import words as w
from facilitation.lint.document import Document, Line
from facilitation.lint.inflect import words_in
from facilitation.lint.rule import Remark, rule
from facilitation.lint.sentence import Sentence, read
from facilitation.lint.suggest import OPEN

_FILLERS = words_in(
    "the a an our your their its of in and or to with at for we will us overall significantly further continuously"
)
_IDEALS = words_in(
    "excellence innovation quality growth efficiency transparency agility productivity synergy success alignment"
)
_TIME = re.compile(
    r"\b(?:this|next|the) (?:year|quarter|month|half)\b|\b(?:by|in|during|for) (?:the )?(?:end of )?(?:q[1-4]"
    r"|h[12]|20\d\d|year)\b",
    re.IGNORECASE,
)
_BETTER_AT = re.compile(
    r"^\W*(?:we )?(?:get|be|become|do|getting|being|becoming) (?:even )?(?:better|good|great|best) (?:at|in|with"
    r"|on)\b",
    re.IGNORECASE,
)


def _is_vague(sentence: Sentence) -> bool:
    if _BETTER_AT.search(sentence.text):
        return True
    kept = read(_TIME.sub("", sentence.text))
    content = [token for token in kept.tokens if token not in _FILLERS and not token.endswith("ly")]
    if len(content) <= 1 or (content[-1] == "excellence" and len(content) <= 4):
        return True
    if content[0] in _IDEALS and len(content) <= 4:
        return all(token in w.GENERIC_NOUNS or token in w.GENERIC_FORMS for token in content)
    if content[0] not in w.GENERIC_FORMS:
        return len(content) <= 2 and all(token in w.GENERIC_NOUNS for token in content)
    generic = all(token in w.GENERIC_NOUNS or token in w.GENERIC_FORMS for token in content[1:])
    return generic and (len(kept.tokens) <= 4 or "and" in kept.tokens) and len(content) <= 7


@rule("O-VAGUE", "warning", "objective", texts=True)
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: a general verb and a general noun ("Improve quality overall"): everybody agrees, nobody knows
    what to do differently. Better: say who notices what ("Clinics trust every claim we file"). Source: S0, S2.
    """
    sentence = read(line.text)
    if not sentence.tokens or sentence.numbers.values or not _is_vague(sentence):
        return
    yield Remark(
        message=(
            "This could stand in any team's plan. Who would notice first if it went well, and what would they "
            "notice?"
        ),
        suggestion=f"[Who] {OPEN} [what they can do, feel or trust], instead of “{sentence.said()}”",
    )
