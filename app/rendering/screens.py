"""What each kind of screen shows, region by region, as plain data: the activity's view and what surrounds it.

A region is an element with an id whose content is replaced as a whole. Shared regions are the same for everybody with
that kind of screen; personal ones belong to one person. Nothing secret is in a shared region (LIVE-9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import structlog

from facilitation.activities import activities
from facilitation.activity import Data, View
from facilitation.guide import Phase
from facilitation.messages import ScreenKind
from facilitation.session.taking_back import may_take_back
from facilitation.state import (
    Workshop,
    agenda,
    current_phase,
    participants,
    phase_state,
)

MINUTE = 60_000
log = structlog.get_logger()


class Region(msgspec.Struct, frozen=True):
    """One region's template and data. `parts` is the data of nested regions by id, `of` the folder of their templates."""

    template: str
    data: Data
    parts: Mapping[str, Data] = {}
    of: str = ""


def part_template(folder: str, part_id: str) -> str:
    """What draws a part: the first word of its id is the template's name."""
    return f"{folder}/{part_id.partition('-')[0]}.html"


@dataclass(frozen=True)
class Presence:
    """Who is here right now: best effort, never in the log. `now` is the server's clock in ms, rounded to half a
    minute so that the screens stay equal in between; the coach needs it to see that a phase runs over.
    """

    online: frozenset[str] = frozenset()
    typing: frozenset[str] = frozenset()
    now: int = 0


@dataclass(frozen=True)
class Place:
    """Where the workshop can be reached: shown on wall and console. `qr` is an inline SVG."""

    url: str = ""
    host: str = ""
    qr: str = ""


BROKEN = Region("screens/broken.html", {})
"""Stands where a mistake in an activity (or in what surrounds it) was met: it costs one region, never the workshop."""


_WHO_IS_HERE: dict[ScreenKind, frozenset[str]] = {"console": frozenset({"aside", "people"})}
_BOARDS: dict[ScreenKind, frozenset[str]] = {
    "console": frozenset({"board"}),
    "wall": frozenset({"board"}),
    "phone": frozenset({"shared"}),
}


def calm_regions(workshop: Workshop, screen: ScreenKind) -> frozenset[str]:
    """Regions that need not follow at once: who is here, above all. They would be sent again at every join. In the lobby that is
    what the board says, too."""
    calm = _WHO_IS_HERE.get(screen, frozenset())
    return calm if workshop.current is not None else calm | _BOARDS[screen]


def shared(
    workshop: Workshop,
    screen: ScreenKind,
    presence: Presence,
    place: Place,
    without: frozenset[str] = frozenset(),
) -> dict[str, Region]:
    """All shared regions of one kind of screen, by id, but those in `without`."""
    head = _head(workshop)
    phase = current_phase(workshop)
    view = _view_or_none(workshop, phase, screen)
    regions: dict[str, Callable[[], Region]]
    if screen == "phone":
        regions = {
            "head": lambda: Region("screens/phone/head.html", head),
            "shared": lambda: _board(workshop, screen, phase, view),
        }
    elif screen == "wall":
        regions = {
            "head": lambda: Region("screens/wall/head.html", head),
            "board": lambda: _board(workshop, screen, phase, view),
            "wall-say": lambda: Region(
                "screens/wall/say.html", {**_say(workshop), "say": view.say if view else ()}
            ),
            "wall-join": lambda: Region("screens/wall/join.html", _join(workshop, place)),
        }
    else:
        from app.rendering.console import console_regions

        regions = {
            **console_regions(workshop, head, presence, place),
            "board": lambda: _board(workshop, screen, phase, view),
        }
    return {
        region_id: _guarded(region_id, region)
        for region_id, region in regions.items()
        if region_id not in without
    }


def _guarded(region_id: str, region: Callable[[], Region]) -> Region:
    try:
        return region()
    except Exception:
        log.exception("a region has no content", region=region_id)
        return BROKEN


def personal(workshop: Workshop, person: str) -> dict[str, Region]:
    """The regions of a phone that belong to one person."""
    phase = current_phase(workshop)
    room = _gather(workshop)
    common = {"parking": room.parking, "can_undo": person in room.may_take_back, **room.counts}
    if phase is None:
        return {
            "mine": Region("screens/phone/lobby_mine.html", {"person": person, "code": workshop.code}),
            "foot": Region(
                "screens/phone/foot.html",
                {"phase": "", "done": False, **common},
            ),
        }
    state = phase_state(workshop, phase.id)

    def mine() -> Region:
        activity = activities()[phase.activity]
        data = activity.mine(workshop, phase, person)
        return Region(f"activities/{activity.name}/mine.html", {**data, "locked": state.locked})

    return {
        "mine": _guarded("mine", mine),
        "foot": Region(
            "screens/phone/foot.html",
            {"phase": phase.id, "done": person in state.done, **common},
        ),
    }


@dataclass(frozen=True)
class Gathered:
    """What the personal parts of everybody in a workshop have in common."""

    workshop: Workshop
    done: frozenset[str]
    counts: Data
    parking: list[Data]
    may_take_back: frozenset[str]


def _gather(workshop: Workshop) -> Gathered:
    """Gathered once for all the phones that are drawn in a row; people are counted again only when who is there, or done, is
    news."""
    known = _gathered[0] if _gathered else None
    if known is not None and known.workshop is workshop:
        return known
    done = phase_state(workshop, workshop.current).done if workshop.current else frozenset()
    if known is not None and known.workshop.people is workshop.people and known.done is done:
        counts = known.counts
    else:
        people = participants(workshop)
        counts = {"people": len(people), "done_count": sum(p.id in done for p in people)}
    _gathered[:] = [
        Gathered(
            workshop=workshop,
            done=done,
            counts=counts,
            parking=[{"id": p.id, "text": p.text, "settled": p.settled} for p in workshop.parking.values()],
            may_take_back=may_take_back(workshop),
        )
    ]
    return _gathered[0]


_gathered: list[Gathered] = []


def clock_data(workshop: Workshop) -> Data:
    """The clock as data for the page's script: a deadline while it runs, what is left while it stands."""
    clock = workshop.clock
    phase = current_phase(workshop)
    return {
        "phase": workshop.current or "",
        "running": clock.running,
        "deadline": clock.deadline if clock.running else None,
        "left": None if clock.running else clock.left,
        "warns": bool(phase and phase.settings.get("one_minute_warning", True)),
        "sounds": bool(phase and phase.settings.get("sound", True)),
    }


def _head(workshop: Workshop) -> Data:
    phase = current_phase(workshop)
    order = agenda(workshop)
    ids = [p.id for p in order]
    return {
        "title": workshop.setup.title,
        "strategy": workshop.setup.strategy,
        "phase": phase.id if phase else "",
        "phase_title": phase.title if phase else "Lobby",
        "question": phase.question if phase else workshop.setup.title,
        "task": phase.task if phase else "The workshop starts in a moment.",
        "number": ids.index(phase.id) + 1 if phase and phase.id in ids else 0,
        "of": len(order),
        "locked": bool(phase and phase_state(workshop, phase.id).locked),
        "clock": clock_data(workshop),
    }


def _board(workshop: Workshop, screen: ScreenKind, phase: Phase | None, view: View | None) -> Region:
    if phase is not None and view is None:
        return BROKEN
    if phase is None or view is None:
        people = [p.id for p in participants(workshop)]
        return Region(
            f"screens/{screen}/lobby.html", {"people": people, "agenda": [p.title for p in agenda(workshop)]}
        )
    name = phase.activity
    return Region(f"activities/{name}/{screen}.html", view.board, view.parts, of=f"activities/{name}")


def activity_view(workshop: Workshop, phase: Phase, screen: ScreenKind) -> View:
    """The activity's own view of the open phase."""
    return activities()[phase.activity].view(workshop, phase, screen)


def _view_or_none(workshop: Workshop, phase: Phase | None, screen: ScreenKind) -> View | None:
    try:
        return activity_view(workshop, phase, screen) if phase else None
    except Exception:
        log.exception("an activity has no view", activity=phase.activity if phase else "", screen=screen)
        return None


def _say(workshop: Workshop) -> Data:
    phase = current_phase(workshop)
    state = phase_state(workshop, phase.id) if phase else None
    return {
        "task": phase.task if phase else "",
        **_gather(workshop).counts,
        "open": phase is not None,
        "revealed": bool(state and state.revealed),
    }


def _join(workshop: Workshop, place: Place) -> Data:
    code = workshop.code
    return {
        "code": f"{code[:4]}-{code[4:]}",
        "host": place.host,
        "qr": place.qr,
        "locked": workshop.room_locked,
    }
