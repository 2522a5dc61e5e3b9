"""Lists of a large tenant beside the same lists of a small one, by the slowest of each list and
role."""

from collections import defaultdict
from statistics import median
from time import perf_counter

from sqlalchemy.ext.asyncio import AsyncEngine
from uuid_utils.compat import uuid7

from app.db import open_engine, tenant_transaction
from bench.every_list import Listing, every_list
from bench.full_tenant import FullTenant, fill, make_read_models
from bench.rows import Row, row

SMALL = 1000
ROUNDS = 3


async def lists(url: str, *, quick: bool) -> list[Row]:
    """The read models are filled directly (`bench/full_tenant.py`); rendering is not measured."""
    small = FullTenant(uuid7(), SMALL)
    large = FullTenant(uuid7(), 20_000 if quick else 200_000)
    await make_read_models(url)
    await fill(url, small, large)
    engine = open_engine(url, size=1)
    try:
        slowest: dict[tuple[str, str], tuple[float, float, str]] = defaultdict(
            lambda: (0.0, 1.0, "")
        )
        for in_large, in_small in zip(every_list(large), every_list(small), strict=True):
            ours = await _milliseconds(engine, large, in_large)
            theirs = await _milliseconds(engine, small, in_small)
            key = (in_large.list, in_large.who)
            slowest[key] = max(slowest[key], (ours, theirs, in_large.name))
    finally:
        await engine.dispose()
    named = f"{SMALL:,} tickets"
    return [row(name, "ms", ours, theirs, named) for ours, theirs, name in slowest.values()]


async def _milliseconds(engine: AsyncEngine, tenant: FullTenant, listing: Listing) -> float:
    """The median; the first reading prepares the statement and is not counted."""
    taken = []
    for _ in range(ROUNDS + 1):
        async with tenant_transaction(engine, tenant.tenant_id) as connection:
            started = perf_counter()
            await listing.find(connection, tenant.tenant_id)
            taken.append((perf_counter() - started) * 1000)
    return median(taken[1:])
