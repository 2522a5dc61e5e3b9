"""Commands that lost a stream beside their own take turns on it, within a process."""

import asyncio
from uuid import UUID, uuid4

import pytest

from app.event_store.folding import state_of
from app.event_store.store import EventStore
from app.event_store.stream_locks import StreamLocks, StreamLockTimeout
from app.telemetry import APPEND_CONFLICTS
from tests.event_store.tally import TALLY, Add, envelope, handler

AT_ONCE = 40


def conflicts() -> float:
    [metric] = APPEND_CONFLICTS.collect()
    return sum(sample.value for sample in metric.samples if sample.name.endswith("_total"))


async def test_first_come_first_served() -> None:
    locks, tenant, served = StreamLocks(), uuid4(), list[int]()

    async def take(number: int) -> None:
        async with locks.hold(tenant, "ticket-1"):
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(take(n) for n in range(10)))
    assert served == list(range(10))


async def test_other_streams_and_other_tenants_do_not_wait() -> None:
    locks, tenant = StreamLocks(), uuid4()
    async with (
        locks.hold(tenant, "ticket-1"),
        locks.hold(tenant, "ticket-2"),
        locks.hold(uuid4(), "ticket-1"),
    ):
        pass


async def test_a_failure_gives_the_lock_back() -> None:
    locks, tenant = StreamLocks(), uuid4()
    with pytest.raises(RuntimeError):
        async with locks.hold(tenant, "ticket-1"):
            raise RuntimeError
    async with locks.hold(tenant, "ticket-1"):
        pass


async def test_whoever_waits_too_long_gives_up() -> None:
    locks, tenant = StreamLocks(longest_wait=0.01), uuid4()
    async with locks.hold(tenant, "ticket-1"):
        with pytest.raises(StreamLockTimeout):
            async with locks.hold(tenant, "ticket-1"):
                pass


async def test_nothing_is_kept_of_streams_that_nobody_waits_for() -> None:
    locks = StreamLocks()
    for n in range(1000):
        async with locks.hold(uuid4(), f"ticket-{n}"):
            pass
    assert len(locks._locks) == 0


async def test_who_lost_a_stream_beside_its_own_waits_in_line_for_it(
    store: EventStore, tenant: UUID
) -> None:
    """Each command writes a stream of its own and one that all of them share: without a line, each
    of n would lose n times."""
    handling, before = handler(store), conflicts()
    commands = [Add(label=str(n), also=("shared",)) for n in range(AT_ONCE)]
    await asyncio.gather(
        *(
            handling.handle(TALLY.stream(f"own-{n}"), command, envelope(tenant))
            for n, command in enumerate(commands)
        )
    )
    assert (await state_of(store, tenant, TALLY.stream("shared"))).count == AT_ONCE
    assert conflicts() - before <= 2 * AT_ONCE
