"""An import says per row what will happen, and nothing is lost when a row is odd."""

from __future__ import annotations

import csv
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.imports import read_table
from facilitation.checks import check_tree
from facilitation.evaluate import evaluate
from facilitation.kpi_import import ImportPlan, plan_import, with_ids_of
from facilitation.kpi_tree import Kpi
from facilitation.messages import Rejected
from tests.facilitation.tree.trees import pin_1

SHEET = [
    ["Name", "Unit", "Baseline", "Sigma", "Owner", "Source", "Parent", "Indicator", "Formula"],
    ["Revenue", "$", "", "", "Ana", "ledger", "", "lagging", "= Visitors * Conversion * AOV"],
    ["Visitors", "visitors", "50,000", "4,000", "Li", "web", "Revenue", "leading", ""],
    ["Conversion", "%", "2.4", "0.3", "", "web", "Revenue", "", ""],
    ["AOV", "$", "78.00", "2", "", "shop", "Revenue", "", ""],
]


def csv_bytes(rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def warnings(plan: ImportPlan, line: int) -> str:
    return " ".join(next(row for row in plan.rows if row.line == line).warnings)


def test_a_whole_tree_comes_in_and_computes() -> None:
    plan = plan_import(SHEET, {})
    assert [row.action for row in plan.rows] == ["add"] * 4
    assert plan.rows[0].sentence == "New, as the north star."
    assert plan.rows[1].sentence == "New with 50,000 visitors, under “Revenue”."
    kpis = {
        kpi.id: kpi for kpi in with_ids_of(plan, {key: f"k{place}" for place, key in enumerate(plan.new)})
    }
    assert set(kpis) == {"k0", "k1", "k2", "k3"}
    assert evaluate(kpis).value == 93_600
    assert not [check for check in check_tree(kpis) if check.severity == "error"]


def test_known_kpis_are_updated_and_each_change_is_said() -> None:
    rows = [
        ["kpi", "value", "owner"],
        ["conversion", "2,6 %", "Ben"],
        ["AOV", "78", ""],
        ["Refunds", "1.4 %", ""],
    ]
    plan = plan_import(rows, pin_1())
    assert [row.action for row in plan.rows] == ["update", "same", "add"]
    assert plan.rows[0].sentence == "Updates baseline 2.4 % → 2.6 %; owner."
    assert plan.rows[2].sentence == "New with 1.4 %, under “Revenue”."
    assert [kpi.id for kpi in plan.changes] == ["c", "_row4"]
    assert plan.changes[0].name == "Conversion"


def test_odd_rows_are_refused_or_warned_about_one_by_one() -> None:
    rows = [
        ["name", "baseline", "sigma", "parent", "formula", "direction", "colour"],
        ["=HYPERLINK(1)", "1", "", "", "", "", ""],
        ["Churn", "=A1", "-2", "Nowhere", "Churn + 1", "sideways", "red"],
        ["Churn", "3", "", "", "", "", ""],
        ["", "3", "", "", "", "", ""],
        ["Lost", "abc", "", "Lost", "Gone * 2", "down", ""],
        ["x" * 300, "", "", "", "", "", ""],
    ]
    plan = plan_import(rows, pin_1())
    assert [row.action for row in plan.rows] == ["refuse", "add", "refuse", "refuse", "add", "refuse"]
    assert "repeats line 3" in plan.rows[2].sentence
    assert "spreadsheet formula" in plan.rows[0].sentence
    assert all(
        word in warnings(plan, 3)
        for word in ("baseline is a spreadsheet", "below 0", "Nowhere", "circle", "sideways")
    )
    assert all(
        word in warnings(plan, 6) for word in ("not a number", "cannot be its parent", "no KPI called “Gone")
    )
    assert plan.ignored_columns == ("colour",)
    assert {kpi.name: kpi.parent for kpi in plan.changes} == {"Churn": "n", "Lost": "n"}


def test_parents_in_a_circle_and_cycles_of_formulas_are_left_out() -> None:
    rows = [["name", "parent", "formula"], ["Top", "", ""], ["A", "B", "B + 1"], ["B", "A", "A * 2"]]
    plan = plan_import(rows, {})
    kpis = {kpi.id: kpi for kpi in plan.changes}
    assert not [check for check in check_tree(kpis) if check.severity == "error"]
    assert sum(len(row.warnings) for row in plan.rows) == 2


def test_moving_a_known_kpi_below_itself_is_refused() -> None:
    plan = plan_import([["name", "parent"], ["AOV", "Visitors"], ["Visitors", "AOV"]], pin_1())
    assert "below this KPI itself" in warnings(plan, 3)
    assert [(kpi.id, kpi.parent) for kpi in plan.changes] == [("a", "v")]


def test_doubtful_numbers_are_asked_about_once_per_file() -> None:
    rows = [["name", "baseline"], ["Visitors", "1.234"], ["Orders", "2.345"]]
    asked = plan_import(rows, {})
    assert "Choose once" in asked.ask
    assert not asked.rows
    assert [kpi.baseline for kpi in plan_import(rows, {}, "comma").changes] == [1234, 2345]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "empty"),
        ([["unit", "value"], ["%", "3"]], "No column is called “name”"),
        ([["name"]], "no rows"),
        ([["name"], *[[f"K {n}"] for n in range(2001)]], "can be read at once"),
    ],
)
def test_a_file_that_cannot_be_used_says_so(rows: list[list[str]], words: str) -> None:
    assert words in plan_import(rows, {}).problem


def test_300_rows_fill_the_tree_and_the_rest_is_refused() -> None:
    plan = plan_import([["name"], *[[f"K {n}"] for n in range(300)]], {})
    assert plan.count("add") == 256
    assert plan.count("refuse") == 44
    assert "256 KPIs are the limit" in plan.rows[-1].sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    rows = [
        ["name", "unit", "owner"],
        ["Trésorerie – größer", "k€", "Zoë"],
        ['With "quotes", comma', "%", ""],
    ]
    assert read_table("kpis.csv", csv_bytes(rows, encoding, delimiter)) == rows


def test_xlsx_with_percent_formats_dates_and_formulas() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["name", "baseline", "sigma"])
    sheet.append(["Activation", 0.36, 5])
    sheet.append(["Sum", "=SUM(B2:B2)", 1.5])
    sheet["B2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    rows = read_table("kpis.xlsx", out.getvalue())
    assert rows == [["name", "baseline", "sigma"], ["Activation", "36 %", "5"], ["Sum", "=SUM(B2:B2)", "1.5"]]
    plan = plan_import(rows, {})
    assert (plan.changes[0].baseline, plan.changes[0].unit) == (36, "%")
    assert "spreadsheet formula" in warnings(plan, 3)


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return out.getvalue()


def entity_bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes([["name"], ["a"]]))) as source,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for part in source.namelist():
            text = source.read(part)
            if part.endswith("sheet1.xml"):
                text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + text
            archive.writestr(part, text)
    return out.getvalue()


def test_an_xlsx_bomb_is_refused_at_once() -> None:
    bomb = zip_bomb()
    start = time.process_time()
    answer = read_table("bomb.xlsx", bomb)
    assert time.process_time() - start < 0.5
    assert isinstance(answer, Rejected)
    assert "far more than a KPI list" in answer.reason
    assert isinstance(read_table("e.xlsx", entity_bomb()), Rejected)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ("a.csv", bytes(range(256)) * 4, "does not look like a text"),
        ("a.xlsx", b"name,unit", "called .xlsx but is none"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"0" * 100, "old Excel file"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("a.csv", b"name\n" + b"a\n" * 2500, "more than 2,000 rows"),
        ("a.csv", b"\xff\xfea\x00\x00\xd8", "damaged"),
    ],
)
def test_a_bad_file_gets_a_sentence(name: str, data: bytes, words: str) -> None:
    answer = read_table(name, data)
    assert isinstance(answer, Rejected)
    assert words in answer.reason


def test_an_archive_that_is_no_spreadsheet_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    answer = read_table("a.xlsx", out.getvalue())
    assert isinstance(answer, Rejected)
    assert "no XLSX" in answer.reason


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=300))
def test_law_any_bytes_give_rows_or_a_sentence(data: bytes) -> None:
    answer = read_table("a.csv", data)
    if not isinstance(answer, Rejected):
        plan_import(answer, pin_1())


def test_the_north_star_stays_at_the_top_whatever_a_list_says() -> None:
    plan = plan_import([["name", "parent"], ["B", ""], ["Revenue", "A"], ["A", ""]], pin_1(), "point")
    assert {kpi.name: kpi.parent for kpi in plan.changes} == {"A": "n", "B": "n"}
    (row,) = [row for row in plan.rows if row.name == "Revenue"]
    assert row.action == "same"
    assert row.warnings == ("“Revenue” is the north star of this tree, so it stays at the top.",)


CELL = st.sampled_from(
    ["", "Revenue", "A", "B", "C", "=1+1", "1.234", "36 %", "A * B", "up", "nan", "-", "AOV"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=8), st.booleans())
def test_law_an_import_never_breaks_the_tree(rows: list[list[str]], empty: bool) -> None:
    board: dict[str, Kpi] = {} if empty else pin_1()
    plan = plan_import([["name", "parent", "formula", "baseline", "unit"], *rows], board, "point")
    after = board | {kpi.id: kpi for kpi in plan.changes}
    codes = {check.code for check in check_tree(after)}
    assert not codes & {"CYCLE", "ORPHAN", "MULTI_ROOT", "UNKNOWN_REF", "FORMULA", "BAD_NUMBER"}
    assert set(board) <= set(after)
