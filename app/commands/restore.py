"""`levertree restore`: every workshop as it was in a backup.

The database that was there is kept beside the restored one. The restored database gets a new epoch, so that phones which
were connected before offer again what they sent after the backup (LIVE-1, LIVE-4).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import time
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Put the workshops of the backup FILE in place of the present ones (the server must be stopped)."""
    from app.commands import _settings
    from app.storage import StorageDown, StoreBusy, sqlite_path
    from app.storage.lock import FileLock

    settings = _settings.read()
    path = sqlite_path(settings.database_url, settings.data_dir)
    if path is None:
        raise click.ClickException("The workshops are in PostgreSQL: use pg_restore.")
    try:
        lock = FileLock(path.with_name(path.name + ".lock"))
    except StoreBusy as busy:
        raise click.ClickException(str(busy)) from None
    try:
        kept = _replace(path, file)
    except (OSError, sqlite3.Error, StorageDown) as error:
        raise click.ClickException(f"Nothing was changed: {file} cannot be restored ({error}).") from None
    finally:
        lock.release()
    click.echo(
        f"Restored the workshops of {file}."
        + (f" The ones that were here are kept in {kept}." if kept else "")
    )


def _replace(path: Path, backup: Path) -> Path | None:
    """Puts a copy of `backup` at `path`; returns where the former database went, if there was one."""
    from app.commands.backup import finish
    from app.storage.sqlite_connection import open_connection

    half = path.with_name(path.name + ".restored")
    try:
        shutil.copyfile(backup, half)
        with contextlib.closing(open_connection(half)) as database:
            epoch = secrets.token_hex(8)
            if not database.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (epoch,)).rowcount:
                raise sqlite3.DatabaseError("it is no Levertree database")
            finish(database)
        with half.open("rb+") as written:
            os.fsync(written.fileno())
        kept = _keep(path)
        half.replace(path)
    finally:
        for rest in ("", "-wal", "-shm"):
            half.with_name(half.name + rest).unlink(missing_ok=True)
    return kept


def _keep(path: Path) -> Path | None:
    """Copies the present database, with what its write-ahead log still holds, out of the way."""
    from app.commands.backup import copy

    if not path.exists():
        return None
    kept = path.with_name(time.strftime(f"{path.stem}-before-restore-%Y%m%d-%H%M%S{path.suffix}"))
    copy(path, kept)
    for companion in ("-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)
    return kept
