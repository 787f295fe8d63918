"""One connection per screen, with an outbox that cannot grow: newest content per region wins (LIVE-7).

While a socket takes what it is given, frames go straight through. When it does not, the regions that changed are remembered
by id, and their newest content follows in one frame when it drains. A socket that takes nothing for ten seconds, or has
more than a megabyte of answers waiting, is cut at once (`abort`, since a close would wait for it). The phone comes back
by itself and resumes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from app.rendering.fragments import Part
from app.rooms import metrics
from app.rooms.frames import Frame
from app.rooms.lines import Line
from app.rooms.protocol import Message, Parts
from facilitation.messages import ScreenKind

STALLED_AFTER = 10.0
MAX_WAITING = 1_000_000


class Wire(Protocol):
    """What a connection needs of a socket (app/web/wires.py)."""

    @property
    def ready(self) -> bool:
        """Whether it takes a frame now. When it does not, it calls `Connection.drained` once it does again."""

    @property
    def line(self) -> Line | None:
        """What frames may be written to past this wire while it is ready; none where they may not. A wire that gives one
        calls `Connection.filled` when it takes no more."""

    @property
    def gone(self) -> bool:
        """Whether the socket is closing: what is still read from it is the last."""

    def write(self, frame: Frame) -> None:
        """Send; only while it is ready."""

    def close(self, code: int, reason: str) -> None:
        """Say good-bye; does not wait."""

    def abort(self) -> None:
        """Cut at once; whoever reads from the socket notices."""


class Shown:
    """How far the screens of a room have been shown: one number for all of them."""

    __slots__ = ("seq",)

    def __init__(self) -> None:
        self.seq = 0


NOWHERE = Shown()
"""What a screen has been shown before it is in a room."""


class Connection:
    """One screen that is looking. `person` is whom it acts for, empty for a wall; `holder` is the facilitator who acts for
    a seat without a phone. `seq` is how far the screen has been shown."""

    def __init__(
        self, wire: Wire, screen: ScreenKind, person: str, role: str, client_id: str, holder: str = ""
    ) -> None:
        self.wire = wire
        self.screen: ScreenKind = screen
        self.person = person
        self.role = role
        self.client_id = client_id
        self.holder = holder
        self.closed = False
        self.shown = NOWHERE
        self.on_flow: Callable[[], None] | None = None
        """Called when `line` may have changed."""
        self._seq = 0
        self.heard = 0
        """Contributions up to this number have come in order: what is below is a resend."""
        self._messages: list[Frame] = []
        self._waiting = 0
        self._parts: dict[str, Part] = {}
        self._hint: Frame | None = None
        self._stalled: asyncio.TimerHandle | None = None

    @property
    def seq(self) -> int:
        """How far the screen has been shown."""
        return max(self._seq, self.shown.seq)

    @property
    def behind(self) -> bool:
        """Whether something waits here because the socket does not take it."""
        return bool(self._messages or self._parts or self._hint)

    @property
    def line(self) -> Line | None:
        """Where content may be written straight away, if it may: nothing waits here, and the socket takes it."""
        return self.wire.line if not self.closed and not self.behind and self.wire.ready else None

    def say(self, message: Message) -> None:
        """Send a message that must not be dropped (answers)."""
        if self.closed:
            return
        frame = Frame(message)
        if self.wire.ready and not self.behind:
            self.wire.write(frame)
            return
        self._messages.append(frame)
        self._waiting += len(frame.payload)
        if self._waiting > MAX_WAITING:
            self._evict()
        else:
            self._wait()

    def hint(self, frame: Frame) -> None:
        """Send what is only worth knowing while it is new: one that still waits is replaced."""
        if self.closed:
            return
        if self.wire.ready and not self.behind:
            self.wire.write(frame)
            return
        self._hint = frame
        self._wait()

    def show(self, seq: int, parts: Sequence[Part], frame: Frame) -> None:
        """Send new content: `frame` is what `parts` look like on the wire. An older version of the same region that still
        waits is replaced."""
        if self.closed:
            return
        self._seq = seq
        if not self._messages and not self._parts and self.wire.ready:
            self.wire.write(frame)
            return
        for part in parts:
            self._parts.pop(part.region, None)
            self._parts[part.region] = part
        self._wait()

    def filled(self) -> None:
        """The socket takes no more for now."""
        self._flow_changed()

    def _flow_changed(self) -> None:
        if self.on_flow is not None:
            self.on_flow()

    def drained(self) -> None:
        """The socket takes frames again: all that waits goes out, content in one frame."""
        self._flow_changed()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        while self._messages and self.wire.ready and not self.closed:
            frame = self._messages.pop(0)
            self._waiting -= len(frame.payload)
            self.wire.write(frame)
        if self._parts and not self._messages and self.wire.ready and not self.closed:
            parts, self._parts = list(self._parts.values()), {}
            self.wire.write(Frame(Parts(seq=self.seq, parts=parts)))
        if self._hint is not None and not self._messages and not self._parts and self.wire.ready:
            hint, self._hint = self._hint, None
            self.wire.write(hint)
        if self.behind:
            self._wait()

    def _wait(self) -> None:
        if self._stalled is None and not self.closed:
            self._stalled = asyncio.get_running_loop().call_later(STALLED_AFTER, self._evict)

    def _evict(self) -> None:
        metrics.evictions.inc()
        self.cut()

    def cut(self) -> None:
        """End the connection at once; the screen comes back by itself."""
        if not self.closed:
            self.stop()
            self.wire.abort()

    def end(self, code: int, reason: str) -> None:
        """End the connection with a reason that the screen understands."""
        if not self.closed:
            self.stop()
            self.wire.close(code, reason)

    def stop(self) -> None:
        """The socket is gone or going: nothing more is sent."""
        self.closed = True
        self._flow_changed()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        self._messages.clear()
        self._parts.clear()
        self._hint = None
