"""Everything that is measured, one after the other: `make bench`.

python -m benchmarks              all of it (about fifteen minutes)
python -m benchmarks live tree    some of it
python -m benchmarks --quick      all of it, the live part with one short round each (about five minutes)
"""

from __future__ import annotations

import subprocess
import sys
import time

BENCHES: dict[str, list[str]] = {
    "tree": [],
    "tree_edits": [],
    "finalizer": [],
    "lint_quality": [],
    "storage": [],
    "live": [],
    "rooms": [],
}
QUICK: dict[str, list[str]] = {
    "live": ["--rounds", "1", "--seconds", "4"],
    "rooms": ["--rounds", "1", "--seconds", "8"],
}


MISSED = "MISSED "
"""So begins the line of a benchmark that names a goal it missed."""


def main() -> int:
    """Run them as separate programs, so that none measures another's leftovers; status 1 when a goal was missed."""
    quick = "--quick" in sys.argv
    wanted = [name for name in sys.argv[1:] if name != "--quick"] or list(BENCHES)
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
        return 2
    missed: list[str] = []
    for name in wanted:
        print(f"\n== {name} ==", flush=True)
        began = time.monotonic()
        missed += _run(name, (QUICK if quick else BENCHES).get(name, []))
        print(f"({name}: {time.monotonic() - began:.0f} s)", flush=True)
    if missed:
        print("\nGoals that were missed:\n" + "\n".join(f"- {goal}" for goal in missed))
        return 1
    print("\nEvery goal was met.")
    return 0


def _run(name: str, options: list[str]) -> list[str]:
    """Run one, show what it prints while it prints it, and give the goals that it says were missed."""
    missed = []
    with subprocess.Popen(
        [sys.executable, "-u", "-m", f"benchmarks.{name}", *options], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        for line in program.stdout:
            print(line, end="", flush=True)
            if line.startswith(MISSED):
                missed.append(line.removeprefix(MISSED).strip())
    if program.returncode and not missed:
        missed.append(f"{name}: see what it printed (status {program.returncode})")
    return missed


if __name__ == "__main__":
    sys.exit(main())
