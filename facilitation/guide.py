"""A guide is the agenda of a workshop as data: phases, what to say, what to ask, how long, which settings.

Guides are TOML files, so that somebody who runs workshops can write one without programming. A guide that
loads is whole: every phase has words to open with, at least four prompts and three probes, each with the rule
it serves, and an order in which nothing is asked for before it exists. A guide that is not whole fails here,
with the file, the key, the reason and what to do, rather than in front of a room full of people. A workshop
keeps its own copy in its first event, so editing a file never changes a workshop that exists.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from facilitation.guide_settings import (
    ACTIVITIES,
    SETTINGS,
    SettingValue,
    setting_problem,
    settings_conflict,
    with_defaults,
)

GUIDES_FOLDER = Path(__file__).with_name("guides")

MAX_PHASE_MINUTES = 240
MIN_PROMPTS = 4
MIN_PROBES = 3
MAX_PROMPTS = 20
MAX_PHASES = 40
MAX_FILE_BYTES = 512 * 1024

# The longest text for each field, in characters. The question is read from eight metres, so it is short.
LIMITS: Mapping[str, int] = {
    "title": 60,
    "summary": 500,
    "question": 120,
    "task": 160,
    "purpose": 400,
    "opening": 700,
    "done_when": 240,
    "text": 240,
}

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# A source (S0 to S4) or a rule id such as M-TREE-5 or K-DIR.
_RULE = re.compile(r"S[0-4]|[A-Z]{1,4}(-[A-Z0-9]{1,12})+")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """A question for the group. `rule` is the rule or source it serves (M-TREE-5, S0)."""

    id: str
    text: str
    rule: str


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the agenda. `question` is what phones and the wall show; `opening` is read aloud."""

    id: str
    activity: str
    title: str
    question: str
    task: str
    purpose: str
    opening: str
    prompts: tuple[Prompt, ...]
    probes: tuple[Prompt, ...]
    done_when: str
    minutes: float
    settings: dict[str, SettingValue]


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A whole agenda. `language` is a BCP 47 tag such as "en"; `version` counts editions of one guide."""

    id: str
    title: str
    language: str
    version: int
    summary: str
    phases: tuple[Phase, ...]

    @property
    def minutes(self) -> float:
        """Planned length of all phases together, in minutes."""
        return sum(phase.minutes for phase in self.phases)

    def phase(self, phase_id: str) -> Phase | None:
        """The phase with this id, or None."""
        return next((phase for phase in self.phases if phase.id == phase_id), None)


class GuideError(ValueError):
    """A guide cannot be used as it is. `key` is the place (`phases[3].minutes`); a live edit has no file."""

    def __init__(self, *, reason: str, advice: str, key: str = "", file: str = "") -> None:
        self.file = file
        self.key = key
        self.reason = reason
        self.advice = advice
        place = ": ".join(part for part in (file, key) if part)
        super().__init__(f"{place}: {self.sentence}" if place else self.sentence)

    @property
    def sentence(self) -> str:
        """Reason and way out without the place: what a person editing the agenda reads."""
        return f"{self.reason} {self.advice}".strip()


# Order: what must already be on the agenda, and what comes later only because it builds on the earlier one.
NEEDS: Mapping[str, tuple[str, str]] = {
    "numbers": ("tree", "numbers belong to the metrics of a tree"),
    "levers": ("tree", "levers are found on a tree"),
    "vote": ("levers", "people vote on levers"),
    "guardrails": ("levers", "a guardrail protects what a lever could harm"),
    "challenge": ("tree", "the statements to challenge are the links of a tree"),
    "draft": ("levers", "the draft is made from chosen levers"),
    "commit": ("draft", "people commit to what has been drafted"),
}
BEFORE: tuple[tuple[str, str, str], ...] = (
    ("choose", "tree", "the chosen north star is the root of the tree"),
    ("vote", "guardrails", "guardrails are set for the levers that won the vote"),
    ("vote", "draft", "the draft starts from the levers that won the vote"),
    ("numbers", "draft", "targets are worked out from the numbers"),
    ("guardrails", "draft", "key results are drafted beside their guardrails"),
    ("challenge", "draft", "a doubtful link changes what is drafted"),
)


def load_guide(path_or_name: str | Path) -> Guide:
    """Read and check one guide: a path to a TOML file, or the name of a guide that comes with the product.

    Raises GuideError with file, key, reason and advice; never another exception for a file's contents.
    """
    path = _path_of(path_or_name)
    return parse_guide(_text_of(path), file=path.name)


def load_all(folder: Path | None = None) -> dict[str, Guide]:
    """Every guide of a folder (default: those that come with the product) by id, sorted by file name."""
    guides: dict[str, Guide] = {}
    for path in sorted((folder or GUIDES_FOLDER).glob("*.toml"), key=lambda path: path.stem):
        guide = load_guide(path)
        if guide.id in guides:
            raise GuideError(
                file=path.name,
                key="id",
                reason=f"Another guide in this folder already has the id “{guide.id}”.",
                advice="Give one of the two another id.",
            )
        guides[guide.id] = guide
    return guides


def parse_guide(text: str, *, file: str = "guide") -> Guide:
    """A guide from TOML text, checked like a file. Raises GuideError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # tomllib's message ends with "(at line 3, column 7)", which is what the author needs.
        raise GuideError(
            file=file,
            reason=f"This is not valid TOML: {error}.",
            advice="Often a quote or a bracket is missing on that line or the one before.",
        ) from error
    guide = _Reader(file).guide(data)
    check_guide(guide, file=file)
    return guide


def check_guide(guide: Guide, *, file: str = "", prepared: Collection[str] = ()) -> None:
    """Raise GuideError unless ids are unique and the order makes sense.

    `prepared` names activities whose work is already on the board, so that later phases may do without them.
    """
    _unique("phases", [phase.id for phase in guide.phases], file)
    seen: dict[str, str] = {}
    for number, phase in enumerate(guide.phases):
        for group, prompts in (("prompts", phase.prompts), ("probes", phase.probes)):
            for index, prompt in enumerate(prompts):
                key = f"phases[{number}].{group}[{index}].id"
                if prompt.id in seen:
                    raise GuideError(
                        file=file,
                        key=key,
                        reason=f"The id “{prompt.id}” is already used at {seen[prompt.id]}.",
                        advice="Every prompt and probe needs its own id; change one of the two.",
                    )
                seen[prompt.id] = key
    check_order([phase.activity for phase in guide.phases], file=file, prepared=prepared)


def check_order(activities: Sequence[str], *, file: str = "", prepared: Collection[str] = ()) -> None:
    """Raise GuideError when a phase would come before the work it builds on. Source: M-TREE-5, S1, S4."""
    first: dict[str, int] = {}
    for index, activity in enumerate(activities):
        first.setdefault(activity, index)
    for later, (earlier, why) in NEEDS.items():
        if later not in first or earlier in prepared:
            continue
        if earlier not in first or first[earlier] > first[later]:
            raise GuideError(
                file=file,
                key=f"phases[{first[later]}]",
                reason=f"“{later}” needs “{earlier}” before it, because {why}.",
                advice=f"Put a “{earlier}” phase earlier, or leave “{later}” out.",
            )
    for earlier, later, why in BEFORE:
        if earlier in first and later in first and first[earlier] > first[later]:
            raise GuideError(
                file=file,
                key=f"phases[{first[later]}]",
                reason=f"“{later}” comes before “{earlier}”, but {why}.",
                advice=f"Move “{earlier}” up, or “{later}” down.",
            )
    if "close" in first and first["close"] != len(activities) - 1:
        raise GuideError(
            file=file,
            key=f"phases[{first['close']}]",
            reason="“close” ends the workshop, but another phase follows it.",
            advice="Move “close” to the end.",
        )


def _path_of(path_or_name: str | Path) -> Path:
    """The file meant: a bare name is looked up among the guides of the product."""
    path = Path(path_or_name)
    if isinstance(path_or_name, Path) or path.suffix == ".toml" or len(path.parts) != 1:
        return path
    names = sorted(file.stem for file in GUIDES_FOLDER.glob("*.toml"))
    if path_or_name in names:
        return GUIDES_FOLDER / f"{path_or_name}.toml"
    raise GuideError(
        file=path_or_name,
        reason=f"There is no guide called “{path_or_name}”.{_did_you_mean(path_or_name, names)}",
        advice=f"Choose one of {_listed(names)}, or give the path of a TOML file.",
    )


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise GuideError(
            file=path.name,
            reason=f"The file cannot be read ({error.strerror or error}).",
            advice="Check that the path is right and that the file may be read.",
        ) from error
    if len(raw) > MAX_FILE_BYTES:
        raise GuideError(
            file=path.name,
            reason=f"The file has {len(raw) // 1024} KiB; a guide has at most {MAX_FILE_BYTES // 1024} KiB.",
            advice="Check that this is the guide you meant.",
        )
    try:
        # A byte order mark is what some editors leave in front; TOML itself does not allow it.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GuideError(
            file=path.name,
            reason=f"Line {line} holds a character that is not UTF-8.",
            advice="Save the file with the encoding UTF-8.",
        ) from error


def _unique(where: str, ids: Sequence[str], file: str) -> None:
    for index, item in enumerate(ids):
        if item in ids[:index]:
            raise GuideError(
                file=file,
                key=f"{where}[{index}].id",
                reason=f"The id “{item}” is already used at {where}[{ids.index(item)}].",
                advice="Every phase needs its own id; change one of the two.",
            )


def _did_you_mean(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean “{close[0]}”?" if close else ""


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def text_problem(value: str, limit: int) -> tuple[str, str] | None:
    """(reason, advice) when a text is empty, too long or holds characters nobody can see; else None."""
    if not value.strip():
        return "The text is empty.", "Write at least one word."
    if len(value) > limit:
        return f"The text has {len(value)} characters; {limit} is the most.", "Shorten it."
    for character in value:
        if character in _BIDI or (unicodedata.category(character) == "Cc" and character not in "\n\t\r"):
            return (
                f"The text holds a character nobody can see (U+{ord(character):04X}).",
                "Remove it, or type the text again.",
            )
    return None


def tidy(text: str) -> str:
    """One line: a text may be wrapped freely in the file."""
    return " ".join(text.split())


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


class _Reader:
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
                    f"The activity “{activity}” has no setting called “{name}”.{_did_you_mean(name, known)}",
                    f"Its settings are {_listed(known)}.",
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
                    f"Nothing called “{name}” belongs here.{_did_you_mean(name, known)}",
                    f"The keys here are {_listed(known)}.",
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
                f"There is no activity called “{activity[:40]}”.{_did_you_mean(activity, ACTIVITIES)}",
                f"Choose one of {_listed(ACTIVITIES)}.",
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


def minutes_problem(minutes: float) -> str | None:
    """What is wrong with a phase's length, as a sentence; None when 0 < minutes ≤ 240."""
    if 0 < minutes <= MAX_PHASE_MINUTES:
        return None
    return f"A phase cannot last {minutes:g} minutes."
