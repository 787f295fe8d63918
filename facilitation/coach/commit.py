"""Observations about commitment: names, ambition, evidence, doubt; and what no program can see and must be asked."""

from __future__ import annotations

from collections import Counter

from facilitation.coach.advice import Advice, counted, number, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.okr import KeyResult

HEAVY = 4
LOW = 2


def key_result_without_owner(facts: Facts) -> Advice | None:
    """M-KR-5, K-OWNER: one accountable person, by name."""
    blank = [item for item in facts.key_results() if not item.owner.strip()]
    if not blank:
        return None
    return Advice(
        id="key-result-without-owner",
        question=f"Who will look after {quoted(_plain(facts, blank[0]))}? One name, please, even if several help.",
        reason=start(
            f"{counted(len(blank), 'key result has', 'key results have')} no owner: {_list(facts, blank)}."
        ),
        rule="M-KR-5",
        about=tuple(item.id for item in blank),
    )


def objective_without_mode(facts: Facts) -> Advice | None:
    """M-AMB-1: commitment or stretch, said for each objective."""
    blank = [item for item in facts.objectives() if item.mode is None]
    if not blank:
        return None
    return Advice(
        id="objective-without-mode",
        question="Is this a promise that others build on, or a stretch where 70 percent would be a good result?",
        reason=start(
            f"{counted(len(blank), 'objective is', 'objectives are')} neither a commitment nor a stretch yet."
        ),
        rule="M-AMB-1",
        about=tuple(item.id for item in blank),
    )


def low_confidence(facts: Facts) -> Advice | None:
    """M-AMB-1, S4: doubt is cheaper now than at the end of the period."""
    doubted = {
        item: sum(mark <= LOW for mark in marks)
        for item, marks in facts.fingers.items()
        if item in facts.workshop.key_results
    }
    worst = max(doubted, key=lambda item: doubted[item], default=None)
    if worst is None or not doubted[worst]:
        return None
    name = _plain(facts, facts.workshop.key_results[worst])
    return Advice(
        id="low-confidence",
        question=f"{quoted(name)}: what would have to be true for a 4? Do we change the target, the scope or the means?",
        reason=start(f"{counted(doubted[worst], 'person', 'people')} showed a 1 or 2 for it."),
        rule="M-AMB-1",
        about=(worst,),
    )


def one_name_everywhere(facts: Facts) -> Advice | None:
    """S4: people who own everything own nothing."""
    owners = Counter(item.owner.strip() for item in facts.key_results() if item.owner.strip())
    if not owners:
        return None
    _, most = owners.most_common(1)[0]
    if most < HEAVY:
        return None
    return Advice(
        id="one-name-everywhere",
        question="One of us carries a great deal here. Who takes a part of it, and what could wait?",
        reason=f"One person owns {number(most)} of {number(sum(owners.values()))} key results.",
        rule="S4",
    )


def evidence_missing(facts: Facts) -> Advice | None:
    """M-EVD-1, V-PLAN: first sign, test, decision rule, record."""
    blank = [
        item
        for item in facts.key_results()
        if not all((item.evidence.signal, item.evidence.design, item.evidence.decision, item.evidence.record))
    ]
    if not blank:
        return None
    return Advice(
        id="evidence-missing",
        question=f"{quoted(_plain(facts, blank[0]))}: what moves first if we are right, and at what result do we stop?",
        reason=start(
            f"{counted(len(blank), 'key result has', 'key results have')} no complete evidence plan: {_list(facts, blank)}."
        ),
        rule="M-EVD-1",
        about=tuple(item.id for item in blank),
    )


def ask_means(facts: Facts) -> Advice | None:
    """S4: detached from budget and headcount: no program can see it, so it is asked."""
    return _ask(
        facts,
        "ask-means",
        "Which people, hours and money stand behind this? Has somebody who decides about them said yes?",
        "Plans fail early when they count on people who are busy elsewhere.",
    )


def ask_cascade(facts: Facts) -> Advice | None:
    """S4: copied cascades: no program can see it, so it is asked."""
    return _ask(
        facts,
        "ask-cascade",
        "Is this what we can change ourselves, or have we written down the goal from above once more?",
        "A goal copied from the level above looks aligned and gives nobody a handle.",
    )


def ask_pay(facts: Facts) -> Advice | None:
    """S4: key results tied to pay: no program can see it, so it is asked."""
    return _ask(
        facts,
        "ask-pay",
        "Does a bonus depend on any of these numbers? What does that do to how high we dare to aim?",
        "Where pay hangs on a key result, people aim low and look away from bad news.",
    )


def _ask(facts: Facts, id_: str, question: str, reason: str) -> Advice | None:
    if not facts.workshop.key_results:
        return None
    return Advice(id=id_, question=question, reason=reason, rule="S4")


def _plain(facts: Facts, item: KeyResult) -> str:
    kpi = facts.kpis.get(item.kpi or "")
    return kpi.name if kpi is not None else item.words or "this key result"


def _list(facts: Facts, items: list[KeyResult]) -> str:
    return listed([_plain(facts, item) for item in items])
