"""The restore drill: a dump into a cluster that has never heard of Suyuan, and work goes on there.

By hand with pg_dump and psql, as docs/restore.md says, and by `suyuan db dump` and `restore`. The
dump is taken while subscriptions are behind: what they had not done is done once, over there.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from app.bootstrap import open_services
from app.cli.database import create_database
from app.cli.main import app
from app.commands import Envelope
from app.config import read_settings
from app.domain.ticket.commands.ticket import ReportTicket
from app.domain.ticket.decider import TICKET
from app.embedded.launcher import EmbeddedPostgres
from app.events.base import Actor
from app.events.ticket import Location, Reporter
from tests.event_store.tally import session, superuser
from tests.migrations.clusters import client, schema_of
from tests.running import Sandbox, data_directory, environment, running_server
from tests.subscriptions.until import until

# Several servers are started, and the fixture counts to the first test.
pytestmark = pytest.mark.timeout(600)

BESIDE = ("attachments", "token-secret")
# What a worker writes to show that it lives, or to hold its place, says nothing of what was done.
MOVING = {"worker_heartbeat": "null", "checkpoint": "tenant_id, subscription, position"}
TABLES = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
"""


def suyuan(home: Path, *words: str) -> str:
    settings = {"SUYUAN_DATA_DIR": str(home), "DATABASE_URL": ""}
    ended = CliRunner().invoke(app, list(words), env=settings)
    assert ended.exit_code == 0, (ended.stderr, ended.exception)
    return ended.stdout


def tell_the_story(home: Path) -> None:
    """In a process of its own: it has a worker, and says how it wants to log."""
    command = [sys.executable, "-m", "app.cli.main", "demo", "--json"]
    subprocess.run(command, env=environment(home), stdout=subprocess.DEVNULL, check=True)


async def content(url: str) -> dict[str, tuple[int, str]]:
    """Of every table and view: how many rows, and a digest of them."""
    found = {}
    async with superuser(url) as connection:
        for (name,) in await connection.fetch(TABLES):
            row = await connection.fetchrow(
                f"select count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) "
                f"from (select {MOVING.get(name, '*')} from {name}) t"
            )
            found[name] = (row[0], row[1])
    return found


@dataclass(frozen=True)
class Outcome:
    """What a worker has made of a log: comparable between two that worked apart."""

    types: Counter[str]
    commands: frozenset[UUID]
    rows: dict[str, int]


async def outcome(url: str) -> Outcome:
    async with superuser(url) as connection:
        types = await connection.fetch("select type, count(*) from event group by type")
        commands = await connection.fetch("select command_id from command")
    rows = {name: count for name, (count, _digest) in (await content(url)).items()}
    rows.pop("worker_heartbeat")
    return Outcome(
        types=Counter(dict(types)), commands=frozenset(row[0] for row in commands), rows=rows
    )


async def lag(url: str) -> int:
    """Events that subscriptions have not seen, and those that they set aside."""
    async with superuser(url) as connection:
        behind: int = await connection.fetchval(
            "select coalesce(sum(h.position - c.position), 0) + (select count(*) from parked) "
            "from head h join checkpoint c using (tenant_id)"
        )
    return behind


async def until_caught_up(url: str) -> None:
    async def caught_up() -> bool:
        return await lag(url) == 0

    await until(caught_up)


async def report_without_a_worker(url: str, home: Path, tenant_id: str) -> None:
    """By the command path, where nobody is there to handle what follows from it."""
    settings = replace(read_settings(), database_url=url, data_dir=home)
    async with open_services(settings) as services:
        for component in ("kitchen.drain", "kitchen.drain", "bathroom.pipe"):
            ticket_id = str(services.new_id())
            await services.handler.handle(
                TICKET.stream(ticket_id),
                ReportTicket(
                    ticket_id=ticket_id,
                    kind="repair",
                    category="leak",
                    service_class="general",
                    description="又漏水了",
                    channel="app",
                    location=Location(
                        community="jinxiu", building="3", unit="1201", component=component
                    ),
                    reporter=Reporter(name="张阿姨"),
                ),
                Envelope(
                    tenant_id=UUID(tenant_id),
                    actor=Actor(subject="zhang", role="owner"),
                    household_id="h-3-1201",
                    channel="app",
                ),
            )


@dataclass(frozen=True)
class Origin:
    """An installation with a past, dumped in three ways, and what became of it afterwards."""

    home: Path
    dumps: Path
    tenant_id: str
    tokens: dict[str, str]
    ticket: dict[str, Any]
    photo_id: str
    photo: bytes
    schema: list[str]
    content: dict[str, tuple[int, str]]
    events: int
    afterwards: Outcome


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with data_directory() as home, data_directory() as dumps:
        with running_server(home) as base, httpx.Client(base_url=base, timeout=60) as http:
            tell_the_story(home)  # its reactors have paid, asked and counted
            sandbox = Sandbox.open(http)
            csr, owner = sandbox.person("csr", "xiaolin"), sandbox.owner()
            photo_id = sandbox.photo(owner, "report")
            reported = sandbox.report(owner, photo_ids=[photo_id])
            sandbox.give(csr, reported, "acknowledge")
            photo = sandbox.call(csr, "GET", f"/v1/attachments/{photo_id}").content
            sandbox.at("2024-03-05T09:05:00")
            ticket = sandbox.read(csr, f"/v1/tickets/{reported['id']}")
        with EmbeddedPostgres(home, attach=True) as server:
            url = server.url(database="suyuan")
            asyncio.run(report_without_a_worker(url, home, sandbox.tenant_id))
            assert asyncio.run(lag(url)) > 0
            (dumps / "by-hand.sql").write_text(client("pg_dump", url))
            told = json.loads(suyuan(home, "db", "dump", str(dumps / "archive.dump"), "--json"))
            suyuan(home, "db", "dump", str(dumps / "script.sql"))
            schema, before = schema_of(url), asyncio.run(content(url))
        with running_server(home), EmbeddedPostgres(home, attach=True) as server:
            asyncio.run(until_caught_up(url))
            afterwards = asyncio.run(outcome(url))
        yield Origin(
            home=home,
            dumps=dumps,
            tenant_id=sandbox.tenant_id,
            tokens=sandbox.tokens,
            ticket=ticket,
            photo_id=photo_id,
            photo=photo,
            schema=schema,
            content=before,
            events=told["events"],
            afterwards=afterwards,
        )


def by_hand(home: Path, dumps: Path) -> None:
    """`pg_dump > file`, `psql < file`, `suyuan migrate`. psql complains of the missing role."""
    with EmbeddedPostgres(home, attach=True) as server:
        asyncio.run(create_database(server.superuser_url))
        url = server.url(database="suyuan")
        client(
            "psql", url, "--quiet", "--output=/dev/null", given=(dumps / "by-hand.sql").read_text()
        )
        suyuan(home, "migrate")


def from_archive(home: Path, dumps: Path) -> None:
    suyuan(home, "db", "restore", str(dumps / "archive.dump"))


def from_script(home: Path, dumps: Path) -> None:
    suyuan(home, "db", "restore", str(dumps / "script.sql"))


def from_what_pg_dump_wrote(home: Path, dumps: Path) -> None:
    """With owners and grants in it."""
    suyuan(home, "db", "restore", str(dumps / "by-hand.sql"))


WAYS = (by_hand, from_archive, from_script, from_what_pg_dump_wrote)


@pytest.mark.parametrize("restore", WAYS)
def test_work_goes_on_where_the_dump_was_restored(
    origin: Origin, restore: Callable[[Path, Path], None]
) -> None:
    with data_directory() as home:
        restore(home, origin.dumps)
        for name in BESIDE:
            kept = origin.home / name
            (shutil.copytree if kept.is_dir() else shutil.copy)(kept, home / name)
        with EmbeddedPostgres(home, attach=True) as server:
            url = server.url(database="suyuan")
            asyncio.run(_is_the_same(url, origin))
            asyncio.run(_is_still_walled(url, origin))
            with running_server(home) as base, httpx.Client(base_url=base, timeout=60) as http:
                asyncio.run(until_caught_up(url))
                assert asyncio.run(outcome(url)) == origin.afterwards, "done once, all of it"
                _goes_on(Sandbox(http, origin.tenant_id, "", dict(origin.tokens)), origin, url)
    print(
        f"{origin.events} events restored, {sum(origin.afterwards.types.values())} after the rest"
    )


async def _is_the_same(url: str, origin: Origin) -> None:
    """Grants, walls and rows, checkpoints among them."""
    assert schema_of(url) == origin.schema
    assert await content(url) == origin.content
    assert origin.content["event"][0] == origin.events, "what `suyuan db dump` said"


async def _is_still_walled(url: str, origin: Origin) -> None:
    async with session(url) as connection:
        with pytest.raises(asyncpg.UndefinedObjectError):
            await connection.fetch("select * from event")
        await connection.execute(
            "select set_config('suyuan.tenant_id', $1, false)", origin.tenant_id
        )
        tenants = await connection.fetch("select distinct tenant_id from event")
        assert [str(row[0]) for row in tenants] == [origin.tenant_id]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update event set content = '{}'")
    async with superuser(url) as connection:
        for forbidden in ("update event set content = '{}'", "truncate command"):
            with pytest.raises(asyncpg.PostgresError) as refused:
                await connection.execute(forbidden)
            assert refused.value.sqlstate == "SY003"


def _goes_on(sandbox: Sandbox, origin: Origin, url: str) -> None:
    """With the tokens of before: reads, and an append at the next position."""
    assert sandbox.read("xiaolin", f"/v1/tickets/{origin.ticket['id']}") == origin.ticket
    photo = sandbox.call("xiaolin", "GET", f"/v1/attachments/{origin.photo_id}")
    assert photo.content == origin.photo
    listed = {ticket["id"] for ticket in sandbox.read("xiaolin", "/v1/tickets")["items"]}
    assert len(listed) == 4
    before = asyncio.run(_positions(url, origin.tenant_id))
    made = sandbox.report("zhang", description="阳台漏水")
    assert made["id"] in {
        ticket["id"] for ticket in sandbox.read("xiaolin", "/v1/tickets")["items"]
    }
    after = asyncio.run(_positions(url, origin.tenant_id))
    assert after[: len(before)] == before
    assert after == list(range(1, len(after) + 1))
    assert len(after) > len(before)


async def _positions(url: str, tenant_id: str) -> list[int]:
    async with superuser(url) as connection:
        rows = await connection.fetch(
            "select position from event where tenant_id = $1 order by position", UUID(tenant_id)
        )
    return [row[0] for row in rows]
