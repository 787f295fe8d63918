"""How many appends a second storage takes, how long each waits, and how fast a long workshop opens.

    python -m benchmarks.storage [--writers 20] [--seconds 3] [--postgresql URL]

Each writer appends one event with its answer to a workshop of its own and waits for the commit, as a room does for every
contribution. Figures are printed with the settings that they hold for. Without --postgresql only SQLite is measured.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from app.storage import Answer, NewEvent, Store, open_store
from app.storage.sqlite_connection import PRAGMAS

EVENT = NewEvent(1, "p1", b'{"type":"CardAdded","text":"' + b"x" * 200 + b'"}')
LONG = 50_000


async def write(store: Store, name: str, until: float, waits: list[float]) -> None:
    workshop_id = await store.create_workshop(code=name, title="", events=[])
    client = await store.new_client(workshop_id, "p1")
    head = 0
    while (began := time.perf_counter()) < until:
        head = await store.append(workshop_id, head, [EVENT], [Answer(client, head + 1, head + 1, None)])
        waits.append(time.perf_counter() - began)


async def measure(store: Store, name: str, writers: int, seconds: float) -> None:
    groups: list[int] = []
    store.on_append = lambda _, group: groups.append(group)
    waits: list[float] = []
    stamp = f"{os.getpid()}-{time.time_ns()}"
    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(write(store, f"{stamp}-{n}", began + seconds, waits) for n in range(writers)))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    hundredths = statistics.quantiles(waits, n=100)
    print(
        f"{name:11} {writers:3} writers  {len(waits) / took:8.0f} appends/s  p50 {hundredths[49] * 1000:5.2f} ms  "
        f"p99 {hundredths[98] * 1000:6.2f} ms  {statistics.mean(groups):5.1f} appends per commit  "
        f"{cpu / len(waits) * 1e6:4.0f} µs of CPU each"
    )


async def open_long(store: Store, name: str) -> None:
    workshop_id = await store.create_workshop(code=f"long-{time.time_ns()}", title="", events=[])
    for head in range(0, LONG, 1000):
        await store.append(workshop_id, head, [EVENT] * 1000)
    await store.save_snapshot(workshop_id, LONG - 500, bytes(500_000))
    began = time.perf_counter()
    await store.read(workshop_id, 0)
    whole = time.perf_counter() - began
    began = time.perf_counter()
    snapshot = await store.latest_snapshot(workshop_id)
    assert snapshot is not None
    assert len(await store.read(workshop_id, snapshot.seq)) == 500
    print(
        f"{name:11} a workshop of {LONG:,} events: {whole * 1000:.0f} ms to read whole, "
        f"{(time.perf_counter() - began) * 1000:.0f} ms from its snapshot (0.5 MB) and the 500 events after it"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description="Measure storage.")
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database that may be filled")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="levertree-bench-") as folder:
        print(f"SQLite in {folder}: " + ", ".join(f"{name}={value}" for name, value in PRAGMAS.items()))
        stores = {"SQLite": await open_store(None, Path(folder))}
        if arguments.postgresql:
            stores["PostgreSQL"] = await open_store(arguments.postgresql, Path(folder))
        for name, store in stores.items():
            for writers in (1, arguments.writers):
                await measure(store, name, writers, arguments.seconds)
            await open_long(store, name)
            await store.close()


if __name__ == "__main__":
    asyncio.run(main())
