"""Key results, objectives and guardrails as sentences, made from structure so that screen and paper never disagree.

A key result reads `{Increase|Reduce} {KPI} in {segment} from {today} to {target} by {date} without {guardrail}`, a range
`Keep {KPI} within {low}–{high} through {date}`; an objective names what people will notice and why it matters, without a
number (domain d.2, d.3, M-OBJ-2, M-KR-1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from facilitation.dates import date_text
from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail, KeyResult, Objective
from facilitation.targets import direction_of
from facilitation.units import parse_unit, show_number, split_number

OBJECTIVE_WORDS = 18


def key_result_sentence(
    key_result: KeyResult, kpi: Kpi | None = None, guardrail: Guardrail | None = None
) -> str:
    """The sentence of a key result: the group's own words where it wrote some, else one built from its slots."""
    if key_result.words:
        return key_result.words
    if key_result.kind == "baseline":
        return baseline_sentence([kpi.name] if kpi else [], key_result.due)
    name = kpi.name if kpi else "this KPI"
    where = _where(key_result.segment, name)
    if key_result.kind in ("binary", "qualitative"):
        proof = f", shown by {key_result.proof}" if key_result.proof else ""
        return f"{name}{where}{_by(key_result.due)}{proof}."
    unit = key_result.unit or (kpi.unit if kpi else "")
    if key_result.kind == "range" and key_result.band is not None:
        through = f" through {date_text(key_result.due)}" if key_result.due else ""
        today = f" (today {show_number(key_result.start, unit)})" if key_result.start is not None else ""
        return f"Keep {name}{where} within {_band(key_result.band, unit)}{through}{today}."
    verb = _verb(key_result, kpi)
    numbers, open_end = _numbers(key_result.start, key_result.target, _unsaid(unit, name))
    without = f" without {guardrail_sentence(guardrail)}" if guardrail is not None else ""
    return f"{verb} {name}{where}{numbers}{_by(key_result.due)}{without}{open_end}."


def baseline_sentence(names: Sequence[str], due: str = "") -> str:
    """The key result for numbers nobody knows yet: a baseline by the end of week 2 (section 3 of the method)."""
    what = _listed(names) if names else "this KPI"
    return f"Establish the baseline of {what}{_by(due) or ' by week 2'}."


def objective_sentence(objective: Objective) -> str:
    """The objective's words, closed by a full stop unless the group closed it otherwise."""
    words = objective.words.strip()
    return words if not words or words[-1] in ".!?…" else f"{words}."


def guardrail_limit(guardrail: Guardrail) -> str:
    """The limit alone: "≤ 1.5 %", or "limit not set yet"."""
    if guardrail.threshold is None or guardrail.comparator is None:
        return "limit not set yet"
    sign = "≤" if guardrail.comparator == "<=" else "≥"
    return f"{sign} {show_number(guardrail.threshold, guardrail.unit)}"


def guardrail_sentence(guardrail: Guardrail) -> str:
    """A guardrail as the end of "without …": "letting refund rate rise above 1.5 %"."""
    if guardrail.threshold is None or guardrail.comparator is None:
        return f"making {guardrail.name} worse"
    way = "rise above" if guardrail.comparator == "<=" else "fall below"
    limit = show_number(guardrail.threshold, _unsaid(guardrail.unit, guardrail.name))
    return f"letting {guardrail.name} {way} {limit}"


def compose_objective(outcome: str, segment: str, reason: str, family: str) -> str:
    """`{Get|Make|Win|Shorten} {outcome} for {segment} so that {reason}`, within 18 words and without a digit.

    What people wrote is kept; a part that holds a digit is left out, and so is first the segment, then the reason, where
    the sentence would get too long. Nothing is said twice: a segment that the outcome names already is left out, and who
    stands at its beginning is "they" in the reason.
    """
    segment, reason = _plain(segment), _plain(reason).rstrip(".!")
    outcome = _named(_without_lead_in(_plain(outcome).rstrip(".!")), segment)
    words = outcome.split()
    if not words:
        return ""
    place = _verb_place(words)
    subject = "" if place is None else " ".join(words[:place])
    if reason.casefold() in " ".join(words).casefold():
        reason = ""
    tail = f"so that {_lower_first(_they(_clause(reason), subject))}" if reason else ""
    plain = opening(outcome, family)
    meant = _for_whom(f"{plain} {reason}", subject, segment)
    whole = opening(outcome, family, meant) if subject else " ".join(filter(None, (plain, meant)))
    options = [f"{whole} {tail}", f"{plain} {tail}", whole, plain]
    fitting = [text for text in options if len(text.split()) <= OBJECTIVE_WORDS]
    return " ".join((fitting or [plain])[0].split())


def opening(outcome: str, family: str, meant: str = "") -> str:
    """What people would notice, as the beginning of an objective; `meant` is put behind who they are.

    A wish that begins with a verb stays; "new teams see value" becomes "Get new teams to see value", and "new teams get to
    value" becomes "Make sure new teams get to value"; a thing gets the verb of its family ("Shorten the path to value");
    anything else stands as it is.
    """
    words = _without_lead_in(_plain(outcome).rstrip(".!")).split()
    if not words:
        return ""
    first = words[0].casefold()
    place = _verb_place(words)
    if first in _IMPERATIVES and not (first in _ALSO_ADJECTIVES and place is not None):
        return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
    if place is not None:
        who = " ".join(filter(None, (_lower_first(" ".join(words[:place])), meant)))
        if words[place].casefold() in ("get", "make") or words[0].casefold() in _PRONOUNS:
            return " ".join(["Make sure", who, *words[place:]])
        return " ".join(["Get", who, "to", *words[place:]])
    thing = first in _THINGS and not any(word.casefold() in _FINITE for word in words[1:])
    if not thing:
        return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
    verb = {"speed": "Shorten", "acquisition": "Win"}.get(family, "Get")
    if verb == "Shorten" and any(word.casefold() in _QUICKER for word in words[:2]):
        verb = "Get"
    return f"{verb} {_lower_first(' '.join(words))}"


def _without_lead_in(text: str) -> str:
    """The outcome without what only answers the question: "People would notice that support answers at once"."""
    found = _LEAD_IN.sub("", text)
    return found or text


def _for_whom(said: str, subject: str, segment: str) -> str:
    """The segment with its preposition, or nothing where the outcome says for whom already: behind people only a place or a
    market fits ("more buyers in mid-market"), people would double them.
    """
    if not segment or segment.casefold() in said.casefold() or subject.casefold() in _PRONOUNS:
        return ""
    people = _names_people(segment)
    if subject:
        told = {word.casefold() for word in subject.split()}
        return "" if people or told & {word.casefold() for word in segment.split()} else place_of(segment)
    return place_of(segment)


def _named(outcome: str, segment: str) -> str:
    """Who "they" are, where the outcome begins with them and the segment says it."""
    first, _, rest = outcome.partition(" ")
    return f"{segment} {rest}" if first.casefold() == "they" and rest and _names_people(segment) else outcome


def _clause(reason: str) -> str:
    """A reason that can follow "so that": "new teams to their first win" lacks its verb."""
    return _TO_SOMETHING.sub(r"\1 get to \2", reason)


def _they(reason: str, subject: str) -> str:
    """The reason with "they" for a subject that was named before: "Get customers to …, so that they …"."""
    who = subject.casefold()
    if not who or not reason.casefold().startswith(f"{who} "):
        return reason
    return f"they{reason[len(subject) :]}"


def place_of(segment: str) -> str:
    """A segment with the preposition people would say: "on mobile", "for new hires", "in mid-market"."""
    words = segment.casefold().split()
    if words and words[-1] in _PLATFORMS:
        return f"on {segment}"
    return f"for {segment}" if _names_people(segment) else f"in {segment}"


def _names_people(segment: str) -> bool:
    words = segment.casefold().split()
    return bool(words) and words[-1].strip(",.") in _PEOPLE


def _lexicon(words: str) -> frozenset[str]:
    return frozenset(words.split())


_IMPERATIVES = _lexicon(
    "get make win shorten help let give keep turn bring build earn create simplify free lift grow reduce cut raise "
    "convert become stop start open remove halve double speed protect serve"
)
_BASE_VERBS = _lexicon(
    "see reach find finish trust solve stay come buy get feel know pay become understand choose receive succeed "
    "recommend hear need go leave notice love learn complete adopt return renew upgrade invite discover enjoy tell "
    "arrive work order ship deploy recover grow start keep have wait use set move add answer ask begin book bring call "
    "check close connect continue create decide deliver do drop expect explore fill follow forget gain give handle help "
    "hire improve join like live look lose make manage meet miss open participate pick plan prefer put read rely repeat "
    "reply resolve run save send share shop sign speak spend submit switch take talk think thrive try turn visit want win "
    "write believe earn smile rise fall drop shrink gain avoid cancel churn wear eat drink heal sleep drive ride travel"
)
_FINITE = _lexicon(
    "is are was were has have can will sees reaches finds finishes trusts solves stays comes buys gets feels knows "
    "pays works arrives becomes takes goes leaves learns returns grows earns"
)
_THINGS = _lexicon(
    "the a an our their more fewer less better faster shorter lower higher simpler easier clearer quicker cheaper new"
)
_ALSO_ADJECTIVES = _lexicon("free open double")
_PRONOUNS = _lexicon("they we you")
_QUICKER = _lexicon("shorter faster quicker sooner less fewer lower")
_TO_SOMETHING = re.compile(r"^((?:\S+ ){0,2}\S+s) to (their|the|a|an|our|its)\b", re.IGNORECASE)
_PLATFORMS = _lexicon("mobile desktop tablet tablets ios android web phone phones app")
_PEOPLE = _lexicon(
    "people customers clients users teams buyers sellers shoppers hires employees staff members managers leaders patients "
    "students pupils parents readers visitors guests donors volunteers drivers riders developers engineers tenants citizens "
    "subscribers partners merchants families newcomers colleagues carers nurses doctors teachers owners players founders "
    "agents analysts applicants candidates residents travellers passengers households freelancers children everyone"
)
_LEAD_IN = re.compile(
    r"^(?:(?:people|they|customers|users|teams|we|everyone|everybody) (?:would |will |can )?(?:notice|see|say|feel) that|that"
    r"|it would mean that)\s+",
    re.IGNORECASE,
)
_PLURALS = _lexicon("people everyone children women men staff they we you teams who")


def _verb_place(words: Sequence[str]) -> int | None:
    """Where the verb stands after a plural subject ("new teams | see value"), if one is found early."""
    for place in range(1, min(len(words), 6)):
        subject = words[place - 1].casefold().strip(",")
        plural = subject in _PLURALS or (subject.endswith("s") and not subject.endswith(("ss", "us", "is")))
        if plural and words[place].casefold() in _BASE_VERBS:
            return place
    return None


def _plain(text: str) -> str:
    """Text on one line, or nothing where it holds a digit or a percent sign (O-METRIC)."""
    folded = " ".join(text.split()).strip()
    return "" if re.search(r"[\d%]", folded) else folded


def _lower_first(text: str) -> str:
    """Lower-case the first letter of an ordinary word; acronyms and names in capitals stay."""
    first = text.split(" ", 1)[0]
    return (
        text if not first or first[1:] != first[1:].lower() or first == "I" else text[:1].lower() + text[1:]
    )


def _verb(key_result: KeyResult, kpi: Kpi | None) -> str:
    direction = direction_of(kpi) if kpi is not None else None
    if direction in ("up", "down"):
        return "Increase" if direction == "up" else "Reduce"
    if (
        key_result.start is not None
        and key_result.target is not None
        and key_result.target < key_result.start
    ):
        return "Reduce"
    return "Bring" if direction == "range" else "Increase"


def _numbers(start: float | None, target: float | None, unit: str) -> tuple[str, str]:
    """The from–to part and what is to be said at the end while a number is open."""
    if start is not None and target is not None:
        return f" from {_short(start, unit)} to {show_number(target, unit)}", ""
    if start is not None:
        return f" from {show_number(start, unit)}", " (target still open)"
    if target is not None:
        return f" to {show_number(target, unit)}", " (baseline pending)"
    return "", " (baseline pending, target follows)"


def _where(segment: str, name: str) -> str:
    folded = " ".join(segment.split())
    return f" {place_of(folded)}" if folded and folded.casefold() not in name.casefold() else ""


def _unsaid(unit: str, name: str) -> str:
    """The unit, or none where the name says it already: "Weekly core actions per team from 2.1 to 2.45"."""
    said = set(re.findall(r"[^\W\d_]+", name.casefold()))
    words = re.findall(r"[^\W\d_]+", unit.casefold())
    told = bool(words) and all(word in said for word in words)
    return "" if told and re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)*", unit) else unit


def _by(due: str) -> str:
    return f" by {date_text(due)}" if due else ""


def _band(band: tuple[float, float], unit: str) -> str:
    low, high = band
    before, digits, _ = split_number(low, unit)
    return (
        f"{before}{digits}–{show_number(high, unit)}"
        if not before
        else f"{_short(low, unit)}–{show_number(high, unit)}"
    )


def _short(value: float, unit: str) -> str:
    """A number without the unit behind it, where the same unit follows at once ("from 54 to 42 days")."""
    known = parse_unit(unit)
    before, digits, _ = split_number(value, known)
    return show_number(value, unit) if known.share or known.prefix else f"{before}{digits}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
