"""The worked examples of the method (section 10), in its order."""

from __future__ import annotations

from tests.facilitation.golden.accounts import enterprise, pricing
from tests.facilitation.golden.services import content, engineering, people, services, support
from tests.facilitation.golden.shops import checkout, ecommerce, retail
from tests.facilitation.golden.subscriptions import b2b, plg

CASES = (
    b2b,
    plg,
    ecommerce,
    enterprise,
    engineering,
    pricing,
    retail,
    checkout,
    content,
    people,
    services,
    support,
)
