"""Observations about the drafted objectives and key results: few, numbered, early, provable."""

from __future__ import annotations

from facilitation.coach.advice import Advice, counted, number, start
from facilitation.coach.facts import Facts
from facilitation.diagnosis import listed, quoted
from facilitation.kpi_tree import Cadence
from facilitation.okr import KeyResult

MAX_OBJECTIVES = {"team": 2, "company": 3}
MAX_KEY_RESULTS = 4
_NUMBERED = ("metric", "range")
_OFTEN: tuple[Cadence, ...] = ("daily", "weekly", "biweekly")


def no_objective(facts: Facts) -> Advice | None:
    """M-OBJ-2: start from the change people would notice."""
    if facts.workshop.objectives:
        return None
    return Advice(
        id="no-objective",
        question="Which change do we want people to notice by the end of the period, and why does it matter?",
        reason="There is no objective yet. Draft from the chosen levers, or write one.",
        rule="M-OBJ-2",
    )


def too_many_objectives(facts: Facts) -> Advice | None:
    """M-OBJ-3, O-COUNT: one or two, for a company up to three."""
    count, most = len(facts.workshop.objectives), MAX_OBJECTIVES[facts.workshop.setup.scope]
    if count <= most:
        return None
    return Advice(
        id="too-many-objectives",
        question="If we could keep only the most important ones, which would we let go, and who would miss it?",
        reason=f"There are {number(count)} objectives; {number(most)} is the most a period carries well.",
        rule="M-OBJ-3",
    )


def objective_without_key_results(facts: Facts) -> Advice | None:
    """M-KR-2, K-COUNT: an objective needs a way to be proven."""
    bare = [item for item in facts.objectives() if len(facts.key_results(item)) < 2]
    if not bare:
        return None
    return Advice(
        id="objective-without-key-results",
        question="Which two or three numbers would convince a sceptic that this has come true?",
        reason=start(
            f"{counted(len(bare), 'objective has', 'objectives have')} fewer than two key results: "
            f"{listed([item.words or 'Objective' for item in bare])}."
        ),
        rule="M-KR-2",
        about=tuple(item.id for item in bare),
    )


def too_many_key_results(facts: Facts) -> Advice | None:
    """M-KR-2, K-COUNT: three are best, more than four scatter the effort."""
    full = [item for item in facts.objectives() if len(facts.key_results(item)) > MAX_KEY_RESULTS]
    if not full:
        return None
    count = len(facts.key_results(full[0]))
    return Advice(
        id="too-many-key-results",
        question="Which of these key results would we not miss?",
        reason=f"{quoted(full[0].words or 'An objective')} has {number(count)} key results; three are best.",
        rule="M-KR-2",
        about=tuple(item.id for item in full),
    )


def key_result_without_numbers(facts: Facts) -> Advice | None:
    """M-KR-1, K-NUMBER, K-BASE: from where to where."""
    blank = [item for item in facts.key_results() if item.kind in _NUMBERED and _numbers_missing(item)]
    if not blank:
        return None
    return Advice(
        id="key-result-without-numbers",
        question=f"{_name(facts, blank[0])}: where do we start, and what would be a result worth having?",
        reason=start(
            f"{counted(len(blank), 'key result lacks', 'key results lack')} a from or a to: {_list(facts, blank)}."
        ),
        rule="M-KR-1",
        about=tuple(item.id for item in blank),
    )


def key_result_without_date(facts: Facts) -> Advice | None:
    """M-KR-1, K-DATE: by when."""
    blank = [item for item in facts.key_results() if not item.due]
    if not blank:
        return None
    return Advice(
        id="key-result-without-date",
        question=f"{_name(facts, blank[0])}: on which day do we look and say yes or no?",
        reason=start(
            f"{counted(len(blank), 'key result has', 'key results have')} no date: {_list(facts, blank)}."
        ),
        rule="M-KR-1",
        about=tuple(item.id for item in blank),
    )


def no_leading_key_result(facts: Facts) -> Advice | None:
    """K-LAGGING, S3: only lagging key results tell you at the end that it is too late."""
    late = [
        item
        for item in facts.objectives()
        if facts.key_results(item)
        and not any(_is_leading(facts, key_result) for key_result in facts.key_results(item))
    ]
    if not late:
        return None
    return Advice(
        id="no-leading-key-result",
        question="What would we see moving in week two if we were right? Could that be a key result?",
        reason=start(f"{counted(len(late), 'objective has', 'objectives have')} no leading key result."),
        rule="K-LAGGING",
        about=tuple(item.id for item in late),
    )


def key_results_read_too_seldom(facts: Facts) -> Advice | None:
    """M-KR-3, K-CADENCE: two of three readable weekly or every two weeks."""
    known = [item for item in facts.key_results() if item.kpi in facts.kpis and facts.kpis[item.kpi].cadence]
    often = [item for item in known if item.kpi and facts.kpis[item.kpi].cadence in _OFTEN]
    if not known or len(often) * 3 >= len(known) * 2:
        return None
    return Advice(
        id="key-results-read-too-seldom",
        question="How would we notice in the third week that we are off course?",
        reason=f"Only {len(often)} of {len(known)} key results are read weekly or every two weeks.",
        rule="M-KR-3",
    )


def ask_litmus(facts: Facts) -> Advice | None:
    """M-KR-6, T-LITMUS: no program can see this; so it is asked."""
    if not facts.workshop.key_results:
        return None
    return Advice(
        id="ask-litmus",
        question="Suppose every key result here is met. Could we still be disappointed? Then what is missing?",
        reason="Numbers and dates are there; whether they prove the objective, only you can tell.",
        rule="M-KR-6",
    )


def _numbers_missing(item: KeyResult) -> bool:
    if item.kind == "range":
        return item.band is None
    return item.start is None or item.target is None


def _is_leading(facts: Facts, item: KeyResult) -> bool:
    kpi = facts.kpis.get(item.kpi or "")
    return item.role == "leading" or (kpi is not None and kpi.indicator == "leading")


def _plain(facts: Facts, item: KeyResult) -> str:
    kpi = facts.kpis.get(item.kpi or "")
    return kpi.name if kpi is not None else item.words or "Key result"


def _name(facts: Facts, item: KeyResult) -> str:
    return quoted(_plain(facts, item))


def _list(facts: Facts, items: list[KeyResult]) -> str:
    return listed([_plain(facts, item) for item in items])
