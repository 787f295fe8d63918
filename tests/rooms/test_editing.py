"""Who edits which KPI: a hint that everybody sees for as long as it is true, that draws nothing and gives nothing away."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.rendering.fragments import name_of
from app.rooms import presence
from app.rooms.frames import Frame
from app.rooms.presence import Company, told
from app.rooms.protocol import Editing, Node, Typing, read
from facilitation.kpi_tree import Kpi
from facilitation.messages import Rejected
from facilitation.state import Workshop
from facilitation.workshop import EMPTY
from tests.rooms.house import House, run
from tests.rooms.house import house as open_house
from tests.rooms.parts import screen
from tests.rooms.screen import Screen

NOOR, ADA, BEN = "\u2068Noor\u2069", "\u2068Ada\u2069", "\u2068Ben\u2069"


def test_the_message_names_one_kpi_and_no_novel() -> None:
    assert read('{"t":"typing","on":true,"kpi":"k12"}') == Typing(kpi="k12")
    assert read('{"t":"typing","on":true}') == Typing()
    for kpi in ('"' + "k" * 25 + '"', "7", "null", '["k1"]', '{"a":1}'):
        assert isinstance(read(f'{{"t":"typing","kpi":{kpi}}}'), Rejected), kpi


def test_what_others_do_is_said_and_not_what_one_does_oneself() -> None:
    name = name_of({"p2": "Noor", "p3": "Ada", "p4": "Ben", "p5": "M" * 60})
    editing = {"k1": ("p2",), "k2": ("p2", "p3"), "k3": ("p4", "p2", "p3"), "k4": ("p5",), "k5": ("p9",)}
    assert told(editing, name).nodes == [
        Node(kpi="k1", words=f"{NOOR} is editing"),
        Node(kpi="k2", words=f"{NOOR} and {ADA} are editing"),
        Node(kpi="k3", words=f"{BEN} and 2 others are editing"),
        Node(kpi="k4", words="\u2068" + "M" * 23 + "…\u2069 is editing"),
        Node(kpi="k5", words="\u2068Guest 9\u2069 is editing"),
    ]
    for_noor = {node.kpi: node.words for node in told(editing, name, "p2").nodes}
    assert "k1" not in for_noor
    assert for_noor["k2"] == f"{ADA} is editing"


def test_only_kpis_that_are_there_and_only_so_many_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kpis = {f"k{n}": Kpi(id=f"k{n}", name=f"KPI {n}") for n in range(60)}
    board = Workshop(**{**msgspec.structs.asdict(EMPTY), "kpis": kpis})
    company = Company()
    for n in range(60):
        company.typing(f"p{n}", True, f"k{n}")
    company.typing("p70", True, "k99")
    company.typing("p71", True)
    monkeypatch.setattr(presence, "current_phase", lambda workshop: None)
    assert company.editing(board) == {}, "before the first phase nothing is told"
    monkeypatch.setattr(presence, "current_phase", lambda workshop: Phase("tree"))
    found = company.editing(board)
    assert len(found) == presence.MOST_NODES
    assert set(found) <= set(kpis)
    for activity in ("vote", "challenge", "levers", "commit", "choose", "collect", "draft", "close"):
        monkeypatch.setattr(presence, "current_phase", lambda workshop, to=activity: Phase(to))
        assert company.editing(board) == {}, f"{activity} keeps it to itself"


class Phase:
    """A phase with this activity."""

    def __init__(self, activity: str) -> None:
        self.activity = activity


def test_typing_on_is_no_news_but_another_kpi_is() -> None:
    company = Company()
    assert company.typing("p1", True, "k1")
    assert not company.typing("p1", True, "k1")
    assert company.typing("p1", True, "k2")
    assert company.typing("p1", False)
    assert not company.typing("p1", False)


def test_LIVE_7_hints_that_nobody_takes_do_not_pile_up() -> None:
    async def test() -> None:
        connection, wire = screen("phone", "p1")
        wire.ready = False
        for n in range(500):
            connection.hint(Frame(Editing(nodes=[Node(kpi=f"k{n}", words="Noor is editing")])))
        wire.ready = True
        connection.drained()
        (only,) = wire.of("editing")
        assert only["nodes"][0]["kpi"] == "k499"
        assert not connection.behind

    run(test)


async def growing(home: House) -> tuple[str, str, Screen, dict[str, str]]:
    """A workshop whose tree has a top and two KPIs, and its console."""
    code, cookie = await home.workshop()
    console = await home.opened(code, "console", cookie)
    await console.say("OpenPhase", phase="tree")
    await console.say("AddKpi", phase="tree", name="Revenue")
    (top,) = (await home.room(code)).workshop.kpis
    await console.say("AddKpi", phase="tree", name="Visitors", parent=top)
    await console.say("AddKpi", phase="tree", name="Conversion", parent=top)
    return code, cookie, console, {k.name: k.id for k in (await home.room(code)).workshop.kpis.values()}


def test_issue_3_a_node_that_somebody_edits_says_so_on_all_other_screens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with open_house(tmp_path) as home:
            code, cookie, console, ids = await growing(home)
            noor = await home.opened(code, "phone", await home.join(code, "Noor"))
            ben = await home.opened(code, "phone", await home.join(code, "Ben"))
            wall = await home.opened(code, "wall", query=f"?key={await home.wall_key(code, cookie)}")
            others = (ben, console, wall)
            for watcher in others:  # wait for the lists of people: from here on only the hint is under way
                await watcher.until(lambda seen=watcher: bool(seen.regions))
            await console.shows("aside", "Ben")
            boards = {id(seen): dict(seen.regions) for seen in others}

            await noor.send({"t": "typing", "on": True, "kpi": ids["Visitors"]})
            said = {ids["Visitors"]: f"{NOOR} is editing"}
            for watcher in others:
                await watcher.until(lambda seen=watcher: seen.editing == said)
            assert noor.editing == {}, "nobody is told what they do themselves"
            for watcher in others:
                before = {k: v for k, v in boards[id(watcher)].items() if k not in ("aside", "people")}
                assert {k: watcher.regions[k] for k in before} == before, "no region is drawn for it"

            late = await home.opened(code, "phone", await home.join(code, "Late"))
            await late.until(lambda: late.editing == said)

            await ben.send({"t": "typing", "on": True, "kpi": ids["Visitors"]})
            await console.until(lambda: console.editing == {ids["Visitors"]: f"{NOOR} and {BEN} are editing"})
            await noor.until(lambda: noor.editing == {ids["Visitors"]: f"{BEN} is editing"})
            await ben.send({"t": "typing", "on": False})
            await console.until(lambda: console.editing == said)

            # Moving on to another KPI, leaving, and a KPI that is gone.
            await noor.send({"t": "typing", "on": True, "kpi": ids["Conversion"]})
            await ben.until(lambda: ben.editing == {ids["Conversion"]: f"{NOOR} is editing"})
            await console.say("RemoveKpi", phase="tree", kpi=ids["Conversion"])
            await ben.until(lambda: ben.editing == {})
            await noor.send({"t": "typing", "on": True, "kpi": ids["Visitors"]})
            await ben.until(lambda: ben.editing == said)
            await noor.drop()
            await ben.until(lambda: ben.editing == {})

    run(test)


def test_who_falls_silent_is_forgotten_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "TYPING_FOR", 0.5)

    async def test() -> None:
        async with open_house(tmp_path) as home:
            code, _, _, ids = await growing(home)
            noor = await home.opened(code, "phone", await home.join(code, "Noor"))
            ben = await home.opened(code, "phone", await home.join(code, "Ben"))
            await noor.send({"t": "typing", "on": True, "kpi": ids["Revenue"]})
            await ben.until(lambda: ben.editing != {})
            await ben.until(lambda: ben.editing == {}, within=5)

    run(test)


def test_LIVE_9_where_people_answer_in_secret_nothing_of_their_typing_is_told(tmp_path: Path) -> None:
    async def test() -> None:
        async with open_house(tmp_path) as home:
            code, _, console, ids = await growing(home)
            noor = await home.opened(code, "phone", await home.join(code, "Noor"))
            ben = await home.opened(code, "phone", await home.join(code, "Ben"))
            await noor.send({"t": "typing", "on": True, "kpi": ids["Visitors"]})
            await ben.until(lambda: ben.editing != {})
            await console.say("OpenPhase", phase="vote")
            await ben.until(lambda: ben.editing == {})
            for on in (True, False, True):
                await noor.send({"t": "typing", "on": on, "kpi": ids["Visitors"]})
            await noor.send({"t": "typing", "on": True, "kpi": "<script>"})
            await console.shows("aside", "· 1 writing")
            await console.say("SetNumbers", phase="vote", kpi=ids["Visitors"], baseline="7")
            await ben.until(lambda: ben.seq >= console.seq)
            assert ben.editing == {} == console.editing
            assert noor.notices == []

    run(test)
