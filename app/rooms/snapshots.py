"""A workshop's state as bytes, marked with the rules that made it.

A snapshot saves replaying the log; it is never the truth. State made by other rules, or kept in other types, would differ from
what the log gives now, so each snapshot begins with a mark of the rules' source, and one with another mark is not read.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

import facilitation
from facilitation.state import Workshop


@cache
def mark() -> bytes:
    """Sixteen hexadecimal digits of the rules' source (types and folding alike)."""
    digest = hashlib.sha256(msgspec.__version__.encode())
    folder = Path(facilitation.__path__[0])
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16].encode()


def write(workshop: Workshop) -> bytes:
    """The state with its mark."""
    return mark() + b"\n" + msgspec.json.encode(workshop)


def read(stored: bytes) -> Workshop | None:
    """The state, or `None` for a snapshot of another version or a damaged one: the log has everything."""
    found, _, state = stored.partition(b"\n")
    if found != mark():
        return None
    try:
        return msgspec.json.decode(state, type=Workshop)
    except msgspec.DecodeError:
        return None
