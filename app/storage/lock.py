"""One process per SQLite file: an operating system lock on a file beside it.

The lock is the kernel's, so it ends with its process however that ends; the text in the file only says who holds it.
"""

import os
import socket
import sys
import time
from pathlib import Path

from app.storage.api import StoreBusy


class FileLock:
    """Holds `path` from creation until `release`. Raises `StoreBusy` when another process, or this one, holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(self._file)
        except OSError as problem:
            holder = os.read(self._file, 200).decode("utf-8", "replace").strip() or "another process"
            os.close(self._file)
            self._file = None
            raise StoreBusy(
                f"The workshops in {path.parent} are in use by {holder}. Stop that Levertree first, or start this "
                "one with another data folder."
            ) from problem
        since = time.strftime("%Y-%m-%d %H:%M", time.localtime())
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"process {os.getpid()} on {socket.gethostname()} since {since}\n".encode())

    def release(self) -> None:
        """Let another process have the file. The lock file stays: removing it would race with the next holder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, 1000, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
