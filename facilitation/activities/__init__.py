"""The phase activities, one file each. A file that exports `ACTIVITY` is found by itself: no list to keep."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from facilitation.activity import Activity


@cache
def activities() -> dict[str, Activity]:
    """Every activity by name, in alphabetical order of its file."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    found = [module.ACTIVITY for module in modules if hasattr(module, "ACTIVITY")]
    return {activity.name: activity for activity in found}
