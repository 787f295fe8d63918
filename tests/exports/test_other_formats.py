"""Markdown, calendar, picture and metric definitions: what a reader of each finds in it."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import icalendar
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.exports import FORMATS, Options
from app.exports.markdown import text
from app.exports.words import box_note
from facilitation.outcome import Box, CalendarItem, Outcome
from tests.exports.sample import full
from tests.exports.sample_tree import KPIS, drawing
from tests.exports.variants import empty, hostile

SVG = "{http://www.w3.org/2000/svg}"


def test_markdown_tells_the_same_eight_parts() -> None:
    made = FORMATS["markdown"].export(full(), Options(link="https://levertree.example/o/1")).decode()
    for said in (
        "# Growth team · Q3 2027",
        "Final, 22 Nov 2026",
        "### Get new workspaces to their first win in week one, so that teams stay",
        "| 1 | Trial → activation, new workspaces | 36 % → 44 % | 30 Sep 2027 | Ana Ruiz |",
        "- INP, 95th percentile ≤ 200 ms, now 190 ms (close), owner Kai Berg",
        "  - **Trial → activation**: 36 %, ± 5 points, intermediate, chosen lever",
        "| First reply from support | 10 | + 4 | popular, small effect |",
        "- What decides: Stop if flat after four weeks",
        "Set aside because: The August cohort is twice as large",
        "| 8 chances in 10 | 1,330 |",
        "## KPI dictionary",
        "- Demo data on first open (KR 2)",
        "| Grow the tree | 20 | 23.5 | 8 of 8 |",
        "https://levertree.example/o/1",
    ):
        assert said in made
    assert "Draft" in FORMATS["markdown"].export(empty()).decode()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("1240 teams", "1240 teams"),
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("<script>", "\\<script\\>"),
        ("a | b", "a \\| b"),
        ("`code` *bold* _it_", "\\`code\\` \\*bold\\* \\_it\\_"),
        ("two\nlines", "two lines"),
    ],
)
def test_typed_markdown_shows_as_it_was_typed(typed: str, shown: str) -> None:
    assert text(typed) == shown


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_typed_text_leaves_its_line_or_its_table_cell(typed: str) -> None:
    made = text(typed)
    assert "\n" not in made
    assert not re.search(r"(?<!\\)(\\\\)*[|<\[]", made)


def events(outcome: Outcome, options: Options | None = None) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(FORMATS["calendar"].export(outcome, options))
    assert isinstance(calendar, icalendar.Calendar)
    return list(calendar.walk("VEVENT"))


def test_the_calendar_holds_local_times_rules_and_agendas() -> None:
    weekly, monthly, last = events(full(), Options(at=dt.datetime(2027, 1, 5, tzinfo=dt.UTC)))
    assert weekly["DTSTART"].params["TZID"] == "Europe/Madrid"
    assert weekly.decoded("DTSTART").isoformat() == "2027-07-05T10:00:00+02:00"
    assert weekly.decoded("DURATION") == dt.timedelta(minutes=45)
    assert weekly["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20270930T235959Z"
    assert "Key results and blockers, 15 minutes" in str(weekly["DESCRIPTION"])
    assert monthly["RRULE"].to_ical() == b"FREQ=MONTHLY;COUNT=3;BYDAY=-1TH"
    assert "RRULE" not in last
    assert len({str(event["UID"]) for event in (weekly, monthly, last)}) == 3
    assert b"BEGIN:VTIMEZONE" in FORMATS["calendar"].export(full())


def test_a_rule_that_ends_on_a_day_ends_in_UTC_and_nonsense_leaves_one_event() -> None:
    def with_rule(rule: str) -> icalendar.Event:
        item = CalendarItem(title="x", start="2027-07-05T10:00", minutes=45, rule=rule)
        return events(replace(full(), calendar=(item,)))[0]

    assert with_rule("FREQ=WEEKLY;UNTIL=20270930")["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20270930T235959Z"
    for nonsense in ("every monday", "FREQ=SOMETIMES", "FREQ=WEEKLY\r\nATTENDEE:x", "FREQ=WEEKLY;UNTIL=soon"):
        assert "RRULE" not in with_rule(nonsense)


def test_a_session_without_a_date_is_left_out_and_an_unknown_zone_is_UTC() -> None:
    items = (
        CalendarItem(title="no date", start="soon", minutes=45),
        CalendarItem(title="a day", start="2027-07-05", minutes=0),
    )
    (event,) = events(replace(full(), calendar=items, time_zone="Mars/Olympus"))
    assert event.decoded("DTSTART") == dt.datetime(2027, 7, 5, 9, tzinfo=dt.UTC)
    assert event.decoded("DURATION") == dt.timedelta(minutes=1)


def test_typed_text_cannot_add_lines_to_the_calendar() -> None:
    made = FORMATS["calendar"].export(hostile())
    assert made.count(b"BEGIN:VEVENT") == 3
    assert b"\r\nSUMMARY:injected" not in made


def picture(outcome: Outcome) -> ElementTree.Element:
    return ElementTree.fromstring(FORMATS["tree-svg"].export(outcome))


def test_the_picture_names_every_kpi_and_needs_nothing_else() -> None:
    made = picture(full())
    shown = " ".join(made.itertext())
    for item in KPIS:
        for word in item.kpi.name.split():
            assert word in shown
    assert {element.tag.removeprefix(SVG) for element in made.iter()} == {
        "svg",
        "title",
        "desc",
        "rect",
        "path",
        "text",
    }
    names = {name for element in made.iter() for name in element.attrib}
    assert not {name for name in names if "href" in name or name.startswith("on") or name == "style"}


def test_influences_are_dashed_levers_have_a_tab_and_chosen_ones_a_frame() -> None:
    made = picture(full())
    dashed = [path for path in made.iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert len(dashed) == sum(len(item.kpi.influences) for item in KPIS)
    tabs = [title for title in made.iter(f"{SVG}title") if title.text == "lever"]
    assert len(tabs) == sum(item.kpi.control in ("ours", "shared") for item in KPIS if item.kpi.parent)
    frames = [rect for rect in made.iter(f"{SVG}rect") if rect.get("stroke-width") == "1.6"]
    assert len(frames) == 4


@pytest.mark.parametrize("density", ["full", "compact", "dense"])
def test_every_density_draws(density: str) -> None:
    outcome = replace(full(), tree=drawing(KPIS, density=density))  # type: ignore[arg-type]
    assert "36 %" in " ".join(picture(outcome).itertext())
    assert FORMATS["pdf"].export(outcome)


@pytest.mark.parametrize(
    ("note", "missing", "shown"),
    [
        ("leading", False, ""),
        ("± 4", False, "± 4"),
        ("leading", True, "no number yet"),
        ("no number yet", True, "no number yet"),
        ("north star", True, "north star, no number yet"),
    ],
)
def test_the_small_print_of_a_box_says_each_thing_once(note: str, missing: bool, shown: str) -> None:
    box = Box(kpi="k1", x=0, y=0, width=200, height=70, note=note, indicator="leading", missing=missing)
    assert box_note(box) == shown


def test_an_empty_tree_says_so() -> None:
    assert "The tree is still empty." in " ".join(picture(empty()).itertext())


def test_metric_definitions_keep_formula_owner_and_target() -> None:
    made = yaml.safe_load(FORMATS["metric-yaml"].export(full()))
    metrics = {metric["name"]: metric for metric in made["metrics"]}
    north = metrics["weekly_activated_teams"]
    assert north["type"] == "derived"
    assert north["type_params"]["expr"] == (
        "new_trial_teams * trial_activation + teams_active_last_week * week_on_week_retention"
    )
    assert [used["name"] for used in north["type_params"]["metrics"]] == [
        "new_trial_teams",
        "trial_activation",
        "teams_active_last_week",
        "week_on_week_retention",
    ]
    activation = metrics["trial_activation"]
    assert activation["type_params"] == {"measure": {"name": "trial_activation"}}
    meta = activation["config"]["meta"]
    assert (meta["baseline"], meta["sigma"], meta["unit"], meta["owner"]) == (36.0, 5.0, "%", "Ana Ruiz")
    assert meta["targets"] == [{"from": 36.0, "to": 44.0, "due": "2027-09-30"}]
    assert meta["parent"] == "weekly_activated_teams"


def test_metric_names_are_unique_plain_identifiers() -> None:
    made = yaml.safe_load(FORMATS["metric-yaml"].export(hostile()))
    names = [metric["name"] for metric in made["metrics"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
