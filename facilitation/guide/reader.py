"""From parsed TOML to a Guide: every key is looked at once, and a mistake names its place.

Unknown keys are mistakes too: a misspelt `minuts` that was ignored would surface in front of the room.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from facilitation.guide.limits import (
    LIMITS,
    MAX_PHASE_MINUTES,
    MAX_PHASES,
    MAX_PROMPTS,
    MIN_PROBES,
    MIN_PROMPTS,
    minutes_problem,
    text_problem,
    tidy,
)
from facilitation.guide.settings import (
    ACTIVITIES,
    SETTINGS,
    SettingValue,
    setting_problem,
    settings_conflict,
    with_defaults,
)
from facilitation.guide.types import Guide, GuideError, Phase, Prompt, did_you_mean, listed

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# A source (S0 to S4) or a rule id such as M-TREE-5 or K-DIR.
_RULE = re.compile(r"S[0-4]|[A-Z]{1,4}(-[A-Z0-9]{1,12})+")

_TYPE_WORDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a table",
}


def _kind(value: object) -> str:
    return _TYPE_WORDS.get(type(value), "a date or time")


class Reader:
    """Turns parsed TOML into a Guide, knowing at each step which key it is reading."""

    def __init__(self, file: str) -> None:
        self.file = file

    def error(self, key: str, reason: str, advice: str) -> GuideError:
        return GuideError(file=self.file, key=key, reason=reason, advice=advice)

    def guide(self, data: dict[str, object]) -> Guide:
        self.keys(data, "", ("id", "title", "language", "version", "summary", "phases"), optional=())
        phases = self.tables(data["phases"], "phases")
        if not phases:
            raise self.error("phases", "The guide has no phases.", "Add at least one [[phases]] table.")
        if len(phases) > MAX_PHASES:
            raise self.error(
                "phases", f"{len(phases)} phases are too many; {MAX_PHASES} is the most.", "Merge some."
            )
        return Guide(
            id=self.identifier(data["id"], "id"),
            title=self.text(data["title"], "title", "title"),
            language=self.pattern(data["language"], "language", _LANGUAGE, "a tag such as “en” or “pt-BR”"),
            version=self.version(data["version"]),
            summary=self.text(data["summary"], "summary", "summary"),
            phases=tuple(self.phase(table, f"phases[{n}]") for n, table in enumerate(phases)),
        )

    def phase(self, data: dict[str, object], key: str) -> Phase:
        required = tuple(field for field in Phase.__struct_fields__ if field != "settings")
        self.keys(data, key, required, optional=("settings",))
        activity = self.activity(data["activity"], f"{key}.activity")
        words = {
            field: self.text(data[field], f"{key}.{field}", field)
            for field in ("title", "question", "task", "purpose", "opening", "done_when")
        }
        return Phase(
            id=self.identifier(data["id"], f"{key}.id"),
            activity=activity,
            prompts=self.prompts(data["prompts"], f"{key}.prompts", MIN_PROMPTS),
            probes=self.prompts(data["probes"], f"{key}.probes", MIN_PROBES),
            minutes=self.minutes(data["minutes"], f"{key}.minutes"),
            settings=self.settings(data.get("settings", {}), f"{key}.settings", activity),
            **words,
        )

    def prompts(self, value: object, key: str, least: int) -> tuple[Prompt, ...]:
        tables = self.tables(value, key)
        if len(tables) < least:
            raise self.error(
                key,
                f"{len(tables)} are too few: a phase has at least {least}.",
                "Add some, so that the facilitator has something to ask when the room is quiet.",
            )
        if len(tables) > MAX_PROMPTS:
            raise self.error(key, f"{len(tables)} are too many; {MAX_PROMPTS} is the most.", "Keep the best.")
        return tuple(self.prompt(table, f"{key}[{n}]") for n, table in enumerate(tables))

    def prompt(self, data: dict[str, object], key: str) -> Prompt:
        self.keys(data, key, ("id", "text", "rule"), optional=())
        return Prompt(
            id=self.identifier(data["id"], f"{key}.id"),
            text=self.text(data["text"], f"{key}.text", "text"),
            rule=self.pattern(
                data["rule"], f"{key}.rule", _RULE, "a rule such as “M-TREE-5” or a source “S0” to “S4”"
            ),
        )

    def settings(self, value: object, key: str, activity: str) -> dict[str, SettingValue]:
        given = self.table(value, key)
        known = [spec.name for spec in SETTINGS[activity]]
        checked: dict[str, SettingValue] = {}
        for name, item in given.items():
            if name not in known:
                raise self.error(
                    f"{key}.{name}",
                    f"The activity “{activity}” has no setting called “{name}”.{did_you_mean(name, known)}",
                    f"Its settings are {listed(known)}.",
                )
            problem = setting_problem(activity, name, item)
            if problem is not None:
                raise self.error(
                    f"{key}.{name}", problem, "Change the value, or leave it out for the default."
                )
            checked[name] = msgspec.convert(item, SettingValue)
        complete = with_defaults(activity, checked)
        conflict = settings_conflict(activity, complete)
        if conflict is not None:
            raise self.error(f"{key}.{conflict[0]}", conflict[1], "Change one of the two.")
        return complete

    def keys(
        self, data: dict[str, object], key: str, required: Sequence[str], optional: Sequence[str]
    ) -> None:
        known = (*required, *optional)
        prefix = f"{key}." if key else ""
        for name in data:
            if name not in known:
                raise self.error(
                    f"{prefix}{name}",
                    f"Nothing called “{name}” belongs here.{did_you_mean(name, known)}",
                    f"The keys here are {listed(known)}.",
                )
        for name in required:
            if name not in data:
                raise self.error(f"{prefix}{name}", "This is missing.", f"Add “{name} = …”.")

    def table(self, value: object, key: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self.error(key, f"This should be a table, but it is {_kind(value)}.", "Write { … }.")
        return value

    def tables(self, value: object, key: str) -> list[dict[str, object]]:
        if not isinstance(value, list):
            raise self.error(
                key, f"This should be a list of tables, but it is {_kind(value)}.", "Write [ … ]."
            )
        return [self.table(item, f"{key}[{index}]") for index, item in enumerate(value)]

    def string(self, value: object, key: str) -> str:
        if not isinstance(value, str):
            raise self.error(key, f"This should be a text, but it is {_kind(value)}.", "Put it in quotes.")
        return value

    def text(self, value: object, key: str, field: str) -> str:
        words = tidy(self.string(value, key))
        problem = text_problem(words, LIMITS[field])
        if problem is not None:
            raise self.error(key, *problem)
        return words

    def pattern(self, value: object, key: str, pattern: re.Pattern[str], wanted: str) -> str:
        text = self.string(value, key)
        if not pattern.fullmatch(text):
            raise self.error(key, f"“{text[:40]}” is not {wanted}.", "Correct it.")
        return text

    def identifier(self, value: object, key: str) -> str:
        return self.pattern(
            value, key, _ID, "an id: small letters, digits and hyphens, at most 40 characters"
        )

    def activity(self, value: object, key: str) -> str:
        activity = self.string(value, key)
        if activity not in ACTIVITIES:
            raise self.error(
                key,
                f"There is no activity called “{activity[:40]}”.{did_you_mean(activity, ACTIVITIES)}",
                f"Choose one of {listed(ACTIVITIES)}.",
            )
        return activity

    def version(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.error("version", "The version is a whole number from 1 on.", "Write “version = 1”.")
        return value

    def minutes(self, value: object, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(
                key,
                f"This should be a number of minutes, but it is {_kind(value)}.",
                "Write a number, e.g. 8.",
            )
        problem = minutes_problem(value)
        if problem is not None:
            raise self.error(key, problem, f"Write a number above 0 and up to {MAX_PHASE_MINUTES}.")
        return float(value)
