"""Files people hand in, decoded into rows of text: CSV in the encodings and delimiters spreadsheets write, and XLSX.

A file is untrusted: its size, its rows and, for XLSX, what it would unpack to are checked before anything is read, so a bomb
costs a few milliseconds. Formulas are read as their stored values or as text, never calculated. What cannot be read comes
back as a sentence. Decoding takes time on large files: call it off the event loop.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from facilitation.messages import Rejected

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2_000
MAX_SCANNED = 20_000
MAX_COLUMNS = 60
MAX_CELL = 2_000
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RATIO = 120
MAX_PARTS = 400

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def read_table(name: str, data: bytes) -> list[list[str]] | Rejected:
    """The rows of an uploaded file, whatever its name says: XLSX is recognised by its content, all else is taken as CSV."""
    if not data.strip():
        return Rejected("The file is empty.")
    if len(data) > MAX_BYTES:
        return Rejected("The file is larger than 5 MB. Keep the KPI list only and try again.")
    if data.startswith(_ZIP):
        return read_xlsx(data)
    if data.startswith(_OLD_EXCEL):
        return Rejected(
            "This is an old Excel file (.xls), or one with a password. Save it as .xlsx or .csv and try again."
        )
    if name.lower().endswith((".xlsx", ".xlsm")):
        return Rejected("This file is called .xlsx but is none. Save it again from your spreadsheet.")
    return read_csv(data)


def read_csv(data: bytes) -> list[list[str]] | Rejected:
    """Rows of a CSV in UTF-8, UTF-16 or a Western code page; comma, semicolon, tab or bar between cells."""
    text = decode(data)
    if isinstance(text, Rejected):
        return text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(rows) > MAX_ROWS + 1:
                return Rejected(f"The file has more than {MAX_ROWS:,} rows. Split it and import the parts.")
            rows.append([_cell(cell) for cell in row[:MAX_COLUMNS]])
    except csv.Error:
        return Rejected(
            "This file cannot be read as a table; a quotation mark may be missing. Save it again as CSV."
        )
    return rows


def decode(data: bytes) -> str | Rejected:
    """The text of a file: by its mark, else UTF-8, else UTF-16 by its zero bytes, else the Western code page."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return Rejected("The characters of this file are damaged. Save it again as CSV UTF-8.")
    if b"\x00" in data:
        return _decode_utf16(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("cp1252", errors="replace")
    odd = sum(char == "\ufffd" or (char < " " and char not in "\t\r\n") for char in text)
    if odd > len(text) / 50:
        return Rejected("This does not look like a text file. Save the list as CSV (UTF-8) or XLSX.")
    return text


def _decode_utf16(data: bytes) -> str | Rejected:
    """UTF-16 without a mark: zero bytes stand on odd places (little end first) or on even ones."""
    even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text or max(even, odd) * 4 < len(data[:4000]) / 2:
        return Rejected("This does not look like a text file. Save the list as CSV (UTF-8) or XLSX.")
    return text


def _delimiter(text: str) -> str:
    """The sign that parts the header line; quoted parts do not count. A tie goes to the semicolon."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for index, part in enumerate(header.split('"')) if index % 2 == 0)
    return max(";\t,|", key=bare.count) if any(sign in bare for sign in ";\t,|") else ","


def read_xlsx(data: bytes) -> list[list[str]] | Rejected:
    """Rows of the first visible sheet, stored values only. The archive's declared sizes are checked before it is opened."""
    problem = _archive_problem(data)
    if problem is not None:
        return problem
    from openpyxl import load_workbook  # takes a tenth of a second: only when somebody imports
    from openpyxl.utils.exceptions import InvalidFileException

    # Twice, since a cell gives either its stored value or its formula: the value counts, the formula stands in for none.
    books = []
    try:
        for stored in (True, False):
            books.append(load_workbook(io.BytesIO(data), read_only=True, data_only=stored, keep_links=False))
        pages = [[page for page in book.worksheets if page.sheet_state == "visible"] for book in books]
        if not pages[0]:
            return Rejected("This workbook has no visible sheet.")
        for sheets in pages:
            sheets[0].reset_dimensions()
        rows: list[list[str]] = []
        cells = [sheets[0].iter_rows(max_col=MAX_COLUMNS) for sheets in pages]
        for scanned, (values, texts) in enumerate(zip(*cells, strict=False)):
            row = [_sheet_cell(value, text) for value, text in zip(values, texts, strict=False)]
            while row and not row[-1]:
                row.pop()
            if row:
                rows.append(row)
            if len(rows) > MAX_ROWS + 1 or scanned > MAX_SCANNED:
                return Rejected(f"The sheet has more than {MAX_ROWS:,} rows. Split it and import the parts.")
        return rows
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        ParseError,
        OSError,
        EOFError,
    ):
        return Rejected(
            "This XLSX file is damaged or uses something unusual. Save it again, or save it as CSV."
        )
    finally:
        for book in books:
            book.close()


def _sheet_cell(stored: Any, typed: Any) -> str:
    """The stored value, a percentage as it is shown (0.36 formatted as percent is 36 %), or a formula never calculated."""
    value = stored.value if stored.value is not None else typed.value
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and "%" in str(stored.number_format or "")
    ):
        return f"{value * 100:.12g} %"
    return _cell(value)


def _archive_problem(data: bytes) -> Rejected | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            heads = _heads(archive, parts) if len(parts) <= MAX_PARTS else []
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return Rejected(
            "This file is damaged: its archive cannot be opened. Save it again from your spreadsheet."
        )
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        return Rejected("This is an archive, but no XLSX spreadsheet. Import a CSV or XLSX file.")
    unpacked = sum(part.file_size for part in parts)
    bomb = any(
        part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or bomb:
        return Rejected(
            "This file would unpack to far more than a KPI list, so it was not opened. Copy the list into a new sheet."
        )
    if any(part.flag_bits & 1 for part in parts):
        return Rejected("This file is locked with a password. Save it without one.")
    if any(b"<!DOCTYPE" in head or b"<!ENTITY" in head for head in heads):
        return Rejected(
            "This file holds definitions a spreadsheet does not need, so it was not opened. Save it as CSV."
        )
    return None


def _heads(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> list[bytes]:
    """The first bytes of every part, where a document type would have to stand."""
    found = []
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and not part.flag_bits & 1:
            with archive.open(part) as file:
                found.append(file.read(4096))
    return found


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates as ISO, control characters dropped, length bounded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)[: MAX_CELL + 1]
    return "".join(char for char in text if char >= " " or char in "\n\t").strip()
