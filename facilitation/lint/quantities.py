"""Finds the numbers of a sentence and says what each one is: a target, a start, a deadline, or part of a name.

"From 36% to 44% by Q3 2026 in 5 regions" has one pair (36 → 44 %), a deadline and a count. Years, quarters, dates, versions,
norms ("ISO 27001"), segments ("D30", "7-day"), ranks ("#1") and product names are no measures. Pure string work on
precompiled patterns that run in linear time; values are display values (36 for 36 %), `None` for placeholders (X, [N]).
"""

from __future__ import annotations

import re

from facilitation.lint.pairs import FROM, LINK, pairs_of
from facilitation.lint.quantity import SECONDS, Bound, Dimension, Numbers, Pair, Quantity, Role

_WORD_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "dozen": 12, "zero": 0, "half": 0.5, "one-third": 1 / 3, "two-thirds": 2 / 3,
    "one-quarter": 0.25, "three-quarters": 0.75, "a third": 1 / 3, "a quarter of": 0.25,
}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9,
           "billion": 1e9}  # fmt: skip

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
      (?P<clock>(?<![\w.,:])\d{{1,2}}:[0-5]\d(?![\d:]))
      |(?P<digits>(?:(?<![\w.,:])(?<![A-Za-z]-)|(?<=\b[x×])){_DIGITS})
      (?P<scale>\s?(?:thousand|million|billion)\b|\s?(?:k|K|M|MM|mn|Mio|bn|B)(?![A-Za-z0-9]))?
      |\b(?P<word>{_WORDS})\b(?P<wordscale>\s(?:thousand|million|billion)\b)?
      |\bone\s(?P<onescale>thousand|million|billion|hundred)\b
      |\b(?P<single>one)\b(?=\s(?:second|minute|hour|day|week|month|quarter|year|percent|per\scent|percentage)\b)
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
    |\b\d{{1,2}}:\d\d\b(?!(?:\s?(?:to|→|->|–|-)\s?\d{{1,2}}:\d\d)?\s?(?:s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?)\b)|\b24/7\b""",
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
_CHANGES = re.compile(r"\b(?:from|to|by|than)\s*$", re.IGNORECASE)


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
    pairs, band = pairs_of(text, values)
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
    for name in ("clock", "digits", "word", "onescale", "single", "placeholder"):
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
    if match["single"] and not bound and not _CHANGES.search(before) and not LINK.match(after):
        return None  # "one day" is a figure of speech unless something is measured by it
    if match["clock"]:
        dimension = "time"
    role: Role = "value"
    if dimension == "time" and _DEADLINE_BEFORE.search(before):
        long = SECONDS.get(unit, 0.0) >= SECONDS["week"]
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
    if match["single"]:
        return 1.0
    if match["clock"]:
        whole, part = match["clock"].split(":")
        return int(whole) + int(part) / 60
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
    bare = bare if bare in SECONDS else bare.rstrip("s")
    if bare in SECONDS:
        return "time", bare
    return "count", unit


def _is_year(match: re.Match[str], before: str, after: str, dimension: Dimension) -> bool:
    digits = match["digits"]
    if dimension != "count" or match["scale"] or match["plus"] or not re.fullmatch(r"(?:19|20)\d\d", digits):
        return False
    if FROM.search(before) or re.search(r"\bto\s*$", before):
        return False
    return bool(_YEAR_BEFORE.search(before)) or not re.match(r"\s+[a-z]", after)
