"""What tests of the draft share."""

from __future__ import annotations

from typing import Any

from facilitation.messages import ScreenKind
from facilitation.okr import KeyResult
from facilitation.review import findings_about
from facilitation.state import Workshop, phase_of
from tests.facilitation.played import Played

DRAFT = "draft"
SCREENS: tuple[ScreenKind, ...] = ("console", "phone")


def on(played: Played, kpi: str) -> KeyResult:
    """The key result on a KPI of the example."""
    return next(kr for kr in played.room.workshop.key_results.values() if kr.kpi == played.ids[kpi])


def rules_of(workshop: Workshop, line: str) -> set[str]:
    return {finding.rule for finding in findings_about(workshop, line)}


def draft_phase(played: Played) -> Any:
    found = phase_of(played.room.workshop, DRAFT)
    assert found is not None
    return found
