"""Units: what a number counts, read from the words people type, and the one way numbers are shown.

A `Unit` has a *hard* part that arithmetic must respect (exponents of currencies and of time, the period of a flow, whether it
is a share) and a *soft* part (the things counted), which only ever leads to a warning (domain a). Values are kept as displayed
(36 for 36 %); `scale` turns them into what formulas calculate with (0.36), with days as the one scale of time. Screens and
PDF both show numbers through `show_number`, so that they cannot disagree.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from facilitation.currencies import CODES, PREFIXED, SYMBOLS
from facilitation.number_text import (
    Ambiguous,
    DecimalStyle,
    NotANumber,
    Number,
    parse_number,
    plain_digits,
)
from facilitation.unit_words import (
    LONG_WORD,
    MULTIPLES,
    PERIODS,
    POINTS,
    RATIO,
    SHARE,
    SHORT,
    SHORT_WORDS,
    TIMES,
    Period,
)

__all__ = [
    "Ambiguous",
    "DecimalStyle",
    "NotANumber",
    "Number",
    "Period",
    "Unit",
    "brief_unit",
    "convert",
    "parse_number",
    "parse_unit",
    "plain_digits",
    "read_value",
    "show_change",
    "show_number",
    "split_number",
]


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as typed (`text`) and as understood.

    `dims` are exponents of currency codes and `time`, sorted by name; `period` is the flow's (orders/**week**); `scale`
    turns a displayed value into a calculable one; `counts` are exponents of the things counted (`order` 1, `visitor` −1).
    `known` is false for the empty unit: nothing is said, so nothing can clash.
    """

    text: str
    known: bool = True
    dims: tuple[tuple[str, int], ...] = ()
    period: Period = ""
    scale: float = 1.0
    share: bool = False
    points: bool = False
    counts: tuple[tuple[str, int], ...] = ()
    prefix: str = ""
    suffix: str = ""

    @property
    def is_percent(self) -> bool:
        """Shown as percent or percentage points."""
        return self.share and self.scale == 0.01

    @property
    def is_time(self) -> bool:
        """A duration, such as days or ms."""
        return self.dims == (("time", 1),)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """The unit in `text`; never fails: a word it does not know names the thing counted."""
    clean = " ".join(plain_digits(text).split())[:60]
    if not clean:
        return Unit(text="", known=False)
    lowered = clean.lower()
    if lowered in POINTS:
        return Unit(text="pp", scale=0.01, share=True, points=True, suffix=" pp")
    clean = re.sub(r"(?i)\bper cent\b", "percent", clean)
    numerator, *below = re.split(r"\s*/\s*|\s+(?:per|a|an|p\.)\s+|^per\s+", clean)
    reader = _Reader()
    reader.above(numerator.strip())
    for part in below:
        reader.below(part.strip())
    prefix, suffix = _affixes(clean, reader)
    return Unit(
        text=clean,
        dims=tuple(sorted((name, power) for name, power in reader.dims.items() if power)),
        period=reader.period,
        scale=reader.scale,
        share=reader.share,
        counts=tuple(sorted((name, power) for name, power in reader.counts.items() if power)),
        prefix=prefix,
        suffix=suffix,
    )


class _Reader:
    """Collects the parts of one unit text; used by `parse_unit` only."""

    def __init__(self) -> None:
        self.dims: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.period: Period = ""
        self.scale = 1.0
        self.share = False
        self.currency = ""
        self.multiple = 1.0
        self.rest = ""

    def above(self, text: str) -> None:
        lowered = text.lower()
        if not text or lowered in RATIO:
            return
        share = re.match(r"(%|‰|percent|pct|permille|bps?)(?!\w)", lowered)
        if share:
            self.share, self.scale = True, SHARE[share[1]]
            return
        words = text.split()
        if self._money(text) or (len(words) == 2 and self._money(f"{words[1]} {words[0]}")):
            return
        if lowered in TIMES:
            self.dims["time"] = 1
            self.scale = TIMES[lowered]
            return
        if len(words) > 1 and words[0] in MULTIPLES:
            self.scale = self.multiple = MULTIPLES[words[0]]
            words = words[1:]
        elif lowered in ("thousand", "k", "million", "mio", "mn", "billion", "bn"):
            self.scale = MULTIPLES[lowered]
            return
        if (
            words[-1].lower() in TIMES
            and len(words) > 1
            and words[0].lower() in ("business", "working", "calendar")
        ):
            self.dims["time"] = 1
            self.scale *= TIMES[words[-1].lower()]
            return
        self._count(" ".join(words), 1)

    def below(self, text: str) -> None:
        lowered = text.lower()
        if not text:
            return
        if lowered in PERIODS:
            self.period = PERIODS[lowered]
            return
        amount = re.match(r"1[.,' ]?(0+(?:[.,' ]?0{3})*)\b\s*(.*)$|(\d+)\b\s*(.*)$", text)
        if amount:
            number = "1" + re.sub(r"\D", "", amount[1]) if amount[1] else amount[3]
            self.scale /= float(number) or 1.0
            text = (amount[2] or amount[4] or "").strip()
            if not text:
                return
        elif text in ("k", "K"):
            self.scale /= 1e3
            return
        code = SYMBOLS.get(text) or (text.upper() if text.upper() in CODES else "")
        if code:
            self.dims[code] = self.dims.get(code, 0) - 1
        else:
            self._count(text, -1)

    def _money(self, text: str) -> bool:
        match = re.match(
            r"(?P<m1>k|K|m|M|mn|Mio|mio|bn|B|thousand|million|billion)?\s?"
            r"(?P<code>US\$|NZ\$|HK\$|[ACRS]\$|[$€£¥₹₽₺₩₪₫₱₦₴]|zł|Kč|[A-Za-z]{3}(?![A-Za-z]))"
            r"\s?(?P<m2>k|K|m|M|mn|Mio|mio|bn|B|thousand|million|billion)?(?![A-Za-z])(?P<rest>.*)$",
            text,
        )
        if match is None:
            return False
        code = SYMBOLS.get(match["code"]) or (match["code"].upper() if match["code"].upper() in CODES else "")
        if not code:
            return False
        self.dims[code] = 1
        self.currency = code
        self.multiple = self.scale = MULTIPLES.get(match["m1"] or match["m2"] or "", 1.0)
        self.rest = match["rest"].strip()
        return True

    def _count(self, text: str, power: int) -> None:
        word = _singular(text.split()[-1].strip(".,;:()[]")) if text.split() else ""
        if word and word not in RATIO:
            self.counts[word] = self.counts.get(word, 0) + power


def _affixes(clean: str, reader: _Reader) -> tuple[str, str]:
    """What stands before and behind the digits: ("$", "k/month"), ("", " orders/week")."""
    tail = re.search(r"\s*/.*$|\s+(?:per|a|an)\s+.*$", clean)
    behind = tail[0] if tail else ""
    behind = re.sub(r"^\s*/\s*", "/", behind)
    if reader.currency:
        short = SHORT.get(reader.multiple, "")
        extra = f" {reader.rest}" if reader.rest else ""
        if reader.currency in PREFIXED:
            return PREFIXED[reader.currency], f"{short}{extra}{behind}"
        return "", f"{short} {reader.currency}{extra}{behind}"
    if reader.share:
        named = {0.01: "%", 0.001: "‰", 0.0001: "bps"}
        sign = named.get(reader.scale)
        return "", f" {sign}{clean[len(_share_word(clean)) :]}" if sign else f" {clean}"
    if clean.lower() in RATIO:
        return "", "×" if clean.lower() in ("x", "×") else ""
    if clean.startswith("/"):
        return "", clean if not clean[1:2].isdigit() else f" per {clean[1:]}"
    return "", f" {clean}"


def _share_word(clean: str) -> str:
    match = re.match(r"%|‰|percent|pct|permille|bps?", clean, re.IGNORECASE)
    return match[0] if match else ""


def _singular(word: str) -> str:
    if word.isupper():
        return word.lower()
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2 else word
    )


def split_number(value: float, unit: str | Unit, *, signed: bool = False) -> tuple[str, str, str]:
    """(before, digits, behind) of a number, for screens that set the digits larger than the unit."""
    known = parse_unit(unit) if isinstance(unit, str) else unit
    plain = known.scale == 1 or known.share
    digits = _show_digits(
        abs(value), short=plain, money=known.scale == 1 and any(n in CODES for n, _ in known.dims)
    )
    if known.prefix:
        digits = digits.replace(" ", "")
    negative = value < 0 and digits.strip("0.,") != ""
    sign = "−" if negative else "+" if signed and value > 0 else ""
    suffix = known.suffix
    if digits == "1" and known.is_time and suffix.endswith("s") and len(suffix) > 4:
        suffix = suffix[:-1]
    return sign + known.prefix, digits, suffix


@lru_cache(maxsize=2048)
def brief_unit(text: str) -> str:
    """A unit with short words for times: "orders/week per team" is "orders/wk/team". What it measures stays as written."""
    return LONG_WORD.sub(lambda found: SHORT_WORDS[found[0].lower()], text.replace(" per ", "/"))


def show_number(value: float | None, unit: str | Unit, *, signed: bool = False) -> str:
    """A value with its unit: "36 %", "$78", "3,400 orders/week", "9 h"; a missing one is an em dash."""
    if value is None:
        return "—"
    return "".join(split_number(value, unit, signed=signed))


def show_change(before: float, after: float, unit: str | Unit) -> str:
    """A change in absolute and relative terms: "+8 pp, +22.2 %" (domain c). From 0 there is no relative one."""
    known = parse_unit(unit) if isinstance(unit, str) else unit
    if known.is_percent and not known.points:
        known = msgspec.structs.replace(known, suffix=known.suffix.replace("%", "pp", 1))
    absolute = show_number(round(after - before, 12), known, signed=True)
    if before == 0 or before * after < 0:
        return absolute
    relative = (after - before) / abs(before) * 100
    return f"{absolute}, {show_number(round(relative, 1), '%', signed=True)}"


def _show_digits(value: float, *, money: bool, short: bool) -> str:
    """At least four figures, whole numbers unrounded below ten million; English grouping."""
    if short and value >= 9_999_999.5:
        for size, word in ((1e12, " trillion"), (1e9, " bn"), (1e6, " M")):
            if value >= size * 0.9995:
                return _trim(f"{value / size:,.{_places(value / size)}f}") + word
    if value >= 9_999.95 or value == 0:
        return f"{value:,.0f}"
    places = _places(value)
    text = _trim(f"{value:,.{places}f}")
    if money and "." in text and value >= 0.995:
        return f"{value:,.2f}"
    return text


def _places(value: float) -> int:
    places, size = 1, 100.0
    while value < size and places < 12:
        places, size = places + 1, size / 10
    return places


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def convert(value: float, source: str | Unit, target: str | Unit) -> float | None:
    """`value` in `source` expressed in `target` ("2 days" in h is 48), or `None` when they measure different things."""
    have = parse_unit(source) if isinstance(source, str) else source
    want = parse_unit(target) if isinstance(target, str) else target
    if not have.known or not want.known:
        return value
    if have.dims != want.dims or have.period != want.period or (have.share and bool(want.counts)):
        return None
    if have.scale == want.scale:
        return value
    return round(value * have.scale / want.scale, 12)


def read_value(text: str, unit: str, style: DecimalStyle | None = None) -> Number | Ambiguous | NotANumber:
    """What somebody typed for a KPI measured in `unit`, converted on entry: "6 h" for a KPI in days is 0.25.

    The answer's `unit` is the KPI's, or the typed one where the KPI has none yet.
    """
    parsed = parse_number(text, style)
    if isinstance(parsed, NotANumber) or not parsed.unit or not unit:
        return (
            parsed
            if unit == "" or isinstance(parsed, NotANumber)
            else msgspec.structs.replace(parsed, unit=unit)
        )
    values = (parsed.value,) if isinstance(parsed, Number) else (parsed.point, parsed.comma)
    converted = [convert(value, parsed.unit, unit) for value in values]
    if any(value is None for value in converted):
        return NotANumber(
            f"This KPI is measured in {unit}, but you typed {parsed.unit}. Use {unit}, or change the unit."
        )
    first, last = converted[0] or 0.0, converted[-1] or 0.0
    if isinstance(parsed, Number):
        return Number(value=first, unit=unit)
    return msgspec.structs.replace(parsed, point=first, comma=last, unit=unit)
