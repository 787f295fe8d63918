"""Observations while the KPI tree grows: shape, cause and effect, early signs."""

from __future__ import annotations

from facilitation.coach.advice import Advice, counted, number, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted

BRANCHES = 3
MANY_LEAVES = 12


def no_north_star(facts: Facts) -> Advice | None:
    """M-TREE-2: the tree hangs on one outcome."""
    if facts.north_star is not None:
        return None
    return Advice(
        id="no-north-star",
        question="Which one number grows when customers get more value from us?",
        reason="There is nothing at the top of the tree yet.",
        rule="M-TREE-2",
    )


def few_branches(facts: Facts) -> Advice | None:
    """M-TREE-3: acquisition, activation, engagement, monetization, virality: look in each direction."""
    if facts.north_star is None or len(facts.branches) >= BRANCHES:
        return None
    return Advice(
        id="few-branches",
        question="How do people find us, start, keep going, pay and tell others? Which of these is not on the tree?",
        reason=start(
            f"{quoted(facts.north_star.name)} has "
            f"{counted(len(facts.branches), 'branch', 'branches')}; most trees need three or more."
        ),
        rule="M-TREE-3",
    )


def branches_without_leading(facts: Facts) -> Advice | None:
    """M-TREE-4: a branch without an early sign can only be regretted, not steered."""
    late = [
        branch
        for branch in facts.branches
        if not any(kpi.indicator == "leading" for kpi in facts.below(branch))
    ]
    if not late:
        return None
    return Advice(
        id="branches-without-leading",
        question=f"What could we count every week that moves before {quoted(late[0].name)} does?",
        reason=start(
            f"{counted(len(late), 'branch has', 'branches have')} no leading indicator yet: "
            f"{listed([branch.name for branch in late])}."
        ),
        rule="M-TREE-4",
        about=tuple(branch.id for branch in late),
    )


def branches_not_taken_apart(facts: Facts) -> Advice | None:
    """M-TREE-1: a KPI is made of smaller ones that are easier to influence."""
    bare = [branch for branch in facts.branches if not facts.children(branch)]
    if not bare:
        return None
    return Advice(
        id="branches-not-taken-apart",
        question=f"What goes into {quoted(bare[0].name)}? Which of its parts could one of us touch?",
        reason=start(
            f"{counted(len(bare), 'branch has', 'branches have')} nothing below: "
            f"{listed([branch.name for branch in bare])}."
        ),
        rule="M-TREE-1",
        about=tuple(branch.id for branch in bare),
    )


def links_unsaid(facts: Facts) -> Advice | None:
    """M-TREE-6: a link that was never said cannot be challenged."""
    unsaid = [
        kpi for kpi in facts.kpis.values() if facts.children(kpi) and not kpi.formula and not kpi.influences
    ]
    if not unsaid:
        return None
    return Advice(
        id="links-unsaid",
        question=f"How do the numbers under {quoted(unsaid[0].name)} make it up: a sum, a product, or do they drive it?",
        reason=start(
            f"for {counted(len(unsaid), 'number', 'numbers')} nobody has said how the ones below combine: "
            f"{listed([kpi.name for kpi in unsaid])}."
        ),
        rule="M-TREE-6",
        about=tuple(kpi.id for kpi in unsaid),
    )


def only_children(facts: Facts) -> Advice | None:
    """M-TREE-1: where one number alone explains another, something was forgotten."""
    lonely = [kpi for kpi in facts.kpis.values() if len(facts.children(kpi)) == 1 and kpi.parent is not None]
    if not lonely:
        return None
    child = facts.children(lonely[0])[0]
    return Advice(
        id="only-children",
        question=f"If {quoted(child.name)} stayed the same, what else could move {quoted(lonely[0].name)}?",
        reason=start(f"{counted(len(lonely), 'number rests', 'numbers rest')} on a single one below."),
        rule="M-TREE-1",
        about=tuple(kpi.id for kpi in lonely),
    )


def kinds_unmarked(facts: Facts) -> Advice | None:
    """M-TREE-4: every KPI is lagging, intermediate or leading."""
    unmarked = [kpi for kpi in facts.kpis.values() if kpi.indicator is None and kpi.parent is not None]
    if not unmarked:
        return None
    total = len(facts.kpis) - 1
    return Advice(
        id="kinds-unmarked",
        question=f"Does {quoted(unmarked[0].name)} tell us early, on the way, or only afterwards?",
        reason=start(
            f"{number(len(unmarked))} of {number(total)} numbers are not marked as leading, intermediate or lagging."
        ),
        rule="M-TREE-4",
        about=tuple(kpi.id for kpi in unmarked),
    )


def tree_is_broken(facts: Facts) -> Advice | None:
    """M-TREE-1: a tree that cannot be calculated explains nothing."""
    errors = [check for check in facts.checks() if check.severity == "error" and check.code != "INCONSISTENT"]
    if not errors:
        return None
    return Advice(
        id="tree-is-broken",
        question="One link on the tree does not work as it is written. How did we mean it?",
        reason=f"{errors[0].sentence} {errors[0].hint}".strip(),
        rule="M-TREE-1",
        about=tuple(check.kpi for check in errors if check.kpi is not None),
    )


def numbers_disagree(facts: Facts) -> Advice | None:
    """M-TREE-1, S1: where the parts do not give the whole, one of the figures is wrong or a part is missing."""
    off = [check for check in facts.checks() if check.code == "INCONSISTENT"]
    if not off:
        return None
    return Advice(
        id="numbers-disagree",
        question="These figures do not fit together. Which one do we trust, or what is missing below?",
        reason=off[0].sentence,
        rule="M-TREE-1",
        about=tuple(check.kpi for check in off if check.kpi is not None),
    )


def crowded_tree(facts: Facts) -> Advice | None:
    """M-TREE-8: keep it small."""
    if len(facts.leaves) <= MANY_LEAVES:
        return None
    return Advice(
        id="crowded-tree",
        question="If we could watch only seven of these numbers, which would they be?",
        reason=f"The tree has {len(facts.leaves)} tips. A team can watch five to seven numbers well.",
        rule="M-TREE-8",
    )


def only_guesses(facts: Facts) -> Advice | None:
    """M-TREE-6: what nobody has seen happen is a guess, and guesses are to be tested."""
    links = [link for kpi in facts.kpis.values() for link in kpi.influences if link.child in facts.kpis]
    if len(links) < 2 or any(link.evidence != "guess" for link in links):
        return None
    return Advice(
        id="only-guesses",
        question="For which of these links has one of us really seen the effect? What did we see?",
        reason=start(f"all {number(len(links))} “drives” links on the tree are marked as guesses."),
        rule="M-TREE-6",
        about=tuple(link.child for link in links),
    )
