"""History is added to, never changed: the product's role may not, and triggers refuse everybody."""

from uuid import UUID

import asyncpg
import pytest

from app.event_store.store import EventStore
from tests.event_store.history import proven
from tests.event_store.tally import append, session, superuser

CHANGES = {
    "event": (
        "update event set content = '{}'",
        "update event set position = position + 100",
        "delete from event",
        "delete from event where position = 1",
        "truncate event",
        "truncate event, command",
        "insert into event select * from event on conflict (tenant_id, position) do update "
        "set content = excluded.content",
    ),
    "command": (
        "update command set result = '{}'",
        "delete from command",
        "truncate command",
    ),
}
EVERY_CHANGE = [change for changes in CHANGES.values() for change in changes]


async def test_the_product_may_not_change_history(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    await append(store, tenant, "tally-a", 0)
    async with session(database_url) as connection:
        await connection.execute("select set_config('suyuan.tenant_id', $1, false)", str(tenant))
        for change in EVERY_CHANGE:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("alter table event disable trigger keep_event")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("set session_replication_role = replica")
    assert (await proven(database_url, tenant)).events == 1
    print(f"{len(EVERY_CHANGE)} changes refused to the product's role")


@pytest.mark.parametrize("replication_role", ["origin", "replica", "local"])
async def test_not_even_the_owner_changes_history_by_accident(
    database_url: str, store: EventStore, tenant: UUID, replication_role: str
) -> None:
    await append(store, tenant, "tally-a", 0)
    async with superuser(database_url) as connection:
        await connection.execute(f"set session_replication_role = {replication_role}")
        for change in EVERY_CHANGE:
            with pytest.raises(asyncpg.PostgresError) as refusal:
                await connection.execute(change)
            assert refusal.value.sqlstate == "SY003", change
    assert (await proven(database_url, tenant)).events == 1
    print(f"{len(EVERY_CHANGE)} changes refused to the owner, replication role {replication_role}")


async def test_the_product_owns_nothing_and_makes_nothing(database_url: str) -> None:
    async with superuser(database_url) as connection:
        powers = await connection.fetchrow(
            "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication "
            "from pg_roles where rolname = 'suyuan_app'"
        )
        owned = await connection.fetchval(
            "select count(*) from pg_class where relowner = 'suyuan_app'::regrole"
        )
    assert not any(powers.values())
    assert owned == 0
    async with session(database_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("create table mine (n int)")
    print(f"{len(powers)} powers that the product's role lacks; it owns {owned} tables")
