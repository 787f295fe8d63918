"""The sessions after a workshop and its first ninety days, and the way out for an activity typed as a key result."""

import re
from datetime import date

from dateutil.rrule import rrulestr

from facilitation.activity_to_outcome import turn, way_out
from facilitation.cadence import Decided, calendar, plan_30_60_90
from facilitation.drafting import Material, Period, Rank, draft
from facilitation.kpi_tree import Kpi
from facilitation.okr import Guardrail, Initiative, KeyResult

PERIOD = Period(name="Q3 2026", start="2026-07-01", end="2026-09-30", time_zone="Europe/Berlin")
KPIS = {
    "n": Kpi(
        id="n", name="Active teams", unit="teams", direction="up", baseline=400.0, sigma=12.0, owner="Dora"
    ),
    "a": Kpi(
        id="a",
        name="Activation",
        parent="n",
        unit="%",
        direction="up",
        baseline=36.0,
        sigma=5.0,
        owner="@p1",
        cadence="weekly",
        control="ours",
        family="activation",
        step="Load sample data",
    ),
    "c": Kpi(
        id="c", name="Checklist", parent="a", unit="%", direction="up", indicator="leading", control="ours"
    ),
    "r": Kpi(id="r", name="Retention", parent="n", unit="%", direction="up", control="ours"),
}


def decided() -> Decided:
    guards = (Guardrail(id="g", name="Support tickets", comparator="<=", threshold=85, current=90),)
    found = draft(
        Material(
            kpis=KPIS,
            ranking=(Rank(kpi="a", votes=3),),
            guardrails=guards,
            people={"p1": "Ana"},
            period=PERIOD,
        )
    )
    return Decided(
        kpis=KPIS,
        objectives=found.objectives,
        key_results=found.key_results,
        guardrails=guards,
        initiatives=found.initiatives,
        names={"p1": "Ana"},
    )


def test_the_weekly_takes_45_minutes_in_four_parts_with_this_workshops_numbers() -> None:
    weekly = next(s for s in calendar(PERIOD, decided()) if s.title.startswith("Weekly"))
    assert (weekly.start, weekly.minutes, weekly.rule) == ("2026-07-06T09:30", 45, "FREQ=WEEKLY;COUNT=13")
    assert [int(line.split()[0]) for line in weekly.agenda] == [10, 15, 15, 5]
    assert weekly.agenda[0].endswith("Active teams, Activation, Checklist")
    assert weekly.agenda[3].endswith("tripped today: Support tickets")


def test_every_session_lies_in_the_period_and_agendas_fill_their_minutes() -> None:
    sessions = calendar(PERIOD, decided())
    assert [s.title for s in sessions] == [
        "Weekly OKR check-in",
        "Monthly OKR review",
        "Half-way change review",
        "Looking back of Q3 2026",
    ]
    for session in sessions:
        assert sum(int(line.split()[0]) for line in session.agenda) == session.minutes
        start = session.start.replace("-", "").replace(":", "")
        rule = session.rule or "FREQ=DAILY;COUNT=1"
        days = [moment.date() for moment in rrulestr(f"DTSTART:{start}00\nRRULE:{rule}")]
        assert days[0].isoformat() == session.start[:10]
        assert all(date(2026, 7, 1) <= day <= date(2026, 9, 30) for day in days)


def test_no_dates_no_calendar_and_short_periods_still_work() -> None:
    assert calendar(Period(name="soon"), decided()) == ()
    week = calendar(Period(start="2026-07-01", end="2026-07-07"), decided())
    assert [s.title for s in week] == ["Weekly OKR check-in", "Looking back"]
    assert calendar(Period(start="2026-07-07", end="2026-07-08"), decided()) == ()


def test_method_9_the_first_ninety_days_are_filled_with_what_is_open() -> None:
    items = plan_30_60_90(PERIOD, decided())
    text = "\n".join(f"{item.label}: {item.text}" for item in items)
    assert text.startswith("Days 1–30, until 30 Jul 2026: ")
    assert "Measure the baseline of Checklist." in text
    assert "Bring Support tickets back to ≤ 85, or agree on a limit that holds." in text
    assert "Start the test for Activation (Ana): If people can be split at random" in text
    assert "Begin: Load sample data." in text
    assert "levers still unused: Retention" in text
    assert len({item.label for item in items}) == 3
    assert all(re.fullmatch(r"[A-Z0-9].*[.?]", item.text) for item in items)


def test_M_KR_9_an_activity_gets_three_questions_and_stays_as_work() -> None:
    offer = way_out("Publish 30 articles", KPIS, lever="a")
    assert "Publish 30 articles" in offer.opening
    assert len(offer.questions) == 3
    assert offer.choices == ("c", "a")
    assert "Checklist, Activation" in offer.questions[0].known
    assert way_out("Train everybody", {}).choices == ()
    known = way_out("Publish 30 articles", KPIS, kpi=KPIS["a"]).questions
    assert known[1].known == "Activation is read weekly."
    assert known[2].known.endswith("The data suggest 42 %.")


def test_M_KR_9_the_turned_key_result_has_the_kpis_numbers_and_the_activity_serves_it() -> None:
    typed = KeyResult(id="k9", objective="o1", words="Publish 30 articles", due="2026-09-30")
    measured, work = turn("Publish 30 articles ", typed, KPIS["a"], initiative_id="i9")
    assert (measured.start, measured.target, measured.words, measured.owner) == (36.0, 42.0, "", "@p1")
    assert work == Initiative(
        id="i9", text="Publish 30 articles", key_result="k9", assumption="This moves Activation."
    )
