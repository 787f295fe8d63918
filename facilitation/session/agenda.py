"""Re-planning on the workshop's own copy of the guide: minutes, order, names, prompts, phases left out."""

from __future__ import annotations

from typing import Any

DECIDE: dict[Any, Any] = {}
APPLY: dict[Any, Any] = {}
FACILITATOR_ONLY: set[Any] = set()
