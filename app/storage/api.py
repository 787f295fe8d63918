"""What the rest of Levertree may ask of storage, whatever engine is behind it.

A workshop is an append-only log of events with a contiguous `seq` from 1 (LIVE-3). An append writes events and the
answers to the people who caused them in one transaction, and returns only after it is durable (LIVE-1). The answers,
keyed by (client id, cid), let a contribution be sent again without being counted again (LIVE-2).

Times are milliseconds since 1970-01-01 UTC. Names live beside the log, never in it, so that a name can be deleted
without touching history.
"""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

CapabilityKind = Literal["facilitator", "wall", "share"]


class NewEvent(Struct, frozen=True):
    """An event about to be appended."""

    at: int
    """When it happened, stamped by the server."""
    by: str
    """The person's id, or "" for the server itself."""
    data: bytes
    """The event as a JSON object that holds its tag under "type"."""


class Recorded(Struct, frozen=True):
    """An event as it stands in the log."""

    seq: int
    at: int
    by: str
    type: str
    data: bytes


class Answer(Struct, frozen=True):
    """What a client was, or will be, told about its contribution `cid`."""

    client_id: str
    cid: int
    seq: int | None
    """The last seq of the events it caused (the head, if it caused none); None when it was refused."""
    refusal: str | None
    """The sentence for the person when it was refused."""


class ClientState(Struct, frozen=True):
    """One tab of one phone: the contributions it has had an answer to, and whose it is."""

    client_id: str
    workshop_id: str
    person_id: str
    last_cid: int


class WorkshopRow(Struct, frozen=True):
    """A workshop as the list of workshops shows it."""

    id: str
    code: str
    title: str
    seq: int
    """The head: the seq of the latest event."""
    created_at: int


class Snapshot(Struct, frozen=True):
    """The state of a workshop after the event `seq`, in the bytes the room gave."""

    seq: int
    state: bytes
    saved_at: int


class Seat(Struct, frozen=True):
    """The person that a device acts as in one workshop, in one role."""

    workshop_id: str
    device_hash: str
    person_id: str
    role: str
    bound_at: int


class Capability(Struct, frozen=True):
    """What the holder of a link may do. Only the hash of the link's token is stored."""

    token_hash: str
    workshop_id: str
    kind: CapabilityKind
    created_at: int
    expires_at: int | None


class WakeUp(Struct, frozen=True):
    """A hint from another worker that the workshop has moved on to `head`, or a passing message for its people."""

    workshop_id: str
    head: int
    payload: str | None = None


class Behind(Exception):  # noqa: N818 - an ordinary outcome of an append, not an error
    """Somebody else appended first: read what is missing and decide again. Nothing was written.

    `head` is the workshop's present head. `clients` names the clients whose stored `last_cid` is not the one before
    their first answer in this append: read their state again too (another worker has answered them meanwhile).
    """

    def __init__(self, head: int, clients: tuple[str, ...] = ()) -> None:
        super().__init__(
            f"the log has moved on to {head}" + (f"; clients {', '.join(clients)}" if clients else "")
        )
        self.head = head
        self.clients = clients


class StorageDown(Exception):  # noqa: N818 - the name says what a facilitator meets
    """Nothing can be stored now, so no acknowledgement may go out; the message is a sentence for the facilitator.

    When it comes out of an append, the append may still have been committed (the connection was lost while the
    answer was on its way): close the room and open it again by replay.
    """


class StoreBusy(Exception):  # noqa: N818 - the name says what an operator meets
    """Another process holds this database file; the message says which."""


class NotFound(LookupError):  # noqa: N818 - as above
    """There is no such workshop, client or person."""


class CodeTaken(ValueError):  # noqa: N818 - as above
    """Another workshop already uses this join code: draw another one."""


OnWakeUp = Callable[[WakeUp], None]
OnAppend = Callable[[float, int], None]
"""Called after each successful append with its seconds, and how many appends shared its commit."""


class Store(Protocol):
    """One database of workshops. Every method may raise `StorageDown`."""

    @property
    def epoch(self) -> str:
        """Random per database; a restore changes it, so that phones know that history may have moved back."""

    @property
    def alone(self) -> bool:
        """Whether no other process can write to this database, so that there is nobody to be told anything."""

    on_append: OnAppend | None
    """Where append latencies go, if anywhere (metrics)."""

    # -- workshops ---------------------------------------------------------------------------------------------
    async def create_workshop(self, *, code: str, title: str, events: Sequence[NewEvent]) -> str:
        """Create a workshop with its first events; gives its id. Raises `CodeTaken`."""

    async def workshop(self, workshop_id: str) -> WorkshopRow | None: ...

    async def workshop_by_code(self, code: str) -> WorkshopRow | None: ...

    async def workshops(self, limit: int = 1000) -> list[WorkshopRow]:
        """The newest first."""

    async def workshops_of(self, device_hash: str) -> list[WorkshopRow]:
        """The workshops in which this device has a seat in any role, the newest first."""

    async def retitle(self, workshop_id: str, title: str) -> None: ...

    async def delete_workshop(self, workshop_id: str) -> None:
        """Delete a workshop with everything that belongs to it: log, answers, names, seats, links."""

    # -- the log -----------------------------------------------------------------------------------------------
    async def append(
        self, workshop_id: str, expected_seq: int, events: Sequence[NewEvent], answers: Sequence[Answer] = ()
    ) -> int:
        """Append events and answers in one durable transaction; gives the new head (LIVE-1, LIVE-2, LIVE-3).

        Each client's cids must continue its `last_cid` without a gap, which they advance. Refusals alone (no events)
        are appended in the same way and leave the head where it is. Raises `Behind` when the head is not
        `expected_seq` or when a client's cids do not continue; `NotFound` for an unknown workshop or client.
        """

    async def read(self, workshop_id: str, after: int, limit: int | None = None) -> list[Recorded]:
        """The events after the given seq, in order."""

    async def head(self, workshop_id: str) -> int:
        """The seq of the latest event. Raises `NotFound`."""

    async def heads(self, workshop_ids: Sequence[str]) -> dict[str, int]:
        """Workshop id → head, in one query: how a worker looks whether others have appended. Unknown ids are absent."""

    async def save_snapshot(self, workshop_id: str, seq: int, state: bytes) -> None:
        """Keep the state after `seq`; replaces an older snapshot, and is ignored when a newer one is there."""

    async def latest_snapshot(self, workshop_id: str) -> Snapshot | None: ...

    async def drop_snapshot(self, workshop_id: str) -> None:
        """Forget the snapshot (written by another version of the program, for instance)."""

    # -- clients and answers -----------------------------------------------------------------------------------
    async def new_client(self, workshop_id: str, person_id: str) -> str:
        """Issue a client id for a tab, bound to the person."""

    async def client(self, workshop_id: str, client_id: str) -> ClientState | None: ...

    async def answer(self, workshop_id: str, client_id: str, cid: int) -> Answer | None:
        """The stored answer. None when there never was one, or when it is older than any resend: answers are kept for
        ten minutes and at least the last 500 of each client; `last_cid` is kept always."""

    # -- people and access -------------------------------------------------------------------------------------
    async def add_person(self, workshop_id: str, person_id: str, name: str) -> None:
        """Give a person their name; a second call changes it."""

    async def rename(self, workshop_id: str, person_id: str, name: str) -> None:
        """Raises `NotFound`."""

    async def delete_name(self, workshop_id: str, person_id: str) -> None:
        """Forget a name for ever; the log keeps the person's id. Raises `NotFound`."""

    async def names(self, workshop_id: str) -> dict[str, str]:
        """Person id → name; deleted names are absent."""

    async def seat(self, workshop_id: str, device_hash: str, role: str = "participant") -> Seat | None: ...

    async def seats(self, workshop_id: str) -> list[Seat]: ...

    async def bind_seat(
        self, workshop_id: str, device_hash: str, person_id: str, role: str = "participant"
    ) -> None:
        """Let the device act as this person; replaces whom it acted as in this role."""

    async def unbind(self, workshop_id: str, person_id: str) -> None:
        """Take every device's seat as this person away."""

    async def add_capability(
        self, workshop_id: str, kind: CapabilityKind, token_hash: str, expires_at: int | None = None
    ) -> None: ...

    async def capability(self, token_hash: str) -> Capability | None:
        """The capability, unless it was revoked or has expired."""

    async def capabilities(self, workshop_id: str, kind: CapabilityKind) -> list[Capability]:
        """The links of a kind that are out now, the newest first: neither revoked nor expired."""

    async def revoke(self, token_hash: str) -> None: ...

    async def revoke_all(self, workshop_id: str, kind: CapabilityKind) -> None:
        """Revoke every link of a kind, before a new one is issued."""

    # -- between workers ---------------------------------------------------------------------------------------
    async def notify(self, workshop_id: str, head: int, payload: str | None = None) -> None:
        """Hint to the other workers. Returns at once, is coalesced, may get lost, never raises `StorageDown`."""

    def listen(self, callback: OnWakeUp) -> Callable[[], None]:
        """Call back on the event loop for each hint of another worker; gives the function that ends it."""

    # -- operation ---------------------------------------------------------------------------------------------
    async def ping(self) -> None:
        """Return if an append could be stored now."""

    async def close(self) -> None:
        """Finish the appends that wait, then let go of files and connections."""
