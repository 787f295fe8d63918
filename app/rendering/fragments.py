"""Regions drawn as HTML, once per kind of screen, and only when something in them changed.

A `Canvas` holds what a kind of screen shows now: per region the data it was drawn from, the HTML and the version (the
workshop's `seq` when it last changed). `update` draws again what differs and says which regions are dirty; everybody
else keeps what they have. Because state is shared structure, most regions compare equal in microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from markupsafe import Markup

from app.rendering.plain_forms import with_types
from app.rendering.screens import Region
from app.rendering.templates import draw

Names = Mapping[str, str]
log = structlog.get_logger()


class Part(msgspec.Struct, frozen=True):
    """One region on its way to a screen: replaces the content of the element with this id."""

    region: str
    v: int
    html: str


@dataclass
class Drawn:
    """A region as it was last drawn."""

    template: str
    data: Any
    html: str
    v: int
    inside: str = ""


def name_of(names: Names) -> Callable[[str], str]:
    """A function from person id to name; somebody without one is a guest with a number."""

    def name(person: str) -> str:
        found = names.get(person)
        return found if found else f"Guest {person[1:]}" if person else "somebody"

    return name


def _safely(template: str, data: dict[str, Any]) -> str:
    """The drawn template; a mistake in it costs one region, never the workshop (the log says which)."""
    try:
        return with_types(draw(template, data))
    except Exception:
        log.exception("a region could not be drawn", template=template)
        return draw("screens/broken.html", {})


@dataclass
class Canvas:
    """What one kind of screen (or one person) shows now."""

    drawn: dict[str, Drawn] = field(default_factory=dict)
    names: Names | None = None

    def update(self, regions: Mapping[str, Region], names: Names, v: int) -> list[Part]:
        """Draw what changed; the dirty regions as parts. Nested parts are sent alone when their region stays clean."""
        if names is not self.names:
            # Names are looked up while drawing, not in the data: a new name makes everything dirty.
            self.drawn.clear()
            self.names = names
        context = {"name": name_of(names)}
        dirty: list[Part] = []
        alive: set[str] = set()
        for region_id, region in regions.items():
            changed = {
                part_id
                for part_id, part in region.parts.items()
                if self._draw(part_id, part, context, v, region_id)
            }
            alive.add(region_id)
            alive.update(region.parts)
            known = self.drawn.get(region_id)
            if (
                known is not None
                and known.template == region.template
                and known.data == region.data
                and set(region.parts) == self._inside(region_id)
            ):
                dirty.extend(
                    Part(part_id, v, self.drawn[part_id].html)
                    for part_id in region.parts
                    if part_id in changed
                )
                continue
            html = _safely(region.template, {**region.data, **context, "part": self._part})
            self.drawn[region_id] = Drawn(region.template, region.data, html, v)
            dirty.append(Part(region_id, v, html))
        for gone in [region_id for region_id in self.drawn if region_id not in alive]:
            del self.drawn[gone]
        return dirty

    def _draw(self, part_id: str, part: Region, context: dict[str, Any], v: int, inside: str) -> bool:
        known = self.drawn.get(part_id)
        if (
            known is not None
            and known.template == part.template
            and known.data == part.data
            and known.inside == inside
        ):
            return False
        html = _safely(part.template, {**part.data, **context})
        self.drawn[part_id] = Drawn(part.template, part.data, html, v, inside)
        return True

    def _inside(self, region_id: str) -> set[str]:
        return {part_id for part_id, drawn in self.drawn.items() if drawn.inside == region_id}

    def _part(self, part_id: str) -> Markup:
        # The HTML comes from our own autoescaped template, so it is safe to put in as it is.
        return Markup(self.drawn[part_id].html)

    def html(self, region_id: str) -> Markup:
        """The content of a region for a page; empty for a region that is not there."""
        drawn = self.drawn.get(region_id)
        return Markup(self.compose(region_id)) if drawn else Markup("")

    def compose(self, region_id: str) -> str:
        """The region's HTML with its parts as they are now (they may be newer than when the region was drawn)."""
        drawn = self.drawn[region_id]
        if not self._inside(region_id):
            return drawn.html
        return _safely(drawn.template, {**drawn.data, "name": name_of(self.names or {}), "part": self._part})

    def since(self, seq: int) -> list[Part]:
        """The regions that changed after `seq`, whole: what a screen needs that has seen everything up to there."""
        found = []
        for region_id, drawn in self.drawn.items():
            if drawn.inside:
                continue
            newest = max([drawn.v, *(d.v for d in self.drawn.values() if d.inside == region_id)])
            if newest > seq:
                found.append(Part(region_id, newest, self.compose(region_id)))
        return found
