"""Places of nested regions: empty on the wire, filled on a page that is opened."""

from __future__ import annotations

from app.rendering.fragments import Canvas
from app.rendering.places import filled
from app.rendering.screens import Region
from facilitation.text import text_of

PAGE = '<ul><li id="a-1" class="x" data-region></li><li id="b"></li></ul><svg><g id="c-1" data-region data-new></g></svg>'


def test_what_belongs_into_a_place_is_put_there_and_nowhere_else() -> None:
    content = {"a-1": '<p>1 <b id="d-1" data-region></b></p>', "c-1": "<rect/>", "d-1": "deep", "b": "never"}
    assert filled(PAGE, lambda place: content.get(place, "")) == (
        '<ul><li id="a-1" class="x" data-region><p>1 <b id="d-1" data-region>deep</b></p></li><li id="b"></li></ul>'
        '<svg><g id="c-1" data-region data-new><rect/></g></svg>'
    )
    assert filled(PAGE, lambda place: "") == PAGE
    full = '<p id="e" data-region>here already</p>'
    assert filled(full, lambda place: "twice") == full


def test_what_somebody_wrote_is_never_a_place() -> None:
    name = text_of('<b id="a-1" data-region></b>', 80, "A name")
    assert isinstance(name, str)
    canvas = Canvas()
    place = Region("activities/tree/place.html", {"text": name})
    canvas.update({"place-1": place}, {}, 1)
    whole = str(canvas.html("place-1"))
    assert "&lt;b id=" in whole
    assert filled(whole, lambda place: "!") == whole


def test_a_part_is_drawn_and_sent_only_when_it_changed_itself() -> None:
    def outline(order: str, **texts: str) -> dict[str, Region]:
        parts = {f"place-{key}": {"text": text} for key, text in texts.items()}
        data = {"phase": "tree", "code": "AAAABBBB", "rows": [{"id": key, "depth": 0} for key in order]}
        return {"board": Region("activities/tree/_add.html", data, parts, of="activities/tree")}

    canvas = Canvas()
    assert [part.region for part in canvas.update(outline("ab", a="A", b="B"), {}, 1)] == [
        "board",
        "place-a",
        "place-b",
    ]
    assert [part.region for part in canvas.update(outline("ab", a="A", b="C"), {}, 2)] == ["place-b"]
    turned = canvas.update(outline("ba", a="A", b="C"), {}, 3)
    assert [part.region for part in turned] == ["board"]
    assert ">A<" not in turned[0].html
    assert [part.region for part in canvas.update(outline("bad", a="A", b="C", d="D"), {}, 4)] == [
        "board",
        "place-d",
    ]
    assert [part.region for part in canvas.since(4)] == ["board", "place-d"]
    assert [part.region for part in canvas.since(2)] == ["board", "place-b", "place-d"]
    whole = str(canvas.html("board"))
    assert whole.index(">C<") < whole.index(">A<") < whole.index(">D<")
    assert canvas.update(outline("bad", a="A", b="C", d="D"), {}, 5) == []
