"""Regions drawn as HTML, once per kind of screen, and only when something in them changed.

A `Canvas` holds what a kind of screen shows now: per region the data it was drawn from, the HTML and the version (the
workshop's `seq` when it last changed). `update` draws again what differs and says which regions are dirty; everybody
else keeps what they have. Because state is shared structure, most regions compare equal in microseconds.

A region's own HTML leaves the places of its nested parts empty (places.py): a screen keeps what stands there until the part
itself comes. So a part is drawn and sent for one reason only, that it changed, whatever happens around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from markupsafe import Markup

from app.rendering.places import filled
from app.rendering.plain_forms import with_types
from app.rendering.screens import Region, part_template
from app.rendering.templates import draw

Names = Mapping[str, str]
log = structlog.get_logger()


class Part(msgspec.Struct, frozen=True):
    """One region on its way to a screen: replaces the content of the element with this id, but for the places of nested regions,
    which keep what they hold."""

    region: str
    v: int
    html: str


@dataclass(slots=True)
class Drawn:
    """A region as it was last drawn. Its `parts` are the data of what stands in it, with templates from the folder `of`; a part
    stands `inside` a region."""

    data: Any
    html: str
    v: int
    names: Mapping[str, str]
    template: str = ""
    parts: Mapping[str, Any] = field(default_factory=dict)
    inside: str = ""
    of: str = ""


def name_of(names: Names, used: dict[str, str] | None = None) -> Callable[[str], str]:
    """A function from person id to name; somebody without one is a guest with a number. `used` remembers who was asked
    for, and what the answer was."""

    def name(person: str) -> str:
        found = names.get(person)
        text = found if found else f"Guest {person[1:]}" if person else "somebody"
        if used is not None:
            used[person] = text
        return text

    return name


def _safely(template: str, data: dict[str, Any]) -> str:
    """The drawn template; a mistake in it costs one region, never the workshop (the log says which)."""
    try:
        return with_types(draw(template, data))
    except Exception:
        log.exception("a region could not be drawn", template=template)
        return draw("screens/broken.html", {})


MOST_ALIKE = 512
_alike: dict[tuple[str, bytes], str] = {}


def _drawn_alike(template: str, data: dict[str, Any], context: dict[str, Any], used: dict[str, str]) -> str:
    """The same as `_safely` for the parts of many people, which are mostly alike: equal data without names in it is drawn once,
    and everybody's canvas holds the very same text (a thousand phones: three kilobytes each)."""
    try:
        key = (template, msgspec.json.encode(data))
        html = _alike.get(key)
        if html is None:
            html = with_types(draw(template, {**data, **context}))
            if not used:
                if len(_alike) >= MOST_ALIKE:
                    _alike.clear()
                _alike[key] = html
    except Exception:
        return _safely(template, {**data, **context})
    return html


@dataclass
class Canvas:
    """What one kind of screen (or one person) shows now. `revision` moves whenever something in it changes. `alike`: there are
    many that show mostly the same."""

    alike: bool = False
    drawn: dict[str, Drawn] = field(default_factory=dict)
    names: Names | None = None
    revision: int = 0
    _names_unseen: bool = False
    _outline: tuple[object, ...] = ()
    _whole: dict[str, str] = field(default_factory=dict)

    def update(
        self, regions: Mapping[str, Region], names: Names, v: int, kept: Set[str] = frozenset()
    ) -> list[Part]:
        """Draw what changed; the dirty regions as parts, each before those that stand in it. Regions in `kept` stay as they are,
        though `regions` does not hold them."""
        # Names are looked up while drawing, not in the data: what shows a name that is new is drawn again.
        stale = names is not self.names or self._names_unseen
        self.names = names
        # Regions left as they are have not met the new names yet: they are asked again when their turn comes.
        self._names_unseen = stale and bool(kept)
        dirty: list[Part] = []
        outline: tuple[object, ...] = (kept, *regions)
        same_outline, self._outline = outline == self._outline, outline
        for region_id, region in regions.items():
            known = self.drawn.get(region_id)
            changed, same_parts = self._parts(known, region_id, region, v, stale)
            current = (
                known is not None
                and same_parts
                and known.template == region.template
                and self._is_current(known, region.data, stale)
            )
            if known is None or not current:
                known = self.drawn[region_id] = self._drawn(region, v)
                dirty.append(Part(region_id, v, known.html))
                same_outline &= same_parts
            known.data, known.parts, known.of = region.data, region.parts, region.of
            if changed or not current:
                self._whole.pop(region_id, None)
                dirty.extend(Part(part_id, v, self.drawn[part_id].html) for part_id in changed)
        if not same_outline:
            self._forget_all_but(regions, kept)
        self.revision += bool(dirty)
        return dirty

    def _drawn(self, region: Region, v: int) -> Drawn:
        used: dict[str, str] = {}
        context = {"name": name_of(self.names or {}, used), "part": _place}
        if self.alike and not region.parts:
            html = _drawn_alike(region.template, region.data, context, used)
        else:
            html = _safely(region.template, {**region.data, **context})
        return Drawn(region.data, html, v, used, region.template)

    def _parts(
        self, known: Drawn | None, inside: str, region: Region, v: int, stale: bool
    ) -> tuple[list[str], bool]:
        """Draw what changed of a region's parts: their ids, and whether they are the same parts as before. One that was drawn
        from the very same data needs no comparing: most were."""
        before = known.parts if known is not None else {}
        sure = before if known is not None and known.of == region.of and not stale else {}
        looked_at = [part_id for part_id, data in region.parts.items() if sure.get(part_id) is not data]
        changed = [
            part_id
            for part_id in looked_at
            if self._draw(part_id, region.parts[part_id], v, inside, region.of, stale)
        ]
        same = len(before) == len(region.parts) and all(part_id in before for part_id in looked_at)
        return changed, same

    def _forget_all_but(self, regions: Mapping[str, Region], kept: Set[str]) -> None:
        alive = set(regions).union(*(region.parts for region in regions.values()))
        for gone in [region_id for region_id in self.drawn if region_id not in alive]:
            if gone not in kept and self.drawn[gone].inside not in kept:
                del self.drawn[gone]
                self._whole.pop(gone, None)
                self.revision += 1

    def _is_current(self, known: Drawn | None, data: Any, stale: bool) -> bool:
        return (
            known is not None
            and (known.data is data or known.data == data)
            and not (stale and self._shows_old_names(known))
        )

    def _shows_old_names(self, known: Drawn) -> bool:
        now = name_of(self.names or {})
        return any(now(person) != text for person, text in known.names.items())

    def _draw(self, part_id: str, data: Any, v: int, inside: str, of: str, stale: bool) -> bool:
        known = self.drawn.get(part_id)
        if (
            known is not None
            and known.inside == inside
            and known.of == of
            and self._is_current(known, data, stale)
        ):
            known.data = data
            return False
        used: dict[str, str] = {}
        html = _safely(part_template(of, part_id), {**data, "name": name_of(self.names or {}, used)})
        self.drawn[part_id] = Drawn(data, html, v, used, inside=inside, of=of)
        return True

    def html(self, region_id: str) -> Markup:
        """The content of a region for a page; empty for a region that is not there."""
        return Markup(self.compose(region_id)) if region_id in self.drawn else Markup("")

    def compose(self, region_id: str) -> str:
        """The region's HTML with its parts in their places."""
        if region_id not in self._whole:
            self._whole[region_id] = filled(self.drawn[region_id].html, self._content)
        return self._whole[region_id]

    def _content(self, region_id: str) -> str:
        return self.drawn[region_id].html if region_id in self.drawn else ""

    def since(self, seq: int, always: Set[str] = frozenset()) -> list[Part]:
        """What changed at `seq` or later, each region before those that stand in it: what a screen may lack that has seen
        everything up to there.

        What changed at `seq` itself is among them, because a region can change twice at one number: names, and who is
        here, are not in the log. So are the regions in `always`.
        """
        lacks = [
            Part(region_id, drawn.v, drawn.html)
            for region_id, drawn in self.drawn.items()
            if drawn.v >= seq or region_id in always or drawn.inside in always
        ]
        return sorted(lacks, key=lambda part: bool(self.drawn[part.region].inside))


def _place(part_id: str) -> str:
    """What a template gets for a nested region: nothing, its place stays empty."""
    return ""
