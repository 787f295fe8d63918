"""Precision and recall of the linter on the labelled sentences, per kind and per rule, for both halves of the set.

A bad sentence is found when at least one fitting finding (one of its expected rules) is made; a good one is a false alarm
when it gets any warning. Key results are judged by warnings and errors; bad objectives also by hints, because O-OUTPUT and
O-COMPOUND are hints by the catalogue (both counts are printed). Sentences written for the project itself (origin "own")
are left out. Run: python -m benchmarks.lint_quality [--misses]; --misses names only sentences of the dev half.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from facilitation.lint import Finding, lint_text

LABELLED = Path(__file__).parents[1] / "tests" / "lint_cases" / "labelled.jsonl"
SPLITS = ("dev", "held-out")
KINDS = ("key_result", "objective")


def sentences(split: str | None = None) -> list[dict[str, Any]]:
    """The labelled sentences of other people, of one half or of both."""
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["origin"] != "own" and split in (None, one["split"])]


def loud(findings: Iterable[Finding], *, hints: bool = False) -> list[str]:
    """The rules that object: errors and warnings, with `hints` also what is only a hint."""
    return [one.rule for one in findings if hints or one.severity != "info"]


def quality(split: str, kind: str) -> dict[str, Any]:
    """Counts for one half and one kind: good, alarms, bad, found, and per rule how often it was right."""
    counts: dict[str, Any] = {
        "good": 0,
        "alarms": [],
        "bad": 0,
        "found": 0,
        "warned": 0,
        "missed": [],
        "rules": {},
    }
    fired: Counter[str] = Counter()
    right: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for one in sentences(split):
        if one["kind"] != kind:
            continue
        findings = lint_text(one["text"], one["kind"])
        warned = loud(findings)
        said = loud(findings, hints=kind == "objective")
        fired.update(said)
        if one["label"] == "good":
            counts["good"] += 1
            if warned:
                counts["alarms"].append((one["text"], warned))
            continue
        counts["bad"] += 1
        fitting = set(said) & set(one["rules"])
        right.update(set(said))
        expected.update(one["rules"])
        if fitting:
            counts["found"] += 1
            counts["warned"] += bool(set(warned) & set(one["rules"]))
        else:
            counts["missed"].append((one["text"], one["rules"], said))
        counts["rules"].setdefault("hit", Counter()).update(fitting)
    hit = counts["rules"].get("hit", Counter())
    counts["rules"] = {
        rule: (hit[rule], expected[rule], right[rule], fired[rule])
        for rule in sorted(set(fired) | set(expected))
    }
    return counts


def speed() -> float:
    """Milliseconds for three objectives with four key results each, words never seen before."""
    texts = [f"Launch the portal number {n} to lift activation from 36% to {40 + n}%" for n in range(12)]
    begun = time.perf_counter()
    for text in texts:
        lint_text(text, "key_result")
    for n in range(3):
        lint_text(f"New teams feel value on day one in region {n}", "objective")
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print everything; with --misses also the sentences of the dev half that went wrong."""
    show = "--misses" in sys.argv
    for split in SPLITS:
        for kind in KINDS:
            counts = quality(split, kind)
            alarms, good = len(counts["alarms"]), counts["good"]
            print(
                f"{split:9} {kind:11} good {good:3}: false alarms {alarms:2} ({alarms / good:6.1%})   "
                f"bad {counts['bad']:3}: found {counts['found']:3} ({counts['found'] / counts['bad']:6.1%})"
                + (f", by a warning {counts['warned']}" if kind == "objective" else "")
            )
            for rule, (hits, wanted, on_bad, fired) in counts["rules"].items():
                precision = f"{on_bad / fired:6.1%}" if fired else "     –"
                print(
                    f"    {rule:12} precision {precision} ({on_bad}/{fired})   expected {wanted}, hit {hits}"
                )
            if show and split == "dev":
                for text, rules in counts["alarms"]:
                    print("    ALARM ", text, rules)
                for text, wanted_rules, said in counts["missed"]:
                    print("    MISSED", text, wanted_rules, "said", said)
    speed()
    print(f"speed     3 objectives × 4 key results: {speed():.1f} ms, first reading {_first():.1f} ms")


def _first() -> float:
    from facilitation.lint.sentence import read

    read.cache_clear()
    return speed()


if __name__ == "__main__":
    main()
