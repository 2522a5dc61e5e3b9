"""Who shares a round with nobody is appended by a quicker function, to the same end."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.event_store import statements
from app.event_store.store import (
    Append,
    Appended,
    Conflict,
    EventStore,
    Move,
    StoredResult,
    StreamBusy,
    _fields,
)
from tests.event_store.history import proven
from tests.event_store.tally import (
    adding,
    append,
    append_inside,
    encoded,
    new_tenant,
    open_transaction,
    session,
    superuser,
)


def several(tenant_id: UUID, stream_id: str, expected: int, count: int, **reads: int) -> Append:
    """Some events on one stream, by one command."""
    one = adding(tenant_id, {stream_id: expected}, reads=reads)
    state = one.moves[0].state.replace(f'"count":{expected + 1}', f'"count":{expected + count}')
    written = Move(
        stream_id=stream_id,
        expected=expected,
        version=expected + count,
        fold_version=1,
        state=state,
    )
    return Append(
        command_id=one.command_id,
        fingerprint=one.fingerprint,
        result=one.result,
        moves=[written, *one.moves[1:]],
        events=[
            encoded(tenant_id, one.command_id, stream_id, expected + n, "x")
            for n in range(1, count + 1)
        ],
    )


async def quickly(connection: asyncpg.Connection, tenant_id: UUID, one: Append) -> asyncpg.Record:
    return await connection.fetchrow(
        statements.APPEND_ONE, tenant_id, *_fields(one, one.moves[0]), None
    )


async def test_both_functions_write_the_same(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    other = await new_tenant(store)
    async with session(database_url) as connection:
        for expected, count in ((0, 1), (1, 3), (4, 1)):
            for tenant_id in (tenant, other):
                one = several(tenant_id, "tally-a", expected, count)
                if tenant_id is tenant:
                    row = await quickly(connection, tenant_id, one)
                else:
                    (row,) = await append_inside(connection, tenant_id, one)
                assert row["position"] == expected + count
    assert await proven(database_url, tenant) == await proven(database_url, other)
    tables = [await _rows(database_url, each) for each in (tenant, other)]
    assert tables[0] == tables[1]


async def _rows(url: str, tenant_id: UUID) -> list[list[Any]]:
    """What does not differ by ids and times."""
    columns = {
        "event": "position, stream_id, version, type, content",
        "stream": "stream_id, category, version, fold_version, state, next_due_at",
        "command": "fingerprint, result, position",
    }
    async with superuser(url) as connection:
        return [
            [
                tuple(row)
                for row in await connection.fetch(
                    f"select {names} from {table} where tenant_id = $1 order by 1, 2", tenant_id
                )
            ]
            for table, names in columns.items()
        ]


@pytest.mark.parametrize("expected", [0, 2], ids=["begun before", "not there yet"])
async def test_what_does_not_fit_leaves_nothing(
    database_url: str, store: EventStore, tenant: UUID, expected: int
) -> None:
    first = await append(store, tenant, "tally-a", 0)
    async with session(database_url) as connection:
        row = await quickly(connection, tenant, adding(tenant, {"tally-a": expected}))
        assert (row["position"], row["leaf"], row["recorded_at"]) == (None, None, None)
    assert (await append(store, tenant, "tally-a", 1)).position == (first.position or 0) + 1
    assert (await proven(database_url, tenant)).commands == 2


async def test_the_store_says_why(database_url: str, store: EventStore, tenant: UUID) -> None:
    first = adding(tenant, {"tally-a": 0})
    assert isinstance(await store.append_to_stream(tenant, first), Appended)
    answers = {
        "again": await store.append_to_stream(tenant, first),
        "late": await store.append_to_stream(tenant, adding(tenant, {"tally-a": 0})),
        "read": await store.append_to_stream(
            tenant, adding(tenant, {"tally-b": 0}, reads={"tally-a": 0})
        ),
    }
    assert isinstance(answers["again"], StoredResult)
    assert answers["late"] == answers["read"] == Conflict("tally-a", 1)
    async with open_transaction(database_url) as stranger:
        await stranger.execute("select from stream where tenant_id = $1 for update", tenant)
        with pytest.raises(StreamBusy):
            await append(store, tenant, "tally-a", 1)
    assert (await proven(database_url, tenant)).events == 1
    read = adding(tenant, {"tally-b": 0}, reads={"tally-a": 1, "tally-c": 0})
    assert isinstance(await store.append_to_stream(tenant, read), Appended)
    assert (await proven(database_url, tenant)).events == 2
