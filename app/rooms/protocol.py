"""Wire messages and what they may ask: JSON up, JSON with HTML parts down (docs/protocol.md).

Identity is never taken from a message: who speaks is known from the cookie of the connection. A message that cannot be
read is answered with a sentence and changes nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, get_args

import msgspec

from app.rendering.fragments import Part
from facilitation.messages import Command, Rejected
from facilitation.workshop import command_type

PROTOCOL = 2
MAX_FRAME = 64 * 1024
LARGEST_READ = 4 * MAX_FRAME
"""What the server still reads, so that it can answer; above it the socket is closed (1009)."""


Mode = Literal["resume", "snapshot"]
"""What follows a welcome: what changed since, or everything."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Base of everything on the wire."""


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """A screen is here: what it has seen (`epoch`, `seq`) and the next contribution it would send (`next_cid`)."""

    proto: int = PROTOCOL
    build: str = ""
    epoch: str = ""
    seq: int = 0
    client_id: str = ""
    next_cid: int = 1


class Cmd(Message, frozen=True, kw_only=True, tag="cmd"):
    """A contribution: the command's type and its fields, numbered per client without gaps."""

    cid: int
    type: str
    data: dict[str, Any] = {}


class Ping(Message, frozen=True, kw_only=True, tag="ping"):
    """A heartbeat with what the screen has seen; `at` is the phone's own clock, sent back untouched."""

    seq: int = 0
    at: float = 0.0


class Typing(Message, frozen=True, kw_only=True, tag="typing"):
    """Somebody is writing, or has stopped; `kpi` is the KPI whose fields they write in. Best effort, never stored."""

    on: bool = True
    kpi: Annotated[str, msgspec.Meta(max_length=24)] = ""


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to hello: where the workshop stands and whether what follows is a resume or everything."""

    epoch: str
    head: int
    client_id: str
    last_cid: int
    mode: Mode
    build: str
    now: int


class Ack(Message, frozen=True, kw_only=True, tag="ack"):
    """The contribution is stored for good (LIVE-1)."""

    cid: int
    seq: int


class Refused(Message, frozen=True, kw_only=True, tag="refused"):
    """The contribution was refused for good, and why."""

    cid: int
    why: str


class Busy(Message, frozen=True, kw_only=True, tag="busy"):
    """Not now: too much at once, or nothing can be stored. Send it again after `after` seconds."""

    cid: int
    why: str
    after: float


class Gap(Message, frozen=True, kw_only=True, tag="gap"):
    """Contributions are missing: send again from `expected` on."""

    expected: int


class Parts(Message, frozen=True, kw_only=True, tag="parts"):
    """Regions with new content. A part replaces a whole region, so getting it twice is harmless."""

    seq: int
    parts: list[Part]


class Pong(Message, frozen=True, kw_only=True, tag="pong"):
    """The heartbeat's answer: the head and the server's clock."""

    head: int
    now: int
    at: float


class Probe(Message, frozen=True, kw_only=True, tag="probe"):
    """Nothing was heard for a while: is somebody there? The screen answers with a ping, at once."""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A KPI that somebody edits, and who: “Noor is editing”."""

    kpi: str
    words: str


class Editing(Message, frozen=True, kw_only=True, tag="editing"):
    """All KPIs that others edit right now; what is not named is edited by nobody. A hint: an older one is replaced."""

    nodes: list[Node] = []


class Notice(Message, frozen=True, kw_only=True, tag="notice"):
    """A sentence for the person at the screen."""

    text: str


Incoming = Hello | Cmd | Ping | Typing

TOO_LARGE = Rejected("This message is too large. Shorten the text and send it again.")
UNREADABLE = "This message could not be read. Reload the page and try again."

_decoder: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(Incoming)
_encoder = msgspec.json.Encoder()


def read(text: str | bytes) -> Incoming | Rejected:
    """The message, or the refusal for one that makes no sense. A contribution that is too large is read nevertheless, so that
    it can be answered by its number and does not come again and again (`too_large`)."""
    try:
        message = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return TOO_LARGE if len(text) > MAX_FRAME else Rejected(UNREADABLE)
    return TOO_LARGE if len(text) > MAX_FRAME and not isinstance(message, Cmd) else message


def too_large(text: str | bytes) -> Rejected | None:
    """The refusal for a message over 64 KiB."""
    return (
        TOO_LARGE
        if len(text) > MAX_FRAME or len(text.encode() if isinstance(text, str) else text) > MAX_FRAME
        else None
    )


def write(message: Message) -> str:
    """The message as JSON text."""
    return _encoder.encode(message).decode()


def command_of(kind: str, data: dict[str, Any]) -> Command | Rejected:
    """The command that a form or a socket asks for; text fields become numbers where the command wants them."""
    wanted = _classes().get(kind)
    if wanted is None:
        return Rejected("This page asks for something the server does not know. Reload the page.")
    tidy = {name: value for name, value in data.items() if not (value == "" and name not in _texts(wanted))}
    try:
        command: Command = msgspec.convert({**tidy, "type": kind}, wanted, strict=False)
    except (msgspec.ValidationError, ValueError, TypeError, OverflowError):
        return Rejected("Something in this form does not fit. Check what you entered and send it again.")
    return command


@cache
def _classes() -> dict[str, type[Command]]:
    return {kind.__name__: kind for kind in command_type().__args__}


@cache
def _texts(command: type[Command]) -> frozenset[str]:
    """Fields for which an empty text is a value; for the others it means: nothing was entered."""
    return frozenset(
        f.name for f in msgspec.structs.fields(command) if f.type is str or str in get_args(f.type)
    )
