"""The numbers that are counted without a lock read as Prometheus' own would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from app.rooms.metrics import Spread

EDGES = (0.001, 0.5, 1.0, 10)


@given(st.lists(st.one_of(st.sampled_from([0.001, 1.0, 10.0]), st.floats(0, 20)), max_size=20))
def test_a_spread_reads_as_a_histogram_does(values: list[float]) -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    spread = Spread("seconds", "How long.", EDGES, ours)
    histogram = Histogram("seconds", "How long.", buckets=EDGES, registry=theirs)
    for value in values:
        spread.observe(value)
        histogram.observe(value)
    lines = [line for line in generate_latest(theirs).splitlines() if b"_created" not in line]
    assert generate_latest(ours).splitlines() == lines
