"""Does it add up? The pinned distribution, who contributes what, and what to change when the sum falls short."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from facilitation.add_up import AddsUp, CannotAddUp, add_up, chance_of, tell
from facilitation.evaluate import evaluate
from facilitation.kpi_tree import Influence, Kpi, Kpis
from facilitation.okr import Guardrail, KeyResult


def shop() -> dict[str, Kpi]:
    """Visitors × conversion × order value = revenue (the first pin of the domain)."""
    kpis = [
        Kpi(id="n", name="Revenue", unit="$", formula="v * c * a"),
        Kpi(
            id="v", name="Visitors", parent="n", unit="visitors", baseline=50_000, sigma=4_000, direction="up"
        ),
        Kpi(id="c", name="Conversion", parent="n", unit="%", baseline=2.4, sigma=0.3, direction="up"),
        Kpi(id="a", name="Order value", parent="n", unit="$", baseline=78, sigma=2, direction="up"),
    ]
    return {kpi.id: kpi for kpi in kpis}


def aim(kpi: str, target: float, **fields: Any) -> KeyResult:
    return KeyResult(**{"id": f"kr-{kpi}", "objective": "o1", "kpi": kpi, "target": target} | fields)


def added(kpis: Kpis, *aims: KeyResult, **options: Any) -> AddsUp:
    found = add_up(kpis, aims, **{"seed": 1, "noise": False} | options)
    assert isinstance(found, AddsUp), found
    return found


def test_pin_conversion_from_2_4_to_2_7_percent_with_a_chance_of_seven_in_ten() -> None:
    found = added(shop(), aim("c", 2.7), chances={"kr-c": 0.7})
    assert found.today == pytest.approx(93_600)
    assert found.at_targets == pytest.approx(105_300)
    assert found.p50 == pytest.approx(105_300)
    assert found.p80 == pytest.approx(101_400, rel=0.01)


def test_commitment_levels_are_chances() -> None:
    assert [chance_of([level]) for level in (1, 2, 3, 4, 5)] == [0.1, 0.3, 0.5, 0.7, 0.9]
    assert chance_of([3, 5]) == pytest.approx(0.7)
    assert chance_of([]) == 0.5
    by_level = added(shop(), aim("c", 2.7), commitments={"kr-c": [4]})
    assert by_level == added(shop(), aim("c", 2.7), chances={"kr-c": 0.7})


def test_contributions_are_shared_out_fairly_and_sum_to_the_whole() -> None:
    found = added(shop(), aim("v", 52_000), aim("c", 2.6), aim("a", 77))
    shares = {share.kpi: share.amount for share in found.shares}
    assert shares == {
        "v": pytest.approx(3_874.67, abs=0.005),
        "c": pytest.approx(7_904.67, abs=0.005),
        "a": pytest.approx(-1_275.33, abs=0.005),
    }
    assert sum(shares.values()) == pytest.approx(found.at_targets - found.today)


def test_many_key_results_are_sampled_and_still_sum_to_the_whole() -> None:
    kpis = {"n": Kpi(id="n", name="All", formula=" + ".join(f"x{i}" for i in range(14)))}
    kpis |= {f"x{i}": Kpi(id=f"x{i}", name=f"X{i}", parent="n", baseline=1.0) for i in range(14)}
    found = added(kpis, *(aim(f"x{i}", 1.0 + i) for i in range(14)))
    assert [share.amount for share in found.shares] == [pytest.approx(float(i)) for i in range(14)]


def test_a_key_result_above_another_is_compared_not_put_in() -> None:
    found = added(shop(), aim("c", 2.7), aim("n", 110_000))
    assert found.at_targets == pytest.approx(105_300)
    assert [(c.kpi, c.enough) for c in found.compared] == [("n", False)]
    assert found.compared[0].computed == pytest.approx(105_300)
    assert added(shop(), aim("c", 2.7), aim("n", 105_300)).compared[0].enough


def test_a_driver_that_nothing_below_computes_is_put_in_itself() -> None:
    kpis = shop() | {"x": Kpi(id="x", name="Quiz", parent="c", unit="%", baseline=38.0)}
    found = added(kpis, aim("c", 2.7), aim("x", 55.0))
    assert found.at_targets == pytest.approx(105_300)
    assert found.silent == ("kr-x",)


def test_influences_multiply_and_doubted_links_lower_the_chance() -> None:
    link = Influence(child="q", elasticity=0.5, evidence="tested")
    kpis = {
        "n": Kpi(id="n", name="Orders", unit="orders", baseline=1_000.0, influences=(link,)),
        "q": Kpi(id="q", name="Speed", parent="n", baseline=100.0, direction="up"),
    }
    sure = added(kpis, aim("q", 121.0), chances={"kr-q": 1.0})
    assert (sure.at_targets, sure.p50) == (pytest.approx(1_100), pytest.approx(1_100))
    doubted = added(kpis, aim("q", 121.0), chances={"kr-q": 1.0}, noise=True, beliefs={"q": [1]})
    assert doubted.p50 == pytest.approx(1_000)
    assert doubted.high == pytest.approx(1_100, rel=0.1)


def test_readings_widen_the_picture_but_the_seed_holds_it_still() -> None:
    calm, noisy = added(shop(), aim("c", 2.7)), added(shop(), aim("c", 2.7), noise=True)
    assert noisy.high - noisy.low > calm.high - calm.low
    assert sum(noisy.histogram) == noisy.runs == 10_000
    assert noisy == added(dict(reversed(shop().items())), aim("c", 2.7), noise=True)
    assert noisy.p50 != added(shop(), aim("c", 2.7), noise=True, seed=2).p50


def test_M_TGT_2_when_the_wish_is_higher_than_the_sum_it_says_what_would_close_the_gap() -> None:
    found = added(shop(), aim("c", 2.7), aim("a", 80.0), wish=118_000.0)
    assert found.at_targets == pytest.approx(108_000)
    assert found.gap == pytest.approx(10_000)
    assert {c.kpi: round(c.needed, 6) for c in found.closings} == {"c": 2.95, "a": pytest.approx(87.407407)}
    enough = added(shop(), aim("c", 2.7), wish=100_000.0)
    assert enough.closings == ()
    assert enough.wish_chance is not None
    assert enough.wish_chance > 0.7


def test_the_sum_is_told_in_sentences_with_what_to_change() -> None:
    kpis = shop() | {"v": replace(shop()["v"], control="ours")}
    aims = (aim("c", 2.7), aim("n", 110_000))
    guards = (Guardrail(id="g2", name="Payback", comparator="<=", threshold=12, current=14),)
    found = added(kpis, *aims, chances={"kr-c": 0.7}, wish=118_000.0, guardrails=guards)
    words = tell(found, kpis, aims, guards)
    assert words.sentence.startswith(
        "Meeting all targets takes Revenue from $93,600 to $105,300 (+$11,700, +12.5 %)."
    )
    assert (
        "The wish is $118,000: the targets fall $12,700 short of it, and it is reached in almost no case."
        in words.sentence
    )
    assert words.contributions == (("kr-c", "Conversion: +$11,700 of Revenue."),)
    assert words.compared == (
        "Revenue should reach $110,000, but the targets below would only give $105,300.",
    )
    assert words.guardrails == ("Payback: It is tripped today.",)
    assert (
        words.advice[0]
        == "Conversion alone would close the gap with a target of 3.03 % instead of 2.7 %: believable?"
    )
    assert words.advice[1] == "Not used yet: Visitors. A usual good swing of it is worth +$7,490."
    assert "is what the group can promise today" in words.advice[2]


def test_T_GAP_targets_that_hardly_move_the_north_star_are_named() -> None:
    found = added(shop(), aim("a", 78.2))
    assert tell(found, shop(), ()).advice == (
        "All targets together hardly move Revenue: is there a stronger lever?",
    )


def test_guardrails_chance_to_trip() -> None:
    guards = (
        Guardrail(id="g1", name="Order value", comparator=">=", threshold=78, unit="$", kpi="a"),
        Guardrail(id="g2", name="Payback", comparator="<=", threshold=12, current=14),
        Guardrail(id="g3", name="Refunds", comparator="<=", threshold=1.5, current=1.4, sigma=0.2),
        Guardrail(id="g4", name="Tickets", comparator="<=", current=85),
        Guardrail(id="g5", name="Margin", comparator=">=", threshold=64),
    )
    trips = {t.guardrail: t for t in added(shop(), aim("c", 2.7), noise=True, guardrails=guards).trips}
    assert trips["g1"].chance == pytest.approx(0.5, abs=0.03)
    assert (trips["g2"].chance, trips["g2"].reason) == (1.0, "It is tripped today.")
    assert trips["g3"].chance == pytest.approx(0.1587, abs=0.015)
    assert (trips["g4"].chance, trips["g4"].reason) == (None, "Its limit is not set yet.")
    assert trips["g5"].reason == "Nobody knows its value today."


def test_where_down_is_good_the_safe_value_lies_above_the_middle() -> None:
    kpis = {
        "n": Kpi(id="n", name="Days to answer", unit="days", direction="down", formula="w + h"),
        "w": Kpi(id="w", name="Waiting", parent="n", unit="days", baseline=1.5, direction="down"),
        "h": Kpi(id="h", name="Handling", parent="n", unit="days", baseline=0.5, direction="down"),
    }
    found = added(kpis, aim("w", 0.5), chances={"kr-w": 0.7})
    assert (found.today, found.at_targets) == (2.0, 1.0)
    assert found.p50 <= found.p80 <= found.today


@pytest.mark.parametrize(
    ("kpis", "aims", "word"),
    [
        ({}, (), "no north star"),
        ({"n": Kpi(id="n", name="Revenue", formula="v")}, (aim("v", 2.0),), "has no number yet"),
        (shop(), (), "No key result"),
        (
            shop(),
            (aim("gone", 2.0), KeyResult(id="b", objective="o", kpi="c", kind="baseline")),
            "No key result",
        ),
        (
            shop() | {"n": Kpi(id="n", name="Revenue", baseline=1.0, formula="v / (c - 0.024)")},
            (aim("a", 2.0),),
            "",
        ),
    ],
)
def test_what_cannot_be_computed_is_said(kpis: Kpis, aims: tuple[KeyResult, ...], word: str) -> None:
    found = add_up(kpis, aims, seed=1)
    if word:
        assert isinstance(found, CannotAddUp)
        assert word in found.reason


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_law_without_change_nothing_changes_and_at_targets_is_what_the_tree_says(data: st.DataObject) -> None:
    kpis = shop()
    targets = {k: data.draw(st.floats(0.5, 2.0)) * (kpis[k].baseline or 1) for k in ("v", "c", "a")}
    found = added(kpis, *(aim(k, t) for k, t in targets.items()), runs=200)
    moved = {k: Kpi(id=k, name=k, parent="n", unit=kpis[k].unit, baseline=targets.get(k)) for k in targets}
    expected = evaluate({"n": kpis["n"], **moved}).value
    assert found.at_targets == pytest.approx(expected)
    still = added(kpis, *(aim(k, kpis[k].baseline or 0) for k in targets), runs=200)
    assert still.p50 == still.p80 == pytest.approx(still.today)
    assert min(found.low, found.p80) >= min(found.today, found.at_targets) * 0.2
