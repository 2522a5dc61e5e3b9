"""What the role of the application may do in the database. Said here and nowhere else: every
`suyuan migrate` puts it in order, for a dump that is restored elsewhere brings no roles along."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.db import APP_ROLE

ADDED = ("select", "insert")
MOVED = ("select", "insert", "update")
FREE = ("select", "insert", "update", "delete")
READ = ("select",)

TABLES: Mapping[str, tuple[str, ...]] = {
    "event": ADDED,
    "command": ADDED,
    "head": MOVED,
    "stream": MOVED,
    "number_series": MOVED,
    "checkpoint": FREE,
    "parked": FREE,
    "worker_heartbeat": FREE,
    "read_model_build": READ,
    "alembic_version": READ,
    "reactor": (),
}

# Everybody may execute a new function in PostgreSQL: of these, nobody but the application may.
FUNCTIONS = (
    "append_batch",
    "append_one",
    "begin_switch",
    "begin_turn",
    "draw_numbers",
    "due_streams",
    "index_build",
    "load_streams",
    "matching_tickets",
    "move_clock",
    "open_tenant",
    "parked_streams",
    "seen_position",
    "serve_build",
    "sla_clock_counts",
    "subscription_backlog",
    "subscription_progress",
)
# Not even the application: a trigger needs no right, and reactors are made known by the owner.
OWNERS_FUNCTIONS = ("refuse_change", "begin_reactor")

NO_RIGHT = "42501"


class SchemaRefused(Exception):
    """The database cannot be brought to, or does not have, the schema that the product needs."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RoleMissing(SchemaRefused):
    """There is no role for the application, and we may not make it."""


class NotTheOwner(SchemaRefused):
    """The database, or what is in it, belongs to somebody else."""


@contextmanager
def as_owner() -> Iterator[None]:
    """What only the owner may do. Raises `NotTheOwner`."""
    try:
        yield
    except (DBAPIError, asyncpg.InsufficientPrivilegeError) as error:
        if isinstance(error, DBAPIError) and sqlstate(error) != NO_RIGHT:
            raise
        words = error.orig and error.orig.__cause__ if isinstance(error, DBAPIError) else error
        raise NotTheOwner(
            f"the user of DATABASE_URL may not migrate this database: {words}.",
            hint="Migrate as who owns the database and its tables. A dump is restored as that "
            "user, with --no-owner.",
        ) from error


# In PostgreSQL 16 and later who made a role is its member, but may not become it without more.
# A superuser may become anybody; the membership is made all the same, as on every installation.
_ROLE = text("""
select current_user as name, r.oid is not null as made,
       coalesce(pg_has_role(current_user, r.oid, case
           when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end)
           and (not u.rolsuper or exists (
               select from pg_auth_members m where m.roleid = r.oid and m.member = u.oid)),
           false) as ours
from pg_roles u left join pg_roles r on r.rolname = :role where u.rolname = current_user
""")

# Roles belong to all databases of a cluster, and our lock to one: a migrator of another database
# may be at the same place. Whoever loses looks again.
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
    """The application's role, which the user of this connection may become.

    Raises `RoleMissing`.
    """
    role = connection.execute(_ROLE, {"role": APP_ROLE}).one()
    if role.ours:
        return
    try:
        connection.execute(_MAKE_ROLE)
    except DBAPIError as error:
        if sqlstate(error) != NO_RIGHT:
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
    """Gives the role what it lacks, and takes what it should not have. Answers with how many
    statements. To be called by one migrator at a time; a worker may switch read models meanwhile.
    """
    if not list(_differences(connection)):
        return 0
    if connection.execute(_HAS_BUILDS).scalar_one():
        connection.execute(text(f"{_BUILDS} for share"))  # none of their tables is dropped now
    statements = list(_differences(connection))
    for statement in statements:
        connection.execute(text(statement))
    return len(statements)


def relations(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Every table and view that the role may use, with its rights."""
    wanted = dict(TABLES)
    if not connection.execute(_HAS_BUILDS).scalar_one():
        return wanted
    for build in connection.execute(text(_BUILDS)):
        wanted[f"{build.name}_b{build.build}"] = FREE
        if build.status == "serving":
            wanted[build.name] = READ
    return wanted


def _differences(connection: Connection) -> Iterator[str]:
    role = {"role": APP_ROLE}
    if not connection.execute(_SCHEMA, role).scalar_one():
        yield f"grant usage on schema public to {APP_ROLE}"
    wanted = relations(connection)
    for found in connection.execute(_RELATIONS, role | {"names": list(wanted)}).all():
        yield from _relation(found.name, set(found.held), set(wanted[found.name]))
    names = [*FUNCTIONS, *OWNERS_FUNCTIONS]
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
    if function.application and function.name in OWNERS_FUNCTIONS:
        yield f"revoke execute on function {function.signature} from {APP_ROLE}"
    if not function.application and function.name in FUNCTIONS:
        yield f"grant execute on function {function.signature} to {APP_ROLE}"
