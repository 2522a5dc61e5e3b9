"""Checks the database's guards: append-only triggers and row-level security. A partial restore or a
manual change in the database can lose them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from app.grants import FUNCTIONS, OWNER_FUNCTIONS, SchemaRefused, relations

KEPT_TABLES = ("event", "command")

_TENANT = "(tenant_id = (current_setting('suyuan.tenant_id'::text))::uuid)"

_TABLES = text("""
select c.relname as name, c.relkind::text as kind, c.relrowsecurity as walled,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
               and not a.attisdropped) as of_tenants,
       array(select pg_get_expr(p.polqual, p.polrelid) || pg_get_expr(p.polwithcheck, p.polrelid)
             from pg_policy p where p.polrelid = c.oid and p.polcmd = '*') as policies,
       (select count(*) from pg_policy p where p.polrelid = c.oid) as number_of_policies,
       array(select t.tgname::text from pg_trigger t
             where t.tgrelid = c.oid and t.tgenabled = 'A') as always
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relname = any(cast(:names as text[]))
""")

_FUNCTIONS = text("""
select proname from pg_proc
where pronamespace = 'public'::regnamespace and proname = any(cast(:names as text[]))
""")


class WallMissing(SchemaRefused):
    """A guard of the log, or of the separation of tenants, is missing."""


def check_walls(connection: Connection) -> None:
    """Raises `WallMissing`."""
    # A worker may switch a read model during the check: only what is missing twice is missing.
    if _lacking(connection) and (lacking := _lacking(connection)):
        raise WallMissing(
            f"the schema is not whole: {'; '.join(lacking)}.",
            hint="If this database was restored, restore it again, whole, into an empty one: "
            "docs/restore.md. Nothing is served from it as it is.",
        )


def _lacking(connection: Connection) -> list[str]:
    return [*_functions(connection), *_relations(connection)]


def _functions(connection: Connection) -> Iterator[str]:
    names = {*FUNCTIONS, *OWNER_FUNCTIONS}
    there = connection.execute(_FUNCTIONS, {"names": list(names)}).scalars().all()
    yield from (f"there is no function {name}" for name in sorted(names - set(there)))


def _relations(connection: Connection) -> Iterator[str]:
    names = set(relations(connection))
    there = {row.name: row for row in connection.execute(_TABLES, {"names": list(names)})}
    yield from (f"there is no table {name}" for name in sorted(names - set(there)))
    for name, table in sorted(there.items()):
        if table.of_tenants and table.kind == "r":
            yield from _wall(name, table)
        if name in KEPT_TABLES:
            yield from (
                f"table {name} does not always have its trigger {trigger}"
                for trigger in (f"keep_{name}", f"keep_{name}_whole")
                if trigger not in table.always
            )


def _wall(name: str, table: Any) -> Iterator[str]:
    if not table.walled:
        yield f"table {name} has no row-level security"
    if table.number_of_policies != 1 or table.policies != [_TENANT + _TENANT]:
        yield f"table {name} does not have the one policy tenant_wall"
