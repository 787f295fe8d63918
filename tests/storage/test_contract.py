"""What every engine promises, by example. Each test runs on SQLite and on PostgreSQL."""

import asyncio
from pathlib import Path

import pytest

from app.storage import Answer, Behind, CodeTaken, NewEvent, NotFound, Store, open_store

pytestmark = pytest.mark.anyio


def said(text: str, at: int = 5, by: str = "p1") -> NewEvent:
    return NewEvent(at=at, by=by, data=f'{{"type":"Said","text":"{text}"}}'.encode())


async def texts(store: Store, workshop_id: str) -> list[bytes]:
    return [event.data for event in await store.read(workshop_id, 0)]


async def test_a_workshop_begins_with_its_first_events(store: Store) -> None:
    first = NewEvent(at=17, by="", data=b'{"type":"WorkshopOpened"}')
    workshop_id = await store.create_workshop(code="FERN-12", title="North star", events=[first])
    found = await store.workshop_by_code("FERN-12")
    assert found is not None
    assert (found.id, found.title, found.seq) == (workshop_id, "North star", 1)
    assert await store.workshop(workshop_id) == found
    (event,) = await store.read(workshop_id, 0)
    assert (event.seq, event.at, event.by, event.type, event.data) == (
        1,
        17,
        "",
        "WorkshopOpened",
        first.data,
    )


async def test_an_unknown_code_is_none(store: Store) -> None:
    assert await store.workshop_by_code("NOBODY") is None
    assert await store.workshop("w0") is None
    assert await store.client("w0", "c0") is None
    assert await store.answer("w0", "c0", 1) is None
    assert await store.read("w0", 0) == []
    with pytest.raises(NotFound):
        await store.head("w0")


async def test_a_join_code_is_used_once(store: Store) -> None:
    await store.create_workshop(code="FERN-12", title="One", events=[])
    with pytest.raises(CodeTaken):
        await store.create_workshop(code="FERN-12", title="Two", events=[said("a")])
    assert [row.title for row in await store.workshops()] == ["One"]


async def test_LIVE_3_appends_are_numbered_without_a_gap(store: Store, workshop_id: str) -> None:
    assert await store.append(workshop_id, 0, [said("a"), said("b")]) == 2
    assert await store.append(workshop_id, 2, [said("c")]) == 3
    assert [event.seq for event in await store.read(workshop_id, 0)] == [1, 2, 3]
    assert [event.seq for event in await store.read(workshop_id, 1)] == [2, 3]
    assert [event.seq for event in await store.read(workshop_id, 0, limit=2)] == [1, 2]
    assert await store.head(workshop_id) == 3


async def test_the_heads_of_many_workshops_come_at_once(store: Store) -> None:
    ids = [await store.create_workshop(code=f"C{n}", title="", events=[said("a")] * n) for n in range(4)]
    assert await store.heads([*ids[1:], "w0", '"]']) == {ids[1]: 1, ids[2]: 2, ids[3]: 3}
    assert await store.heads([]) == {}


async def test_LIVE_3_behind_says_where_the_log_is_and_writes_nothing(store: Store, workshop_id: str) -> None:
    await store.append(workshop_id, 0, [said("a")])
    client = await store.new_client(workshop_id, "p1")
    with pytest.raises(Behind) as caught:
        await store.append(workshop_id, 0, [said("b")], [Answer(client, 1, 1, None)])
    assert (caught.value.head, caught.value.clients) == (1, ())
    with pytest.raises(Behind):
        await store.append(workshop_id, 7, [said("b")])
    assert len(await store.read(workshop_id, 0)) == 1
    assert await store.answer(workshop_id, client, 1) is None


async def test_LIVE_2_answers_are_stored_with_the_events(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    accepted, refused = Answer(client, 1, 1, None), Answer(client, 2, None, "You have no dots left.")
    await store.append(workshop_id, 0, [said("a")], [accepted, refused])
    assert await store.answer(workshop_id, client, 1) == accepted
    assert await store.answer(workshop_id, client, 2) == refused
    assert await store.answer(workshop_id, client, 3) is None
    state = await store.client(workshop_id, client)
    assert state is not None
    assert (state.person_id, state.last_cid) == ("p1", 2)


async def test_LIVE_2_the_same_contribution_is_never_stored_twice(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    await store.append(workshop_id, 0, [said("a")], [Answer(client, 1, 1, None)])
    with pytest.raises(Behind) as caught:
        await store.append(workshop_id, 1, [said("a")], [Answer(client, 1, 2, None)])
    assert (caught.value.head, caught.value.clients) == (1, (client,))
    assert len(await store.read(workshop_id, 0)) == 1


async def test_LIVE_2_a_refusal_alone_cannot_be_answered_twice_either(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    assert await store.append(workshop_id, 0, [], [Answer(client, 1, None, "no")]) == 0
    with pytest.raises(Behind):
        await store.append(workshop_id, 0, [said("a")], [Answer(client, 1, 1, None)])
    assert await store.answer(workshop_id, client, 1) == Answer(client, 1, None, "no")


async def test_a_contribution_cannot_be_skipped(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    with pytest.raises(Behind):
        await store.append(workshop_id, 0, [said("b")], [Answer(client, 2, 1, None)])
    with pytest.raises(ValueError, match="jump from 1 to 3"):
        await store.append(
            workshop_id, 0, [said("b")], [Answer(client, 1, 1, None), Answer(client, 3, 1, None)]
        )
    assert await store.head(workshop_id) == 0


async def test_an_append_to_nothing_is_not_found(store: Store, workshop_id: str) -> None:
    with pytest.raises(NotFound):
        await store.append("w0", 0, [said("a")])
    with pytest.raises(NotFound):
        await store.append(workshop_id, 0, [said("a")], [Answer("c0", 1, 1, None)])
    with pytest.raises(NotFound):
        await store.new_client("w0", "p1")
    other = await store.create_workshop(code="OTHER", title="Other", events=[])
    client = await store.new_client(other, "p1")
    with pytest.raises(NotFound):
        await store.append(workshop_id, 0, [said("a")], [Answer(client, 1, 1, None)])
    assert await store.client(workshop_id, client) is None
    assert await store.head(workshop_id) == 0


@pytest.mark.parametrize("data", [b"", b"nonsense", b"[]", b"{}", b'{"type":3}'])
async def test_an_event_without_a_tag_is_refused(store: Store, workshop_id: str, data: bytes) -> None:
    with pytest.raises(ValueError, match="tag"):
        await store.append(workshop_id, 0, [NewEvent(1, "p1", data)])
    assert await store.head(workshop_id) == 0


@pytest.mark.parametrize("answer", [(1, "no"), (None, None), (5, None)])
async def test_an_answer_is_accepted_or_refused(
    store: Store, workshop_id: str, answer: tuple[int | None, str | None]
) -> None:
    client = await store.new_client(workshop_id, "p1")
    with pytest.raises(ValueError, match="an answer"):
        await store.append(workshop_id, 0, [said("a")], [Answer(client, 1, *answer)])


async def test_one_append_that_is_behind_harms_no_other(store: Store) -> None:
    ids = [await store.create_workshop(code=f"C{n}", title="", events=[]) for n in range(8)]
    outcomes = await asyncio.gather(
        *(store.append(name, n % 2, [said("a")]) for n, name in enumerate(ids)), return_exceptions=True
    )
    assert [outcome if outcome == 1 else type(outcome) for outcome in outcomes] == [1, Behind] * 4
    assert [await store.head(name) for name in ids] == [1, 0] * 4


async def test_LIVE_3_many_writers_of_one_workshop_leave_one_order(store: Store, workshop_id: str) -> None:
    async def write(person: str) -> None:
        head = 0
        for n in range(10):
            while True:
                try:
                    head = await store.append(workshop_id, head, [said(f"{person}-{n}", by=person)])
                    break
                except Behind as behind:
                    head = behind.head

    await asyncio.gather(*(write(f"p{n}") for n in range(6)))
    events = await store.read(workshop_id, 0)
    assert [event.seq for event in events] == list(range(1, 61))
    for n in range(6):
        mine = [event.data for event in events if event.by == f"p{n}"]
        assert mine == [said(f"p{n}-{k}").data for k in range(10)]


async def test_a_cancelled_waiter_leaves_a_whole_log(store: Store, workshop_id: str) -> None:
    waiting = asyncio.ensure_future(store.append(workshop_id, 0, [said("a"), said("b")]))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await store.ping()
    assert await store.head(workshop_id) in (0, 2)
    assert len(await store.read(workshop_id, 0)) == await store.head(workshop_id)


async def test_every_text_comes_back_as_it_was(store: Store, workshop_id: str) -> None:
    text = "Ärger · 客户 · עברית · ไทย · 👩🏽‍🚀 · \u202e"
    await store.append(workshop_id, 0, [NewEvent(2**45, text, f'{{"type":"Said","text":"{text}"}}'.encode())])
    (event,) = await store.read(workshop_id, 0)
    assert (event.at, event.by, event.data.decode()) == (2**45, text, f'{{"type":"Said","text":"{text}"}}')
    await store.add_person(workshop_id, "p1", text)
    assert await store.names(workshop_id) == {"p1": text}


async def test_text_that_no_engine_can_keep_is_refused_alike(store: Store, workshop_id: str) -> None:
    for bad in ("a\0b", "\ud800"):
        with pytest.raises(ValueError, match="cannot be stored"):
            await store.add_person(workshop_id, "p1", bad)
        with pytest.raises(ValueError, match="cannot be stored"):
            await store.create_workshop(code=bad, title="", events=[])
        client = await store.new_client(workshop_id, "p1")
        with pytest.raises(ValueError, match="cannot be stored"):
            await store.append(workshop_id, 0, [], [Answer(client, 1, None, bad)])
        assert await store.client(workshop_id, bad) is None
    await store.append(workshop_id, 0, [said("still fine")])


async def test_a_snapshot_is_replaced_by_a_newer_one_only(store: Store, workshop_id: str) -> None:
    assert await store.latest_snapshot(workshop_id) is None
    await store.save_snapshot(workshop_id, 5, b"five")
    await store.save_snapshot(workshop_id, 3, b"three")
    found = await store.latest_snapshot(workshop_id)
    assert found is not None
    assert (found.seq, found.state) == (5, b"five")
    await store.save_snapshot(workshop_id, 9, bytes(2_000_000))
    found = await store.latest_snapshot(workshop_id)
    assert found is not None
    assert (found.seq, len(found.state)) == (9, 2_000_000)
    await store.drop_snapshot(workshop_id)
    assert await store.latest_snapshot(workshop_id) is None


async def test_a_deleted_name_is_gone_and_the_log_keeps_the_id(store: Store, workshop_id: str) -> None:
    await store.add_person(workshop_id, "p1", "Ann")
    await store.add_person(workshop_id, "p2", "Bo")
    await store.append(workshop_id, 0, [said("a", by="p1")])
    await store.rename(workshop_id, "p2", "Bob")
    await store.delete_name(workshop_id, "p1")
    assert await store.names(workshop_id) == {"p2": "Bob"}
    assert (await store.read(workshop_id, 0))[0].by == "p1"
    for unknown in (store.rename(workshop_id, "p9", "Zoe"), store.delete_name(workshop_id, "p9")):
        with pytest.raises(NotFound):
            await unknown


async def test_the_same_device_keeps_its_seat_and_roles_are_apart(store: Store, workshop_id: str) -> None:
    await store.bind_seat(workshop_id, "device", "p1")
    await store.bind_seat(workshop_id, "device", "p0", role="facilitator")
    seat = await store.seat(workshop_id, "device")
    assert seat is not None
    assert (seat.person_id, seat.role) == ("p1", "participant")
    await store.bind_seat(workshop_id, "device", "p2")
    await store.bind_seat(workshop_id, "tablet", "p2")
    assert [
        (s.device_hash, s.person_id) for s in await store.seats(workshop_id) if s.role == "participant"
    ] == [
        ("device", "p2"),
        ("tablet", "p2"),
    ]
    await store.unbind(workshop_id, "p2")
    assert await store.seat(workshop_id, "device") is None
    assert await store.seat(workshop_id, "tablet") is None
    assert await store.seat(workshop_id, "device", role="facilitator") is not None


async def test_my_workshops_are_those_with_a_seat_of_this_device(store: Store, workshop_id: str) -> None:
    other = await store.create_workshop(code="OTHER", title="Other", events=[])
    await store.create_workshop(code="THIRD", title="Third", events=[])
    await store.bind_seat(workshop_id, "device", "p1")
    await store.bind_seat(other, "device", "p1")
    await store.bind_seat(other, "device", "p0", role="facilitator")
    assert {row.id for row in await store.workshops_of("device")} == {workshop_id, other}
    assert await store.workshops_of("unknown") == []


async def test_a_link_lives_until_it_expires_or_is_revoked(store: Store, workshop_id: str) -> None:
    await store.add_capability(workshop_id, "facilitator", "h1")
    await store.add_capability(workshop_id, "wall", "h2", expires_at=1)
    await store.add_capability(workshop_id, "wall", "h3", expires_at=2**45)
    await store.add_capability(workshop_id, "share", "h4")
    found = await store.capability("h1")
    assert found is not None
    assert (found.workshop_id, found.kind, found.expires_at) == (workshop_id, "facilitator", None)
    assert await store.capability("h2") is None
    assert await store.capability("h3") is not None
    await store.revoke("h1")
    await store.revoke_all(workshop_id, "wall")
    assert [await store.capability(h) for h in ("h1", "h3", "h9")] == [None, None, None]
    assert await store.capability("h4") is not None
    await store.add_capability(workshop_id, "share", "h5", expires_at=1)
    assert [one.token_hash for one in await store.capabilities(workshop_id, "share")] == ["h4"]
    assert await store.capabilities(workshop_id, "wall") == []


async def test_a_deleted_workshop_leaves_nothing_behind(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    await store.append(workshop_id, 0, [said("a")], [Answer(client, 1, 1, None)])
    await store.add_person(workshop_id, "p1", "Ann")
    await store.bind_seat(workshop_id, "device", "p1")
    await store.add_capability(workshop_id, "wall", "h1")
    await store.save_snapshot(workshop_id, 1, b"x")
    await store.delete_workshop(workshop_id)
    assert await store.workshop(workshop_id) is None
    assert await store.read(workshop_id, 0) == []
    assert await store.names(workshop_id) == {}
    assert await store.workshops_of("device") == []
    assert await store.capability("h1") is None
    assert await store.client(workshop_id, client) is None
    assert await store.latest_snapshot(workshop_id) is None


async def test_LIVE_2_old_answers_go_and_last_cid_stays(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    store._clock = lambda: 1_000  # type: ignore[attr-defined]
    await store.append(workshop_id, 0, [], [Answer(client, n, None, "no") for n in range(1, 650)])
    store._clock = lambda: 1_000 + 11 * 60_000  # type: ignore[attr-defined]
    await store.append(workshop_id, 0, [], [Answer(client, n, None, "no") for n in range(650, 710)])
    assert await store.answer(workshop_id, client, 209) is None
    assert await store.answer(workshop_id, client, 210) is not None
    state = await store.client(workshop_id, client)
    assert state is not None
    assert state.last_cid == 709


async def test_young_answers_stay_whatever_their_number(store: Store, workshop_id: str) -> None:
    client = await store.new_client(workshop_id, "p1")
    await store.append(workshop_id, 0, [], [Answer(client, n, None, "no") for n in range(1, 1001)])
    assert await store.answer(workshop_id, client, 1) is not None


async def test_LIVE_1_what_was_appended_is_there_after_reopening(database_url: str, tmp_path: Path) -> None:
    store = await open_store(database_url, tmp_path)
    workshop_id = await store.create_workshop(code="FERN-12", title="T", events=[])
    client = await store.new_client(workshop_id, "p1")
    await store.append(workshop_id, 0, [said("a")], [Answer(client, 1, 1, None)])
    epoch = store.epoch
    await store.close()
    again = await open_store(database_url, tmp_path)
    assert await texts(again, workshop_id) == [said("a").data]
    assert await again.answer(workshop_id, client, 1) == Answer(client, 1, 1, None)
    assert again.epoch == epoch
    await again.close()


async def test_append_latency_is_reported(store: Store, workshop_id: str) -> None:
    measured: list[tuple[float, int]] = []
    store.on_append = lambda seconds, group: measured.append((seconds, group))
    await store.append(workshop_id, 0, [said("a")])
    ((seconds, group),) = measured
    assert 0 < seconds < 10
    assert group == 1


async def test_ping_and_retitle(store: Store, workshop_id: str) -> None:
    await store.ping()
    await store.retitle(workshop_id, "New")
    row = await store.workshop(workshop_id)
    assert row is not None
    assert row.title == "New"
