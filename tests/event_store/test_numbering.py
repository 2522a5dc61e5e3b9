"""Human numbers begin with 0001 and are never given twice, whoever draws them."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from app.db import DatabaseUnavailable, open_pool
from app.event_store.numbering import AHEAD, LARGEST_BLOCK, Numbering
from app.event_store.store import EventStore
from tests.event_store.proxy import Proxy
from tests.event_store.tally import new_tenant, processes, superuser


async def test_a_series_begins_with_one_and_goes_on(store: EventStore, tenant: UUID) -> None:
    numbering = Numbering(store)
    numbers = [await numbering.next(tenant, "R240305") for _ in range(5)]
    assert numbers == [f"R240305-000{n}" for n in range(1, 6)]
    assert await numbering.next(tenant, "R240306") == "R240306-0001"
    assert await numbering.next(await new_tenant(store), "R240305") == "R240305-0001"
    print(f"{numbers[0]} … {numbers[-1]}; another day and another tenant begin anew")


async def test_a_series_in_use_has_numbers_ahead(store: EventStore, tenant: UUID) -> None:
    numbering = Numbering(store)
    assert numbering.ready(tenant, "R240305") is None
    numbers = [await numbering.next(tenant, "R240305")]
    for _ in range(5):
        await numbering.drain()
        numbers += [numbering.ready(tenant, "R240305") or "none" for _ in range(AHEAD)]
    assert numbers == [f"R240305-{n:04d}" for n in range(1, 2 + 5 * AHEAD)]
    await numbering.drain()


async def test_several_processes_never_draw_the_same_number(
    database_url: str, tenant: UUID
) -> None:
    async with processes(database_url, 4) as stores:
        instances = [Numbering(store) for store in stores]
        numbers = await asyncio.gather(
            *(instances[n % 4].next(tenant, "R240305") for n in range(1000))
        )
    drawn = sorted(int(number.removeprefix("R240305-")) for number in numbers)
    assert len(set(numbers)) == 1000
    assert drawn[0] == 1
    assert drawn[-1] <= 1000 + 4 * LARGEST_BLOCK
    print(f"1000 numbers by 4 processes: 1000 different, the largest {drawn[-1]}")


async def test_a_number_may_grow_beyond_four_digits(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    async with superuser(database_url) as connection:
        await connection.execute("insert into number_series values ($1, 'R240305', 9998)", tenant)
    numbering = Numbering(store)
    numbers = [await numbering.next(tenant, "R240305") for _ in range(3)]
    assert numbers == ["R240305-9999", "R240305-10000", "R240305-10001"]
    print(" ".join(numbers))


async def test_a_database_that_is_gone_costs_numbers_but_repeats_none(
    database_url: str, tenant: UUID
) -> None:
    drawn: list[str] = []
    async with Proxy.before(database_url) as proxy:
        pool = await open_pool(proxy.url, size=2)
        numbering = Numbering(EventStore(pool))
        drawn += [await numbering.next(tenant, "R") for _ in range(3)]
        await proxy.close()
        with suppress(DatabaseUnavailable):  # once what was drawn ahead is used up
            for _ in range(LARGEST_BLOCK):
                drawn.append(await numbering.next(tenant, "R"))
        with pytest.raises(DatabaseUnavailable):
            await numbering.next(tenant, "R")
        await proxy.open()
        drawn += [await numbering.next(tenant, "R") for _ in range(20)]
        await pool.close()
    assert len(set(drawn)) == len(drawn)
    print(f"{len(drawn)} numbers around an outage, all different")
