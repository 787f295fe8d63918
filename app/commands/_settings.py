"""The settings for a command: the environment, with the command's own options on top."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from app.settings import Settings


def read(**options: Any) -> Settings:
    """The settings; `options` that are not None win, and stay in the environment, where worker processes read them.

    Raises click.ClickException with one sentence for each setting that makes no sense.
    """
    from pydantic import ValidationError

    from app.settings import Settings, explain

    for name, value in options.items():
        if value is not None:
            os.environ[f"LEVERTREE_{name.upper()}"] = str(value)
    try:
        return Settings()
    except ValidationError as error:
        raise click.ClickException(explain(error)) from None


def why_not_writable(folder: Path) -> str | None:
    """What the system says against writing into `folder` (made if it is missing), or None."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)


def sqlite_file(settings: Settings, instead: str) -> Path:
    """The embedded database's file; raises click.ClickException naming what to use `instead` with PostgreSQL."""
    from app.storage import sqlite_path

    path = sqlite_path(settings.database_url, settings.data_dir)
    if path is None:
        raise click.ClickException(f"The workshops are in PostgreSQL: use {instead}.")
    if not path.exists():
        raise click.ClickException(
            f"There is no database at {path.absolute()} yet: start levertree serve once."
        )
    return path
