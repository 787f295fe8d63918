"""What an operator may watch (`/metrics`): numbers only, never a name, a code or a text.

Each process counts for itself; with several workers a scrape sees the one that answered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

registry = CollectorRegistry()


class Spread(Collector):
    """A histogram that one thread alone writes to: it needs no lock, and three of them take note of every action."""

    def __init__(
        self, name: str, about: str, buckets: Sequence[float], within: CollectorRegistry = registry
    ) -> None:
        self._name, self._about = name, about
        self._edges = tuple(buckets)
        self._counts = [0] * (len(self._edges) + 1)
        self._sum = 0.0
        within.register(self)

    def observe(self, value: float) -> None:
        """One more."""
        self._counts[bisect_left(self._edges, value)] += 1
        self._sum += value

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """What `collect` will give."""
        return [HistogramMetricFamily(self._name, self._about)]

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """So many were not above each edge."""
        edges = [*(str(float(edge)) for edge in self._edges), "+Inf"]
        buckets = list(zip(edges, accumulate(self._counts), strict=True))
        return [HistogramMetricFamily(self._name, self._about, buckets=buckets, sum_value=self._sum)]


_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

rooms = Gauge("levertree_rooms", "Workshops that are open in this process.", registry=registry)
connections = Gauge("levertree_connections", "Screens that are connected.", ["screen"], registry=registry)
queue = Gauge("levertree_queue", "Items that wait in the rooms' queues.", registry=registry)
append_seconds = Spread(
    "levertree_append_seconds",
    "From handing a batch to the store to its commit.",
    buckets=_FAST,
)
broadcast_seconds = Spread(
    "levertree_broadcast_seconds",
    "From the commit to the last frame handed to a socket.",
    buckets=_FAST,
)
batch_size = Spread(
    "levertree_batch_commands",
    "Commands that shared an append.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200),
)
answers = Counter(
    "levertree_answers_total", "What commands were answered with.", ["answer"], registry=registry
)
answered = {kind: answers.labels(kind) for kind in ("accepted", "refused", "later", "gap")}
"""The same by answer, looked up once."""
arrivals = Counter("levertree_arrivals_total", "Screens that said hello.", ["mode"], registry=registry)
evictions = Counter(
    "levertree_evictions_total", "Screens cut off because they took nothing any more.", registry=registry
)
room_failures = Counter("levertree_room_failures_total", "Rooms closed by a mistake.", registry=registry)
command_failures = Counter(
    "levertree_command_failures_total", "Commands that met a mistake in the rules.", registry=registry
)
storage_failures = Counter(
    "levertree_storage_failures_total", "Batches that could not be stored.", registry=registry
)


def page() -> bytes:
    """Everything as Prometheus reads it."""
    return generate_latest(registry)
