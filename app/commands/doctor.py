"""`levertree doctor`: looks at what a workshop will need, before the people are in the room."""

from __future__ import annotations

import asyncio
import contextlib
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands import _reach
from app.commands._reach import Trouble

if TYPE_CHECKING:
    from app.settings import Settings

APP = Path(__file__).resolve().parent.parent
LEAST_FREE = 0.5
"""Gigabytes."""
NEEDED = ("static/vendor/htmx.min.js", "fonts/FiraGO-Regular.ttf", "fonts/NotoEmoji-Regular.ttf")


@click.command()
def command() -> None:
    """Check this machine and its settings; each line says what is well or what to do."""
    from app.commands import _settings

    settings = _settings.read()
    troubles = 0
    for name, check in checks(settings):
        try:
            click.echo(f"  ok   {name}: {check()}")
        except Trouble as trouble:
            troubles += 1
            click.echo(f"  !!   {name}: {trouble}")
    if troubles:
        raise click.ClickException(
            f"{troubles} of the points above need{'s' if troubles == 1 else ''} attention."
        )


def checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    """Each check's name, and the function that answers how it is or raises Trouble."""
    yield "Python", _python
    yield "Clock", _clock
    yield "Fetched files", _files
    yield "Fonts", lambda: _reach.fonts(settings)
    yield "Data folder", lambda: _data_folder(settings)
    yield "Disk", lambda: _disk(settings)
    yield "Database", lambda: _database(settings)
    yield "Port", lambda: _port(settings)
    yield "Phones", lambda: _phones(settings)
    yield "Proxy", lambda: _reach.proxy(settings)
    yield "Live connection", lambda: _reach.live_connection(settings)


def _python() -> str:
    return f"{platform.python_version()} on {sys.platform}"


def _files() -> str:
    missing = [name for name in NEEDED if not (APP / name).is_file()]
    if missing:
        raise Trouble(f"{', '.join(missing)} missing: run make run once, or install the wheel again.")
    return "front-end files and fonts are in place"


def _data_folder(settings: Settings) -> str:
    from app.commands import _settings

    refused = _settings.why_not_writable(settings.data_dir)
    if refused:
        raise Trouble(
            f"{settings.data_dir.absolute()} cannot be written to ({refused}): set LEVERTREE_DATA_DIR."
        )
    return str(settings.data_dir.absolute())


def _clock() -> str:
    now = datetime.now(UTC)
    newest = max(file.stat().st_mtime for file in APP.glob("*.py"))
    if now.timestamp() < newest - 3600:
        raise Trouble(
            f"the clock says {now:%d %b %Y %H:%M} UTC, before this program was written: set it right."
        )
    return f"{now:%d %b %Y %H:%M} UTC; phones measure their own offset from it"


def _disk(settings: Settings) -> str:
    folder = settings.data_dir if settings.data_dir.exists() else Path.cwd()
    free = shutil.disk_usage(folder).free / 1e9
    if free < LEAST_FREE:
        raise Trouble(
            f"only {free:.2f} GB are free at {folder.absolute()}: make room, or set LEVERTREE_DATA_DIR."
        )
    return f"{free:.1f} GB free; a workshop takes a few megabytes"


def _database(settings: Settings) -> str:
    from app.storage import StorageDown, StoreBusy, open_store

    async def count() -> int:
        store = await open_store(settings.database_url, settings.data_dir)
        try:
            return len(await store.workshops())
        finally:
            await store.close()

    try:
        workshops = asyncio.run(count())
    except StoreBusy:
        return "in use by a running server, as it should be"
    except (StorageDown, ValueError) as error:
        raise Trouble(str(error)) from None
    whole = "" if settings.uses_postgresql else f", {_whole(settings)}"
    return f"{'PostgreSQL' if settings.uses_postgresql else 'SQLite'} with {workshops} workshops{whole}"


def _whole(settings: Settings) -> str:
    import sqlite3

    from app.storage import sqlite_path
    from app.storage.sqlite_connection import open_connection

    path = sqlite_path(settings.database_url, settings.data_dir)
    assert path is not None
    try:
        with contextlib.closing(open_connection(path)) as connection:
            told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise Trouble(
            f"{path} cannot be checked ({error}): restore a backup with levertree restore."
        ) from None
    if told != "ok":
        raise Trouble(f"{path} is damaged ({told}): restore a backup with levertree restore.")
    return "undamaged"


def _port(settings: Settings) -> str:
    from app.commands import _network

    try:
        _network.listen(settings.host, settings.port).close()
    except _network.AddressError as error:
        if _reach.answers(f"http://127.0.0.1:{settings.port}"):
            return f"{settings.port}, where a Levertree answers already"
        raise Trouble(str(error)) from None
    return f"{settings.port} is free"


def _phones(settings: Settings) -> str:
    from app.commands import _network

    if settings.public_url:
        return f"QR codes carry {settings.public_url}"
    address = _network.address_for_phones(settings.host)
    if address is None:
        raise Trouble(
            "no address that phones could reach: connect to the room's network, or set LEVERTREE_PUBLIC_URL."
        )
    return f"QR codes carry http://{address}:{settings.port}; phones must be in the same network"
