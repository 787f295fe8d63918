"""The long runs that break things (live.md's promises under fire): `make soak`, at most half an hour.

    python -m benchmarks.soak                 everything
    python -m benchmarks.soak kill            one of: kill, disk, restart, stalled, flood, seeds, workers
    python -m benchmarks.soak --part 0.1      a tenth of the size

Ends with status 1 when anything was lost, duplicated, out of order, when a screen did not converge, or when a run was too weak
to prove anything: a check that did not notice its negative control, too few kills with commands in flight, too few answers.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.flood import flooded_in_earnest
from tests.faults.hardship import full_disk_in_earnest, restarted_in_earnest, stalled_in_earnest
from tests.faults.run import Run, told
from tests.faults.runs import killed_in_earnest, roaming_in_earnest, seeds_in_earnest

Make = Callable[[Path, float], Awaitable[Run]]

RUNS: dict[str, tuple[str, Make]] = {
    "kill": (
        "SIGKILL at random moments, SQLite, 100 phones × 5/s, 10 % answers lost, 10 % sent twice",
        lambda folder, part: killed_in_earnest(folder, max(4, int(100 * part)), 5, max(3, int(55 * part))),
    ),
    "disk": ("Disk full for a while", lambda folder, part: full_disk_in_earnest(folder)),
    "restart": (
        "A deploy under 100 phones",
        lambda folder, part: restarted_in_earnest(folder, max(5, int(100 * part))),
    ),
    "stalled": (
        "5 screens that do not read, beside 95 that do, for a minute",
        lambda folder, part: stalled_in_earnest(folder, max(5, int(95 * part)), 5, max(15, 60 * part)),
    ),
    "flood": (
        "Seven who flood, for a minute",
        lambda folder, part: flooded_in_earnest(folder, max(5, int(20 * part)), max(4, 60 * part)),
    ),
    "seeds": (
        "200 seeds × 300 actions × 8 phones that drop",
        lambda folder, part: seeds_in_earnest(folder, range(int(200 * part) or 1), 8, 300),
    ),
    "workers": (
        "Three workers on PostgreSQL, ten minutes of SIGKILL and SIGSTOP of workers and database",
        lambda folder, part: roaming_in_earnest(folder, max(4, int(30 * part)), 3, 600 * part),
    ),
}


def too_weak(name: str, run: Run, part: float) -> str:
    """Why a run that found nothing proves nothing; empty when it does prove something."""
    if run.blind:
        return f"the check did not notice what was made wrong on purpose ({', '.join(run.blind)})"
    if not run.controls:
        return "no check was turned on itself"
    if name == "kill" and run.kills_in_flight < int(50 * part):
        return f"only {run.kills_in_flight} kills with commands in flight, {int(50 * part)} are wanted"
    if name == "kill" and run.report.acks < int(5_000 * part * part):  # fewer phones, and for a shorter time
        return f"only {run.report.acks} acknowledgements, {int(5_000 * part * part)} are wanted"
    return ""


def main() -> None:
    """Run what is asked for and print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="*", choices=[[], *RUNS], metavar="run")
    parser.add_argument("--part", type=float, default=1.0)
    chosen = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(f"commit {commit or 'unknown'} · {datetime.now(UTC):%Y-%m-%d %H:%M} UTC · part {chosen.part}")
    broken = False
    for name in chosen.runs or list(RUNS):
        title, make = RUNS[name]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="levertree-soak-") as folder:
            run = asyncio.run(make(Path(folder), chosen.part))  # type: ignore[arg-type]
        run.seconds = run.seconds or time.monotonic() - began
        print(told(title, run), flush=True)
        weak = too_weak(name, run, chosen.part)
        if weak:
            print(f"  NOT ENOUGH: {weak}", flush=True)
        broken |= bool(weak) or not run.fine
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
