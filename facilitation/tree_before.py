"""What an edit leaves as it was, so that nobody works it out again.

Most edits write a number into one KPI among many. The board's KPIs are then the very same objects but one, and all that follows
from names, parents, units and formulas stays: the *shape*. So the next state of a tree takes over what the state before it
had found out about the shape, and the rows of KPIs for which neither the KPI nor what was calculated for it is news. What is
taken over is flat: a state never holds on to the state before it, only to results.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from facilitation.diagnosis import Check
from facilitation.evaluate import Evaluation
from facilitation.kpi_tree import Kpi, Kpis

Findings = Mapping[str | None, list[Check]]

VALUES = frozenset(
    (
        "baseline",
        "sigma",
        "readings",
        "noise",
        "lower",
        "upper",
        "band",
        "cadence",
        "reviewed",
        "owner",
        "source",
    )
)
"""Fields of a KPI that say what it is worth, and who says so. All others belong to the shape."""
_SHAPE = tuple(name for name in Kpi.__struct_fields__ if name not in VALUES)


def same_shape(before: Kpis, after: Kpis) -> bool:
    """Whether two boards differ in values only."""
    if before.keys() != after.keys():
        return False
    for key, kpi in after.items():
        old = before[key]
        if kpi is not old and any(getattr(kpi, name) != getattr(old, name) for name in _SHAPE):
            return False
    return True


@dataclass(frozen=True)
class Before:
    """What is known of a tree before an edit that kept its shape: its numbers and findings, and what others made of them."""

    kpis: Kpis
    evaluation: Evaluation
    findings: Findings
    numbers: Mapping[str, tuple[Check, ...]]
    made: Mapping[Hashable, Any]

    def news(
        self, touched: Iterable[str], kpis: Kpis, evaluation: Evaluation, findings: Findings
    ) -> frozenset[str]:
        """The KPIs of which anything that is shown is news. `touched` are those that were calculated again: of all others the
        findings alone can differ. One that contradicts its formula is always looked at again: how to mend it depends on numbers
        further down."""
        looked_at = set(touched)
        looked_at.update(key for key, one in evaluation.consistency.items() if one.level == "error")
        for key in findings.keys() | self.findings.keys():
            if key is not None and findings.get(key) != self.findings.get(key):
                looked_at.add(key)
        return frozenset(key for key in looked_at if not self._stays(key, kpis, evaluation, findings))

    def _stays(self, key: str, kpis: Kpis, evaluation: Evaluation, findings: Findings) -> bool:
        result = evaluation.consistency.get(key)
        return (
            kpis[key] is self.kpis.get(key)
            and evaluation.calculated.get(key) == self.evaluation.calculated.get(key)
            and evaluation.missing.get(key) == self.evaluation.missing.get(key)
            and result == self.evaluation.consistency.get(key)
            and (result is None or result.level != "error")
            and findings.get(key) == self.findings.get(key)
        )
