"""A database without one of its walls is not served: `suyuan migrate` says which one is missing."""

import asyncio
import re

import pytest
from sqlalchemy.engine import make_url

from app.embedded.launcher import EmbeddedPostgres
from app.schema import migrate
from app.walls import WallMissing
from tests.migrations.clusters import execute, make_read_models, new_database

DAMAGES = {
    "alter table event disable trigger keep_event": "event .* trigger keep_event$",
    "alter table event enable trigger keep_event": "event .* trigger keep_event$",
    "drop trigger keep_command_whole on command": "command .* trigger keep_command_whole",
    "alter table head disable row level security": "table head has no row-level security",
    "alter table ticket_search_b1 disable row level security": "table ticket_search_b1 has no row",
    "create policy open on event using (true)": "table event does not have the one policy",
    "drop policy tenant_wall on ticket_text_b1": "table ticket_text_b1 does not have the one",
    "alter policy tenant_wall on stream using (true)": "table stream does not have the one policy",
    "drop function move_clock": "no function move_clock",
    "drop table parked": "no table parked",
    "drop view sla_clocks": "no table sla_clocks",
    "drop table read_model_build": "no table read_model_build",
}


@pytest.fixture
async def url(cluster: EmbeddedPostgres) -> str:
    url = await new_database(cluster)
    await asyncio.to_thread(migrate, url)
    await make_read_models(url)
    return url


async def test_every_missing_wall_is_named(cluster: EmbeddedPostgres, url: str) -> None:
    await asyncio.to_thread(migrate, url)
    template = make_url(url).database
    for number, (damage, named) in enumerate(DAMAGES.items()):
        copy = f"damaged_{number}"
        await execute(cluster.superuser_url, f"create database {copy} template {template}")
        await execute(cluster.url(database=copy), damage)
        with pytest.raises(WallMissing) as refused:
            await asyncio.to_thread(migrate, cluster.url(database=copy))
        lacking = refused.value.message.removeprefix("the schema is not whole: ").removesuffix(".")
        assert re.search(named, lacking), (damage, lacking)
    print(f"{len(DAMAGES)} missing walls, each named")
