"""The database's schema, step by step (Alembic), applied by the program itself when it opens a database.

There is no separate migrate command to forget: opening an older database upgrades it, and opening one that a newer
Levertree wrote is refused, because this version could not keep its promises on tables it does not know.

To change the tables: change `tables.py`, copy the newest file in `versions/` under the next number, write the step with
`op.` calls that work on both engines (`batch_alter_table` where SQLite cannot alter), and raise `HEAD`. The tests then
compare what the migrations build with `tables.py`, and upgrade the frozen database of the first schema.
"""

from pathlib import Path

from sqlalchemy import Connection

HEAD = "0001"
"""The newest revision; a test compares it with the scripts. Known here so that an up-to-date database opens without
loading Alembic."""


FOLDER = Path(__file__).parent


class TooNew(Exception):  # noqa: N818 - the name says it
    """The database was written by a newer Levertree."""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the database behind the connection to a revision. Raises `TooNew`."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as problem:
        if "Can't locate revision" not in str(problem):
            raise
        raise TooNew(
            "This database was written by a newer version of Levertree. Start that version, or restore a backup "
            "made with this one."
        ) from problem
