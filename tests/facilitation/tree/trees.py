"""Small trees the tests share: the pins of domain a and b, and random ones for the laws."""

from __future__ import annotations

from hypothesis import strategies as st

from facilitation.kpi_tree import Influence, Kpi, Kpis


def tree(*kpis: Kpi) -> dict[str, Kpi]:
    return {kpi.id: kpi for kpi in kpis}


def pin_1(
    stated: float | None = None, sigma: float | None = None, conversion_unit: str = "%"
) -> dict[str, Kpi]:
    """50,000 visitors × 2.4 % × $78 = 93,600 (σ = 4,000, 0.3 pp, $2)."""
    return tree(
        Kpi(
            id="n",
            name="Revenue",
            unit="$",
            formula="v * c * a",
            baseline=stated,
            sigma=sigma,
            indicator="lagging",
        ),
        Kpi(id="v", name="Visitors", parent="n", order=1, unit="visitors", baseline=50_000, sigma=4_000),
        Kpi(id="c", name="Conversion", parent="n", order=2, unit=conversion_unit, baseline=2.4, sigma=0.3),
        Kpi(id="a", name="AOV", parent="n", order=3, unit="$", baseline=78, sigma=2, indicator="leading"),
    )


def pin_2() -> dict[str, Kpi]:
    """MRR = leads × conv × ARPA + existing × (1 − churn) = 106,000."""
    return tree(
        Kpi(id="mrr", name="MRR", unit="$", formula="leads * conv * arpa + existing * (1 - churn)"),
        Kpi(
            id="conv", name="Conversion", parent="mrr", order=1, unit="%", baseline=5, sigma=1, control="ours"
        ),
        Kpi(
            id="leads",
            name="Leads",
            parent="mrr",
            order=2,
            unit="leads",
            baseline=400,
            sigma=60,
            control="ours",
        ),
        Kpi(
            id="churn",
            name="Churn",
            parent="mrr",
            order=3,
            unit="%",
            baseline=4,
            sigma=0.5,
            control="shared",
            direction="down",
        ),
        Kpi(
            id="existing",
            name="Existing",
            parent="mrr",
            order=4,
            unit="$",
            baseline=100_000,
            sigma=2_000,
            control="shared",
        ),
        Kpi(
            id="arpa", name="ARPA", parent="mrr", order=5, unit="$", baseline=500, sigma=25, control="shared"
        ),
    )


@st.composite
def random_trees(draw: st.DrawFn, *, max_kpis: int = 14, stated: bool = True, links: bool = True) -> Kpis:
    """A valid tree with formulas over children (and sometimes a node of another branch), positive numbers, sized links."""
    count = draw(st.integers(2, max_kpis))
    parents = [None, *(f"k{draw(st.integers(0, place - 1))}" for place in range(1, count))]
    ids = [f"k{place}" for place in range(count)]
    below: dict[str, list[str]] = {key: [] for key in ids}
    for key, parent in zip(ids, parents, strict=True):
        if parent is not None:
            below[parent].append(key)
    number = st.floats(0.5, 20).map(lambda value: round(value, 3))
    kpis: dict[str, Kpi] = {}
    for key, parent in zip(ids, parents, strict=True):
        parts = list(below[key])
        linked = [parts.pop()] if links and len(parts) > 1 and draw(st.booleans()) else []
        formula = parts[0] if parts else ""
        for part in parts[1:]:
            formula = f"({formula}) {draw(st.sampled_from(['+', '*', '/', '+']))} {part}"
        state_it = not formula or (stated and draw(st.integers(0, 3)) == 0)
        kpis[key] = Kpi(
            id=key,
            name=f"KPI {key}",
            parent=parent,
            order=draw(st.integers(0, 3)),
            formula=formula,
            influences=tuple(
                Influence(child=child, elasticity=draw(st.floats(-2, 2).map(lambda value: round(value, 2))))
                for child in linked
            ),
            baseline=draw(number) if state_it else None,
            sigma=draw(st.floats(0, 2)),
            unit=draw(st.sampled_from(["", "orders"])),
        )
    return kpis


NAMES = (
    "Weekly activated teams",
    "Week-1 checklist completed",
    "Day-30 retention",
    "Weekly core actions per team",
    "Sign-ups from content",
    "Referrals per active team",
    "Median time to first value",
    "Support tickets per team",
    "Load time of the board",
)
UNITS = ("teams/week", "%", "actions/week per team", "sign-ups/week", "min", "tickets per team", "$k/month")
VALUES = (1240.0, 38.0, 2.1, 12_500.0, 0.34)


def grown(*levels: int) -> Kpis:
    """A tree with so many KPIs at each level, named and measured as people do."""
    kpis: dict[str, Kpi] = {}
    above: list[str] = []
    for count in levels:
        here = []
        for place in range(count):
            number = len(kpis)
            key = f"k{number}"
            kpis[key] = Kpi(
                id=key,
                name=f"{NAMES[number % len(NAMES)]} {number}" if number >= len(NAMES) else NAMES[number],
                unit=UNITS[number % len(UNITS)],
                baseline=VALUES[number % len(VALUES)],
                parent=above[place * len(above) // count] if above else None,
                order=number,
            )
            here.append(key)
        above = here
    return kpis
