"""`levertree backup`: one file that holds every workshop, taken while the server runs."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def command(file: Path | None) -> None:
    """Copy every workshop into FILE (levertree-DATE.db), also while the server runs."""
    from app.commands import _settings
    from app.storage import StorageDown

    source = _settings.sqlite_file(_settings.read(), "pg_dump")
    target = file or Path(time.strftime("levertree-%Y%m%d-%H%M%S.db"))
    if target.exists():
        raise click.ClickException(
            f"{target} exists already: choose another name, so that no backup is overwritten."
        )
    half = target.with_name(target.name + ".part")
    try:
        copy(source, half)
        half.replace(target)
    except (OSError, sqlite3.Error, StorageDown) as error:
        half.unlink(missing_ok=True)
        raise click.ClickException(f"The backup could not be written to {target}: {error}.") from None
    click.echo(f"Saved every workshop to {target} ({target.stat().st_size / 1e6:.1f} MB).")


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use: one file, checked, and on the disk when this returns.

    Raises OSError, sqlite3.Error or StorageDown, also when the copy turns out damaged.
    """
    from app.storage.sqlite_connection import open_connection

    with (
        contextlib.closing(open_connection(source)) as old,
        contextlib.closing(open_connection(target, create=True)) as new,
    ):
        old.backup(new)
        finish(new)
    with target.open("rb+") as written:
        os.fsync(written.fileno())


def finish(database: sqlite3.Connection) -> None:
    """Checks a database and leaves it as one file, without a write-ahead log beside it; raises sqlite3.Error."""
    (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"it is damaged: {verdict}")
    database.execute("PRAGMA journal_mode = delete")
