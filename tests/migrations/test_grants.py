"""Role and grants are put in order by every `suyuan migrate`, whatever has become of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg
import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from app.database_url import driver_url
from app.embedded.launcher import EmbeddedPostgres
from app.grants import (
    FUNCTIONS,
    OWNER_FUNCTIONS,
    TABLES,
    NotTheOwner,
    RoleMissing,
    apply_grants,
    ensure_role,
)
from app.projections.catalogue import PROJECTIONS
from app.schema import migrate
from app.subscriptions.builds import begin_rebuild, open_owner_engine
from tests.event_store.tally import superuser, until_waiting
from tests.migrations.clusters import (
    execute,
    fresh_cluster,
    make_read_models,
    new_database,
    schema_of,
)

ROLE = "suyuan_app"
DISORDER = (
    "revoke all on all tables in schema public from suyuan_app",
    "revoke all on all functions in schema public from suyuan_app",
    "revoke usage on schema public from suyuan_app",
    "grant all on event, ticket_search_b1, ticket_search to suyuan_app",
    "grant execute on all functions in schema public to public",
)


@pytest.fixture
async def url(cluster: EmbeddedPostgres) -> str:
    """With read models, as it is after `suyuan migrate`."""
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    await make_read_models(url)
    return url


@pytest.fixture
async def owner(url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_owner_engine(url)
    yield engine
    await engine.dispose()


@pytest.fixture
def without_role() -> Iterator[EmbeddedPostgres]:
    with fresh_cluster() as server:
        yield server


async def inside(engine: AsyncEngine, work: Callable[[Connection], object]) -> object:
    async with engine.begin() as connection:
        return await connection.run_sync(work)


async def test_the_table_of_grants_names_all_there_is(cluster: EmbeddedPostgres) -> None:
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    async with superuser(url) as connection:
        functions = await connection.fetch(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        )
        tables = await connection.fetch(
            "select relname from pg_class "
            "where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S')"
        )
    assert {row[0] for row in functions} == {*FUNCTIONS, *OWNER_FUNCTIONS}
    assert {row[0] for row in tables} == set(TABLES)


async def test_disorder_is_put_in_order_and_order_is_left_alone(
    url: str, owner: AsyncEngine
) -> None:
    before = schema_of(url)
    assert await inside(owner, apply_grants) == 0
    for disorder in DISORDER:
        await execute(url, disorder)
        assert schema_of(url) != before, disorder
        await asyncio.to_thread(migrate, url)
        assert schema_of(url) == before, disorder
    assert await inside(owner, apply_grants) == 0


async def test_a_build_that_took_over_has_its_grants(url: str, owner: AsyncEngine) -> None:
    """The function of the switch grants what the table of grants says."""
    projection = PROJECTIONS[0]
    build = await begin_rebuild(owner, projection)
    assert await inside(owner, apply_grants) == 0
    async with superuser(url) as connection:
        while await connection.fetchval(
            "select index_build($1, $2)", projection.name, build.number
        ):
            pass
        await connection.execute("select serve_build($1, $2)", projection.name, build.number)
    assert await inside(owner, apply_grants) == 0
    await execute(url, f"revoke all on {projection.name}, {build.table.name} from {ROLE}")
    assert await inside(owner, apply_grants) == 2


@pytest.mark.parametrize("theirs", [f"create role {ROLE} nologin", f"grant {ROLE} to postgres"])
async def test_the_role_is_made_by_two_migrators_at_once(
    without_role: EmbeddedPostgres, theirs: str
) -> None:
    """Of two databases: the lock of the migrators belongs to one."""
    if not theirs.startswith("create"):
        await execute(without_role.superuser_url, f"create role {ROLE} nologin")
    here, there = await new_database(without_role), await new_database(without_role)
    engine = open_owner_engine(here)
    async with superuser(there) as other, superuser(here) as watch:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(theirs)
        ours = asyncio.create_task(inside(engine, ensure_role))
        await until_waiting(watch, 1)
        await transaction.commit()
        await ours
    await engine.dispose()
    await asyncio.to_thread(migrate, here)


async def test_who_may_not_make_the_role_is_told_what_to_run(
    without_role: EmbeddedPostgres,
) -> None:
    await execute(without_role.superuser_url, 'create role "little one" login')
    url = await new_database(without_role, owner='"little one"')
    url = url.replace("%22", "")
    with pytest.raises(RoleMissing) as refused:
        await asyncio.to_thread(migrate, url)
    await execute(without_role.superuser_url, refused.value.hint.removeprefix("As a superuser: "))
    await asyncio.to_thread(migrate, url)
    await asyncio.to_thread(migrate, url)
    async with superuser(url) as connection:
        await connection.execute(f"set role {ROLE}")
    await execute(without_role.superuser_url, "create role another login")
    await execute(without_role.superuser_url, "alter database postgres owner to another")
    with pytest.raises(RoleMissing, match="another is not one of its members") as refused:
        await asyncio.to_thread(migrate, without_role.url(user="another"))
    assert "create role" not in refused.value.hint


async def test_who_may_make_roles_needs_nobody(without_role: EmbeddedPostgres) -> None:
    await execute(without_role.superuser_url, "create role maker login createrole")
    url = await new_database(without_role, owner="maker")
    await asyncio.to_thread(migrate, url)
    await make_read_models(url)
    await asyncio.to_thread(migrate, url)
    async with superuser(url) as connection:
        await connection.execute(f"set role {ROLE}")


async def test_who_does_not_own_the_tables_is_told_so(cluster: EmbeddedPostgres) -> None:
    await execute(cluster.superuser_url, "create role guest login")
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    await execute(url, f"grant {ROLE} to guest", f"revoke select on head from {ROLE}")
    theirs = url.replace("postgres@", "guest@")
    with pytest.raises(NotTheOwner, match="permission denied for table"):
        await asyncio.to_thread(migrate, theirs)
    empty = await new_database(cluster)
    with pytest.raises(NotTheOwner, match="permission denied for schema public"):
        await asyncio.to_thread(migrate, empty.replace("postgres@", "guest@"))


async def test_an_extension_in_public_is_left_alone(cluster: EmbeddedPostgres) -> None:
    """It belongs to somebody else, and is for everybody."""
    await execute(cluster.superuser_url, "create role tenant login createrole")
    url = await new_database(cluster, owner="tenant")
    await execute(url.replace("tenant@", "postgres@"), "create extension citext")
    await execute(cluster.superuser_url, f"grant {ROLE} to tenant")
    await asyncio.to_thread(migrate, url)
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(f"set role {ROLE}")
        assert await connection.fetchval("select 'A'::citext = 'a'::citext")
    finally:
        await connection.close()
