"""Numbers, what they say, and how they come in: as typed, pasted, imported, planted, proposed."""

from __future__ import annotations

from typing import Any

import pytest

from facilitation.activities.levers import DeclareControl
from facilitation.activities.numbers import DescribeKpi, PasteReadings, ReadAsPercent, SetNumbers
from facilitation.activities.numbers import view as numbers_view
from facilitation.activities.tree import AddKpi, CombineChildren, SetFormula
from facilitation.examples import NAMES
from facilitation.insight import answer, changed, insight_parts, moves
from facilitation.messages import Rejected
from facilitation.planting import ImportKpis, PlantTree
from facilitation.session.board import Undo
from facilitation.session.flow import OpenPhase
from facilitation.session.setup import ChangeSetup
from facilitation.session.suggestions import DropProposal, ProposeValue, TakeProposal
from facilitation.snapshots import MOST, KeepSnapshot
from facilitation.standing import standing
from facilitation.state import phase_of
from facilitation.tree_known import known
from facilitation.tree_view import rows_of
from facilitation.workshop import replay
from tests.facilitation.room import Room

N = "numbers"


def shop(conversion: tuple[str, str] = ("2.4", "%")) -> tuple[Room, dict[str, str]]:
    """Domain a's pinned product, revenue stated as 95,000, in the numbers phase; ids by name."""
    room = Room()
    room.must(OpenPhase(phase="tree"))
    room.must(AddKpi(phase="tree", name="Revenue", baseline="95,000", unit="$"))
    top = next(iter(room.workshop.kpis))
    for name, baseline, unit in (
        ("Visitors", "50,000", "visitors"),
        ("Conversion", *conversion),
        ("Order value", "78", "$"),
    ):
        room.must(AddKpi(phase="tree", name=name, parent=top, baseline=baseline, unit=unit))
    room.must(CombineChildren(phase="tree", kpi=top, operators="× ×"))
    room.must(OpenPhase(phase=N))
    return room, {kpi.name: kpi.id for kpi in room.workshop.kpis.values()}


def set_numbers(room: Room, kpi: str, **fields: str) -> Rejected | None:
    return room.say(SetNumbers(phase=N, kpi=kpi, **fields))


def test_numbers_are_read_in_the_style_of_the_language() -> None:
    room, ids = shop()
    assert set_numbers(room, ids["Visitors"], baseline="3,400", unit="visitors") is None
    assert room.workshop.kpis[ids["Visitors"]].baseline == 3_400
    room.must(ChangeSetup(title="Wachstum", language="de"))
    assert set_numbers(room, ids["Visitors"], baseline="3.400,5", sigma="1.250", unit="visitors") is None
    kpi = room.workshop.kpis[ids["Visitors"]]
    assert (kpi.baseline, kpi.sigma) == (3_400.5, 1_250)


@pytest.mark.parametrize(
    "fields",
    [
        {"baseline": "nan"},
        {"baseline": "1e999"},
        {"baseline": "abc"},
        {"baseline": "5", "sigma": "-1"},
        {"baseline": "120", "unit": "%"},
        {"direction": "range", "band_low": "78", "band_high": "72"},
        {"direction": "sideways"},
        {"cadence": "hourly"},
        {"reviewed": "now and then"},
        {"unit": "x" * 200},
        {"baseline": "5", "lower": "6"},
    ],
)
def test_numbers_that_cannot_be_are_answered_with_a_sentence(fields: dict[str, str]) -> None:
    room, ids = shop()
    before = room.workshop.kpis
    refused = set_numbers(room, ids["Conversion"], **fields)
    assert refused is not None
    assert refused.reason[-1] in ".?)"
    assert room.workshop.kpis is before


@pytest.mark.parametrize("conversion", [("2.4", ""), ("0.024", "%")])
def test_a_percentage_taken_for_a_plain_number_is_named_and_mended_with_one_tap(
    conversion: tuple[str, str],
) -> None:
    room, ids = shop(conversion)
    phase = phase_of(room.workshop, N)
    assert phase is not None
    row = insight_row(room, ids["Revenue"])
    assert row["fix"]["kpi"] == ids["Conversion"]
    assert row["fix"]["words"] == "Enter it as percent: 2.4 %"
    room.must(ReadAsPercent(phase=N, kpi=row["fix"]["kpi"]))
    assert known(room.workshop.kpis).evaluation.calculated[ids["Revenue"]] == pytest.approx(93_600)
    assert insight_row(room, ids["Revenue"])["fix"] is None
    assert room.say(ReadAsPercent(phase=N, kpi=ids["Conversion"])) is not None


def insight_row(room: Room, kpi: str) -> dict[str, Any]:
    phase = phase_of(room.workshop, N)
    assert phase is not None
    return numbers_view(room.workshop, phase, "phone").parts[f"number-{kpi}"]


def test_readings_give_mean_spread_and_ask_once_about_the_decimal_sign() -> None:
    room, ids = shop()
    asked = room.say(PasteReadings(phase=N, kpi=ids["Order value"], text="1.234\n1.250\n1.199"))
    assert asked is not None
    assert asked.reason.startswith("Is “1.234”")
    room.must(PasteReadings(phase=N, kpi=ids["Order value"], text="1.234\n1.250\n1.199", style="comma"))
    kpi = room.workshop.kpis[ids["Order value"]]
    assert kpi.baseline == pytest.approx(1_227.666, abs=0.01)
    assert kpi.sigma == pytest.approx(26.08, abs=0.01)
    assert len(kpi.readings) == 3


def test_every_field_of_the_page_is_kept() -> None:
    room, ids = shop()
    for field in (
        "definition",
        "query",
        "segments",
        "targets",
        "related",
        "caveats",
        "freshness",
        "completeness",
        "validity",
    ):
        room.must(DescribeKpi(phase=N, kpi=ids["Visitors"], field=field, text=f"about {field}"))
    phase = phase_of(room.workshop, N)
    assert phase is not None
    form = numbers_view(room.workshop, phase, "phone").parts[f"form-{ids['Visitors']}"]
    assert (form["described"], form["fields"]) == (9, 9)
    assert room.say(DescribeKpi(phase=N, kpi=ids["Visitors"], field="id", text="k1")) is not None


def test_the_one_pager_holds_how_often_a_kpi_is_read_and_looked_at() -> None:
    room, ids = shop()
    assert set_numbers(room, ids["Visitors"], baseline="50,000", cadence="weekly", reviewed="monthly") is None
    kpi = room.workshop.kpis[ids["Visitors"]]
    assert (kpi.cadence, kpi.reviewed) == ("weekly", "monthly")
    phase = phase_of(room.workshop, N)
    assert phase is not None
    form = numbers_view(room.workshop, phase, "console").parts[f"form-{kpi.id}"]["form"]
    assert (form["cadence"], form["reviewed"]) == ("weekly", "monthly")


def test_pin_1_the_panel_shows_bars_and_swing_of_the_north_star() -> None:
    room, ids = shop()
    set_numbers(room, ids["Revenue"], unit="$")
    for name, baseline, sigma, unit in (
        ("Visitors", "50,000", "4,000", "visitors"),
        ("Conversion", "2.4", "0.3", "%"),
        ("Order value", "78", "2", "$"),
    ):
        assert set_numbers(room, ids[name], baseline=baseline, sigma=sigma, unit=unit) is None
    panel = moves(known(room.workshop.kpis))
    assert [(row["name"], row["high_text"]) for row in panel["rows"]] == [
        ("Conversion", "+$11,700"),
        ("Visitors", "+$7,490"),
        ("Order value", "+$2,400"),
    ]
    assert panel["sigma"] == "$14,100"
    assert {row["one_percent"] for row in panel["slopes"]} == {"+$936"}
    assert "moves-panel" in insight_parts(room.workshop, N, "wall")


def test_the_ranking_is_worked_out_once_per_board() -> None:
    room, ids = shop()
    room.must(OpenPhase(phase="levers"))
    room.must(DeclareControl(phase="levers", kpi=ids["Conversion"], control="ours"))
    before = standing(room.workshop)
    assert [row.kpi for row in before] == [ids["Conversion"]]
    assert standing(room.workshop) is before
    room.must(DeclareControl(phase="levers", kpi=ids["Visitors"], control="shared"))
    assert len(standing(room.workshop)) == 2


def test_a_direction_against_the_tree_is_named() -> None:
    room, ids = shop()
    set_numbers(room, ids["Conversion"], baseline="2.4", unit="%", sigma="0.3", direction="down")
    codes = [check["code"] for check in insight_row(room, ids["Conversion"])["checks"]]
    assert "DIRECTION" in codes


def test_what_if_moves_everything_above_and_nothing_on_the_board() -> None:
    room, ids = shop()
    set_numbers(room, ids["Revenue"], unit="$")
    before = room.workshop
    told = answer(room.workshop, ids["Conversion"], 3.0)
    assert [(row["name"], row["after"]) for row in told["rows"]] == [("Revenue", "$117,000")]
    assert room.workshop is before


def test_a_proposal_changes_nothing_until_it_is_taken() -> None:
    room, ids = shop()
    ana, ben = room.join(), room.join()
    room.must(ProposeValue(kpi=ids["Conversion"], value="2.7 %", note="the new page"), ana)
    room.must(ProposeValue(kpi=ids["Conversion"], value="2.8", note="even better"), ana)
    (proposal,) = room.workshop.suggestions.values()
    assert proposal.value == 2.8
    assert room.workshop.kpis[ids["Conversion"]].baseline == 2.4
    assert room.say(TakeProposal(id=proposal.id), ana) is not None
    assert room.say(DropProposal(id=proposal.id), ben) is not None
    assert room.say(ProposeValue(kpi=ids["Conversion"], value="140"), ben) is not None
    room.must(TakeProposal(id=proposal.id))
    assert room.workshop.kpis[ids["Conversion"]].baseline == 2.8
    assert not room.workshop.suggestions
    room.must(Undo())
    assert room.workshop.kpis[ids["Conversion"]].baseline == 2.4
    assert replay(room.log) == room.workshop


def test_the_change_since_the_numbers_began_is_split_as_pinned() -> None:
    room, ids = shop()
    set_numbers(room, ids["Revenue"], unit="$")
    room.must(KeepSnapshot(label="before"))
    for name, baseline, unit in (
        ("Visitors", "52,000", "visitors"),
        ("Conversion", "2.6", "%"),
        ("Order value", "77", "$"),
    ):
        set_numbers(room, ids[name], baseline=baseline, unit=unit)
    told = changed(room.workshop)
    assert told is not None
    assert [one["label"] for one in told["since"]] == ["before", "Numbers"]
    rows = {row["name"]: row["text"] for row in told["since"][0]["rows"]}
    assert rows == {"Conversion": "+$7,900", "Visitors": "+$3,870", "Order value": "−$1,270"}
    for number in range(MOST + 3):
        room.must(KeepSnapshot(label=f"kept {number}"))
    assert len(room.workshop.snapshots) == MOST
    assert room.workshop.snapshots[0].label == "Numbers"
    assert replay(room.log) == room.workshop


@pytest.mark.parametrize("name", NAMES)
def test_ready_trees_are_planted_on_an_empty_board_and_undone_in_one_step(name: str) -> None:
    room = Room()
    room.must(OpenPhase(phase="tree"))
    assert room.say(PlantTree(name=name), room.join()) is not None, "the facilitator's"
    room.must(PlantTree(name=name))
    assert len(room.workshop.kpis) >= 8
    assert not [
        c for checks in known(room.workshop.kpis).checks.values() for c in checks if c.severity == "error"
    ]
    assert room.say(PlantTree(name=name)) is not None
    room.must(AddKpi(phase="tree", name="One more", parent=next(iter(room.workshop.kpis))))
    room.must(Undo())
    room.must(Undo())
    assert not room.workshop.kpis
    assert replay(room.log) == room.workshop


def test_a_list_is_imported_in_one_step_and_undone_in_one() -> None:
    room, ids = shop()
    rows = (
        ("name", "unit", "baseline", "sigma", "parent"),
        ("Visitors", "visitors", "60000", "4000", "Revenue"),
        ("Ads", "clicks", "900", "", "Visitors"),
        ("Ads", "", "", "", ""),
    )
    before = room.workshop.kpis
    assert room.say(ImportKpis(rows=rows), room.join()) is not None
    room.must(ImportKpis(rows=rows))
    assert room.workshop.kpis[ids["Visitors"]].baseline == 60_000
    ads = next(kpi for kpi in room.workshop.kpis.values() if kpi.name == "Ads")
    assert (ads.parent, ads.by) == (ids["Visitors"], room.facilitator)
    room.must(Undo())
    assert room.workshop.kpis == before
    refused = room.say(ImportKpis(rows=(("colour",), ("red",))))
    assert refused is not None
    assert "name" in refused.reason


def test_a_formula_from_the_numbers_phase_is_free_text() -> None:
    room, ids = shop()
    room.must(SetFormula(phase=N, kpi=ids["Revenue"], formula="Visitors × Conversion × [Order value] × 1.1"))
    row = rows_of(known(room.workshop.kpis), growing=True)[ids["Revenue"]]
    assert row["free"] is True
