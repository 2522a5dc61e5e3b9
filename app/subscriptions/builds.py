"""Read models and their builds. Build 3 of `ticket_search` is the table `ticket_search_b3`; the
view `ticket_search` selects from the serving build, and queries use only the view."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from app.db import DIALECT, Connector
from app.distribution.cluster import distribute_table
from app.events.base import Recorded
from app.grants import READ_ONLY, READ_WRITE

Project = Callable[[UUID, Sequence[Recorded[Any]], AsyncConnection, Table], Awaitable[None]]

# An arbitrary key, the same in every process that makes builds.
BUILDS_LOCK = 7_395_812_005


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A read model: its table, given a name, and how events change its rows.

    Raise `code_version` when `table` or `project` change: a new build is then filled beside the
    old one. `project` gets the events of one tenant in order and writes only that tenant's rows.
    """

    name: str
    types: frozenset[str]
    table: Callable[[str], Table]
    project: Project
    code_version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One table of a read model, and the subscription that fills it."""

    projection: Projection
    number: int
    serves: bool
    reacts: bool = False

    @property
    def table(self) -> Table:
        return _table(self.projection, self.number)

    @property
    def name(self) -> str:
        return f"{self.projection.name}@{self.number}"

    @property
    def types(self) -> frozenset[str]:
        return self.projection.types

    async def handle(
        self, tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection
    ) -> None:
        await self.projection.project(tenant_id, events, connection, self.table)


@cache
def _table(projection: Projection, number: int) -> Table:
    return projection.table(f"{projection.name}_b{number}")


def open_owner_engine(url: str) -> AsyncEngine:
    """Connects as the owner of the tables, for migrations, builds and backups."""
    return create_async_engine(DIALECT, async_creator=Connector(url).as_owner, poolclass=NullPool)


_BUILDS = text("""
select b.name, b.build, b.code_version, b.status, array(
    select a.attname::text from pg_attribute a
    where a.attrelid = to_regclass(b.name || '_b' || b.build) and a.attnum > 0
      and not a.attisdropped) as columns
from read_model_build b where b.status <> 'retired' order by b.name, b.build
""")


async def builds_to_keep(engine: AsyncEngine, projections: Sequence[Projection]) -> list[Build]:
    """The builds that this code can write: its own, and older ones with the same columns."""
    known = {projection.name: projection for projection in projections}
    async with engine.connect() as connection:
        rows = (await connection.execute(_BUILDS)).all()
    kept = []
    for row in rows:
        if (projection := known.get(row.name)) and row.code_version <= projection.code_version:
            build = Build(projection=projection, number=row.build, serves=row.status == "serving")
            if set(row.columns) == {column.name for column in build.table.columns}:
                kept.append(build)
    return kept


async def ensure_read_models(owner: AsyncEngine, projections: Sequence[Projection]) -> list[str]:
    """Makes the first build of a new read model, and a further one, to be filled, of a changed one.

    Returns the names of the new builds. Safe on every start and from several processes at once.
    """
    made = []
    async with owner.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": BUILDS_LOCK})
        for projection in projections:
            newest = await _newest(connection, projection.name)
            if newest is None:
                build = await _make(connection, projection, 1, serves=True)
            elif newest.code_version < projection.code_version:
                build = await _make_next(connection, projection)
            else:
                continue
            made.append(build.name)
    return made


class BuiltByNewerCode(Exception):
    """The newest build was made by newer code than this."""


async def begin_rebuild(owner: AsyncEngine, projection: Projection) -> Build:
    """The build that is being filled, or a new one. Raises `BuiltByNewerCode`."""
    async with owner.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": BUILDS_LOCK})
        newest = await _newest(connection, projection.name)
        if newest is None:
            return await _make(connection, projection, 1, serves=True)
        if newest.code_version > projection.code_version:
            raise BuiltByNewerCode(f"build {newest.build} of {projection.name}")
        if newest.status == "filling" and newest.code_version == projection.code_version:
            return Build(projection=projection, number=newest.build, serves=False)
        return await _make_next(connection, projection)


async def is_retired(engine: AsyncEngine, build: Build) -> bool:
    """Its table is gone. Newer code does that to a build that is being filled."""
    query = "select status from read_model_build where name = :name and build = :build"
    key = {"name": build.projection.name, "build": build.number}
    async with engine.connect() as connection:
        return bool((await connection.execute(text(query), key)).scalar() == "retired")


async def _newest(connection: AsyncConnection, name: str) -> Any:
    query = "select build, code_version, status from read_model_build where name = :name "
    query += "and status <> 'retired' order by build desc limit 1"
    return (await connection.execute(text(query), {"name": name})).first()


async def _make_next(connection: AsyncConnection, projection: Projection) -> Build:
    await _drop_unfinished(connection, projection)
    query = text("select max(build) from read_model_build where name = :name")
    last: int = (await connection.execute(query, {"name": projection.name})).scalar_one()
    return await _make(connection, projection, last + 1, serves=False)


async def _drop_unfinished(connection: AsyncConnection, projection: Projection) -> None:
    retire = text("""
        update read_model_build set status = 'retired'
        where name = :name and status = 'filling' returning build
    """)
    for row in await connection.execute(retire, {"name": projection.name}):
        build = Build(projection=projection, number=row.build, serves=False)
        for table in ("checkpoint", "parked"):
            forget = f"delete from {table} where subscription = :subscription"  # noqa: S608
            await connection.execute(text(forget), {"subscription": build.name})
        await connection.execute(DropTable(build.table))


async def _make(
    connection: AsyncConnection, projection: Projection, number: int, *, serves: bool
) -> Build:
    """A table to be filled gets its indexes when it is full, which is far quicker."""
    build = Build(projection=projection, number=number, serves=serves)
    name = build.table.name
    await connection.execute(CreateTable(build.table))
    await connection.run_sync(distribute_table, name)
    indexes = [
        str(CreateIndex(index).compile(dialect=connection.dialect))
        for index in sorted(build.table.indexes, key=lambda index: str(index.name))
    ]
    statements = [
        f"alter table {name} enable row level security",
        f"create policy tenant_wall on {name} "
        "using (tenant_id = current_setting('suyuan.tenant_id')::uuid) "
        "with check (tenant_id = current_setting('suyuan.tenant_id')::uuid)",
        f"grant {', '.join(READ_WRITE)} on {name} to suyuan_app",
    ]
    if serves:
        statements += [
            *indexes,
            f"create view {projection.name} with (security_invoker = true) as table {name}",
            f"grant {', '.join(READ_ONLY)} on {projection.name} to suyuan_app",
        ]
    for statement in statements:
        await connection.execute(text(statement))
    await connection.execute(
        text("""
            insert into read_model_build (name, build, code_version, status, indexes)
            values (:name, :build, :code_version, :status, :indexes)
        """),
        {
            "name": projection.name,
            "build": number,
            "code_version": projection.code_version,
            "status": "serving" if serves else "filling",
            "indexes": [] if serves else indexes,
        },
    )
    return build
