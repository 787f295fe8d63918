"""Whether the server could take somebody's contribution now."""

from __future__ import annotations

import asyncio
import time

from app.storage.api import StorageDown, Store

FRESH_FOR = 1.0
ANSWER_WITHIN = 5.0


class Readiness:
    """Whether an append could be stored now. Each look is a real commit, so it is looked at once a second at most, however
    many ask."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked = -FRESH_FOR
        self._problem = ""
        self._lock = asyncio.Lock()

    async def problem(self) -> str:
        """The sentence for the host; empty when all is well."""
        async with self._lock:
            if time.monotonic() - self._looked >= FRESH_FOR:
                self._problem = await self._look()
                self._looked = time.monotonic()
            return self._problem

    async def _look(self) -> str:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._store.ping()
        except StorageDown as down:
            return str(down)
        except TimeoutError:
            return "The database does not answer."
        return ""
