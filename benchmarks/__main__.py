"""Everything that is measured, one after the other: `make bench`.

python -m benchmarks              all of it (about fifteen minutes)
python -m benchmarks live tree    some of it
python -m benchmarks --quick      all of it, the live part with one short round each (about five minutes)
"""

from __future__ import annotations

import subprocess
import sys

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
    "rooms": ["--seconds", "8"],
}


def main() -> int:
    """Run them as separate programs, so that none measures another's leftovers; status 1 when a bound was missed."""
    quick = "--quick" in sys.argv
    wanted = [name for name in sys.argv[1:] if name != "--quick"] or list(BENCHES)
    unknown = [name for name in wanted if name not in BENCHES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
        return 2
    missed = []
    for name in wanted:
        print(f"\n== {name} ==", flush=True)
        if subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *(QUICK if quick else BENCHES).get(name, [])],
            check=False,
        ).returncode:
            missed.append(name)
    print(f"\n{'Missed: ' + ', '.join(missed) if missed else 'Every bound was met.'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
