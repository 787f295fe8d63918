"""One sentence, read once: its words, its leading verb, its numbers, and whether it speaks of an outcome.

The reading is the same for every rule and cached, so that a whole set of OKRs is linted while somebody types. Nothing here
knows a rule; it answers questions such as "does it begin with a verb of producing?" or "which noun does this number count?".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from facilitation.lint import words as w
from facilitation.lint.inflect import words_in
from facilitation.lint.quantities import numbers
from facilitation.lint.quantity import Numbers, Quantity

MAX_READ = 2000  # characters; a key result is one sentence, and a pasted novel must not stall the room

_BULLET = re.compile(r"^\s*(?:(?:[-*+•·▪◦‣–—>]|\[[ xX]?\]|\(?\d{1,2}[.)](?=\s)|\(?[a-h][.)](?=\s))\s*)+")
_LABEL = re.compile(
    r"^\s*[*_]*(?:(?:kr|key\s?results?|o|obj|objective|goal|initiative|guardrail"
    r"|health metric)\s?#?\d{0,2}(?:[.]\d{1,2})*[*_]*\s?[:.)–—-]+"
    r"|(?:kr|o)\s?\d{1,2}(?:[.]\d{1,2})*[*_]*\s+)\s*[*_]*\s*",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?=\s|$|[.,;:])|^[\"“”'‘’«]|[\"“”'’»]$|\s*=>\s*\d{1,3}\s?%\s*$"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'’&/+.-]*[A-Za-z0-9+]|[A-Za-z]|\d+:\d+s?|&")
_SUBJECT = re.compile(
    r"^(?:(?:we|i|our team|the team|the company|[A-Za-z]+ teams?)\s+(?:(?:will|shall|must|should|want to"
    r"|are going to|aim to|plan to|need to)\s+)?"
    r"(?=[a-z])|to (?=[a-z])|by (?:the )?(?:end of )?[A-Za-z0-9 ]{2,16},\s*|in (?:q[1-4]|h[12])[^,]{0,8},\s*"
    r"|ensure (?:that )?(?:we )?(?=[a-z]))",
    re.IGNORECASE,
)
_STOP_NOUN = words_in(
    """
    of for in on by with from to per within and or at that who which via through this next each every than as is
    are was were be will into onto over under between during until before after while without so because but
    across against about among using on-site online currently now vs a an the if when where up out off out-of
    monthly weekly daily has have had our
    """
)
_PURPOSE = re.compile(
    r"\b(?:so that|so (?=\w+ (?:can|are|is|feel|get|find|have))|in order to|to (?=[a-z]+)|such that|that|which"
    r"|who|leading to|resulting in|and thereby|thereby|"
    r"achieving|reaching|with|which|until|by \w+ing)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:so that|so (?:\w+ ){1,4}(?:can|could|are|is|feel|get|find|have|return|stay|choose|love|do|never"
    r"|trust)|in order to|because|without"
    r"|that (?:customers?|users?|people|teams?|our|they|we|helps?|makes?|lets?|gives?)|which|by [a-z]+ing)\b"
    r"|\bto (?!the\b|a\b|an\b|our\b|new\b|all\b|market\b)[a-z]+",
    re.IGNORECASE,
)

_INCLINED = re.compile(
    r"\b(?:likely|unlikely|able|ready|due|about|expected|prone|need|want|how|where|when)\s+$", re.IGNORECASE
)
_SAYS = words_in(
    """
    takes is are costs reaches rises falls drops stays remains increases decreases grows goes needs lasts improves
    exceeds averages happens becomes
    """
)


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A read sentence. `lead` is the position of its first meaningful word in `tokens` (lower case)."""

    text: str
    tokens: tuple[str, ...]
    spans: tuple[int, ...]
    lead: int
    numbers: Numbers

    @property
    def first(self) -> str:
        """The leading word, "" for a sentence without words."""
        return self.tokens[self.lead] if self.lead < len(self.tokens) else ""

    @property
    def second(self) -> str:
        """The word after the leading one."""
        return self.tokens[self.lead + 1] if self.lead + 1 < len(self.tokens) else ""

    @property
    def rest(self) -> tuple[str, ...]:
        """The words after the leading one."""
        return self.tokens[self.lead + 1 :]

    @property
    def has_number(self) -> bool:
        """Whether there is any number that could be a measure (dates, names and versions are none)."""
        return bool(self.numbers.values)

    @property
    def has_pair(self) -> bool:
        """Whether it moves something from one number to another."""
        return bool(self.numbers.pairs)

    def said(self) -> str:
        """The sentence without its mark at the end, for quoting."""
        return self.text.rstrip(" .;,")


def clean(text: str) -> str:
    """The sentence without bullets, labels ("KR1:"), emphasis and outer quotes."""
    found = " ".join(text[:MAX_READ].split())
    for _ in range(3):
        found = _LABEL.sub("", _BULLET.sub("", found), count=1)
    return " ".join(_MARKS.sub("", found).split())


@lru_cache(maxsize=4096)
def read(text: str) -> Sentence:
    """Read one sentence (at most `MAX_READ` characters of it)."""
    found = clean(text)
    matches = list(_WORD.finditer(found))
    tokens = tuple(match.group().lower().replace("’", "'") for match in matches)
    spans = tuple(match.start() for match in matches)
    return Sentence(
        text=found, tokens=tokens, spans=spans, lead=_lead(found, tokens, spans), numbers=numbers(found)
    )


def _lead(text: str, tokens: Sequence[str], spans: Sequence[int]) -> int:
    index = 0
    skipped = True
    offset = 0
    while skipped and index < len(tokens):
        skipped = False
        match = _SUBJECT.match(text[offset:])
        if match and not _is_command(match.group(), text[offset + match.end() :]):
            offset += match.end()
            while index < len(tokens) and spans[index] < offset:
                index += 1
            skipped = True
        elif tokens[index].endswith("ly") and tokens[index] not in {
            "apply",
            "supply",
            "reply",
            "comply",
            "rely",
            "multiply",
        }:
            index += 1
            if index < len(spans):
                offset = spans[index]
            skipped = index < len(tokens)
    return min(index, max(len(tokens) - 1, 0))


def _is_command(subject: str, rest: str) -> bool:
    """ "Consult teams on ..." is no subject with a verb behind it; "Design teams build ..." is."""
    first, *others = subject.lower().split()
    known = (
        first in w.OUTPUT_FORMS or first in w.STUDY_FORMS or first in w.HELP_FORMS or first in w.CHANGE_FORMS
    )
    following = rest.split(maxsplit=1)[0].lower() if rest.strip() else ""
    works = following in w.OUTPUT_FORMS or following in w.ROUTINE_FORMS or following in w.CHANGE_FORMS
    return known and bool(others) and others[0].startswith("team") and (len(others) > 1 or not works)


def starts_with_number(sentence: Sentence) -> bool:
    """Whether the first thing of the sentence is a number: "20 customer interviews"."""
    values = sentence.numbers.values
    lead_at = sentence.spans[sentence.lead] if sentence.spans else 0
    return bool(values) and values[0].start <= lead_at


def output_verb(sentence: Sentence) -> str | None:
    """The base form of the leading verb if it is one of producing (launch, build, hire, ...), else None."""
    if starts_with_number(sentence):
        return None
    verb = w.OUTPUT_FORMS.get(sentence.first)
    if verb is None:
        return _light_verb(sentence)
    if _is_noun(sentence, verb):
        return None
    particles = w.PHRASAL.get(verb)
    if (
        particles
        and sentence.second not in particles
        and not any(token in particles for token in sentence.rest[:4] if verb in {"roll", "set"})
    ):
        return None
    return verb


def _light_verb(sentence: Sentence) -> str | None:
    """ "Do a survey", "have regular meetings", "rollout of the CRM": the noun carries the work."""
    if sentence.first in w.WORK_NOUNS and sentence.second in {"of", "for", "to"}:
        return sentence.first
    if sentence.first in w.GIVING_FORMS and sentence.second in w.ACTIVITY_NOUNS:
        return w.GIVING_FORMS[sentence.first]
    if sentence.first in w.LIGHT_FORMS and sentence.second in {
        "a",
        "an",
        "the",
        "regular",
        "weekly",
        "monthly",
        "some",
    }:
        near = sentence.rest[1:5]
        if any(token in w.ACTIVITY_NOUNS or token in w.LIGHT_OBJECTS for token in near):
            return w.LIGHT_FORMS[sentence.first]
    return None


def study_verb(sentence: Sentence) -> str | None:
    """The base form of a leading verb of thinking or taking part (analyse, consult, participate, ...), else None."""
    verb = None if starts_with_number(sentence) else w.STUDY_FORMS.get(sentence.first)
    return None if verb is None or _is_noun(sentence, verb) else verb


def help_verb(sentence: Sentence) -> str | None:
    """The base form of a leading verb of helping (help, support, coach, ...), else None."""
    verb = None if starts_with_number(sentence) else w.HELP_FORMS.get(sentence.first)
    return None if verb is None or _is_noun(sentence, verb) else verb


def _is_noun(sentence: Sentence, verb: str) -> bool:
    """ "Support tickets ≤ 85", "release frequency from 2 to 10": the word is the first half of a measure's name."""
    if sentence.second in _SAYS:
        return True
    if sentence.first == verb and verb not in w.ALSO_NOUNS:
        return False
    if sentence.first != verb and not sentence.first.endswith(("ing", "ed")):
        return False
    if sentence.second in {
        "the",
        "a",
        "an",
        "our",
        "all",
        "new",
        "every",
        "each",
        "and",
        "&",
        "or",
        "up",
        "out",
        "at",
        "with",
        "to",
        "for",
    }:
        return False
    first = sentence.numbers.values[0].start if sentence.numbers.values else len(sentence.text)
    following = [
        token
        for token, at in zip(
            sentence.tokens[sentence.lead + 1 :], sentence.spans[sentence.lead + 1 :], strict=True
        )
        if at < first
    ][:4]
    if not following or not sentence.has_number:
        return sentence.second in w.METRIC_NOUNS and sentence.second in w.RATE_NOUNS | {
            "time",
            "frequency",
            "score",
            "coverage",
        }
    quantity = sentence.numbers.values[0]
    if sentence.numbers.band:
        return True
    bounded = (
        bool(quantity.bound)
        or sentence.has_pair
        or quantity.dimension in {"percent", "points", "score", "time"}
    )
    if not bounded:
        return False
    share = (
        quantity.dimension == "percent"
        and bool(quantity.bound)
        and not any(t in _STOP_NOUN for t in following)
    )
    return share or any(token in w.METRIC_NOUNS for token in following)


def counted(sentence: Sentence, quantity: Quantity) -> tuple[str, ...]:
    """The words a number counts: "20 customer interviews with" → ("customer", "interviews")."""
    found: list[str] = []
    end = quantity.end
    for token, at in zip(sentence.tokens, sentence.spans, strict=True):
        if at < quantity.end:
            continue
        if (
            sentence.text[end:at].strip(" +x×-–") not in {"", "(", "%"}
            or token in _STOP_NOUN
            or len(found) == 6
        ):
            break
        found.append(token)
        end = at + len(token)
    return tuple(found)


def is_activity(noun: Sequence[str], verb: str | None = None) -> bool:
    """Whether counted words name a piece of work: calls, posts, demos; "training sessions" but not "user sessions"."""
    for position in range(len(noun) - 1, -1, -1):
        word = noun[position]
        if word in w.METRIC_NOUNS and word not in w.ACTIVITY_NOUNS:
            return False
        if word not in w.ACTIVITY_NOUNS:
            continue
        company = w.ACTIVITY_IN_COMPANY.get(word)
        if company is None:
            return not (word in {"bugs", "tickets", "drills", "trips"} and verb is None)
        return any(before in company for before in noun[:position]) or verb in w.OUTPUT_VERBS
    return False


def change_after_link(sentence: Sentence) -> bool:
    """Whether work is said to serve a measured change: "Launch X to lift activation to 44 %", "... with 90 %
    adoption".
    """
    if sentence.has_pair:
        return True
    lead_at = sentence.spans[sentence.lead] if sentence.spans else 0
    for link in _PURPOSE.finditer(sentence.text, lead_at + 1):
        tail = sentence.text[link.end() :]
        values = [one for one in sentence.numbers.values if one.start >= link.end()]
        if not values:
            return False
        if _INCLINED.search(sentence.text[: link.start()]):
            continue
        tail_words = [match.group().lower() for match in _WORD.finditer(tail)][:4]
        changes = any(word in w.CHANGE_FORMS for word in tail_words)
        measured = any(
            one.dimension in {"percent", "points", "score", "currency", "factor"}
            or one.per
            or one.bound == "<="
            for one in values
        )
        if changes or (measured and any(word in w.METRIC_NOUNS for word in sentence.tokens)):
            return True
    return False


def has_why(sentence: Sentence) -> bool:
    """Whether the sentence says what the change is for, or for whom."""
    lead_at = sentence.spans[sentence.lead] if sentence.spans else 0
    return _WHY.search(sentence.text, lead_at + 1) is not None or any(
        token in w.BENEFICIARIES for token in sentence.tokens
    )


def target_of(sentence: Sentence) -> Quantity | None:
    """The number the sentence aims at: the end of its movement, or the first number that is not a rate's base."""
    if sentence.numbers.pairs:
        return sentence.numbers.pairs[0].target
    return next((one for one in sentence.numbers.values), None)


def start_of(sentence: Sentence) -> Quantity | None:
    """The number the sentence starts from, if it says so."""
    return sentence.numbers.pairs[0].start if sentence.numbers.pairs else None
