"""What came of a run that breaks things: the report, the promises that were not kept, and what its negative controls said.

A run is the same code against two servers: the product, and one that was altered on purpose (tests/faults/altered.py) or a screen
that was lied to. Of the first its checks must find nothing, of the second they must; a check that is blind proves nothing.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil

from tests.faults.crowd import Report

CONVERGED_WITHIN = 12.0
"""Seconds from the last heal until every screen shows what a fresh one shows."""
BACK_P95, BACK_P99 = 3.0, 8.0
"""Seconds from the moment the server answers again until a phone is live."""
SLOWER_BY = 0.2
NOISE_MS = 4.0
"""The others' p99 may grow by a fifth. A fifth of a few milliseconds is less than what two runs on an idle machine differ by, so
this much is allowed in any case."""
STALLED_MB = 50.0


@dataclass
class Run:
    """What a run was: the report, and how hard it tried. `wrong`: promises that were not kept, in words. `controls`: what was
    made wrong on purpose, and what the check said of it; empty where it said nothing."""

    report: Report
    kills: int = 0
    kills_in_flight: int = 0
    freezes: int = 0
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    pids: list[int] = field(default_factory=list)
    notes: dict[str, float | bool | str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    controls: dict[str, str] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        """Whether everything promised was kept."""
        return self.report.fine and not self.wrong

    @property
    def blind(self) -> list[str]:
        """What was made wrong on purpose and not noticed."""
        return [name for name, said in self.controls.items() if not said]

    def said(self) -> str:
        """What the checks found, in one line; empty when that is nothing."""
        report = self.report
        counted = [
            f"{name.replace('_', ' ')} {value}"
            for name in ("lost", "duplicated", "unexpected", "out_of_order", "gaps")
            if (value := getattr(report, name))
        ]
        if report.diverged:
            counted.append(f"different screens: {report.diverged[0]}")
        return "; ".join([*counted, *self.wrong])

    def converged(self) -> None:
        """Hold the run to the time that screens may need to show the same again."""
        self.wrong += too_long(self.report.converged_s)


async def noticed(control: Awaitable[Run]) -> str:
    """What the checks say of a run that must go wrong; empty when they are blind."""
    try:
        return (await control).said()
    except (AssertionError, TimeoutError) as found:
        return f"stopped: {found!r}"[:160]


def too_long(converged: float) -> list[str]:
    """What is wrong with the time until all screens were the same."""
    if converged > CONVERGED_WITHIN:
        return [f"converged after {converged:.1f} s, {CONVERGED_WITHIN:.0f} s are promised"]
    return []


def too_late(back: Sequence[float]) -> list[str]:
    """What is wrong with the seconds that phones needed to be back."""
    found = []
    for part, limit in ((95, BACK_P95), (99, BACK_P99)):
        if not (value := percentile(back, part)) <= limit:
            found.append(f"back p{part} {value:.1f} s, {limit:.0f} s are promised")
    return found


def too_slow(before: float, after: float, noise: float = NOISE_MS) -> list[str]:
    """What is wrong with the others' p99 (ms) before and under the load of those who misbehave."""
    limit = max(before * (1 + SLOWER_BY), before + noise)
    if not after <= limit:
        return [f"the others' p99 grew from {before:.1f} to {after:.1f} ms, at most {limit:.1f} is promised"]
    return []


def too_large(grew: float, limit: float) -> list[str]:
    """What is wrong with the megabytes by which memory grew."""
    return [f"memory grew by {grew:.1f} MB, at most {limit:.1f} is promised"] if not grew <= limit else []


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` percent of the values lie; NaN for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part / 100))] if ordered else float("nan")


def told(name: str, run: Run) -> str:
    """One run as lines for a report."""
    report = run.report
    lines = [
        f"{name}: {'fine' if run.fine else 'BROKEN'}",
        f"  attempts {report.attempts} · acks {report.acks} · refused {report.refused} · resends {report.resends}"
        f" · answers lost {report.lost_acks} · drops {report.drops}",
        f"  lost {report.lost} · duplicated {report.duplicated} · unexpected {report.unexpected}"
        f" · out of order {report.out_of_order} · holes {report.gaps}",
        f"  converged in {report.converged_s} s; different screens: {report.diverged or 'none'}",
        f"  kills {run.kills} ({run.kills_in_flight} blows with commands in flight) · freezes {run.freezes}"
        f" · began {run.began:%H:%M:%S} UTC, {run.seconds:.0f} s · servers {run.pids} · tester {os.getpid()}"
        f" on {psutil.cpu_count()} cores",
    ]
    if run.notes:
        lines.append("  " + " · ".join(f"{key} {value}" for key, value in run.notes.items()))
    lines += [f"  WRONG: {wrong}" for wrong in run.wrong]
    lines += [
        f"  control, {name}: {f'noticed ({said})' if said else 'NOT NOTICED'}"
        for name, said in run.controls.items()
    ]
    return "\n".join(lines)
