"""`levertree outcome FILE`: a saved outcome once more, as any of its formats.

The JSON outcome holds everything that was decided. Read back here it becomes paper, tables and calendar again, years later
and without the workshop; `--as json` gives the same file back, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = (
    "pdf",
    "okr-sheet",
    "markdown",
    "xlsx",
    "csv",
    "calendar",
    "tree-svg",
    "json",
    "metric-yaml",
    "peoplebox",
    "jira",
    "notion",
)
"""The names that `app.exports` knows, written out so that `--help` answers at once (a test holds them equal)."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "name", type=click.Choice(FORMATS), default="pdf", show_default=True)
@click.option(
    "--to", type=click.Path(path_type=Path), help="Where it goes; beside FILE under its usual name."
)
@click.option("--us-letter", is_flag=True, help="US Letter instead of A4.")
@click.option(
    "--email",
    "emails",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="An owner's address, for tools that want one.",
)
def command(file: Path, name: str, to: Path | None, us_letter: bool, emails: tuple[str, ...]) -> None:
    """Write the outcome saved in FILE (JSON) again, as paper, table or calendar."""
    from app.exports import FORMATS as KNOWN
    from app.exports import Options
    from app.exports.errors import PrintingError
    from app.exports.outcome_json import UnreadableOutcomeError, load

    addresses = dict(one.partition("=")[::2] for one in emails)
    if wrong := [one for one, address in addresses.items() if not one or "@" not in address]:
        raise click.ClickException(f"Write an address like “Ana Ruiz=ana@example.org”, not “{wrong[0]}”.")
    try:
        outcome = load(file.read_bytes())
    except (UnreadableOutcomeError, OSError) as error:
        raise click.ClickException(f"{file} is no outcome to read. {error}") from None
    wanted = KNOWN[name]
    target = to or file.with_name(wanted.file_name(outcome))
    if target.exists():
        raise click.ClickException(f"{target} exists already: choose another name with --to.")
    try:
        data = wanted.export(outcome, Options(emails=addresses, paper="us-letter" if us_letter else "a4"))
        target.write_bytes(data)
    except PrintingError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror}.") from None
    click.echo(f"Saved {target}")
