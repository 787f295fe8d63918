"""Which phase may follow which: nothing is asked for before the thing it is about exists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from facilitation.guide.types import GuideError, Phase

# NEEDS: what must already be on the agenda. BEFORE: two phases that only make sense in this order.
NEEDS: Mapping[str, tuple[str, str]] = {
    "numbers": ("tree", "numbers belong to the metrics of a tree"),
    "levers": ("tree", "levers are found on a tree"),
    "vote": ("levers", "people vote on levers"),
    "guardrails": ("levers", "a guardrail protects what a lever could harm"),
    "challenge": ("tree", "the statements to challenge are the links of a tree"),
    "draft": ("levers", "the draft is made from chosen levers"),
    "commit": ("draft", "people commit to what has been drafted"),
}
BEFORE: tuple[tuple[str, str, str], ...] = (
    ("choose", "tree", "the chosen north star is the root of the tree"),
    ("vote", "guardrails", "guardrails are set for the levers that won the vote"),
    ("vote", "draft", "the draft starts from the levers that won the vote"),
    ("numbers", "draft", "targets are worked out from the numbers"),
    ("guardrails", "draft", "key results are drafted beside their guardrails"),
    ("challenge", "draft", "a doubtful link changes what is drafted"),
)


def check_order(phases: Sequence[Phase], *, file: str = "", prepared: Collection[str] = ()) -> None:
    """Raise GuideError when a phase would come before the work it builds on. Source: M-TREE-5, S1, S4.

    `prepared` names activities whose work is already on the board, so that later phases may do without them.
    Where an activity appears more than once, its first phase counts.
    """
    first: dict[str, int] = {}
    for index, phase in enumerate(phases):
        first.setdefault(phase.activity, index)
    for later, (earlier, why) in NEEDS.items():
        if later not in first or earlier in prepared:
            continue
        if earlier not in first or first[earlier] > first[later]:
            title = phases[first[later]].title
            raise GuideError(
                file=file,
                key=f"phases[{first[later]}]",
                reason=f"“{title}” needs “{_title(phases, first, earlier)}” before it, because {why}.",
                advice=f"Put that phase earlier, or leave “{title}” out.",
            )
    for earlier, later, why in BEFORE:
        if earlier in first and later in first and first[earlier] > first[later]:
            before, after = _title(phases, first, earlier), phases[first[later]].title
            raise GuideError(
                file=file,
                key=f"phases[{first[later]}]",
                reason=f"“{after}” comes before “{before}”, but {why}.",
                advice=f"Move “{before}” up, or “{after}” down.",
            )
    if "close" in first and first["close"] != len(phases) - 1:
        title = phases[first["close"]].title
        raise GuideError(
            file=file,
            key=f"phases[{first['close']}]",
            reason=f"“{title}” ends the workshop, but another phase follows it.",
            advice=f"Move “{title}” to the end.",
        )


def _title(phases: Sequence[Phase], first: Mapping[str, int], activity: str) -> str:
    """The phase's title as people see it, or the activity's name when no phase has it."""
    return phases[first[activity]].title if activity in first else activity
