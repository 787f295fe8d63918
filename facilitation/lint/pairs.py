"""Which numbers of a sentence belong together: "from 36 to 44 %", "to 44 % (now 36 %)", a range that is to be kept.

Pure string work on what stands between two numbers; a movement is told in whatever order people write it.
"""

from __future__ import annotations

import re

import msgspec

from facilitation.lint.quantity import Pair, Quantity

LINK = re.compile(
    r"^(?:(?:\s+|\s*/\s*)[A-Za-z][\w'’-]*){0,5}?\s*(?:→|->|=>|—>|–>|⟶|>|\bto\b|\bup to\b|\bdown to\b|\binto\b)\s*"
    r"(?:an?|the|avg\.?|average(?: of)?|around|about|approx\.?|roughly|at least|at most|under|below|over|above"
    r"|more than|less than|"
    r"fewer than|no more than|within|~|≈|≤|≥|<=?|>=?|[\[(]|\s)*$",
    re.IGNORECASE,
)
_REVERSED = re.compile(
    r"^(?:(?:\s+|\s*/\s*)[A-Za-z][\w'’-]*){0,6}?\s*[,;(\[]?\s*(?:up |down )?(?:from|vs\.?|versus|compared (?:to"
    r"|with)|currently|current(?:ly)?(?: at)?|"
    r"today(?: at)?|baseline(?: of| is)?|was|now(?: at)?|previously|starting (?:at|from))[:=]?\s*"
    r"(?:a |an |the )?(?:current(?:ly)?|baseline|today's|avg\.?|average|about|around|~)?\s*(?:of\s)?$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"^\s*(?:→|->|=>|—>|–>|⟶)\s*[~≈<>≤≥=\s]*$")
FROM = re.compile(
    r"\bfrom\s+(?:an?\s|the\s)?(?:current(?:ly)?|baseline|avg\.?|average|about|around|roughly|approx\.?|over"
    r"|under|the|of|~|≈|<|>|\[|\(|\s)*$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:\bby (?:an? )?(?:additional |at least |about |around |over |more than )?|(?:^|\s)[+−])$",
    re.IGNORECASE,
)
_FAR = 80  # characters between the two ends of one movement
_RANGE = re.compile(r"^\s*(?:–|-|—|to|and)\s*$")
_BETWEEN = re.compile(
    r"\b(?:within|between|in the range(?: of)?|range(?: of)?|stay(?:s)? (?:in|at)|keep .{0,60} (?:at|in))\s*$",
    re.IGNORECASE,
)


def pairs_of(text: str, values: list[Quantity]) -> tuple[list[Pair], tuple[Quantity, Quantity] | None]:
    pairs: list[Pair] = []
    band: tuple[Quantity, Quantity] | None = None
    index = 0
    while index + 1 < len(values):
        one, other = values[index], values[index + 1]
        between = text[one.end : other.start]
        if len(between) > _FAR:
            index += 1
            continue
        before = text[max(0, one.start - 60) : one.start]
        follows_from = FROM.search(before) is not None
        if follows_from and _RANGE.match(between) and "to" not in between and index + 2 < len(values):
            third = values[index + 2]
            if LINK.match(text[other.end : third.start]):
                pairs.append(_pair(other, third, text))
                index += 3
                continue
        if (
            band is None
            and _RANGE.match(between)
            and (_BETWEEN.search(before) or between.strip() in {"–", "-", "—"})
        ):
            band = (one, other)
            index += 2
            continue
        if _REVERSED.match(between) and not _BY.search(before) and not _begins_pair(text, values, index + 1):
            pairs.append(_pair(other, _meant(values[: index + 1], other), text))
            index += 2
            continue
        if _ARROW.match(between) or (LINK.match(between) and (follows_from or len(between.split()) <= 1)):
            pairs.append(_pair(one, other, text))
            index += 2
            continue
        index += 1
    return pairs, band


def _meant(before: list[Quantity], start: Quantity) -> Quantity:
    """The end that "(now 55 %)" belongs to: the nearest number before it, or an earlier one where only that is measured
    alike ("80 % of calls within 30 seconds, up from 61 %").
    """
    alike = (one for one in reversed(before) if one.dimension == start.dimension)
    return before[-1] if start.dimension == "count" else next(alike, before[-1])


def _begins_pair(text: str, values: list[Quantity], index: int) -> bool:
    """Whether "from A to B" starts at this number: then the number before it ("line 3 from 91 to 96 %") is no end of it."""
    if index + 1 >= len(values):
        return False
    one, other = values[index], values[index + 1]
    from_here = FROM.search(text[max(0, one.start - 60) : one.start]) is not None
    return (
        from_here
        and len(text[one.end : other.start]) <= _FAR
        and LINK.match(text[one.end : other.start]) is not None
    )


def _pair(start: Quantity, target: Quantity, text: str) -> Pair:
    """The movement; in "from 6 to 2 weeks" and "$78 → 85" the bare end takes over the other's unit."""
    between = text[min(start.end, target.end) : max(start.start, target.start)]
    if len(between.split()) <= 1:
        for bare, full in ((start, target), (target, start)):
            clock = bare.dimension == "time" and full.dimension == "time"
            if (bare.dimension == "count" or clock) and not bare.unit and full.dimension != "count":
                adopted = msgspec.structs.replace(bare, dimension=full.dimension, unit=full.unit)
                start, target = (adopted, target) if bare is start else (start, adopted)
                break
    return Pair(start=start, target=target)
