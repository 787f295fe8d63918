"""`levertree restore`: every workshop as it was in a backup, from either database into either."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Put the workshops of the backup FILE in place of the present ones (the server must be stopped)."""
    from app.commands import _settings
    from app.storage import StorageDown, StoreBusy
    from app.storage.backup import BadBackup, restore

    settings = _settings.read()
    try:
        restored = asyncio.run(restore(settings.database_url, settings.data_dir, file))
    except StoreBusy as busy:
        raise click.ClickException(str(busy)) from None
    except (BadBackup, OSError, sqlite3.Error, StorageDown) as error:
        raise click.ClickException(f"Nothing was changed: {file} cannot be restored ({error}).") from None
    amount = restored.amount
    click.echo(f"Restored {amount.workshops} workshops with {amount.events} events from {file}.")
    if restored.kept:
        click.echo(f"The ones that were here are kept in {restored.kept}.")
