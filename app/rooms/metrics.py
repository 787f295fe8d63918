"""What an operator may watch (`/metrics`): numbers only, never a name, a code or a text.

Each process counts for itself; with several workers a scrape sees the one that answered.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

rooms = Gauge("levertree_rooms", "Workshops that are open in this process.", registry=registry)
connections = Gauge("levertree_connections", "Screens that are connected.", ["screen"], registry=registry)
queue = Gauge("levertree_queue", "Items that wait in the rooms' queues.", registry=registry)
append_seconds = Histogram(
    "levertree_append_seconds",
    "From handing a batch to the store to its commit.",
    buckets=_FAST,
    registry=registry,
)
broadcast_seconds = Histogram(
    "levertree_broadcast_seconds",
    "From the commit to the last frame handed to a socket.",
    buckets=_FAST,
    registry=registry,
)
batch_size = Histogram(
    "levertree_batch_commands",
    "Commands that shared an append.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200),
    registry=registry,
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
