"""The checks while somebody types: a fragment for those with a seat, nothing for others, and nothing is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rooms.house import run
from tests.web.browsers import said, site

pytestmark = pytest.mark.timeout(60)


def test_words_are_read_for_those_with_a_seat(tmp_path: Path) -> None:
    async def visit() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            guest = await web.guest(code, "Noor")
            before = (await web.home.room(code)).workshop.seq
            for browser in (boss, guest):
                answer = await browser.post(
                    f"/w/{code}/lint/objective", data={"words": "Hit 40 % activation"}
                )
                assert answer.status_code == 200
                assert 'data-rule="O-METRIC"' in answer.text
                assert "<form" not in answer.text
            quiet = await guest.post(
                f"/w/{code}/lint/key-result", data={"words": "Activation from 36 to 44 %"}
            )
            assert said(quiet) == ""
            assert (await web.home.room(code)).workshop.seq == before

    run(visit)


def test_strangers_other_sites_and_odd_kinds_learn_nothing(tmp_path: Path) -> None:
    async def visit() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            words = {"words": "Hit 40 % activation"}
            assert (await web.browser().post(f"/w/{code}/lint/objective", data=words)).status_code == 403
            elsewhere = {"Origin": "https://elsewhere.example"}
            answer = await boss.post(f"/w/{code}/lint/objective", data=words, headers=elsewhere)
            assert answer.status_code == 403
            assert (await boss.post(f"/w/{code}/lint/poem", data=words)).status_code == 403

    run(visit)


def test_words_are_shown_as_words_and_a_flood_is_ignored(tmp_path: Path) -> None:
    async def visit() -> None:
        async with site(tmp_path) as web:
            code, boss = await web.workshop()
            answer = await boss.post(
                f"/w/{code}/lint/key-result", data={"words": "Launch <script>alert(1)</script>" + "x" * 5000}
            )
            assert answer.status_code == 200
            assert "<script" not in answer.text
            codes = [
                (await boss.post(f"/w/{code}/lint/objective", data={"words": "Ship it"})).status_code
                for _ in range(60)
            ]
            assert codes[0] == 200
            assert 204 in codes

    run(visit)
