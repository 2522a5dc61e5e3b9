"""Whichever way a database came to the newest schema, it is the same."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from app.build import build_version
from app.cli.database import create_database
from app.database_url import driver_url
from app.embedded.launcher import EmbeddedPostgres
from app.schema import (
    Schema,
    SchemaTooNew,
    _config,
    compatible_since,
    find_schema,
    migrate,
    newest_revision,
    refuse_incompatible,
)
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


@pytest.mark.parametrize(
    ("since", "state"),
    [(newest_revision(), "newer"), ("9998", "incompatible"), ("", "incompatible")],
)
async def test_a_schema_of_a_newer_release_is_left_alone(
    cluster: EmbeddedPostgres, since: str, state: str
) -> None:
    """Whether this release works beside the newer one, or is refused."""
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    await execute(
        url,
        "update alembic_version set version_num = '9999'",
        f"update schema_compatibility set since = '{since}', migrated_by = '9.0+abc'",
        "grant delete on head to suyuan_app",  # what the newer release has changed
        *(() if since else ("drop table schema_compatibility",)),
    )
    before = schema_of(url)
    assert (await find_schema(url)).state == state
    told = f"is at 9999.* its newest is {newest_revision()}"
    if state == "newer":
        await asyncio.to_thread(migrate, url)
        await refuse_incompatible(url)
        with pytest.raises(SchemaTooNew, match=r"is at 9999 by 9\.0\+abc.* its newest is"):
            await asyncio.to_thread(migrate, url, beside_newer=False)
    else:
        with pytest.raises(SchemaTooNew, match=told):
            await asyncio.to_thread(migrate, url)
        with pytest.raises(SchemaTooNew, match=told):
            await refuse_incompatible(url)
    assert schema_of(url) == before


async def test_every_schema_says_since_when_code_works_on_it(cluster: EmbeddedPostgres) -> None:
    scripts = ScriptDirectory.from_config(_config())
    for revision in REVISIONS:
        assert compatible_since(scripts, revision) in REVISIONS[: REVISIONS.index(revision) + 1]
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    found = await find_schema(url)
    assert found == Schema(REVISIONS[-1], compatible_since(scripts, REVISIONS[-1]), build_version())
    await execute(url, "update alembic_version set version_num = '0001'")
    assert (await find_schema(url)).state == "pending"


def test_a_migration_without_a_word_is_for_code_that_knows_it(tmp_path: Path) -> None:
    """And it stays so when a later one says less."""
    said = {"1": "", "2": "", "3": "compatible_since = '2'", "4": "", "5": "compatible_since = '3'"}
    (tmp_path / "versions").mkdir()
    for revision, line in said.items():
        before = repr(str(int(revision) - 1)) if revision != "1" else None
        (tmp_path / "versions" / f"{revision}.py").write_text(
            f"revision = '{revision}'\ndown_revision = {before}\n{line}\n"
        )
    scripts = ScriptDirectory(str(tmp_path))
    found = {revision: compatible_since(scripts, revision) for revision in said}
    assert found == {"1": "1", "2": "2", "3": "2", "4": "4", "5": "4"}


async def test_first_starts_at_once_make_one_database(cluster: EmbeddedPostgres) -> None:
    for _ in range(5):
        await asyncio.gather(*(create_database(cluster.superuser_url) for _ in range(6)))
        await execute(cluster.superuser_url, "drop database suyuan")
