"""The first schema: workshops with their logs, answers, people, seats, links and snapshots."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _of_workshop(*, primary_key: bool = False, index: bool = False) -> "sa.Column[str]":
    parent = sa.ForeignKey("workshop.id", ondelete="CASCADE")
    return sa.Column("workshop_id", sa.Text(), parent, nullable=False, primary_key=primary_key, index=index)


def upgrade() -> None:
    meta = op.create_table(
        "meta",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.bulk_insert(meta, [{"key": "epoch", "value": secrets.token_hex(8)}])
    op.create_table(
        "workshop",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("code", sa.Text(), nullable=False, unique=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "event",
        _of_workshop(primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "client",
        sa.Column("id", sa.Text(), primary_key=True),
        _of_workshop(index=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("last_cid", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("client_id", sa.Text(), sa.ForeignKey("client.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("cid", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("refusal", sa.Text()),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshot",
        _of_workshop(primary_key=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "person",
        _of_workshop(primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text()),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "seat",
        sa.Column("device_hash", sa.Text(), primary_key=True),
        _of_workshop(primary_key=True, index=True),
        sa.Column("role", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "capability",
        sa.Column("token_hash", sa.Text(), primary_key=True),
        _of_workshop(index=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
    )
