"""The outcome as JSON, complete: what is exported here can be read back, and exporting that gives the same bytes.

`format` and `version` always stand first, so that a program knows what it holds before it reads on.
"""

from __future__ import annotations

import json

import msgspec

from app.exports.format import Format, Options, well_formed
from facilitation.outcome import Outcome

NAME = "levertree-outcome"
VERSION = 1
LARGEST = 32 * 1024 * 1024


class UnreadableOutcomeError(ValueError):
    """The file cannot be read as an outcome; the message is a sentence for the person who chose it."""


def write(outcome: Outcome, options: Options) -> bytes:
    """Indented UTF-8 JSON, lossless; fields at their default are left out."""
    fields = msgspec.to_builtins(well_formed(outcome))
    fields = {"format": outcome.format, "version": outcome.version} | fields
    return msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n"


def load(data: bytes) -> Outcome:
    """The outcome in `data`. Raises `UnreadableOutcomeError` with a clear sentence for a wrong, newer, damaged or huge file."""
    if len(data) > LARGEST:
        raise UnreadableOutcomeError(
            "This file is larger than 32 MB, so it is no outcome of a workshop. Choose another file."
        )
    try:
        fields = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableOutcomeError(
            "This file is not JSON, or it was damaged on the way. Export it again and retry."
        ) from error
    if not isinstance(fields, dict) or fields.get("format") != NAME:
        raise UnreadableOutcomeError(
            "This file is not the outcome of a Levertree workshop. Choose the one exported as JSON."
        )
    version = fields.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise UnreadableOutcomeError(
            "This file does not say which version of the format it has. Export it again and retry."
        )
    if version > VERSION:
        raise UnreadableOutcomeError(
            f"This file was made by a newer Levertree (format {version}, this one reads up to {VERSION}). "
            "Update Levertree and try again."
        )
    try:
        return well_formed(msgspec.convert(fields, Outcome))
    except (msgspec.ValidationError, RecursionError) as error:
        raise UnreadableOutcomeError(
            f"This outcome was changed by hand and no longer fits: {error}."
        ) from error


FORMAT = Format(
    name="json",
    title="Data, to keep or import again (JSON)",
    note="Everything in the outcome, lossless; `levertree outcome` makes every other format from it.",
    extension="json",
    media_type="application/json",
    part="outcome",
    write=write,
)
