"""Drawing for tests: strictly (a mistake in a template is a failure), and as a browser holds it (parts put in their places)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from app.rendering.fragments import Part, name_of
from app.rendering.screens import Place, Presence, Region, personal, shared
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
        parts = {key: draw(part.template, {**part.data, **context}) for key, part in region.parts.items()}
        board = {**region.data, **context, "part": lambda key, parts=parts: Markup(parts[key])}
        pieces += [draw(region.template, board), *parts.values()]
    return "\n".join(pieces)


def screens(workshop: Workshop, names: Mapping[str, str]) -> dict[str, str]:
    """What each kind of screen shares with all others of its kind, as HTML."""
    return {kind: drawn(shared(workshop, kind, presence(workshop), PLACE), names) for kind in KINDS}


def own(workshop: Workshop, person: str, names: Mapping[str, str]) -> str:
    """What only one person sees, as HTML."""
    return drawn(personal(workshop, person), names)


class Browser:
    """A screen that was opened once and has taken every part since: regions by id, parts put into the element they name."""

    def __init__(self) -> None:
        self.regions: dict[str, str] = {}

    def take(self, parts: Iterable[Part], places: Iterable[str]) -> None:
        """Put each part where it belongs; regions that are on the page are `places`, all else stands inside one."""
        on_page = set(places)
        for part in parts:
            if part.region in on_page:
                self.regions[part.region] = part.html
            else:
                self._inside(part)

    def _inside(self, part: Part) -> None:
        for region, html in self.regions.items():
            changed = put_inside(html, part.region, part.html)
            if changed is not None:
                self.regions[region] = changed
                return


def put_inside(html: str, element: str, inner: str) -> str | None:
    """`html` with the content of the element with this id replaced; `None` where there is no such element."""
    opening = re.search(rf'<([\w-]+)\b[^>]*\sid="{re.escape(element)}"[^>]*>', html)
    if opening is None:
        return None
    depth, start = 1, opening.end()
    for tag in re.finditer(rf"<(/?){opening[1]}\b[^>]*?(/?)>", html[start:]):
        depth += 0 if tag[2] else -1 if tag[1] else 1
        if depth == 0:
            return html[:start] + inner + html[start + tag.start() :]
    return None
