"""Tables that leave for spreadsheets and other tools: cells that cannot run, numbers that stay numbers.

A text that begins with = + - @ (or their wide forms) would be run as a formula by a spreadsheet; it gets an apostrophe
in front. A number is written as a number, negative ones too, and so is a typed text that is nothing but a number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from app.exports.clean import one_line

Cell = str | float | int | None
RISKY = "=+-@＝＋－＠\t\r\n"
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


def harmless(text: str) -> str:
    """`text` on one line, with an apostrophe in front if a spreadsheet would run it."""
    line = one_line(text)
    # What is stripped from the front may not hide a formula either.
    if line.lstrip(" '\u200b").startswith(tuple(RISKY)) and not NUMBER.fullmatch(line):
        return f"'{line}"
    return line


def number(value: float) -> str:
    """A number without a needless decimal point: 36, 2.4, -0.5."""
    return f"{value:.15g}"


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 CSV (RFC 4180) with a header row; without a byte order mark, which importers stumble over."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    return number(cell)
