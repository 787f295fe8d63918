"""What a phase's settings may be: one small table per activity, so that guide files and console forms agree.

Every setting has a default, a range and a label; `with_defaults` fills in what a guide leaves out, and
`setting_problem` says in words what is wrong with a value. A setting that nobody reads does not belong here.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

SettingValue = str | int | float | bool | list[str]

MAX_LIST_ITEMS = 30
MAX_ITEM_CHARS = 80


class SettingSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One setting. `kind` is "bool", "int" or "list"; `low` and `high` bound an int (inclusive)."""

    name: str
    kind: str
    default: bool | int | tuple[str, ...]
    label: str
    low: int = 0
    high: int = 0


def _switch(name: str, default: bool, label: str) -> SettingSpec:
    return SettingSpec(name=name, kind="bool", default=default, label=label)


def _count(name: str, default: int, low: int, high: int, label: str) -> SettingSpec:
    return SettingSpec(name=name, kind="int", default=default, low=low, high=high, label=label)


def _words(name: str, default: tuple[str, ...], label: str) -> SettingSpec:
    return SettingSpec(name=name, kind="list", default=default, label=label)


COMMON: tuple[SettingSpec, ...] = (
    _switch("one_minute_warning", True, "Say when one minute is left"),
    _switch("sound", True, "Play a short sound at one minute and at the end"),
)
_HIDDEN = _switch("hidden", True, "Keep answers hidden until the reveal")
_MAX_CHARS = _count("max_chars", 500, 40, 500, "Longest card, in characters")
_SCALE = _count("scale", 5, 3, 10, "Highest mark on the scale")

SETTINGS: Mapping[str, tuple[SettingSpec, ...]] = {
    "collect": (
        *COMMON,
        _HIDDEN,
        _switch("anonymous", True, "Show cards without the writer's name"),
        _MAX_CHARS,
    ),
    # M-TREE-2 and M-TREE-3: where to look, offered as starting points, never as answers.
    "choose": (*COMMON, _HIDDEN, _MAX_CHARS, _words("examples", (), "Examples to get people started")),
    "tree": (*COMMON, _words("families", (), "Driver families to look under")),
    "numbers": COMMON,
    "levers": COMMON,
    "vote": (
        *COMMON,
        _HIDDEN,
        _count("dots", 5, 1, 20, "Dots for each person"),
        _count("per_lever", 3, 1, 20, "Most dots one person may put on one lever"),
    ),
    "guardrails": COMMON,
    "challenge": (*COMMON, _HIDDEN, _SCALE),
    # M-OBJ-3 and M-KR-2 give the defaults and the outer limits.
    "draft": (
        *COMMON,
        _count("objectives", 2, 1, 3, "Objectives to draft"),
        _count("key_results", 3, 2, 5, "Key results for each objective"),
    ),
    # how sure people are is always 1 to 5: the five marks stand for chances of 10 to 90 percent
    "commit": COMMON,
    "close": (*COMMON, _HIDDEN, _SCALE),
}

ACTIVITIES: tuple[str, ...] = tuple(SETTINGS)


def spec_of(activity: str, name: str) -> SettingSpec | None:
    """The setting's description, or None when this activity has no such setting."""
    return next((spec for spec in SETTINGS.get(activity, ()) if spec.name == name), None)


def defaults(activity: str) -> dict[str, SettingValue]:
    """Every setting of the activity at its default value, as a new dict."""
    return {
        spec.name: list(spec.default) if isinstance(spec.default, tuple) else spec.default
        for spec in SETTINGS.get(activity, ())
    }


def with_defaults(activity: str, given: Mapping[str, SettingValue]) -> dict[str, SettingValue]:
    """The given settings, completed with the activity's defaults, which give way to what was given."""
    complete = {**defaults(activity), **given}
    if settings_conflict(activity, complete) and "per_lever" not in given:
        complete["per_lever"] = complete["dots"]  # few dots and no word about the limit: no limit
    return complete


def setting_problem(activity: str, name: str, value: object) -> str | None:
    """What is wrong with one value, as a sentence; None when it is fine. The name must be known."""
    spec = spec_of(activity, name)
    if spec is None:
        return f"The activity “{activity}” has no setting called “{name}”."
    if spec.kind == "bool":
        return None if isinstance(value, bool) else "This is a switch: it is either true or false."
    if spec.kind == "int":
        if isinstance(value, bool) or not isinstance(value, int):
            return f"This must be a whole number from {spec.low} to {spec.high}."
        if not spec.low <= value <= spec.high:
            return f"{value} is outside {spec.low} to {spec.high}."
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        return "This must be a list of short texts, none of them empty."
    if len(value) > MAX_LIST_ITEMS:
        return f"{len(value)} entries are too many; {MAX_LIST_ITEMS} is the most."
    long = next((item for item in value if len(item) > MAX_ITEM_CHARS), None)
    if long is not None:
        return f"“{long[:20]}…” has {len(long)} characters; {MAX_ITEM_CHARS} is the most."
    return None


def settings_conflict(activity: str, settings: Mapping[str, SettingValue]) -> tuple[str, str] | None:
    """Two settings that cannot both hold: (name of the one to change, reason). None when all fit together."""
    if activity == "vote":
        dots, per_lever = settings.get("dots"), settings.get("per_lever")
        if isinstance(dots, int) and isinstance(per_lever, int) and per_lever > dots:
            return "per_lever", f"One lever may take {per_lever} dots, but each person has only {dots}."
    return None
