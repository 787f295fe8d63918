"""Everybody who looks at the same: what they are shown, and the way to all of them at once.

To the screens of one kind the very same bytes go, so sending them is one loop over sockets and nothing else: whether a
screen takes what it is given is known beforehand and looked at again only when one comes, goes, stops taking or takes again
(docs/performance.md says what that saves). Whoever does not take goes the careful way through its own outbox (LIVE-7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.rendering.fragments import Canvas, Part
from app.rooms.connections import Connection
from app.rooms.frames import Frame
from app.rooms.lines import Lines
from app.rooms.protocol import Parts
from facilitation.state import Workshop


@dataclass
class Audience:
    """All phones of one person, and what they show. `unsent` are regions that were drawn for a page and still have to be
    told to the screens; `shown_at` is when something of the person's own doing was last shown, on the loop's clock."""

    canvas: Canvas = field(default_factory=Canvas)
    connections: set[Connection] = field(default_factory=set)
    unsent: dict[str, Part] = field(default_factory=dict)
    drawn: Workshop | None = None
    shown_at: float = -1000.0

    def add(self, connection: Connection) -> None:
        """One more screen."""
        self.connections.add(connection)

    def discard(self, connection: Connection) -> None:
        """A screen is gone."""
        self.connections.discard(connection)

    def keep(self, parts: Iterable[Part]) -> None:
        """These regions are news."""
        for part in parts:
            self.unsent.pop(part.region, None)
            self.unsent[part.region] = part

    def send(self, seq: int, without: frozenset[str] = frozenset()) -> None:
        """What is unsent, as one frame, to every screen; regions in `without` wait."""
        if not self.connections:
            self.unsent.clear()
            return
        parts = [part for region, part in self.unsent.items() if region not in without]
        if parts:
            self.unsent = {region: part for region, part in self.unsent.items() if region in without}
            self._deliver(seq, parts, Frame(Parts(seq=seq, parts=parts)))

    def _deliver(self, seq: int, parts: list[Part], frame: Frame) -> None:
        for connection in self.connections:
            connection.show(seq, parts, frame)


@dataclass
class Crowd(Audience):
    """All screens of one kind, which may be a thousand. `snapshot` is everything they show, framed once for all who come at
    the same state."""

    snapshot: tuple[int, int, Frame, list[Part]] | None = None
    drawn_from: tuple[object, object, object] = (None, None, None)
    _straight: Lines | None = None
    _others: list[Connection] = field(default_factory=list)

    def add(self, connection: Connection) -> None:
        super().add(connection)
        connection.on_flow = self.sort_anew
        self.sort_anew()

    def discard(self, connection: Connection) -> None:
        super().discard(connection)
        connection.on_flow = None
        self.sort_anew()

    def sort_anew(self) -> None:
        """Somebody came, went, stopped taking frames or takes them again."""
        self._straight = None

    def _sort(self) -> Lines:
        lines = [(connection, connection.line) for connection in self.connections]
        self._others = [connection for connection, line in lines if line is None]
        self._straight = Lines([line for _, line in lines if line is not None])
        return self._straight

    def _deliver(self, seq: int, parts: list[Part], frame: Frame) -> None:
        straight = self._straight if self._straight is not None else self._sort()
        straight.write(frame.wire)  # one that is full now sorts anew for the next time
        for connection in self._others:
            connection.show(seq, parts, frame)
