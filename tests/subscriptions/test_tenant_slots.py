"""Reads of one tenant leave connections to the others, and wait in turn."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.db import TenantBusy, TenantSlots, open_engine, tenant_transaction

SLOW = text("select pg_sleep(600)")


async def test_ten_slow_reads_of_one_tenant_do_not_stop_another(
    database_url: str, tenant: UUID
) -> None:
    engine = open_engine(database_url, size=3, patience=60, shared=True)

    async def slow() -> None:
        async with tenant_transaction(engine, tenant) as connection:
            await connection.execute(SLOW)

    reads = [asyncio.create_task(slow()) for _ in range(10)]
    try:
        async with asyncio.timeout(30), tenant_transaction(engine, uuid4()) as connection:
            assert await connection.scalar(text("select 1")) == 1
    finally:
        for read in reads:
            read.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        await engine.dispose()


async def test_those_of_a_tenant_come_in_their_order_and_give_up_after_a_while() -> None:
    slots, tenant = TenantSlots(each=1, patience=60), UUID(int=1)
    order: list[int] = []
    leave = asyncio.Event()

    async def read(number: int) -> None:
        async with slots.taken(tenant):
            order.append(number)
            await leave.wait()

    reads = [asyncio.create_task(read(number)) for number in range(5)]
    await asyncio.sleep(0)
    assert order == [0]
    async with slots.taken(UUID(int=2)):
        leave.set()
    await asyncio.gather(*reads)
    assert order == [0, 1, 2, 3, 4]

    impatient = TenantSlots(each=1, patience=0.01)
    async with impatient.taken(tenant):
        with pytest.raises(TenantBusy):
            async with impatient.taken(tenant):
                pass
    async with impatient.taken(tenant):
        pass
