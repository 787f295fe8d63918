"""The rehearsal itself: phase by phase, everybody does what a group would do, then the outcome lands on disk."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.rehearsal.client import Browser, Refusal, id_near
from app.rehearsal.script import Talk, talk_for
from facilitation.examples import Example, example
from facilitation.formula import to_text

FILES = ("pdf", "okr-sheet", "markdown", "json")


class Rehearsal:
    """One workshop with a facilitator and some participants, played at `speed` times the guide's pace."""

    def __init__(
        self, base: str, name: str, people: int, speed: float, tell: Callable[[str], None], host_key: str = ""
    ) -> None:
        self.base = base
        self.host_key = host_key
        self.example: Example = example(name)
        self.talk: Talk = talk_for(name, [kpi.id for kpi in self.example.kpis if kpi.parent])
        self.people = people
        self.speed = speed
        self.tell = tell
        self.code = ""
        self.ids: dict[str, str] = {}
        self.boss = Browser(base)
        self.crowd: list[Browser] = []

    async def run(self) -> dict[str, bytes]:
        """Play everything; gives the outcome's files by name."""
        try:
            await self._prepare()
            for phase, act in (
                ("frame", self._frame),
                ("north-star", self._north_star),
                ("tree", self._tree),
                ("numbers", self._numbers),
                ("levers", self._levers),
                ("vote", self._vote),
                ("guardrails", self._guardrails),
                ("challenge", self._challenge),
                ("draft", self._draft),
                ("commit", self._commit),
                ("close", self._close),
            ):
                await self.boss.say("OpenPhase", phase=phase)
                self.tell(f"{phase}")
                await act(phase)
                for one in self.crowd:
                    await one.say("MarkDone", phase=phase)
                await self._pause(40)
            return await self._fetch()
        finally:
            for browser in [self.boss, *self.crowd]:
                await browser.close()

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)

    async def _prepare(self) -> None:
        form = {
            "title": f"{self.talk.team}: {self.example.title}"[:120],
            "team": self.talk.team,
            "period": "Q3 2027",
            "start": "2027-07-01",
            "end": "2027-09-30",
            "time_zone": "Europe/Vienna",
            "strategy": self.example.strategy,
            "guide": "kpi-to-okr",
            "host_key": self.host_key,
        }
        response = await self.boss.http.post("/new", data=form)
        response.raise_for_status()
        self.code = response.url.path.split("/")[2]
        await self.boss.watch(self.code, "console")
        for index in range(self.people):
            one = Browser(self.base)
            self.crowd.append(one)
            names = self.talk.names
            name = names[index] if index < len(names) else f"Guest {index + 1}"
            (await one.http.post(f"/{self.code}/join", data={"name": name})).raise_for_status()
            await one.watch(self.code, "phone")
            await self._pause(5)
        self.tell(f"{self.people} people joined {self.base}/{self.code}")

    async def _known(self) -> dict[str, Any]:
        response = await self.boss.http.get(f"/w/{self.code}/outcome/json")
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found

    def _turns(self) -> itertools.cycle[Browser]:
        return itertools.cycle(self.crowd)

    async def _frame(self, phase: str) -> None:
        for who, text in zip(self._turns(), self.talk.cards, strict=False):
            await who.say("AddCard", phase=phase, text=text)
            await self._pause(20)
        await self.boss.say("ParkThought", text=self.talk.parked[0])
        await self.boss.say("Reveal", phase=phase)

    async def _north_star(self, phase: str) -> None:
        top = self.example.kpis[0]
        first = self.crowd[0]
        await first.say("ProposeCandidate", phase=phase, text=top.name, reason=self.talk.reason)
        for who, (text, reason) in zip(
            itertools.cycle(self.crowd[1:] or self.crowd), self.talk.rivals, strict=False
        ):
            await who.say("ProposeCandidate", phase=phase, text=text, reason=reason)
        for index, who in enumerate(self.crowd):
            text = self.talk.rivals[0][0] if index == len(self.crowd) - 1 and index else top.name
            page = await who.sees("mine", text)
            await who.say("Choose", phase=phase, card=id_near(page, text, "c"))
            await self._pause(15)
        await self.boss.say("Reveal", phase=phase)
        await self._pause(30)
        page = await self.crowd[0].sees("mine", top.name)
        await self.boss.say("AdoptCandidate", phase=phase, card=id_near(page, top.name, "c"))
        await self._learn()

    async def _learn(self) -> None:
        names = {kpi.name: kpi.id for kpi in self.example.kpis}
        for sheet in (await self._known())["kpis"]:
            kpi = sheet["kpi"]
            if kpi["name"] in names:
                self.ids[names[kpi["name"]]] = kpi["id"]

    async def _tree(self, phase: str) -> None:
        turns = self._turns()
        for kpi in self.example.kpis[1:]:
            assert kpi.parent is not None
            await next(turns).say(
                "AddKpi",
                phase=phase,
                name=kpi.name,
                parent=self.ids[kpi.parent],
                indicator=kpi.indicator or "",
                unit=kpi.unit,
            )
            await self._learn()
            await self._pause(35)
        names = {kpi.id: kpi.name for kpi in self.example.kpis}
        for kpi in self.example.kpis:
            who = next(turns)
            if kpi.formula:
                await who.say(
                    "SetFormula", phase=phase, kpi=self.ids[kpi.id], formula=to_text(kpi.formula, names)
                )
            for link in kpi.influences:
                await who.say(
                    "SetInfluence",
                    phase=phase,
                    kpi=self.ids[kpi.id],
                    child=self.ids[link.child],
                    elasticity="" if link.elasticity is None else f"{link.elasticity:g}",
                    lag_weeks="" if link.lag_weeks is None else f"{link.lag_weeks:g}",
                    evidence=link.evidence,
                )
            await self._pause(10)

    async def _numbers(self, phase: str) -> None:
        turns = self._turns()
        for place, kpi in enumerate(self.example.kpis):
            low, high = kpi.band or (None, None)
            await next(turns).say(
                "SetNumbers",
                phase=phase,
                kpi=self.ids[kpi.id],
                baseline=_typed(kpi.baseline),
                sigma=_typed(kpi.sigma),
                unit=kpi.unit,
                direction=kpi.direction or "",
                band_low=_typed(low),
                band_high=_typed(high),
                lower=_typed(kpi.lower),
                upper=_typed(kpi.upper),
                cadence=kpi.cadence,
                # Whoever knows a number speaks up for it, where the example names nobody.
                owner=kpi.owner or self.talk.names[place % len(self.talk.names)],
                source=kpi.source or "computed from the numbers below",
            )
            for field in ("definition", "caveats"):
                if getattr(kpi, field):
                    await self.boss.say(
                        "DescribeKpi",
                        phase=phase,
                        kpi=self.ids[kpi.id],
                        field=field,
                        text=getattr(kpi, field),
                    )
            await self._pause(15)

    async def _levers(self, phase: str) -> None:
        turns = self._turns()
        for kpi in self.example.kpis[1:]:
            control = (
                "ours" if kpi.id in self.talk.ours else "shared" if kpi.id in self.talk.shared else "outside"
            )
            who = next(turns)
            await who.say("DeclareControl", phase=phase, kpi=self.ids[kpi.id], control=control)
            await who.say(
                "DescribeLever",
                phase=phase,
                kpi=self.ids[kpi.id],
                family=kpi.family,
                segment=kpi.segment,
                plain_outcome=self.talk.outcomes.get(kpi.id, ""),
                step=self.talk.steps_by_lever.get(kpi.id, ""),
            )
            await self._pause(10)

    async def _vote(self, phase: str) -> None:
        for index, who in enumerate(self.crowd):
            for dot in range(5):
                favourite = self.talk.favourites[
                    (dot * (1 + index % 2) + index // 2) % len(self.talk.favourites)
                ]
                try:
                    await who.say("CastVote", phase=phase, kpi=self.ids[favourite])
                except Refusal as refusal:
                    self.tell(f"  {refusal}")
                await self._pause(5)
        await self.boss.say("Reveal", phase=phase)
        await self._pause(45)

    async def _guardrails(self, phase: str) -> None:
        for who, guardrail in zip(self._turns(), self.example.guardrails, strict=False):
            await who.say(
                "SetGuardrail",
                phase=phase,
                name=guardrail.name,
                comparator=guardrail.comparator or "",
                threshold=_typed(guardrail.threshold),
                unit=guardrail.unit,
                current=_typed(guardrail.current),
                owner=guardrail.owner,
                source=guardrail.source,
            )
            await self._pause(60)

    async def _challenge(self, phase: str) -> None:
        claims = [self.ids[kpi] for kpi in self.talk.favourites]
        for index, who in enumerate(self.crowd):
            for place, kpi in enumerate(claims):
                try:
                    await who.say("GiveBelief", phase=phase, kpi=kpi, belief=2 + (index + place) % 4)
                except Refusal:
                    continue
                await self._pause(8)
        await self.boss.say("Reveal", phase=phase)

    async def _draft(self, phase: str) -> None:
        known = await self._known()
        targets = {self.ids[t.kpi]: t for t in self.example.targets}
        turns = self._turns()
        for sheet in known["objectives"]:
            there = {kr["key_result"].get("kpi") for kr in sheet["key_results"]}
            for kr in sheet["key_results"]:
                target = targets.get(kr["key_result"].get("kpi"))
                if target is not None:
                    await next(turns).say(
                        "SetKeyResult", phase=phase, id=kr["key_result"]["id"], target=_typed(target.target)
                    )
                    targets.pop(kr["key_result"]["kpi"])
                    await self._pause(40)
            branch = sheet["objective"].get("branch")
            for kpi in [k for k in targets if branch in (None, k) or k in there]:
                targets.pop(kpi)
        if known["objectives"]:
            first = known["objectives"][0]["objective"]["id"]
            for kpi, target in targets.items():
                await self.boss.say("AddKeyResult", phase=phase, objective=first, kpi=kpi)
                again = (await self._known())["objectives"]
                made = next(
                    kr["key_result"]["id"]
                    for o in again
                    for kr in o["key_results"]
                    if kr["key_result"].get("kpi") == kpi
                )
                await self.boss.say("SetKeyResult", phase=phase, id=made, target=_typed(target.target))
        rows = [
            kr["key_result"] for sheet in (await self._known())["objectives"] for kr in sheet["key_results"]
        ]
        serves = {row.get("kpi"): row["id"] for row in rows}
        moved = itertools.chain(self.talk.initiatives_move, itertools.repeat(""))
        for who, text, kpi in zip(self._turns(), self.example.initiatives, moved, strict=False):
            key_result = serves.get(self.ids.get(kpi), "")
            await who.say("SetInitiative", phase=phase, text=text, key_result=key_result)
            await self._pause(20)

    async def _commit(self, phase: str) -> None:
        sheets = (await self._known())["objectives"]
        names = list(self.talk.names[: max(1, self.people)])
        for place, sheet in enumerate(sheets):
            objective = sheet["objective"]
            if not objective.get("owner"):
                await self.boss.say(
                    "SetOwner", phase=phase, id=objective["id"], owner=names[place % len(names)]
                )
            await self.boss.say("SetMode", phase=phase, id=objective["id"], mode="stretch")
            for number, kr in enumerate(sheet["key_results"]):
                key_result = kr["key_result"]
                if not key_result.get("owner"):
                    await self.boss.say(
                        "SetOwner",
                        phase=phase,
                        id=key_result["id"],
                        owner=names[(place + number) % len(names)],
                    )
                for index, who in enumerate(self.crowd):
                    await who.say(
                        "GiveCommitment",
                        phase=phase,
                        key_result=key_result["id"],
                        fingers=3 + (index + number) % 3,
                    )
                await self._pause(15)
        await self.boss.say("Reveal", phase=phase)
        try:
            await self.boss.say("MarkFinal")
        except Refusal as refusal:
            self.tell(f"  {refusal}")

    async def _close(self, phase: str) -> None:
        for index, who in enumerate(self.crowd):
            await who.say("GiveReturn", phase=phase, value=4 + index % 2)
        for text in self.talk.steps:
            await self.boss.say("SetNextStep", phase=phase, text=text)
        await self.boss.say("Reveal", phase=phase)

    async def _fetch(self) -> dict[str, bytes]:
        """The outcome's files by name."""
        found = {}
        for name in FILES:
            response = await self.boss.http.get(f"/w/{self.code}/outcome/{name}")
            response.raise_for_status()
            found[response.headers["content-disposition"].split('filename="')[1].split('"')[0]] = (
                response.content
            )
        return found


def save(files: dict[str, bytes], out: Path) -> list[Path]:
    """Write the files into a folder; gives their paths."""
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    return [out / name for name in files]


def _typed(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
