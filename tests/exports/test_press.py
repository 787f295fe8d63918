"""The press: a process of its own that may die, hang and be replaced without anybody in a room noticing."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from app.exports import FORMATS, document, okr_sheet
from app.exports.errors import PrintingError
from app.exports.format import EPOCH, Options
from app.exports.press import PRESS, Press
from app.exports.sheet import sheet_of
from tests.exports.sample import full

SHEET: dict[str, object] = document.head(full(), Options()) | {"sheet": sheet_of(full())}


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press()
    yield made
    made.close()


def process_of(press: Press) -> subprocess.Popen[bytes]:
    assert press._process is not None
    return press._process


def test_a_press_that_was_killed_is_replaced_and_the_document_comes(press: Press) -> None:
    first = press.pdf(okr_sheet.PARTS, SHEET, EPOCH, None)
    killed = process_of(press)
    os.kill(killed.pid, signal.SIGSEGV)
    killed.wait()
    assert press.pdf(okr_sheet.PARTS, SHEET, EPOCH, None) == first
    assert process_of(press).pid != killed.pid


def test_a_press_that_dies_at_every_job_gives_a_sentence() -> None:
    press = Press([sys.executable, "-c", "import sys; sys.stdin.buffer.read(1)"])
    with pytest.raises(PrintingError, match="stopped twice"):
        press.pdf(okr_sheet.PARTS, SHEET, EPOCH, None)
    press.close()


def test_a_press_that_hangs_is_stopped() -> None:
    press = Press([sys.executable, "-c", "import time; time.sleep(60)"], patience=0.3)
    began = time.monotonic()
    with pytest.raises(PrintingError, match="took longer than"):
        press.pdf(okr_sheet.PARTS, SHEET, EPOCH, None)
    assert time.monotonic() - began < 10
    press.close()


def test_a_broken_job_is_refused_with_a_sentence_and_the_press_goes_on(press: Press) -> None:
    with pytest.raises(PrintingError, match="refused the document"):
        press.pdf(okr_sheet.PARTS, {"nothing": "the template needs"}, EPOCH, None)
    serving = process_of(press).pid
    assert press.pdf(okr_sheet.PARTS, SHEET, EPOCH, None).startswith(b"%PDF-1.7")
    assert process_of(press).pid == serving


def test_the_press_ends_when_the_server_does(press: Press) -> None:
    press.pdf(okr_sheet.PARTS, SHEET, EPOCH, None)
    process = process_of(press)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == 0


def test_documents_asked_for_side_by_side_are_each_their_own() -> None:
    outcomes = [replace(full(), team=f"Team {number % 4}") for number in range(8)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        made = list(pool.map(FORMATS["okr-sheet"].export, outcomes))
    assert made[:4] == made[4:]
    assert len(set(made)) == 4


def test_the_server_itself_never_loads_the_typesetter() -> None:
    code = "import sys, app.exports; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_closing_twice_is_harmless() -> None:
    PRESS.close()
    PRESS.close()
    assert FORMATS["okr-sheet"].export(full()).startswith(b"%PDF")
