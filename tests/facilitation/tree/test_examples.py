"""The ready trees load, calculate what can be calculated, and mark what no source gives."""

from __future__ import annotations

import pytest

from facilitation.checks import check_tree
from facilitation.evaluate import evaluate
from facilitation.examples import NAMES, ExampleError, all_examples, example, planted, read_example
from facilitation.kpi_tree import role
from facilitation.okr import breached
from facilitation.sensitivity import direction_checks, sensitivity

WORKED = ("plg-saas", "b2b-saas", "e-commerce")


@pytest.mark.parametrize("name", NAMES)
def test_every_ready_tree_loads_and_has_no_error(name: str) -> None:
    found = example(name)
    checks = [*check_tree(found.tree), *direction_checks(found.tree, sensitivity(found.tree))]
    assert [check.sentence for check in checks if check.severity != "info"] == []
    assert found.title
    assert list(all_examples()) == list(NAMES)


@pytest.mark.parametrize("name", WORKED)
def test_every_worked_example_calculates_its_north_star(name: str) -> None:
    found = example(name)
    done = evaluate(found.tree)
    assert done.value is not None
    assert found.tree[done.north_star or ""].baseline is None
    assert sensitivity(found.tree).sigma is not None


def test_the_plg_example_is_what_the_rehearsal_needs() -> None:
    found = example("plg-saas")
    roles = [role(found.tree, kpi) for kpi in found.kpis]
    assert found.kpis[0].name == "Weekly activated teams"
    assert roles.count("driver") >= 3
    assert roles.count("input") >= 6
    figures = {kpi.id: kpi.baseline for kpi in found.kpis}
    assert [figures[key] for key in ("activation", "checklist", "retention", "core")] == [36, 38, 41, 2.1]
    assert [(target.kpi, target.start, target.target) for target in found.targets] == [
        ("activation", 36, 44),
        ("checklist", 38, 55),
        ("retention", 41, 48),
    ]
    assert evaluate(found.tree).value == pytest.approx(410 * 0.36 + 2600 * 0.41)


def test_figures_of_the_sources_are_kept() -> None:
    b2b, shop = example("b2b-saas"), example("e-commerce")
    assert [b2b.tree[key].baseline for key in ("sql", "win", "cycle", "expansion")] == [28, 18, 54, 21]
    assert [shop.tree[key].baseline for key in ("orders", "aov", "promo")] == [3400, 78, 62]
    assert [breached(guardrail) for guardrail in b2b.guardrails] == [True, False, False]
    assert [guardrail.current for guardrail in shop.guardrails][1] == 1.4


@pytest.mark.parametrize("name", WORKED)
def test_every_spread_is_marked_as_invented_and_says_so_on_its_page(name: str) -> None:
    found = example(name)
    for kpi in found.kpis:
        if kpi.sigma is not None:
            assert "sigma" in found.invented[kpi.id]
            assert "Made up for this example:" in kpi.caveats
            assert "spread" in kpi.caveats
        if any(link.elasticity is not None for link in kpi.influences):
            assert "influences" in found.invented[kpi.id]


def test_the_templates_have_no_numbers_and_arpu_feeds_two_branches() -> None:
    revenue = example("revenue").tree
    assert all(kpi.baseline is None for kpi in revenue.values())
    assert "arpu" in revenue["new"].formula
    assert "arpu" in revenue["expansion"].formula
    assert not any(kpi.formula for kpi in example("product-health").kpis)


def test_a_tree_is_planted_with_other_ids() -> None:
    found = example("plg-saas")
    ids = {kpi.id: f"k{place}" for place, kpi in enumerate(found.kpis)}
    kpis = {kpi.id: kpi for kpi in planted(found, ids, by="p1")}
    assert evaluate(kpis).value == evaluate(found.tree).value
    assert {kpi.by for kpi in kpis.values()} == {"p1"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "odd.toml"),
        ("title='a'\nabout='b'\nrules=[]\n[[kpi]]\nid='a'\nname='A'\ncolour='red'", "colour"),
        ("title='a'\nabout='b'\nrules=[]\n[[kpi]]\nid='a'\nname='A'\nparent='b'", "'b' is not in the file"),
        ("title='a'\nabout='b'\nrules=[]\n[[kpi]]\nid='a'\nname='A'\nformula='b +'", "ends too early"),
        (
            "title='a'\nabout='b'\nrules=[]\n[[kpi]]\nid='a'\nname='A'\nformula='b'",
            "which are not in the file",
        ),
        ("title='a'\nabout='b'\nrules=[]\n[[kpi]]\nid='a'\nname='A'\ninvented=['sigma']", "does not set"),
    ],
)
def test_a_file_with_a_mistake_fails_with_its_reason(text: str, words: str) -> None:
    with pytest.raises(ExampleError, match=r"odd\.toml") as caught:
        read_example("odd", text)
    assert words in str(caught.value)


def test_an_unknown_example_names_those_there_are() -> None:
    with pytest.raises(ExampleError, match="plg-saas"):
        example("nothing")
