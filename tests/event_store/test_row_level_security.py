"""The second wall between tenants: whatever statement forgets its tenant answers nothing.

The tables come from the catalogue, so a new one without a wall fails here.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.event_store.tally import session, superuser

OF_NO_TENANT = {
    "alembic_version": "which schema this is",
    "read_model_build": "which build of a read model serves, for all tenants alike",
    "rate_window": "counters of rate limits, under hashes",
    "reactor": "which reactors this installation has, for all tenants alike",
    "schema_compatibility": "which code works on this schema",
    "worker_heartbeat": "which workers live",
}

TABLES = """
select c.relname as name, c.relrowsecurity as walled,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
               and not a.attisdropped) as of_tenants,
       (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
order by c.relname
"""
COLUMNS = """
select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
  and (attnotnull or attname = 'tenant_id')
"""
VALUES = {
    "text": "'x'",
    "integer": "1",
    "bigint": "1",
    "smallint": "1",
    "boolean": "false",
    "bytea": "''",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "jsonb": "'{}'",
    "uuid": "gen_random_uuid()",
    "text[]": "'{{}}'",  # a format string
}
# Without the setting the policy cannot be evaluated; a statement that is not granted fails sooner.
REFUSED = (
    asyncpg.UndefinedObjectError,
    asyncpg.InvalidTextRepresentationError,
    asyncpg.InsufficientPrivilegeError,
)


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    insert: str
    copy: str

    def statements(self, tenant: UUID) -> tuple[str, ...]:
        """Every way to touch the rows of a tenant."""
        where = f"where tenant_id = '{tenant}'"
        return (
            f"select * from {self.name}",
            f"select count(*) from {self.name} {where}",
            f"update {self.name} set tenant_id = tenant_id {where}",
            f"delete from {self.name} {where}",
            self.insert.format(tenant=tenant),
            self.copy,
        )


@dataclass(frozen=True, slots=True)
class Walls:
    url: str
    tables: list[Table]
    here: UUID
    there: UUID


@pytest.fixture
async def walls(database_url: str) -> Walls:
    """One row of each of two tenants in every table of tenants."""
    here, there = uuid4(), uuid4()
    async with superuser(database_url) as connection:
        rows = await connection.fetch(TABLES)
        tables = [await describe(connection, row["name"]) for row in rows if row["of_tenants"]]
        for table in tables:
            for tenant in (here, there):
                await connection.execute(table.insert.format(tenant=tenant))
    return Walls(database_url, tables, here, there)


async def describe(connection: asyncpg.Connection, name: str) -> Table:
    """Rows of the test are none that a rule of the table would want: its rules are dropped here."""
    rules = await connection.fetch(
        "select conname from pg_constraint where conrelid = $1::regclass and contype in ('c', 'f')",
        name,
    )
    for rule in rules:
        await connection.execute(f'alter table {name} drop constraint "{rule["conname"]}"')
    columns = await connection.fetch(COLUMNS, name)
    values = [
        "'{tenant}'" if column["name"] == "tenant_id" else VALUES[column["type"]]
        for column in columns
    ]
    names = ", ".join(f'"{column["name"]}"' for column in columns)
    return Table(
        name=name,
        insert=f"insert into {name} ({names}) values ({', '.join(values)})",
        copy=f"insert into {name} ({names}) select {names} from {name}",
    )


async def test_every_table_of_tenants_has_a_wall(database_url: str) -> None:
    async with superuser(database_url) as connection:
        rows = await connection.fetch(TABLES)
    of_tenants = {row["name"] for row in rows if row["of_tenants"]}
    unwalled = {row["name"] for row in rows if not (row["walled"] and row["policies"])}
    assert of_tenants & unwalled == set()
    assert {row["name"] for row in rows} - of_tenants == set(OF_NO_TENANT)
    assert of_tenants >= {"head", "event", "stream", "command", "number_series"}
    print(f"{len(of_tenants)} tables of tenants, all walled; {len(OF_NO_TENANT)} of no tenant")


async def test_without_a_tenant_every_statement_fails(walls: Walls) -> None:
    refused = 0
    async with session(walls.url) as connection:
        for table in walls.tables:
            for statement in table.statements(walls.here):
                with pytest.raises(REFUSED):
                    await connection.execute(statement)
                refused += 1
    assert refused == 6 * len(walls.tables)
    print(f"{refused} statements over {len(walls.tables)} tables refused")


async def test_a_setting_of_an_earlier_transaction_opens_no_door(walls: Walls) -> None:
    """A pooled connection keeps nothing: the setting ends with its transaction."""
    refused = 0
    async with session(walls.url) as connection:
        for table in walls.tables:
            async with connection.transaction():
                await be(connection, walls.here)
            for statement in table.statements(walls.here):
                with pytest.raises(REFUSED):
                    await connection.execute(statement)
                refused += 1
    print(f"{refused} statements refused after the tenant's transaction was over")


async def test_a_tenant_sees_and_writes_nothing_of_another(walls: Walls) -> None:
    seen = written = refused = 0
    async with session(walls.url) as connection:
        for table in walls.tables:
            for statement in table.statements(walls.there):
                transaction = connection.transaction()
                await transaction.start()
                await be(connection, walls.here)
                try:
                    rows = await connection.fetch(statement + " " + returning(statement))
                except (asyncpg.InsufficientPrivilegeError, asyncpg.UniqueViolationError):
                    refused += 1
                else:
                    written += len(rows) if returning(statement) else 0
                    seen += of(walls.there, rows)
                await transaction.rollback()
    assert (seen, written) == (0, 0)
    assert refused >= 2 * len(walls.tables)
    print(
        f"{len(walls.tables)} tables: 0 rows of another tenant seen or written, {refused} refused"
    )


async def test_a_tenant_sees_its_own(walls: Walls) -> None:
    async with session(walls.url) as connection, connection.transaction():
        await be(connection, walls.here)
        for table in walls.tables:
            rows = await connection.fetch(f"select tenant_id from {table.name}")
            assert [row["tenant_id"] for row in rows] == [walls.here]
    print(f"{len(walls.tables)} tables: 1 row each, its own")


async def test_what_runs_with_the_rights_of_the_owner_names_its_search_path(
    database_url: str,
) -> None:
    async with superuser(database_url) as connection:
        rows = await connection.fetch(
            "select proname, proconfig from pg_proc "
            "where pronamespace = 'public'::regnamespace and prosecdef"
        )
    loose = [
        row["proname"]
        for row in rows
        if not any(one.startswith("search_path=") for one in row["proconfig"] or ())
    ]
    assert loose == []
    print(f"{len(rows)} functions with the owner's rights, none with a loose search path")


async def be(connection: asyncpg.Connection, tenant: UUID) -> None:
    await connection.execute("select set_config('suyuan.tenant_id', $1, true)", str(tenant))


def returning(statement: str) -> str:
    return "" if statement.startswith("select") else "returning tenant_id"


def of(tenant: UUID, rows: list[asyncpg.Record]) -> int:
    return sum(row.get("tenant_id") == tenant or row.get("count", 0) > 0 for row in rows)
