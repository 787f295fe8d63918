"""Which guardrail goes with which kind of lever (method section 4, domain d.8).

A push in one place shows its damage in another: the pairs below say where to look. A guardrail the group has set wins;
only where it set none is one proposed, and then without a limit, for a limit is the group's to choose.
"""

from __future__ import annotations

import re

import msgspec

from facilitation.kpi_tree import Family, Kpi, Kpis, subtree
from facilitation.okr import Comparator, Guardrail


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must not get worse: its usual name, the side of its limit, and the words that recognise it."""

    name: str
    comparator: Comparator
    words: str


_CAC = Pair(name="CAC payback", comparator="<=", words=r"\bcac\b|acquisition cost|payback")
_LEADS = Pair(name="Lead quality", comparator=">=", words=r"lead quality|qualified|\bsql\b")
_REFUND = Pair(name="Refund rate", comparator="<=", words=r"refund|return rate|chargeback")
_DISCOUNT = Pair(name="Discount rate", comparator="<=", words=r"discount|promo")
_ORDER = Pair(name="Average order value", comparator=">=", words=r"\baov\b|order value|basket")
_TICKETS = Pair(name="Support tickets", comparator="<=", words=r"ticket|support (load|contact|request)")
_VALUE = Pair(name="Time to value", comparator="<=", words=r"time.to.value|onboarding time")
_UNSUBSCRIBE = Pair(name="Unsubscribe rate", comparator="<=", words=r"unsubscri|opt.?out|spam")
_SATISFACTION = Pair(name="Satisfaction", comparator=">=", words=r"satisf|csat|sentiment|engagement score")
_CHURN = Pair(name="Churn", comparator="<=", words=r"churn|cancel|attrition")
_NPS = Pair(name="NPS", comparator=">=", words=r"\bnps\b|promoter|recommend")
_DEFECTS = Pair(name="Defect rate", comparator="<=", words=r"defect|bug|error|incident|failure|overtime")
_CYCLE = Pair(name="Cycle time", comparator="<=", words=r"\btime\b")
_MARGIN = Pair(name="Gross margin", comparator=">=", words=r"margin")
_SPEED = Pair(
    name="Page speed (INP, LCP)", comparator="<=", words=r"\binp\b|\blcp\b|latency|page speed|web vitals"
)

PAIRS: dict[Family, tuple[Pair, ...]] = {
    "acquisition": (_CAC, _LEADS, _REFUND, _DISCOUNT),
    "activation": (_TICKETS, _VALUE, _SPEED),
    "engagement": (_UNSUBSCRIBE, _SATISFACTION, _SPEED),
    "monetization": (_CHURN, _NPS, _REFUND, _DISCOUNT, _ORDER, _TICKETS),
    "retention": (_MARGIN, _DISCOUNT, _SATISFACTION),
    "quality": (_CYCLE,),
    "speed": (_DEFECTS, _DISCOUNT),
    "cost": (_CYCLE, _DEFECTS, _SATISFACTION),
    "reliability": (_CYCLE,),
    "": (_SATISFACTION,),
}


PUSHING: frozenset[Family] = frozenset(
    {"acquisition", "activation", "engagement", "monetization", "speed", "cost"}
)
"""Families whose levers need a guardrail: growth, volume, speed and cost."""


def pairs(family: Family) -> tuple[Pair, ...]:
    """What must usually not get worse when a lever of this family is pushed, most telling first."""
    return PAIRS.get(family, PAIRS[""])


def paired(lever: Kpi, guardrails: tuple[Guardrail, ...]) -> Guardrail | None:
    """The guardrail that watches over `lever`: one set for it, else one of its family, else one set for everything.

    Where several fit, the most telling pair wins, and one with a limit before one without.
    """
    fitting = [g for g in guardrails if (not g.levers or lever.id in g.levers) and g.kpi != lever.id]

    def order(guardrail: Guardrail) -> tuple[bool, int, bool]:
        place = next((i for i, pair in enumerate(pairs(lever.family)) if _named(pair, guardrail.name)), 99)
        return lever.id not in guardrail.levers, place, guardrail.threshold is None

    return min(fitting, key=order, default=None)


def proposed(lever: Kpi, kpis: Kpis, id_: str) -> Guardrail:
    """A guardrail for a lever that has none: a KPI of the tree where one is known, else a name; never a limit."""
    below = set(subtree(kpis, lever.id))
    for pair in pairs(lever.family):
        found = next(
            (k for k in kpis.values() if k.id not in below and k.parent and _named(pair, k.name)), None
        )
        if found is not None:
            return Guardrail(
                id=id_,
                name=found.name,
                comparator=pair.comparator,
                unit=found.unit,
                current=found.baseline,
                sigma=found.sigma,
                owner=found.owner,
                source=found.source,
                kpi=found.id,
                levers=(lever.id,),
            )
    first = pairs(lever.family)[0]
    return Guardrail(id=id_, name=first.name, comparator=first.comparator, levers=(lever.id,))


def _named(pair: Pair, name: str) -> bool:
    return re.search(pair.words, name, re.IGNORECASE) is not None
