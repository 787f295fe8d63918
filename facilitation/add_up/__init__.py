"""Does it add up? All targets go through the tree at once, ten thousand times (M-TGT-2, domain Decisions).

Each key result's target is put in at its own node and everything above is computed; a key result above another one is
compared with what the tree computes, not put in. In each run a key result reaches its target with its chance, and ends
evenly anywhere between today and the target otherwise; inputs vary as the mean of four readings does; a link that is
only believed holds with the group's confidence. The seed is stored, so the picture is the same on every screen.
"""

from facilitation.add_up.answer import AddsUp, Aim, CannotAddUp, Closing, Compared, Share, Trip
from facilitation.add_up.put_together import add_up, gain
from facilitation.add_up.simulate import chance_of
from facilitation.add_up.words import AddUpWords, tell

__all__ = [
    "AddUpWords",
    "AddsUp",
    "Aim",
    "CannotAddUp",
    "Closing",
    "Compared",
    "Share",
    "Trip",
    "add_up",
    "chance_of",
    "gain",
    "tell",
]
