"""Files of every shape become lines with kind, number and what is known; the rest gets one clear sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.lint import Document, lint
from facilitation.lint.reading import UnreadableError, decoded, document_in

NOTES = """\
# Growth team OKRs Q3

## Objective 1: New teams feel value on day one
**Owner**: Ana

- **KR1**: Raise activation from 36% to 44%
- KR2: Launch the new quiz
### Guardrails
- Support tickets ≤85 per 1,000 users
### Initiatives
1. Build the onboarding checklist

Some prose that is not an OKR.

O2: Clinics trust every claim we file
- Zero major audit findings
"""


def _shape(document: Document) -> list[tuple[int, str, str]]:
    return [(line.number, line.kind, line.text) for line in document.lines]


def test_markdown_with_labels_sections_and_bullets() -> None:
    document = document_in(NOTES, "okrs.md")
    assert _shape(document) == [
        (3, "objective", "New teams feel value on day one"),
        (6, "key_result", "Raise activation from 36% to 44%"),
        (7, "key_result", "Launch the new quiz"),
        (9, "guardrail", "Support tickets ≤85 per 1,000 users"),
        (11, "initiative", "Build the onboarding checklist"),
        (15, "objective", "Clinics trust every claim we file"),
        (16, "key_result", "Zero major audit findings"),
    ]
    objective, *_ = document.lines
    assert objective.known.owner == "Ana"
    assert [line.under for line in document.of_kind("key_result")] == [
        objective.id,
        objective.id,
        document.lines[5].id,
    ]


def test_markdown_headings_and_nested_bullets_without_labels() -> None:
    heading = "# OKRs 2026\n\n## Customers love to come back\n- NPS 30 → 40\n"
    nested = "- Customers love to come back\n  - NPS 30 → 40\n  - Churn from 4% to 3%\n- Faster clinics\n  - Wait 45 → 20 min\n"
    assert [line.kind for line in document_in(heading).lines] == ["objective", "key_result"]
    kinds = [line.kind for line in document_in(nested).lines]
    assert kinds == ["objective", "key_result", "key_result", "objective", "key_result"]


def test_markdown_tables_are_read_like_csv() -> None:
    table = (
        "| Objective | Key Result | Owner |\n|---|---|---|\n| Win clinics | Denials from 9% to 4% | Ana |\n"
    )
    lines = document_in(table).lines
    assert [(line.number, line.kind, line.text) for line in lines] == [
        (3, "objective", "Win clinics"),
        (3, "key_result", "Denials from 9% to 4%"),
    ]
    assert lines[1].known.owner == "Ana"


def test_code_comments_and_front_matter_are_no_okrs() -> None:
    text = "---\ntitle: x\n---\n<!-- - Launch a -->\n```\n- Launch b\n```\n- NPS 30 → 40\n"
    assert [line.text for line in document_in(text, "a.md").lines] == ["NPS 30 → 40"]


def test_plain_sentences_one_a_line() -> None:
    lines = document_in("Launch the portal\nNPS from 30 to 40\nPatients never wait\n", "a.txt").lines
    assert [line.kind for line in lines] == ["key_result", "key_result", "objective"]
    assert all(line.guessed.startswith("read as ") for line in lines)


def test_json_lines_keep_their_numbers_and_nested_structure() -> None:
    kpi = '{"name": "Cycle", "unit": "days", "direction": "down", "µ": 5, "σ": 1}'
    second = f'{{"text": "Cycle", "kind": "KR", "structure": {{"from": 5, "to": 8, "kpi": {kpi}}}}}'
    text = f'{{"text": "Launch X", "kind": "key_result"}}\n\n{second}\n'
    document = document_in(text, "a.jsonl")
    assert [line.number for line in document.lines] == [1, 3]
    assert {"K-DIR", "K-OUTPUT"} <= {one.rule for one in lint(document)}


def test_a_json_array_over_several_lines() -> None:
    text = '[\n  {"text": "Launch X",\n   "kind": "key_result"},\n  {"text": "Win clinics", "kind": "objective"}\n]\n'
    assert _shape(document_in(text)) == [(2, "key_result", "Launch X"), (4, "objective", "Win clinics")]


def test_json_with_key_results_inside_their_objective() -> None:
    text = (
        '{"objectives": [\n  {"objective": "Win clinics", "owner": "Ana",\n   "keyResults": ["NPS 30 → 40",\n'
        '     {"title": "Launch portal", "owner": "Sales"}],\n   "initiatives": ["Portal"]}\n]}'
    )
    document = document_in(text)
    assert _shape(document) == [
        (2, "objective", "Win clinics"),
        (3, "key_result", "NPS 30 → 40"),
        (4, "key_result", "Launch portal"),
        (5, "initiative", "Portal"),
    ]
    assert {line.under for line in document.of_kind("key_result")} == {document.lines[0].id}


def test_csv_in_any_order_and_delimiter_with_quoted_line_breaks() -> None:
    text = 'Owner;Type;Title\nAna;Objective;"Win\nclinics"\nSales;Key Result;NPS 30 → 40\n'
    assert _shape(document_in(text, "a.csv")) == [
        (2, "objective", "Win\nclinics"),
        (4, "key_result", "NPS 30 → 40"),
    ]


def test_wide_csv_of_okr_tools() -> None:
    text = "name,owner_email,key_result_1_title,key_result_2_title\nWin clinics,a@b.c,NPS 30 → 40,Launch portal\n"
    lines = document_in(text).lines
    assert [line.kind for line in lines] == ["objective", "key_result", "key_result"]
    assert {line.under for line in lines[1:]} == {lines[0].id}


def test_peoplebox_rows_find_their_parents() -> None:
    header = "Row ID,Parent Row IDs,Goal Title,Goal Type,Starting Value,Target Value\n"
    text = header + "1,,Win clinics,Objective,,\n2,1,Denials,Key Result,9,4\n"
    objective, result = document_in(text, "x.csv").lines
    assert result.under == objective.id
    assert (result.known.start, result.known.target) == (9, 4)


def test_absent_structure_keeps_structural_rules_silent() -> None:
    document = document_in('{"text": "Activation from 36% to 44%", "kind": "key_result"}\n')
    assert lint(document) == ()


@pytest.mark.parametrize(
    ("text", "name", "part"),
    [
        ('{"text": ', "a.jsonl", "Line 1 is not JSON"),
        ('{"text": "a"}\n{oops}\n', "a.jsonl", "Line 2 is not JSON"),
        ("[1, 2]", "a.json", "holds no sentence"),
        ('[{"text": "a"}', "a.json", "closing ]"),
        ("a,b\n1,2\n", "a.csv", "No column holds the sentences"),
        ('{"a": 1}', "a.json", 'has no "text"'),
    ],
)
def test_what_cannot_be_used_is_refused_with_one_sentence(text: str, name: str, part: str) -> None:
    with pytest.raises(UnreadableError, match=part.replace("[", r"\[").replace("]", r"\]")) as caught:
        document_in(text, name)
    assert "\n" not in str(caught.value)


def test_encodings_and_empty_files() -> None:
    assert decoded("Zufriedenheit von 7 auf 8".encode("utf-16")) == "Zufriedenheit von 7 auf 8"
    assert "≤ 4" in decoded("\ufeffchurn ≤ 4".encode())
    assert "é" in decoded("activé".encode("cp1252"))
    assert document_in("").lines == ()
    assert document_in("\n\n").lines == ()
    for data in (b"PK\x03\x04rest", b"%PDF-1.7", b"a\x00b"):
        with pytest.raises(UnreadableError):
            decoded(data)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300), name=st.sampled_from(["", "a.md", "a.csv", "a.json", "a.jsonl", "a.txt"]))
def test_law_any_text_is_linted_or_refused_and_every_finding_has_a_line(text: str, name: str) -> None:
    try:
        document = document_in(text, name)
    except UnreadableError:
        return
    ids = {line.id for line in document.lines} | {""}
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= line.number <= last for line in document.lines)
    assert all(one.line in ids and one.message for one in lint(document))
