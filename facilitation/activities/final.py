"""The final word: a facilitator declares the outcome final at the end of commit, or takes that back.

Lint errors must be mended or set aside with a reason first; a final outcome takes no more edits.
"""

from __future__ import annotations

from msgspec.structs import replace

from facilitation.messages import Actor, Command, Decision, Event, Meta, Rejected
from facilitation.review import open_errors
from facilitation.state import Appliers, Deciders, Workshop


class MarkedFinal(Event, frozen=True, kw_only=True):
    """The facilitator declares the outcome final."""


class MarkedDraft(Event, frozen=True, kw_only=True):
    """The outcome is a draft again."""


class MarkFinal(Command, frozen=True, kw_only=True):
    """Declare the outcome final."""


class MarkDraft(Command, frozen=True, kw_only=True):
    """Take the final word back."""


def decide_final(workshop: Workshop, wish: MarkFinal, actor: Actor) -> Decision:
    """Only something that was decided can be final; lint errors must be mended or set aside with a reason first."""
    if workshop.final is not None:
        return []
    if not workshop.objectives:
        return Rejected("There is no objective yet. Draft one, then mark the outcome final.")
    errors = open_errors(workshop)
    if errors:
        more = f" There are {len(errors) - 1} more." if len(errors) > 1 else ""
        return Rejected(f"Not final yet. {errors[0]}{more} Mend it, or set it aside with a reason.")
    return [MarkedFinal()]


def decide_draft(workshop: Workshop, wish: MarkDraft, actor: Actor) -> Decision:
    """Back to draft."""
    return [MarkedDraft()] if workshop.final is not None else []


def apply_final(workshop: Workshop, event: MarkedFinal, meta: Meta) -> Workshop:
    """Final since now."""
    return replace(workshop, final=meta.at)


def apply_draft(workshop: Workshop, event: MarkedDraft, meta: Meta) -> Workshop:
    """A draft again."""
    return replace(workshop, final=None)


DECIDE: Deciders = {MarkFinal: decide_final, MarkDraft: decide_draft}
APPLY: Appliers = {MarkedFinal: apply_final, MarkedDraft: apply_draft}
FACILITATOR_ONLY: frozenset[type[Command]] = frozenset(DECIDE)
