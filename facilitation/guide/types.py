"""What a guide is made of, and the one way a guide can be refused."""

from __future__ import annotations

import difflib
from collections.abc import Collection

import msgspec

from facilitation.guide.settings import SettingValue


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
        # Somebody who edits a live agenda has no file to look into, so keys would only be noise.
        super().__init__(f"{place}: {self.sentence}" if file else self.sentence)

    @property
    def sentence(self) -> str:
        """Reason and way out without the place: what a person editing the agenda reads."""
        return f"{self.reason} {self.advice}".strip()


def did_you_mean(word: str, known: Collection[str]) -> str:
    """ " Did you mean “dots”?" when a known word is close, else "": ready to append to a reason."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f" Did you mean “{close[0]}”?" if close else ""


def listed(words: Collection[str]) -> str:
    """Words in quotes, separated by commas."""
    return ", ".join(f"“{word}”" for word in words)
