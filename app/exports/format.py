"""What an export is: a named way of turning an outcome into bytes.

A format knows nothing of the web, of storage or of the clock: `Options.at` is stamped by the caller, so that the same
outcome with the same options gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from facilitation.outcome import Outcome

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
SURROGATES = re.compile("[\ud800-\udfff]")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the person who downloads decides.

    `at` is the moment of the download, time zone aware (absent: the day of the workshop). `emails` maps an owner's name
    to an e-mail address for tools that insist on one. `font_folder` is the host's folder with further TTF/OTF fonts.
    `link` is the outcome's public https address, or empty.
    """

    at: dt.datetime | None = None
    emails: Mapping[str, str] = msgspec.field(default_factory=dict)
    paper: Literal["a4", "us-letter"] = "a4"
    font_folder: Path | None = None
    link: str = ""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the download list.

    `title` and `note` are the words of the list. `part` goes into the file name, to tell two files of one extension
    apart. `needs_emails` asks the page for the owner-email step.
    """

    name: str
    title: str
    note: str
    extension: str
    media_type: str
    part: str
    write: Callable[[Outcome, Options], bytes]
    needs_emails: bool = False

    def export(self, outcome: Outcome, options: Options | None = None) -> bytes:
        """The file's bytes. Any outcome exports, an empty or a hostile one too; nothing is raised for its contents."""
        return self.write(well_formed(outcome), options or Options())

    def file_name(self, outcome: Outcome) -> str:
        """A safe, telling ASCII name: `growth-team-q3-2027-outcome.pdf`."""
        return file_name(outcome, self.part, self.extension)


def moment(outcome: Outcome, options: Options) -> dt.datetime:
    """The time an export carries: the caller's, else the day of the workshop, else a fixed day. Never the clock."""
    if options.at is not None:
        return options.at if options.at.tzinfo else options.at.replace(tzinfo=dt.UTC)
    try:
        held = dt.date.fromisoformat(outcome.held_on[:10])
    except ValueError:
        return EPOCH
    if held.year < 1980:  # a zip file cannot say an earlier year
        return EPOCH
    return dt.datetime(held.year, held.month, held.day, tzinfo=dt.UTC)


def well_formed(outcome: Outcome) -> Outcome:
    """`outcome` as every format can hold it: no half characters (lone surrogates), no endless numbers, and numbers of
    the declared kind, so that 36 and 36.0 read the same."""
    raw = msgspec.to_builtins(outcome)
    try:
        return msgspec.convert(_mended(raw, None), Outcome)
    except msgspec.ValidationError:  # an endless number where one is required
        return msgspec.convert(_mended(raw, 0.0), Outcome)


def _mended(value: object, nothing: float | None) -> object:
    if isinstance(value, str):
        return value if value.isascii() else SURROGATES.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else nothing
    if isinstance(value, dict):
        return {key: _mended(item, nothing) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(item, nothing) for item in value]
    return value


def slug(text: str, *, longest: int = 40) -> str:
    """Lower-case ASCII letters, digits and single dashes; empty when nothing of `text` survives."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > longest:
        words = words[: longest + 1].rpartition("-")[0] or words[:longest]
    return words


def file_name(outcome: Outcome, part: str, extension: str) -> str:
    """`{team}-{period}-{part}.{extension}`, falling back to the title, then the workshop's code, then "workshop"."""
    words = [slug(outcome.team), slug(outcome.period, longest=20)]
    if not words[0]:
        words = [slug(outcome.title) or slug(outcome.code) or "workshop", words[1]]
        if words[1] and words[1] in words[0]:
            words[1] = ""
    return "-".join([*filter(None, words), part]) + f".{extension}"
