"""Past readings, pasted from a sheet or a report: the numbers with their dates, their mean, spread and spark line.

Understands one number a line, a row of numbers, or columns with a header (tabs, semicolons, bars, commas), in any decimal style.
The style is learnt from the numbers themselves; only if every doubtful one could mean both is it asked, once per paste. σ is
the sample standard deviation of the readings (n − 1), the spread that targets are made from (M-TGT-1).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date

import msgspec

from facilitation.kpi_tree import Reading
from facilitation.number_text import Ambiguous, DecimalStyle, NotANumber, parse_number, style_shown
from facilitation.units import read_value

MAX_TEXT = 200_000
MAX_READINGS = 2_000
_MONTHS = {
    name: place
    for place, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_VALUE_HEADER = re.compile(r"value|reading|rate|actual|result|measure|count|mean|wert", re.IGNORECASE)


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. `mean` and `sigma` are in the KPI's unit; `sigma` needs two readings. `skipped` are lines left out,
    each as a sentence; `notes` say what was assumed."""

    readings: tuple[Reading, ...]
    mean: float
    sigma: float | None
    count: int
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class AskStyle(msgspec.Struct, frozen=True, kw_only=True):
    """The one question of a paste: which sign is the decimal one? Call again with the answer."""

    sentence: str
    example: str
    point: float
    comma: float


class NoReadings(msgspec.Struct, frozen=True):
    """Why nothing could be read."""

    sentence: str


def read_readings(
    text: str, unit: str = "", style: DecimalStyle | None = None
) -> Readings | AskStyle | NoReadings:
    """Readings out of pasted text, in `unit`; dates come back as ISO dates, oldest first where all have one."""
    if not text.strip():
        return NoReadings("Paste some readings: one number a line, with or without a date.")
    if len(text) > MAX_TEXT:
        return NoReadings("This paste is too long. Paste the column with the readings only.")
    rows = split_rows(text)
    if not any(cell for row in rows for cell in row):
        return NoReadings("Paste some readings: one number a line, with or without a date.")
    if len(rows) > MAX_READINGS + 1:
        return NoReadings(f"{len(rows):,} lines are too many; paste the last {MAX_READINGS:,} at most.")
    values = _value_column(rows)
    dates = _date_column(rows, values)
    cells = [
        (number, row[values].strip() if values < len(row) else "") for number, row in enumerate(rows, start=1)
    ]
    chosen = style or _learn_style([cell for _, cell in cells])
    found: list[tuple[float, str]] = []
    skipped: list[str] = []
    for number, cell in cells:
        answer = read_value(cell, unit, chosen) if cell else None
        if isinstance(answer, Ambiguous):
            return AskStyle(
                sentence=f"Is “{answer.text}” {answer.point:g} or {answer.comma:g}? Choose once for all of these readings.",
                example=answer.text,
                point=answer.point,
                comma=answer.comma,
            )
        if answer is None or isinstance(answer, NotANumber):
            if not (number == 1 and len(rows) > 1):
                skipped.append(
                    f"Line {number} was left out: {answer.sentence if answer else 'it has no number.'}"
                )
            continue
        row = rows[number - 1]
        found.append((answer.value, row[dates].strip() if dates is not None and dates < len(row) else ""))
    if not found:
        return NoReadings(
            "No number was found in this text. Paste one number a line, with or without a date."
        )
    return _gather(found, skipped)


def split_rows(text: str) -> list[list[str]]:
    """Lines and cells of pasted text; one line of several numbers becomes one number a row. Empty lines are dropped."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    for sign in ("\t", ";", "|"):
        if any(sign in line for line in lines):
            rows = [[cell.strip() for cell in line.split(sign)] for line in lines]
            return _upright(rows)
    if any(re.search(r",\s", line) for line in lines):
        return _upright([[cell.strip() for cell in re.split(r",\s+", line)] for line in lines])
    by_comma = [line.split(",") for line in lines]
    if all(len(cells) > 1 and (_as_date(cells[0]) or not re.search(r"\d", cells[0])) for cells in by_comma):
        return [[cells[0].strip(), ",".join(cells[1:]).strip()] for cells in by_comma]
    if len(lines) == 1:
        by_space = lines[0].split()
        if len(by_space) > 2 and all(not isinstance(parse_number(cell), NotANumber) for cell in by_space):
            return [[cell] for cell in by_space]
        if lines[0].count(",") > 1 and "." in lines[0]:
            return [[cell.strip()] for cell in lines[0].split(",")]
    dated = [
        re.match(r"(\d{4}-\d\d(?:-\d\d)?|\d{1,2}[./]\d{1,2}[./]\d{2,4})\s+(\S.*)$", line.strip())
        for line in lines
    ]
    if sum(match is not None for match in dated) * 2 > len(lines):
        return [[m[1], m[2]] if m else [line.strip()] for m, line in zip(dated, lines, strict=True)]
    return [[line.strip()] for line in lines]


def _upright(rows: list[list[str]]) -> list[list[str]]:
    """A single row of numbers stands upright; anything else stays."""
    if len(rows) == 1 and len(rows[0]) > 2:
        return [[cell] for cell in rows[0] if cell]
    return rows


def _value_column(rows: list[list[str]]) -> int:
    """The column that holds the readings: named so, else the last one that is mostly numbers and no dates."""
    width = max(len(row) for row in rows)
    best, best_score = 0, -1.0
    for column in range(width):
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        numbers = [
            cell for cell in cells if not _as_date(cell) and not isinstance(parse_number(cell), NotANumber)
        ]
        score = len(numbers) / len(rows)
        header = rows[0][column] if column < len(rows[0]) else ""
        if _VALUE_HEADER.search(header) and not re.search(r"\d", header):
            score += 1.0
        if score >= best_score and numbers:
            best, best_score = column, score
    return best


def _date_column(rows: list[list[str]], values: int) -> int | None:
    for column in range(max(len(row) for row in rows)):
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        if column != values and cells and sum(bool(_as_date(cell)) for cell in cells) * 2 > len(cells):
            return column
    return None


def _learn_style(cells: list[str]) -> DecimalStyle | None:
    """The style the clear numbers show; `None` if they show none, or contradict each other."""
    shown = {style for cell in cells if (style := style_shown(cell)) is not None}
    return shown.pop() if len(shown) == 1 else None


def _gather(found: list[tuple[float, str]], skipped: list[str]) -> Readings:
    days, note = read_dates([on for _, on in found])
    pairs = list(zip([value for value, _ in found], days, strict=True))
    if all(days):
        pairs.sort(key=lambda pair: pair[1])
    readings = tuple(Reading(value=value, on=on) for value, on in pairs)
    mean, sigma, count = summary([reading.value for reading in readings])
    return Readings(
        readings=readings,
        mean=mean,
        sigma=sigma,
        count=count,
        skipped=tuple(skipped[:20]),
        notes=(note,) if note else (),
    )


def summary(values: Sequence[float]) -> tuple[float, float | None, int]:
    """(µ, sample σ, n) without binary dust; σ is `None` below two values. Raises ValueError without values."""
    if not values:
        raise ValueError("no readings")
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return float(f"{mean:.12g}"), None, len(values)
    sigma = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return float(f"{mean:.12g}"), float(f"{sigma:.12g}"), len(values)


def spark_points(
    values: Sequence[float], width: float = 72, height: float = 18
) -> tuple[tuple[float, float], ...]:
    """Points of a spark line in a `width` × `height` box, y downwards; level readings lie in the middle."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ()
    low, high = min(finite), max(finite)
    step = width / (len(finite) - 1) if len(finite) > 1 else 0.0
    span = high - low
    return tuple(
        (round(place * step, 1), round(height - (value - low) / span * height if span else height / 2, 1))
        for place, value in enumerate(finite)
    )


def read_dates(cells: Sequence[str]) -> tuple[list[str], str]:
    """ISO dates (empty where there is none) and a note about what was assumed: 05/06/2026 needs day or month first.

    A day above 12 anywhere decides; else the reading that keeps the list in order; else day first.
    """
    parts = [_slashed(cell) for cell in cells]
    slashed = [part for part in parts if part is not None]
    if not slashed:
        return [_as_date(cell) for cell in cells], ""
    day_first, note = True, ""
    if any(second > 12 for _, second, _ in slashed):
        day_first = False
    elif not any(first > 12 for first, _, _ in slashed):
        as_days = [(year, second, first) for first, second, year in slashed]
        as_months = [(year, first, second) for first, second, year in slashed]
        day_first = not (_in_order(as_months) and not _in_order(as_days))
        note = f"Dates were read as {'day/month' if day_first else 'month/day'}/year."
    dates = []
    for cell, part in zip(cells, parts, strict=True):
        if part is None:
            dates.append(_as_date(cell))
        else:
            first, second, year = part
            dates.append(_iso(year, second, first) if day_first else _iso(year, first, second))
    return dates, note


def _in_order(days: list[tuple[int, int, int]]) -> bool:
    return days in (sorted(days), sorted(days, reverse=True))


def _slashed(cell: str) -> tuple[int, int, int] | None:
    match = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})", cell.strip())
    return (int(match[1]), int(match[2]), _year(match[3])) if match else None


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _as_date(cell: str) -> str:
    """An ISO date for a cell that holds a date in a common form, else empty. Months and ISO weeks give their first day."""
    text = cell.strip()
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]\d{1,2}:\d\d.*)?", text):
        return _iso(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", text):
        try:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1).isoformat()
        except ValueError:
            return ""
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", text):
        return _iso(_year(match[3]), int(match[2]), int(match[1]))
    if part := _slashed(text):
        first, second, year = part
        return _iso(year, second, first) or _iso(year, first, second)
    if match := re.fullmatch(
        r"(?:(\d{1,2})\.?[ -])?([A-Za-z]{3})[a-z]*\.?[ -]?(?:(\d{1,2}),? )?(\d{4}|\d{2})", text
    ):
        month = _MONTHS.get(match[2].lower())
        return _iso(_year(match[4]), month, int(match[1] or match[3] or 1)) if month else ""
    return ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
