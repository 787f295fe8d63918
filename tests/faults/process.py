"""A server in a process of its own, to be killed, frozen, starved of disk, and started again on the same port."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`levertree serve`, one worker. `altered` names what is made wrong on purpose (tests/faults/altered.py). `pids` are all that
    were started."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    core: int | None = None
    altered: str = ""
    port: int = field(default_factory=free_port)
    pids: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, within: float = 40.0) -> None:
        """Start; returns when it answers."""
        assert self.process is None
        environment = {key: value for key, value in os.environ.items() if "DATABASE_URL" not in key}
        environment |= {
            "LEVERTREE_DATA_DIR": str(self.folder),
            "LEVERTREE_LOG_LEVEL": "warning",
            "LEVERTREE_WARM_PRESS": "false",
            **self.settings,
        }
        with (self.folder / f"server-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - starting a process takes a moment, and nothing else runs
                [
                    sys.executable,
                    "-m",
                    *(["tests.faults.altered", self.altered] if self.altered else ["app.cli"]),
                    *("serve", "--host", "127.0.0.1", "--port", str(self.port)),
                ],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pids.append(self.process.pid)
        if self.core is not None:
            psutil.Process(self.process.pid).cpu_affinity([self.core])
        until = time.monotonic() + within
        async with httpx.AsyncClient(trust_env=False, timeout=2) as browser:
            while time.monotonic() < until:
                assert self.process.poll() is None, self.log()
                try:
                    if (await browser.get(f"{self.base}/healthz")).status_code == 200:
                        return
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.log()}")

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """SIGKILL: nothing is finished. SIGTERM: as a deploy."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGCONT)
            os.killpg(process.pid, how)
        await asyncio.to_thread(process.wait, 20)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, and nothing answers."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGCONT)

    def fill_disk(self) -> None:
        """From now on no file grows: each write that would make one larger fails, as on a full disk."""
        assert self.process is not None
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def free_disk(self) -> None:
        """There is space again."""
        assert self.process is not None
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, unlimited)

    def memory(self) -> int:
        """Bytes of resident memory."""
        assert self.process is not None
        return int(psutil.Process(self.process.pid).memory_info().rss)

    def cpu_seconds(self) -> float:
        """Seconds of processor time used so far."""
        assert self.process is not None
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    async def counted(self, name: str) -> float:
        """The sum of one of the numbers on /metrics."""
        async with httpx.AsyncClient(trust_env=False, timeout=10) as browser:
            lines = (await browser.get(f"{self.base}/metrics")).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def log(self) -> str:
        """The end of what it wrote."""
        path = self.folder / f"server-{self.port}.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""
