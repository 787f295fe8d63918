"""Does it add up, asked of a workshop: the targets, the fingers, the beliefs and the wish go through the tree at once.

The answer costs some ten milliseconds (10,000 runs), so it is kept by the values it is made of: rewording a sentence or naming
an owner computes nothing, console, wall and outcome share one answer, and the same workshop always gets the same numbers
(the seed comes from its log).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from facilitation.activities.challenge import beliefs
from facilitation.add_up import AddsUp, CannotAddUp, add_up, gain, tell
from facilitation.add_up.simulate import CHANCE_OF_LEVEL
from facilitation.add_up.words import AddUpWords
from facilitation.okr import Guardrail, KeyResult
from facilitation.standing import vote_phases
from facilitation.state import Workshop, marks_of, phase_state
from facilitation.targets import direction_of
from facilitation.tree_known import ByIdentity, known
from facilitation.units import show_number


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """The answer in numbers and in words."""

    answer: AddsUp
    words: AddUpWords


def seed_of(workshop: Workshop) -> int:
    """The seed of all forecasts of this workshop: from its first event, so that a replay draws the same."""
    return workshop.created % 1_000_000


def fingers(workshop: Workshop, phase_id: str) -> dict[str, list[int]]:
    """All fingers per key result, sorted, without persons."""
    found: dict[str, list[int]] = {}
    for given in marks_of(workshop, phase_id).values():
        for key_result, number in given.items():
            found.setdefault(key_result, []).append(number)
    return {key: sorted(numbers) for key, numbers in found.items()}


def chances(workshop: Workshop) -> dict[str, float]:
    """The chance per key result from the fingers of all revealed commit phases: the mean of the mapped chances."""
    found: dict[str, float] = {}
    for phase in vote_phases(workshop, "commit"):
        if phase_state(workshop, phase).revealed:
            for key, numbers in fingers(workshop, phase).items():
                given = [CHANCE_OF_LEVEL[n] for n in numbers if n in CHANCE_OF_LEVEL]
                if given:
                    found[key] = sum(given) / len(given)
    return found


def beliefs_shown(workshop: Workshop) -> dict[str, tuple[int, ...]]:
    """The levels 1–5 per KPI from all revealed challenge phases, without persons."""
    found: dict[str, tuple[int, ...]] = {}
    for phase in vote_phases(workshop, "challenge"):
        if phase_state(workshop, phase).revealed:
            found.update({kpi: tuple(numbers) for kpi, numbers in beliefs(workshop, phase).items()})
    return found


def added_up(workshop: Workshop, objective: str = "") -> Sum | CannotAddUp:
    """What the north star does if the key results are met: of all of them, or of one objective's."""
    rows = sorted(workshop.key_results.values(), key=lambda kr: (kr.objective, kr.order, kr.id))
    return _added_up(
        ByIdentity(workshop.kpis),
        tuple(_bare(kr) for kr in rows if objective in ("", kr.objective)),
        tuple(sorted(workshop.guardrails.values(), key=lambda guardrail: guardrail.id)),
        tuple(sorted(chances(workshop).items())),
        tuple(sorted(beliefs_shown(workshop).items())),
        None if objective else workshop.wish,
        seed_of(workshop),
    )


def gain_of(workshop: Workshop) -> float | None:
    """How much better the north star gets if all targets are met (0.01 is 1 %), without a single run: for the checks that
    read along while people type (T-GAP).
    """
    rows = sorted(workshop.key_results.values(), key=lambda kr: (kr.objective, kr.order, kr.id))
    return _gain(ByIdentity(workshop.kpis), tuple(_bare(kr) for kr in rows))


@lru_cache(maxsize=128)
def _gain(board: ByIdentity, rows: tuple[KeyResult, ...]) -> float | None:
    return gain(board.kpis, rows, known(board.kpis).model)


def _bare(kr: KeyResult) -> KeyResult:
    """Only what the sum depends on, so that other edits find the answer again."""
    return KeyResult(
        id=kr.id, objective="", kind=kr.kind, kpi=kr.kpi, target=kr.target, band=kr.band, order=kr.order
    )


@lru_cache(maxsize=128)
def _added_up(
    board: ByIdentity,
    rows: tuple[KeyResult, ...],
    guardrails: tuple[Guardrail, ...],
    given: tuple[tuple[str, float], ...],
    believed: tuple[tuple[str, tuple[int, ...]], ...],
    wish: float | None,
    seed: int,
) -> Sum | CannotAddUp:
    answer = add_up(
        board.kpis,
        rows,
        seed=seed,
        guardrails=guardrails,
        chances=dict(given),
        beliefs=dict(believed),
        wish=wish,
    )
    if isinstance(answer, CannotAddUp):
        return answer
    return Sum(answer=answer, words=tell(answer, board.kpis, rows, guardrails))


def picture(workshop: Workshop) -> dict[str, Any] | None:
    """The sum as plain data for screens: marks on one axis (0–100), words, and what to change; `None` without key results."""
    if not workshop.key_results:
        return None
    found = added_up(workshop)
    if isinstance(found, CannotAddUp):
        return {"reason": found.reason}
    answer, words = found.answer, found.words
    top = workshop.kpis[answer.north_star]
    ends = [answer.today, answer.p80, answer.p50, answer.at_targets, answer.low, answer.high]
    if answer.wish is not None:
        ends.append(answer.wish)
    low, high = min(ends), max(ends)
    reach = (high - low) or 1.0

    def place(value: float) -> float:
        return round((value - low) / reach * 100, 1)

    marks = [
        {"kind": "today", "word": "Today", "text": words.today, "at": place(answer.today)},
        {"kind": "p80", "word": "8 chances in 10", "text": words.p80, "at": place(answer.p80)},
        {"kind": "p50", "word": "5 chances in 10", "text": words.p50, "at": place(answer.p50)},
        {
            "kind": "targets",
            "word": "All targets met",
            "text": words.at_targets,
            "at": place(answer.at_targets),
        },
    ]
    if answer.wish is not None:
        marks.append(
            {
                "kind": "wish",
                "word": "The wish",
                "text": show_number(answer.wish, top.unit),
                "at": place(answer.wish),
            }
        )
    largest = max((abs(share.amount) for share in answer.shares), default=0.0) or 1.0
    said = dict(words.contributions)
    return {
        "reason": "",
        "north_star": top.name,
        "marks": marks,
        "low": place(answer.low),
        "high": place(answer.high),
        "sentence": words.sentence,
        "shares": [
            {
                "id": share.key_result,
                "text": said.get(share.key_result, ""),
                "share": abs(share.amount) / largest,
            }
            for share in answer.shares
        ],
        "guardrails": list(words.guardrails),
        "compared": list(words.compared),
        "advice": list(words.advice),
        "or_more": "or less" if direction_of(top) == "down" else "or more",
    }
