"""Every worked example of the method goes from KPI snapshot to draft, and comes out word for word as last signed off.

After a wished change: `python -m tests.facilitation.golden`, read the difference, then commit it.
"""

import re
from pathlib import Path

import pytest

from tests.facilitation.golden.cases import CASES
from tests.facilitation.golden.material import Case
from tests.facilitation.golden.sheet import sheet

FOLDER = Path(__file__).parent.parent / "golden"
BUILT = {case.name: case for case in (build() for build in CASES)}


@pytest.mark.parametrize("name", BUILT)
def test_the_example_reads_as_signed_off(name: str) -> None:
    assert sheet(BUILT[name]) == (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(BUILT)


def test_G_BREACHED_is_found_in_the_b2b_example() -> None:
    findings = (FOLDER / "b2b_saas.md").read_text(encoding="utf-8").split("## Findings")[1]
    assert "`G-BREACHED` error on g1: Today's 14 months already breaks this limit" in findings


@pytest.mark.parametrize("name", BUILT)
def test_the_sources_targets_stand_in_the_key_results_beside_the_suggestions(name: str) -> None:
    case: Case = BUILT[name]
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    headings = "\n".join(line for line in text.splitlines() if line.startswith("### "))
    for kpi_id in case.material.targets:
        assert case.material.kpis[kpi_id].name in headings, (name, kpi_id)
    assert re.search(r"The data suggest|Baseline pending", text)
    assert text.count("(invented)") >= len(case.material.kpis)
