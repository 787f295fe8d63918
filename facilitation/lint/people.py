"""Reads what stands in an owner field: one person, several, or a team.

People are plain names or `@p3`, the id of somebody in the room; both count as one person.
"""

from __future__ import annotations

from facilitation.lint import words as w


def looks_like_team(owner: str) -> bool:
    """Whether the text names a group rather than a person ("Sales", "Growth team", "everybody")."""
    return not owner.startswith("@") and w.TEAMS.search(owner.strip()) is not None


def several_people(owner: str) -> bool:
    """Whether the text names more than one person ("Ana and Ben", "Ana, Ben")."""
    return w.SEVERAL.search(owner.strip()) is not None
