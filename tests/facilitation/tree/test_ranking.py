"""Votes, effect and control in one ranking that names where they disagree."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from facilitation.kpi_tree import Influence, Kpi
from facilitation.ranking import rank
from tests.facilitation.tree.trees import pin_1, pin_2, tree

VOTES = {"conv": 5, "leads": 3, "churn": 6, "existing": 1, "arpa": 0}


def test_pin_rank_scores() -> None:
    rows = rank(pin_2(), VOTES)
    assert [row.kpi for row in rows] == ["conv", "leads", "churn", "existing", "arpa"]
    assert [row.score for row in rows] == pytest.approx([0.9167, 0.6250, 0.3125, 0.2817, 0.0625], abs=5e-5)
    assert [row.rank for row in rows] == [1, 2, 3, 4, 5]


def test_what_nobody_voted_for_is_never_called_popular() -> None:
    badges = {row.kpi: row.badge for row in rank(pin_2(), {"existing": 5, "conv": 5})}
    assert "popular, small effect" not in {badges[key] for key in ("churn", "arpa", "leads")}


def test_pin_badges_name_the_disagreement() -> None:
    badges = {row.kpi: row.badge for row in rank(pin_2(), VOTES)}
    assert badges["churn"] == "popular, small effect"
    assert badges["existing"] == "overlooked"
    assert badges["conv"] == ""


def test_all_three_numbers_are_shown() -> None:
    (row,) = [row for row in rank(pin_2(), VOTES) if row.kpi == "churn"]
    assert (row.votes, row.impact, row.control) == (6, pytest.approx(500), "shared")
    assert (row.vote_rank, row.impact_rank) == (1, 4)


def test_no_votes_at_all_leaves_the_impact_half() -> None:
    rows = {row.kpi: row for row in rank(pin_2(), {})}
    assert rows["conv"].score == pytest.approx(0.5)
    assert rows["existing"].score == pytest.approx(0.5 * 0.5 * 1920 / 2000)
    assert rows["conv"].vote_rank is None
    assert {row.badge for row in rows.values()} == {""}


def test_an_unsized_lever_is_ranked_by_its_votes_and_flagged() -> None:
    kpis = tree(
        Kpi(id="n", name="N", formula="a", influences=(Influence(child="x"),)),
        Kpi(id="a", name="A", parent="n", baseline=10, sigma=1, control="ours"),
        Kpi(id="x", name="X", parent="n", baseline=10, sigma=1, control="ours"),
        Kpi(id="y", name="Y", parent="n", control="outside"),
    )
    rows = {row.kpi: row for row in rank(kpis, {"x": 4, "a": 2})}
    assert rows["x"].unsized
    assert rows["x"].score == pytest.approx(0.5)
    assert "how strongly" in rows["x"].reason
    assert rows["a"].score == pytest.approx(0.75)
    assert not rows["y"].candidate


def test_a_lever_without_spread_says_so() -> None:
    kpis = pin_1()
    kpis["c"] = replace(kpis["c"], sigma=None, control="ours")
    (row,) = rank(kpis, {})
    assert row.unsized
    assert "spread" in row.reason


def test_ties_go_by_votes_then_by_board_order() -> None:
    kpis = tree(
        Kpi(id="n", name="N"),
        Kpi(id="b", name="B", parent="n", order=1, control="ours"),
        Kpi(id="a", name="A", parent="n", order=2, control="ours"),
        Kpi(id="c", name="C", parent="n", order=3, control="shared"),
    )
    assert [row.kpi for row in rank(kpis, {"b": 2, "a": 2, "c": 4})] == ["c", "b", "a"]
    assert [row.kpi for row in rank(kpis, {})] == ["b", "a", "c"]
    assert rank({}, {}) == []
