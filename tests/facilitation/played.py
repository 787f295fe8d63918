"""The PLG workshop of the method played through the rules alone: what `levertree rehearse` does, without server or sockets."""

from __future__ import annotations

from facilitation.activities.challenge import GiveBelief
from facilitation.activities.choose import AdoptCandidate, ProposeCandidate
from facilitation.activities.commit import GiveCommitment, SetMode, SetOwner
from facilitation.activities.draft import AddKeyResult, SetInitiative, SetKeyResult
from facilitation.activities.guardrails import SetGuardrail
from facilitation.activities.levers import DeclareControl, DescribeLever
from facilitation.activities.numbers import SetNumbers
from facilitation.activities.tree import AddKpi, SetFormula, SetInfluence
from facilitation.activities.vote import CastVote
from facilitation.examples import Example, example
from facilitation.formula import to_text
from facilitation.kpi_tree import root
from facilitation.session.flow import OpenPhase, Reveal
from tests.facilitation.room import Room

OURS = ("activation", "checklist", "retention", "actions")


class Played:
    """A room, the example played in it, and the ids its KPIs got."""

    def __init__(self, name: str = "plg-saas", people: int = 4) -> None:
        self.room = Room()
        self.example: Example = example(name)
        self.people = [self.room.join() for _ in range(people)]
        self.ids: dict[str, str] = {}

    def until(self, last: str) -> Played:
        """Play up to and including the phase `last`."""
        for phase in (
            "north-star",
            "tree",
            "numbers",
            "levers",
            "vote",
            "guardrails",
            "challenge",
            "draft",
            "commit",
        ):
            self.room.must(OpenPhase(phase=phase))
            getattr(self, f"_{phase.replace('-', '_')}")(phase)
            if phase == last:
                return self
        raise LookupError(last)

    def _north_star(self, phase: str) -> None:
        self.room.must(ProposeCandidate(phase=phase, text=self.example.kpis[0].name), self.people[0])
        card = next(iter(self.room.workshop.cards))
        self.room.must(AdoptCandidate(phase=phase, card=card))
        top = root(self.room.workshop.kpis)
        assert top is not None
        self.ids[self.example.kpis[0].id] = top.id

    def _tree(self, phase: str) -> None:
        for kpi in self.example.kpis[1:]:
            assert kpi.parent is not None
            before = set(self.room.workshop.kpis)
            wish = AddKpi(
                phase=phase,
                name=kpi.name,
                parent=self.ids[kpi.parent],
                indicator=kpi.indicator or "",
                unit=kpi.unit,
            )
            self.room.must(wish, self.people[0])
            self.ids[kpi.id] = next(iter(set(self.room.workshop.kpis) - before))
        names = {kpi.id: kpi.name for kpi in self.example.kpis}
        for kpi in self.example.kpis:
            if kpi.formula:
                self.room.must(
                    SetFormula(phase=phase, kpi=self.ids[kpi.id], formula=to_text(kpi.formula, names))
                )
            for link in kpi.influences:
                self.room.must(
                    SetInfluence(
                        phase=phase,
                        kpi=self.ids[kpi.id],
                        child=self.ids[link.child],
                        elasticity=_typed(link.elasticity),
                        lag_weeks=_typed(link.lag_weeks),
                        evidence=link.evidence,
                    )
                )

    def _numbers(self, phase: str) -> None:
        for kpi in self.example.kpis:
            low, high = kpi.band or (None, None)
            self.room.must(
                SetNumbers(
                    phase=phase,
                    kpi=self.ids[kpi.id],
                    baseline=_typed(kpi.baseline),
                    sigma=_typed(kpi.sigma),
                    unit=kpi.unit,
                    direction=kpi.direction or "",
                    band_low=_typed(low),
                    band_high=_typed(high),
                    lower=_typed(kpi.lower),
                    upper=_typed(kpi.upper),
                    cadence=kpi.cadence,
                    owner=kpi.owner,
                    source=kpi.source,
                )
            )

    def _levers(self, phase: str) -> None:
        for kpi in self.example.kpis[1:]:
            wanted = kpi.id in {target.kpi for target in self.example.targets}
            control = "ours" if wanted else "outside"
            self.room.must(DeclareControl(phase=phase, kpi=self.ids[kpi.id], control=control))
            self.room.must(
                DescribeLever(
                    phase=phase,
                    kpi=self.ids[kpi.id],
                    family=kpi.family,
                    segment=kpi.segment,
                    plain_outcome="New teams see value on day one" if wanted else "more teams stay",
                    step="Show demo data when a workspace opens" if wanted else "",
                )
            )

    def _vote(self, phase: str) -> None:
        favourites = [self.ids[target.kpi] for target in self.example.targets]
        for place, person in enumerate(self.people):
            for dot in range(3):
                self.room.must(CastVote(phase=phase, kpi=favourites[(place * dot) % len(favourites)]), person)
        self.room.must(Reveal(phase=phase))

    def _guardrails(self, phase: str) -> None:
        for guardrail in self.example.guardrails:
            self.room.must(
                SetGuardrail(
                    phase=phase,
                    name=guardrail.name,
                    comparator=guardrail.comparator or "",
                    threshold=_typed(guardrail.threshold),
                    unit=guardrail.unit,
                    current=_typed(guardrail.current),
                    owner=guardrail.owner,
                    source=guardrail.source,
                )
            )

    def _challenge(self, phase: str) -> None:
        for place, person in enumerate(self.people):
            for target in self.example.targets:
                self.room.say(GiveBelief(phase=phase, kpi=self.ids[target.kpi], belief=2 + place % 4), person)
        self.room.must(Reveal(phase=phase))

    def _draft(self, phase: str) -> None:
        for target in self.example.targets:
            kpi = self.ids[target.kpi]
            there = [kr for kr in self.room.workshop.key_results.values() if kr.kpi == kpi]
            if not there:
                first = next(iter(self.room.workshop.objectives))
                self.room.must(AddKeyResult(phase=phase, objective=first, kpi=kpi), self.people[0])
                there = [kr for kr in self.room.workshop.key_results.values() if kr.kpi == kpi]
            self.room.must(
                SetKeyResult(phase=phase, id=there[0].id, target=_typed(target.target)), self.people[1]
            )
        for text in self.example.initiatives:
            self.room.must(SetInitiative(phase=phase, text=text), self.people[2])

    def _commit(self, phase: str) -> None:
        for objective in list(self.room.workshop.objectives):
            self.room.must(SetOwner(phase=phase, id=objective, owner=f"@{self.people[0]}"))
            self.room.must(SetMode(phase=phase, id=objective, mode="stretch"))
        for place, kr in enumerate(list(self.room.workshop.key_results)):
            person = self.people[place % len(self.people)]
            self.room.must(SetOwner(phase=phase, id=kr, owner=f"@{person}"))
            for index, who in enumerate(self.people):
                self.room.must(
                    GiveCommitment(phase=phase, key_result=kr, fingers=3 + (index + place) % 3), who
                )
        self.room.must(Reveal(phase=phase))


def _typed(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
