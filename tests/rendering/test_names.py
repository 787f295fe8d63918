"""A name that becomes known reaches every region that shows it, also those that are drawn in a calmer rhythm."""

from __future__ import annotations

from app.rendering.fragments import Canvas
from app.rendering.screens import Region


def test_a_region_left_out_once_meets_the_new_name_later() -> None:
    canvas = Canvas()
    lobby = Region("screens/phone/lobby.html", {"people": ["p4"], "agenda": ["Frame"]})
    canvas.update({"shared": lobby}, {}, 1)
    assert "Guest 4" in canvas.html("shared")
    names = {"p4": "Sam Osei"}
    assert canvas.update({}, names, 2, kept=frozenset({"shared"})) == []
    [part] = canvas.update({"shared": lobby}, names, 2)
    assert "Sam Osei" in part.html
    assert canvas.update({"shared": lobby}, names, 2) == []
