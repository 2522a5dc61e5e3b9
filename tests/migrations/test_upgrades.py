"""Whichever way a database came to the newest schema, it is the same."""

import asyncio

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from app.cli.database import create_database
from app.db import driver_url
from app.embedded.launcher import EmbeddedPostgres
from app.schema import SchemaTooNew, _config, migrate, newest_revision
from tests.migrations.clusters import execute, new_database, schema_of

REVISIONS = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][
    ::-1
]

# What databases had that were made while migrations were still changed in place.
OF_EARLIER_DATABASES = (
    "drop function begin_turn",
    "alter table read_model_build drop column indexes",
    "create or replace function due_streams(p_limit int) "
    "returns table (tenant_id uuid, stream_id text, next_due_at timestamptz) "
    "language sql stable security definer as 'select null::uuid, null, null::timestamptz'",
    "grant execute on function begin_reactor to suyuan_app",
    "grant execute on function refuse_change to suyuan_app, public",
)


async def test_step_by_step_or_at_once(cluster: EmbeddedPostgres) -> None:
    at_once, stepwise = await new_database(cluster), await new_database(cluster)
    await asyncio.to_thread(migrate, at_once)
    for revision in REVISIONS:
        await asyncio.to_thread(migrate, stepwise, revision)
    assert schema_of(stepwise) == schema_of(at_once)
    print(f"{len(schema_of(at_once))} lines of schema, the same after {len(REVISIONS)} steps")


async def test_from_a_schema_that_was_changed_in_place(cluster: EmbeddedPostgres) -> None:
    fresh, earlier = await new_database(cluster), await new_database(cluster)
    await asyncio.to_thread(migrate, fresh)
    await asyncio.to_thread(migrate, earlier, "0005")
    await execute(earlier, *OF_EARLIER_DATABASES)
    assert schema_of(earlier) != schema_of(fresh)
    await asyncio.to_thread(migrate, earlier)
    assert schema_of(earlier) == schema_of(fresh)


async def test_each_tenant_of_an_earlier_release_gets_a_secret_of_its_own(
    cluster: EmbeddedPostgres,
) -> None:
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url, "0006")
    opened = "select open_tenant(gen_random_uuid(), 'UTC', false, null) from generate_series(1, 20)"
    await execute(url, opened)
    await asyncio.to_thread(migrate, url)
    await execute(url, opened)
    connection = await asyncpg.connect(driver_url(url))
    secrets = [row["secret"] for row in await connection.fetch("select secret from head")]
    await connection.close()
    assert len(set(secrets)) == len(secrets) == 40
    assert {len(each) for each in secrets} == {32}


async def test_a_schema_of_a_newer_release_is_left_alone(cluster: EmbeddedPostgres) -> None:
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    await execute(url, "update alembic_version set version_num = '9999'")
    before = schema_of(url)
    with pytest.raises(SchemaTooNew, match=f"is at 9999.* its newest is {newest_revision()}"):
        await asyncio.to_thread(migrate, url)
    assert schema_of(url) == before


async def test_first_starts_at_once_make_one_database(cluster: EmbeddedPostgres) -> None:
    for _ in range(5):
        await asyncio.gather(*(create_database(cluster.superuser_url) for _ in range(6)))
        await execute(cluster.superuser_url, "drop database suyuan")
