"""Drawing for tests: strictly (a mistake in a template is a failure), and as a browser holds it (parts put in their places)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from app.rendering.fragments import Part, name_of
from app.rendering.screens import Place, Presence, Region, part_template, personal, shared
from app.rendering.templates import draw
from facilitation.messages import ScreenKind
from facilitation.state import Workshop

KINDS: tuple[ScreenKind, ...] = ("console", "phone", "wall")
PLACE = Place(url="http://levertree.example/K7PM-4XQA", host="levertree.example", qr="<svg></svg>")
BROKEN = "This part of the board cannot be shown right now."


def presence(workshop: Workshop) -> Presence:
    """Everybody is here."""
    return Presence(online=frozenset(workshop.people), now=1_800_000_000_000)


def drawn(regions: Mapping[str, Region], names: Mapping[str, str]) -> str:
    """The regions as HTML; raises for whatever a template does not know (StrictUndefined)."""
    context = {"name": name_of(names)}
    pieces = []
    for region in regions.values():
        parts = {
            key: draw(part_template(region.of, key), {**data, **context})
            for key, data in region.parts.items()
        }
        board = {**region.data, **context, "part": lambda key, parts=parts: Markup(parts[key] and "")}
        pieces += [draw(region.template, board), *parts.values()]
    return "\n".join(pieces)


def screens(workshop: Workshop, names: Mapping[str, str]) -> dict[str, str]:
    """What each kind of screen shares with all others of its kind, as HTML."""
    return {kind: drawn(shared(workshop, kind, presence(workshop), PLACE), names) for kind in KINDS}


def own(workshop: Workshop, person: str, names: Mapping[str, str]) -> str:
    """What only one person sees, as HTML."""
    return drawn(personal(workshop, person), names)


class Browser:
    """A screen that was opened once and has taken every part since, as the page's script does it: a part replaces
    the content of the element it names, the places of nested regions keep what they hold, and what has no place any more is
    forgotten."""

    def __init__(self, page: Mapping[str, str] | None = None) -> None:
        self._on_page: set[str] = set()
        self._content: dict[str, str] = {}
        for region, html in (page or {}).items():
            self._on_page.add(region)
            self._content.update(apart(region, html))

    def take(self, parts: Iterable[Part], on_page: Iterable[str]) -> None:
        """Put each part where it belongs; `on_page` are the regions that the page itself has."""
        self._on_page |= set(on_page)
        for part in parts:
            self._content[part.region] = part.html
        seen: set[str] = set()
        waiting = [region for region in self._on_page if region in self._content]
        while waiting:
            region = waiting.pop()
            seen.add(region)
            waiting += [place for place in places(self._content[region]) if place in self._content]
        self._content = {region: html for region, html in self._content.items() if region in seen}

    @property
    def regions(self) -> dict[str, str]:
        """What the page shows, region by region."""
        return {region: self._whole(region) for region in self._on_page}

    def _whole(self, region: str) -> str:
        html = self._content.get(region, "")
        return _EMPTY.sub(lambda place: place[0] + self._whole(place[2]), html)


_EMPTY = re.compile(r'<(\w+)\b[^<>]*\bid="([^"]+)"[^<>]*\bdata-region\b[^<>]*>(?=</\1>)')
_TAG = re.compile(r"<(/?)([\w-]+)\b([^<>]*?)(/?)>")
_VOID = frozenset({"input", "br", "img", "hr", "meta", "link", "wbr"})


def places(html: str) -> list[str]:
    """The ids of the empty places of nested regions."""
    return [place[2] for place in _EMPTY.finditer(html)]


def apart(region: str, html: str) -> dict[str, str]:
    """A whole region taken apart: its own HTML and that of the regions in it, each with empty places."""
    found: dict[str, str] = {}
    open_tags: list[tuple[str, str]] = []
    inside: list[tuple[str, list[str]]] = [(region, [])]
    at = 0
    for tag in _TAG.finditer(html):
        inside[-1][1].append(html[at : tag.start()])
        at = tag.end()
        if tag[1]:
            name, place = open_tags.pop()
            assert name == tag[2], f"<{name}> is closed by </{tag[2]}>"
            if place:
                found[place] = "".join(inside.pop()[1])
            inside[-1][1].append(tag[0])
            continue
        inside[-1][1].append(tag[0])
        if tag[2] in _VOID or tag[4]:
            continue
        named = re.search(r'\bid="([^"]+)"', tag[3]) if re.search(r"\bdata-region\b", tag[3]) else None
        open_tags.append((tag[2], named[1] if named else ""))
        if named:
            inside.append((named[1], []))
    inside[0][1].append(html[at:])
    return {region: "".join(inside[0][1]), **found}
