"""The live socket on a real port, with both ways of sending: the same promises hold for both."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.rooms.protocol import LARGEST_READ, MAX_FRAME
from tests.rooms.house import House, Transport, house, run
from tests.rooms.screen import Screen, board_hash

BOTH = pytest.mark.parametrize("transport", ["direct", "send"])


async def collecting(home: House) -> tuple[str, str, Screen, str]:
    """A workshop whose first collecting phase is open: code, facilitator's cookie, console, phase."""
    code, cookie = await home.workshop()
    console = await home.opened(code, "console", cookie)
    room = await home.room(code)
    while (phase := room.workshop.current) is None or room.workshop.guide.phase(phase).activity != "collect":  # type: ignore[union-attr]
        await console.say("NextPhase")
    return code, cookie, console, phase


async def fresh(home: House, code: str, kind: str, cookie: str) -> str:
    """What a freshly opened screen shows, as a hash."""
    screen = await home.opened(code, kind, cookie)
    await screen.until(lambda: bool(screen.regions))
    await asyncio.sleep(0.1)
    shown = board_hash(screen, "aside", "people")
    await screen.shut()
    return shown


@BOTH
def test_what_one_does_appears_on_every_screen(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie, console, phase = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            wall = await home.opened(code, "wall", query=f"?key={await home.wall_key(code, cookie)}")
            cid = await phone.say("AddCard", phase=phase, text="New teams never come back")
            assert cid in phone.acks, phone.refusals
            await phone.shows("mine", "New teams never come back")
            await console.until(lambda: console.seq >= phone.acks[cid])
            await wall.send({"t": "ping", "seq": wall.seq})
            await wall.until(lambda: bool(wall.pong))
            assert wall.seq == phone.acks[cid] == wall.pong["head"]
            for kind, screen, by in (("console", console, cookie), ("phone", phone, phone.cookie)):
                assert board_hash(screen, "aside", "people") == await fresh(home, code, kind, by)

    run(test)


@BOTH
def test_LIVE_12_two_tabs_of_one_person_see_the_same(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            cookie = await home.join(code, "Noor")
            one, two = await home.opened(code, "phone", cookie), await home.opened(code, "phone", cookie)
            assert one.client_id != two.client_id
            await one.say("AddCard", phase=phase, text="From the first tab")
            await two.say("AddCard", phase=phase, text="From the second tab")
            for tab in (one, two):
                await tab.shows("mine", "From the first tab")
                await tab.shows("mine", "From the second tab")

    run(test)


@BOTH
def test_LIVE_4_a_client_that_lies_about_where_it_is_gets_everything(
    tmp_path: Path, transport: Transport
) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            cookie = await home.join(code, "Noor")
            honest = await home.opened(code, "phone", cookie)
            await honest.say("AddCard", phase=phase, text="Here")
            for epoch, seq in ((honest.epoch, 10**9), (honest.epoch, -5), ("elsewhere", honest.seq), ("", 0)):
                liar = home.screen(code, "phone", cookie)
                liar.epoch, liar.seq, liar.build = epoch, seq, honest.build
                welcome = await liar.open()
                assert welcome["mode"] == "snapshot"
                await liar.shows("mine", "Here")
                assert set(liar.regions) == set(honest.regions)
                await liar.shut()
            again = home.screen(code, "phone", cookie)
            again.epoch, again.seq, again.build = honest.epoch, honest.seq, honest.build
            assert (await again.open())["mode"] == "resume"

    run(test)


@BOTH
def test_bad_input_is_answered_and_costs_nobody_anything(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            for garbage in (
                b"\x00\x01binary",
                "",
                "not json",
                "[]",
                '{"t":"cmd"}',
                '{"t":"cmd","cid":"x","type":"AddCard"}',
                '{"t":"cmd","cid":0,"type":"AddCard"}',
                '{"t":"cmd","cid":-1,"type":"AddCard"}',
                '{"t":"nonsense"}',
                "[" * 5000,
            ):
                known = len(phone.notices)
                await phone.send(garbage)
                await phone.until(lambda known=known: len(phone.notices) > known)
            for data in (
                {"phase": phase},
                {"phase": phase, "text": 5},
                {"phase": phase, "text": "x", "by": "p1"},
            ):
                assert await phone.say("AddCard", **data) in phone.refusals
            assert await phone.say("NoSuchCommand") in phone.refusals
            assert await phone.say("Join", role="facilitator") in phone.refusals
            assert await phone.say("AddCard", phase=phase, text="and then it works") in phone.acks

    run(test)


@BOTH
def test_a_frame_that_is_too_large_is_refused_by_its_number_and_does_not_block(
    tmp_path: Path, transport: Transport
) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            cid = await phone.say("AddCard", phase=phase, text="x" * (MAX_FRAME + 1))
            assert "too large" in phone.refusals[cid]
            assert await phone.say("AddCard", phase=phase, text="short") in phone.acks
            await phone.send("y" * (LARGEST_READ + 1))
            await phone.until(lambda: phone.closed is not None)
            assert phone.closed == 1009
            await phone.open()
            assert await phone.say("AddCard", phase=phase, text="back again") in phone.acks

    run(test)


def test_a_compressed_frame_ends_the_socket_because_nobody_agreed_on_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with house(tmp_path) as home:
            code, _, _, _ = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            text = b'{"t":"ping"}'
            masked = bytes(byte ^ 0 for byte in text)
            frame = bytes((0x81 | 0x40, 0x80 | len(text))) + b"\0\0\0\0" + masked
            assert phone._socket is not None
            phone._socket.transport.write(frame)
            await phone.until(lambda: phone.closed is not None)
            assert phone.closed == 1002

    run(test)


@BOTH
def test_a_flood_is_slowed_and_the_others_are_not(tmp_path: Path, transport: Transport) -> None:
    """20 a second with a burst of 40 for each person; what was asked to wait comes again and is not lost."""

    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            loud = await home.opened(code, "phone", await home.join(code, "Loud"))
            calm = await home.opened(code, "phone", await home.join(code, "Calm"))
            began = time.monotonic()
            for number in range(90):
                await loud.act("AddCard", phase=phase, text=f"Flood {number}")
            slowest = 0.0
            for number in range(5):
                at = time.monotonic()
                await calm.say("AddCard", phase=phase, text=f"Calm {number}")
                slowest = max(slowest, time.monotonic() - at)
            await loud.settle(20)
            assert loud.busy
            assert time.monotonic() - began > 1.5
            assert slowest < 1.0
            assert not calm.busy
            room = await home.room(code)
            texts = [card.text for card in room.workshop.cards.values() if card.text.startswith("Flood")]
            assert texts == [f"Flood {number}" for number in range(90)]

    run(test)


@BOTH
@pytest.mark.parametrize("kind", ["wall", "phone"])
def test_who_sends_what_is_nothing_without_a_pause_is_slowed_too(
    tmp_path: Path, transport: Transport, kind: str
) -> None:
    """A wall that acts, a contribution without a number: answered each, 50 a second after the first 200."""

    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie, _, phase = await collecting(home)
            loud = await home.opened(code, kind, cookie if kind == "wall" else await home.join(code, "Loud"))
            nothing = {"t": "cmd", "cid": int(kind == "wall"), "type": "AddCard", "data": {"phase": phase}}
            began, frames = time.monotonic(), loud.frames
            for _ in range(300):
                await loud.send(nothing)
            await loud.until(lambda: loud.frames >= frames + 300)
            assert time.monotonic() - began > 1.2

    run(test)


@BOTH
def test_resends_do_not_count_as_a_flood(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            cid = await phone.say("AddCard", phase=phase, text="Once")
            item = {"t": "cmd", "cid": cid, "type": "AddCard", "data": {"phase": phase, "text": "Once"}}
            frames = phone.frames
            for _ in range(100):
                await phone.send(item)
            await phone.until(lambda: phone.frames >= frames + 100)
            assert not phone.busy
            room = await home.room(code)
            assert [card.text for card in room.workshop.cards.values()] == ["Once"]

    run(test)


@BOTH
def test_LIVE_7_a_stalled_reader_is_cut_and_harms_nobody(
    tmp_path: Path, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.rooms.connections.STALLED_AFTER", 1.5)
    monkeypatch.setattr("app.web.wires.STALLED_AFTER", 1.5)

    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie, console, phase = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            for number in range(45):
                await phone.act(
                    "AddCard", phase=phase, text=f"{number} of many cards that fill a board " + "x" * 300
                )
            await phone.settle()
            address = urlsplit(home.base)
            room = await home.room(code)
            reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=1024)
            writer.get_extra_info("socket").setsockopt(1, 8, 4096)  # SOL_SOCKET, SO_RCVBUF
            writer.write(
                f"GET /ws/{code}/console HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"Cookie: levertree={cookie}\r\n\r\n".encode()
            )
            await reader.readuntil(b"\r\n\r\n")
            hello = json.dumps({"t": "hello"}).encode()
            writer.write(bytes((0x81, 0x80 | len(hello))) + struct.pack("!I", 0) + hello)
            async with asyncio.timeout(5):
                while len(room.stage.connections) < 3:
                    await asyncio.sleep(0.01)
            known = (console.client_id, phone.client_id)
            stalled = next(c for c in room.stage.connections if c.client_id not in known)
            # From now on nobody reads there.
            slowest, number = 0.0, 0
            async with asyncio.timeout(40):
                while not stalled.closed:
                    at = time.monotonic()
                    number += 1
                    assert await console.say("Reveal" if number % 2 else "Hide", phase=phase) in console.acks
                    slowest = max(slowest, time.monotonic() - at)
                    waiting = sum(len(part.html) for part in stalled._parts.values())
                    assert waiting < 2_000_000
                    await asyncio.sleep(0.06)
            assert slowest < 1.0
            await asyncio.sleep(0.2)
            assert len(room.stage.connections) == 2
            writer.close()

    run(test)


@BOTH
def test_LIVE_8_a_silent_screen_is_asked_and_stays_if_it_answers(
    tmp_path: Path, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hidden tab, whose timers rest, answers what it is asked; a phone that is out of reach does not, and is cut."""
    monkeypatch.setattr("app.web.hearing.SILENT_FOR", 0.4)
    monkeypatch.setattr("app.web.hearing.ANSWERS_WITHIN", 0.6)

    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie = await home.workshop()
            hidden = await home.opened(code, "console", cookie)
            gone = home.screen(code, "phone", await home.join(code, "Noor"))
            gone.answers_probes = False
            await gone.open()
            began = time.monotonic()
            await gone.until(lambda: gone.closed is not None, within=5)
            assert 0.8 < time.monotonic() - began < 3
            assert (gone.closed, gone.probes) == (1006, 1)
            await hidden.until(lambda: hidden.probes >= 4, within=10)
            assert hidden.closed is None
            assert "now" in hidden.pong
            # Whoever talks is not asked.
            talks = await home.opened(code, "console", cookie)
            for _ in range(8):
                await talks.send({"t": "ping", "seq": talks.seq})
                await asyncio.sleep(0.15)
            assert talks.probes == 0
            room = await home.room(code)
            assert len(room.stage.connections) == 2

    run(test)


def test_LIVE_8_an_answer_within_one_tick_of_the_clock_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uvloop's clock moves once a turn and in whole milliseconds: who answers in the same one has answered."""
    monkeypatch.setattr("app.web.hearing.SILENT_FOR", 0.5)
    monkeypatch.setattr("app.web.hearing.ANSWERS_WITHIN", 0.75)

    class Coarse(asyncio.SelectorEventLoop):
        def time(self) -> float:
            return super().time() // 0.25 * 0.25

    async def test() -> None:
        async with house(tmp_path, "direct") as home:
            code, cookie = await home.workshop()
            hidden = await home.opened(code, "console", cookie)
            async with asyncio.timeout(15):
                while hidden.probes < 4 and hidden.closed is None:
                    await asyncio.sleep(0.05)
            assert hidden.closed is None

    with asyncio.Runner(loop_factory=Coarse) as runner:
        runner.run(test())


@BOTH
def test_LIVE_11_a_deploy_closes_with_1012_and_finishes_what_was_sent(
    tmp_path: Path, transport: Transport
) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, _, _, phase = await collecting(home)
            phone = await home.opened(code, "phone", await home.join(code, "Noor"))
            cids = [await phone.act("AddCard", phase=phase, text=f"Card {n}") for n in range(20)]
            await phone.until(lambda: bool(phone.acks))
            home.server.should_exit = True
            await phone.until(lambda: phone.closed is not None)
            assert phone.closed == 1012
        async with house(tmp_path, transport) as home:
            phone.address = home.base.replace("http", "ws") + f"/ws/{code}/phone"
            welcome = await phone.open()
            assert welcome["last_cid"] >= max(phone.acks)
            await phone.settle()
            assert sorted([*phone.acks, *phone.refusals]) == cids
            room = await home.room(code)
            assert [card.text for card in room.workshop.cards.values()] == [f"Card {n}" for n in range(20)]

    run(test)


@BOTH
def test_LIVE_9_a_wall_cannot_speak_and_strangers_cannot_look(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie, _, phase = await collecting(home)
            wall = await home.opened(code, "wall", cookie)
            assert await wall.say("AddCard", phase=phase, text="x") in wall.refusals
            phone_cookie = await home.join(code, "Noor")
            for kind, by, query, expected in (
                ("phone", "", "", 4403),
                ("console", phone_cookie, "", 4403),
                ("wall", phone_cookie, "?key=guessed", 4403),
                ("phone", phone_cookie, "?seat=p1", 4403),
                ("nonsense", "", "", 4403),
            ):
                stranger = home.screen(code, kind, by, query)
                with pytest.raises(ConnectionError):
                    await stranger.open()
                assert stranger.closed == expected
            other = home.screen(code, "phone", phone_cookie)
            other.origin = "https://elsewhere.example"
            with pytest.raises(ConnectionError):
                await other.open()
            assert other.closed == 4401
            nowhere = home.screen("AAAAAAAA", "phone", phone_cookie)
            with pytest.raises(ConnectionError):
                await nowhere.open()
            assert nowhere.closed == 4404

    run(test)


@BOTH
def test_a_hello_of_another_protocol_or_none_is_turned_away(tmp_path: Path, transport: Transport) -> None:
    async def test() -> None:
        async with house(tmp_path, transport) as home:
            code, cookie, _, _ = await collecting(home)
            for hello, expected in (({"t": "hello", "proto": 99}, 4426), ({"t": "ping"}, 1002)):
                screen = home.screen(code, "console", cookie)
                with pytest.raises(ConnectionError):
                    await screen.open(hello)
                assert screen.closed == expected
            twice = await home.opened(code, "console", cookie)
            await twice.send({"t": "hello"})
            await twice.until(lambda: twice.closed is not None)
            assert twice.closed == 1002

    run(test)
