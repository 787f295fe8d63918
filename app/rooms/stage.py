"""What the screens of one room show: drawn once per kind of screen, sent as one frame that is built once.

What everybody waits for (the board, the clock, the question) goes out at once. What only has to be right soon, lists of people
above all, goes out a few times a second at most: else every join would send everybody the full list (quadratic, as measured
elsewhere). Personal regions are drawn for those who acted as soon as nobody waits (five times a second at most; leisure.py), and
for the others in the same calm rhythm, in slices, so that a thousand phones never hold up the room.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import is_
from typing import get_args

import structlog

from app.rendering.fragments import Canvas, Part, name_of
from app.rendering.screens import Place, Presence, calm_regions, personal, shared
from app.rooms import metrics
from app.rooms.audience import Audience, Crowd
from app.rooms.connections import Connection, Shown
from app.rooms.frames import Frame
from app.rooms.leisure import Leisure
from app.rooms.neighbours import Neighbours
from app.rooms.presence import Company, told
from app.rooms.protocol import Parts
from app.rooms.whose import another_scene, whose_parts
from facilitation.messages import ScreenKind
from facilitation.state import Workshop

log = structlog.get_logger()

CALM_EVERY = 0.25
CALM_PER_SCREEN = 0.004
CALM_AT_MOST = 2.0
OWN_EVERY = 0.2
OWN_SLACK = 0.05
OTHERS_EVERY = 1.0
SLICE = 0.002


class Stage:
    """The screens of one room. `show` is called after each change; everything else follows by itself."""

    def __init__(
        self, workshop: Workshop, names: dict[str, str], place: Place, leisure: Leisure | None = None
    ) -> None:
        self._leisure = leisure or Leisure()
        self.workshop = workshop
        self.names = names
        self.place = place
        self.connections: set[Connection] = set()
        self._kinds: dict[ScreenKind, Crowd] = {kind: Crowd() for kind in get_args(ScreenKind)}
        self._people: dict[str, Audience] = {}
        self._company = Company()
        self._neighbours = Neighbours()
        self._editing: dict[str, tuple[str, ...]] = {}
        self._shown = Shown()
        self._hasty: dict[str, asyncio.TimerHandle] = {}
        self._due: set[str] = set()
        self._later: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._slices: Iterator[None] | None = None
        self._drawn_since: set[str] = set()
        self._passed: tuple[Workshop, dict[str, str]] | None = None
        self._once_more = False
        self._urgent = False
        self._calm_at = -1000.0
        self._others_at = -1000.0

    # -- screens come and go ---------------------------------------------------------------------------------------------

    def arrive(self, connection: Connection, seen: int | None) -> None:
        """Show a screen everything that changed since it had `seen`; `None`: all of it."""
        audience = self._kinds[connection.screen]
        self._draw(connection.screen, frozenset())
        parts, frame = self._since(connection.screen, seen)
        connection.show(self.workshop.seq, parts, frame)
        connection.shown = self._shown
        audience.add(connection)
        if connection.screen == "phone":
            own = self._people.setdefault(connection.person, Audience(Canvas(alike=True)))
            self._draw_own(connection.person, own)
            # To the person's other phones, if there are any: this one gets everything.
            own.send(self.workshop.seq)
            parts = own.canvas.since(-1)
            connection.show(self.workshop.seq, parts, Frame(Parts(seq=self.workshop.seq, parts=parts)))
            own.add(connection)
        self.connections.add(connection)
        if self._editing:
            connection.hint(Frame(told(self._editing, name_of(self.names), connection.person)))
        metrics.connections.labels(connection.screen).inc()
        self._soon()

    def leave(self, connection: Connection) -> None:
        """A screen is gone."""
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        self._kinds[connection.screen].discard(connection)
        own = self._people.get(connection.person)
        if own is not None:
            own.discard(connection)
            if not own.connections:
                del self._people[connection.person]
        person = connection.person
        if self._company.writes(person) and not any(other.person == person for other in self.connections):
            self._company.typing(person, False)
        metrics.connections.labels(connection.screen).dec()
        self._soon()

    def typing(self, person: str, on: bool, kpi: str = "") -> None:
        """Somebody writes or stops: facilitators see that soon, and all others at which KPI."""
        if self._company.typing(person, on, kpi) and self.connections:
            self._soon()

    # -- the same workshop on other workers --------------------------------------------------------------------------------

    def news(self) -> str | None:
        """What the other workers should know of the screens here, if it is news to them."""
        if self._neighbours.forget_the_silent():
            self._soon()
        here = [connection.person for connection in self.connections if connection.person]
        return self._neighbours.tell(here, self._company.writing())

    def heard(self, text: str) -> None:
        """What another worker says of its screens."""
        told = self._neighbours.heard(text)
        if told is None:
            return
        news, before = told
        for person in (before.writing if before else {}).keys() - news.writing.keys():
            self._company.typing(person, False)
        for person, kpi in news.writing.items():
            self._company.typing(person, True, kpi)
        if news != before and self.connections:
            self._soon()

    def close(self) -> None:
        """Nothing is drawn any more."""
        for connection in list(self.connections):
            self.leave(connection)
        for later in (*self._hasty.values(), self._later, self._timer):
            if later is not None:
                later.cancel()
        self._slices = None

    # -- what changed ----------------------------------------------------------------------------------------------------

    def show(
        self,
        workshop: Workshop,
        names: dict[str, str],
        people: Iterable[str],
        first: Callable[[], None] | None = None,
    ) -> None:
        """The workshop has changed by what `people` did: tell every screen, and do what comes `first` before anything is sent."""
        self._urgent |= another_scene(self.workshop, workshop)
        self.workshop = workshop
        self.names = names
        for kind, audience in self._kinds.items():
            if audience.connections:
                calm = calm_regions(workshop, kind)
                self._draw(kind, calm)
                if first is not None:
                    first()
                audience.send(workshop.seq, without=calm)
        for person in set(people):
            self._show_own(person)
        self._shown.seq = workshop.seq
        self._soon()

    def _show_own(self, person: str) -> None:
        """What somebody who acted sees of their own: as soon as nobody waits for what all see, and a few times a second for one
        whose outbox is flushed, or who taps faster than eyes follow."""
        own = self._people.get(person)
        if own is None or person in self._due:
            return
        loop = asyncio.get_running_loop()
        left = own.shown_at + OWN_EVERY - loop.time()
        if left <= 0:
            self._show_soon(person)
        elif person not in self._hasty:
            # A little later than it could be: whoever goes on acting is shown with the next action, and nobody is woken for it.
            self._hasty[person] = loop.call_later(left + OWN_SLACK, self._show_soon, person)

    def _show_soon(self, person: str) -> None:
        waiting = self._hasty.pop(person, None)
        if waiting is not None:
            waiting.cancel()
        self._due.add(person)
        self._leisure.later(partial(self._show_now, person))

    def _show_now(self, person: str) -> None:
        self._due.discard(person)
        own = self._people.get(person)
        if own is None:
            return
        own.shown_at = asyncio.get_running_loop().time()
        try:
            self._draw_own(person, own)
            own.send(self.workshop.seq)
        except Exception:
            log.exception("personal regions could not be drawn")

    def canvas(self, screen: ScreenKind) -> Canvas:
        """The drawn regions of one kind of screen, up to date, for a page. What is new in them the screens get, too."""
        self._draw(screen, frozenset())
        if self._kinds[screen].unsent:
            self._soon()
        return self._kinds[screen].canvas

    def own(self, person: str) -> Canvas:
        """The drawn personal regions of somebody's phone, up to date, for a page."""
        audience = self._people.get(person) or Audience(Canvas(alike=True))
        self._draw_own(person, audience)
        if audience.unsent:
            self._soon()
        return audience.canvas

    def _draw(self, kind: ScreenKind, without: frozenset[str]) -> None:
        audience = self._kinds[kind]
        now = (self.workshop, self.names, self.place)
        if kind != "console" and not without and all(map(is_, audience.drawn_from, now)):
            return  # many come at the same state; only the console shows who is here
        audience.drawn_from = (None, None, None) if without else now
        presence = self._present() if kind == "console" else Presence()
        regions = shared(self.workshop, kind, presence, self.place, without)
        audience.keep(audience.canvas.update(regions, self.names, self.workshop.seq, kept=without))

    def _present(self) -> Presence:
        here = {connection.person for connection in self.connections if connection.person}
        return self._company.now(here | self._neighbours.people())

    def _draw_own(self, person: str, audience: Audience) -> None:
        audience.drawn = self.workshop
        self._drawn_since.add(person)
        regions = personal(self.workshop, person)
        audience.keep(audience.canvas.update(regions, self.names, self.workshop.seq))

    def _since(self, kind: ScreenKind, seen: int | None) -> tuple[list[Part], Frame]:
        """The regions a screen lacks, with their frame; everything is drawn and framed once for all who come."""
        audience, seq = self._kinds[kind], self.workshop.seq
        if seen is not None:
            # Calm regions follow later than the rest, so a screen may have the number and still lack them.
            parts = audience.canvas.since(seen, always=calm_regions(self.workshop, kind))
            return parts, Frame(Parts(seq=seq, parts=parts))
        known = audience.snapshot
        if known is None or known[:2] != (audience.canvas.revision, seq):
            parts = audience.canvas.since(-1)
            known = (audience.canvas.revision, seq, Frame(Parts(seq=seq, parts=parts)), parts)
            audience.snapshot = known
        return known[3], known[2]

    # -- the calm rhythm -------------------------------------------------------------------------------------------------

    def _soon(self) -> None:
        """A calm pass when its time has come, and at once when the scene has changed. A timer and no task: there is one for every
        room and almost every action."""
        if self._timer is not None:
            if not self._urgent:
                return
            self._timer.cancel()
        every = min(CALM_AT_MOST, CALM_EVERY + CALM_PER_SCREEN * len(self.connections))
        left = 0.0 if self._urgent else self._calm_at + every - time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(max(0.0, left), self._calm)

    def _calm(self) -> None:
        self._timer = None
        try:
            self._others()
            for kind, audience in self._kinds.items():
                if audience.connections:
                    self._draw(kind, frozenset())
                    audience.send(self.workshop.seq)
            self._tell_editing()
            self._calm_at = time.monotonic()
            self._watch_typing()
        except Exception:
            log.exception("calm regions could not be drawn")

    def _others(self) -> None:
        """What people see of their own because of others: once a second (a thousand phones: every four), and at once when the
        scene changes."""
        now = asyncio.get_running_loop().time()
        left = self._others_at + max(OTHERS_EVERY, CALM_PER_SCREEN * len(self.connections)) - now
        if left > 0 and not self._urgent:
            if self._later is None:
                self._later = asyncio.get_running_loop().call_later(left, self._soon_again)
            return
        self._others_at = now
        self._urgent = False
        self._once_more = self._slices is not None
        if self._slices is None:
            self._slices = self._people_pass()
            self._leisure.later(self._go_on)

    def _soon_again(self) -> None:
        self._later = None
        self._others_at = -1000.0
        self._soon()

    def _go_on(self) -> None:
        """The next slice of a pass, and the pass after it if it was asked for meanwhile."""
        if self._slices is None:
            return
        try:
            next(self._slices)
        except StopIteration:
            self._slices = self._people_pass() if self._once_more else None
            self._once_more = False
        except Exception:
            log.exception("personal regions could not be drawn")
            self._slices = None
        if self._slices is not None:
            self._leisure.later(self._go_on)

    def _people_pass(self) -> Iterator[None]:
        """The personal regions of everybody whose own can have changed, in slices that leave the room its turn."""
        until = time.perf_counter() + SLICE
        known: dict[int, frozenset[str] | None] = {}
        state = self.workshop, self.names
        people, self._passed = self._concerned(), None
        self._drawn_since = set()
        for person in people:
            audience = self._people.get(person)
            if audience is None or not self._stale(person, audience, known):
                continue
            self._draw_own(person, audience)
            audience.send(self.workshop.seq)
            if time.perf_counter() > until:
                yield
                until = time.perf_counter() + SLICE
                known.clear()

        if all(map(is_, state, (self.workshop, self.names))):
            self._passed = state

    def _concerned(self) -> list[str]:
        """Whose own part has to be looked at: whom something concerns since a pass that left everybody up to date, and who was
        drawn since then, at whatever state that was."""
        if self._passed is not None and self._passed[1] is self.names:
            passed = self._passed[0]
            whose = whose_parts(passed, self.workshop) if passed.marks is self.workshop.marks else None
            if whose is not None:
                return list(whose | self._drawn_since)
        return list(self._people)

    def _stale(self, person: str, audience: Audience, known: dict[int, frozenset[str] | None]) -> bool:
        drawn, now = audience.drawn, self.workshop
        if drawn is None or audience.unsent or audience.canvas.names is not self.names:
            return True
        if id(drawn) not in known:
            known[id(drawn)] = whose_parts(drawn, now)
        whose = known[id(drawn)]
        if whose is None or person in whose:
            return True
        phase = now.current or ""
        return drawn.marks.get(phase, {}).get(person) is not now.marks.get(phase, {}).get(person)

    def _tell_editing(self) -> None:
        """Who edits what, if that has changed: one small frame for all, and one of their own for those who edit. No region is
        drawn for it, and it is said in the calm rhythm however fast people type."""
        editing = self._company.editing(self.workshop)
        if editing == self._editing:
            return
        before, self._editing = self._editing, editing
        writers = {person for people in (*before.values(), *editing.values()) for person in people}
        name = name_of(self.names)
        frame = Frame(told(editing, name))
        for connection in self.connections:
            own = connection.person in writers
            connection.hint(Frame(told(editing, name, connection.person)) if own else frame)

    def _watch_typing(self) -> None:
        left = self._company.stops_in()
        if left is not None and self.connections:
            asyncio.get_running_loop().call_later(left + 0.05, self._soon_if_open)

    def _soon_if_open(self) -> None:
        if self.connections:
            self._soon()
