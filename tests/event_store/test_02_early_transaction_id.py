"""A transaction that began earlier may write later: order follows the writing, not the id."""

from uuid import UUID

from app.event_store.store import EventStore
from tests.event_store.history import proven, tailing
from tests.event_store.tally import adding, append, append_inside, session, superuser

ROUNDS = 25


async def test_the_second_version_of_an_older_transaction_comes_second(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    async with tailing(store, tenant) as (tail,), session(database_url) as early:
        for round_ in range(ROUNDS):
            stream_id = f"tally-{round_}"
            async with early.transaction():
                await early.fetchval("select draw_numbers($1, 'unrelated', 1)", tenant)
                await append(store, tenant, stream_id, 0)
                await append_inside(early, tenant, adding(tenant, {stream_id: 1}))
                await tail.until(2 * round_ + 1)
            await tail.until(2 * round_ + 2)
    async with superuser(database_url) as connection:
        older = await connection.fetchval(
            "select count(*) from event a join event b using (tenant_id, stream_id) "
            "where a.version = 1 and b.version = 2 and a.xmin::text::bigint > b.xmin::text::bigint"
        )
    assert older == ROUNDS, "the case that is tested did not come about"
    assert tail.saw_all_in_order(2 * ROUNDS)
    assert [event.version for event in tail.seen] == [1, 2] * ROUNDS
    await proven(database_url, tenant)
    print(f"{older} second versions by an older transaction: out of order 0, missed 0")
