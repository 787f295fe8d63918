"""The contract that every registered format keeps: any outcome exports, and a real reader opens what comes out."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.exports import FORMATS, Options
from facilitation.outcome import Outcome
from tests.exports.readers import open_with_its_reader
from tests.exports.sample import full
from tests.exports.variants import VARIANTS, retold

AT = Options(at=dt.datetime(2027, 1, 5, 9, 30, tzinfo=dt.UTC))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_exports_every_outcome_and_a_reader_opens_it(name: str, variant: str) -> None:
    made = FORMATS[name].export(VARIANTS[variant](), AT)
    assert made
    assert open_with_its_reader(FORMATS[name].extension, made) is not None


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_outcome_gives_the_same_bytes(name: str) -> None:
    first = FORMATS[name].export(full(), AT)
    if name == "xlsx":
        time.sleep(1.1)  # a workbook's parts carry whole seconds
    assert FORMATS[name].export(full(), AT) == first


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_it_is(name: str) -> None:
    made = FORMATS[name]
    assert made.name == name
    assert re.fullmatch(r"[a-z-]+", made.name)
    assert re.fullmatch(r"[a-z]{2,4}", made.extension)
    assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+(; charset=utf-8)?", made.media_type)
    assert made.title
    assert made.note.endswith(".")


def test_no_two_formats_make_the_same_file_name() -> None:
    names = [made.file_name(full()) for made in FORMATS.values()]
    assert len(set(names)) == len(names)
    assert "growth-team-q3-2027-outcome.pdf" in names


@pytest.mark.parametrize(
    ("team", "period", "title", "code", "name"),
    [
        ("Growth team", "Q3 2027", "", "", "growth-team-q3-2027-outcome.pdf"),
        ("", "", "", "", "workshop-outcome.pdf"),
        ("", "Q3 2027", "Growth, Q3 2027", "", "growth-q3-2027-outcome.pdf"),
        ("команда", "", "", "K7PM4XQA", "k7pm4xqa-outcome.pdf"),
        ("../../etc/passwd\0", "..\\..", "", "", "etc-passwd-outcome.pdf"),
        ('a"; rm -rf / #', "\r\nSet-Cookie: x=1", "", "", "a-rm-rf-set-cookie-x-1-outcome.pdf"),
        ("Équipe Été", "T3", "", "", "equipe-ete-t3-outcome.pdf"),
        ("word " * 60, "x" * 300, "", "", f"word-word-word-word-word-word-word-word-{'x' * 20}-outcome.pdf"),
    ],
)
def test_file_names_are_safe_and_telling(team: str, period: str, title: str, code: str, name: str) -> None:
    outcome = Outcome(title=title, team=team, period=period, code=code)
    assert FORMATS["pdf"].file_name(outcome) == name


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_file_names_hold_nothing_but_letters_digits_and_dashes(team: str, period: str) -> None:
    name = FORMATS["csv"].file_name(Outcome(title=team, team=team, period=period))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.csv", name)
    assert len(name) < 90


WILD = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(categories=("Mn", "Mc", "Lo", "Sk", "So", "Cf", "Cn", "Co")), max_size=30),
    st.text("אבגد ه و123 ()[]<>&=+-@|\"'\\\u200d\u202e\u0e33\u0e48ิ्क🏽👩‍💻️⃣", max_size=40),
)


@pytest.mark.parametrize("name", FORMATS)
def test_whatever_people_type_never_breaks_an_export(name: str) -> None:
    made = FORMATS[name]

    @given(st.lists(WILD, min_size=1, max_size=12))
    @settings(
        max_examples=10 if made.extension in ("pdf", "xlsx") else 25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def holds(texts: list[str]) -> None:
        turn = iter(texts * 400)
        outcome = retold(full(), lambda _: next(turn))
        assert open_with_its_reader(made.extension, made.export(outcome, AT)) is not None

    holds()


@pytest.mark.parametrize("name", FORMATS)
def test_half_characters_and_endless_numbers_are_mended_not_fatal(name: str) -> None:
    broken = full()
    worst = replace(broken.levers[0], name="half \ud83d character", effect=float("nan"), score=float("inf"))
    phase = replace(broken.phases[0], planned=float("inf"), real=float("nan"))
    outcome = replace(broken, levers=(worst,), phases=(phase,), held_on="no date", time_zone="Nowhere/None")
    assert open_with_its_reader(FORMATS[name].extension, FORMATS[name].export(outcome, AT)) is not None
