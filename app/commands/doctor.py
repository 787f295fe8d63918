"""`levertree doctor`: looks at what a workshop will need, before the people are in the room."""

from __future__ import annotations

import asyncio
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.settings import Settings

APP = Path(__file__).resolve().parent.parent
NEEDED = ("static/vendor/htmx.min.js", "fonts/FiraGO-Regular.ttf", "fonts/NotoEmoji-Regular.ttf")


class Trouble(Exception):  # noqa: N818 - an ordinary finding, not an error
    """What is wrong, and what to do, in one sentence."""


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
    yield "Fetched files", _files
    yield "Data folder", lambda: _data_folder(settings)
    yield "Database", lambda: _database(settings)
    yield "Port", lambda: _port(settings)
    yield "Phones", lambda: _phones(settings)


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
    except StoreBusy as busy:
        return f"in use by a running server ({busy})"
    except (StorageDown, ValueError) as error:
        raise Trouble(str(error)) from None
    return f"{'PostgreSQL' if settings.uses_postgresql else 'SQLite'} with {workshops} workshops"


def _port(settings: Settings) -> str:
    from app.commands import _network

    try:
        _network.listen(settings.host, settings.port).close()
    except _network.AddressError as error:
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
