"""`levertree rehearse`: play a whole workshop with simulated participants, to rehearse or to watch."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--example", "name", default="plg-saas", show_default=True, help="Which worked example to play."
)
@click.option("--participants", default=6, show_default=True, type=click.IntRange(1, 60))
@click.option(
    "--speed",
    default=20.0,
    show_default=True,
    type=click.FloatRange(0.1, 100_000),
    help="Times the guide's pace.",
)
@click.option(
    "--out",
    default=Path("rehearsal"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the files go.",
)
@click.option("--url", default="", help="A running server; without it one is started for the rehearsal.")
@click.option(
    "--host-key",
    default="",
    envvar="LEVERTREE_HOST_KEY",
    help="The host's key, where the server asks for one.",
)
@click.option("--stay", is_flag=True, help="Keep the server running afterwards, so that you can look around.")
def command(
    name: str, participants: int, speed: float, out: Path, url: str, host_key: str, stay: bool
) -> None:
    """Play a worked example through real pages and sockets; the outcome and its PDF end up on disk."""
    import asyncio

    from app.rehearsal.play import Rehearsal, save
    from app.rehearsal.server import own_server
    from facilitation.examples import ExampleError

    async def play(base: str) -> None:
        click.echo(f"The workshop runs at {base}; open its wall from the console, or just watch it here.")
        files = await Rehearsal(base, name, participants, speed, click.echo, host_key).run()
        for file in await asyncio.to_thread(save, files, out):
            click.echo(f"Saved {file}")

    try:
        if url:
            asyncio.run(play(url))
        else:
            with own_server(out) as base:
                asyncio.run(play(base))
                if stay:
                    click.pause(f"The server goes on at {base}. Press a key to stop it.")
    except ExampleError as error:
        raise click.ClickException(str(error)) from None
    except (OSError, TimeoutError) as error:
        raise click.ClickException(
            f"The rehearsal could not go on: {error}. Is the server reachable?"
        ) from None
