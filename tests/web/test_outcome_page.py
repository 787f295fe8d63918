"""The outcome on the web: the page, every file, links that end, a workshop that moves and one that goes."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from app.exports import FORMATS, Options, document
from app.exports.errors import PrintingError
from app.exports.sheet import sheet_of
from app.web.outcome_page import MISSING, PARTS, inline_svg, page_data, page_language
from app.web.security import hashed
from facilitation.outcome import Outcome
from tests.exports.sample import full
from tests.exports.variants import hostile
from tests.rooms.house import run
from tests.web.browsers import Site, said, site

OWNERS = {"peoplebox", "jira"}


async def decided(web: Site) -> tuple[str, httpx.AsyncClient]:
    """A small workshop with a tree, an objective and a key result, made by ordinary forms."""
    code, boss = await web.workshop(team="Growth team", start="2027-07-01", end="2027-09-30")
    await boss.post(f"/{code}/join", data={"name": "Fay"})

    async def say(kind: str, **fields: str) -> None:
        answer = await boss.post(f"/w/{code}/console", data={"type": kind, **fields})
        assert answer.status_code == 303, said(answer)
        assert "said=" not in answer.headers["location"], answer.headers["location"]

    await say("OpenPhase", phase="north-star")
    await say("ProposeCandidate", phase="north-star", text="Weekly active teams")
    room = await web.home.room(code)
    await say("AdoptCandidate", phase="north-star", card=next(iter(room.workshop.cards)))
    await say("OpenPhase", phase="draft")
    await say("SetObjective", phase="draft", words="Get new teams to their first win in week one")
    return code, boss


def test_the_page_shows_what_the_document_prints() -> None:
    outcome = full()
    data: Any = page_data(outcome, "/w/X/outcome")
    whole = document.whole(outcome)
    assert data["parts"]["sheet"] == sheet_of(outcome)
    for part, key in (("why", "why"), ("details", "details"), ("add-up", "add_up"), ("work", "work")):
        assert data["parts"][part] == whole[key]
    assert [part["id"] for part in data["index"]] == [part for part, _ in PARTS]


def test_an_empty_outcome_says_for_each_part_what_is_missing_and_where() -> None:
    from app.rendering.templates import draw

    data = page_data(Outcome(title="Growth team"), "/w/X/outcome")
    page = draw(
        "pages/outcome.html", {**data, "code": "X", "facilitates": False, "shared": False, "shares": []}
    )
    for part, _ in PARTS:
        if part != "session":
            assert MISSING[part][0] in page
    assert "phase" in page


@pytest.mark.parametrize("outcome", [full(), hostile()], ids=["full", "hostile"])
def test_the_inline_tree_is_well_formed_and_without_script(outcome: Outcome) -> None:
    from xml.etree import ElementTree

    picture = str(inline_svg(outcome))
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    for node in root.iter():
        assert node.tag.rpartition("}")[2] in {"svg", "title", "desc", "rect", "path", "text"}
        assert not any(name.startswith("on") or name in ("style", "href") for name in node.attrib)


@pytest.mark.parametrize(
    ("language", "lang", "direction"),
    [("en", "en", "ltr"), ("ar", "ar", "rtl"), ("he-IL", "he-IL", "rtl"), ('x" onload="', "en", "ltr")],
)
def test_language_and_direction(language: str, lang: str, direction: str) -> None:
    assert page_language(language) == {"lang": lang, "dir": direction}


def test_every_format_downloads_for_those_with_a_seat_and_for_nobody_else(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            phone = await web.guest(code, "Ana")
            page = await phone.get(f"/w/{code}/outcome")
            assert "Get new teams to their first win in week one" in said(page)
            assert "Delete" not in page.text
            for name, form in FORMATS.items():
                answer = await boss.get(f"/w/{code}/outcome/{name}")
                assert answer.status_code == 200, name
                assert answer.headers["Content-Type"].startswith(form.media_type)
                assert f".{form.extension}" in answer.headers["Content-Disposition"]
                assert answer.content
            stranger = web.browser()
            assert (await stranger.get(f"/w/{code}/outcome/json")).headers["location"] == f"/{code}"
            assert (await boss.get(f"/w/{code}/outcome/docx")).status_code == 404

    run(scene)


def test_paper_may_be_us_letter(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            widths = []
            for paper in ("a4", "us-letter"):
                answer = await boss.get(f"/w/{code}/outcome/okr-sheet", params={"paper": paper})
                widths.append(round(float(PdfReader(io.BytesIO(answer.content)).pages[0].mediabox.width)))
            assert widths == [842, 792]

    run(scene)


def test_owners_addresses_come_in_a_form_and_a_wrong_one_is_said(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            room = await web.home.room(code)
            objective = next(iter(room.workshop.objectives))
            answer = await boss.post(
                f"/w/{code}/console",
                data={"type": "OpenPhase", "phase": "commit"},
            )
            answer = await boss.post(
                f"/w/{code}/console",
                data={"type": "SetOwner", "phase": "commit", "id": objective, "name": "Ana Ruiz"},
            )
            assert "said=" not in answer.headers.get("location", "said="), said(answer)
            page = await boss.get(f"/w/{code}/outcome")
            assert 'name="email"' in page.text
            name = next(name for name, form in FORMATS.items() if form.needs_emails)
            form = {"owner": "Ana Ruiz", "email": "ana@example.org"}
            given = await boss.post(f"/w/{code}/outcome/{name}", data=form)
            assert b"ana@example.org" in given.content
            wrong = await boss.post(f"/w/{code}/outcome/{name}", data={**form, "email": "ana"})
            assert wrong.status_code == 422
            assert "no e-mail address" in said(wrong)

    run(scene)


def test_a_share_link_reads_only_lasts_as_chosen_and_can_be_ended(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            page = await boss.post(f"/w/{code}/share", data={"days": "7"})
            found = re.search(r"(/s/([\w-]+))\"", page.text)
            assert found is not None
            path, token = found.groups()
            store = web.home.parts.store
            capability = await store.capability(hashed(token))
            assert capability is not None
            assert capability.expires_at is not None
            assert round((capability.expires_at - capability.created_at) / 86_400_000) == 7
            reader = web.browser()
            shared = await reader.get(path)
            assert "Get new teams to their first win in week one" in said(shared)
            assert 'action="/w/' not in shared.text
            assert code not in shared.text
            assert (await reader.get(f"{path}/pdf")).content.startswith(b"%PDF")
            assert (await reader.get(f"/w/{code}/outcome")).status_code == 303
            assert (await boss.post(f"/w/{code}/share", data={"days": "4000"})).status_code == 422
            listed = await boss.get(f"/w/{code}/outcome")
            mark = re.search(r'name="mark" value="(\w+)"', listed.text)
            assert mark is not None
            await boss.post(f"/w/{code}/share/end", data={"mark": mark.group(1)})
            assert (await reader.get(path)).status_code == 404
            assert "No link is out" in said(await boss.get(f"/w/{code}/outcome"))

    run(scene)


def test_a_share_link_ends_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, _ = await decided(web)
            room = await web.home.room(code)
            await web.home.parts.store.add_capability(room.id, "share", hashed("t" * 43), 1_000)
            assert (await web.browser().get("/s/" + "t" * 43)).status_code == 404

    run(scene)


def test_a_press_that_cannot_print_is_a_page_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(outcome: Outcome, options: Options) -> bytes:
        raise PrintingError("The press stopped twice while printing this document.")

    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], write=stopped))

    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            answer = await boss.get(f"/w/{code}/outcome/pdf")
            assert answer.status_code == 503
            assert "The press stopped twice" in said(answer)
            assert (await boss.get(f"/w/{code}/outcome/json")).status_code == 200

    run(scene)


def test_a_workshop_is_saved_and_continued_in_the_browser(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            saved = await boss.get(f"/w/{code}/archive")
            assert "attachment" in saved.headers["Content-Disposition"]
            other = web.browser()
            went = await other.post("/continue", files={"file": ("w.json", saved.content)})
            assert went.status_code == 303, said(went)
            console = went.headers["location"]
            new_code = console.split("/")[2]
            assert new_code != code
            assert (await other.get(console)).status_code == 200
            ours = (await boss.get(f"/w/{code}/outcome/json")).json()
            theirs = (await other.get(f"/w/{new_code}/outcome/json")).json()
            assert {**theirs, "code": ""} == {**ours, "code": ""}
            refused = await other.post("/continue", files={"file": ("x.json", json.dumps(ours))})
            assert refused.status_code == 422
            assert "whole workshop" in said(refused)

    run(scene)


def test_a_workshop_is_deleted_only_with_its_code_typed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            phone = await web.home.join(code, "Ana")
            live = await web.home.opened(code, "phone", phone)
            assert (await boss.post(f"/w/{code}/delete", data={"confirm": "yes"})).status_code == 422
            assert (await boss.get(f"/w/{code}/console")).status_code == 200
            gone = await boss.post(f"/w/{code}/delete", data={"confirm": f"{code[:4]}-{code[4:].lower()}"})
            assert "is gone from this server" in said(gone)
            assert (await boss.get(f"/w/{code}/console")).status_code == 404
            assert await web.home.parts.store.workshop_by_code(code) is None
            assert not web.home.parts.rooms.open_rooms()
            await live.drop()

    run(scene)


def test_a_name_is_forgotten_and_what_was_made_stays(tmp_path: Path) -> None:
    async def scene() -> None:
        async with site(tmp_path) as web:
            code, boss = await decided(web)
            await web.guest(code, "Ana Ruiz")
            room = await web.home.room(code)
            person = next(one for one, name in room.names.items() if name == "Ana Ruiz")
            answer = await boss.post(f"/w/{code}/people/{person}/forget")
            assert answer.status_code == 303
            assert person not in room.names
            assert "Ana Ruiz" not in (await boss.get(f"/w/{code}/console")).text
            assert person in room.workshop.people
            assert (await boss.post(f"/w/{code}/people/p999/forget")).status_code == 404

    run(scene)
