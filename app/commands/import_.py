"""`levertree import FILE`: a saved workshop goes on here, under a new code."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Continue the workshop that `levertree export` or the outcome page saved in FILE; prints its facilitator link."""
    from app import archive
    from app.commands import _beside, _settings
    from app.storage.api import CodeTaken
    from app.storage.codec import Codec
    from app.storage.people import PeopleAndAccess
    from app.web.address import Addresses
    from app.web.security import hashed, new_code, new_token
    from facilitation.messages import Event
    from facilitation.workshop import event_type

    codec: Codec[Event] = Codec(event_type())
    try:
        found = archive.read(file.read_bytes(), codec)
    except (archive.UnreadableArchive, OSError) as error:
        raise click.ClickException(f"{file} cannot be continued. {error}") from None
    settings, token = _settings.read(), new_token()

    async def store(into: PeopleAndAccess) -> str:
        while True:
            code = new_code()
            try:
                events = found.events_for(code, codec.encode)
                workshop = await into.create_workshop(code=code, title=found.title, events=events)
            except CodeTaken:
                continue
            for person, name in found.names.items():
                await into.add_person(workshop, person, name)
            await into.add_capability(workshop, "facilitator", hashed(token))
            return code

    code = _beside.run(settings, store)
    if found.left_out:
        click.echo(
            f"Not in the file, because it was not revealed when it was saved: {', '.join(found.left_out)}."
        )
    click.echo(f"“{found.title}” goes on under the code {code[:4]}-{code[4:]}. Its facilitator's link:")
    click.echo(f"{Addresses(settings).base}/f/{code}/{token}")
