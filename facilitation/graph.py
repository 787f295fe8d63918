"""Who is calculated from whom: formula references and influence links as one graph over the tree.

Every KPI has one display parent, but a formula may also use KPIs from elsewhere (ARPU feeds two branches), so values flow
through an acyclic graph. Nothing here recurses: a broken board of any shape comes back with its cycles named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from facilitation.formula import refs
from facilitation.kpi_tree import Kpi, Kpis

Sources = Mapping[str, Sequence[str]]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`order`: every id, sources before what is calculated from them; members of cycles come last, by id.

    `cycles`: each as a full path that ends where it began (`a → b → a`).
    """

    order: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...] = ()


def sources_of(kpi: Kpi) -> tuple[str, ...]:
    """The ids this KPI is calculated from: those in its formula, then those that influence it."""
    used = refs(kpi.formula)
    if not kpi.influences:
        return used
    return tuple(dict.fromkeys((*used, *(link.child for link in kpi.influences))))


def all_sources(kpis: Kpis) -> dict[str, tuple[str, ...]]:
    """`sources_of` for every KPI, without ids that are not on the board."""
    return {key: tuple(source for source in sources_of(kpi) if source in kpis) for key, kpi in kpis.items()}


def in_order(sources: Sources) -> Order:
    """Topological order (Kahn), independent of the order of the mapping; O(nodes log nodes + links)."""
    waiting = {key: len(needed) for key, needed in sources.items()}
    feeds: dict[str, list[str]] = {key: [] for key in sources}
    for key, needed in sources.items():
        for source in needed:
            feeds[source].append(key)
    ready = sorted((key for key, count in waiting.items() if count == 0), reverse=True)
    order: list[str] = []
    while ready:
        key = ready.pop()
        order.append(key)
        for fed in sorted(feeds[key], reverse=True):
            waiting[fed] -= 1
            if waiting[fed] == 0:
                ready.append(fed)
    if len(order) == len(sources):
        return Order(order=tuple(order))
    left = sorted(set(sources) - set(order))
    return Order(order=(*order, *left), cycles=tuple(_cycles(sources, left)))


def _cycles(sources: Sources, left: list[str]) -> list[tuple[str, ...]]:
    """One full path per separate cycle among the ids that could not be ordered."""
    remaining = set(left)
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in left:
        path: list[str] = []
        place: dict[str, int] = {}
        current: str | None = start
        while current is not None and current not in done:
            if current in place:
                cycle = path[place[current] :]
                first = cycle.index(min(cycle))
                ordered = cycle[first:] + cycle[:first]
                found.append((*ordered, ordered[0]))
                break
            place[current] = len(path)
            path.append(current)
            current = next((s for s in sources[current] if s in remaining and s not in done), None)
        done.update(path)
    return found


def would_cycle(kpis: Kpis, kpi: str, used: Sequence[str]) -> tuple[str, ...]:
    """The full path if calculating `kpi` from `used` closed a circle, else empty: for refusing an edit beforehand."""
    stack: list[tuple[str, tuple[str, ...]]] = [(source, (kpi,)) for source in used]
    seen: set[str] = set()
    while stack:
        current, path = stack.pop()
        if current == kpi:
            return (*path, kpi)
        if current in seen or current not in kpis:
            continue
        seen.add(current)
        stack.extend((source, (*path, current)) for source in sources_of(kpis[current]))
    return ()
