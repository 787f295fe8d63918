"""Random but plausible workshops: every registered command, built from what is on the board, by everybody, in any order.

Nothing here knows a single command by name beyond a few words about its fields: what is registered is played, so a new
activity is under the laws the moment its file exists. The same seed plays the same workshop. Most steps make sense (ids
that are there, the phase that is open), the rest is what rooms really send: stale ids, closed phases, endless text,
direction overrides, numbers in odd notations, people who were removed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from facilitation.activities import activities
from facilitation.activities.draft import MakeDraft, SetAside
from facilitation.activities.final import MarkFinal
from facilitation.activities.levers import DeclareControl, DescribeLever
from facilitation.activities.tree import AddKpi
from facilitation.messages import Command, Rejected
from facilitation.review import findings
from facilitation.session.board import Undo
from facilitation.session.flow import NextPhase, OpenPhase
from facilitation.session.people import SERVER_ONLY, Join
from facilitation.state import UNDOABLE, Workshop, agenda, current_phase, entries_of
from facilitation.workshop import deciders, facilitator_only
from tests.facilitation.room import Room

TEXTS = (
    "Trial to paid",
    "Teams see value on day one",
    "Increase day-30 retention",
    "Ship the new onboarding",
    "Улучшить конверсию",
    "معدل الاحتفاظ",
    "転換率 🚀",
    "x",
    "We own onboarding, support owns answers.",
)
ODD_TEXTS = (
    "",
    "   ",
    "\u202eevil\u202c\x00\x07",
    "a" * 10_000,
    "<script>alert(1)</script>",
    "{{ 7*7 }} ${x} %s",
    "\ud800",
    "e\u0301" * 40,
    "@p2",
    "@nobody",
    "\n\n\n",
    "=cmd|' /C calc'!A0",
)
NUMBERS = ("1", "36", "2.4", "0", "-3", "50,000", "1 200", "12 %", "0.5", "4,5", "7", "100", "3.1")
ODD_NUMBERS = (
    "1.234",
    "٣٦",
    "３６",
    "½",
    "1e3",
    "1e999",
    "nan",
    "inf",
    "-0",
    "12 apples",
    "²",
    "--5",
    "9" * 400,
    "0.00000000001",
    "1/0",
    "−7",
    "1e308",
    "5e-324",
)
DATES = (
    "",
    "2027-09-30",
    "2027-07-01",
    "2028-01-15",
    "30.09.2027",
    "0001-01-01",
    "9999-12-31",
    "20270930",
    "soon",
)
WORDS: dict[str, tuple[str, ...]] = {
    "unit": ("", "%", "$", "days", "orders/week", "users", "€", "M$", "pp"),
    "indicator": ("", "lagging", "intermediate", "leading"),
    "control": ("ours", "ours", "shared", "outside"),
    "family": ("", "activation", "retention", "speed", "monetization"),
    "comparator": ("<=", ">=", "≤", "≥", ""),
    "mode": ("commitment", "stretch"),
    "kind": ("metric", "range", "baseline", "binary", "qualitative"),
    "evidence": ("guess", "correlated", "tested"),
    "direction": ("", "up", "down", "range"),
    "cadence": ("", "daily", "weekly", "monthly"),
    "operators": ("×", "+", "−", "÷", "× ×", "+ +", "drives", "+ × −", "× × ×"),
    "scope": ("team", "company"),
    "currency": ("EUR", "USD", "eur", "XX", "€"),
    "time_zone": ("UTC", "Europe/Vienna", "Asia/Kolkata", "Nowhere/Land", "../etc/passwd", ""),
    "language": ("en", "de", "", "fr"),
    "split": ("", "yes", "no"),
    "style": ("", "point", "comma"),
    "field": ("definition", "owner", "query", "source", "nothing"),
    "name": (
        "hidden",
        "anonymous",
        "dots",
        "per_lever",
        "scale",
        "sound",
        "max_chars",
        "objectives",
        "nothing",
    ),
    "rule": ("K-NUMBER", "O-OWNER", "K-OWNER", "G-THRESH", "K-BASE"),
    "text": (*TEXTS, "36 38 35 37", "1,2\n3,4\n5,6"),
    "formula": ("", "Driver + Driver", "1 / 0", "(((", "Trial to paid × x", "k1 * k2", "k2 + k3", "k3 * 0.5"),
}
TYPED = {
    "baseline", "sigma", "band_low", "band_high", "lower", "upper", "threshold", "current", "value", "target", "start",
    "weekly", "share", "maturity", "unit_sigma", "elasticity", "lag_weeks", "wish",
}  # fmt: skip
OFTEN = {
    "AddKpi": 4, "CastVote": 4, "AddCard": 3, "SetNumbers": 3, "Choose": 2, "DeclareControl": 3, "DescribeLever": 2,
    "MoveKpi": 2, "SetFormula": 6, "CombineChildren": 2, "RemoveKpi": 2, "RemoveFromDraft": 2, "AddKeyResult": 2,
    "Undo": 12, "ChangeSetting": 4, "RemovePerson": 2, "ChangeRole": 2,
}  # fmt: skip
FOCUS = ("tree", "vote", "draft", "tree", "collect", "numbers")
RARE = {"DropPhase", "LockBoard", "LockRoom", "MarkFinal"}


def commands() -> list[type[Command]]:
    """Every command a person may send, in a fixed order."""
    return sorted((c for c in deciders() if c not in SERVER_ONLY), key=lambda c: c.__name__)


def of_session() -> list[type[Command]]:
    """Those of every phase: flow, clock, people, agenda, parking, undo."""
    own = {command for activity in activities().values() for command in activity.decide}
    return [command for command in commands() if command not in own]


@dataclass(frozen=True)
class Step:
    """One command: who sent it, what came of it, and the workshop before and after."""

    command: Command
    actor: str
    at: int
    refused: Rejected | None
    before: Workshop
    after: Workshop

    @property
    def told(self) -> str:
        """For messages of failing tests."""
        return f"{self.command} by {self.actor or 'the server'}"


class Simulation(Room):
    """A room played by a seed; `story` holds every command with what came of it."""

    def __init__(self, seed: int, guide: Any = None) -> None:
        self.story: list[Step] = []
        super().__init__(guide)
        self.random = random.Random(seed)
        self.seen: list[str] = ["k1", "c1", "p1", "nobody", ""]
        for _ in range(self.random.randint(2, 4)):
            self.join()
        self.join(phone=False)
        if self.random.random() < 0.8:
            self.plant()
        # Every other workshop stays long in one phase: what people do to each other's work there is where laws break.
        self.stays = FOCUS[seed // 2 % len(FOCUS)] if seed % 2 else ""
        if self.stays:
            phase = next(p.id for p in self.workshop.guide.phases if p.activity == self.stays)
            self.say(OpenPhase(phase=phase))

    def say(self, command: Command, by: str | None = None, role: str | None = None) -> Rejected | None:
        """As in any room, and it is written down."""
        before = self.workshop
        refused = super().say(command, by, role)
        actor = self.facilitator if by is None else by
        self.story.append(Step(command, actor, self.now, refused, before, self.workshop))
        return refused

    # -- one step --------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One command of somebody."""
        wish = self._flow() if self.random.random() < (0.005 if self.stays else 0.06) else self._wish()
        if isinstance(wish, Join):
            self.say(wish, by="", role="facilitator")
        else:
            self.say(wish, by=self._actor(wish))
        self._remember()

    def _flow(self) -> Command:
        if self.random.random() < 0.12:
            return Join(
                role="facilitator" if self.random.random() < 0.2 else "participant",
                phone=self.random.random() < 0.8,
            )
        if self.random.random() < 0.2 and self.workshop.phases:
            return OpenPhase(phase=self.random.choice([p.id for p in agenda(self.workshop)]))
        return NextPhase(after=self.workshop.current or "")

    def _wish(self) -> Command:
        phase = current_phase(self.workshop)
        if phase is not None and self.random.random() < 0.75:
            mine = activities()[phase.activity].decide
            kinds = sorted(mine, key=lambda c: c.__name__)
        else:
            kinds = commands() if self.random.random() < 0.3 else of_session()
            if self.stays:
                kinds = [c for c in kinds if c not in (NextPhase, OpenPhase)]
            if self.random.random() < 0.78:
                kinds = [c for c in kinds if c.__name__ not in RARE]
        return self.build(self.random.choice([c for c in kinds for _ in range(OFTEN.get(c.__name__, 1))]))

    def _actor(self, wish: Command) -> str:
        """Somebody: whoever may send this, mostly; now and then a participant who may not, or somebody who is gone."""
        people = list(self.workshop.people.values())
        if self.random.random() < 0.02:
            return "p999"
        leads = [p.id for p in people if p.role == "facilitator" and not p.removed]
        if leads and self.random.random() < (0.9 if type(wish) in facilitator_only() else 0.2):
            return self.random.choice(leads)
        inside = [p.id for p in people if not p.removed]
        authors = [step.by for step in self.workshop.undo if step.by in inside]
        if type(wish) is Undo and authors:
            return self.random.choice(authors)
        return self.random.choice([p.id for p in people] if self.random.random() < 0.05 else inside)

    # -- arguments -------------------------------------------------------------------------------------------------

    def build(self, kind: type[Command]) -> Command:
        """A command of this kind with arguments taken from the board, and now and then from nowhere."""
        fields = {f.name: self._value(kind.__name__, f) for f in msgspec.structs.fields(kind)}
        return kind(**{name: value for name, value in fields.items() if value is not ...})

    def _value(self, kind: str, field: Any) -> Any:
        odd = self.random.random() < 0.1
        if not field.required and self.random.random() < 0.3:
            return ...
        wanted, none = _plain(field.type)
        if none and self.random.random() < 0.5:
            return None
        if get_origin(wanted) is Literal:
            return self.random.choice(get_args(wanted))
        if wanted is bool:
            return self.random.random() < 0.6
        if wanted is int:
            return self.random.choice((-(2**40), 0, 7, 99, 2**62) if odd else (-1, 1, 1, 2, 3, 4, 5))
        if wanted is float:
            return self.random.choice(
                (float("nan"), float("inf"), -1.0, 0.0, 1e308) if odd else (1.0, 5.0, 8.5, 30.0)
            )
        if get_origin(wanted) is tuple:
            return self._rows(odd)
        assert wanted is str, f"{kind}.{field.name}: the simulation knows no values for {wanted}"
        return self._text(kind, field.name, odd)

    def _rows(self, odd: bool) -> tuple[tuple[str, ...], ...]:
        """A pasted table of KPIs, or of nonsense."""
        if odd:
            return self.random.choice(((), ((),), (("",),) * 3, ((self.random.choice(ODD_TEXTS),) * 2,) * 2))
        names = [f"{self.random.choice(TEXTS)} {self.random.randint(1, 99)}" for _ in range(3)]
        rows = [(name, "%", self.random.choice(NUMBERS), self.random.choice([*names, ""])) for name in names]
        return (("Name", "Unit", "Baseline", "Parent"), *rows)

    def _text(self, kind: str, name: str, odd: bool) -> str:
        board = self.workshop
        if name in ("phase", "after"):
            phases = [p.id for p in board.guide.phases]
            return self.random.choice([*phases, "", "nowhere"]) if odd else board.current or phases[0]
        if name in ("kpi", "parent", "child", "signal_kpi"):
            return self._id(list(board.kpis), odd)
        if name in ("card", "under"):
            return self._id([c.id for c in board.cards.values() if c.phase == board.current], odd)
        if name == "person":
            leads = [p.id for p in board.people.values() if p.role == "facilitator"]
            return self._id(leads if self.random.random() < 0.4 else list(board.people), odd)
        if name == "objective":
            return self._id(list(board.objectives), odd)
        if name == "key_result":
            return self._id([*board.key_results, "none", ""], odd)
        if name == "guardrail":
            return self._id([*board.guardrails, ""], odd)
        if name == "levers":
            return ",".join(self.random.sample(list(board.kpis), min(2, len(board.kpis))))
        if name in ("id", "target") and (name == "id" or kind in ("SetAside", "TakeUp", "TakeSuggestion")):
            return self._id(self._ids(kind), odd)
        if name == "prompt":
            return self._id(
                [p.id for phase in board.guide.phases for p in (*phase.prompts, *phase.probes)], odd
            )
        if kind == "SetSetting" or (kind == "ChangeSetting" and name == "value"):
            return self.random.choice(("1", "2", "5", "no", "yes", "a, b", "²", "999999"))
        if name == "rule" and not odd and findings(board):
            return self.random.choice(findings(board)).rule
        if kind == "ChangeSetting" and name == "name" and not odd and (phase := current_phase(board)):
            return self.random.choice([*phase.settings, "nothing"])
        if name == "was":
            return self._id([kpi.name for kpi in board.kpis.values()], odd)
        if name in TYPED and kind not in ("ChangeSetup",):
            return self.random.choice(ODD_NUMBERS if odd else (*NUMBERS, ""))
        if name in ("start", "end", "due"):
            return self.random.choice(DATES)
        if name == "owner" and not odd:
            return self.random.choice(("Ana", "@p2", "@p3", "", "Growth team", "Ana and Ben"))
        if odd:
            return self.random.choice(ODD_TEXTS)
        if name == "formula" and self.random.random() < 0.6 and board.kpis:
            names = [kpi.name for kpi in board.kpis.values()]
            return f" {self.random.choice('×+÷−')} ".join(self.random.choice(names) for _ in range(2))
        if name == "name" and kind != "ChangeSetting":
            return f"{self.random.choice(TEXTS)} {self.random.randint(1, 99)}"
        return self.random.choice(WORDS.get(name, TEXTS))

    def _ids(self, kind: str) -> list[str]:
        board = self.workshop
        near: dict[str, Iterable[str]] = {
            "Card": board.cards,
            "Candidate": board.cards,
            "Thought": board.parking,
            "Step": board.next_steps,
            "Guardrail": board.guardrails,
            "Objective": board.objectives,
            "KeyResult": board.key_results,
            "Initiative": board.initiatives,
            "Proposal": board.suggestions,
            "Evidence": board.key_results,
            "MeasureInstead": board.key_results,
            "Owner": {**board.objectives, **board.key_results},
            "Mode": board.objectives,
            "Draft": {**board.objectives, **board.key_results, **board.initiatives},
        }
        if kind in ("SetAside", "TakeUp", "TakeSuggestion"):
            return [f.line for f in findings(board)]
        found: list[str] = next((list(things) for word, things in near.items() if word in kind), [])
        return [*found, *found, ""] if kind.startswith("Set") else found

    def _id(self, there: list[str], odd: bool) -> str:
        if odd or not there:
            return self.random.choice(self.seen[-40:])
        return self.random.choice(there)

    def _remember(self) -> None:
        for field in (*UNDOABLE, "suggestions", "people"):
            for key in entries_of(self.workshop, field):
                if key not in self._known:
                    self._known.add(key)
                    self.seen.append(key)

    @property
    def _known(self) -> set[str]:
        return self.__dict__.setdefault("_known_ids", set(self.seen))  # type: ignore[no-any-return]

    # -- short cuts ---------------------------------------------------------------------------------------------------

    def plant(self) -> None:
        """A facilitator prepares a small tree, so that what grows on it is not left to chance."""
        phase = next(p.id for p in self.workshop.guide.phases if p.activity == "tree")
        self.say(AddKpi(phase=phase, name="Paying teams", unit="teams", baseline="400", indicator="lagging"))
        for number in range(self.random.randint(2, 7)):
            above = self.random.choice(list(self.workshop.kpis))
            self.say(
                AddKpi(
                    phase=phase, name=f"Driver {number}", parent=above, unit="%", baseline=f"{number + 20}"
                )
            )
        levers = next(p.id for p in self.workshop.guide.phases if p.activity == "levers")
        self.say(OpenPhase(phase=levers))
        for kpi in list(self.workshop.kpis)[1:]:
            self.say(DeclareControl(phase=levers, kpi=kpi, control=self.random.choice(WORDS["control"])))
            self.say(
                DescribeLever(phase=levers, kpi=kpi, family="activation", plain_outcome="Teams see value")
            )
        self._remember()

    def finish(self) -> bool:
        """Bring it to a final outcome where that is possible: draft, set every error aside with a reason, mark final."""
        phase = next((p.id for p in agenda(self.workshop) if p.activity == "draft"), None)
        lead = next(
            (p.id for p in self.workshop.people.values() if p.role == "facilitator" and not p.removed), None
        )
        if phase is None or lead is None:
            return False
        self.say(OpenPhase(phase=phase), lead)
        if not self.workshop.objectives:
            self.say(MakeDraft(phase=phase), lead)
        for finding in findings(self.workshop):
            if finding.severity == "error":
                self.say(
                    SetAside(phase=phase, target=finding.line, rule=finding.rule, reason="Known to all."),
                    lead,
                )
        self.say(MarkFinal(), lead)
        return self.workshop.final is not None


def _plain(kind: Any) -> tuple[Any, bool]:
    """The type without `None`, and whether `None` is allowed."""
    if get_origin(kind) in (Union, UnionType):
        rest = [one for one in get_args(kind) if one is not type(None)]
        return rest[0], len(rest) < len(get_args(kind))
    return kind, False


@cache
def played(seed: int, steps: int = 180, after: int = 60) -> Simulation:
    """The workshop of a seed: played, brought to a final outcome where that is possible, and played on. Read it only."""
    room = Simulation(seed)
    for _ in range(steps):
        room.step()
    room.finish()
    for _ in range(after):
        room.step()
    return room
