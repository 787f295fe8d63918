"""`levertree export CODE FILE`: a whole workshop as one file, to move it or to keep it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path))
def command(code: str, file: Path) -> None:
    """Save the workshop with join code CODE into FILE, without its secrets; `levertree import` continues it."""
    from app import archive
    from app.commands import _beside, _settings
    from app.storage.api import Recorded
    from app.storage.codec import Codec
    from app.storage.people import PeopleAndAccess, now_ms
    from app.web.security import tidy_code
    from facilitation.workshop import event_type

    if file.exists():
        raise click.ClickException(
            f"{file} exists already: choose another name, so that nothing is overwritten."
        )

    async def look(store: PeopleAndAccess) -> tuple[list[Recorded], dict[str, str]] | None:
        found = await store.workshop_by_code(tidy_code(code))
        return None if found is None else (await store.read(found.id, 0), await store.names(found.id))

    workshop = _beside.run(_settings.read(), look)
    if workshop is None:
        raise _beside.no_such(code)
    data = archive.write(*workshop, Codec(event_type()), now_ms())
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    click.echo(f"Saved {len(workshop[0])} events to {file} ({len(data) / 1e3:.0f} kB).")
