"""Names in formulas: finding the longest name at a place, and showing an id by its name so that it reads back the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from facilitation.formula_nodes import FormulaError

PLAIN_NAME = re.compile(r"[^\W\d_](?:[^\[\]()+*/×·∙⋅✕÷:∕−–＋%-]*\S)?")

_WORDS = re.compile(r"[^\d\s.,]")


class Names:
    """Names by which people may refer to KPIs, longest first; empty for stored formulas, which know ids only."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.by_name: dict[str, list[str]] = {}
        for kpi, name in names.items():
            self.by_name.setdefault(_fold(name), []).append(kpi)
        self.by_name.pop("", None)
        # A KPI called "0" is meant in brackets only: without them it would take the first digit of 0.5.
        self.longest = sorted(filter(_WORDS.search, self.by_name), key=len, reverse=True)

    def shown(self, kpi: str) -> str:
        name = " ".join(self.names.get(kpi, "").split())
        if not name:
            return f"[{kpi}]"
        if len(self.by_name.get(_fold(name), ())) > 1 or "[" in name or "]" in name:
            return f"[{kpi}]"
        return name if PLAIN_NAME.fullmatch(name) else f"[{name}]"

    def in_brackets(self, content: str, start: int, end: int) -> str:
        found = self.by_name.get(_fold(content), [])
        if len(found) == 1:
            return found[0]
        content = content.strip()
        if not self.names or content in self.names:
            return content
        if found:
            raise ambiguous(content, start, end)
        raise unknown(content, start, end)

    def at(self, text: str, start: int) -> tuple[str, int] | None:
        """The id and the end of the longest name that begins at `start`."""
        window = text[start : start + 400]
        for name in self.longest:
            end = _match_folded(window, name)
            if end is not None and not (window[end - 1].isalnum() and window[end : end + 1].isalnum()):
                found = self.by_name[name]
                if len(found) > 1:
                    raise ambiguous(window[:end], start, start + end)
                return found[0], start + end
        return None


def unknown(name: str, start: int, end: int) -> FormulaError:
    shown = name.strip()[:60]
    return FormulaError(
        f"There is no KPI called “{shown}” on the board. Add it first, or check the spelling.",
        start,
        end,
        "UNKNOWN_REF",
    )


def ambiguous(name: str, start: int, end: int) -> FormulaError:
    return FormulaError(
        f"Two KPIs are called “{name.strip()[:60]}”. Rename one of them, then use it here.", start, end
    )


@lru_cache(maxsize=4_096)
def _fold(name: str) -> str:
    return _lower(" ".join(name.split()))


def _lower(text: str) -> str:
    """Lower case letter by letter, so that no place moves (“İ” and its like stay as they are)."""
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _match_folded(window: str, folded: str) -> int | None:
    """Where `folded` ends if `window` begins with it, whatever the case and the width of spaces."""
    length = len(folded)
    if _lower(window[:length]) == folded:
        return length
    if " " not in folded:
        return None
    pattern = r"\s+".join(re.escape(word) for word in folded.split(" "))
    match = re.match(pattern, _lower(window))
    return match.end() if match else None
