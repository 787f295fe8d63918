"""Every statement that is not the append itself, written once over the tables and compiled once for each engine.

SQLAlchemy checks the columns and knows both dialects; the drivers (`sqlite3`, asyncpg) then run the finished text
without an ORM in between, which is more than ten times faster.
"""

from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BindParameter,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import asyncpg as postgresql
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.dialects.sqlite import pysqlite as sqlite

from app.storage.tables import ANSWER, CAPABILITY, CLIENT, EVENT, META, PERSON, SEAT, SNAPSHOT, WORKSHOP

Engine = Literal["sqlite", "postgresql"]
_DIALECTS: dict[Engine, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]
}


class Compiled(NamedTuple):
    """The text of a statement for one driver, with the order of its parameters and the values fixed in it."""

    sql: str
    names: tuple[str, ...]
    fixed: dict[str, Any]

    def values(self, given: dict[str, Any]) -> tuple[Any, ...]:
        """The parameters in the statement's order."""
        return tuple([given[name] if name in given else self.fixed[name] for name in self.names])


def _row(table: Table) -> dict[str, Any]:
    return {column.name: bindparam(column.name) for column in table.c}


def _newer_snapshot() -> Insert:
    new = upsert(SNAPSHOT).values(_row(SNAPSHOT))
    latest = {name: new.excluded[name] for name in ("seq", "state", "saved_at")}
    return new.on_conflict_do_update(
        index_elements=["workshop_id"], set_=latest, where=new.excluded.seq > snapshot.seq
    )


def _named_person() -> Insert:
    new = upsert(PERSON).values(_row(PERSON))
    return new.on_conflict_do_update(
        index_elements=["workshop_id", "id"], set_={"name": new.excluded["name"]}
    )


def _bound_seat() -> Insert:
    new = upsert(SEAT).values(_row(SEAT))
    latest = {name: new.excluded[name] for name in ("person_id", "bound_at")}
    return new.on_conflict_do_update(index_elements=["device_hash", "workshop_id", "role"], set_=latest)


workshop, event, snapshot, client, answer = WORKSHOP.c, EVENT.c, SNAPSHOT.c, CLIENT.c, ANSWER.c
person, seat, capability = PERSON.c, SEAT.c, CAPABILITY.c
_workshop_row = select(workshop.id, workshop.code, workshop.title, workshop.seq, workshop.created_at)
_seat_row = select(seat.workshop_id, seat.device_hash, seat.person_id, seat.role, seat.bound_at)
_valid_link = select(
    capability.token_hash,
    capability.workshop_id,
    capability.kind,
    capability.created_at,
    capability.expires_at,
).where(
    capability.revoked_at.is_(None),
    or_(capability.expires_at.is_(None), capability.expires_at > bindparam("now")),
)
_of_workshop: BindParameter[str] = bindparam("of_workshop")
_newest_first = workshop.created_at.desc()

STATEMENTS: dict[str, Select[Any] | Insert | Update | Delete] = {
    "epoch": select(META.c.value).where(META.c.key == "epoch"),
    # workshops
    "create_workshop": insert(WORKSHOP).values(_row(WORKSHOP)),
    "workshop": _workshop_row.where(workshop.id == _of_workshop),
    "workshop_by_code": _workshop_row.where(workshop.code == bindparam("code")),
    "workshops": _workshop_row.order_by(_newest_first, workshop.id).limit(bindparam("most")),
    "workshops_of": _workshop_row.where(
        workshop.id.in_(select(seat.workshop_id).where(seat.device_hash == bindparam("device_hash")))
    ).order_by(_newest_first, workshop.id),
    "retitle": update(WORKSHOP).where(workshop.id == _of_workshop).values(title=bindparam("title")),
    "delete_workshop": delete(WORKSHOP).where(workshop.id == _of_workshop),
    # the log
    "create_event": insert(EVENT).values(_row(EVENT)),
    "read": select(event.seq, event.at, event.author, event.type, event.data)
    .where(event.workshop_id == _of_workshop, event.seq > bindparam("after"))
    .order_by(event.seq)
    .limit(bindparam("most")),
    "head": select(workshop.seq).where(workshop.id == _of_workshop),
    "save_snapshot": _newer_snapshot(),
    "latest_snapshot": select(snapshot.seq, snapshot.state, snapshot.saved_at).where(
        snapshot.workshop_id == _of_workshop
    ),
    "drop_snapshot": delete(SNAPSHOT).where(snapshot.workshop_id == _of_workshop),
    # clients and answers
    "new_client": insert(CLIENT).values(_row(CLIENT)),
    "client": select(client.id, client.workshop_id, client.person_id, client.last_cid).where(
        client.id == bindparam("client_id"), client.workshop_id == _of_workshop
    ),
    "answer": select(answer.client_id, answer.cid, answer.seq, answer.refusal)
    .join(CLIENT, client.id == answer.client_id)
    .where(
        answer.client_id == bindparam("client_id"),
        answer.cid == bindparam("cid"),
        client.workshop_id == _of_workshop,
    ),
    # people and access
    "add_person": _named_person(),
    "rename": update(PERSON)
    .where(person.workshop_id == _of_workshop, person.id == bindparam("person_id"))
    .values(name=bindparam("name"))
    .returning(person.id),
    "names": select(person.id, person.name)
    .where(person.workshop_id == _of_workshop, person.name.is_not(None))
    .order_by(person.joined_at, person.id),
    "seat": _seat_row.where(
        seat.device_hash == bindparam("device_hash"),
        seat.workshop_id == _of_workshop,
        seat.role == bindparam("role"),
    ),
    "seats": _seat_row.where(seat.workshop_id == _of_workshop).order_by(seat.bound_at, seat.device_hash),
    "bind_seat": _bound_seat(),
    "unbind": delete(SEAT).where(seat.workshop_id == _of_workshop, seat.person_id == bindparam("person_id")),
    "add_capability": insert(CAPABILITY).values(_row(CAPABILITY)),
    "capability": _valid_link.where(capability.token_hash == bindparam("token_hash")),
    "capabilities": _valid_link.where(
        capability.workshop_id == _of_workshop, capability.kind == bindparam("of_kind")
    ).order_by(capability.created_at.desc(), capability.token_hash),
    "revoke": update(CAPABILITY)
    .where(capability.token_hash == bindparam("hash"), capability.revoked_at.is_(None))
    .values(revoked_at=bindparam("now")),
    "revoke_all": update(CAPABILITY)
    .where(
        capability.workshop_id == _of_workshop,
        capability.kind == bindparam("of_kind"),
        capability.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("now")),
}

_ids = bindparam("ids", type_=Text)
_listed: dict[Engine, Select[Any]] = {
    "sqlite": select(func.json_each(_ids).table_valued("value").c.value),
    "postgresql": select(func.jsonb_array_elements_text(cast(_ids, JSONB))),
}
"""The texts of a list that comes as one JSON text: lists are the one thing for which the engines share no words."""


def compiled_for(engine: Engine) -> dict[str, Compiled]:
    """All statements as texts for one driver, by name."""
    done = {}
    heads = select(workshop.id, workshop.seq).where(workshop.id.in_(_listed[engine]))
    for name, statement in {**STATEMENTS, "heads": heads}.items():
        finished = statement.compile(dialect=_DIALECTS[engine])
        order: list[str] = getattr(finished, "positiontup", None) or []
        done[name] = Compiled(str(finished), tuple(order), dict(finished.params))
    return done
