"""A room alone, on a real store: what it answers when things go wrong around it or inside it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.rooms import batch as batch_module
from app.rooms import snapshots
from app.rooms.items import Arrive, Leave, Say
from app.storage.api import NewEvent
from facilitation.activities import activities
from facilitation.activities.collect import AddCard
from facilitation.activity import View
from facilitation.session.flow import NextPhase
from facilitation.session.people import ChangeRole, LockRoom, RemovePerson, RoomLocked
from tests.rooms.house import run
from tests.rooms.parts import Bench, bench, screen


async def opened(home: Bench) -> tuple[str, str, str]:
    """The first collecting phase is open; gives its id, a participant and their tab."""
    person = await home.person()
    while (phase := home.room.workshop.current) is None or home.room.workshop.guide.phase(
        phase
    ).activity != "collect":  # type: ignore[union-attr]
        told = await home.room.say("p1", "facilitator", NextPhase())
        assert told.refusal is None
    return phase, person, await home.client(person)


def test_LIVE_2_a_resend_in_the_same_batch_gets_the_very_same_answer(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            good, bad = AddCard(phase=phase, text="One"), AddCard(phase=phase, text="")
            first, twin = home.put(person, good, tab, 1), home.put(person, good, tab, 1)
            no, no_twin = home.put(person, bad, tab, 2), home.put(person, bad, tab, 2)
            assert (await first).seq == (await twin).seq
            assert (await no).refusal
            assert (await no).refusal == (await no_twin).refusal
            assert (await home.log()).count("CardAdded") == 1
            later = await home.put(person, bad, tab, 2)
            assert later.refusal == (await no).refusal

    run(test)


def test_LIVE_3_a_gap_is_told_and_nothing_is_taken_out_of_order(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            third = home.put(person, AddCard(phase=phase, text="Three"), tab, 3)
            assert (await third).expected == 1
            assert "CardAdded" not in await home.log()

    run(test)


def test_an_append_is_told_to_the_other_workers(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            await home.room.say("p1", "facilitator", LockRoom())
            assert home.store.notified[-1] == (home.workshop_id, home.room.workshop.seq)

    run(test)


def test_what_another_worker_appended_is_seen_without_any_hint(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            connection, wire = screen("console", "p1", "facilitator")
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()
            event = home.rooms.codec.encode(RoomLocked())
            await home.store.append(home.workshop_id, home.room.workshop.seq, [NewEvent(5, "p1", event)])
            async with asyncio.timeout(5):
                while not home.room.workshop.room_locked:
                    await asyncio.sleep(0.05)
            assert wire.of("parts")[-1]["seq"] == home.room.workshop.seq

    run(test)


def test_whoever_acts_has_the_answer_before_the_picture_and_even_if_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            connection, wire = screen("phone", person, "participant")
            connection.client_id = tab
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()
            wire.written.clear()
            say = Say(person, "participant", AddCard(phase=phase, text="One"), tab, 1, connection=connection)
            home.room.put(say)
            await home.room.look()
            assert [message["t"] for message in wire.written][:2] == ["ack", "parts"]
            monkeypatch.setattr(home.room.stage, "show", lambda *_: 1 / 0)
            lost = home.put(person, AddCard(phase=phase, text="Two"), tab, 2)
            assert (await lost).seq == home.room.workshop.seq
            assert (
                home.room.closed
            )  # a picture that cannot be drawn closes the room: the next one opens by replay

    run(test)


def test_a_phone_that_comes_is_shown_its_own_part_once_and_the_other_phone_of_the_person_nothing(
    tmp_path: Path,
) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            _, person, _ = await opened(home)
            phones = [screen("phone", person, "participant") for _ in range(2)]
            for connection, _ in phones:
                home.room.put(Arrive(connection, "", 0, ""))
                await home.room.look()
            await asyncio.sleep(1.6)  # a calm pass and one for everybody's own part
            for _, wire in phones:
                shown = [part["region"] for message in wire.of("parts") for part in message["parts"]]
                assert shown.count("mine") == shown.count("foot") == 1

    run(test)


def test_a_mistake_in_the_rules_costs_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            honest = batch_module.decide

            def stumbles(workshop: Any, command: Any, actor: Any) -> Any:
                if getattr(command, "text", "") == "stumble":
                    raise ZeroDivisionError
                return honest(workshop, command, actor)

            monkeypatch.setattr(batch_module, "decide", stumbles)
            before = home.put(person, AddCard(phase=phase, text="Before"), tab, 1)
            stumble = home.put(person, AddCard(phase=phase, text="stumble"), tab, 2)
            after = home.put(person, AddCard(phase=phase, text="After"), tab, 3)
            assert (await before).seq
            assert (await stumble).refusal == batch_module.MISTAKE
            assert (await after).seq
            assert [card.text for card in home.room.workshop.cards.values()] == ["Before", "After"]
            assert await home.rooms.load(home.workshop_id) == home.room.workshop

    run(test)


def test_a_mistake_while_folding_undoes_the_whole_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            head = home.room.workshop.seq

            def stumbles(workshop: Any, event: Any, meta: Any) -> Any:
                raise KeyError("not there")

            monkeypatch.setattr(batch_module, "apply", stumbles)
            assert (
                await home.put(person, AddCard(phase=phase, text="x"), tab, 1)
            ).refusal == batch_module.MISTAKE
            assert await home.store.head(home.workshop_id) == home.room.workshop.seq == head

    run(test)


def test_a_command_that_cannot_be_stored_does_not_take_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            other = await home.person()
            other_tab = await home.client(other)
            append = home.store.append

            async def picky(workshop_id: str, expected: int, events: Any, answers: Any = ()) -> int:
                if any(b"poison" in event.data for event in events):
                    raise ValueError("not storable")
                return await append(workshop_id, expected, events, answers)

            monkeypatch.setattr(home.store, "append", picky)
            poison = home.put(person, AddCard(phase=phase, text="poison"), tab, 1)
            fine = home.put(other, AddCard(phase=phase, text="fine"), other_tab, 1)
            assert (await poison).refusal == batch_module.MISTAKE
            assert (await fine).seq
            assert (await home.put(person, AddCard(phase=phase, text="goes on"), tab, 2)).seq

    run(test)


def test_a_mistake_in_a_view_costs_one_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)

            def broken(*_: Any) -> View:
                raise AttributeError("a mistake in a view")

            table = activities()
            monkeypatch.setitem(table, "collect", replace(table["collect"], view=broken, mine=broken))
            connection, wire = screen("phone", person, client_id=tab)
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()
            shown = {part["region"]: part["html"] for m in wire.of("parts") for part in m["parts"]}
            assert "cannot be shown" in shown["shared"]
            assert "cannot be shown" in shown["mine"]
            assert "cannot be shown" not in shown["head"] + shown["foot"]
            assert (await home.put(person, AddCard(phase=phase, text="Still works"), tab, 1)).seq

    run(test)


def test_a_room_that_failed_answers_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            connection, wire = screen("phone", person, client_id=tab)
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()

            def breaks(*_: Any) -> None:
                # More arrives while the room is about to fail: it must not wait for ever either.
                waiting.append(home.put(person, AddCard(phase=phase, text="Behind"), tab, 2))
                raise RuntimeError("a mistake in the room")

            waiting: list[asyncio.Future[Any]] = []
            monkeypatch.setattr(home.room.stage, "show", breaks)
            first = home.put(person, AddCard(phase=phase, text="Stored"), tab, 1)
            async with asyncio.timeout(5):
                await first
                assert (await waiting[0]).later
                assert (await home.put(person, AddCard(phase=phase, text="Later"), tab, 3)).later
                await home.room.look()
            assert wire.aborted
            fresh = await home.rooms.room(home.workshop_id)
            assert fresh is not home.room
            assert [card.text for card in fresh.workshop.cards.values()] == ["Stored"]

    run(test)


@pytest.mark.parametrize("committed", [False, True])
def test_LIVE_1_no_acknowledgement_while_nothing_can_be_stored(tmp_path: Path, committed: bool) -> None:
    """Whether the append took place is unknown when the database is lost: it is read, never guessed."""

    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            console, console_wire = screen("console", "p1", "facilitator")
            home.room.put(Arrive(console, "", 0, ""))
            await home.room.look()
            card = AddCard(phase=phase, text="Kept on the phone")
            if committed:
                home.store.fail_after = 1
            else:
                home.store.fail_before = 1
            told = await home.put(person, card, tab, 1)
            assert told.later
            assert told.seq is None
            assert console_wire.of("notice")
            assert not console_wire.aborted
            again = await home.put(person, card, tab, 1)
            assert again.seq == home.room.workshop.seq
            assert (await home.log()).count("CardAdded") == 1
            assert await home.rooms.load(home.workshop_id) == home.room.workshop

    run(test)


def test_a_tab_that_is_not_known_gets_a_new_id_and_nothing_is_lost(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, _ = await opened(home)
            connection, wire = screen("phone", person, client_id="forgotten")
            home.room.put(Arrive(connection, "", 0, ""))
            for cid in (1, 2):
                card = AddCard(phase=phase, text=f"Card {cid}")
                home.room.put(
                    Say(person, "participant", card, client_id="forgotten", cid=cid, connection=connection)
                )
            await home.room.look()
            assert not wire.of("ack")
            new = wire.of("welcome")[-1]
            assert new["client_id"] not in ("", "forgotten")
            assert new["last_cid"] == 0
            assert len(wire.of("welcome")) == 2
            assert (await home.put(person, AddCard(phase=phase, text="Card 1"), new["client_id"], 1)).seq
            assert not home.room.closed

    run(test)


def test_a_workshop_that_was_deleted_shows_everybody_out(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            _, person, tab = await opened(home)
            connection, wire = screen("phone", person, client_id=tab)
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()
            await home.store.delete_workshop(home.workshop_id)
            told = await home.room.say("p1", "facilitator", LockRoom())
            assert told.later
            assert wire.ended == 4404
            assert home.room not in home.rooms.open_rooms()

    run(test)


def test_people_who_are_removed_are_shown_out_and_stay_out(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            phase, person, tab = await opened(home)
            connection, wire = screen("phone", person, client_id=tab)
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()
            removal = home.put("p1", RemovePerson(person=person), await home.client("p1"), 1, "facilitator")
            card = home.put(person, AddCard(phase=phase, text="Too late"), tab, 1)
            assert (await removal).seq
            assert "no seat" in str((await card).refusal)
            assert wire.ended == 4403
            back, back_wire = screen("phone", person, client_id=tab)
            home.room.put(Arrive(back, "", 0, ""))
            await home.room.look()
            assert back_wire.ended == 4403
            assert not back_wire.written

    run(test)


def test_a_former_facilitator_has_no_rights_left_in_the_same_batch(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            second = await home.person("facilitator")
            connection, wire = screen("console", second, "facilitator", await home.client(second))
            home.room.put(Arrive(connection, "", 0, ""))
            await home.room.look()
            tab = await home.client("p1")
            demote = home.put("p1", ChangeRole(person=second, role="participant"), tab, 1, "facilitator")
            lock = home.put(second, LockRoom(), connection.client_id, 1, "facilitator")
            assert (await demote).seq
            assert (await lock).refusal == "Only the facilitator can do this."
            assert wire.ended == 4403

    run(test)


def test_a_snapshot_of_other_rules_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            await opened(home)
            truth = home.room.workshop
            lie = msgspec.structs.replace(truth, code="WRONG")
            await home.store.save_snapshot(
                home.workshop_id, truth.seq, b"0" * 16 + b"\n" + msgspec.json.encode(lie)
            )
            assert await home.rooms.load(home.workshop_id) == truth
            assert await home.store.latest_snapshot(home.workshop_id) is None
            await home.store.save_snapshot(home.workshop_id, truth.seq, snapshots.write(lie))
            assert (
                await home.rooms.load(home.workshop_id)
            ).code == "WRONG"  # the negative control: it is read at all

    run(test)


def test_somebody_who_left_before_being_welcomed_is_not_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with bench(tmp_path) as home:
            connection, _ = screen("console", "p1", "facilitator")
            home.room.put(Arrive(connection, "", 0, ""))
            home.room.put(Leave(connection))
            connection.stop()
            await home.room.look()
            assert not home.room.stage.connections

    run(test)
