"""What people say in a rehearsal, beside the numbers of the example: cards, candidates, plain outcomes, next steps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Talk:
    """The words of one example. `outcomes` are what people would notice, by the example's KPI id;
    `initiatives_move` names for each of its initiatives the KPI whose key result it serves.
    """

    team: str
    cards: tuple[str, ...]
    rivals: tuple[tuple[str, str], ...]
    reason: str
    outcomes: dict[str, str]
    ours: frozenset[str]
    shared: frozenset[str]
    favourites: tuple[str, ...]
    parked: tuple[str, ...] = ("Pricing page test", "Who looks after churn data?")
    steps: tuple[str, ...] = (
        "Publish the sheet where everybody finds it",
        "Put the weekly check-in into the calendar",
    )
    names: tuple[str, ...] = (
        "Ana Ruiz",
        "Li Wen",
        "Sam Osei",
        "Noor",
        "Kai Berg",
        "Uma Rao",
        "Ola",
        "Ben",
        "Mia",
        "Teo",
    )
    steps_by_lever: dict[str, str] = field(default_factory=dict)
    initiatives_move: tuple[str, ...] = ()


PLG = Talk(
    team="Growth team",
    cards=(
        "Small teams try us alone and leave before they see the point",
        "We win when the first report is shared in week one",
        "Nobody looks after what happens between sign-up and first import",
        "Support answers fast, but only after people have given up",
        "Too many steps before the first useful thing",
        "Teams that invite a colleague stay",
    ),
    rivals=(("Sign-ups per week", "Easy to count, but says little about value"),),
    reason="It grows only when teams get value again and again",
    outcomes={
        "activation": "new workspaces to their first win in week one",
        "checklist": "the first steps feel short",
        "retention": "teams come back for their second month",
        "newly": "more teams see the point",
        "kept": "teams stay",
        "teams": "teams get value every week",
    },
    ours=frozenset({"activation", "checklist", "invites", "retention", "core"}),
    shared=frozenset({"content", "trials", "referrals"}),
    favourites=("activation", "checklist", "retention", "core", "invites"),
    initiatives_move=("activation", "checklist", "checklist", "activation"),
    steps_by_lever={
        "checklist": "Demo data on first opening",
        "activation": "Tips right after the first import",
    },
)

TALKS = {"plg-saas": PLG}


def talk_for(example: str, kpis: list[str]) -> Talk:
    """The words of an example; plain ones for an example without a script of its own."""
    known = TALKS.get(example)
    if known is not None:
        return known
    return Talk(
        team="Team",
        cards=("We want to know which number moves first", "We work on too many things at once"),
        rivals=(("Sign-ups in a quarter", "Easy to count, but says little about value"),),
        reason="It rises only when customers get value",
        outcomes={},
        ours=frozenset(kpis),
        shared=frozenset(),
        favourites=tuple(kpis[:5]),
    )
