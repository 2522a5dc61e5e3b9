"""What the application's role may do in the database. Declared only here; every `suyuan migrate`
applies it, because a dump that is restored elsewhere comes without roles."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.db import APP_ROLE

APPEND_ONLY = ("select", "insert")
NO_DELETE = ("select", "insert", "update")
READ_WRITE = ("select", "insert", "update", "delete")
READ_ONLY = ("select",)

TABLES: Mapping[str, tuple[str, ...]] = {
    "event": APPEND_ONLY,
    "command": APPEND_ONLY,
    "head": NO_DELETE,
    "stream": NO_DELETE,
    "number_series": NO_DELETE,
    "checkpoint": READ_WRITE,
    "feed": NO_DELETE,
    "parked": READ_WRITE,
    "rate_window": READ_WRITE,
    "worker_heartbeat": READ_WRITE,
    "read_model_build": READ_ONLY,
    "alembic_version": READ_ONLY,
    "schema_compatibility": READ_ONLY,
    "reactor": (),
}

# PostgreSQL lets everybody execute a new function: these are revoked from PUBLIC and granted to the
# application.
FUNCTIONS = (
    "advance_feed",
    "append_batch",
    "append_one",
    "begin_feed",
    "begin_switch",
    "begin_turn",
    "check_clock",
    "concerned_tickets",
    "draw_numbers",
    "due_streams",
    "index_build",
    "installation_figures",
    "list_tenants",
    "load_streams",
    "matching_tickets",
    "move_clock",
    "moved_heads",
    "open_tenant",
    "parked_for_build",
    "parked_streams",
    "problems_of_tickets",
    "seen_position",
    "serve_build",
    "set_tenant",
    "sla_clock_counts",
    "subscription_backlog",
    "subscription_progress",
    "tenants_behind",
)
# Only the owner executes these: triggers need no grant, and `suyuan migrate` registers reactors.
OWNER_FUNCTIONS = ("refuse_change", "begin_reactor")

INSUFFICIENT_PRIVILEGE = "42501"


class SchemaRefused(Exception):
    """The database lacks the schema that the product needs, and cannot be migrated to it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RoleMissing(SchemaRefused):
    """The application's role is missing, and the user of this connection may not create it."""


class NotTheOwner(SchemaRefused):
    """The user of DATABASE_URL does not own the database or its objects."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Raises `NotTheOwner` where the block lacks a privilege."""
    try:
        yield
    except (DBAPIError, asyncpg.InsufficientPrivilegeError) as error:
        if isinstance(error, DBAPIError) and sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        reason = error.orig and error.orig.__cause__ if isinstance(error, DBAPIError) else error
        raise NotTheOwner(
            f"the user of DATABASE_URL may not migrate this database: {reason}.",
            hint="Migrate as who owns the database and its tables. A dump is restored as that "
            "user, with --no-owner.",
        ) from error


# From PostgreSQL 16 on, the creator of a role is its member but needs a grant to SET ROLE to it.
# A superuser needs no membership; we grant it anyway, so that all installations are alike.
_ROLE = text("""
select current_user as name, r.oid is not null as made,
       coalesce(pg_has_role(current_user, r.oid, case
           when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end)
           and (not u.rolsuper or exists (
               select from pg_auth_members m where m.roleid = r.oid and m.member = u.oid)),
           false) as ours
from pg_roles u left join pg_roles r on r.rolname = :role where u.rolname = current_user
""")

# Roles are per cluster, and our advisory lock is per database: a migrator of another database may
# create the role at the same time. The loser retries.
_MAKE_ROLE = text(f"""
do $$
begin
    for attempt in 1 .. 20 loop
        begin
            if not exists (select from pg_roles where rolname = '{APP_ROLE}') then
                create role {APP_ROLE} nologin;
            end if;
            grant {APP_ROLE} to current_user;
            return;
        exception when unique_violation or duplicate_object or internal_error then
            if attempt = 20 then
                raise;
            end if;
        end;
    end loop;
end
$$
""")


def ensure_role(connection: Connection) -> None:
    """Creates the application's role, and lets this connection's user SET ROLE to it.

    Raises `RoleMissing`.
    """
    role = connection.execute(_ROLE, {"role": APP_ROLE}).one()
    if role.ours:
        return
    try:
        connection.execute(_MAKE_ROLE)
    except DBAPIError as error:
        if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        lacks = "is not one of its members" if role.made else "may not create it"
        create = "" if role.made else f"create role {APP_ROLE} nologin; "
        raise RoleMissing(
            f"the product works as the database role {APP_ROLE}, and {role.name} {lacks}.",
            hint=f'As a superuser: {create}grant {APP_ROLE} to "{role.name}";',
        ) from error


def sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


_BUILDS = "select name, build, status from read_model_build where status <> 'retired'"

_HAS_BUILDS = text("select to_regclass('public.read_model_build') is not null")

_RELATIONS = text("""
select c.relname as name,
       coalesce(array_agg(lower(a.privilege_type))
           filter (where a.grantee is not null), '{}') as held
from pg_class c
left join lateral aclexplode(c.relacl) a
  on a.grantee = (select r.oid from pg_roles r where r.rolname = :role)
where c.relnamespace = 'public'::regnamespace and c.relname = any(cast(:names as text[]))
group by c.relname order by c.relname
""")

_FUNCTIONS = text("""
select p.oid::regprocedure::text as signature, p.proname as name,
       bool_or(a.grantee = 0) as everybody,
       bool_or(a.grantee = (select r.oid from pg_roles r where r.rolname = :role)) as application
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
where p.pronamespace = 'public'::regnamespace and p.proname = any(cast(:names as text[]))
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
                  and d.objid = p.oid and d.deptype = 'e')
group by p.oid order by p.oid
""")

_SCHEMA = text("""
select exists (
    select from pg_namespace n cross join lateral aclexplode(n.nspacl) a
    where n.nspname = 'public' and a.privilege_type = 'USAGE'
      and a.grantee = (select r.oid from pg_roles r where r.rolname = :role))
""")


def apply_grants(connection: Connection) -> int:
    """Grants what the role lacks and revokes what it should not have. Returns the number of
    statements. Call it under the migration lock; workers may switch read models meanwhile."""
    if not list(_differences(connection)):
        return 0
    if connection.execute(_HAS_BUILDS).scalar_one():
        connection.execute(
            text(f"{_BUILDS} for share")
        )  # so that no worker drops their tables meanwhile
    statements = list(_differences(connection))
    for statement in statements:
        connection.execute(text(statement))
    return len(statements)


def relations(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Every table and view that the role may use, with its privileges."""
    privileges = dict(TABLES)
    if not connection.execute(_HAS_BUILDS).scalar_one():
        return privileges
    for build in connection.execute(text(_BUILDS)):
        privileges[f"{build.name}_b{build.build}"] = READ_WRITE
        if build.status == "serving":
            privileges[build.name] = READ_ONLY
    return privileges


def _differences(connection: Connection) -> Iterator[str]:
    role = {"role": APP_ROLE}
    if not connection.execute(_SCHEMA, role).scalar_one():
        yield f"grant usage on schema public to {APP_ROLE}"
    privileges = relations(connection)
    for relation in connection.execute(_RELATIONS, role | {"names": list(privileges)}).all():
        yield from _relation(relation.name, set(relation.held), set(privileges[relation.name]))
    names = [*FUNCTIONS, *OWNER_FUNCTIONS]
    for function in connection.execute(_FUNCTIONS, role | {"names": names}).all():
        yield from _function(function)


def _relation(name: str, held: set[str], wanted: set[str]) -> Iterator[str]:
    if surplus := held - wanted:
        yield f'revoke {", ".join(sorted(surplus))} on "{name}" from {APP_ROLE}'
    if missing := wanted - held:
        yield f'grant {", ".join(sorted(missing))} on "{name}" to {APP_ROLE}'


def _function(function: Any) -> Iterator[str]:
    if function.everybody:
        yield f"revoke execute on function {function.signature} from public"
    if function.application and function.name in OWNER_FUNCTIONS:
        yield f"revoke execute on function {function.signature} from {APP_ROLE}"
    if not function.application and function.name in FUNCTIONS:
        yield f"grant execute on function {function.signature} to {APP_ROLE}"
