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
    except (OSError, sqlite3.Error) as error:
        half.unlink(missing_ok=True)
        raise click.ClickException(f"The backup could not be written to {target}: {error}.") from None
    click.echo(f"Saved every workshop to {target} ({target.stat().st_size / 1e6:.1f} MB).")


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, checked and on the disk when this returns.

    Raises OSError or sqlite3.Error, also when the copy turns out damaged.
    """
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = delete")  # one file, without a write-ahead log beside it
        (verdict,) = new.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged ({verdict})")
    with target.open("rb+") as written:
        os.fsync(written.fileno())
