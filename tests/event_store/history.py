"""What must be true of a tenant's history whatever happened to it, and the simplest of readers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.event_store.codec import content_hash, decode_state, leaf_hash
from app.event_store.store import EventStore
from app.events.base import Recorded
from tests.event_store.tally import Tally, superuser

POLL = 0.003
PATIENCE = 20


@dataclass(frozen=True, slots=True)
class History:
    events: int
    streams: int
    commands: int


async def proven(url: str, tenant_id: UUID) -> History:
    """Dense positions, contiguous versions, folds and ledger that agree with the events."""
    async with superuser(url) as connection:
        head = await connection.fetchrow("select * from head where tenant_id = $1", tenant_id)
        tables = [
            await connection.fetch(f"select * from {table} where tenant_id = $1 {order}", tenant_id)
            for table, order in (("event", "order by position"), ("stream", ""), ("command", ""))
        ]
    events, streams, commands = tables
    assert head is not None
    assert [event["position"] for event in events] == list(range(1, head["position"] + 1))
    assert all(a["recorded_at"] <= b["recorded_at"] for a, b in pairwise(events))
    versions = _versions(events)
    assert {stream["stream_id"]: stream["version"] for stream in streams} == versions
    for stream in streams:
        assert decode_state(Tally, stream["state"]).count == stream["version"]
    last = {event["header_cmd"]: event["position"] for event in map(_checked, events)}
    ledger = {str(command["command_id"]): command["position"] for command in commands}
    assert last == {command: position for command, position in ledger.items() if position}
    return History(len(events), len(streams), len(commands))


def _versions(events: list[asyncpg.Record]) -> dict[str, int]:
    versions: dict[str, int] = {}
    for event in events:
        expected = versions.get(event["stream_id"], 0) + 1
        assert event["version"] == expected, f"{event['stream_id']} skips a version"
        versions[event["stream_id"]] = expected
    return versions


def _checked(event: asyncpg.Record) -> dict[str, Any]:
    """The header is the authority: columns and hashes must say the same."""
    header = orjson.loads(event["header"])
    said = header["ten"], header["str"], header["ver"], header["typ"], header["ch"]
    columns = str(event["tenant_id"]), event["stream_id"], event["version"], event["type"]
    assert said == (*columns, content_hash(event["content"]))
    assert event["leaf"] == leaf_hash(event["position"], event["recorded_at"], event["header"])
    return {"header_cmd": header["cmd"], "position": event["position"]}


@dataclass(slots=True)
class Tail:
    """A subscriber at its simplest: `position > cursor`, again and again."""

    store: EventStore
    tenant_id: UUID
    seen: list[Recorded[Any]] = field(default_factory=list)
    grown: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def follow(self) -> None:
        while True:
            after = self.seen[-1].position if self.seen else 0
            page = await self.store.read_all(self.tenant_id, after=after, limit=50)
            if not page:
                await asyncio.sleep(POLL)
                continue
            async with self.grown:
                self.seen += page
                self.grown.notify_all()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self.grown:
            await self.grown.wait_for(lambda: len(self.seen) >= count)

    def saw_all_in_order(self, count: int) -> bool:
        whole = [event.position for event in self.seen] == list(range(1, count + 1))
        return whole and len({event.event_id for event in self.seen}) == count


@asynccontextmanager
async def tailing(store: EventStore, *tenants: UUID) -> AsyncIterator[list[Tail]]:
    tails = [Tail(store, tenant_id) for tenant_id in tenants]
    tasks = [asyncio.create_task(tail.follow()) for tail in tails]
    try:
        yield tails
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
