"""Numbers, dates and names as people type them into a form: the value, nothing, or the sentence to send back."""

from __future__ import annotations

from datetime import date

from facilitation.messages import Rejected
from facilitation.number_text import Ambiguous, DecimalStyle, NotANumber, style_of_language
from facilitation.state import Workshop
from facilitation.text import optional_text
from facilitation.units import parse_unit, read_value


def style_of(workshop: Workshop) -> DecimalStyle | None:
    """The decimal sign people write in the workshop's language; `None` where both are common."""
    return style_of_language(workshop.setup.language)


def number_field(
    text: str, unit: str, what: str, style: DecimalStyle | None = None
) -> float | Rejected | None:
    """A number in `unit` (36 for 36 %), `None` for an empty field.

    `style` is the decimal sign of the workshop's language (`style_of_language`): "3,400" is a usual number where people
    write English. Without it a number such as "1.234" is refused with the two ways to write it.
    """
    if not text.strip():
        return None
    read = read_value(text, unit, style)
    if isinstance(read, NotANumber | Ambiguous):
        return Rejected(f"{what}: {read.sentence}")
    return read.value


def unit_field(text: str) -> str | Rejected:
    """The unit as it is kept (any word may name the thing counted), or the refusal of an endless one."""
    unit = optional_text(text, 40, "The unit")
    if isinstance(unit, Rejected) or not unit:
        return unit
    return parse_unit(unit).text


def date_field(text: str, what: str) -> str | Rejected:
    """An ISO date or nothing."""
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return Rejected(f"{what}: write the date like 2027-09-30.")
