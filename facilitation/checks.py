"""The live checks of a tree: everything that is wrong, doubtful or still missing, in sentences with a way out.

Errors are structure that cannot be calculated or contradicts itself; warnings are doubts; infos are what is still to come.
Every finding belongs to one KPI (or to the tree as a whole), so that a screen can show it in its place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from facilitation.bounds import hard_bounds
from facilitation.diagnosis import Check, Severity, listed, quoted
from facilitation.evaluate import Evaluation, evaluate
from facilitation.formula import FormulaProblem, parse, refs
from facilitation.graph import sources_of
from facilitation.kpi_tree import MAX_DEPTH, MAX_KPIS, Kpi, Kpis, ancestors, children, family_lists
from facilitation.measures import clashes
from facilitation.units import parse_unit, show_number

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


ShapeFindings = tuple[tuple[Check, ...], tuple[Check, ...], tuple[Check, ...]]
"""Findings about places, formulas and kinds: none of them depends on a number."""


def shape_findings(kpis: Kpis) -> ShapeFindings:
    """What is found without looking at a number."""
    return tuple(shape_checks(kpis)), tuple(formula_checks(kpis)), tuple(kind_checks(kpis))


def check_tree(
    kpis: Kpis,
    evaluation: Evaluation | None = None,
    shape: ShapeFindings | None = None,
    numbers: Iterable[Check] | None = None,
) -> tuple[Check, ...]:
    """All findings, errors first, then in board order. `evaluation`, `shape` and `numbers` (of each KPI, in board order) may be
    passed when they are known already."""
    done = evaluation if evaluation is not None else evaluate(kpis)
    places, formulas, kinds = shape if shape is not None else shape_findings(kpis)
    if numbers is None:
        numbers = (check for kpi in kpis.values() for check in number_checks(kpis, kpi, done))
    found = [*places, *done.diagnostics, *formulas, *numbers, *kinds]
    place = {key: index for index, key in enumerate(kpis)}
    return tuple(sorted(found, key=lambda check: (_RANK[check.severity], place.get(check.kpi or "", -1))))


def checks_by_kpi(checks: tuple[Check, ...]) -> dict[str | None, list[Check]]:
    """The findings of each KPI; those about the whole tree under `None`."""
    found: dict[str | None, list[Check]] = {}
    for check in checks:
        found.setdefault(check.kpi, []).append(check)
    return found


def shape_checks(kpis: Kpis) -> Iterator[Check]:
    """MULTI_ROOT, ORPHAN, CYCLE of parents, TOO_MANY, TOO_DEEP."""
    roots = [kpi for kpi in kpis.values() if kpi.parent is None]
    for extra in roots[1:]:
        yield Check(
            kpi=extra.id,
            code="MULTI_ROOT",
            severity="error",
            sentence=f"{quoted(extra.name)} stands beside the north star {quoted(roots[0].name)}; a tree has one top.",
            hint=f"Move it under {quoted(roots[0].name)} or one of its drivers.",
        )
    if len(kpis) > MAX_KPIS:
        yield Check(
            kpi=None,
            code="TOO_MANY",
            severity="error",
            sentence=f"The tree holds {len(kpis)} KPIs; {MAX_KPIS} is the limit.",
            hint="Keep what a team can act on: five to seven KPIs a team are plenty.",
        )
    for kpi in kpis.values():
        yield from _place_of(kpis, kpi)


def _place_of(kpis: Kpis, kpi: Kpi) -> Iterator[Check]:
    if kpi.parent is None:
        return
    path = ancestors(kpis, kpi.id)
    if kpi.parent not in kpis:
        yield Check(
            kpi=kpi.id,
            code="ORPHAN",
            severity="error",
            sentence=f"{quoted(kpi.name)} hangs on a KPI that is no longer on the board.",
            hint="Move it under a KPI that it feeds.",
        )
    elif kpi.id in path:
        loop = (kpi.id, *path[: path.index(kpi.id) + 1])
        if kpi.id == min(loop):
            yield Check(
                kpi=kpi.id,
                code="CYCLE",
                severity="error",
                sentence=f"These KPIs hang under each other in a circle: {' → '.join(quoted(kpis[key].name) for key in loop)}.",
                hint="Move one of them under another KPI.",
                path=loop,
            )
        yield Check(
            kpi=kpi.id,
            code="ORPHAN",
            severity="error",
            sentence=f"{quoted(kpi.name)} is not connected to the north star.",
            hint="Move it under a KPI that it feeds.",
        )
    elif len(path) == MAX_DEPTH:
        yield Check(
            kpi=kpi.id,
            code="TOO_DEEP",
            severity="error",
            sentence=f"{quoted(kpi.name)} stands more than {MAX_DEPTH} levels deep.",
            hint="Move it further up.",
        )


def formula_checks(kpis: Kpis) -> Iterator[Check]:
    """FORMULA, UNKNOWN_REF, UNIT_MISMATCH, PERIOD_MISMATCH, ENTITY_MISMATCH, UNUSED_CHILD, NOT_COMBINED, CYCLE upwards."""
    units = {key: parse_unit(kpi.unit) for key, kpi in kpis.items()}
    names = {key: kpi.name for key, kpi in kpis.items()}
    families = family_lists(kpis)
    for kpi in kpis.values():
        below = families.get(kpi.id, [])
        yield from _upward(kpis, kpi)
        if kpi.formula.strip():
            tree = parse(kpi.formula)
            if isinstance(tree, FormulaProblem):
                yield Check(
                    kpi=kpi.id,
                    code="FORMULA",
                    severity="error",
                    sentence=f"The formula of {quoted(kpi.name)} cannot be read: {tree.sentence}",
                    hint="Open the formula and mend this place.",
                    start=tree.start,
                    end=tree.end,
                )
                continue
            yield from _unknown(kpis, kpi)
            for clash in clashes(kpi.formula, units, units[kpi.id], names, kpi.name):
                yield Check(
                    kpi=kpi.id,
                    code=clash.code,
                    severity=clash.severity,
                    sentence=clash.sentence,
                    hint=clash.hint,
                    start=clash.start,
                    end=clash.end,
                )
        yield from _left_out(kpi, below)


def _unknown(kpis: Kpis, kpi: Kpi) -> Iterator[Check]:
    gone = [ref for ref in (*refs(kpi.formula), *(link.child for link in kpi.influences)) if ref not in kpis]
    if gone:
        yield Check(
            kpi=kpi.id,
            code="UNKNOWN_REF",
            severity="error",
            sentence=f"The formula of {quoted(kpi.name)} uses a KPI that is not on the board ({', '.join(gone[:3])}).",
            hint="Add it again, or take it out of the formula.",
            path=tuple(gone),
        )


def _upward(kpis: Kpis, kpi: Kpi) -> Iterator[Check]:
    used = sources_of(kpi)
    if not used:
        return
    path = ancestors(kpis, kpi.id)
    for key in used:
        if key in path and kpi.id not in path:
            loop = (kpi.id, *path[: path.index(key) + 1])
            yield Check(
                kpi=kpi.id,
                code="CYCLE",
                severity="error",
                sentence=f"{quoted(kpi.name)} is calculated from {quoted(kpis[key].name)}, which stands above it "
                f"({' → '.join(quoted(kpis[step].name) for step in loop)}).",
                hint="A KPI can only use what stands below or beside it.",
                path=(*loop, kpi.id),
            )


def _left_out(kpi: Kpi, below: list[Kpi]) -> Iterator[Check]:
    linked = {link.child for link in kpi.influences}
    used = set(refs(kpi.formula))
    left = [child for child in below if child.id not in used and child.id not in linked]
    if not left:
        return
    if kpi.formula.strip():
        for child in left:
            yield Check(
                kpi=child.id,
                code="UNUSED_CHILD",
                severity="warning",
                sentence=f"{quoted(child.name)} stands under {quoted(kpi.name)}, but its formula does not use it.",
                hint="Put it into the formula, or say that it only drives it.",
            )
    else:
        names = listed([child.name for child in left])
        yield Check(
            kpi=kpi.id,
            code="NOT_COMBINED",
            severity="info",
            sentence=f"Nothing says yet how {quoted(kpi.name)} comes from {names}.",
            hint="Choose × + − ÷ between them, or “drives”.",
        )


def number_checks(kpis: Kpis, kpi: Kpi, evaluation: Evaluation) -> Iterator[Check]:
    """NO_UNIT, NO_NUMBER, BAD_NUMBER, OUT_OF_BOUNDS of one KPI. They depend on it, on what it is worth, and on names."""
    numbers = (kpi.baseline, kpi.sigma, kpi.lower, kpi.upper)
    if any(number is not None and not math.isfinite(number) for number in numbers) or (kpi.sigma or 0) < 0:
        yield Check(
            kpi=kpi.id,
            code="BAD_NUMBER",
            severity="error",
            sentence=f"{quoted(kpi.name)} has a number one cannot calculate with.",
            hint="Type a plain number; a spread is 0 or more.",
        )
    else:
        yield from _value_checks(kpis, kpi, evaluation)


def _value_checks(kpis: Kpis, kpi: Kpi, evaluation: Evaluation) -> Iterator[Check]:
    value = evaluation.used.get(kpi.id)
    if not kpi.unit.strip():
        yield Check(
            kpi=kpi.id,
            code="NO_UNIT",
            severity="warning" if value is not None else "info",
            sentence=f"{quoted(kpi.name)} has no unit: is it %, $, days, orders/week …?",
            hint="Say what the number counts, and per week or month if it flows.",
        )
    if value is None:
        waits = [kpis[key].name for key in evaluation.missing.get(kpi.id, ()) if key in kpis]
        yield Check(
            kpi=kpi.id,
            code="NO_NUMBER",
            severity="info",
            sentence=f"{quoted(kpi.name)} waits for {listed(waits)}."
            if waits
            else f"{quoted(kpi.name)} has no number yet.",
            hint="Ask who knows it, or who could look it up; an honest guess with a spread is a start.",
        )
        return
    lower, upper = hard_bounds(kpi)
    if (lower is not None and value < lower) or (upper is not None and value > upper):
        limits = " and ".join(
            words
            for words in (
                f"at least {show_number(lower, kpi.unit)}" if lower is not None else "",
                f"at most {show_number(upper, kpi.unit)}" if upper is not None else "",
            )
            if words
        )
        yield Check(
            kpi=kpi.id,
            code="OUT_OF_BOUNDS",
            severity="error",
            sentence=f"{quoted(kpi.name)} is {show_number(value, kpi.unit)}, but it can only be {limits}.",
            hint="Correct the number, its unit or its bounds.",
        )


def kind_checks(kpis: Kpis) -> Iterator[Check]:
    """LAGGING_ONLY and NO_LEADING, for the tree and for each branch under the north star (M-TREE-4)."""
    top = next((kpi for kpi in kpis.values() if kpi.parent is None), None)
    if top is None or len(kpis) < 3:
        return
    kinds = {key: kpi.indicator for key, kpi in kpis.items()}
    hint = "Ask which number would move first; one that you can read every week."
    declared = {kind for kind in kinds.values() if kind is not None}
    if declared == {"lagging"} and None not in kinds.values():
        yield Check(
            kpi=None,
            code="LAGGING_ONLY",
            severity="warning",
            sentence="Every KPI on the tree is lagging: you would only see afterwards what happened.",
            hint=hint,
        )
    elif "leading" not in declared:
        yield Check(
            kpi=None,
            code="NO_LEADING",
            severity="warning",
            sentence="The tree has no leading indicator yet.",
            hint=hint,
        )
    else:
        covered = {
            step for key, kind in kinds.items() if kind == "leading" for step in (key, *ancestors(kpis, key))
        }
        for branch in children(kpis, top.id):
            if branch.id not in covered:
                yield Check(
                    kpi=branch.id,
                    code="NO_LEADING",
                    severity="info",
                    sentence=f"The branch {quoted(branch.name)} has no leading indicator yet.",
                    hint=hint,
                )
