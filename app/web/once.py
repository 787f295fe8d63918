"""One answer to a form that was sent twice: a double tap without script, or "send again" after a lost answer (LIVE-2, LIVE-13).

Kept in memory for the last ten thousand forms. A server that restarts in between forgets them, which is why live screens
number their contributions in the log instead.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from app.rooms.items import Told

MOST = 10_000
_answers: OrderedDict[str, asyncio.Task[Told]] = OrderedDict()


async def answer_once(key: str, ask: Callable[[], Awaitable[Told]]) -> Told:
    """What `ask` answers, or answered before under this key; an empty key asks every time."""
    if not key:
        return await ask()

    async def asked() -> Told:
        return await ask()

    task = _answers.get(key)
    if task is None:
        task = _answers[key] = asyncio.create_task(asked(), name="plain form")
        while len(_answers) > MOST:
            _answers.popitem(last=False)
    told = await asyncio.shield(task)
    if told.later is not None:
        _answers.pop(key, None)
    return told
