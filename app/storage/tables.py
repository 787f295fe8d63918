"""The tables, defined once for both engines.

Migrations are written from these definitions (a test compares them with what the migrations build), and
`statements.py` builds the queries from them. The log's primary key is (workshop, seq): the counter of order is the
workshop's own row, because a table-wide serial number has gaps in commit order and would let a reader miss events.
"""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class MetaTable(SQLModel, table=True):
    """Facts about the database itself: `epoch`."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(sa_type=Text)


class WorkshopTable(SQLModel, table=True):
    """A workshop; `seq` is the head of its log."""

    __tablename__ = "workshop"
    id: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(unique=True, sa_type=Text)
    title: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class EventTable(SQLModel, table=True):
    """The log. `author` is a person's id, or empty for the server; `type` repeats the tag inside `data`."""

    __tablename__ = "event"
    __table_args__ = ({"sqlite_with_rowid": False},)
    workshop_id: str = Field(primary_key=True, foreign_key="workshop.id", ondelete="CASCADE", sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: int = Field(sa_type=BigInteger)
    author: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    data: bytes = Field(sa_type=LargeBinary)


class ClientTable(SQLModel, table=True):
    """A tab of a phone, bound to a person."""

    __tablename__ = "client"
    id: str = Field(primary_key=True, sa_type=Text)
    workshop_id: str = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True, sa_type=Text)
    person_id: str = Field(sa_type=Text)
    last_cid: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class AnswerTable(SQLModel, table=True):
    """What a client was told: accepted at `seq`, or the refusal. Old rows are pruned."""

    __tablename__ = "answer"
    __table_args__ = ({"sqlite_with_rowid": False},)
    client_id: str = Field(primary_key=True, foreign_key="client.id", ondelete="CASCADE", sa_type=Text)
    cid: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int | None = Field(sa_type=BigInteger)
    refusal: str | None = Field(sa_type=Text)
    stored_at: int = Field(sa_type=BigInteger)


class SnapshotTable(SQLModel, table=True):
    """The latest snapshot of a workshop."""

    __tablename__ = "snapshot"
    workshop_id: str = Field(primary_key=True, foreign_key="workshop.id", ondelete="CASCADE", sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    state: bytes = Field(sa_type=LargeBinary)
    saved_at: int = Field(sa_type=BigInteger)


class PersonTable(SQLModel, table=True):
    """A person's name; null after it was deleted."""

    __tablename__ = "person"
    workshop_id: str = Field(primary_key=True, foreign_key="workshop.id", ondelete="CASCADE", sa_type=Text)
    id: str = Field(primary_key=True, sa_type=Text)
    name: str | None = Field(sa_type=Text)
    joined_at: int = Field(sa_type=BigInteger)


class SeatTable(SQLModel, table=True):
    """Whom a device acts as. Only the hash of the device's cookie is stored."""

    __tablename__ = "seat"
    device_hash: str = Field(primary_key=True, sa_type=Text)
    workshop_id: str = Field(
        primary_key=True, foreign_key="workshop.id", ondelete="CASCADE", index=True, sa_type=Text
    )
    role: str = Field(primary_key=True, sa_type=Text)
    person_id: str = Field(sa_type=Text)
    bound_at: int = Field(sa_type=BigInteger)


class CapabilityTable(SQLModel, table=True):
    """A link that lets its holder do something; only the hash of its token is stored."""

    __tablename__ = "capability"
    token_hash: str = Field(primary_key=True, sa_type=Text)
    workshop_id: str = Field(foreign_key="workshop.id", ondelete="CASCADE", index=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int | None = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(sa_type=BigInteger)


TABLES = tuple(SQLModel.metadata.sorted_tables)
"""Parents before children: the order in which rows can be inserted."""

_named = SQLModel.metadata.tables
META, WORKSHOP, EVENT, CLIENT, ANSWER = (
    _named[name] for name in ("meta", "workshop", "event", "client", "answer")
)
SNAPSHOT, PERSON, SEAT, CAPABILITY = (_named[name] for name in ("snapshot", "person", "seat", "capability"))
