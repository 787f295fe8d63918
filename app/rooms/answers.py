"""Who has said what: the contributions of each tab and the answers they may ask for again (LIVE-2).

The store keeps them for good; here is what this process remembers of it, so that most contributions need no look-up. Every screen
that comes may be a new tab, so only those count that were heard of last: whoever reconnects for hours costs no memory.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from app.rooms.batch import Batch
from app.rooms.items import Say, Told
from app.storage.api import Store

REMEMBERED = 500
MOST_TABS = 3_000
"""More than any room has screens; a tab beyond it is looked up in the store again."""


@dataclass
class Client:
    """One tab: the last contribution that was answered, and the newest answers."""

    last_cid: int
    answers: dict[int, Told] = field(default_factory=dict)


class UnknownTab(Exception):  # noqa: N818 - the name says what was met
    """A tab that was never issued here, or was forgotten."""


class Answers:
    """The clients of one workshop."""

    def __init__(self, store: Store, workshop_id: str) -> None:
        self._store = store
        self._workshop_id = workshop_id
        self._clients: OrderedDict[str, Client] = OrderedDict()

    async def client(self, client_id: str, afresh: bool = False) -> Client | None:
        """What is known of a tab; `None` when it was never issued here. Raises StorageDown. `afresh`: as the store has it, where
        other workers may have answered the tab meanwhile. A tab that is told too low a number gives it to something new, and
        that would get the answer of something old: lost, and “saved” (LIVE-1)."""
        if afresh and not self._store.alone:
            self.forget(client_id)
        known = self._clients.get(client_id)
        if known is None and client_id:
            stored = await self._store.client(self._workshop_id, client_id)
            if stored is not None:
                known = self._keep(client_id, stored.last_cid)
        return known

    def _keep(self, client_id: str, last_cid: int) -> Client:
        """The tab, as the one heard of last."""
        client = self._clients.setdefault(client_id, Client(last_cid))
        self._clients.move_to_end(client_id)
        if len(self._clients) > MOST_TABS:
            self._clients.popitem(last=False)
        return client

    def last_cid(self, client_id: str) -> int:
        """The last answered contribution, as far as this process remembers."""
        known = self._clients.get(client_id)
        return known.last_cid if known else 0

    async def given(self, say: Say, batch: Batch, head: int) -> Told | None:
        """The answer to something sent before, or a gap; `None` when it is the next in order, behind what `batch` holds already
        (LIVE-2). Raises UnknownTab, StorageDown."""
        if not say.cid:
            return None
        twin = batch.fresh.get((say.client_id, say.cid))
        if twin is not None:
            return twin
        client = await self.client(say.client_id)
        if client is None:
            raise UnknownTab
        last = batch.last.get(say.client_id, client.last_cid)
        if say.cid > last + 1 and say.client_id not in batch.last:
            client = await self.client(say.client_id, afresh=True) or client
            last = client.last_cid
        if say.cid > last + 1:
            return Told(expected=last + 1)
        if say.cid == last + 1:
            return None
        return await self._again(say, client, head)

    async def _again(self, say: Say, client: Client, head: int) -> Told:
        """The answer to something that was answered before, the very same one."""
        known = client.answers.get(say.cid)
        if known is not None:
            return known
        answer = await self._store.answer(self._workshop_id, say.client_id, say.cid)
        if answer is None:
            # Older than any resend: it was answered, and nothing more is known. It never happens twice.
            return Told(seq=head)
        return Told(seq=answer.seq, refusal=answer.refusal)

    def remember(self, say: Say, told: Told) -> None:
        """A contribution was answered, and the answer is stored."""
        client = self._keep(say.client_id, 0)
        client.last_cid = max(client.last_cid, say.cid)
        client.answers[say.cid] = told
        client.answers.pop(say.cid - REMEMBERED, None)

    def forget(self, client_id: str) -> None:
        """Another worker has answered this tab meanwhile, or it has left: the store knows more."""
        self._clients.pop(client_id, None)

    def forget_all(self) -> None:
        """Nothing remembered is certain any more: a commit may or may not have happened."""
        self._clients.clear()
