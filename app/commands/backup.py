"""`levertree backup`: one file that holds every workshop, taken while the server runs."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def command(file: Path | None) -> None:
    """Copy every workshop into FILE (levertree-DATE.db, or .jsonl from PostgreSQL), also while the server runs."""
    from app.commands import _settings
    from app.storage import StorageDown
    from app.storage.backup import back_up, suggested_name

    settings = _settings.read()
    if not settings.uses_postgresql:
        _settings.sqlite_file(settings, "PostgreSQL")  # says so when there is no database yet
    target = file or Path(suggested_name(settings.database_url, settings.data_dir))
    try:
        amount = asyncio.run(back_up(settings.database_url, settings.data_dir, target))
    except FileExistsError:
        raise click.ClickException(
            f"{target} exists already: choose another name, so that no backup is overwritten."
        ) from None
    except (OSError, sqlite3.Error, StorageDown) as error:
        raise click.ClickException(f"The backup could not be written to {target}: {error}.") from None
    size = target.stat().st_size / 1e6
    click.echo(f"Saved {amount.workshops} workshops with {amount.events} events to {target} ({size:.1f} MB).")
