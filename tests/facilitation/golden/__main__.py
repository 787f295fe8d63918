"""Write every golden file afresh: `python -m tests.facilitation.golden`. Read the difference before you commit it."""

from pathlib import Path

from .cases import CASES
from .sheet import sheet

for build in CASES:
    case = build()
    (Path(__file__).parent / f"{case.name}.md").write_text(sheet(case), encoding="utf-8")
