"""The tree's own pages and answers: what-if, formulas and readings for oneself; lists of KPIs, also wicked ones."""

from __future__ import annotations

import asyncio
import html
import io
import re
import time
import zipfile
from pathlib import Path

import httpx

from tests.rooms.house import run
from tests.web.browsers import Site, site

PART = {"X-Levertree": "part"}
LIST = (
    "name;unit;baseline;sigma;parent;formula\nRevenue;$;;;;Visitors × Conversion × Order value\n"
    "Visitors;visitors;50000;4000;Revenue;\nConversion;%;2,4;0,3;Revenue;\nOrder value;$;78;2;Revenue;\n"
)


async def planted(web: Site) -> tuple[str, httpx.AsyncClient, dict[str, str]]:
    """A workshop with domain a's product, imported by its facilitator; ids by name."""
    code, boss = await web.workshop()
    answer = await boss.post(f"/w/{code}/import", files={"file": ("kpis.csv", LIST.encode())})
    assert answer.status_code == 200
    assert "<b>4</b> new" in answer.text
    table = html.unescape(re.search(r'name="table" value="([^"]*)"', answer.text)[1])  # type: ignore[index]
    done = await boss.post(
        f"/w/{code}/import/confirm", data={"table": table, "style": ""}, files={"file": b""}
    )
    assert done.status_code == 303, done.text
    room = await web.home.room(code)
    return code, boss, {kpi.name: kpi.id for kpi in room.workshop.kpis.values()}


def test_what_if_answers_for_oneself_and_changes_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, _, ids = await planted(web)
            noor = await web.guest(code, "Noor")
            room = await web.home.room(code)
            before = room.workshop
            ask = {"kpi": ids["Conversion"], "value": "3"}
            part = await noor.get(f"/w/{code}/what-if", params=ask, headers=PART)
            assert "$93,600 → <b>$117,000</b>" in part.text
            assert "<html" not in part.text
            page = await noor.get(f"/w/{code}/what-if", params=ask)
            assert "<html" in page.text
            assert 'name="type" value="ProposeValue"' in page.text
            more = await noor.get(
                f"/w/{code}/what-if", params={"kpi": ids["Visitors"], "percent": "10"}, headers=PART
            )
            assert "$102,960" in more.text
            for value in ("nan", "1e999", "abc", "9" * 3_000):
                bad = await noor.get(f"/w/{code}/what-if", params={**ask, "value": value}, headers=PART)
                assert bad.status_code == 200
                assert 'class="hint"' in bad.text
            assert room.workshop is before
            sent = await noor.post(
                f"/w/{code}", data={"type": "ProposeValue", "kpi": ids["Conversion"], "value": "3"}
            )
            assert sent.status_code == 303
            assert [s.value for s in room.workshop.suggestions.values()] == [3.0]

    run(test)


def test_a_stranger_learns_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, _, ids = await planted(web)
            stranger = web.browser()
            for path in (
                f"what-if?kpi={ids['Visitors']}&value=1",
                f"formula?kpi={ids['Revenue']}&formula=1",
                f"kpi/{ids['Visitors']}",
            ):
                answer = await stranger.get(f"/w/{code}/{path}", headers=PART)
                assert "50,000" not in answer.text
                assert answer.status_code in (200, 303)
                assert not answer.text or answer.status_code == 303
            guest = await web.guest(code, "Noor")
            for browser in (stranger, guest):
                assert (await browser.get(f"/w/{code}/import")).status_code == 403
                answer = await browser.post(f"/w/{code}/import/confirm", data={"table": '[["name"],["X"]]'})
                assert answer.status_code == 403

    run(test)


def test_a_formula_is_read_while_it_is_typed(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, _, ids = await planted(web)
            noor = await web.guest(code, "Noor")

            async def ask(formula: str) -> str:
                answer = await noor.get(
                    f"/w/{code}/formula", params={"kpi": ids["Revenue"], "formula": formula}, headers=PART
                )
                return answer.text

            assert "$93,600" in await ask("Visitors × Conversion × Order value")
            assert "Visitor" in await ask("Visitor × 2")
            assert "wrong" in await ask("Visitors ×")
            assert "divides by zero" in await ask("Visitors ÷ 0")
            assert "wrong" in await ask("Visitors" + "+1" * 4_000)
            assert await ask("") == ""

    run(test)


def test_readings_say_what_they_are_before_they_are_used(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, _, ids = await planted(web)
            noor = await web.guest(code, "Noor")

            async def ask(text: str, style: str = "") -> str:
                answer = await noor.post(
                    f"/w/{code}/readings", data={"kpi": ids["Conversion"], "text": text, "style": style}
                )
                return answer.text

            assert "12 readings" in await ask("\n".join(f"2.{n % 7}" for n in range(12)))
            assert 'data-style="comma"' in await ask("1.234\n1.250")
            assert "2 readings" in await ask("1.234\n1.250", "point")
            assert "No number" in await ask("nothing here")

    run(test)


def test_a_kpi_is_moved_without_script(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, boss, ids = await planted(web)
            await boss.post(f"/w/{code}/console", data={"type": "OpenPhase", "phase": "tree"})
            noor = await web.guest(code, "Noor")
            board = await noor.get(f"/w/{code}")
            assert f'href="/w/{code}/move"' in board.text
            page = await noor.get(f"/w/{code}/move")
            assert page.text.count("<option") == 8
            wish = {"type": "MoveKpi", "phase": "tree", "kpi": ids["Visitors"], "parent": ids["Conversion"]}
            assert (await noor.post(f"/w/{code}", data=wish)).status_code == 303
            room = await web.home.room(code)
            assert room.workshop.kpis[ids["Visitors"]].parent == ids["Conversion"]
            await noor.post(f"/w/{code}", data={**wish, "kpi": ids["Conversion"], "parent": ids["Visitors"]})
            assert room.workshop.kpis[ids["Conversion"]].parent == ids["Revenue"], "never under itself"
            assert (await web.browser().get(f"/w/{code}/move")).status_code == 303

    run(test)


def test_the_page_of_a_kpi_works_without_script(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, boss, ids = await planted(web)
            await boss.post(f"/w/{code}/console", data={"type": "OpenPhase", "phase": "numbers"})
            page = await boss.get(f"/w/{code}/kpi/{ids['Visitors']}")
            assert page.text.count('name="type" value="DescribeKpi"') == 9
            sent = await boss.post(
                f"/w/{code}/console",
                data={
                    "type": "DescribeKpi",
                    "phase": "numbers",
                    "kpi": ids["Visitors"],
                    "field": "definition",
                    "text": "Unique people",
                },
            )
            assert sent.status_code == 303
            assert "Unique people" in (await boss.get(f"/w/{code}/kpi/{ids['Visitors']}", headers=PART)).text
            assert (await boss.get(f"/w/{code}/kpi/k999")).status_code == 404

    run(test)


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return out.getvalue()


def test_wicked_files_are_answered_with_a_sentence_and_slow_nobody_down(tmp_path: Path) -> None:
    async def test() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            wrong = {
                "empty.csv": b"",
                "old.xls": b"\xd0\xcf\x11\xe0" + b"x" * 100,
                "picture.csv": bytes(range(256)) * 40,
                "bomb.xlsx": _bomb(),
                "columns.csv": b"colour,size\nred,1\n",
                "torn.xlsx": b"PK\x03\x04 and nothing else",
            }
            for name, data in wrong.items():
                answer = await boss.post(f"/w/{code}/import", files={"file": (name, data)})
                assert answer.status_code == 422, name
                assert 'class="field-error"' in answer.text, name
            large = await boss.post(f"/w/{code}/import", files={"file": ("large.csv", b"x" * 5_600_000)})
            assert large.status_code == 413
            many = "name,unit\n" + "\n".join(f"KPI {n},$" for n in range(300))
            answer = await boss.post(f"/w/{code}/import", files={"file": ("many.csv", many.encode("utf-16"))})
            assert "256" in answer.text
            for table in ("not json", "[1]", '[["name"],[7]]', "[]"):
                answer = await boss.post(
                    f"/w/{code}/import/confirm", data={"table": table}, files={"file": b""}
                )
                assert answer.status_code in (409, 422), table

            # While a large list is decoded the house answers others.
            rows = "name,unit,baseline,parent\n" + "\n".join(
                f"KPI {n},$,{n},KPI {n // 4}" for n in range(1_900)
            )
            sending = asyncio.create_task(
                boss.post(f"/w/{code}/import", files={"file": ("l.csv", rows.encode())})
            )
            slowest = 0.0
            other = web.browser()
            while not sending.done():
                start = time.perf_counter()
                await other.get("/healthz")
                slowest = max(slowest, time.perf_counter() - start)
            assert (await sending).status_code == 200
            assert slowest < 2.0

    run(test)
