"""The same command again, from anywhere and at any time, is answered by what it did once."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from app.commands import KeyReused, Outcome
from app.db import DatabaseUnavailable, open_pool
from app.event_store.store import EventStore
from tests.event_store.history import proven
from tests.event_store.proxy import Cut, Proxy
from tests.event_store.tally import (
    TALLY,
    Add,
    Tally,
    append,
    envelope,
    handler,
    held_head,
    processes,
    superuser,
    until_waiting,
)

TIMES = 50


def the_same(outcomes: Sequence[Outcome]) -> bool:
    return (
        len({(o.stream_id, o.version, o.state, o.at, o.status, o.receipt) for o in outcomes}) == 1
    )


@pytest.mark.parametrize("stores", [1, 5])
async def test_identical_commands_at_once_append_once(
    database_url: str, store: EventStore, tenant: UUID, stores: int
) -> None:
    command = Add(label="once", also=("b",))
    said = envelope(tenant, command_id=uuid4(), fingerprint=b"body", status=201)
    async with processes(database_url, stores) as instances:
        handlers = [handler(each) for each in instances]
        outcomes = await asyncio.gather(
            *(handlers[n % stores].handle(TALLY.stream("a"), command, said) for n in range(TIMES))
        )
    first = [outcome for outcome in outcomes if not outcome.replayed]
    assert len(first) == 1
    assert the_same(outcomes)
    history = await proven(database_url, tenant)
    assert (history.events, history.commands) == (2, 1)
    print(f"{TIMES} identical commands, {stores} stores: 1 recorded, {TIMES - 1} replayed")


async def test_a_repeat_after_the_stream_went_on_has_the_first_answer(
    store: EventStore, tenant: UUID, database_url: str
) -> None:
    commands = handler(store)
    said = envelope(tenant, command_id=uuid4(), fingerprint=b"body")
    first = await commands.handle(TALLY.stream("a"), Add(label="first"), said)
    for n in range(10):
        await commands.handle(TALLY.stream("a"), Add(label=f"later {n}"), envelope(tenant))
    again = await commands.handle(TALLY.stream("a"), Add(label="first"), said)
    assert again.replayed
    assert the_same([first, again])
    assert again.state == Tally(count=1, last="first")
    assert (await proven(database_url, tenant)).events == 11
    print("replayed after 10 more events: version 1, the same receipt")


async def test_the_same_id_with_another_body_is_refused(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    commands, command_id = handler(store), uuid4()
    bodies = [b"one", b"another"] * 10
    answers = await asyncio.gather(
        *(
            commands.handle(
                TALLY.stream(f"{n}"),
                Add(label="x"),
                envelope(tenant, command_id=command_id, fingerprint=body),
            )
            for n, body in enumerate(bodies)
        ),
        return_exceptions=True,
    )
    refused = [isinstance(answer, KeyReused) for answer in answers]
    assert refused in ([body == bodies[1] for body in bodies], [body == b"one" for body in bodies])
    assert (await proven(database_url, tenant)).events == 1
    print(f"{len(bodies)} commands under one id: 1 event, {sum(refused)} of the other body refused")


@pytest.mark.parametrize("how", Cut)
async def test_a_reply_that_was_lost_is_asked_for_again(
    database_url: str, tenant: UUID, how: Cut
) -> None:
    async with Proxy.before(database_url) as proxy:
        pool = await open_pool(proxy.url, size=2)
        commands = handler(EventStore(pool))
        recorded = replayed = 0
        for n in range(10):
            said = envelope(tenant, command_id=uuid4(), fingerprint=b"body")
            proxy.cut(f"cut-{n}!".encode(), how)
            first = await commands.handle(TALLY.stream("a"), Add(label=f"cut-{n}!"), said)
            again = await commands.handle(TALLY.stream("a"), Add(label=f"cut-{n}!"), said)
            assert again.replayed
            assert the_same([first, again])
            recorded += not first.replayed
            replayed += first.replayed
        await pool.close()
    assert proxy.cuts_made == 10
    assert (recorded, replayed) == {Cut.UNSENT: (10, 0), Cut.ANSWERED: (0, 10)}.get(
        how, (recorded, replayed)
    )
    assert (await proven(database_url, tenant)).events == 10
    print(f"{how.name}: 10 cuts, 10 events; {recorded} by the second try, {replayed} by the first")


async def test_a_reply_lost_twice_is_an_unknown_that_the_next_try_clears_up(
    database_url: str, tenant: UUID
) -> None:
    async with Proxy.before(database_url) as proxy:
        pool = await open_pool(proxy.url, size=2)
        commands = handler(EventStore(pool))
        said = envelope(tenant, command_id=uuid4(), fingerprint=b"body")
        proxy.cut(b"cut!", Cut.ANSWERED, times=2)
        with pytest.raises(DatabaseUnavailable):
            await commands.handle(TALLY.stream("a"), Add(label="cut!"), said)
        again = await commands.handle(TALLY.stream("a"), Add(label="cut!"), said)
        await pool.close()
    assert again.replayed
    assert (await proven(database_url, tenant)).events == proxy.cuts_made - 1 == 1
    print("2 replies lost: unavailable, then replayed; 1 event")


async def test_the_connection_is_cut_while_the_server_still_works_on_it(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    """The forsaken backend and the second try stand before the head row at the same time."""
    await append(store, tenant, "tally-a", 0)
    async with Proxy.before(database_url) as proxy, superuser(database_url) as onlooker:
        pool = await open_pool(proxy.url, size=2)
        commands = handler(EventStore(pool))
        async with held_head(database_url, tenant):
            proxy.cut(b"cut!", Cut.UNANSWERED)
            command = asyncio.create_task(
                commands.handle(TALLY.stream("a"), Add(label="cut!"), envelope(tenant))
            )
            await until_waiting(onlooker, 2)
        outcome = await command
        await pool.close()
    assert outcome.version == 2
    assert (await proven(database_url, tenant)).events == 2
    print("2 backends with one command: 1 event")


async def test_a_retry_is_found_under_the_id_of_an_earlier_release(
    store: EventStore, tenant: UUID
) -> None:
    command, former = Add(label="once"), uuid4()
    before = envelope(tenant, command_id=former, fingerprint=b"body")
    first = await handler(store).handle(TALLY.stream("a"), command, before)
    later = envelope(tenant, command_id=uuid4(), former_id=former, fingerprint=b"body")
    again = await handler(store).handle(TALLY.stream("a"), command, later)
    assert again.replayed
    assert the_same([first, again])
    other = envelope(tenant, command_id=uuid4(), former_id=former, fingerprint=b"other")
    with pytest.raises(KeyReused):
        await handler(store).handle(TALLY.stream("a"), command, other)


async def test_who_shares_a_load_is_answered_by_their_own_entry(
    store: EventStore, tenant: UUID
) -> None:
    command = Add(label="once")
    known = envelope(tenant, command_id=uuid4(), fingerprint=b"known")
    await handler(store).handle(TALLY.stream("known"), command, known)
    new = [envelope(tenant, command_id=uuid4(), fingerprint=bytes([n])) for n in range(20)]
    outcomes = await asyncio.gather(
        *(handler(store).handle(TALLY.stream("known"), command, known) for _ in range(20)),
        *(
            handler(store).handle(TALLY.stream(f"s{n}"), command, said)
            for n, said in enumerate(new)
        ),
    )
    assert [each.replayed for each in outcomes] == [True] * 20 + [False] * 20
