"""Reads every kind of file back with a real reader, as somebody who downloads it would."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree

import icalendar
import openpyxl
import pypdf
import yaml


def open_pdf(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def pdf_text(data: bytes) -> str:
    """The text of all pages with spaces made even, as a search in the document would see it."""
    pages = (page.extract_text() for page in open_pdf(data).pages)
    return re.sub(r"[\s\u00a0\u200b]+", " ", " ".join(pages))


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def open_with_its_reader(extension: str, data: bytes) -> object:
    """What a real reader makes of the file; raises whatever the reader says when it cannot be read."""
    if extension == "pdf":
        return [page.extract_text() for page in open_pdf(data).pages]
    if extension == "json":
        return json.loads(data)
    if extension == "csv":
        return table(data)
    if extension == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    if extension == "yml":
        return yaml.safe_load(data)
    if extension == "ics":
        return icalendar.Calendar.from_ical(data)
    if extension == "svg":
        return ElementTree.fromstring(data)
    assert extension == "md", f"no reader for .{extension}: add one, so that the contract test can open it"
    return data.decode("utf-8")
