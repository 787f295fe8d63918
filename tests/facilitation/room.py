"""A workshop for tests: say a command, get the events applied, or the refusal back."""

from __future__ import annotations

from facilitation.guide import Guide, load_guide
from facilitation.messages import Actor, Command, Event, Meta, Rejected
from facilitation.session.people import Join
from facilitation.session.setup import WorkshopCreated
from facilitation.state import Setup, Workshop
from facilitation.workshop import EMPTY, apply, decide


class Room:
    """A workshop with its log, a clock that moves one second per command, and everybody's answers."""

    def __init__(self, guide: Guide | None = None) -> None:
        self.log: list[tuple[Event, Meta]] = []
        self.workshop: Workshop = EMPTY
        self.now = 1_800_000_000_000
        setup = Setup(title="Growth team", period="Q3 2027", start="2027-07-01", end="2027-09-30")
        self._record(
            [WorkshopCreated(code="K7PM4XQA", setup=setup, guide=guide or load_guide("kpi-to-okr"))], ""
        )
        self.facilitator = self.join("facilitator")

    def join(self, role: str = "participant", *, phone: bool = True) -> str:
        """A new seat; its id."""
        before = set(self.workshop.people)
        command = Join(role="facilitator" if role == "facilitator" else "participant", phone=phone)
        self.say(command, by="", role="facilitator")
        return next(iter(set(self.workshop.people) - before))

    def say(self, command: Command, by: str | None = None, role: str | None = None) -> Rejected | None:
        """Decide and apply; the refusal, or `None` when it was taken."""
        self.now += 1_000
        person = self.facilitator if by is None else by
        seat = self.workshop.people.get(person)
        rights = role or (seat.role if seat else "participant")
        actor = Actor(
            person=person, role="facilitator" if rights == "facilitator" else "participant", at=self.now
        )
        decided = decide(self.workshop, command, actor)
        if isinstance(decided, Rejected):
            return decided
        self._record(list(decided), person)
        return None

    def must(self, command: Command, by: str | None = None) -> None:
        """Like `say`, and it must be taken."""
        refused = self.say(command, by)
        assert refused is None, refused.reason

    def _record(self, events: list[Event], by: str) -> None:
        for event in events:
            meta = Meta(seq=self.workshop.seq + 1, at=self.now, by=by)
            self.workshop = apply(self.workshop, event, meta)
            self.log.append((event, meta))
