"""CSV, its presets and the workbook: right columns, harmless cells, numbers that stay numbers."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.exports import FORMATS, Options, jira, notion, peoplebox
from app.exports.rows import email_of, missing_emails, owners
from app.exports.table import RISKY, csv_bytes, harmless
from facilitation.okr import KeyResult
from facilitation.outcome import KeyResultSheet
from tests.exports.readers import table
from tests.exports.sample import full
from tests.exports.variants import draft, hostile

EMAILS = Options(
    emails={"Ana Ruiz": "ana@example.org", "Li Wen": "li@example.org", "Sam Osei": "not an address"}
)


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r=1", "'=1"),
        ("  =1", "'=1"),
        ("＝1+1", "'＝1+1"),
        ("\u200b=1", "'\u200b=1"),
        ("-5", "-5"),
        ("-0.5", "-0.5"),
        ("-1e3", "-1e3"),
        ("36 %", "36 %"),
        ("a = b", "a = b"),
    ],
)
def test_cells_that_would_run_are_made_harmless_and_negative_numbers_stay(typed: str, cell: str) -> None:
    assert harmless(typed) == cell


@given(st.text(max_size=80))
@settings(max_examples=500, deadline=None)
def test_no_text_cell_begins_like_a_formula(typed: str) -> None:
    cell = harmless(typed)
    if cell.startswith(tuple(RISKY)):
        float(cell)


def test_numbers_are_written_as_numbers() -> None:
    made = csv_bytes(("a", "b", "c", "d"), [(-2.5, 36.0, 0.1 + 0.2, None)])
    assert made == b"a,b,c,d\r\n-2.5,36,0.3,\r\n"


def test_a_negative_target_stays_a_number_in_every_table() -> None:
    objective = full().objectives[0]
    growth = KeyResultSheet(
        key_result=KeyResult(id="r1", objective="o1", start=-4.0, target=-1.5, unit="%"),
        sentence="Net growth",
    )
    outcome = replace(full(), objectives=(replace(objective, key_results=(growth,)),))
    assert table(FORMATS["csv"].export(outcome))[1]["start"] == "-4"
    assert table(FORMATS["peoplebox"].export(outcome))[1]["Target Value"] == "-1.5"
    assert table(FORMATS["notion"].export(outcome))[0]["From"] == "-4"
    sheet = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].export(outcome)))["OKRs"]
    assert sheet["G2"].value == -4
    assert sheet["G2"].data_type == "n"


def test_the_generic_table_has_the_agreed_columns_and_joins_by_row_id() -> None:
    made = table(FORMATS["csv"].export(full(), EMAILS))
    assert ",".join(made[0]) == (
        "row_id,parent_row_id,type,title,description,owner_name,owner_email,period,start_date,due_date,metric_name,"
        "unit,direction,start,target,mode,kpi_id,guardrails,tags"
    )
    ids = [row["row_id"] for row in made]
    assert len(set(ids)) == len(ids)
    for place, row in enumerate(made):
        assert row["parent_row_id"] == "" or row["parent_row_id"] in ids[:place]
    first = next(row for row in made if row["row_id"] == "KR1")
    assert (first["type"], first["start"], first["target"], first["unit"]) == ("key_result", "36", "44", "%")
    assert (first["owner_name"], first["owner_email"]) == ("Ana Ruiz", "ana@example.org")
    assert (first["metric_name"], first["kpi_id"], first["mode"]) == ("Trial → activation", "k3", "stretch")
    assert first["due_date"] == "2027-09-30"
    assert "Support tickets per 100 workspaces ≤ 9.9" in first["guardrails"]
    assert {row["type"] for row in made} == {"objective", "key_result", "initiative"}


def test_a_range_carries_its_upper_edge_and_a_pending_baseline_no_number() -> None:
    made = {row["row_id"]: row for row in table(FORMATS["csv"].export(draft()))}
    assert (made["KR1"]["start"], made["KR1"]["target"]) == ("", "")
    assert (made["KR2"]["start"], made["KR2"]["target"]) == ("70", "78")


def test_owners_without_a_usable_address_are_listed() -> None:
    assert owners(full()) == ["Ana Ruiz", "Li Wen", "Sam Osei", "Uma Patel"]
    assert missing_emails(full(), EMAILS) == ["Sam Osei", "Uma Patel"]
    assert missing_emails(full(), Options()) == owners(full())
    assert [name for name, made in FORMATS.items() if made.needs_emails] == ["peoplebox", "jira"]


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "@example.org", "a b@example.org", "a@b@c.d", "ana@example"]
)
def test_what_is_no_address_is_left_out(address: str) -> None:
    assert email_of("Ana", {"Ana": address}) == ""


def test_peoplebox_gets_goals_with_parents_types_and_owner_emails() -> None:
    made = table(FORMATS["peoplebox"].export(full(), EMAILS))
    assert tuple(made[0]) == peoplebox.COLUMNS
    objective, first = made[0], made[1]
    assert (objective["Goal Type"], objective["Check-in Type"]) == ("Default Progress", "Auto Rollup")
    assert (objective["Scope"], objective["Departments"]) == ("Department", "Growth team")
    assert (first["Row ID"], first["Parent Row IDs"]) == ("KR1", "O1")
    assert (first["Owner Emails"], first["Goal Cycle"]) == ("ana@example.org", "Q3 2027")
    assert first["Goal Type"] == "Custom Percent"
    assert (first["Starting Value"], first["Target Value"], first["Current Value"]) == ("36", "44", "36")
    assert {row["Goal Type"] for row in made} == {"Default Progress", "Custom Percent", "Number"}
    company = table(FORMATS["peoplebox"].export(replace(full(), scope="company")))[0]
    assert (company["Scope"], company["Departments"]) == ("Company", "")
    kinds = [row["Goal Type"] for row in table(FORMATS["peoplebox"].export(draft()))]
    assert kinds == ["Default Progress", "Default Progress", "Custom Percent", "Binary"]


def test_jira_gets_parents_above_their_children() -> None:
    made = table(FORMATS["jira"].export(full(), EMAILS))
    assert tuple(made[0]) == jira.COLUMNS
    seen: dict[str, str] = {}
    for row in made:
        if row["Parent"]:
            above = {"Task": "Epic", "Sub-task": "Task"}[row["Issue type"]]
            assert seen[row["Parent"]] == above
        seen[row["Issue ID"]] = row["Issue type"]
    assert made[1]["Assignee"] == "ana@example.org"
    assert all(len(row["Summary"]) <= 254 for row in table(FORMATS["jira"].export(hostile())))


def test_notion_gets_one_full_row_per_key_result() -> None:
    made = table(FORMATS["notion"].export(full()))
    assert tuple(made[0]) == notion.COLUMNS
    assert len(made) == 6
    assert made[1]["Initiatives"] == "Demo data on first open; Nudges by gap in the checklist"
    assert made[0]["Objective"] == full().objectives[0].sentence
    bare = replace(full(), objectives=(replace(full().objectives[0], key_results=()),))
    assert [row["Objective"] for row in table(FORMATS["notion"].export(bare))] == [
        full().objectives[0].sentence
    ]


@pytest.mark.parametrize("name", ["csv", "peoplebox", "jira", "notion"])
def test_no_cell_of_any_table_runs(name: str) -> None:
    for row in table(FORMATS[name].export(hostile())):
        for cell in row.values():
            assert not cell.startswith(tuple(RISKY)) or float(cell) is not None


def test_the_workbook_holds_numbers_as_numbers_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].export(hostile())))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [cell.value for cell in cells if cell.data_type == "s" and str(cell.value)[0] in RISKY]
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].export(full())))
    assert book.sheetnames == ["OKRs", "Guardrails", "Levers", "KPIs", "Work", "Session"]
    first = [cell.value for cell in book["OKRs"][2]]
    assert first[:8] == [
        1,
        full().objectives[0].sentence,
        "Stretch",
        "Ana Ruiz",
        full().objectives[0].key_results[0].sentence,
        "Trial → activation",
        36,
        44,
    ]
    assert book["Guardrails"]["C2"].value == 9.9
    assert book["OKRs"].freeze_panes == "A2"
