"""The store: load folds, append batches, read history. The only module that talks to its tables.

`position` numbers a tenant's events without gaps from 1; `version` numbers those of a stream.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from operator import attrgetter
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg

from app.clock_watch import ClockInDoubt, ClockWatch
from app.db import DatabaseUnavailable, NotAnswered
from app.event_store import statements
from app.event_store.chain import Chain
from app.event_store.codec import Encoded, decode_row
from app.event_store.connections import COMMITTING, Connections
from app.event_store.errors import UnknownTenant
from app.event_store.grouping import Grouping
from app.event_store.tenant_secret import TenantSecret
from app.events.base import Recorded
from app.telemetry import (
    APPEND_BATCH_SIZE,
    APPEND_CONFLICTS,
    APPEND_SECONDS,
)

PAGE = 500
LAST_VERSION = 2**31 - 1


class StreamBusy(Exception):
    """Another transaction holds the stream's row: try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult:
    """The command ledger's entry of a recorded command."""

    fingerprint: bytes
    result: str
    position: int | None
    leaf: bytes | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StoredFold:
    """The state stored with its stream, as text."""

    version: int
    fold_version: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantHead:
    """A tenant, and the fold of its own stream; `position` counts its events."""

    tenant_id: UUID
    timezone: str
    sandbox: bool
    position: int
    opened_at: datetime | None
    fold: StoredFold | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What one `load` returned, all of one moment; with what others asked for who shared it."""

    now: datetime
    clock: datetime  # of the database; `now` is never before what was recorded
    timezone: str
    sandbox: bool
    position: int
    commands: Mapping[UUID, StoredResult]
    streams: Mapping[str, StoredFold]

    def command(self, ids: Sequence[UUID]) -> StoredResult | None:
        """The ledger's entry under the first of `ids` that has one."""
        return next((self.commands[each] for each in ids if each in self.commands), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A stream that a command moves from version `expected` to `version`; equal if only read."""

    stream_id: str
    expected: int
    version: int
    fold_version: int = 0
    state: str = ""
    next_due_at: datetime | None = None

    @property
    def writes(self) -> bool:
        return self.version > self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """The writes of one command, all or none."""

    command_id: UUID
    fingerprint: bytes
    result: str
    moves: Sequence[Move]
    events: Sequence[Encoded]
    sandbox: bool = False
    chain: Chain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """Written. `position` and `leaf` are of the last event; None if there was none."""

    position: int | None
    leaf: bytes | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """Not written: the stream is at version `actual`."""

    stream_id: str
    actual: int


AppendResult = Appended | StoredResult | Conflict


@dataclass(frozen=True, slots=True)
class _LoadRequest:
    commands: tuple[UUID, ...]
    streams: tuple[str, ...]


class EventStore:
    """All tasks of a process may share one. `pool` bounds its connections."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        *,
        batch: int = 64,
        committing: float = COMMITTING,
        clock: ClockWatch | None = None,
    ) -> None:
        self._clock = clock
        self._connections = Connections(pool, committing=committing)
        self._appends: Grouping[Append, AppendResult] = Grouping(
            self._append_round, size=batch, choose=together
        )
        self._loads: Grouping[_LoadRequest, Loaded] = Grouping(
            self._load_batch, size=batch, lanes=2
        )
        self._secrets: dict[UUID, TenantSecret] = {}

    async def load(
        self, tenant_id: UUID, streams: Sequence[str], commands: Sequence[UUID] = ()
    ) -> Loaded:
        """One round trip, shared with concurrent loads of the same tenant.

        Raises `UnknownTenant` and `DatabaseUnavailable`.
        """
        return await self._loads.submit(tenant_id, _LoadRequest(tuple(commands), tuple(streams)))

    async def append_to_stream(self, tenant_id: UUID, append: Append) -> AppendResult:
        """One round trip, shared with concurrent appends to the same tenant.

        After a lost connection it is sent again under the same command id, which the ledger makes
        safe. Those of a chain are sent in the order of these calls. Raises `UnknownTenant`,
        `StreamBusy` and `DatabaseUnavailable`.
        """
        started = perf_counter()
        if append.chain is not None:
            append.chain.sent()
        answer = await self._appends.submit(tenant_id, append)
        APPEND_SECONDS.observe(perf_counter() - started)
        if isinstance(answer, Conflict):
            APPEND_CONFLICTS.inc()
        return answer

    async def read_stream(
        self, tenant_id: UUID, stream_id: str, *, after: int = 0, up_to: int = LAST_VERSION
    ) -> AsyncIterator[Recorded[Any]]:
        """A stream's events in order, fetched by pages."""
        while True:
            rows = await self.fetch(
                tenant_id, statements.STREAM_EVENTS, stream_id, after, up_to, PAGE
            )
            for row in rows:
                yield decode_row(row)
            if len(rows) < PAGE:
                return
            after += len(rows)

    async def read_page(
        self, tenant_id: UUID, stream_id: str, *, after: int, limit: int
    ) -> list[Recorded[Any]]:
        """Up to `limit` events of a stream after version `after`."""
        rows = await self.fetch(
            tenant_id, statements.STREAM_EVENTS, stream_id, after, LAST_VERSION, limit
        )
        return [decode_row(row) for row in rows]

    async def read_streams(
        self, tenant_id: UUID, stream_ids: Sequence[str], *, after: int, limit: int
    ) -> list[Recorded[Any]]:
        """Up to `limit` events of several streams, by position."""
        rows = await self.fetch(
            tenant_id, statements.EVENTS_OF_STREAMS, list(stream_ids), after, None, limit
        )
        return [decode_row(row) for row in rows]

    async def read_all(
        self,
        tenant_id: UUID,
        *,
        after: int,
        limit: int,
        types: Sequence[str] | None = None,
        stream_id: str | None = None,
    ) -> list[Recorded[Any]]:
        """Up to `limit` events of a tenant, by position; each filter has an index."""
        named = None if types is None else list(dict.fromkeys(types))
        if stream_id is not None:
            rows = await self.fetch(
                tenant_id, statements.EVENTS_OF_STREAMS, [stream_id], after, named, limit
            )
        elif named is not None:
            rows = await self.fetch(tenant_id, statements.EVENTS_OF_TYPES, named, after, limit)
        else:
            rows = await self.fetch(tenant_id, statements.ALL_EVENTS, after, limit)
        return [decode_row(row) for row in rows]

    async def draw_numbers(self, tenant_id: UUID, series: str, count: int) -> int:
        """Reserves `count` numbers of a series and returns the last of them."""
        async with self._connections.committing() as connection:
            return int(await connection.fetchval(statements.DRAW, tenant_id, series, count))

    async def open_tenant(
        self, tenant_id: UUID, *, timezone: str, sandbox: bool, clock: datetime | None
    ) -> bool:
        """False if the tenant exists already."""
        async with self._connections.committing() as connection:
            return bool(
                await connection.fetchval(
                    statements.OPEN_TENANT, tenant_id, timezone, sandbox, clock
                )
            )

    async def secret_of(self, tenant_id: UUID) -> TenantSecret:
        """Read once: it never changes. Raises `UnknownTenant`."""
        if tenant_id not in self._secrets:
            rows = await self.fetch(tenant_id, statements.SECRET)
            if not rows:
                raise UnknownTenant(tenant_id)
            self._secrets[tenant_id] = TenantSecret(bytes(rows[0]["secret"]))
        return self._secrets[tenant_id]

    async def move_clock(self, tenant_id: UUID, to: datetime) -> datetime | None:
        """Returns the sandbox's new time; None if the tenant is no sandbox."""
        async with self._connections.committing() as connection:
            moved: datetime | None = await connection.fetchval(statements.MOVE_CLOCK, tenant_id, to)
            return moved

    async def clocks(self) -> tuple[datetime, datetime | None]:
        """The database's clock, and the last heartbeat of any worker."""
        async with self._connections.reading() as connection:
            row = await connection.fetchrow(statements.CLOCK)
        return row["clock"], row["heartbeat"]

    async def tenants(
        self, *, after: UUID | None, limit: int, only: UUID | None = None
    ) -> list[TenantHead]:
        """By id, for the operator alone; or `only` one."""
        async with self._connections.reading() as connection:
            rows = await connection.fetch(statements.TENANTS, after, limit, only)
        return [
            TenantHead(
                tenant_id=row["tenant_id"],
                timezone=row["timezone"],
                sandbox=row["sandbox"],
                position=row["position"],
                opened_at=row["opened_at"],
                fold=None
                if row["version"] is None
                else StoredFold(row["version"], row["fold_version"], row["state"]),
            )
            for row in rows
        ]

    async def due(self, limit: int) -> list[tuple[UUID, str]]:
        """Streams of real-time tenants that something has lapsed on, the earliest first."""
        async with self._connections.reading() as connection:
            rows = await connection.fetch(statements.DUE, limit)
        return [(row["tenant_id"], row["stream_id"]) for row in rows]

    async def due_in_sandbox(self, tenant_id: UUID, until: datetime) -> tuple[str, datetime] | None:
        rows = await self.fetch(tenant_id, statements.DUE_IN_SANDBOX, until)
        return (rows[0]["stream_id"], rows[0]["next_due_at"]) if rows else None

    async def confirm(self) -> None:
        """Returns when everything that is visible is as durable as a commit of now.

        A commit whose wait for a synchronous standby was cut short, by a restart of the primary or
        by an operator, is visible without being on the standby. A commit made now waits until all
        before it is there, too. Raises `DatabaseUnavailable`.
        """
        async with self._connections.committing() as connection:
            await connection.execute(statements.CONFIRM)

    async def drain(self) -> None:
        await self._appends.drain()
        await self._loads.drain()

    async def ping(self) -> None:
        async with self._connections.reading() as connection:
            await connection.fetchval("select 1")

    async def fetch(self, tenant_id: UUID, query: str, *args: object) -> list[asyncpg.Record]:
        """Reads rows of one tenant. `$1` of `query` is the tenant."""
        async with self._connections.reading() as connection, connection.transaction(readonly=True):
            await connection.execute(statements.SET_TENANT, tenant_id)
            rows: list[asyncpg.Record] = await connection.fetch(query, tenant_id, *args)
            return rows

    async def _load_batch(
        self, key: Hashable, requests: Sequence[_LoadRequest]
    ) -> Sequence[Loaded]:
        commands = {command for request in requests for command in request.commands}
        streams = {stream for request in requests for stream in request.streams}
        async with self._connections.reading() as connection:
            rows = await connection.fetch(statements.LOAD, key, list(commands), list(streams))
        head = next((row for row in rows if row["kind"] == "h"), None)
        if head is None:
            raise UnknownTenant(str(key))
        loaded = Loaded(
            now=head["at"],
            clock=head["clock"],
            timezone=head["key"],
            sandbox=bool(head["fold_version"]),
            position=head["position"],
            commands={
                UUID(row["key"]): _stored_result(row, row["body"], row["at"])
                for row in rows
                if row["kind"] == "c"
            },
            streams={
                row["key"]: StoredFold(row["version"], row["fold_version"], row["body"])
                for row in rows
                if row["kind"] == "s"
            },
        )
        return [loaded] * len(requests)

    async def _append_round(
        self, key: Hashable, batch: Sequence[Append]
    ) -> Sequence[AppendResult | BaseException]:
        """A batch, but for those whose chain is broken by now."""
        sound = [append for append in batch if append.chain is None or not append.chain.broken]
        answers: Sequence[AppendResult | BaseException] = ()
        try:
            answers = await self._append_batch(key, sound) if sound else ()
        finally:
            if answers or len(batch) == 1:  # else they are sent again, one by one
                _tell_chains(sound, answers)
        if len(sound) == len(batch):
            return answers
        answered = dict(zip(map(id, sound), answers, strict=True))
        return [answered.get(id(append)) or _unsent(append) for append in batch]

    async def _append_batch(
        self, key: Hashable, batch: Sequence[Append]
    ) -> Sequence[AppendResult | BaseException]:
        APPEND_BATCH_SIZE.observe(len(batch))
        try:
            try:
                if len(batch) == 1:
                    return [await self._append_one(key, batch[0])]
                return await self._append_many(key, batch)
            except DatabaseUnavailable as lost:
                if not _worth_another_try(lost):
                    raise
                # Whether it was written is unknown: the ledger tells when it is sent again.
                return await self._append_many(key, batch)
        except DatabaseUnavailable as lost:
            return [lost] * len(batch)  # one by one they would be as unlucky, after each other

    async def _append_one(self, key: Hashable, append: Append) -> AppendResult | BaseException:
        """The fast path for one command that writes to one stream. If `append_one` declines,
        `append_batch` tells why."""
        written = [move for move in append.moves if move.writes]
        if len(written) == 1:
            async with self._connections.committing() as connection:
                row = await connection.fetchrow(
                    statements.APPEND_ONE,
                    key,
                    *_fields(append, written[0]),
                    self._process_time(append),
                )
            if row["recorded_at"]:
                return _appended(row)
        (answer,) = await self._append_many(key, [append])
        return answer

    def _process_time(self, append: Append) -> datetime | None:
        return None if self._clock is None or append.sandbox else self._clock.wall()

    async def _append_many(
        self, key: Hashable, batch: Sequence[Append]
    ) -> Sequence[AppendResult | BaseException]:
        async with self._connections.committing() as connection:
            rows = await connection.fetch(
                statements.APPEND, key, *_columns(batch), self._process_time(batch[0])
            )
        answers: dict[int, AppendResult | BaseException] = {
            row["item"]: _answer(row) for row in rows
        }
        return [answers[n] for n in range(1, len(batch) + 1)]


def _worth_another_try(lost: DatabaseUnavailable) -> bool:
    """Not after a time-out: the commit, or who has the lock, is still there."""
    return not isinstance(lost, (NotAnswered, ClockInDoubt)) and not isinstance(
        lost.__cause__, asyncpg.LockNotAvailableError
    )


def _tell_chains(sent: Sequence[Append], answers: Sequence[AppendResult | BaseException]) -> None:
    for append, answer in zip_longest(sent, answers):
        if append.chain is not None:
            append.chain.answered(appended=isinstance(answer, Appended))


def _unsent(append: Append) -> Conflict:
    if append.chain is not None:
        append.chain.answered(appended=False)
    move = append.moves[0]
    return Conflict(move.stream_id, move.expected)


def together(waiting: Sequence[Append]) -> list[int]:
    """Indexes of the appends that may share a batch: no stream that one writes is read or written
    by another, except within a chain, and no command id occurs twice. One that has to wait is never
    overtaken by a later one on its stream or in its chain."""
    writers = defaultdict[str, set[int]](set)
    touchers = defaultdict[str, set[int]](set)
    commands: set[UUID] = set()
    held: set[int] = set()
    chosen = []
    for n, append in enumerate(waiting):
        own = {id(append.chain or append)}
        clashes = any(
            writers[move.stream_id] - own or (move.writes and touchers[move.stream_id] - own)
            for move in append.moves
        )
        if append.command_id in commands or clashes or own & held:
            held |= own
        else:
            chosen.append(n)
        commands.add(append.command_id)
        for move in append.moves:
            touchers[move.stream_id] |= own
            if move.writes:
                writers[move.stream_id] |= own
    return chosen


_COMMAND = attrgetter("command_id", "fingerprint", "result")
_MOVE = attrgetter("stream_id", "expected", "version", "fold_version", "state", "next_due_at")
_READ = attrgetter("stream_id", "expected")
_EVENT = attrgetter("stream_id", "version", "type", "header", "content")


def _columns(batch: Sequence[Append]) -> Sequence[Sequence[object]]:
    """The arguments of `append_batch`; each move and event begins with the number of its item."""
    commands = [_COMMAND(append) for append in batch]
    moves = [(n, *_MOVE(move)) for n, append in enumerate(batch, 1) for move in append.moves]
    events = [(n, *_EVENT(event)) for n, append in enumerate(batch, 1) for event in append.events]
    return (*_transpose(commands, 3), *_transpose(moves, 7), *_transpose(events, 6))


def _fields(append: Append, written: Move) -> Sequence[object]:
    """The arguments of `append_one`."""
    read = [_READ(move) for move in append.moves if move is not written]
    events = [_EVENT(event) for event in append.events]
    return (*_COMMAND(append), *_MOVE(written), *_transpose(read, 2), *_transpose(events, 5))


def _transpose(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    """Rows as `width` columns, also when there are no rows."""
    return [[row[n] for row in rows] for n in range(width)]


def _appended(row: Any) -> Appended:
    leaf = bytes(row["leaf"]) if row["leaf"] else None
    return Appended(position=row["position"], leaf=leaf, recorded_at=row["recorded_at"])


def _stored_result(row: Any, result: str, recorded_at: datetime) -> StoredResult:
    return StoredResult(
        fingerprint=bytes(row["fingerprint"]),
        result=result,
        position=row["position"],
        leaf=bytes(row["leaf"]) if row["leaf"] else None,
        recorded_at=recorded_at,
    )


def _answer(row: Any) -> AppendResult | BaseException:
    match row["outcome"]:
        case "appended":
            return _appended(row)
        case "duplicate":
            return _stored_result(row, row["result"], row["recorded_at"])
        case "conflict":
            return Conflict(row["stream_id"], row["actual"])
        case _:
            return StreamBusy(row["stream_id"])
