"""Every statement of the product that touches a table of tenants says of which tenant.

Row-level security is the wall behind this (tests/event_store/test_row_level_security.py); here the
statements themselves are read, and those that are whole are planned by the database: each scan of
such a table has to be narrowed to a tenant.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import orjson

import app
from tests.event_store.tally import superuser

SOURCES = Path(app.__file__).parent
UNKNOWN = "{}"
VERB = re.compile(r"\s*(select|insert|update|delete|with|merge|truncate|lock)\b", re.IGNORECASE)
OBJECT = re.compile(r"\b(?:from|join|into|update|table)\s+(?:only\s+)?(\w+|\{\})", re.IGNORECASE)
PARAMETER = re.compile(r"(?<![:\w]):(\w+)")

# Executed by the server itself, because a driver would want values for the parameters.
EXPLAIN = """
create or replace function pg_temp.plan_of(statement text) returns text language plpgsql as $$
declare
    plan text;
begin
    execute 'explain (generic_plan, format json) ' || statement into plan;
    return plan;
end $$
"""

# Statements that are put together from a table, which brings its tenant along or crosses them all.
ASSEMBLED = {
    "subscriptions/rows.py": "every key of a read model's table begins with the tenant",
    "subscriptions/builds.py": "a retired build is forgotten for all tenants, by the owner",
}

# Statements of the command line that are about all tenants, and run as the owner of the database.
ACROSS = {
    "cli/dumping.py": "a dump says how many events it has",
    "cli/restoring.py": "a restored log is checked as a whole",
}


def statements() -> Iterator[tuple[str, str]]:
    """Where a statement stands, and its text; what is only known at run time is `{}`."""
    for path in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(path.read_text())
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        parts = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(tree):
            if str(path.relative_to(SOURCES)) in ACROSS:
                continue
            if id(node) not in parts and (text := text_of(node, constants)) and VERB.match(text):
                yield f"{path.relative_to(SOURCES)}:{node.lineno}", text  # type: ignore[attr-defined]


def text_of(node: ast.AST, constants: dict[str, Any]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(text_of(value, constants) or UNKNOWN for value in values)
        case ast.FormattedValue(value=ast.Name(id=name)) if isinstance(constants.get(name), str):
            return str(constants[name])
        case _:
            return None


def touched(statement: str, tables: set[str]) -> set[str]:
    return set(OBJECT.findall(statement)) & (tables | {UNKNOWN})


async def tables_of_tenants(connection: asyncpg.Connection) -> set[str]:
    rows = await connection.fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') "
        "and a.attname = 'tenant_id'"
    )
    return {row["relname"] for row in rows}


async def test_every_statement_of_the_product_names_its_tenant(database_url: str) -> None:
    async with superuser(database_url) as connection:
        tables = await tables_of_tenants(connection)
    reading = [(where, text) for where, text in statements() if touched(text, tables)]
    forgetful = [
        where
        for where, text in reading
        if "tenant_id" not in text
        and not (UNKNOWN in touched(text, tables) and where.split(":")[0] in ASSEMBLED)
    ]
    assert forgetful == []
    assert len(reading) >= 3
    print(f"{len(reading)} statements over {len(tables)} tables of tenants, all name their tenant")


async def test_every_scan_of_a_table_of_tenants_is_narrowed_to_one(database_url: str) -> None:
    planned = scanned = 0
    async with superuser(database_url) as connection:
        tables = await tables_of_tenants(connection)
        for where, text in statements():
            if touched(text, tables) and UNKNOWN not in text:
                plan = await plan_of(connection, text)
                found = list(scans(plan, tables))
                assert [node for node in found if not narrowed(node)] == [], where
                planned += 1
                scanned += len(found)
    assert scanned >= planned - 2, "an insert scans nothing, everything else does"
    print(f"{planned} statements planned: {scanned} scans, none of more than one tenant")


async def test_a_statement_that_forgot_its_tenant_would_be_found(database_url: str) -> None:
    forgot = (
        "select tenant_id, position from event where position > $1",
        "select h.position from head h join event e on e.position = h.position "
        "where h.tenant_id = :tenant",
        "update stream set state = :state where stream_id = :stream returning tenant_id",
        "delete from parked where subscription = :subscription",
    )
    async with superuser(database_url) as connection:
        tables = await tables_of_tenants(connection)
        for text in forgot:
            plan = await plan_of(connection, text)
            assert touched(text, tables)
            assert not all(narrowed(node) for node in scans(plan, tables)), text
    print(f"{len(forgot)} forgetful statements found")


async def test_what_the_functions_do_is_narrowed_too(database_url: str) -> None:
    """Those with the owner's rights look across tenants on purpose, and are few."""
    async with superuser(database_url) as connection:
        tables = await tables_of_tenants(connection)
        functions = await connection.fetch(
            "select proname, prosrc from pg_proc "
            "where pronamespace = 'public'::regnamespace and not prosecdef"
        )
    checked = 0
    for function in functions:
        body = re.sub(r"--.*", "", function["prosrc"])
        for statement in body.split(";"):
            if touched(statement, tables):
                assert "tenant_id" in statement, (function["proname"], statement)
                checked += 1
    assert checked >= 8
    print(f"{checked} statements in {len(functions)} functions, all name their tenant")


async def plan_of(connection: asyncpg.Connection, statement: str) -> dict[str, Any]:
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"${numbers.setdefault(match[1], len(numbers) + 1)}"

    await connection.execute(EXPLAIN)
    statement = PARAMETER.sub(numbered, statement)
    plans = orjson.loads(await connection.fetchval("select pg_temp.plan_of($1)", statement))
    plan: dict[str, Any] = plans[0]["Plan"]
    return plan


def scans(node: dict[str, Any], tables: set[str]) -> Iterator[dict[str, Any]]:
    if "Scan" in node["Node Type"] and node.get("Relation Name") in tables:
        yield node
    for child in node.get("Plans", ()):
        yield from scans(child, tables)


def narrowed(scan: dict[str, Any]) -> bool:
    conditions = (scan.get(name, "") for name in ("Index Cond", "Recheck Cond", "Filter"))
    return any("tenant_id = " in condition for condition in conditions)
