"""The press: a process of its own that sets PDFs, so that no document can touch the rooms that are live.

The typesetter is native code. Odd text has made it panic, documents set side by side in threads have crashed it once in
many runs, and it keeps a few hundred megabytes of memory of what it set. Here it may do all that: the server
hands a job through a pipe, one at a time; a press that dies is replaced and the job tried once more; a press that takes
too long is stopped; one that has nothing to do, or has done much, goes home and gives its memory back.

`python -m app.exports` is the press itself: it reads jobs from its standard input until that closes.
"""

from __future__ import annotations

import atexit
import datetime as dt
import os
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from app.exports.errors import PrintingError

PATIENCE = 60.0  # seconds for one document: a hundred times what the largest takes
IDLE = 300.0  # seconds without a job after which the press goes home
MOST = 40  # documents after which it does so too
PRINTED, REFUSED = b"P", b"R"
LENGTH = struct.Struct(">Q")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One document to set: template parts, JSON-shaped data (uncleaned), its date, and the host's font folder."""

    parts: tuple[str, ...]
    data: dict[str, object]
    at: dt.datetime
    folder: str = ""


class Press:
    """A press and its operator. `pdf` may be called from any thread; jobs wait for each other."""

    def __init__(self, command: Sequence[str] = (), *, patience: float = PATIENCE) -> None:
        self._command = tuple(command) or (sys.executable, "-m", "app.exports")
        self._patience = patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def pdf(
        self, parts: tuple[str, ...], data: dict[str, object], at: dt.datetime, folder: Path | None
    ) -> bytes:
        """The PDF that `parts` make of `data`. Raises `PrintingError` with a sentence when none comes."""
        job = msgspec.json.encode(
            Job(parts=parts, data=data, at=at, folder="" if folder is None else str(folder))
        )
        with self._lock:
            for _ in range(2):
                answer = self._ask(job)
                if answer is not None:
                    break
        if answer is None:
            raise PrintingError(
                "The press stopped twice while printing this document. Try again, or take Markdown."
            )
        kind, payload = answer
        if kind == REFUSED:
            raise PrintingError(payload.decode())
        return payload

    def close(self) -> None:
        """Sends the press home. The next job starts a new one."""
        with self._lock:
            self._stop()

    def _ask(self, job: bytes) -> tuple[bytes, bytes] | None:
        """The press's answer, or `None` when it died on the way."""
        process = self._running()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._patience, give_up)
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _send(process.stdin, job)
            kind = process.stdout.read(1)
            return kind, _receive(process.stdout)
        except (OSError, EOFError):
            self._stop()
            if late.is_set():
                raise PrintingError(
                    f"Printing took longer than {self._patience:g} seconds and was stopped. Try again later."
                ) from None
            return None
        finally:
            timer.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._process is None:
            root = str(Path(__file__).resolve().parents[2])
            paths = [root, *filter(None, [os.environ.get("PYTHONPATH", "")])]
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"},
                start_new_session=True,  # Ctrl-C in the server's terminal is for the server
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written to a press that died
                    continue


def _send(pipe: IO[bytes], payload: bytes) -> None:
    pipe.write(LENGTH.pack(len(payload)))
    pipe.write(payload)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """One message. Raises `EOFError` when the other side is gone."""
    (length,) = LENGTH.unpack(_exactly(pipe, LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    """`count` bytes: a pipe hands over what it has, which may be less at a time."""
    pieces = []
    while count:
        piece = pipe.read(count)
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Sets what comes in on `jobs` (unbuffered) until it closes, nothing comes for a while, or enough is done."""
    from app.exports import typesetting  # here, so that the server itself never loads the typesetter

    for _ in range(MOST):
        if (
            os.name == "posix" and not select.select([jobs], [], [], IDLE)[0]
        ):  # elsewhere a pipe cannot be asked
            return
        try:
            job = msgspec.json.decode(_receive(jobs), type=Job)
        except EOFError:
            return
        folder = Path(job.folder) if job.folder else None
        try:
            kind, payload = PRINTED, typesetting.pdf(job.parts, job.data, job.at, folder)
        except PrintingError as error:
            kind, payload = REFUSED, str(error).encode()
        try:
            answers.write(kind)
            _send(answers, payload)
        except BrokenPipeError:  # the server is gone
            return


PRESS = Press()
atexit.register(PRESS.close)
