"""`levertree facilitator-link CODE`: a new link for a facilitator who lost theirs, also while the server runs.

An SQLite file belongs to the one process that serves it, but a link is a row that the server reads anew each time somebody
comes with one; so adding it beside the running server is safe, and it works at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.settings import Settings


@click.command()
@click.argument("code")
@click.option("--revoke", is_flag=True, help="Make the facilitator links given out before invalid.")
def command(code: str, revoke: bool) -> None:
    """Print a new facilitator link for the workshop with join code CODE."""
    from app.commands import _settings
    from app.storage import StorageDown
    from app.web.address import Addresses
    from app.web.security import hashed, new_token, tidy_code

    settings = _settings.read()
    wanted, token = tidy_code(code), new_token()
    try:
        if settings.uses_postgresql:
            found = asyncio.run(_in_postgresql(settings, wanted, hashed(token), revoke))
        else:
            found = _in_sqlite(settings, wanted, hashed(token), revoke)
    except (StorageDown, sqlite3.Error) as error:
        raise click.ClickException(str(error)) from None
    if not found:
        raise click.ClickException(
            f"No workshop has the code {code}: look at the wall or the console for it."
        )
    click.echo(f"{Addresses(settings).base}/f/{wanted}/{token}")


async def _in_postgresql(settings: Settings, code: str, token_hash: str, revoke: bool) -> bool:
    from app.storage import open_store

    store = await open_store(settings.database_url, settings.data_dir)
    try:
        workshop = await store.workshop_by_code(code)
        if workshop is None:
            return False
        if revoke:
            await store.revoke_all(workshop.id, "facilitator")
        await store.add_capability(workshop.id, "facilitator", token_hash)
        return True
    finally:
        await store.close()


def _in_sqlite(settings: Settings, code: str, token_hash: str, revoke: bool) -> bool:
    from app.commands import _settings
    from app.storage.people import now_ms
    from app.storage.sqlite_connection import open_connection
    from app.storage.statements import compiled_for

    statements = compiled_for("sqlite")
    path = _settings.sqlite_file(settings, "PostgreSQL")

    with contextlib.closing(open_connection(path)) as database:

        def run(name: str, **given: object) -> list[tuple[str, ...]]:
            return database.execute(statements[name].sql, statements[name].values(given)).fetchall()

        database.execute("BEGIN IMMEDIATE")
        workshops = run("workshop_by_code", code=code)
        if not workshops:
            return False
        workshop, now = workshops[0][0], now_ms()
        if revoke:
            run("revoke_all", of_workshop=workshop, of_kind="facilitator", now=now)
        run(
            "add_capability",
            token_hash=token_hash,
            workshop_id=workshop,
            kind="facilitator",
            created_at=now,
            expires_at=None,
            revoked_at=None,
        )
        database.execute("COMMIT")
    return True
