"""Numbers as people type them: any decimal and thousands style, short forms, a unit behind.

Guarantees: a number is either understood without doubt, or asked about ("1.234" is 1.234 here and 1,234 there), or refused with
a sentence; NaN, infinities and numbers beyond 10¹⁵ never get through. Nothing here knows what the unit means (see `units`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Literal

import msgspec

DecimalStyle = Literal["point", "comma"]
MAX_ABSOLUTE = 1e15
MAX_LENGTH = 200

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2008\u2009\u202f\u200a\u2002\u2003\u3000"), " ")
_SIGNS = {ord(sign): "-" for sign in "−–—‐‑﹣－"} | {ord("＋"): "+", ord("٫"): ".", ord("٬"): ","}
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<digits>\d(?:[\d.,'’_ ]*[\d.,])?|[.,]\d+)(?P<exponent>[eE][+-]?\d{1,4}(?!\w))?"
)
_SHORT = re.compile(
    r"(?P<short>(?<!\s)m(?=[$€£¥]|$)|\s?(?:k|K|M|mn|mio|Mio|mln|bn|B|thousand|million|billion))(?![A-Za-z])"
)
_FACTOR = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "mln": 1e6, "million": 1e6}
_FACTOR |= {"b": 1e9, "bn": 1e9, "billion": 1e9}
_PREFIX = re.compile(
    r"^(?P<sign>[+-]?)\s*(?P<unit>(?:[A-Za-z]{0,3}[$€£¥₹₽₺₩₪₫₱₦]|[A-Z]{3}\s?))\s*(?=[+\-.,]?\d)"
)
_NOT_FINITE = {"nan", "inf", "infinity", "∞"}


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was understood; `unit` is what stood beside it ("%", "days", "$"), as typed."""

    value: float
    unit: str = ""


class Ambiguous(msgspec.Struct, frozen=True, kw_only=True):
    """A number with two readings: `point` if the point is the decimal sign, `comma` if the comma is."""

    text: str
    point: float
    comma: float
    sentence: str
    unit: str = ""


class NotANumber(msgspec.Struct, frozen=True):
    """Why a text is no usable number, for the person who typed it."""

    sentence: str


def plain_digits(text: str) -> str:
    """Digits of any script as 0–9, every kind of space and minus as the plain one, outer space removed."""
    text = text.translate(_SPACES).translate(_SIGNS)
    if not text.isascii():
        text = "".join(
            str(unicodedata.decimal(c)) if not c.isascii() and unicodedata.category(c) == "Nd" else c
            for c in text
        )
    return text.strip()


def parse_number(text: str, style: DecimalStyle | None = None) -> Number | Ambiguous | NotANumber:
    """Read "36%", "1.2k", "$1,200.50", "−3", "2 days", "1 234,5" …

    `style` says which sign is the decimal one where a number could mean both; without it such a number comes back as
    `Ambiguous` (domain, Decisions: number styles).
    """
    if len(text) <= 15 and text.isascii() and text.isdigit():  # most of what is typed, and below MAX_ABSOLUTE
        return Number(value=float(text))
    shown = " ".join(text.split())[:40]
    if not shown:
        return NotANumber("Type a number, for example 36 or 1.5.")
    if len(text) > MAX_LENGTH:
        return NotANumber("That is too long to be a number. Type the number only, for example 36 or 1.5.")
    clean = plain_digits(text)
    if clean.lower().strip("+-") in _NOT_FINITE:
        return NotANumber(f"“{shown}” is not a number one can calculate with. Type a plain number.")
    prefix = _PREFIX.match(clean)
    unit_before = ""
    if prefix:
        unit_before = prefix["unit"].strip()
        clean = prefix["sign"] + clean[prefix.end() :]
    found = _NUMBER.match(clean)
    if found is None:
        return NotANumber(f"“{shown}” is not a number. Type digits first, for example 36 % or 2 days.")
    readings = _digits(found["digits"].strip())
    if readings is None:
        return NotANumber(f"“{shown}” has its separators in odd places. Type it like 1234.5 or 1,234.5.")
    rest = clean[found.end() :]
    factor = 1.0
    short = _SHORT.match(rest)
    if short:
        factor = _FACTOR[short["short"].strip().lower()]
        rest = rest[short.end() :]
    rest = rest.strip()
    if re.search(r"\d", re.sub(r"(?:per|/)\s*1[.,' ]?0+", "", rest)):
        return NotANumber(f"“{shown}” holds more than one number. Type one number here.")
    power = float("1" + found["exponent"]) if found["exponent"] else 1.0
    sign = -1.0 if found["sign"] == "-" else 1.0
    values = [sign * float(reading) * factor * power for reading in readings]
    if any(not math.isfinite(value) or abs(value) > MAX_ABSOLUTE for value in values):
        return NotANumber(f"“{shown}” is too large. Use a bigger unit, for example k$ or million.")
    unit = " ".join(part for part in (unit_before, rest) if part)
    point, comma = values[0], values[-1]
    if point == comma:
        return Number(value=point, unit=unit)
    if style is not None:
        return Number(value=point if style == "point" else comma, unit=unit)
    small, large = sorted((point, comma), key=abs)
    sentence = f"Is “{shown}” {small:g} or {large:,.0f}? Say once which sign you use for decimals."
    return Ambiguous(text=shown, point=point, comma=comma, sentence=sentence, unit=unit)


def style_of_language(language: str) -> DecimalStyle | None:
    """The decimal sign people of a language use, for reading single fields; `None` where both are common."""
    code = language.lower().replace("_", "-")
    if code.split("-")[0] in ("en", "zh", "ja", "ko", "th", "he", "hi"):
        return None if code in ("en-za",) else "point"
    if code in ("de-ch", "de-li", "es-mx", "fr-ch", "it-ch"):
        return "point"
    return "comma" if code.split("-")[0] in _COMMA_LANGUAGES else None


_COMMA_LANGUAGES = frozenset(
    [
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "pl",
        "cs",
        "sk",
        "sv",
        "no",
        "nb",
        "nn",
        "da",
        "fi",
        "ru",
        "uk",
        "el",
        "tr",
        "hu",
        "ro",
        "bg",
        "sr",
        "hr",
        "sl",
        "lt",
        "lv",
        "et",
        "vi",
        "id",
    ]
)


def style_shown(text: str) -> DecimalStyle | None:
    """The style a number gives away by itself: "36.5" the point, "1.234,5" the comma; `None` if it fits both."""
    found = _NUMBER.search(plain_digits(text))
    if found is None:
        return None
    digits = found["digits"].strip()
    points, commas = digits.count("."), digits.count(",")
    readings = _digits(digits)
    if readings is None or len(readings) > 1 or points + commas == 0:
        return None
    if points and commas:
        return "point" if digits.rindex(".") > digits.rindex(",") else "comma"
    decimal = points + commas == 1
    return "point" if bool(points) == decimal else "comma"


def _digits(digits: str) -> tuple[str, ...] | None:
    """The readings of a run of digits and separators as Python number text: one, or (point style, comma style)."""
    digits = digits.strip(" _'’")
    compact = re.sub(r"(?<=\d)[ _'’](?=\d{3}(?:\D|$))", "", digits)
    if re.search(r"[ _'’]", compact):
        return None
    had_groups = compact != digits
    points, commas = compact.count("."), compact.count(",")
    if points and commas:
        decimal = "." if compact.rindex(".") > compact.rindex(",") else ","
        group = "," if decimal == "." else "."
        whole, _, fraction = compact.rpartition(decimal)
        if decimal in whole or not _grouped(whole, group):
            return None
        return (f"{whole.replace(group, '')}.{fraction or '0'}",)
    sign = "." if points else ","
    if points + commas == 0:
        return (compact,)
    if points + commas > 1:
        return (compact.replace(sign, ""),) if _grouped(compact, sign) and not had_groups else None
    whole, _, fraction = compact.partition(sign)
    as_decimal = f"{whole or '0'}.{fraction or '0'}"
    if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0") or had_groups:
        return (as_decimal,)
    as_group = whole + fraction
    return (as_decimal, as_group) if sign == "." else (as_group, as_decimal)


def _grouped(whole: str, sign: str) -> bool:
    """Whether thousands signs stand where they can: last group of three, others of three or (in India) two."""
    first, *groups = whole.split(sign)
    if not groups:
        return first.isdigit()
    return 1 <= len(first) <= 3 and len(groups[-1]) == 3 and all(len(group) in (2, 3) for group in groups)
