"""Every rule against its sentences and documents in tests/lint_cases: what must be remarked on, and what must pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from facilitation.lint import RULES, Document, lint, lint_text

FOLDER = Path(__file__).parents[2] / "lint_cases"
CASES: dict[str, Any] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*-*.json"))
}
CATALOGUE = """
    O-METRIC O-OUTPUT O-VAGUE O-LONG O-COMPOUND O-STATUSQUO O-NOWHY O-TIME O-OWNER O-ORPHAN O-COUNT O-MIXED
    K-NUMBER K-BASE K-DATE K-OWNER K-KPI K-OUTPUT K-ACTIVITY K-ENABLER K-VAGUEQ K-DIR K-UNIT K-PCT K-DRIFT K-NOISE K-BOUND
    K-BINARY K-VANITY K-COMPOUND K-DUP K-BAU K-LAGGING K-CADENCE K-COUNT K-POWER K-SAMEDAY
    G-MISSING G-BREACHED G-THRESH G-CONFLICT V-PLAN V-SIGNAL V-DECISION I-ORPHAN T-LITMUS T-GAP T-KPIS
"""


def _sentences(which: str) -> Iterator[tuple[str, str, str]]:
    for rule, case in CASES.items():
        for text in case.get(which, []):
            yield rule, case["kind"], text


def _documents(which: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule, case in CASES.items():
        for document in case.get("documents", {}).get(which, []):
            yield rule, document


def test_the_whole_catalogue_is_there_and_has_cases() -> None:
    assert sorted(RULES) == sorted(CATALOGUE.split())
    assert sorted(CASES) == sorted(RULES)


def test_every_rule_explains_the_anti_pattern_and_the_better_practice() -> None:
    for rule in RULES.values():
        assert rule.about.startswith("Anti-pattern: "), rule.id
        assert "Better:" in rule.about, rule.id


def test_text_rules_have_at_least_three_failing_and_three_passing_sentences() -> None:
    for rule in RULES.values():
        if rule.texts:
            assert len(CASES[rule.id]["fails"]) >= 3, rule.id
            assert len(CASES[rule.id]["passes"]) >= 3, rule.id


@pytest.mark.parametrize(("rule", "kind", "text"), list(_sentences("fails")))
def test_a_failing_sentence_is_remarked_on_and_never_above_a_warning(rule: str, kind: Any, text: str) -> None:
    findings = lint_text(text, kind)
    assert rule in {one.rule for one in findings}
    assert all(one.severity != "error" for one in findings)


@pytest.mark.parametrize(("rule", "kind", "text"), list(_sentences("passes")))
def test_a_passing_sentence_is_left_alone_by_the_rule(rule: str, kind: Any, text: str) -> None:
    assert rule not in {one.rule for one in lint_text(text, kind)}


@pytest.mark.parametrize(("rule", "document"), list(_documents("fails")))
def test_a_failing_document_is_remarked_on(rule: str, document: dict[str, Any]) -> None:
    findings = lint(msgspec.convert(document, Document))
    assert rule in {one.rule for one in findings}


@pytest.mark.parametrize(("rule", "document"), list(_documents("passes")))
def test_a_passing_document_is_left_alone_by_the_rule(rule: str, document: dict[str, Any]) -> None:
    assert rule not in {one.rule for one in lint(msgspec.convert(document, Document))}


@pytest.mark.parametrize(
    "text", ["Zero major audit findings", "Support tickets ≤85 per 1,000 users", "utilisation within 72–78%"]
)
def test_what_must_pass_passes_without_any_remark(text: str) -> None:
    assert lint_text(text, "key_result") == ()


def test_M_KR_7_a_committed_binary_result_of_regulated_work_passes() -> None:
    line = {
        "id": "k",
        "kind": "key_result",
        "text": "Zero major audit findings",
        "structure": {"declared": "binary", "mode": "commitment", "early_warning": True, "proof": "audit report",
                      "due": "2026-09-30", "owner": "Ana"},
    }  # fmt: skip
    assert lint(msgspec.convert({"lines": [line]}, Document)) == ()


@pytest.mark.parametrize("rule", ["O-TIME", "O-OWNER", "K-OWNER", "K-DATE", "V-PLAN", "K-COUNT", "O-COUNT"])
def test_before_the_commit_phase_what_comes_there_is_only_announced(rule: str) -> None:
    document = msgspec.convert(CASES[rule]["documents"]["fails"][0], Document)
    early = [one for one in lint(document, stage="early") if one.rule == rule]
    assert early
    assert all(one.severity == "info" and one.message.startswith("Still to come: ") for one in early)
    assert any(one.severity != "info" for one in lint(document) if one.rule == rule)


def test_no_suggestion_invents_a_number() -> None:
    for _, kind, text in _sentences("fails"):
        for one in lint_text(text, kind):  # type: ignore[arg-type]
            kept = one.suggestion.replace("100 %", "") if one.rule == "K-BOUND" else one.suggestion
            numbers = {digit for digit in kept if digit.isdigit()}
            assert numbers <= set(text) | {"0"}, (text, one)
