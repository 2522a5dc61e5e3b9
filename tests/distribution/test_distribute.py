"""`suyuan migrate --distribute` without a cluster, and SQL that a cluster takes."""

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.cli.upgrade import bring_up_to_date
from app.config import Settings
from app.distribution import cluster, sql
from app.subscriptions.builds import open_owner_engine
from migrations.sql import statement

ROOT = Path(__file__).parents[2]


async def test_one_server_is_not_distributed_and_a_sentence_says_so(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=database_url, data_dir=tmp_path)
    await asyncio.to_thread(bring_up_to_date, settings, None)
    with pytest.raises(cluster.NoCluster, match="no extension citus") as refused:
        await asyncio.to_thread(bring_up_to_date, settings, None, over_nodes=True)
    assert "ops/citus/README.md" in refused.value.hint
    made = await asyncio.to_thread(bring_up_to_date, settings, None)
    assert made.distributed == made.read_models == []


async def test_read_models_of_one_server_stay_there(database_url: str) -> None:
    owner: AsyncEngine = open_owner_engine(database_url)
    async with owner.begin() as connection:
        assert not await connection.run_sync(cluster.is_distributed)
        await connection.run_sync(cluster.distribute_table, "event")
    await owner.dispose()


def newest() -> dict[str, str]:
    """The SQL of each function as it is now, by name: without comments."""
    found: dict[str, tuple[int, str]] = {}
    for file in (ROOT / "migrations/sql").glob("*.sql"):
        name, _, version = file.stem.partition("_v")
        number = int(version) if version.isdecimal() else 1
        if number >= found.get(name, (0, ""))[0]:
            found[name] = number, re.sub(r"--[^\n]*", "", statement(file.stem))
    return {name: body for name, (_, body) in sorted(found.items())}


TENANTS = {name: body for name, body in newest().items() if re.search(r"\bp_tenant\b", body)}
UPDATE = re.compile(r"(?<!key )(?<!do )\bupdate [a-z][^;]*")


@pytest.mark.parametrize("name", newest())
def test_no_update_has_what_citus_refuses(name: str) -> None:
    """Nothing volatile and no slice in an update: the one is refused, the other ends a server."""
    for update in UPDATE.findall(newest()[name]):
        assert "clock_timestamp()" not in update
        assert "set_config(" not in update
        assert not re.search(r"\[\d*:\d*\]", update)


@pytest.mark.parametrize("name", newest())
def test_no_select_of_a_table_is_without_columns(name: str) -> None:
    """Citus reads such a select of several nodes as one of records."""
    for table in re.findall(r"select from ([a-z_]+)", newest()[name]):
        assert table == "unnest"


@pytest.mark.parametrize("name", TENANTS)
def test_what_is_of_one_tenant_names_it_in_every_update(name: str) -> None:
    """By a value: one that is found by a join is asked of every node."""
    for update in UPDATE.findall(TENANTS[name]):
        assert "tenant_id = p_tenant" in update.rpartition("where")[2], update


def test_each_function_of_a_cluster_replaces_one_or_is_named_as_new() -> None:
    names = [re.findall(r"create or replace function (\w+)", each)[0] for each in sql.FUNCTIONS]
    new = {signature.partition("(")[0] for signature in sql.NEW}
    assert set(names) - new <= set(newest())
    assert new <= set(names)


def test_statements_of_the_worker_have_nothing_volatile_in_an_update() -> None:
    for file in (ROOT / "app/subscriptions").glob("*.py"):
        for update in re.findall(r'"""\s*(update [^"]*)"""', file.read_text()):
            assert "clock_timestamp()" not in update, file
            assert "set_config(" not in update, file


ONLY_WITH_EVERY_NODE = {"begin_switch", "list_tenants", "parked_streams"}
"""What operators ask, and the switch to a filled build, fail while a node is down."""


def test_each_look_across_tenants_has_a_form_that_leaves_a_lost_node_out() -> None:
    looks = {name for name, body in newest().items() if re.search(r"table \(\s*tenant_id", body)}
    replaced = {re.findall(r"create or replace function (\w+)", each)[0] for each in sql.FUNCTIONS}
    assert {"moved_heads", "tenants_behind"} <= looks
    assert looks - replaced == ONLY_WITH_EVERY_NODE
