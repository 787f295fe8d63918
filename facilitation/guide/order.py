"""Which phase may follow which: nothing is asked for before the thing it is about exists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from facilitation.guide.types import GuideError

# Order: what must already be on the agenda, and what comes later only because it builds on the earlier one.
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


def check_order(activities: Sequence[str], *, file: str = "", prepared: Collection[str] = ()) -> None:
    """Raise GuideError when a phase would come before the work it builds on. Source: M-TREE-5, S1, S4."""
    first: dict[str, int] = {}
    for index, activity in enumerate(activities):
        first.setdefault(activity, index)
    for later, (earlier, why) in NEEDS.items():
        if later not in first or earlier in prepared:
            continue
        if earlier not in first or first[earlier] > first[later]:
            raise GuideError(
                file=file,
                key=f"phases[{first[later]}]",
                reason=f"“{later}” needs “{earlier}” before it, because {why}.",
                advice=f"Put a “{earlier}” phase earlier, or leave “{later}” out.",
            )
    for earlier, later, why in BEFORE:
        if earlier in first and later in first and first[earlier] > first[later]:
            raise GuideError(
                file=file,
                key=f"phases[{first[later]}]",
                reason=f"“{later}” comes before “{earlier}”, but {why}.",
                advice=f"Move “{earlier}” up, or “{later}” down.",
            )
    if "close" in first and first["close"] != len(activities) - 1:
        raise GuideError(
            file=file,
            key=f"phases[{first['close']}]",
            reason="“close” ends the workshop, but another phase follows it.",
            advice="Move “close” to the end.",
        )
