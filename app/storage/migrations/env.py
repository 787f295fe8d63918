"""What Alembic runs to reach the database: the connection that `migrations.upgrade` hands over, with its transaction, so
that a migration that fails half way leaves the old schema."""

from alembic import context
from sqlmodel import SQLModel

from app.storage import tables  # noqa: F401 - defines the tables that autogenerate compares with

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
