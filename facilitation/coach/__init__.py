"""What the facilitator should ask next, read from the state of the board.

Each observation is one small function that looks at one thing and serves one rule. For each activity they are listed
here in order of importance: what blocks the group comes before what would merely be nice. The coach proposes; it never
blocks, and it knows nothing that is still secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from facilitation.coach import (
    aim,
    challenge,
    close,
    commit,
    draft,
    flow,
    guardrails,
    levers,
    numbers,
    tree,
    votes,
)
from facilitation.coach.advice import Advice, Observation
from facilitation.coach.facts import Facts, facts_of
from facilitation.state import Workshop

__all__ = ["ABOUT_PEOPLE", "ALWAYS_FIRST", "BY_ACTIVITY", "Advice", "advise"]

ALWAYS_FIRST: tuple[Observation, ...] = (flow.running_over, flow.ready_to_reveal)
"""Asked in every phase, before anything about the content."""

ABOUT_PEOPLE: tuple[Observation, ...] = (
    flow.silent_people,
    flow.nobody_yet,
    flow.few_still_writing,
    flow.everybody_done,
)
"""Asked in every phase; the first of them comes second, beside the first one about the content."""

BY_ACTIVITY: Mapping[str, tuple[Observation, ...]] = {
    "collect": (aim.cards_not_grouped, aim.no_strategy),
    "choose": (
        aim.tied_choice,
        aim.vanity_north_star,
        aim.one_candidate,
        aim.money_north_star,
        aim.no_strategy,
    ),
    "tree": (
        tree.no_north_star,
        tree.tree_is_broken,
        tree.few_branches,
        tree.branches_not_taken_apart,
        tree.branches_without_leading,
        tree.links_unsaid,
        tree.crowded_tree,
        tree.only_children,
        aim.vanity_north_star,
        tree.kinds_unmarked,
        tree.only_guesses,
    ),
    "numbers": (
        tree.no_north_star,
        tree.numbers_disagree,
        numbers.leaves_without_baseline,
        numbers.baseline_without_unit,
        numbers.baseline_without_spread,
        numbers.no_direction,
        numbers.nobody_looks_after,
        numbers.read_too_seldom,
        numbers.no_source,
    ),
    "levers": (
        tree.no_north_star,
        levers.few_levers,
        levers.nothing_outside,
        levers.levers_without_outcome,
        levers.levers_without_family,
        levers.lagging_levers,
        levers.leaves_unsorted,
        levers.levers_without_step,
    ),
    "vote": (
        levers.no_levers,
        votes.popular_small_effect,
        votes.overlooked_lever,
        votes.level_at_the_top,
        votes.one_lever_takes_all,
        votes.favourite_without_baseline,
        votes.favourite_is_shared,
        votes.few_dots_placed,
    ),
    "guardrails": (
        levers.no_levers,
        guardrails.guardrail_breached,
        guardrails.lever_without_guardrail,
        guardrails.guardrail_without_limit,
        guardrails.guardrail_value_unknown,
        guardrails.guardrail_unwatched,
    ),
    "challenge": (
        levers.no_levers,
        challenge.beliefs_wide_apart,
        challenge.link_doubted,
        challenge.everybody_sure,
        challenge.chosen_not_marked,
        tree.only_guesses,
    ),
    "draft": (
        levers.no_levers,
        draft.no_objective,
        draft.too_many_objectives,
        draft.objective_without_key_results,
        draft.key_result_without_numbers,
        draft.too_many_key_results,
        draft.no_leading_key_result,
        draft.key_results_read_too_seldom,
        guardrails.lever_without_guardrail,
        guardrails.guardrail_breached,
        draft.key_result_without_date,
        draft.ask_litmus,
    ),
    "commit": (
        commit.key_result_without_owner,
        commit.objective_without_mode,
        commit.low_confidence,
        commit.one_name_everywhere,
        commit.evidence_missing,
        commit.ask_means,
        commit.ask_cascade,
        commit.ask_pay,
    ),
    "close": (
        close.no_next_step,
        close.next_step_without_owner,
        close.low_return,
        close.parking_lot_open,
        close.ask_weekly,
        close.ask_review,
    ),
}


def advise(workshop: Workshop, *, now: int | None = None) -> list[Advice]:
    """Questions for the open phase, most important first; none in the lobby.

    With `now` (ms since the epoch, by the server's clock) the coach also sees that a running phase is over.
    """
    facts = facts_of(workshop, now=now)
    if facts is None:
        return []
    urgent = _found(ALWAYS_FIRST, facts)
    content = _found(BY_ACTIVITY.get(facts.phase.activity, ()), facts)
    people = _found(ABOUT_PEOPLE, facts)
    return [*urgent, *content[:1], *people[:1], *content[1:], *people[1:]]


def _found(observations: Iterable[Observation], facts: Facts) -> list[Advice]:
    answers = (look(facts) for look in observations)
    return [advice for advice in answers if advice is not None]
