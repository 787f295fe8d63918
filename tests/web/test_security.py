"""Who may do what, from where, how often and how much: tried through a real server."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.rendering.templates import STATIC, TEMPLATES, fingerprint
from app.web import limits
from app.web.security import HEADERS, hashed
from facilitation.session.people import Join
from facilitation.state import MAX_PEOPLE, participants
from tests.rooms.house import run
from tests.web.browsers import said, site

EVIL = {"Origin": "https://evil.example"}
COOKIE = re.compile(r"^levertree=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax$")


def test_a_phone_joins_and_comes_back_to_its_seat(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, _ = await web.workshop()
            phone = web.browser()
            assert "Your name" in said(await phone.get(f"/{code[:4].lower()}-{code[4:].lower()}"))
            joined = await phone.post(f"/{code}/join", data={"name": "Ana"})
            assert joined.status_code == 303
            assert COOKIE.match(joined.headers["set-cookie"]), joined.headers["set-cookie"]
            again = await phone.get(f"/{code}")
            assert again.headers["location"] == f"/w/{code}"
            await phone.post(f"/{code}/join", data={"name": "Ana Ruiz"})
            room = await web.home.room(code)
            assert len(participants(room.workshop)) == 1, "the same phone has the same seat"
            assert "Ana Ruiz" in room.names.values()
            await web.guest(code, "ana ruiz")
            assert "ana ruiz 2" in room.names.values(), "two people of one name can be told apart"

    run(scene)


def test_a_locked_and_a_full_room_say_so(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            await boss.post(f"/w/{code}/console", data={"type": "LockRoom"})
            refused = await web.browser().post(f"/{code}/join", data={"name": "Late"})
            assert refused.status_code == 409
            assert "closed the room" in said(refused)
            await boss.post(f"/w/{code}/console", data={"type": "UnlockRoom"})
            room = await web.home.room(code)
            for _ in range(MAX_PEOPLE - 1):
                await room.say("", "facilitator", Join(phone=False))
            full = await web.browser().post(f"/{code}/join", data={"name": "Late"})
            assert full.status_code == 409
            assert "full" in said(full)

    run(scene)


def test_a_facilitators_link_is_redeemed_stored_hashed_and_made_invalid(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            page = await boss.post(f"/w/{code}/links/facilitator")
            found = re.search(rf"/f/{code}/([\w-]+)", page.text)
            assert found is not None
            token = found.group(1)
            store = web.home.parts.store
            assert await store.capability(token) is None, "the token itself is not stored"
            assert await store.capability(hashed(token)) is not None
            other = web.browser()
            room = await web.home.room(code)
            people = len(room.workshop.people)
            assert "Open the console" in said(await other.get(f"/f/{code}/{token}"))
            assert len(room.workshop.people) == people, "looking, as a chat's preview does, takes no seat"
            opened = await other.post(f"/f/{code}/{token}")
            assert opened.headers["location"] == f"/w/{code}/console"
            assert (await other.get(f"/w/{code}/console")).status_code == 200
            await store.revoke(hashed(token))
            late = await web.browser().get(f"/f/{code}/{token}")
            assert late.status_code == 403
            assert "no longer valid" in said(late)
            assert (await other.get(f"/w/{code}/console")).status_code == 200, (
                "who redeemed it keeps the seat"
            )

    run(scene)


def test_a_period_that_does_not_fit_its_dates_is_asked_about_once_and_never_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            form = {"title": "Growth team", "period": "Q3 2027", "start": "2029-01-01", "end": "2029-03-31"}
            browser = web.browser()
            asked = await browser.post("/new", data=form)
            assert asked.status_code == 200
            assert "usually means 1 Jul 2027 – 30 Sep 2027" in asked.text
            assert "Make it as it is" in asked.text
            meant = re.search(r'name="as_it_is" value="([^"]+)"', asked.text)
            assert meant is not None
            made = await browser.post("/new", data={**form, "as_it_is": html.unescape(meant[1])})
            assert made.status_code == 303
            console = await browser.get(made.headers["location"])
            assert "Is this meant?" in console.text
            other = {**form, "start": "2027-04-01", "end": "2027-06-30", "as_it_is": html.unescape(meant[1])}
            assert (await browser.post("/new", data=other)).status_code == 200
            mended = {**form, "start": "2027-07-01", "end": "2027-09-30"}
            assert (await browser.post("/new", data=mended)).status_code == 303

    run(scene)


def test_dates_nobody_touched_follow_the_period_that_was_typed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            browser = web.browser()
            page = (await browser.get("/new")).text
            offered = re.findall(r'type="date" name="(\w+)"[^>]* value="([^"]+)"', page) or re.findall(
                r'name="(start|end)"[^>]*value="([^"]+)"', page
            )
            form = {"title": "Growth team", "period": "H1 2031", **dict(offered)}
            assert {"start", "end"} <= set(form)
            made = await browser.post("/new", data=form)
            assert made.status_code == 303
            console = (await browser.get(made.headers["location"])).text
            assert "2031-01-01" in console
            assert "2031-06-30" in console

    run(scene)


def test_the_hosts_key_is_asked_for_and_guessing_it_is_limited(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path, host_key="open sesame") as web:
            form = {"title": "Growth team"}
            assert (await web.browser().post("/new", data=form)).status_code == 403
            fine = await web.browser().post("/new", data={**form, "host_key": "open sesame"})
            assert fine.status_code == 303
            guesser = web.browser()
            told = [
                (await guesser.post("/new", data={**form, "host_key": str(n)})).status_code for n in range(20)
            ]
            assert told[0] == 403
            assert told[-1] == 429
            right = await guesser.post("/new", data={**form, "host_key": "open sesame"})
            assert right.status_code == 429, "or guessing would only be noisy, not limited"
            upload = await web.browser().post("/continue", files={"file": b"{}"}, data={"host_key": "no"})
            assert upload.status_code == 403

    run(scene)


def test_guessing_codes_is_limited_and_sends_nobody_out(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, _ = await web.workshop()
            phone = await web.guest(code, "Ana")
            office = phone.headers["X-Forwarded-For"]
            guesser = web.browser(office)
            for path in ("favicon.ico", "apple-touch-icon.png", "robots.txt") * 10:
                assert (await guesser.get(f"/{path}")).status_code == 404
            told = [(await guesser.get(f"/AAAAAA{n:02}")).status_code for n in range(20)]
            assert told[0] == 404
            assert told[-1] == 429
            assert (await guesser.get(f"/{code}")).status_code == 429, "a right guess is not answered either"
            assert (await phone.get(f"/w/{code}")).status_code == 200
            assert (await web.browser().get(f"/{code}")).status_code == 200

    run(scene)


POSTS = (
    "/new",
    "/continue",
    "/{code}/join",
    "/w/{code}",
    "/w/{code}/console",
    "/w/{code}/seats",
    "/w/{code}/links/facilitator",
    "/w/{code}/links/wall",
    "/w/{code}/share",
    "/w/{code}/share/end",
    "/w/{code}/delete",
    "/w/{code}/people/p1/forget",
    "/w/{code}/outcome/peoplebox",
)


CHANGES_NOTHING = {"what_if.py: readings"}
"""Answers what was typed to the one who typed it."""


def test_every_form_from_another_site_is_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            await boss.post(f"/{code}/join", data={"name": "Fay"})
            for path in POSTS:
                form = {"title": "x", "confirm": code, "mark": "", "name": "x", "type": "LockRoom"}
                for sign in (EVIL, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
                    answer = await boss.post(path.format(code=code), data=form, headers=sign)
                    assert answer.status_code == 403, (path, sign, answer.status_code)
            assert not (await web.home.room(code)).workshop.room_locked

    run(scene)


def test_every_form_there_is_asks_where_it_comes_from() -> None:
    """A new POST endpoint is named here or fails the build: the test above only knows the ones above."""
    checked = {re.sub(r"\{\w+\}", "{}", path.replace("/p1/", "/{code}/")) for path in POSTS}
    missing = []
    for file in (Path(limits.__file__).parent).glob("*.py"):
        source = file.read_text()
        for found in re.finditer(r'@router\.post\("([^"]+)"\)\s+(?:@router.*\s+)*async def (\w+)', source):
            body = source[found.end() :].split("\n@router", 1)[0]
            known = re.sub(r"\{\w+\}", "{}", found.group(1)) in checked
            if not known and not re.search(r"same_origin|check_origin|_facilitates|_checked|_allowed", body):
                missing.append(f"{file.name}: {found.group(2)}")
    assert set(missing) <= CHANGES_NOTHING


def test_the_wall_needs_its_key_and_shows_only(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            stranger = web.browser()
            assert (await stranger.get(f"/w/{code}/wall")).status_code == 403
            found = re.search(r"key=([\w-]+)", (await boss.post(f"/w/{code}/links/wall")).text)
            assert found is not None
            wall = await stranger.get(f"/w/{code}/wall", params={"key": found.group(1)})
            assert wall.status_code == 200
            assert "<form" not in wall.text
            other, _ = await web.workshop()
            assert (await stranger.get(f"/w/{other}/wall", params={"key": found.group(1)})).status_code == 403

    run(scene)


def test_a_participant_may_not_do_what_a_facilitator_may(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, _ = await web.workshop()
            phone = await web.guest(code, "Ana")
            for path in ("console", "archive", "seat/p1"):
                assert (await phone.get(f"/w/{code}/{path}")).status_code == 403, path
            for path in ("seats", "links/facilitator", "share", "delete", "people/p1/forget"):
                answer = await phone.post(f"/w/{code}/{path}", data={"confirm": code})
                assert answer.status_code == 403, path
            locked = await phone.post(f"/w/{code}", data={"type": "LockRoom"})
            assert "Only+the+facilitator" in locked.headers["location"].replace("%20", "+")
            assert not (await web.home.room(code)).workshop.room_locked

    run(scene)


def test_a_command_works_as_an_ordinary_form_LIVE_13(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            phone = await web.guest(code, "Ana")
            await boss.post(f"/w/{code}/console", data={"type": "OpenPhase", "phase": "frame"})
            form = {"type": "AddCard", "phase": "frame", "text": "Teams leave early"}
            done = await phone.post(f"/w/{code}", data=form)
            assert (done.status_code, done.headers["location"]) == (303, f"/w/{code}")
            assert "Teams leave early" in (await phone.get(f"/w/{code}")).text
            assert "Teams leave early" not in (await boss.get(f"/w/{code}/console")).text, "not revealed yet"
            nonsense = await phone.post(f"/w/{code}", data={"type": "Nonsense"})
            assert "said=" in nonsense.headers["location"]
            stranger = await web.browser().post(f"/w/{code}", data=form)
            assert stranger.headers["location"] == f"/{code}"

    run(scene)


def test_no_answer_leads_to_another_site(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            for data in (
                {"type": "LockRoom", "back": "https://evil.example/console"},
                {"type": "LockRoom", "next": "//evil.example"},
            ):
                answer = await boss.post(f"/w/{code}/console", data=data)
                assert answer.headers.get("location", f"/w/{code}").startswith(f"/w/{code}")
            for path in ("//evil.example", "/%2Fevil.example", "/?code=//evil.example"):
                answer = await web.browser().get(web.home.base + path)
                assert not answer.headers.get("location", "").startswith(("http", "//")), path

    run(scene)


def test_bodies_that_are_too_large_are_refused_with_a_sentence(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            phone = await web.guest(code, "Ana")
            large = {"type": "ParkThought", "text": "x" * (limits.FORM + 10)}
            answer = await phone.post(f"/w/{code}", data=large)
            assert answer.status_code == 413
            assert "Make it smaller" in said(answer)

            async def drops() -> AsyncIterator[bytes]:  # no length announced
                for _ in range(40):
                    yield b"text=" + b"y" * 4096

            streamed = await phone.post(
                f"/w/{code}",
                content=drops(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            assert streamed.status_code == 413
            file = {"file": ("big.json", b" " * (limits.FILE + 1000))}
            assert (await boss.post("/continue", files=file)).status_code == 413
            fitting = await boss.post("/continue", files={"file": ("list.json", b" " * 1_000_000)})
            assert fitting.status_code == 422

    run(scene)


def test_every_answer_has_the_strict_headers(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            css = f"/static/css/base.css?v={fingerprint('css/base.css')}"
            for path in ("/", "/new", f"/w/{code}/console", f"/w/{code}/outcome", "/nothing/here", css):
                answer = await boss.get(path)
                for name, value in HEADERS.items():
                    assert answer.headers[name] == value, (path, name)
                policy = answer.headers["Content-Security-Policy"]
                assert "unsafe" not in policy
                assert "default-src 'none'" in policy
                kept = answer.headers["Cache-Control"]
                assert ("immutable" in kept) if path == css else (kept == "no-store"), path
            for path in ("/static/css/base.css", "/static/css/base.css?v=123", "/static/none.css?v=1"):
                assert (await boss.get(path)).headers["Cache-Control"] == "no-cache", path

    run(scene)


def test_head_answers_as_get_does_and_other_methods_are_pages(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            for path in ("/", f"/w/{code}/outcome", "/healthz", "/static/css/base.css"):
                head = await boss.head(path)
                assert head.status_code == 200, path
                assert head.content == b""
            for method in ("OPTIONS", "PUT", "DELETE", "TRACE"):
                answer = await boss.request(method, f"/w/{code}/outcome")
                assert answer.status_code == 405, method
                assert "GET" in answer.headers["Allow"]
                assert "Content-Security-Policy" in answer.headers

    run(scene)


def test_cookies_are_secure_behind_tls(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            behind = {"X-Forwarded-Proto": "https"}
            made = await web.browser().post("/new", data={"title": "Growth"}, headers=behind)
            assert "; Secure" in made.headers["set-cookie"]
            plain = await web.browser().post("/new", data={"title": "Growth"})
            assert "; Secure" not in plain.headers["set-cookie"]

    run(scene)


TEMPLATE_FILES = sorted(file for file in TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=", re.I),
    "inline handler": re.compile(r"\son(?!e=)[a-z]+\s*=\s*[\"']", re.I),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "style element": re.compile(r"<style", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "another site": re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.I),
    "unescaped": re.compile(r"(?<!qr)(?<!qr )\|\s*safe\b|autoescape\s+false", re.I),
    "htmx handler": re.compile(r"hx-on|hx-vals='js:|hx-vars", re.I),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_needs_more_than_the_strict_policy_allows(what: str) -> None:
    assert len(TEMPLATE_FILES) > 50
    found = [
        f"{file.relative_to(TEMPLATES)}: {hit.group(0)}"
        for file in TEMPLATE_FILES
        for hit in FORBIDDEN[what].finditer(re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.S))
    ]
    assert not found


def test_no_own_script_makes_code_out_of_text() -> None:
    for file in (STATIC / "js").glob("*.js"):
        text = file.read_text()
        assert not re.search(r"\beval\(|new Function\(|document\.write|insertAdjacentHTML", text), file.name
