"""The words that units are read from and written with: periods, times, multiples, shares."""

from __future__ import annotations

import re
from typing import Literal

Period = Literal["", "hour", "day", "week", "month", "quarter", "year"]

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
PERIODS: dict[str, Period] = {}
for _period, _words in {
    "hour": "h hr hrs hour hours hourly",
    "day": "d day days daily",
    "week": "w wk wks week weeks weekly",
    "month": "mo mth month months monthly",
    "quarter": "q qtr quarter quarters quarterly",
    "year": "y yr yrs year years yearly annum",
}.items():
    PERIODS |= dict.fromkeys(_words.split(), _period)  # type: ignore[arg-type]
SHORT_WORDS = {
    f"{word}{end}": short
    for word, short in {
        "second": "s",
        "minute": "min",
        "hour": "h",
        "week": "wk",
        "month": "mo",
        "quarter": "qtr",
        "year": "yr",
    }.items()
    for end in ("", "s")
}
LONG_WORD = re.compile(rf"\b({'|'.join(sorted(SHORT_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
TIMES: dict[str, float] = {}
for _days, _words in (
    (1 / 86_400_000, "ms millisecond milliseconds msec"),
    (1 / 86_400, "s sec secs second seconds"),
    (1 / 1_440, "min mins minute minutes"),
    (1 / 24, "h hr hrs hour hours"),
    (1.0, "d day days"),
    (7.0, "wk wks week weeks"),
    (DAYS["month"], "mo mth month months"),
    (DAYS["quarter"], "quarter quarters"),
    (DAYS["year"], "yr yrs year years"),
):
    TIMES |= dict.fromkeys(_words.split(), _days)
MULTIPLES = {
    "k": 1e3,
    "K": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "M": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "Mio": 1e6,
    "million": 1e6,
}
MULTIPLES |= {"bn": 1e9, "B": 1e9, "billion": 1e9}
SHORT = {1e3: "k", 1e6: "M", 1e9: "bn"}
SHARE = {"%": 0.01, "percent": 0.01, "pct": 0.01, "‰": 0.001, "permille": 0.001, "bps": 0.0001, "bp": 0.0001}
POINTS = {"pp", "ppt", "ppts", "percentage point", "percentage points", "%-points", "% points", "pct points"}
RATIO = {
    "x",
    "×",
    "ratio",
    "factor",
    "times",
    "fraction",
    "number",
    "#",
    "-",
    "–",
    "none",
    "1",
    "score",
    "index",
}
