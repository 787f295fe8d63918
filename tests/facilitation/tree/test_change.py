"""The change between two snapshots is split so that the shares add up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from facilitation.change import explain_change
from facilitation.kpi_tree import Kpi, Kpis
from tests.facilitation.tree.trees import pin_1, pin_2, tree


def with_numbers(kpis: dict[str, Kpi], **numbers: float | None) -> dict[str, Kpi]:
    return {key: replace(kpi, baseline=numbers[key]) if key in numbers else kpi for key, kpi in kpis.items()}


def test_pin_change_of_a_product_by_lmdi() -> None:
    done = explain_change(pin_1(), with_numbers(pin_1(), v=52_000, c=2.6, a=77))
    assert done.method == "lmdi"
    assert (done.before, done.after) == (93_600, pytest.approx(104_104))
    assert [done.contributions[key] for key in "vca"] == pytest.approx(
        [3873.40, 7904.93, -1274.33], abs=0.005
    )


def test_pin_change_of_the_same_product_by_shapley() -> None:
    shifted = replace(pin_1()["n"], formula="v * c * a + 0")
    before = pin_1() | {"n": shifted}
    done = explain_change(before, with_numbers(before, v=52_000, c=2.6, a=77))
    assert done.method == "shapley"
    assert [done.contributions[key] for key in "vca"] == pytest.approx(
        [3874.67, 7904.67, -1275.33], abs=0.005
    )


def test_a_stated_north_star_does_not_hide_what_the_inputs_did() -> None:
    done = explain_change(pin_1(stated=95_000), with_numbers(pin_1(stated=99_000), c=2.7))
    assert done.contributions == pytest.approx({"v": 0, "c": 11_700, "a": 0})


def test_more_than_eight_changed_inputs_are_a_stated_approximation() -> None:
    ids = [f"k{n}" for n in range(10)]
    kpis = tree(
        Kpi(id="n", name="N", formula=" + ".join([*ids[:8], "k8 * k9"])),
        *(Kpi(id=key, name=key, parent="n", baseline=2) for key in ids),
    )
    done = explain_change(kpis, with_numbers(kpis, **{key: 3.0 + index for index, key in enumerate(ids)}))
    assert done.method == "approximation"
    assert done.words.startswith("An approximation")
    assert done.before is not None
    assert done.after is not None
    assert sum(done.contributions.values()) == pytest.approx(done.after - done.before)


def test_what_cannot_be_split_says_why() -> None:
    assert "missing" in explain_change(pin_1(), with_numbers(pin_1(), c=None)).problem
    assert "no north star" in explain_change({}, {}).problem
    assert (
        "rebuilt" in explain_change({key: kpi for key, kpi in pin_1().items() if key != "c"}, pin_1()).problem
    )
    zero = tree(
        Kpi(id="n", name="N", formula="a / (b - c)"),
        Kpi(id="a", name="A", parent="n", baseline=1),
        Kpi(id="b", name="B", parent="n", baseline=1),
        Kpi(id="c", name="C", parent="n", baseline=2),
    )
    assert "divides by zero" in explain_change(zero, with_numbers(zero, b=2.0, c=3.0)).problem


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(0.5, 500), min_size=6, max_size=6), st.booleans())
def test_law_contributions_sum_to_the_change(numbers: list[float], product: bool) -> None:
    before: Kpis = pin_1() if product else pin_2()
    keys = list("vca") if product else ["leads", "conv", "arpa", "existing", "churn"]
    after = with_numbers(dict(before), **dict(zip(keys, numbers, strict=False)))
    done = explain_change(before, after)
    assert done.before is not None
    assert done.after is not None
    size = max(abs(done.after), abs(done.before))
    assert sum(done.contributions.values()) == pytest.approx(
        done.after - done.before, rel=1e-9, abs=1e-9 * size
    )


def test_a_formula_without_any_kpi_leaves_nothing_to_split() -> None:
    before = pin_1()
    for formula in ("1 / 0", "7"):
        after = before | {"n": replace(before["n"], formula=formula)}
        assert "nothing to split" in explain_change(before, after).problem
