"""Finds the numbers of a sentence and says what each one is: a target, a start, a deadline, or part of a name.

"From 36% to 44% by Q3 2026 in 5 regions" has one pair (36 → 44 %), a deadline and a count. Years, quarters, dates, versions,
norms ("ISO 27001"), segments ("D30", "7-day"), ranks ("#1") and product names are no measures. Pure string work on
precompiled patterns that run in linear time; values are display values (36 for 36 %), `None` for placeholders (X, [N]).
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Dimension = Literal["percent", "points", "currency", "time", "factor", "data", "score", "count"]
Role = Literal["value", "deadline", "name"]
Bound = Literal["", "<=", ">="]

_WORD_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "dozen": 12, "zero": 0, "half": 0.5, "one-third": 1 / 3, "two-thirds": 2 / 3,
    "one-quarter": 0.25, "three-quarters": 0.75, "a third": 1 / 3, "a quarter of": 0.25,
}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9,
           "billion": 1e9}  # fmt: skip
_SECONDS = {"ms": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0,
            "hr": 3600.0, "hour": 3600.0, "day": 86400.0, "d": 86400.0, "week": 604800.0, "wk": 604800.0, "month": 2629800.0,
            "quarter": 7889400.0, "year": 31557600.0, "yr": 31557600.0}  # fmt: skip

_CURRENCY = r"(?:(?:US|CA|AU|NZ|HK|SG|R)?[$€£¥₹₽]|\b(?:USD|EUR|GBP|CHF|JPY|INR|CAD|AUD)\s?)"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DIGITS = r"(?:\d{1,3}(?:[,’'  ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
_PLACEHOLDER = (
    r"(?:\[[^\]\d]{1,30}\]|\b[XYZN]{1,3}(?=\s?%)|(?:(?<=from\s)|(?<=to\s)|(?<=by\s)|(?<=of\s)|(?<=least\s)"
    r"|(?<=[$€£]))[XYZN]\b(?!-)"
    r"|_{2,}|\?{2,}|…|\.{3})"
)
_WORDS = "|".join(sorted((re.escape(word) for word in _WORD_NUMBERS), key=len, reverse=True))
_NUMBER = re.compile(
    rf"""
    (?P<currency>{_CURRENCY})?\s?
    (?P<open>\[)?
    (?:
      (?P<digits>(?:(?<![\w.,])(?<![A-Za-z]-)|(?<=\b[x×])){_DIGITS})
      (?P<scale>\s?(?:thousand|million|billion)\b|\s?(?:k|K|M|MM|mn|Mio|bn|B)(?![A-Za-z0-9]))?
      |\b(?P<word>{_WORDS})\b(?P<wordscale>\s(?:thousand|million|billion)\b)?
      |\bone\s(?P<onescale>thousand|million|billion|hundred)\b
      |(?P<placeholder>{_PLACEHOLDER})
    )
    (?P<plus>\+)?
    (?P<unit>
      \s?(?:%|percent\b|per\s?cent\b|pp\b|ppts?\b|percentage[ -]points?\b|-?points?\b|pts?\b|bps?\b|basis\spoints?\b)
      |\s?[x×](?![A-Za-z0-9])|\s?times\b|\s?fold\b|-fold\b
      |\s?(?:ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|wks?|yrs?)(?![A-Za-z0-9])
      |[ ](?:business[ ]|working[ ]|calendar[ ])?(?:days?|weeks?|months?|quarters?|years?)\b
      |\s?(?:€|£|\$|USD\b|EUR\b|GBP\b|euros?\b|dollars?\b|pounds?\b)
      |\s?(?:[KMGT]B|kWh|MWh|kg|t|km|MHz|GHz)\b
      |\s?/\s?(?:5|10|100)(?![\d.])|\sout\sof\s(?:5|five|10|ten|100)\b
      |\s?stars?\b|-stars?\b|(?:st|nd|rd|th)\spercentile\b
    )?
    (?P<close>\])?
    (?P<late>%)?
    (?P<per>\s?/\s?(?=[A-Za-z])|\s(?:per|a|an)\s(?=day|week|month|quarter|year|user|customer|team|employee|order|session
      |account|1|sprint|agent|store|release|deploy|visit))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DATE = re.compile(
    rf"""\b\d{{4}}-\d{{1,2}}(?:-\d{{1,2}})?\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b|\b{_MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?\b
    |\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTHS}(?:\s\d{{4}})?\b|\b{_MONTHS}\s\d{{4}}\b
    |\b(?:q[1-4]|h[12]|fy|cy)\s?[-/’']?\s?\d{{2,4}}(?:[-/]\d{{2}})?\b|\b[qh][1-4]\b|\b\d(?:st|nd|rd|th)?\s?(?:half|quarter)\b
    |\b(?:19|20)\d\d\s?[-/]?\s?[qh][1-4]\b|\bby\s(?:week|sprint|day|month)\s\d+\b|\b(?:end|close)\sof\s(?:week|sprint|day|month)\s\d+\b
    |\b\d{{1,2}}:\d\d\b|\b24/7\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NAMES = re.compile(
    r"""(?:\#\s?\d+|\b(?:number|no\.)\s(?:one|\d+)|\bnumero\suno)\b
    |\b(?:version|release|v|phase|stage|level|tier|part|chapter|step|sprint|week|day|wave|batch|cohort|scope|type|class|row
       |iso|soc|pci|nist|din|en|article|art\.|section|§|priority|severity|sev|p|top|windows|office|microsoft|python|java|http|web
       |industry|category|gate|option|iteration|generation|route|gen|ios|android|s&p|fortune|forbes)[\s-]?\d+(?:\.\d+)*[a-z]?\b(?<![x×k])(?!\s?%)
    |\b\d+(?:\.\d+)?-(?:day|week|month|year|hour|minute|second|step|bit|page|person|way|tier|click|in|to|on|of|seat|part
       |degree|figure|digit|quarter|mile|member|country|man|inch|by)s?\b(?!-)
    |\b\d+-points?\b(?!\s(?:increase|rise|gain|improvement|lift|jump|growth|drop|decrease|decline|reduction|uplift))
    |\b(?:two|three|four|five|six|seven|eight|nine|ten|one|twelve)-(?:day|week|month|year|step|sided|way|tier|click|on|person|part
       |time|stop|hour|minute|page)\b
    |\b\d+(?:st|nd|rd|th)\b(?!\spercentile)
    |\b\d+\+?\sday\s(?=bucket|window|cohort|trial|period|plan)
    |\bthe\s\d{4,}(?=\s(?:as|family|is|chip|series|platform))|\b\d{4}\s(?=family\b)
    |\beach\sone\b|\bat\sleast\sone\sof\b|\bone\sof\b|\btwo-way\b|\bb2b\b|\b360°?(?=\s(?:degree|feedback|view))""",
    re.VERBOSE | re.IGNORECASE,
)
_ZERO = re.compile(
    r"(?:^|[:,;]\s*|\b(?:with|have|has|achieve|keep|see|report|to|at|of)\s)(?P<no>no|none|nil)\s+(?!later|matter"
    r"|longer|more\sthan|one\b|doubt)",
    re.IGNORECASE,
)
_FACTORS = re.compile(
    r"\b(?P<two>doubl(?:e|es|ed|ing)|twice|twofold)\b|\b(?P<three>tripl(?:e|es|ed|ing)|threefold)\b"
    r"|\b(?P<four>quadrupl\w+)\b"
    r"|\b(?P<half>halv(?:e|es|ed|ing)|by half|in half)\b",
    re.IGNORECASE,
)
_RHYTHM = (
    r"(?:hourly|daily|weekly|biweekly|bi-weekly|fortnightly|monthly|quarterly|yearly|annually|never|manual(?:ly)?"
    r"|rarely)"
)
_RHYTHMS = re.compile(rf"\bfrom (?P<one>{_RHYTHM}) to (?P<other>{_RHYTHM})\b", re.IGNORECASE)
_BEFORE_LESS = re.compile(
    r"(?:<=?|≤|\b(?:under|below|less than|fewer than|at most|no more than|no longer than|not more than|up to"
    r"|within|max(?:imum)?(?: of)?|"
    r"capped at|lower than|inside|beneath))\s*(?:an?|avg\.?|average(?: of)?|the)?\s*[\[(~]?\s*$",
    re.IGNORECASE,
)
_BEFORE_MORE = re.compile(
    r"(?:(?<![-=–—])>=?|≥|\b(?:over|above|more than|at least|no less than|not less than|min(?:imum)?(?: of)?"
    r"|exceed(?:s|ing)?|better than|greater than|"
    r"higher than|beyond))\s*[\[(~]?\s*$",
    re.IGNORECASE,
)
_AFTER_LESS = re.compile(r"^\s*(?:or (?:less|fewer|lower|below|faster|under)|max(?:imum)?\b)", re.IGNORECASE)
_AFTER_MORE = re.compile(
    r"^\s*(?:or (?:more|higher|above|better|over|greater)|min(?:imum)?\b)", re.IGNORECASE
)
_DEADLINE_BEFORE = re.compile(
    r"\b(?:within|in|over|for|during|next|after|every|past|last|first|the|coming|following|by(?: the)? end of"
    r"|until|before)\s*"
    r"(?:the|next|first|last|coming|following|a)?\s*(?:next|first)?\s*$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|by|of|since|until|during|for|end|fy|cy|year|early|late|mid|spring|summer|autumn|fall|winter"
    r"|through|vs\.?|before|and)|"
    r"[(\[/–-]|^)\s*$",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"^(?:(?:\s+|\s*/\s*)[A-Za-z][\w'’-]*){0,5}?\s*(?:→|->|=>|—>|–>|⟶|>|\bto\b|\bup to\b|\bdown to\b|\binto\b)\s*"
    r"(?:an?|the|avg\.?|average(?: of)?|around|about|approx\.?|roughly|at least|at most|under|below|over|above"
    r"|more than|less than|"
    r"fewer than|no more than|within|~|≈|≤|≥|<=?|>=?|[\[(]|\s)*$",
    re.IGNORECASE,
)
_REVERSED = re.compile(
    r"^(?:(?:\s+|\s*/\s*)[A-Za-z][\w'’-]*){0,6}?\s*[,;(\[]?\s*(?:up |down )?(?:from|vs\.?|versus|compared (?:to"
    r"|with)|currently|current(?:ly)?(?: at)?|"
    r"today(?: at)?|baseline(?: of| is)?|was|now(?: at)?|previously|starting (?:at|from))[:=]?\s*"
    r"(?:a |an |the )?(?:current(?:ly)?|baseline|today's|avg\.?|average|about|around|~)?\s*(?:of\s)?$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"^\s*(?:→|->|=>|—>|–>|⟶)\s*[~≈<>≤≥=\s]*$")
_FROM = re.compile(
    r"\bfrom\s+(?:an?\s|the\s)?(?:current(?:ly)?|baseline|avg\.?|average|about|around|roughly|approx\.?|over"
    r"|under|the|of|~|≈|<|>|\[|\(|\s)*$",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby (?:an? )?(?:additional |at least |about |around |over |more than )?$", re.IGNORECASE)
_FAR = 80  # characters between the two ends of one movement
_RANGE = re.compile(r"^\s*(?:–|-|—|to|and)\s*$")
_BETWEEN = re.compile(
    r"\b(?:within|between|in the range(?: of)?|range(?: of)?|stay(?:s)? (?:in|at)|keep .{0,60} (?:at|in))\s*$",
    re.IGNORECASE,
)


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """One number in the text: characters `start`..`end`, its value (None: placeholder), what it measures and its
    role.
    """

    start: int
    end: int
    value: float | None
    dimension: Dimension
    unit: str = ""
    bound: Bound = ""
    per: bool = False
    role: Role = "value"
    word: str = ""

    @property
    def size(self) -> float | None:
        """The value on a common scale: seconds for durations, the value itself otherwise."""
        if self.value is None or self.dimension != "time":
            return self.value
        return self.value * _SECONDS.get(self.unit, 1.0)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """A movement from one quantity to another, in whatever order the sentence tells it."""

    start: Quantity
    target: Quantity


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything numeric of a sentence. `band` is a range that is to be kept (72–78 %)."""

    values: tuple[Quantity, ...] = ()
    deadlines: tuple[Quantity, ...] = ()
    pairs: tuple[Pair, ...] = ()
    band: tuple[Quantity, Quantity] | None = None
    dated: bool = False


def numbers(text: str) -> Numbers:
    """Read all numbers of one sentence."""
    blocked = [(m.start(), m.end()) for m in _DATE.finditer(text)] + [
        (m.start(), m.end()) for m in _NAMES.finditer(text)
    ]
    dated = _DATE.search(text) is not None
    values: list[Quantity] = []
    deadlines: list[Quantity] = []
    for match in _NUMBER.finditer(text):
        start = _first(match)
        if any(low <= start < high for low, high in blocked):
            continue
        found = _quantity(text, match, start)
        if found is None:
            continue
        (deadlines if found.role == "deadline" else values).append(found)
    for match in _ZERO.finditer(text):
        at = match.start("no")
        if not any(one.start <= at < one.end for one in values):
            values.append(
                Quantity(
                    start=at, end=match.end("no"), value=0.0, dimension="count", bound="<=", word=match["no"]
                )
            )
    for match in _FACTORS.finditer(text):
        factor = {"two": 2.0, "three": 3.0, "four": 4.0, "half": 0.5}[match.lastgroup or "two"]
        start, end, word = match.start(), match.end(), match.group().lower()
        if not any(one.start < end and start < one.end for one in values):
            values.append(
                Quantity(start=start, end=end, value=factor, dimension="factor", unit="x", word=word)
            )
    values.sort(key=lambda one: one.start)
    pairs, band = _pairs(text, values)
    for match in _RHYTHMS.finditer(text):
        ends = [
            Quantity(
                start=match.start(name), end=match.end(name), value=None, dimension="count", word=match[name]
            )
            for name in ("one", "other")
        ]
        values += ends
        pairs.append(Pair(start=ends[0], target=ends[1]))
    return Numbers(
        values=tuple(values),
        deadlines=tuple(deadlines),
        pairs=tuple(pairs),
        band=band,
        dated=dated or bool(deadlines),
    )


def _first(match: re.Match[str]) -> int:
    for name in ("digits", "word", "onescale", "placeholder"):
        if match[name] is not None:
            return match.start(name)
    return match.start()


def _quantity(text: str, match: re.Match[str], start: int) -> Quantity | None:
    value = _value(match)
    unit = " ".join((match["unit"] or match["late"] or "").lower().split()).lstrip("-")
    dimension, unit = _dimension(match, unit)
    end = match.end("close") if match["close"] else match.end()
    if match["per"]:
        end = match.start("per")
    before, after = text[max(0, match.start() - 48) : match.start()], text[end : end + 24]
    if match["digits"] and dimension == "count" and re.match(r"[A-Za-z]", text[end : end + 1]):
        return None
    if match["digits"] and _is_year(match, before, after, dimension):
        return None
    if match["word"] and match["word"].lower() == "half" and re.match(r"\s(?:way|baked|time)", after):
        return None
    bound: Bound = ""
    if _BEFORE_LESS.search(before) or _AFTER_LESS.match(after):
        bound = "<="
    elif _BEFORE_MORE.search(before) or _AFTER_MORE.match(after) or match["plus"]:
        bound = ">="
    role: Role = "value"
    if dimension == "time" and _DEADLINE_BEFORE.search(before):
        long = _SECONDS.get(unit, 0.0) >= _SECONDS["week"]
        soon = re.search(
            r"\b(?:next|first|last|over|during|past|after|every|coming|for|until)\s*(?:the\s)?(?:next|first)?\s*$",
            before,
            re.IGNORECASE,
        )
        role = "deadline" if long or soon or _is_horizon(value, unit) else "value"
    return Quantity(
        start=match.start() if match["currency"] else start, end=end, value=value, dimension=dimension, unit=unit,
        bound=bound, per=bool(match["per"]), role=role, word=(match["word"] or "").lower(),
    )  # fmt: skip


def _is_horizon(value: float | None, unit: str) -> bool:
    return unit == "day" and value is not None and value >= 28


def _value(match: re.Match[str]) -> float | None:
    if match["placeholder"]:
        return None
    if match["onescale"]:
        return _SCALES.get(match["onescale"].lower(), 100.0)
    if match["word"]:
        return _WORD_NUMBERS[match["word"].lower()] * _SCALES.get(
            (match["wordscale"] or "").strip().lower(), 1.0
        )
    digits = re.sub(r"[’'  ]", "", match["digits"])
    if "," in digits:
        whole, _, fraction = digits.rpartition(",")
        digits = digits.replace(",", "") if "." in digits or len(fraction) == 3 else f"{whole}.{fraction}"
    scale = (match["scale"] or "").strip()
    try:
        return float(digits) * _SCALES.get(
            scale.lower() if len(scale) > 1 else {"B": "b"}.get(scale, scale.lower()), 1.0
        )
    except ValueError:
        return None


def _dimension(match: re.Match[str], unit: str) -> tuple[Dimension, str]:
    if (
        match["currency"]
        or unit in {"€", "£", "$", "usd", "eur", "gbp"}
        or re.match(r"(?:euro|dollar|pound)", unit)
    ):
        return "currency", (match["currency"] or unit).strip()
    if unit in {"%", "percent", "per cent"}:
        return "percent", "%"
    if unit in {"pp", "ppt", "ppts"} or unit.startswith(("percentage", "bp", "basis")):
        return "points", "pp"
    if unit in {"x", "×", "times", "fold"}:
        return "factor", "x"
    if unit.startswith(("/", "out of", "point", "pt")) or "star" in unit or "percentile" in unit:
        return "score", unit
    if re.fullmatch(r"[kmgt]b|kwh|mwh|kg|t|km|mhz|ghz", unit):
        return "data", unit
    bare = re.sub(r"^(?:business|working|calendar) ", "", unit)
    bare = bare if bare in _SECONDS else bare.rstrip("s")
    if bare in _SECONDS:
        return "time", bare
    return "count", unit


def _is_year(match: re.Match[str], before: str, after: str, dimension: Dimension) -> bool:
    digits = match["digits"]
    if dimension != "count" or match["scale"] or match["plus"] or not re.fullmatch(r"(?:19|20)\d\d", digits):
        return False
    if _FROM.search(before) or re.search(r"\bto\s*$", before):
        return False
    return bool(_YEAR_BEFORE.search(before)) or not re.match(r"\s+[a-z]", after)


def _pairs(text: str, values: list[Quantity]) -> tuple[list[Pair], tuple[Quantity, Quantity] | None]:
    pairs: list[Pair] = []
    band: tuple[Quantity, Quantity] | None = None
    index = 0
    while index + 1 < len(values):
        one, other = values[index], values[index + 1]
        between = text[one.end : other.start]
        if len(between) > _FAR:
            index += 1
            continue
        before = text[max(0, one.start - 60) : one.start]
        follows_from = _FROM.search(before) is not None
        if follows_from and _RANGE.match(between) and "to" not in between and index + 2 < len(values):
            third = values[index + 2]
            if _LINK.match(text[other.end : third.start]):
                pairs.append(_pair(other, third, text))
                index += 3
                continue
        if (
            band is None
            and _RANGE.match(between)
            and (_BETWEEN.search(before) or between.strip() in {"–", "-", "—"})
        ):
            band = (one, other)
            index += 2
            continue
        if _REVERSED.match(between) and not _BY.search(before):
            pairs.append(_pair(other, one, text))
            index += 2
            continue
        if _ARROW.match(between) or (_LINK.match(between) and (follows_from or len(between.split()) <= 1)):
            pairs.append(_pair(one, other, text))
            index += 2
            continue
        index += 1
    return pairs, band


def _pair(start: Quantity, target: Quantity, text: str) -> Pair:
    """The movement; in "from 6 to 2 weeks" and "$78 → 85" the bare end takes over the other's unit."""
    between = text[min(start.end, target.end) : max(start.start, target.start)]
    if len(between.split()) <= 1:
        for bare, full in ((start, target), (target, start)):
            if bare.dimension == "count" and not bare.unit and full.dimension != "count":
                adopted = msgspec.structs.replace(bare, dimension=full.dimension, unit=full.unit)
                start, target = (adopted, target) if bare is start else (start, adopted)
                break
    return Pair(start=start, target=target)
