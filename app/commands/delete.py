"""`levertree delete CODE`: a workshop goes for good, with its board, names and links."""

from __future__ import annotations

import click


@click.command()
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(code: str, yes: bool) -> None:
    """Delete the workshop with join code CODE and everything in it, also while the server runs."""
    from app.commands import _beside, _settings
    from app.storage.api import WorkshopRow
    from app.storage.people import PeopleAndAccess
    from app.web.security import tidy_code

    settings = _settings.read()

    async def look(store: PeopleAndAccess) -> WorkshopRow | None:
        return await store.workshop_by_code(tidy_code(code))

    found = _beside.run(settings, look)
    if found is None:
        raise _beside.no_such(code)
    if not yes:
        click.echo(
            f"“{found.title}”, {found.seq} events. Nothing can bring it back but a backup or an export."
        )
        if (
            tidy_code(click.prompt("Type its code to delete it", default="", show_default=False))
            != found.code
        ):
            raise click.ClickException("Nothing was deleted: that was not its code.")

    async def delete(store: PeopleAndAccess) -> None:
        await store.delete_workshop(found.id)

    _beside.run(settings, delete)
    click.echo(f"Deleted “{found.title}”.")
